"""What `{**value}` raises."""

from __future__ import annotations

import collections
import json
from typing import Any

import pytest

from tests.test_exceptions import answer, body, likely

HEAD = "import collections, json, os\n\nclass Table(dict):\n    pass\n\nclass Other:\n    pass\n"


@pytest.mark.parametrize(
    ("value", "types"),
    [
        ("{'a': 1}", set()),
        ("dict(a=1)", set()),
        ("os.environ", set()),
        ("collections.Counter()", set()),
        ("collections.OrderedDict()", set()),
        ("collections.defaultdict(list)", set()),
        ("Table()", set()),
        ("json.loads('1')", {"json.JSONDecodeError", "TypeError"}),
        ("None if os.sep else {}", {"TypeError"}),
        ("[('a', 1)]", {"TypeError"}),
        ("'a'", {"TypeError"}),
        ("1", {"TypeError"}),
    ],
)
def test_what_is_spread(value: str, types: set[str]) -> None:
    found = answer(body(f"{{'b': 2, **({value})}}", HEAD))
    assert found.complete
    assert likely(found) == types
    space: dict[str, Any] = {"collections": collections, "json": json, "os": __import__("os")}
    exec(HEAD, space)
    try:
        eval(f"{{'b': 2, **({value})}}", space)
    except TypeError:
        assert "TypeError" in types


@pytest.mark.parametrize("value", ["x", "Other()", "x.table"])
def test_what_is_spread_and_unknown(value: str) -> None:
    assert not answer(body(f"{{**{value}}}", HEAD)).complete


def test_arguments_by_name() -> None:
    found = answer(body("{**options}", arguments="**options"))
    assert found.complete
    assert not found.raised
