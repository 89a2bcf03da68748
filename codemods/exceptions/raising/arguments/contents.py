"""What a call raises for what is in a list or tuple that it takes apart: lines, starts of texts, times."""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, kinds_within
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import BYTES, ITERABLE, LOOSE, NUMBERS
from codemods.nodes import spelled

_NO_TEXT = LOOSE | NUMBERS
_NO_NUMBER = LOOSE | BYTES | {"str"}


class _TakenApart(NamedTuple):
    """An argument that a call takes apart: its places, what must not be in it, and which types are it."""

    places: tuple[int | str, ...]
    wrong: AbstractSet[str]
    kinds: AbstractSet[str] = frozenset(ITERABLE)


# Of what is no tuple, all is one start: in bytes are numbers.
_STARTS = _TakenApart((0,), _NO_TEXT, frozenset({"tuple"}))
_LINES = _TakenApart((0, "lines"), _NO_TEXT)
_TAKEN_APART = {
    **{f"{kind}.{name}": _STARTS for kind in ("str", "bytes") for name in ("startswith", "endswith")},
    "os.path.commonpath": _TakenApart((0, "paths"), _NO_TEXT),
    "os.utime": _TakenApart((1, "times"), _NO_NUMBER),
    **dict.fromkeys(("time.mktime", "time.asctime", "calendar.timegm"), _TakenApart((0,), _NO_NUMBER)),
    "time.strftime": _TakenApart((1,), _NO_NUMBER),
}


def contents(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that what is in an argument is of a type that the call does not take, or that nobody knows."""
    label = f"`{fact.name.removeprefix('builtins.')}`"
    told = _LINES if fact.name.endswith(".writelines") else _TAKEN_APART.get(fact.name)
    if told is None:
        return
    for node in given_at(call, told.places):
        if kinds_within(walk, node, f"{label} gets what it is made for", told.kinds) & told.wrong:
            walk.found.add("TypeError", f"{label}: what `{spelled(node)}` holds may be of a wrong type")
