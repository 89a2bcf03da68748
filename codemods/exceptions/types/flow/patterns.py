"""The types of what the patterns of a `match` look at, and of what they bind."""

from __future__ import annotations

import ast
from typing import TypeAlias

from codemods.exceptions.types import notation
from codemods.exceptions.types.flow.narrowing import of_classes
from codemods.exceptions.types.kinds import (
    MAPPINGS,
    SEQUENCES,
    at_place,
    element,
    element_of,
    join,
    loosened,
    plain,
)
from codemods.exceptions.types.notation import ANY, DATA, NONE, UNKNOWN, Type, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module

_Capture: TypeAlias = ast.MatchAs | ast.MatchStar | ast.MatchMapping

# Builtin types whose one part in parentheses is the value itself: `int(number)`.
WHOLE = frozenset(
    {"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}
)
_TEXTS = {"str", "bytes", "bytearray"}  # sequences that no sequence pattern matches


def of_capture(values: Inference, module: Module, node: _Capture) -> Value:
    """The type that a name in a pattern gets."""
    match node:
        case ast.MatchMapping():
            return plain("dict", UNKNOWN, UNKNOWN)
        case ast.MatchStar():
            return plain("list", element(_matched_around(values, module, node)))
    return matched(values, module, node, subject(values, module, node))


def subject(values: Inference, module: Module, pattern: ast.pattern) -> Value:
    """The types of what a pattern is held against."""
    parent = module.parent(pattern)
    match parent:
        case ast.match_case():
            statement = module.parent(parent)
            assert isinstance(statement, ast.Match)
            value = values.seen(module, statement.subject)
            before = statement.cases[: statement.cases.index(parent)]
            return value - NONE if any(_is_none(case) for case in before) else value
        case ast.MatchAs() | ast.MatchOr():
            return subject(values, module, parent)
        case ast.MatchSequence(patterns=parts):
            whole = _matched_around(values, module, pattern)
            if any(isinstance(part, ast.MatchStar) for part in parts):
                return element(whole)
            return join(at_place(kind, parts.index(pattern)) for kind in whole) if whole else UNKNOWN
        case ast.MatchMapping():
            whole = _matched_around(values, module, pattern)
            return join(element_of(kind, at_key=True) for kind in whole) if whole else UNKNOWN
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=parts):
            whole = _matched_around(values, module, pattern)
            if pattern in parts:
                name = names[parts.index(pattern)]
                return join(_attribute(values, kind, name) for kind in whole) if whole else UNKNOWN
            return whole if {kind.name for kind in whole} <= WHOLE else UNKNOWN
    return UNKNOWN


def matched(values: Inference, module: Module, pattern: ast.pattern | None, value: Value) -> Value:
    """What is left of a value that the pattern has matched."""
    match pattern:
        case ast.MatchClass(cls=kind):
            return of_classes(value, notation.an_instance(values.project, module, kind))
        case ast.MatchSingleton(value=None):
            return NONE
        case ast.MatchAs(pattern=inner):
            return matched(values, module, inner, value)
        case ast.MatchOr(patterns=parts):
            return join(matched(values, module, part, value) for part in parts)
        case ast.MatchSequence():
            return _kept(value, SEQUENCES - _TEXTS, plain("list", DATA))
        case ast.MatchMapping():
            return _kept(value, MAPPINGS | {"collections.defaultdict"}, plain("dict", plain("str"), DATA))
    return value


def _matched_around(values: Inference, module: Module, pattern: ast.AST) -> Value:
    """What the pattern around this one has matched."""
    around = module.parent(pattern)
    assert isinstance(around, ast.pattern)
    return matched(values, module, around, subject(values, module, around))


def _kept(value: Value, names: frozenset[str], of_data: Value) -> Value:
    """The types of these names; of data what it must be, and what is of the project may be one of them."""
    kept = frozenset(k for k in value if k.name in names or k.definition or k in ANY)
    return kept | of_data if value >= DATA else kept


def _attribute(values: Inference, kind: Type, name: str) -> Value:
    if kind.definition is None:
        fact = values.fact_of(kind.name, name)
        return values.returned(fact) if fact and fact.is_value else UNKNOWN
    target = values.member(kind.definition, name)
    found = [*target.values, *(loosened(values.seen(*origin)) for origin in target.origins)]
    return join(found) if found and target.known else UNKNOWN


def _is_none(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchSingleton) and case.pattern.value is None
