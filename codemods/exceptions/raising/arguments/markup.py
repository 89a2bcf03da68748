"""What texts raise that Rich reads as markup: `[/usr/bin]` closes what nothing has opened."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import LIKELY
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.functions.signatures import argument_of, given_at
from codemods.names import names_of
from codemods.nodes import spelled

_ERROR = "rich.errors.MarkupError"
_PRINTING = ("rich.print", "rich.console.Console.print", "rich.console.Console.log")
_TITLED = "rich.console.Console.rule"
_WITHOUT_TAGS = {"int", "float", "bool", "None", "bytes"}
_NEVER_READ = {*_WITHOUT_TAGS, "list", "dict", "set", "tuple", "rich.text.Text"}


def markup(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what tags raise that stand in a text which is not written out."""
    for text in _read(call, fact):
        if not _is_plain(walk, text):
            reason = f"`{fact.name}`: `{spelled(text)}` may have a tag that closes nothing: {fact.source}"
            walk.found.add(_ERROR, reason, LIKELY)


def _read(call: ast.Call, fact: Fact) -> list[ast.expr]:
    """The arguments that are read as markup; none with `markup=False`."""
    match argument_of(call, None, "markup"):
        case ast.Constant(value=False):
            return []
    if fact.name == _TITLED:
        return [*given_at(call, (0, "title"))]
    return call.args if fact.name in _PRINTING else []


def _is_plain(walk: Walk, node: ast.expr) -> bool:
    """Whether nothing in it can be read as a tag that nobody has written there."""
    match node:
        case ast.Constant():
            return True
        case ast.JoinedStr(values=parts):
            return all(_has_no_tags(walk, part) for part in parts)
        case ast.BinOp(left=one, op=ast.Add(), right=other) | ast.IfExp(body=one, orelse=other):
            return _is_plain(walk, one) and _is_plain(walk, other)
    kinds = type_names(walk, node)
    return _has_no_tags(walk, node) or (bool(kinds) and kinds <= _NEVER_READ)


def _has_no_tags(walk: Walk, part: ast.expr) -> bool:
    """Whether a part of a text is written out, escaped, or a number."""
    match part:
        case ast.Constant():
            return True
        case ast.FormattedValue(value=inner):
            return _has_no_tags(walk, inner)
        case ast.Call(func=function) if names_of(walk.module).is_any(function, "rich.markup.escape"):
            return True
    kinds = type_names(walk, part)
    return bool(kinds) and kinds <= _WITHOUT_TAGS
