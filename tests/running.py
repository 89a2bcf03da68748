"""Running a fixture before and after its fixes, to compare what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from codemods.engine import repair, scan
from codemods.sources import Memory

FIXTURES = Path(__file__).parent.parent / "fixtures" / "before"


@cache
def sources(remedy: str, case: str) -> tuple[bytes, bytes]:
    """A fixture of one file, before and after all its fixes."""
    before = (FIXTURES / remedy / case).read_bytes()
    tree = Memory({case: before})
    outcome = repair(tree, scan(tree, [remedy]).findings, lambda finding: True, [remedy])
    (change,) = outcome.changes
    assert change.after is not None
    return before, change.after


def load(remedy: str, case: str, fixed: bool) -> dict[str, Any]:
    """The names of a fixture, run in a namespace of its own."""
    namespace: dict[str, Any] = {"__name__": "fixture"}
    exec(compile(sources(remedy, case)[fixed], case, "exec"), namespace)
    return namespace


def loader(remedy: str) -> Callable[[str, bool], dict[str, Any]]:
    """`load` for the fixtures of one remedy."""
    return partial(load, remedy)


def outcome_of(function: Callable[..., Any], *arguments: Any) -> object:
    """What a call gives: its value, or the class of what it raises."""
    try:
        return function(*arguments)
    except BaseException as error:
        return type(error)
