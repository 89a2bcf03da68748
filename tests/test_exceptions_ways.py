"""Which values a name may have behind a statement, by all the ways that lead to its end."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.test_exceptions_types import kinds

HANDLED = "try:\n s = 1\nexcept OSError:\n "
LOOP = "while True:\n "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if n:\n s = 1\nelse:\n s = 'a'", "int str"),
        ("if n:\n s = 1\nelif l:\n s = 'a'", "None int str"),
        ("if n:\n s = 1\nelse:\n return", "int"),
        ("if n:\n s = 1\nelse:\n sys.exit()", "int"),
        ("if (s := 1) and n:\n pass\nelse:\n return", "None int"),
        (f"{HANDLED}return", "int"),
        (f"{HANDLED}s = 'a'", "int str"),
        (f"{HANDLED}pass", "None int"),
        (f"{HANDLED}if n:\n  return\n raise", "int"),
        (f"{HANDLED}if n:\n  return", "None int"),
        ("try:\n open('a')\nexcept OSError:\n return\nelse:\n s = 1", "int"),
        ("try:\n s = 1\nfinally:\n s = 'a'", "str"),
        ("try:\n s = 1\nfinally:\n if n:\n  s = 'a'", "None int str"),
    ],
)
def test_what_every_way_binds(code: str, expected: str) -> None:
    assert kinds(behind(code)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("s = 1\nif n:\n s = 'a'", "int str"),
        ("s = 1\nif n:\n if l:\n  s = 'a'\ns = s", "int str"),
        ("s = 1\nfor s in l:\n pass", "int str"),
        ("s = 1\nwhile n:\n s = 'a'", "int str"),
        ("s = 1\ntry:\n s = 'a'\nexcept OSError:\n pass", "int str"),
        ("if n:\n s = 1\nif l:\n s = 'a'", "None int str"),
        ("if n:\n s = 1\nelse:\n s = 2.0\nif l:\n s = 'a'", "float int str"),
        ("s = 1\nwith n:\n s = 'a'", "int str"),
        ("if n:\n s = 1\n if l:\n  s = 'a'\nelse:\n s = 2.0", "float int str"),
        ("if n:\n if l:\n  s = 'a'\nelse:\n s = 2.0", "None float str"),
        ("for s in l:\n if n:\n  s = 1", "None int str"),
    ],
)
def test_what_may_have_run_in_between_counts_as_well(code: str, expected: str) -> None:
    assert kinds(behind(code)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("s = 1\nif n:\n s = 'a'\n_ = s\ns = b''", "int str"),
        ("if n:\n s = 1\n_ = s\ns = b''", "None bytes int"),
        ("_ = s\nif n:\n s = b''", "None bytes"),
        ("if n:\n s = 1\n continue\n_ = s", "None int"),
    ],
)
def test_the_next_round_of_a_loop_comes_back(body: str, expected: str) -> None:
    assert kinds(f"s = None\n    for _ in l:\n{indent(body, '        ')}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{LOOP}s = 1\n if n:\n  break", "int"),
        (f"{LOOP}if n:\n  break\n s = 1", "None int"),
        (f"{LOOP}if n:\n  s = 1\n  break", "int"),
        (f"{LOOP}if n:\n  s = 1\n  break\n if l:\n  break", "None int"),
        (f"{LOOP}s = 1\n if l:\n  s = 'a'\n if n:\n  break", "int str"),
        (f"{LOOP}if l:\n  s = 'a'\n if n:\n  break\n s = 1", "None int str"),
        (f"{LOOP}if (s := 1) and n:\n  break", "None int"),
        ("while n:\n s = 1\n break", "None int"),
        (f"{LOOP}try:\n  s = 1\n  break\n except OSError:\n  pass", "int"),
        (f"{LOOP}try:\n  s = 1\n except OSError:\n  break\n break", "None int"),
        (f"{LOOP}try:\n  s = 1\n  break\n finally:\n  s = 'a'", "None int str"),
        (f"{LOOP}for s in l:\n  break\n else:\n  break", "None str"),
    ],
)
def test_an_endless_loop_ends_where_it_is_left(code: str, expected: str) -> None:
    assert kinds(behind(code)) == expected


def behind(code: str) -> str:
    return f"import sys\n    s = None\n{indent(code, '    ')}\n    _ = s"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("_ = [s for x in l]", "list[int]"),
        ("_ = {x: [s for y in x] for x in l}", "dict[str,list[int]]"),
        ("_ = list(s for x in l)", "list[int]"),
        ("_ = list([s for x in l] for y in l)", "list[list[int]]"),
        ("_ = [*(s for x in l)]", "list[None|int]"),
        ("_ = [(lambda: s)() for x in l]", "list"),
    ],
)
def test_a_comprehension_is_evaluated_where_it_stands(code: str, expected: str) -> None:
    assert kinds(f"s = None\n    s = 1\n    {code}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("try:\n n()\nexcept KeyError as s:\n _ = s\nexcept OSError as s:\n pass", "KeyError"),
        ("try:\n n()\nexcept KeyError as s:\n pass\nexcept OSError as s:\n _ = s", "OSError"),
        ("try:\n n()\nexcept KeyError as s:\n if n:\n  _ = s\nexcept OSError as s:\n s = 1", "KeyError"),
        (
            "try:\n n()\nexcept KeyError as s:\n if n:\n  s = 1\n _ = s\nexcept OSError as s:\n pass",
            "KeyError int",
        ),
        (
            "for x in l:\n try:\n  n()\n except KeyError as s:\n  _ = s\n except OSError as s:\n  s = 1",
            "KeyError",
        ),
    ],
)
def test_a_handler_reads_the_exception_that_it_has_caught(code: str, expected: str) -> None:
    assert kinds(f"pass\n{indent(code, '    ')}") == expected
