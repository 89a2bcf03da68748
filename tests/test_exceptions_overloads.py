"""What a call of a function with overloads gives: what those say that it fits."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

CODE = """\
from typing import Literal, overload


class Entry:
    name: str


class Shelf:
    @overload
    def first(self, *, must: Literal[False]) -> Entry | None: ...
    @overload
    def first(self, *, must: Literal[True]) -> Entry: ...
    @overload
    def first(self) -> Entry: ...
    def first(self, *, must: bool = True) -> Entry | None:
        return make()


@overload
def pick(number: int) -> Entry: ...
@overload
def pick(number: int, other: int) -> Entry | None: ...
def pick(number, other=0):
    return make()


def plain(number: int) -> Entry | None: ...


def function(shelf: Shelf, must: bool):
    found = %s
    try:
        found.name
    except:
        pass
"""


@pytest.mark.parametrize(
    ("call", "may_be_none"),
    [
        ("shelf.first()", False),
        ("shelf.first(must=must)", True),
        ("shelf.first(1)", True),  # fits none of them
        ("pick(1)", False),
        ("pick(1, 2)", True),
        ("plain(1)", True),
    ],
)
def test_overloads(call: str, may_be_none: bool) -> None:
    found = answer(CODE % call)
    assert found.complete
    assert ("AttributeError" in likely(found)) is may_be_none
