"""What `except Exception` does not catch: where a program exits, and Ctrl-C where it waits.

Only what leads there is looked at, above all calls; values count where they say what is called. What classes
do behind operators, loops and builtins is looked at where the project has a special method for it that may
exit. That costs a part of the whole answer. Exceptions are in it where they are on the way.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising import (
    attributes,
    classes,
    context_managers,
    handlers,
    other_code,
    statements,
)
from codemods.exceptions.raising.arguments.by_table import special_methods_run
from codemods.exceptions.raising.arguments.callbacks import Functions, functions_given
from codemods.exceptions.raising.calls import by_its_name, handed_on, passed_on, unknown_called
from codemods.exceptions.raising.dispatch import run, runs_own
from codemods.exceptions.raising.facts import fact_used, waits_for_person
from codemods.exceptions.raising.operators import expressions, templates
from codemods.exceptions.raising.operators.special import ASKED, CONVERTS, COPIES, EQUALITY, TRUTH, WRITTEN
from codemods.exceptions.raising.signals import interrupted
from codemods.exceptions.raising.walk import Visitor, Visitors, Walk, each_type, short
from codemods.exceptions.types.operators import OPERATORS
from codemods.exceptions.types.targets import Target
from codemods.names import names_of

_GOING = ("__iter__", "__next__", "__aiter__", "__anext__", "__getitem__", "__len__")
_HASHED = ("__hash__", "__eq__")
_ORDERED = (*EQUALITY, "__lt__", "__le__", "__gt__", "__ge__")
_ITEMS = ("__getitem__", "__setitem__", "__delitem__", "__missing__", "__index__")
_UNARY = ("__neg__", "__pos__", "__invert__", *TRUTH)
_BY_PROTOCOL = {*_GOING, *TRUTH, *CONVERTS, "__hash__", "__reversed__"}
_BY_FUNCTIONS = {*TRUTH, *WRITTEN, *_HASHED, *_ORDERED, *CONVERTS, *COPIES}
_BY_ARGUMENTS = _BY_FUNCTIONS | _BY_PROTOCOL
# The methods of builtin types but those that other types have which exit, wait or run what they are given.
METHODS = {
    name
    for kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset)
    for name in dir(kind)
    if not name.startswith("_")
} - {"get", "join", "sort", "translate"}
_BINARY = tuple(f"__{kind}{name}__" for name in OPERATORS.values() for kind in ("", "i", "r"))


def _call(walk: Walk, node: ast.Call) -> None:
    walk.generic_visit(node)
    if walk.in_function and _is_of_builtins(walk, node):
        return
    target = walk.values.target(walk.module, node.func)
    _use(walk, target, node)
    passed_on(walk, target, node)


def _is_of_builtins(walk: Walk, call: ast.Call) -> bool:
    """Whether it calls a method that no class of the project has, but builtin types: whatever it is of.

    To find out of what takes long, and none of these exits, but by what it is given.
    """
    func, has_arguments = call.func, bool(call.args or call.keywords)
    if not isinstance(func, ast.Attribute) or func.attr not in METHODS or walk.values.packages:
        return False
    stores = (one for one in walk.module.attributes.get(func.attr, ()) if isinstance(one.ctx, ast.Store))
    return not (
        walk.outline.has_method(func.attr)
        or names_of(walk.module).qualified(func)
        or any(stores)
        or (has_arguments and (_has_any(walk, _BY_ARGUMENTS) or any(handed_on(walk, call))))
    )


def _use(walk: Walk, target: Target, node: ast.expr) -> None:
    if target.is_unsure:
        func = other_code.called(node)
        unknown_called(walk, node, f"calls `{short(func)}`")
        if isinstance(func, ast.Attribute) and func.attr in walk.outline.raising_beyond:
            by_its_name(walk, node)  # of what is only meant nothing else counts
    for fact in target.facts:
        _of_fact(walk, fact, node)
    run(walk, (*target.definitions, *target.hooks), below=target.below)


def _of_fact(walk: Walk, fact: Fact, node: ast.expr) -> None:
    other_code.run_by(walk, fact, node)
    exits = not all(walk.hierarchy.is_a(name, "Exception") for name in fact.raises)
    if exits or fact.installed or fact.untold or waits_for_person(fact):
        fact_used(walk, fact, node)
    if isinstance(node, ast.Call):
        interrupted(walk, fact, node)
        functions = functions_given(walk, node, fact)
        _of_arguments(walk, fact, node, functions)
        for given in functions.values():
            if not isinstance(given, ast.Lambda):
                _use(walk, walk.values.target(walk.module, given), given)


def _of_arguments(walk: Walk, fact: Fact, call: ast.Call, functions: Functions) -> None:
    """Note what special methods raise that a builtin runs."""
    if fact.name in ("str.format", "builtins.format"):
        if _has_any(walk, WRITTEN):
            (templates.fill if fact.name == "str.format" else templates.fill_one)(walk, call)
        return
    names = ASKED if fact.name == "builtins.hasattr" else _BY_FUNCTIONS
    if _has_any(walk, names) or (fact.protocol and _has_any(walk, _BY_PROTOCOL)):
        special_methods_run(walk, call, fact, functions)


def _attribute(walk: Walk, node: ast.Attribute) -> None:
    look = attributes.VISITORS[ast.Attribute] if walk.outline.has_property(node.attr) else Walk.generic_visit
    look(walk, node)
    if _has_any(walk, ASKED) and not walk.values.attribute(walk.module, node).found:
        for kind in each_type(walk, node.value):
            runs_own(walk, node.value, kind, ASKED, "asks for an attribute of")


def _where_any(names: Collection[str], visitors: Visitors) -> Visitors:
    """The visitors for what runs special methods, which look at it where one of those may exit."""
    asked = frozenset(names)  # compared with the few that there are, not the other way round

    def guarded(visitor: Visitor) -> Visitor:
        def visit(walk: Walk, node: ast.AST) -> None:
            (visitor if _has_any(walk, asked) else Walk.generic_visit)(walk, node)

        return visit

    return {kind: guarded(visitor) for kind, visitor in visitors.items()}


def _has_any(walk: Walk, names: Collection[str]) -> bool:
    return walk.context.special_exits(names)


def _while(walk: Walk, node: ast.While) -> None:
    (statements.VISITORS[ast.While] if _has_any(walk, TRUTH) else _endless)(walk, node)


def _endless(walk: Walk, node: ast.While) -> None:
    walk.generic_visit(node)
    statements.endless(walk, node)


def _some(room: Visitors, *kinds: type[ast.AST]) -> Visitors:
    return {kind: room[kind] for kind in kinds}


VISITORS: Visitors = {
    **classes.VISITORS,
    **handlers.VISITORS,
    **context_managers.VISITORS,
    **statements.DEFINING,
    **_where_any(_GOING, _some(statements.VISITORS, ast.For, ast.AsyncFor, ast.comprehension, ast.Assign)),
    **_where_any(_GOING, _some(statements.VISITORS, ast.Starred, ast.YieldFrom)),
    **_where_any(TRUTH, _some(statements.VISITORS, ast.If, ast.IfExp, ast.BoolOp, ast.Assert)),
    **_where_any(_ITEMS, _some(expressions.VISITORS, ast.Subscript)),
    **_where_any(_HASHED, _some(expressions.VISITORS, ast.Dict, ast.Set, ast.SetComp, ast.DictComp)),
    **_where_any((*_BINARY, *WRITTEN), _some(expressions.VISITORS, ast.BinOp, ast.AugAssign)),
    **_where_any(_UNARY, _some(expressions.VISITORS, ast.UnaryOp)),
    **_where_any((*_ORDERED, *_GOING, "__contains__"), _some(expressions.VISITORS, ast.Compare)),
    **_where_any(WRITTEN, _some(expressions.VISITORS, ast.FormattedValue)),
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.While: _while,
}
