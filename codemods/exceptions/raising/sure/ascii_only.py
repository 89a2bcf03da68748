"""Texts that are ASCII only, which every encoding that is used takes."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import MOST_STEPS, bound_to, values_written
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.functions.signatures import given_at
from codemods.names import names_of
from codemods.nodes import one_or_more

_STAYING_ASCII = ("strip", "lstrip", "rstrip", "lower", "upper")
_WITH_ASCII = ("ascii", "us-ascii", "utf-8", "utf8", "latin-1", "latin1", "iso-8859-1")
_NOT_ASCII = (None, "ensure_ascii", "separators", "indent", "cls")  # with which it may give any text


def codes_well(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether text is encoded or decoded that fits the encoding, whichever it is."""
    match call.args:
        case [text] if fact.name == "io.TextIOWrapper.write":
            written = values_written(walk.module, text, walk.project)
            plain = written and all(isinstance(one, str) and one.isascii() for one in written)
            return bool(plain) or gives_ascii(walk, text)
    return _recodes_ascii(walk, call)


def gives_ascii(walk: Walk, node: ast.expr, depth: int = 0) -> bool:
    """Whether it is text or bytes that is ASCII only: `base64.b64encode(data)`, also with its ends cut."""
    match node:
        case ast.Name() if depth < MOST_STEPS:
            bound = bound_to(walk.module, node, walk.project) or []
            return bool(bound) and all(gives_ascii(walk, one, depth + 1) for one in bound)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _STAYING_ASCII:
            if gives_ascii(walk, inner, depth):
                return True
        case ast.Call(func=ast.Attribute(attr="encode"), args=[ast.Constant(value="ascii"), *_]) if {
            fact.name for fact in walk.values.target(walk.module, node.func).facts
        } == {"str.encode"}:
            return True
        case ast.Call() if _recodes_ascii(walk, node):
            return True
        case ast.Call(func=function, args=[number], keywords=[]):
            if names_of(walk.module).is_any(function, "builtins.str") and _is_number(walk, number):
                return True
        case ast.JoinedStr(values=parts):
            return all(_is_ascii_part(walk, part) for part in parts)
    if not isinstance(node, ast.Call) or not all(map(_keeps_ascii, node.keywords)):
        return False
    facts = walk.values.target(walk.module, node.func).facts
    return bool(facts) and all(fact.ascii for fact in facts)


def _keeps_ascii(keyword: ast.keyword) -> bool:
    """Whether text stays ASCII with a keyword of what gives such: `indent=2`, `separators=(",", ":")`."""
    if keyword.arg not in _NOT_ASCII:
        return True
    if keyword.arg not in ("indent", "separators"):
        return False
    parts = one_or_more(keyword.value)
    return all(isinstance(part, ast.Constant) and str(part.value).isascii() for part in parts)


def _is_ascii_part(walk: Walk, part: ast.expr) -> bool:
    match part:
        case ast.Constant(value=str(text)):
            return text.isascii()
        case ast.FormattedValue(value=value, format_spec=None | ast.JoinedStr(values=[ast.Constant()])):
            return _is_number(walk, value) and (
                part.format_spec is None or gives_ascii(walk, part.format_spec)
            )
    return False


def _is_number(walk: Walk, node: ast.expr) -> bool:
    kinds = kinds_of(walk, node)
    return bool(kinds) and kinds <= {"int", "float", "bool"}


def _recodes_ascii(walk: Walk, call: ast.Call) -> bool:
    """Whether it decodes or encodes what is ASCII only, in an encoding that has ASCII in it."""
    match call.func:
        case ast.Attribute(value=text, attr="decode" | "encode") if gives_ascii(walk, text):
            given = given_at(call, (0, "encoding"))
            return all(isinstance(a, ast.Constant) and str(a.value).lower() in _WITH_ASCII for a in given)
    return False
