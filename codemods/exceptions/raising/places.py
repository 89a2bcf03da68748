"""Places in sequences that are sure to be there, and what may stand at them."""

from __future__ import annotations

import ast
import struct
from collections.abc import Sequence

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.kinds import has_place, names_in, number
from codemods.exceptions.types.notation import Type
from codemods.module import Module, spelled, walk
from codemods.names import names_of

_ENDS, _THREE = (0, -1), (0, 1, 2, -1, -2, -3)
_ALWAYS_THERE = {"split": _ENDS, "rsplit": _ENDS, "partition": _THREE, "rpartition": _THREE}
_COPYING = ("builtins.list", "builtins.tuple", "builtins.sorted", "builtins.set")  # of keys
_UNPACKING = ("struct.unpack", "struct.unpack_from")


def is_there(walk: Walk, node: ast.Subscript, whole: Type) -> bool:
    """Whether a lookup in a sequence always finds something: `os.path.splitext(path)[1]`."""
    index = number(node.slice)
    if index is None or not isinstance(node.ctx, ast.Load):
        return False
    if has_place(whole, index):
        return True
    match node.value:
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


def _given(comprehension: ast.AST) -> list[ast.AST]:
    """What a comprehension gives, and the names of its loops."""
    parts = (getattr(comprehension, name, None) for name in ("elt", "key", "value"))
    loops: list[ast.comprehension] = getattr(comprehension, "generators", [])
    return [*filter(None, parts), *(loop.target for loop in loops)]


def _names_keys(module: Module, node: ast.expr, whole: str) -> bool:
    match node:
        case ast.Call(func=ast.Name() as function, args=[inner, *_]):
            return names_of(module).is_any(function, *_COPYING) and _names_keys(module, inner, whole)
        case ast.Call(func=ast.Attribute(value=inner, attr="keys")):
            return _names_keys(module, inner, whole)
    return isinstance(node, ast.Name) and node.id == whole


def _loses_keys(inside: Sequence[ast.AST], whole: str, target: ast.Name) -> bool:
    """Whether keys are taken away, or the dict or its key is another one."""
    for part in walk(inside):
        match part:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Del()) if name == whole:
                return True
            case ast.Attribute(value=ast.Name(id=name), attr="pop" | "popitem" | "clear") if name == whole:
                return True
            case ast.Call(args=given) if any(isinstance(a, ast.Name) and a.id == whole for a in given):
                return True
            case ast.Name(ctx=ast.Store() | ast.Del(), id=name) if part is not target:
                if name in (whole, target.id):
                    return True
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
    if isinstance(node.slice, ast.Slice) or (value is not None and _is_byte(value)):
        return
    walk.found.add("ValueError", f"`{spelled(node)}`: the value may be no byte")
    kinds = names_in(walk.values.of(walk.module, value)) if value is not None else set()
    if not kinds or not kinds <= {"int", "bool"}:
        reason = f"`{spelled(node)}`: the value may be no number"
        walk.found.add("TypeError", reason, CERTAIN if kinds else RARE)


def _is_byte(value: ast.expr) -> bool:
    """Whether the value is sure to be from 0 to 255: `value & 0xFF`, `value % 256`."""
    match value:
        case ast.Constant(value=int(written)):
            return 0 <= written < 256
        case ast.BinOp(op=ast.BitAnd(), right=ast.Constant(value=int(most))):
            return 0 <= most < 256
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=int(most))):
            return 0 < most <= 256
    return False
