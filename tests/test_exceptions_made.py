"""Making an exception of the project, whose `__init__` calls that of a builtin one."""

from __future__ import annotations

import pytest

from codemods.exceptions import MayRaise
from tests.test_exceptions import answer, body


def raised_by(base: str, first: str) -> MayRaise:
    made = f"        {first}\n        self.text = text\n"
    return answer(body("raise Odd(x)", f"class Odd({base}):\n    def __init__(self, text):\n{made}"))


@pytest.mark.parametrize("base", ["Exception", "ValueError", "IOError", "KeyError"])
@pytest.mark.parametrize("first", ["super().__init__(text)", "{base}.__init__(self, text)"])
def test_it_is_made_as_its_base(base: str, first: str) -> None:
    found = raised_by(base, first.format(base=base))
    assert found.complete
    assert {raised.type for raised in found.raised} == {"main.py:Odd"}


@pytest.mark.parametrize(
    ("base", "first"),
    [
        ("UnicodeDecodeError", "UnicodeDecodeError.__init__(self, text)"),  # which takes five
        ("ValueError", "Other.__init__(self, text)"),
    ],
)
def test_what_more_is_wanted_nobody_knows(base: str, first: str) -> None:
    assert not raised_by(base, first).complete
