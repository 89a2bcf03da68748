"""What the tests around an expression leave of the types that it may have."""

from __future__ import annotations

import ast

from codemods.exceptions.types import notation
from codemods.exceptions.types.flow.conditions import true_tests
from codemods.exceptions.types.flow.nullness import may_turn_none, was_used
from codemods.exceptions.types.flow.tested import tested_around
from codemods.exceptions.types.notation import ANY, DATA, NONE, NOTHING, UNKNOWN, Type, Value
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more, spelled
from codemods.project import Project

_HOLDING = {"list": 1, "dict": 2}  # by how many types what is in them is told


def narrowed(project: Project, module: Module, expression: ast.Name | ast.Attribute, value: Value) -> Value:
    """The value as the code around the expression leaves it: `isinstance(x, T)`, `x is not None`, `x`."""
    left = _tested_for(project, module, expression, value)
    if value >= NONE and isinstance(expression, ast.Attribute) and may_turn_none(module, expression):
        return left | NONE
    return left - NONE if left > NONE and was_used(module, expression) else left


def _tested_for(
    project: Project, module: Module, expression: ast.Name | ast.Attribute, value: Value
) -> Value:
    text = spelled(expression)
    tested = tested_around(module, expression)
    if text not in (tested.all if value >= NONE else tested.for_classes):
        return value
    for test in reversed([*true_tests(module, expression)]):  # the outer ones first
        value = held(project, module, test, text, value)
    return value


def held(project: Project, module: Module, test: ast.expr, text: str, value: Value) -> Value:
    """What is left of the value of an expression where a test holds."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[tested, kinds]) if _text(tested) == text:
            return of_classes(value, _tested(project, module, kinds))
        case ast.UnaryOp(
            op=ast.Not(), operand=ast.Call(func=ast.Name(id="isinstance"), args=[tested, kinds])
        ) if _text(tested) == text:
            return _not_of_classes(value, _tested(project, module, kinds))
        case ast.Compare(
            left=tested, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]
        ):
            return _not_none(value) if _text(tested) == text else value
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type") as asking, args=[tested]),
            ops=[ast.Is() | ast.Eq() | ast.In()],
            comparators=[kinds],
        ) if _text(tested) == text and names_of(module).is_any(asking, "builtins.type"):
            return of_classes(value, _tested(project, module, kinds))
        case ast.Name() | ast.Attribute() | ast.NamedExpr() if _text(test) == text:
            return _not_none(value)
    return value


def _not_none(value: Value) -> Value:
    """The value without None; nothing is left of one that is set where we do not look."""
    return (value - NONE or NOTHING) if value else UNKNOWN


def _tested(project: Project, module: Module, kinds: ast.expr) -> Value:
    """The types that `isinstance` gets, or that `type(x)` is held against; unknown when one of them is."""
    parts = kinds.elts if isinstance(kinds, (ast.List, ast.Set)) else one_or_more(kinds)
    found = [notation.an_instance(project, module, part) for part in parts]
    return frozenset().union(*found) if all(found) else UNKNOWN


def of_classes(value: Value, tested: Value) -> Value:
    """What is left of a value that is an instance of one of the tested types."""
    if not tested:
        return UNKNOWN
    names = {(kind.name, kind.definition) for kind in tested}
    both = frozenset(kind for kind in value if (kind.name, kind.definition) in names)
    sure = both and notation.known(value) and len({kind.name for kind in value}) > len(both)
    if sure or (both and len(value) == len(both)):
        return both
    return frozenset(map(_of_data, tested)) if DATA <= value <= DATA | NONE else tested


def _of_data(kind: Type) -> Type:
    """The type of a part of some data, which holds data in turn."""
    held = _HOLDING.get(kind.name, 0) if not kind.arguments else 0
    return kind._replace(arguments=(DATA,) * held) if held else kind


def _not_of_classes(value: Value, tested: Value) -> Value:
    """What is left of a value that is no instance of the tested types.

    What nobody knows stays: an abstract class that is tested takes only some of that.
    """
    gone = {kind.name for kind in tested - ANY if not kind.definition}
    gone |= {"bool"} if "int" in gone else set()
    return frozenset(kind for kind in value if kind.definition or kind.name not in gone)


def _text(tested: ast.expr) -> str:
    """The expression itself, or the name that gets its value (`name := …`)."""
    return spelled(tested.target if isinstance(tested, ast.NamedExpr) else tested)
