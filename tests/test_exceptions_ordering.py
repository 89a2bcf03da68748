"""Lists and tuples are ordered by the first parts that differ: those may be of types without an order."""

from __future__ import annotations

import pytest
from test_exceptions import answer, body, likely

HEAD = "import sys\nfrom typing import Any\n\nclass Own:\n    pass\n\n"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("sorted(x)", "x: list[tuple[int, str | None]]"),
        ("sorted((len(one), {}) for one in x)", "x: list[str]"),
        ("sorted(x)", "x: list[tuple[int, list[int | str]]]"),
        ("min(x, y)", "x: tuple[int, None], y: tuple[int, int]"),
        ("max(x)", "x: set[tuple[int, dict[str, int]]]"),
        ("x.sort()", "x: list[tuple[str, None]]"),
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
