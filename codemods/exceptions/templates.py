"""`"… {name:spec} …".format(values)`: whether what is given fits the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import count
from string import Formatter

from codemods.exceptions import operations
from codemods.exceptions.answer import RARE
from codemods.exceptions.walk import Walk


def fill(walk: Walk, call: ast.Call) -> bool:
    """Note what filling a text raises; False where it takes more than looking at the text to know."""
    fields = _fields(call)
    if fields is None or any(isinstance(argument, ast.Starred) for argument in call.args):
        for name in ("AttributeError", "TypeError"):  # `{value.name}`, `{value[key]}`
            walk.found.add(name, "`str.format`: the text may ask a value for what it lacks", RARE)
        return False
    if len({bool(name) for name, _ in fields if not name or _is_number(name)}) > 1:
        walk.found.add("ValueError", "`str.format`: the text has fields with and without numbers")
    numbers = count()
    for name, spec in fields:
        _field(walk, call, name or str(next(numbers)), spec)
    return True


def _fields(call: ast.Call) -> list[tuple[str, str]] | None:
    """The names of a text's fields and their formats, those in formats as well; None when that is not all."""
    match call.func:
        case ast.Attribute(value=ast.Constant(value=str(text))) if all(k.arg for k in call.keywords):
            pass
        case _:
            return None
    try:
        fields = [*_parsed(text)]
    except ValueError:
        return None
    is_simple = all(_is_number(name) or name.isidentifier() or not name for name, _ in fields)
    return fields if is_simple else None


def _parsed(text: str) -> Iterator[tuple[str, str]]:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            if conversion and conversion not in "rsa":
                raise ValueError(conversion)
            yield name, spec or ""
            yield from _parsed(spec or "")


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 4


def _field(walk: Walk, call: ast.Call, name: str, spec: str) -> None:
    value: ast.expr | None
    if _is_number(name):
        value = call.args[int(name)] if int(name) < len(call.args) else None
    else:
        value = next((k.value for k in call.keywords if k.arg == name), None)
    if value is None:
        kind = "IndexError" if _is_number(name) else "KeyError"
        walk.found.add(kind, f"`str.format`: there is no value for `{{{name}}}`")
        return
    plain = ast.Constant(spec) if spec else None
    operations.formatted(walk, ast.FormattedValue(value=value, conversion=-1, format_spec=plain))
