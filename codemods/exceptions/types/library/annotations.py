"""Annotations in stubs, written anew in the notation of the tables."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from codemods.module import Function
from codemods.nodes import one_or_more, spelled

_ANY = "typing.Any"  # of which nothing is known
_MOST_STEPS = 6  # of aliases of aliases
_TEXT, _BYTES = "io.TextIOWrapper", "io.BufferedReader"
_FILES = {"typing.TextIO": _TEXT, "typing.BinaryIO": _BYTES}
_ANY_STR = ("typing.AnyStr", "_typeshed.AnyStr_co")
_MADE = {"builtins.object", "object", "typing.NoReturn", "typing.Never", "typing.Callable", "type"}
_COROUTINES = ("types.CoroutineType", "typing.Coroutine", "collections.abc.Coroutine")

ANYTHING, UNTOLD = "anything", "~"  # of what a parameter takes: every value, and what nobody can tell

# What a parameter in a stub takes, of what a program makes by itself.
_BUFFER = ("bytes", "bytearray")
_TAKEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("str", "typing_extensions.LiteralString", "typing.LiteralString"), ("str",)),
    **dict.fromkeys(("bytes", "bytearray", "memoryview"), _BUFFER),
    **{f"_typeshed.{name}": _BUFFER for name in ("ReadableBuffer", "WriteableBuffer", "SizedBuffer")},
    **dict.fromkeys(("typing_extensions.Buffer", "collections.abc.Buffer"), _BUFFER),
    "int": ("int", "bool"),
    "float": ("int", "bool", "float"),
    "tuple": ("tuple",),
    "_typeshed.StrPath": ("str",),
    "_typeshed.BytesPath": ("bytes",),
    **{f"_typeshed.{name}": ("str", "bytes") for name in ("StrOrBytesPath", "GenericPath")},
    "_typeshed.FileDescriptorOrPath": ("str", "bytes", "int", "bool"),
    "None": ("None",),
    **dict.fromkeys(
        ("object", "bool", "typing.Any", "_typeshed.Incomplete", "_typeshed.Unused"), (ANYTHING,)
    ),
}

Taken: TypeAlias = dict[str, frozenset[str]]  # by the place or the name of a parameter what it takes
_Expand: TypeAlias = Callable[[str, str], "str | tuple[str, ast.expr]"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an annotation stands: `expand(module, name)` tells what a name means there.

    It answers with a dotted name, or for an alias with its module and its value. `owner` is what `Self`
    stands for.
    """

    expand: _Expand
    module: str
    owner: str


def spelled_type(node: ast.expr | None, scope: Scope, steps: int = _MOST_STEPS) -> str | None:
    """The annotation in the notation of the tables; None where it says nothing."""
    text = _written(node, scope, steps) if node is not None else _ANY
    return None if text == _ANY else text


def _written(node: ast.expr, scope: Scope, steps: int) -> str:
    match node:
        case ast.Constant(value=None):
            return "None"
        case ast.Constant(value=str(text)):
            return _written(ast.parse(text, mode="eval").body, scope, steps)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{_written(left, scope, steps)} | {_written(right, scope, steps)}"
        case ast.Name() | ast.Attribute():
            return _named(node, scope, steps)
        case ast.Subscript(value=outer, slice=inner):
            return _generic(outer, one_or_more(inner), scope, steps)
        case ast.Call(func=function, args=[_, _, *_] as arguments) if spelled(function).endswith("TypeVar"):
            return " | ".join(_written(one, scope, steps) for one in arguments[1:])
    return _ANY


def _named(node: ast.expr, scope: Scope, steps: int) -> str:
    meant = scope.expand(scope.module, spelled(node))
    if not isinstance(meant, str):
        module, value = meant
        return _written(value, Scope(scope.expand, module, scope.owner), steps - 1) if steps else _ANY
    if meant in ("typing.Self", "typing_extensions.Self", "_typeshed.Self"):
        return scope.owner
    if meant in _ANY_STR:
        return "str | bytes"
    if meant in _FILES:
        return _FILES[meant]
    unknown = "." not in meant and not hasattr(builtins, meant)
    return _ANY if unknown or meant in _MADE or meant.startswith("_typeshed.") else meant


def _generic(outer: ast.expr, inner: list[ast.expr], scope: Scope, steps: int) -> str:
    name = _named(outer, scope, steps)
    if name in ("typing.Literal", "typing_extensions.Literal"):
        made = {type(one.value).__name__ if isinstance(one, ast.Constant) else _ANY for one in inner}
        return " | ".join(sorted(made)).replace("NoneType", "None")
    given = [_written(one, scope, steps) for one in inner if spelled(one) != "..."]
    if name == "typing.IO":
        return {"str": _TEXT, "bytes": _BYTES}.get(given[0], f"{_TEXT} | {_BYTES}")
    if name in _COROUTINES:
        return given[-1]
    return name if name == _ANY or not given else f"{name}[{', '.join(given)}]"


def by_parameter(node: Function, dotted: Callable[[str], str]) -> dict[str, list[str]]:
    """What the parameters of a function in a stub take, of builtin types: `str`, `bytes`, `int`, `None`.

    There is `ANYTHING` in it where it takes any value, and `UNTOLD` where nobody can tell what else. A
    parameter is told by its name, and by its position if it can be given by that; `*` and `**` are all other
    places and names. `dotted` tells what a name stands for in the stub.
    """
    by_place = [*node.args.posonlyargs, *node.args.args]
    if by_place and by_place[0].arg in ("self", "cls"):
        del by_place[0]
    named = {one.arg: _taken(one.annotation, dotted) for one in (*by_place, *node.args.kwonlyargs)}
    named |= {"*": _taken(node.args.vararg.annotation, dotted)} if node.args.vararg else {}
    named |= {"**": [UNTOLD]} if node.args.kwarg else {}
    return named | {str(place): named[one.arg] for place, one in enumerate(by_place)}


def _taken(node: ast.expr | None, dotted: Callable[[str], str]) -> list[str]:
    leaves = _leaves(node, dotted) if node else set()
    return sorted({kind for leaf in leaves or {""} for kind in _TAKEN.get(leaf, (UNTOLD,))})


def _leaves(node: ast.expr, dotted: Callable[[str], str]) -> set[str]:
    """The names of the types in a union."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _leaves(left, dotted) | _leaves(right, dotted)
        case ast.Constant(value=None):
            return {"None"}
        case ast.Subscript(value=ast.Name(id="tuple" | "GenericPath" as name)):
            return {dotted(name).removeprefix("builtins.")}
        case ast.Name() | ast.Attribute():
            return {dotted(spelled(node)).removeprefix("builtins.")}
    return {"?"}
