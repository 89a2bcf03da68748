"""Groups that the pattern of a match does not have: an IndexError, held against what Python does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from codemods.exceptions.answer import LIKELY
from tests.test_exceptions import answer, body

HEAD = """import re

TEXT = '(a)'
PATTERN = re.compile('(?P<b>a)(c)?')
NOTED: re.Pattern[str] = re.compile('(?P<b>a)')
"""
WHOLE = ["m.group(0)", "m[0]", "m.group()"]
ALL = [f"m.groups()[{place}]" for place in (0, 1, 2, -1, -2, -3)]
ASKING = ["m.group(1)", "m.group(0, 1)", "m.group('b')", "m.group(2)", "m[1]", "m['b']", "m[2]", "m.start(1)"]


@pytest.mark.parametrize(
    "asking", [*ASKING, "m.end(2)", "m.span('b')", "m.group(0)", "m[0]", "m.group()", *ALL]
)
@pytest.mark.parametrize(
    "made",
    [
        "re.match('a', 'a')",
        "re.match('(a)', 'a')",
        "re.match(TEXT, 'a')",
        "re.search(b'(?P<b>a)', b'a')",
        "PATTERN.fullmatch('a')",
        "NOTED.search('a')",
        "re.search(PATTERN, 'a')",
        "re.match(NOTED, 'a')",
        "re.match(re.compile('(a)'), 'a')",
        "re.match('(a) # (b)', 'a', re.X)",
        "re.match('(a) # (b)', 'a # b', flags=re.I | re.M)",
    ],
)
def test_a_group_that_is_asked_for(made: str, asking: str) -> None:
    space: dict[str, Any] = {"re": re}
    code = f"m = {made}\nif m is not None:\n    {asking}"
    try:
        exec(f"{HEAD}{code}", space)
        fails = False
    except IndexError:
        fails = True
    found = answer(body(code, HEAD))
    assert found.complete
    assert ("IndexError" in {raised.type for raised in found.raised}) is fails


@pytest.mark.parametrize("asking", [*ASKING, *ALL])
@pytest.mark.parametrize(
    "made", ["re.match(x, 'a')", "re.compile(x).match('a')", "re.match('(a)', 'a', y)", "re.match('(a)', *z)"]
)
def test_a_group_of_an_unknown_pattern(made: str, asking: str) -> None:
    code = f"m = {made}\nif m is not None:\n    {asking}"
    found = answer(body(code, HEAD, "x: str, y: int, z: list"))
    assert "IndexError" in {raised.type for raised in found.raised}


@pytest.mark.parametrize(
    ("pattern", "code", "types"),
    [
        ("(a)(b)?", "m.groups()[0].upper()", set()),
        ("(a)(b)?", "m.groups()[1].upper()", {"AttributeError"}),
        ("(a)(b)?", "m.groups()[-2].upper()", set()),
        ("(a)(b)?", "m = m.groups()\nm[0].upper()", set()),
        ("(a)(b)?", "x, y = m.groups()\nx.upper()", set()),
        ("(a)(b)?", "x, y = m.groups()\ny.upper()", {"AttributeError"}),
        ("(a)(b)?", "x, y, z = m.groups()", {"ValueError"}),
        ("(a)", "m.groups()[0].upper()", set()),
        ("(a)?", "for x in m.groups():\n    x.upper()", {"AttributeError"}),
    ],
)
def test_what_stands_among_all_of_them(pattern: str, code: str, types: set[str]) -> None:
    inner = code.replace("\n", "\n    ")
    found = answer(body(f"m = re.match('{pattern}', 'a')\nif m is not None:\n    {inner}", HEAD))
    wanted = {raised.type for raised in found.raised if raised.confidence >= LIKELY}
    assert wanted == types
    assert found.complete, found.missing


def test_what_stands_for_a_group_that_takes_no_part_is_not_known() -> None:
    found = answer(body("m = re.match('(a)(b)?', 'a')\nif m is not None:\n    m.groups(x)[1].upper()", HEAD))
    assert not found.complete


HELD = """
import re


class Reader:
    KEY = re.compile(PATTERN)

    def work(self, text: str):
        found = MADE
        if found:
            try:
                return int(found.group(1))
            except Exception:
                return None


class Other(Reader):
    NAME = re.compile("a")
"""


@pytest.mark.parametrize(
    "made", ["self.KEY.search(text)", "re.match(self.KEY, text)", "Reader.KEY.match(text)"]
)
@pytest.mark.parametrize(
    ("pattern", "name", "types"),
    [
        ("'(a)'", "SIZE", {"ValueError"}),
        ("'(a)?'", "SIZE", {"ValueError", "TypeError"}),
        ("'a'", "SIZE", {"ValueError", "TypeError", "IndexError"}),
        ("'(a)'", "KEY", {"ValueError", "TypeError", "IndexError"}),
    ],
)
def test_a_pattern_that_a_class_holds(made: str, pattern: str, name: str, types: set[str]) -> None:
    found = answer(HELD.replace("PATTERN", pattern).replace("MADE", made).replace("NAME", name))
    assert found.complete
    assert {raised.type for raised in found.raised} == types
