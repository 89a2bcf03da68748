"""What opening a file raises for how it is to be opened: a mode that is none, an encoding of bytes."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.functions.signatures import argument_of, spreads
from codemods.exceptions.types.library.files import OPENERS
from codemods.exceptions.versions import runs_on
from codemods.nodes import is_none, spelled

_OPENING = ("builtins.open", "io.open", "pathlib.Path.open")
_AFTER_MODE = ("buffering", "encoding", "errors", "newline")
_OF_TEXT = _AFTER_MODE[1:]
_NEWLINES = (None, "", "\n", "\r", "\r\n")
_UNIVERSAL_UNTIL = (3, 11)  # `U` is no mode any more: library reference, functions: open()


def opening(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note the ValueError of a mode that is none, and of what does not go with it."""
    if fact.name not in _OPENING or spreads(call.args):
        return
    at = OPENERS[fact.name][0]
    mode = argument_of(call, at, "mode")
    modes = values_written(walk.module, mode, walk.project) if mode else ["r"]
    label = f"`{fact.name.removeprefix('builtins.')}`"
    if mode and modes is None:
        walk.found.add("ValueError", f"{label}: `{spelled(mode)}` may be no mode", RARE)
    modes = modes or []
    for one in (one for one in modes if isinstance(one, str)):
        if not _is_mode(walk, call, one):
            walk.found.add("ValueError", f"{label}: `{one}` is no mode")
    given = {name: argument_of(call, at + place, name) for place, name in enumerate(_AFTER_MODE, 1)}
    told = {name: value for name, value in given.items() if value and not is_none(value)}
    binary = {isinstance(one, str) and "b" in one for one in modes}
    for name in _OF_TEXT if True in binary else ():
        values = values_written(walk.module, told[name], walk.project) if name in told else [None]
        if values is None or None not in values:  # `encoding=None if binary else "utf-8"` goes with the mode
            sureness = CERTAIN if values else RARE
            walk.found.add("ValueError", f"{label}: bytes have no {name}", sureness)
    if False in binary and _is_zero(told.get("buffering")):
        walk.found.add("ValueError", f"{label}: text is always buffered")
    newlines = values_written(walk.module, told["newline"], walk.project) if "newline" in told else [None]
    if newlines is None or any(one not in _NEWLINES for one in newlines):
        walk.found.add("ValueError", f"{label}: the newline may be none", RARE)


def _is_mode(walk: Walk, call: ast.Call, mode: str) -> bool:
    """Whether every Python of the project takes it."""
    letters = set(mode)
    if "U" in letters and letters <= set("Urbt"):
        return not runs_on(walk.project, walk.module, call, _UNIVERSAL_UNTIL)
    one_of_each = len(letters & set("rwxa")) == 1 and not {"b", "t"} <= letters
    return one_of_each and len(letters) == len(mode) and letters <= set("rwxabt+")


def _is_zero(buffering: ast.expr | None) -> bool:
    return isinstance(buffering, ast.Constant) and buffering.value == 0
