"""Draws by chance that are sure to find something: `random.randint(1, 6)`, `random.choice("abc")`."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.kinds import number
from codemods.names import names_of

_OF_RANGES = ("randint", "randrange")
_OF_MANY = ("choice", "choices")
_DRAWING = ("random.", "secrets.")


def draws(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether it is written out that there is something to draw."""
    module, _, name = fact.name.rpartition(".")
    if not f"{module}.".startswith(_DRAWING) or call.keywords:
        return False
    if name in _OF_RANGES:
        return _is_range([*map(number, call.args)], closed=name == "randint")
    return name in _OF_MANY and len(call.args) == 1 and _holds_any(walk, call.args[0])


def _is_range(bounds: list[int | None], *, closed: bool) -> bool:
    """Whether there is a number from the first bound to the last; `closed`: which may be drawn, too."""
    match bounds:
        case [int(last)]:
            return last > 0 and not closed
        case [int(first), int(last)]:
            return first < last or (closed and first == last)
    return False


def _holds_any(walk: Walk, many: ast.expr) -> bool:
    match many:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return any(not isinstance(part, ast.Starred) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _holds_any(walk, left) or _holds_any(walk, right)
    if (names_of(walk.module).qualified(many) or "").startswith("string."):  # `string.digits`
        return True
    written = values_written(walk.module, many, walk.project)
    return bool(written) and all(isinstance(one, (str, bytes)) and one for one in written or ())
