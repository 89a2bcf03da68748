"""Values that are sure to be written out: as JSON, or a date by a format."""

from __future__ import annotations

import ast
import re

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, kinds_of

_OF_JSON = ("indent", "separators", "ensure_ascii")  # with which `json.dumps` writes no other values
_WRITING_DATES = ("datetime.date.strftime", "datetime.time.strftime")
_PLAIN_FORMAT = re.compile("([^%\\0]|%[aAbBcdfHIjmMpSUwWxXyYzZ%])*")  # what every C library knows, and Python


def writes_json(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether it writes as JSON what is written out there: `json.dumps(["error", message])`."""
    if fact.name != "json.dumps" or len(call.args) != 1:
        return False
    plain = all(option.arg in _OF_JSON and not _names(option.value) for option in call.keywords)
    return plain and _is_json(walk, call.args[0])


def writes_date(call: ast.Call, fact: Fact) -> bool:
    """Whether it writes a date by a format that means the same everywhere: `moment.strftime("%Y-%m-%d")`."""
    match call.args:
        case [ast.Constant(value=str(form))] if fact.name in _WRITING_DATES and form.isascii():
            return _PLAIN_FORMAT.fullmatch(form) is not None
    return False


def _is_json(walk: Walk, node: ast.expr) -> bool:
    """Whether a value can be written as JSON; a number that is not written out may be too long."""
    match node:
        case ast.Constant(value=value):
            return not isinstance(value, (bytes, complex)) and value is not ...
        case ast.JoinedStr():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(_is_json(walk, part) for part in parts)
        case ast.Dict(keys=keys, values=parts):
            named = all(isinstance(key, (ast.Constant, ast.JoinedStr)) for key in keys)
            return named and all(_is_json(walk, part) for part in (*filter(None, keys), *parts))
    kinds = kinds_of(walk, node)
    return bool(kinds) and kinds <= {"str", "bool", "float", "None"}


def _names(node: ast.expr) -> bool:
    return any(isinstance(part, (ast.Name, ast.Attribute, ast.Call)) for part in ast.walk(node))
