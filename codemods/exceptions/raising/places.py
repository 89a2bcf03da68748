"""Places in sequences that are sure to be there, and what may stand at them."""

from __future__ import annotations

import ast
import struct

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.kinds import has_place, names_in, number
from codemods.exceptions.types.notation import Type
from codemods.names import names_of
from codemods.nodes import spelled

_ENDS, _THREE = (0, -1), (0, 1, 2, -1, -2, -3)
_ALWAYS_THERE = {"split": _ENDS, "rsplit": _ENDS, "partition": _THREE, "rpartition": _THREE}
_UNPACKING = ("struct.unpack", "struct.unpack_from")


def is_there(walk: Walk, node: ast.Subscript, whole: Type) -> bool:
    """Whether a lookup in a sequence always finds something: `os.path.splitext(path)[1]`."""
    index = number(node.slice)
    if index is None or not isinstance(node.ctx, ast.Load):
        return False
    if has_place(whole, index):
        return True
    match node.value:
        case ast.Call(func=function) if names_of(walk.module).is_any(function, "socket.getaddrinfo"):
            return index in _ENDS  # RFC 3493: one address or more
        case ast.Call(func=function, args=[ast.Constant(value=str(form)), *_]) if names_of(
            walk.module
        ).is_any(function, *_UNPACKING):
            return index in range(-_count(form), _count(form))
        case ast.Call(func=ast.Attribute(), args=[ast.Constant(value=None), *_]):
            return False  # `"".split(None)` is empty
        case ast.Call(func=ast.Attribute(value=text, attr=name), args=[_, *_]):
            kinds = names_in(walk.values.of(walk.module, text))
            known = bool(kinds) and not kinds - {"str", "bytes", "data"}
            return known and index in _ALWAYS_THERE.get(name, ())
    return False


def _count(form: str) -> int:
    """How many values a format of `struct` stands for."""
    try:
        return len(struct.unpack(form, bytes(struct.calcsize(form))))
    except struct.error:
        return 0


def byte_stored(walk: Walk, node: ast.Subscript) -> None:
    """Note what `data[index] = value` raises for a value that is no byte."""
    parent = walk.module.parent(node)
    value = parent.value if isinstance(parent, ast.Assign) else None
    if isinstance(node.slice, ast.Slice) or (value is not None and is_byte(value)):
        return
    walk.found.add("ValueError", f"`{spelled(node)}`: the value may be no byte")
    kinds = names_in(walk.values.of(walk.module, value)) if value is not None else set()
    if not kinds or not kinds <= {"int", "bool"}:
        reason = f"`{spelled(node)}`: the value may be no number"
        walk.found.add("TypeError", reason, CERTAIN if kinds else RARE)


def is_byte(value: ast.expr) -> bool:
    """Whether the value is sure to be from 0 to 255: `value & 0xFF`, `value % 256`."""
    match value:
        case ast.Constant(value=int(written)):
            return 0 <= written < 256
        case ast.BinOp(op=ast.BitAnd(), right=ast.Constant(value=int(most))):
            return 0 <= most < 256
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=int(most))):
            return 0 < most <= 256
    return False
