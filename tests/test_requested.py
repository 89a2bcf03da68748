"""What goes on the branches that reports ask for, what they are called, and what their commits say."""

from __future__ import annotations

import pytest

from codemods.branches.messages.requested import request_message, request_subject, requested
from codemods.branches.model import Purpose, Request
from codemods.model import Edit, Finding, Fix, Span


def finding(mark: str, at: int, remedy: str = "bare-except") -> Finding:
    """A finding whose fix is at the offset `at`: findings with the same one share their fix."""
    fix = Fix((Edit("a.py", at, at + 1, b"x"),))
    return Finding(mark, remedy, "a.py", Span(at, 1, at, 2), "it is broken", fix)


def request(id_: str, marks: str, title: str = "It is broken", **more: object) -> Request:
    return Request(id_, title, "audit.md", findings=frozenset(marks), **more)  # type: ignore[arg-type]


FINDINGS = [
    finding("a", 1),
    finding("b", 2),
    finding("c", 3, "broad-except"),
    finding("d", 3),
    finding("e", 5),
]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"X": "a"}, {"X-bare-except": ("a", "X")}),
        ({"X": "a", "Y": "a"}, {"X-Y-bare-except": ("a", "X Y")}),
        ({"Y": "a", "X": "a"}, {"Y-X-bare-except": ("a", "Y X")}),
        ({"X": "c", "Y": "d"}, {"X-Y-bare-except-broad-except": ("cd", "X Y")}),
        ({"X": "abe", "Y": "b"}, {"X-bare-except": ("ae", "X"), "Y-bare-except": ("b", "Y")}),
        ({"X": "ab", "Y": "be"}, {"X-bare-except": ("ab", "X"), "Y-bare-except": ("e", "Y")}),
        (
            {"X": "ab", "Y": "a", "Z": "b"},
            {"X-Y-bare-except": ("a", "X Y"), "X-Z-bare-except": ("b", "X Z")},
        ),
        ({"X": "", "Y": "unknown", "Z": "e"}, {"Z-bare-except": ("e", "Z")}),
        ({f"X{n}": "a" for n in range(9)}, {"X0-X1-X2-X3-and-5-more-bare-except": ("a", None)}),
        ({}, {}),
    ],
)
def test_each_fix_is_on_one_branch(
    asked: dict[str, str], expected: dict[str, tuple[str, str | None]]
) -> None:
    answers = requested(FINDINGS, [request(id_, marks) for id_, marks in asked.items()], "p/")
    branches: dict[str, str] = {}
    for mark, name in answers.names.items():
        branches[name] = branches.get(name, "") + mark
    assert branches == {f"p/{name}": marks for name, (marks, _) in expected.items()}
    for name, (_, ids) in expected.items():
        if ids:
            assert [r.id for r in answers.requests[f"p/{name}"]] == ids.split()


def test_names_that_would_be_the_same() -> None:
    """Also where a file system ignores capitals; and they stay when the report grows."""
    two = [request("1", "a"), request("1", "b", "Another")]
    names = requested(FINDINGS, two, "").names
    assert len(set(names.values())) == 2
    assert all(name.startswith("1-bare-except-") for name in names.values())
    more = requested(FINDINGS, [request("0", "e"), *two], "").names
    assert {more[mark] for mark in "ab"} == set(names.values())
    capitals = requested(FINDINGS, [request("x", "a"), request("X", "b")], "").names
    assert len({name.casefold() for name in capitals.values()}) == 2


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Bare except in stats parsing", "Fix B-1: bare except in stats parsing"),
        ("Bare Exception Handlers Hide Errors", "Fix B-1: Bare Exception Handlers Hide Errors"),
        ("HTTPException is swallowed", "Fix B-1: HTTPException is swallowed"),
        ("SQL injection", "Fix B-1: SQL injection"),
        ("`except:` in load()", "Fix B-1: `except:` in load()"),
        ("Add a timeout to requests", "Add a timeout to requests (B-1)"),
        ("Used variables", "Fix B-1: used variables"),
        ("Leaks", "Fix B-1: Leaks"),
        ("Fixes #12", "Fix B-1: fixes no. 12"),
        ("Two\nlines\x1b[31m", "Fix B-1: two lines\\x1b[31m"),
        ("word " * 40, f"Fix B-1: {'word ' * 12}…"),
        ("x" * 100, f"Fix B-1: {'x' * 61} …"),
        ("", "Fix B-1: it is broken"),
    ],
)
def test_subjects(title: str, subject: str) -> None:
    made = request_subject([request("B-1", "a", title or "it is broken")], "Name what is caught")
    assert made == subject
    assert len(made) <= 72


def test_a_part_promises_no_more_than_it_does() -> None:
    part = request("C-2", "a", "Files are served to anybody", is_part=True)
    assert request_subject([part], "Let errors through") == "Let errors through (part of C-2)"
    whole = request("C-3", "a", "Errors are hidden")
    assert request_subject([whole, part], "Let errors through") == "Fix C-3, C-2: errors are hidden"
    message = request_message([part], lambda _: Purpose("Let errors through", "Why."), FINDINGS[:1], "1")
    assert (
        "> Files are served to anybody\n\nThis change is a part of that; the rest needs a person.\n"
        in message
    )


def test_many_requests_are_counted() -> None:
    many = [request(f"X{n}", "a") for n in range(50)]
    message = request_message(many, lambda _: Purpose("Do it"), FINDINGS[:1], "1")
    assert message.startswith("Fix X0, X1, X2 and 47 more: it is broken\n\nAsked for by X0 in audit.md:\n\n")
    assert message.count("Asked for by") == 6
    assert "44 more findings ask for the same; see below." in message
    assert message.count("\nAudit: X") == 50
