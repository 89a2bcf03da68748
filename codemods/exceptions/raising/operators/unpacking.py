"""What taking pairs and the like apart can raise: `a, b = value`, `for i, (a, b) in values`, `{**table}`."""

from __future__ import annotations

import ast

from codemods.exceptions.raising.sure.places import UNPACKING, parts_of
from codemods.exceptions.raising.sure.presence import has_parts
from codemods.exceptions.raising.sure.written import bound_to
from codemods.exceptions.raising.walk import Walk, each_type, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.classes.bases import outer_types
from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import (
    ITERABLE,
    LOOSE,
    MAPPINGS,
    NUMBERS,
    as_tuple,
    at_place,
    element,
    join,
    names_in,
)
from codemods.exceptions.types.library.groups import has_group
from codemods.exceptions.types.library.records import values_of
from codemods.exceptions.types.notation import Type, Value, known
from codemods.names import names_of
from codemods.nodes import spelled

_MAPPINGS = MAPPINGS | {"collections.defaultdict"}

Pattern = ast.Tuple | ast.List


def unpack(walk: Walk, node: ast.expr, pattern: Pattern, each: bool) -> None:
    """`a, b = node`, or `for a, b in node` (`each`)."""
    parts = node.elts if isinstance(node, Pattern) and not each else []
    if len(parts) == len(pattern.elts) and not spreads(parts):
        for part, inner in zip(parts, pattern.elts, strict=True):
            if isinstance(inner, Pattern):
                unpack(walk, part, inner, each=False)
        return
    kinds_of(walk, node)
    if not each and (_is_split(walk, node, pattern) or _is_tested(walk, node, pattern)):
        return
    if _is_of_one(walk, node, pattern, each):
        return
    value = walk.values.of(walk.module, node)
    unpack_value(walk, known(element(value)) if each else value, pattern, spelled(node))


def _is_split(walk: Walk, node: ast.expr, pattern: Pattern) -> bool:
    """Whether a text is split into that many parts: `if "=" in x: a, b = x.split("=", 1)`."""
    least, most = parts_of(walk, node)
    if spreads(pattern.elts):
        return 0 < least >= len(pattern.elts) - 1
    return least == most == len(pattern.elts)


def _is_tested(walk: Walk, node: ast.expr, pattern: Pattern) -> bool:
    """Whether a test says that it has as many parts: `if len(parts) == 2: a, b = parts`."""
    starred = sum(isinstance(part, ast.Starred) for part in pattern.elts)
    inner = (part.value if isinstance(part, ast.Starred) else part for part in pattern.elts)
    if any(isinstance(part, Pattern) for part in inner):
        return False
    return has_parts(walk, node, len(pattern.elts) - starred, exact=not starred)


def _is_of_one(walk: Walk, node: ast.expr, pattern: Pattern, each: bool) -> bool:
    """Whether it is sure to hold one part, as the pattern does: `(size,) = struct.unpack("!I", data)`.

    The type does not tell: a tuple of which one place is told may have any length.
    """
    if len(pattern.elts) != 1 or isinstance(pattern.elts[0], (ast.Starred, ast.Tuple, ast.List)):
        return False
    bound = bound_to(walk.module, node, walk.project) if isinstance(node, ast.Name) else [node]
    return bool(bound) and all(_makes_one(walk, made, each) for made in bound or ())


def _makes_one(walk: Walk, made: ast.expr, each: bool) -> bool:
    names = names_of(walk.module)
    match made:
        case ast.Tuple(elts=[part]):
            return not each and not isinstance(part, ast.Starred)
        case ast.Call(func=function, args=[ast.Constant(value=str(form)), *_]):
            reading = ("struct.iter_unpack",) if each else UNPACKING
            return names.is_any(function, *reading) and len(values_of(form)) == 1
        case ast.Call(func=ast.Attribute(value=match, attr="groups"), args=[]) if not each:
            first, second = (
                has_group(walk.values, walk.module, match, ast.Constant(group)) for group in (1, 2)
            )
            return first is True and second is False
    return False


def unpack_value(walk: Walk, value: Value, pattern: Pattern, source: str) -> None:
    """As `unpack`, of a value that the `source` gives."""
    label = f"`{spelled(pattern)}` from `{source}`"
    value = frozenset(map(as_tuple, value))
    kinds = names_in(value)
    if not kinds:
        walk.found.guess(f"unpacks {label}, whose type is unknown", "ValueError", "TypeError")
        return
    for place, inner in enumerate(pattern.elts):
        if isinstance(inner, Pattern):
            unpack_value(walk, known(_part(value, pattern, place)), inner, source)
    if kinds <= {"tuple"} and all(_has_length(kind, pattern) for kind in value):
        return
    if not _takes_any(pattern) and not all(_fails_otherwise(kind, pattern) for kind in value):
        walk.found.add("ValueError", f"unpacks {label}: there may be more or fewer")
    if kinds & LOOSE or kinds & NUMBERS:
        walk.found.add("TypeError", f"unpacks {label}: it may be of another type")
    elif not kinds <= ITERABLE:
        walk.found.missing[f"unpacks {label}, whose type is unknown"] = None


def _fails_otherwise(kind: Type, pattern: Pattern) -> bool:
    """Whether it has as many places, or is nothing to take apart, which is a TypeError: None, a number."""
    return kind.name in NUMBERS | {"None"} or (kind.name == "tuple" and _has_length(kind, pattern))


def _takes_any(pattern: Pattern) -> bool:
    """Whether it is for any number of things: `*parts, = value`."""
    return len(pattern.elts) == 1 and isinstance(pattern.elts[0], ast.Starred)


def spread(walk: Walk, node: ast.expr) -> None:
    """`{**node}`: what is no mapping has no keys."""
    label = f"puts `{spelled(node)}` into a dict"
    if not kinds_of(walk, node):
        walk.found.guess(f"{label}, whose type is unknown", "TypeError")
    for kind in each_type(walk, node):
        if kind.name in LOOSE:
            walk.found.add("TypeError", f"{label}: it may be no mapping")
        elif kind.name in (ITERABLE - _MAPPINGS) | NUMBERS:
            walk.found.add("TypeError", f"{label}: it is no mapping")
        elif not _is_mapping(walk, kind):
            walk.found.missing[f"{label}, whose type is unknown"] = None


def _is_mapping(walk: Walk, kind: Type) -> bool:
    if kind.definition:
        return bool(outer_types(walk.values, kind.definition) & MAPPINGS)
    return kind.name in _MAPPINGS or all(tables().fact(kind.name, name) for name in ("keys", "__getitem__"))


def _part(value: Value, pattern: Pattern, place: int) -> Value:
    """What stands at a place of a pattern."""
    stars = [index for index, part in enumerate(pattern.elts) if isinstance(part, ast.Starred)]
    if stars and stars[0] < place:
        place -= len(pattern.elts)  # counted from the end
    return join(at_place(kind, place) for kind in value)


def _has_length(kind: Type, pattern: Pattern) -> bool:
    """Whether a tuple has as many places as the pattern.

    One of which nothing more is said is taken to, unless it is an annotation that does not say it. What is
    said of one place may be meant for all of them.
    """
    if not kind.arguments:
        return not kind.assumed
    told = len(kind.arguments) if len(kind.arguments) > 1 else 0
    if spreads(pattern.elts):
        return told >= len(pattern.elts) - 1
    return told == len(pattern.elts)


def holds_pairs(walk: Walk, node: ast.expr) -> bool:
    """Whether it is what a mapping holds, in pairs: `table.items()`."""
    match node:
        case ast.Call(func=ast.Attribute(value=whole, attr="items"), args=[], keywords=[]):
            kinds = kinds_of(walk, whole)
            return bool(kinds) and kinds <= MAPPINGS
    return False
