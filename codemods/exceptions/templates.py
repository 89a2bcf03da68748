"""`"… {name:spec} …".format(values)`: whether what is given fits the text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import count
from string import Formatter

from codemods.exceptions import operations
from codemods.exceptions.answer import POSSIBLE
from codemods.exceptions.walk import Walk

_NAME = re.compile(r"[.\[]")  # what ends the name of a field


def fill(walk: Walk, call: ast.Call) -> bool:
    """Note what filling a text raises; False where the text is not written out and anything may be in it."""
    match call.func:
        case ast.Attribute(value=ast.Constant(value=str(text))):
            pass
        case _:
            for name in ("AttributeError", "TypeError"):  # `{value.name}`, `{value[key]}`
                walk.found.add(name, "`str.format`: the text may ask a value for what it lacks", POSSIBLE)
            return False
    try:
        fields = [*_fields(text)]
    except ValueError:
        fields = []
        walk.found.add("ValueError", f"`{text!r}` is no text that `str.format` takes")
    if len({bool(name) for name, _, _ in fields if not name or name.isdigit()}) > 1:
        walk.found.add("ValueError", f"`{text!r}` has fields with and without numbers")
    numbers = count()
    for name, rest, spec in fields:
        _field(walk, call, name or str(next(numbers)), rest, spec)
    return True


def _fields(text: str) -> Iterator[tuple[str, str, str]]:
    """The fields of a text: what is given, what is read of it, and the format; those in formats as well."""
    for _, field, spec, _ in Formatter().parse(text):
        if field is not None:
            name = _NAME.split(field, maxsplit=1)[0]
            yield name, field[len(name) :], spec or ""
            yield from _fields(spec or "")


def _field(walk: Walk, call: ast.Call, name: str, rest: str, spec: str) -> None:
    value = _given(walk, call, name)
    if value is not None:
        if isinstance(value, ast.Constant):
            return
        plain = ast.Constant(spec) if spec else None
        operations.formatted(walk, ast.FormattedValue(value=value, conversion=-1, format_spec=plain))
    field = name + rest
    if "." in rest:
        walk.found.add("AttributeError", f"`str.format`: `{{{field}}}` may not be there")
    if "[" in rest:
        for kind in ("KeyError", "IndexError", "TypeError"):
            walk.found.add(kind, f"`str.format`: `{{{field}}}` may not be there")


def _given(walk: Walk, call: ast.Call, name: str) -> ast.expr | None:
    """What a call gives for a field, by its place or its name; what is raised without is noted."""
    if name.isdigit():
        before = call.args[: int(name) + 1]
        if any(isinstance(argument, ast.Starred) for argument in before):
            walk.found.add("IndexError", f"`str.format`: there may be no value for `{{{name}}}`")
        elif int(name) < len(call.args):
            return call.args[int(name)]
        else:
            walk.found.add("IndexError", f"`str.format`: no value is given for `{{{name}}}`")
        return None
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    if name not in by_name:
        walk.found.add("KeyError", f"`str.format`: there may be no value for `{{{name}}}`")
    return by_name.get(name)
