"""Templates for commits: what they can say, what they can never say, and what becomes of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies

from codemods.branches.messages.message import Manner, commit_message
from codemods.branches.messages.requested import request_message
from codemods.branches.messages.style import Kind, Style
from codemods.branches.messages.templates import BODY_NAMES, SUBJECT_NAMES, BadTemplate, Template
from codemods.branches.model import Change, Purpose, Request
from codemods.model import Applicability, Edit, Finding, Fix, Span

PURPOSE = Purpose("Name what is caught", "A bare except catches too much.\n\nIt stops Ctrl-C.")
REQUEST = Request("BUG-4", "Bare except in stats", "audit.md", findings=frozenset("ab"))
CONVENTIONAL = Style(Kind.CONVENTIONAL, has_capital=False)


def finding(mark: str, path: str = "app/stats.py", **more: object) -> Finding:
    fix = Fix((Edit(path, 0, 1, b"x"),), applicability=Applicability.SAFE)
    return Finding(mark, "bare-except", path, Span(7, 1, 7, 2), "it is broken", fix, **more)  # type: ignore[arg-type]


FINDINGS = [finding("a"), finding("b")]


def subject(template: str, style: Style = CONVENTIONAL, findings: list[Finding] = FINDINGS) -> str:
    manner = Manner(style, subject=Template.for_subject(template))
    return commit_message(PURPOSE, findings, "1", [REQUEST], manner).split("\n")[0]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{subject}", "fix: name what is caught in stats.py"),
        ("PROJ-7: {subject}", "PROJ-7: fix: name what is caught in stats.py"),
        ("chore({scope}): {summary}", "chore: name what is caught"),
        ("{type}: {summary} [{audit}]", "fix: name what is caught [BUG-4]"),
        ("{{{remedy}}} {file}", "{bare-except} stats.py"),
        ("  {summary}  ", "name what is caught"),
        ("only this", "only this"),
        ("{subject} {subject}", "fix: name what is caught fix: name what is caught"),
        ("{summary} " + "y" * 38, "name what is caught " + "y" * 38),
    ],
)
def test_subjects(template: str, expected: str) -> None:
    assert subject(template) == expected


def test_a_subject_keeps_its_width_and_its_tail() -> None:
    part = Request("C-2", "Files are served", "audit.md", is_part=True)
    purpose = Purpose("Do " + "so many " * 12 + "things", change=Change.REFACTOR)
    manner = Manner(subject=Template.for_subject("infra/python tooling: {subject}"))
    message = request_message([part], lambda _: purpose, FINDINGS, "1", manner)
    line = message.split("\n")[0]
    assert len(line) <= 72
    assert re.fullmatch(r"infra/python tooling: Do so many .* … \(part of C-2\)", line)


def test_several_files_are_counted() -> None:
    assert subject("{file}", findings=[finding("a"), finding("b", "b.py")]) == "2 files"


def test_values_are_not_looked_at_again() -> None:
    """Neither a name in braces nor a line end in a file's name means anything."""
    line = subject("{file}: {summary}", findings=[finding("a", "{remedy}\n{x}.py")])
    assert line == "{remedy}\\n{x}.py: name what is caught"


BODY = """Found in {file} ({audit}).

{findings}

See the guide, part {{7}}.
"""


def test_bodies() -> None:
    message = commit_message(PURPOSE, FINDINGS[:1], "1", [REQUEST], Manner(body=Template.for_body(BODY)))
    assert message == (
        "Name what is caught in stats.py\n"
        "\n"
        "Found in stats.py (BUG-4).\n"
        "\n"
        "- app/stats.py:7: it is broken\n"
        "\n"
        "See the guide, part {7}.\n"
        "\n"
        "Audit: BUG-4 (audit.md)\n"
        "Patchwright-Remedy: bare-except\n"
        "Patchwright-Fingerprint: a\n"
        "Patchwright-Version: 1\n"
    )


def test_the_body_is_what_there_is_without_a_template() -> None:
    manner = Manner(body=Template.for_body("{body}"))
    assert commit_message(PURPOSE, FINDINGS, "1", manner=manner) == commit_message(PURPOSE, FINDINGS, "1")
    asked = request_message([REQUEST], lambda _: PURPOSE, FINDINGS, "1")
    assert request_message([REQUEST], lambda _: PURPOSE, FINDINGS, "1", manner) == asked
    assert "\n\nAsked for by BUG-4 in audit.md:\n\n> Bare except in stats\n\nA bare except" in asked


def test_a_template_cannot_hide_the_caution() -> None:
    unsafe = Fix((Edit("a.py", 0, 1, b""),), applicability=Applicability.UNSAFE)
    risky = Finding("c", "bare-except", "a.py", Span(1, 1, 1, 2), "it is broken", unsafe)
    message = commit_message(PURPOSE, [risky], "1", manner=Manner(body=Template.for_body("All is well.")))
    assert "\n\nAll is well.\n\nWhat the program does can change here" in message


def test_long_lines_of_a_body_are_broken() -> None:
    body = Template.for_body("word " * 60 + "\n\n" + "x" * 250)
    message = commit_message(PURPOSE, FINDINGS, "1", manner=Manner(body=body))
    assert max(map(len, message.split("\n"))) <= 100
    assert "".join(message.split()).count("x" * 250) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{subjct}", "unknown name 'subjct': did you mean {subject}?"),
        ("{qqq}", "unknown name 'qqq': known are subject, summary,"),
        ("{}", "unknown name ''"),
        ("{0}", "unknown name '0'"),
        ("{subject.__class__}", "unknown name 'subject.__class__'"),
        ("{subject[0]}", "unknown name 'subject[0]'"),
        ("{subject!r}", "unknown name 'subject!r'"),
        ("{subject:>99999999}", "unknown name 'subject:>99999999'"),
        ("{subject:{remedy}}", "has a '{' alone: write {{ for a brace"),
        ("{subject", "has a '{' alone"),
        ("subject}", "has a '}' alone: write }} for a brace"),
        ("", "must be one line"),
        ("  ", "must be one line"),
        ("{subject}\nCo-authored-by: a <a@b>", "must be one line"),
        ("{subject}\x1b[31m", "must be one line"),
        ("x" * 41 + "{subject}", "leaves too little of the 72 characters"),
        ("Fixes #12: {summary}", "may not close an issue ('Fixes #12')"),
        ("closes other/repo#{audit}", "may not close an issue"),
        ("Resolves GH-{audit}", "may not close an issue"),
        ("fix https://example.org/issues/1", "may not close an issue"),
        ("Signed-off-by: {summary}", "may not say 'Signed-off-by', which tools believe: use --signoff"),
        ("From {summary}", "may not have a line that begins with 'Fro'"),
    ],
)
def test_subjects_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        Template.for_subject(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{subject}", "unknown name 'subject'"),
        ("{bodi}", "did you mean {body}?"),
        ("x\n\nCo-authored-by: A <a@b.c>", "may not say 'Co-authored-by', which tools believe: take it out"),
        ("  signed-off-by : me", "may not say 'signed-off-by'"),
        ("* Reviewed-by: {file}", "may not say 'Reviewed-by'"),
        ("Patchwright-Check: pytest", "may not say 'Patchwright-Check'"),
        ("Audit: X (y)", "may not say 'Audit'"),
        ("BREAKING CHANGE: all", "may not say 'BREAKING CHANGE'"),
        ("{body}\n\nThis closes #4.", "may not close an issue ('closes #4')"),
        ("{body}\n---\nmore", "may not have a line that begins with '---'"),
        ("diff --git a/x b/x", "may not have a line that begins with 'dif'"),
        ("a\rb", "must be text"),
        ("a\0b", "must be text"),
        ("y" * 5000, "must be text, 4,000 characters at most"),
        ("Why: {why}", "{why} is several lines: put it on a line of its own"),
        ("{body}{findings}", "{body} is several lines"),
        ("{findings}!", "{findings} is several lines"),
    ],
)
def test_bodies_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        Template.for_body(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["Note: see #12.", "{body}\n\nRefs #12", "Why:\n{why}", "closest 12", "{{a}}"]
)
def test_bodies_that_are_fine(text: str) -> None:
    assert Template.for_body(text)


PARTS = strategies.sampled_from(
    [
        *(f"{{{name}}}" for name in sorted({*SUBJECT_NAMES, *BODY_NAMES})),
        *("{{", "}}", "{", "}", " ", "\n", "\n\n", "-", ":", "#", ">", "word", "é", "🐛"),
        *("Signed-off-by:", "Fixes", "#1"),
    ]
)


@given(strategies.lists(PARTS, max_size=12).map("".join))
def test_no_template_makes_anything_but_a_message(text: str) -> None:
    """Whatever is taken: one subject that fits, a blank line, and at the end our trailers."""
    manner = Manner(signoff="Ada <ada@example.com>")
    try:
        manner = Manner(subject=Template.for_subject(text), signoff=manner.signoff)
    except BadTemplate:
        try:
            manner = Manner(body=Template.for_body(text), signoff=manner.signoff)
        except BadTemplate:
            return
    message = commit_message(PURPOSE, FINDINGS, "1", [REQUEST], manner)
    lines = message.split("\n")
    assert 0 < len(lines[0]) <= 72
    assert lines[1] == ""
    assert message.endswith(
        "\n\nAudit: BUG-4 (audit.md)\nPatchwright-Remedy: bare-except\nPatchwright-Fingerprint: a\n"
        "Patchwright-Fingerprint: b\nPatchwright-Version: 1\nSigned-off-by: Ada <ada@example.com>\n"
    )
    assert sum(line.lower().startswith("signed-off-by") for line in lines) == 1
