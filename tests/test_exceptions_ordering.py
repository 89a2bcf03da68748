"""Lists and tuples are ordered by the first parts that differ: those may be of types without an order."""

from __future__ import annotations

import pytest
from test_exceptions import answer, body, likely

HEAD = """
import sys
from typing import Any

class Own:
    rank: int

    def name(self) -> str | None:
        return None

    def title(self) -> str:
        return ""
"""


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("sorted(x)", "x: list[tuple[int, str | None]]"),
        ("sorted((len(one), {}) for one in x)", "x: list[str]"),
        ("sorted(x)", "x: list[tuple[int, list[int | str]]]"),
        ("min(x, y)", "x: tuple[int, None], y: tuple[int, int]"),
        ("max(x)", "x: set[tuple[int, dict[str, int]]]"),
        ("x.sort()", "x: list[tuple[str, None]]"),
        ("x.sort()", "x: list[str | None]"),
        # what the key gives is compared in their place
        ("sorted(x, key=lambda one: one.get('name'))", "x: list[dict[str, str]]"),
        ("sorted(x, key=lambda one: (len(one), one.get('name')))", "x: list[dict[str, str]]"),
        ("x.sort(key=Own.name)", "x: list[Own]"),
        ("sorted(x, key=lambda one: one.name())", "x: list[Own]"),
        ("sorted(x, key=lambda one: (one, one is None))", "x: list[str | None]"),  # asked too late
        ("max(x, y, key=lambda one: None)", "x: int, y: int"),
        ("x < y", "x: tuple[int, int, str], y: tuple[int, str]"),
        ("x < (*y, None)", "x: tuple[int, int], y: list[int]"),
        ("sys.version_info < (3, 'a')", ""),
    ],
)
def test_parts_without_an_order(code: str, arguments: str) -> None:
    found = answer(body(code, HEAD, arguments))
    assert "TypeError" in likely(found)
    assert found.complete


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("x < y", "x: list, y: list"),
        ("x < y", "x: tuple[int, Any], y: tuple[int, Any]"),
        ("sorted(x)", "x: list[tuple[int, Any]]"),
        ("sorted(x)", "x: list[tuple[int, Own]]"),
        ("sorted(x, key=lambda one: (one.rank, one))", "x: list[Own]"),
        ("sorted(x, key=lambda one: one)", "x: list"),
    ],
)
def test_parts_that_are_unknown(code: str, arguments: str) -> None:
    assert not answer(body(code, HEAD, arguments)).complete


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        # the key, the number or the other parts tell them apart before
        ("sorted(x.items())", "x: dict[str, dict[str, int]]"),
        ("sorted(enumerate(x))", "x: list[str | None]"),
        ("sorted(x)", "x: list[tuple[int, str]]"),
        ("sorted(x)", "x: list[list[tuple[int, float]]]"),
        ("x.sort()", "x: list[str]"),
        ("x.sort(key=str.lower, reverse=True)", "x: list[str]"),
        ("x.sort(key=None)", "x: list[str]"),
        ("sorted(x, key=lambda one: one.rank)", "x: list[Own]"),
        ("sorted(x, key=lambda one: (-one.rank, one.title()))", "x: list[Own]"),
        ("sorted(x, key=Own.title)", "x: list[Own]"),
        ("sorted(x, key=x.get)", "x: dict[str, int]"),
        ("sorted(x.items(), key=lambda pair: pair[1])", "x: dict[str, int]"),
        ("sorted(x, key=lambda one: (one is None, one))", "x: list[str | None]"),
        ("x < y", "x: tuple[int, int, str], y: tuple[int, int]"),
        ("sys.version_info >= (3, 12)", ""),
        ("sys.version_info < (3,)", ""),
        ("sys.version_info[:2] > (3, 1)", ""),
        ("sys.version_info[:-2] > (3, 1, 2)", ""),
        ("sys.version_info.minor < 6", ""),
        ("major, minor = sys.version_info[:2]", ""),
        ("'%d.%d' % sys.version_info[:2]", ""),
    ],
)
def test_parts_that_have_an_order(code: str, arguments: str) -> None:
    found = answer(body(code, HEAD, arguments))
    assert not likely(found)
    assert found.complete
