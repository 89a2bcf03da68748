"""What a `defaultdict` makes where a key is missing, and whether that raises nothing."""

from __future__ import annotations

import ast

from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module
from codemods.names import names_of

_QUIET = (
    *(f"builtins.{kind}" for kind in ("list", "dict", "set", "int", "str", "float", "bool", "tuple")),
    *(f"collections.{kind}" for kind in ("deque", "Counter", "OrderedDict")),
)


def of_factory(values: Inference, module: Module, factory: ast.expr) -> Value:
    """A defaultdict; what it holds is told where a builtin type makes it, or `lambda: 0`."""
    held = UNKNOWN
    if _is_quiet(module, factory):
        made = (names_of(module).qualified(factory) or "").removeprefix("builtins.")
        held = values.seen(module, factory.body) if isinstance(factory, ast.Lambda) else plain(made)
    return plain("collections.defaultdict", *((UNKNOWN, held) if held else ()))


def _is_quiet(module: Module, factory: ast.expr) -> bool:
    """Whether what makes the values of a defaultdict raises nothing."""
    match factory:
        case ast.Lambda(args=ast.arguments(args=[], posonlyargs=[], kwonlyargs=[]), body=body):
            return _is_made_quietly(module, body)
    return names_of(module).is_any(factory, *_QUIET)


def _is_made_quietly(module: Module, made: ast.expr) -> bool:
    match made:
        case ast.Constant():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(_is_made_quietly(module, part) for part in parts)
        case ast.Dict(keys=keys, values=parts):
            are_plain = all(isinstance(key, ast.Constant) for key in keys)
            return are_plain and all(_is_made_quietly(module, part) for part in parts)
        case ast.Call(func=function, args=factories, keywords=[]):
            is_nested = names_of(module).is_any(function, "collections.defaultdict")
            makes_none = not factories and _is_quiet(module, function)
            return makes_none or (is_nested and all(_is_quiet(module, one) for one in factories))
    return False
