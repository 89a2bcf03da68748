"""`with`: what entering and leaving raises, and what a context manager swallows."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.exceptions.hierarchy import BROAD, hierarchy_at
from codemods.exceptions.raising.calls import use
from codemods.exceptions.raising.dispatch import awaited
from codemods.exceptions.raising.facts import fact_used
from codemods.exceptions.raising.operators import unpacking
from codemods.exceptions.raising.walk import Visitors, Walk, kinds_of, short
from codemods.exceptions.types.flow.bindings import entered_by
from codemods.exceptions.types.functions.decorators import is_context_manager
from codemods.exceptions.types.notation import NONE, UNKNOWN, Type, known, ordered
from codemods.exceptions.types.targets import Target

_MADE_BY_DECORATOR = "contextlib.AbstractContextManager"
_REDIRECTS = ("contextlib.redirect_stdout", "contextlib.redirect_stderr")
_IN_TURN = ("__aenter__", "__aexit__")
_TEXT_STREAMS = ("io.StringIO", "io.TextIOWrapper")


def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    suppressed: list[str] = []
    for item in node.items:
        walk.visit(item.context_expr)
        if item.optional_vars:
            walk.visit(item.optional_vars)
            if isinstance(item.optional_vars, (ast.Tuple, ast.List)):
                given = known(entered_by(walk.values, walk.module, item.context_expr))
                unpacking.unpack_value(walk, given, item.optional_vars, short(item.context_expr))
        suppressed += _enter(walk, item.context_expr, in_turn=isinstance(node, ast.AsyncWith))
    inside = walk.part(node.body)
    hierarchy = hierarchy_at(walk.hierarchy.project, walk.module.path)
    for raised in inside.raised.values():
        if not hierarchy.is_a(hierarchy.merged(raised.type), *suppressed):
            walk.found.keep(raised)
    walk.found.assumed |= inside.assumed
    if set(BROAD).isdisjoint(suppressed):
        walk.found.missing |= inside.missing


def _enter(walk: Walk, manager: ast.expr, *, in_turn: bool) -> list[str]:
    """Note what entering and leaving a context manager raises; the types that it swallows.

    `in_turn`: by `async with`.
    """
    target = (
        walk.values.target(walk.module, manager.func)
        if isinstance(manager, ast.Call)
        else Target(known=False)
    )
    if [f.name for f in target.facts] == ["contextlib.suppress"]:
        assert isinstance(manager, ast.Call)
        hierarchy = hierarchy_at(walk.hierarchy.project, walk.module.path)
        resolved = (hierarchy.resolve(walk.module, a) for a in manager.args)
        return [hierarchy.merged(name) for name in resolved if name]
    if target.definitions and all(is_context_manager(d) for d in target.definitions):
        return []  # its body was looked into where it is called
    kinds_of(walk, manager)
    value = walk.values.of(walk.module, manager)
    # What a function of an installed package runs that a decorator made one is told where it is called.
    told = value and target.facts and all(k.name == _MADE_BY_DECORATOR and k.arguments for k in value)
    known_to_enter = [
        _enters(walk, manager, kind, in_turn=in_turn) for kind in (() if told else ordered(value))
    ]
    if not value or not all(known_to_enter):
        walk.found.missing[f"enters `{short(manager)}`, whose type is unknown"] = None
    return []


def _enters(walk: Walk, manager: ast.expr, kind: Type, *, in_turn: bool) -> bool:
    """Note what entering and leaving a manager of that type raises; whether that is known."""
    held = kind.arguments[0] if kind.arguments else UNKNOWN
    if kind.name == "contextlib.closing":
        closed = [_runs(walk, manager, one, ("close",), "closes") for one in ordered(held)]
        return bool(closed) and all(closed)
    if kind.name in _REDIRECTS:  # then `print` in the body calls its `write`; with None it prints nothing
        streams = ordered(held - NONE)
        if not held or any(one.name not in _TEXT_STREAMS for one in streams):
            return False
        return all(_runs(walk, manager, one, ("write",), "writes to") for one in streams)
    if in_turn and kind.definition:
        return _runs(walk, manager, kind, _IN_TURN, "enters")
    return _runs(walk, manager, kind, ("__enter__", "__exit__"), "enters")


def _runs(walk: Walk, manager: ast.expr, kind: Type, names: Sequence[str], doing: str) -> bool:
    """Note what methods of a value of that type raise, in the tables the first; whether that is known."""
    if kind.definition:
        for name in names:
            method = walk.values.member(kind.definition, name)
            use(walk, method, manager, f"{doing} `{short(manager)}`")
            if name in _IN_TURN:
                awaited(walk, manager, method.definitions)
        return True
    if fact := walk.values.fact_of(kind.name, names[0]):
        fact_used(walk, fact, None)
    return fact is not None


VISITORS: Visitors = {ast.With: _with, ast.AsyncWith: _with}
