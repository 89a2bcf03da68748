"""What a call raises for what is in a list or tuple that it takes apart: lines, starts of texts, times."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, kinds_within
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import BYTES, ITERABLE, LOOSE, NUMBERS
from codemods.nodes import spelled

_NO_TEXT = LOOSE | NUMBERS
_OF_STARTS = {"tuple"}  # any other is one start, and not taken apart: in bytes are numbers
_NO_NUMBER = LOOSE | BYTES | {"str"}
# The places of what is taken apart, and the types that must not be in it.
_TAKEN_APART: dict[str, tuple[tuple[int | str, ...], set[str] | frozenset[str]]] = {
    **{
        f"{kind}.{name}": ((0,), _NO_TEXT) for kind in ("str", "bytes") for name in ("startswith", "endswith")
    },
    "os.path.commonpath": ((0, "paths"), _NO_TEXT),
    "os.utime": ((1, "times"), _NO_NUMBER),
    **dict.fromkeys(("time.mktime", "time.asctime", "calendar.timegm"), ((0,), _NO_NUMBER)),
    "time.strftime": ((1,), _NO_NUMBER),
}
_LINES = ((0, "lines"), _NO_TEXT)


def contents(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that what is in an argument is of a type that the call does not take, or that nobody knows."""
    label = f"`{fact.name.removeprefix('builtins.')}`"
    places, wrong = _LINES if fact.name.endswith(".writelines") else _TAKEN_APART.get(fact.name, ((), set()))
    taken_apart = _OF_STARTS if fact.name.endswith(("startswith", "endswith")) else ITERABLE
    for node in given_at(call, places):
        if kinds_within(walk, node, f"{label} gets what it is made for", taken_apart) & wrong:
            walk.found.add("TypeError", f"{label}: what `{spelled(node)}` holds may be of a wrong type")
