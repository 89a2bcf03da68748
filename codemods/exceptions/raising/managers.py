"""`with`: what entering and leaving raises, and what a context manager swallows."""

from __future__ import annotations

import ast

from codemods.exceptions.hierarchy import BROAD, hierarchy_at
from codemods.exceptions.raising import unpacking
from codemods.exceptions.raising.calls import use
from codemods.exceptions.raising.facts import fact_used
from codemods.exceptions.raising.generators import is_context_manager
from codemods.exceptions.raising.walk import Visitors, Walk, kinds_of, short
from codemods.exceptions.types.bound import entered_by
from codemods.exceptions.types.notation import known, ordered
from codemods.exceptions.types.targets import Target


def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    suppressed: list[str] = []
    for item in node.items:
        walk.visit(item.context_expr)
        if item.optional_vars:
            walk.visit(item.optional_vars)
            if isinstance(item.optional_vars, (ast.Tuple, ast.List)):
                given = known(entered_by(walk.values, walk.module, item.context_expr))
                unpacking.unpack_value(walk, given, item.optional_vars, short(item.context_expr))
        suppressed += _enter(walk, item.context_expr)
    inside = walk.part(node.body)
    hierarchy = hierarchy_at(walk.hierarchy.project, walk.module.path)
    for raised in inside.raised.values():
        if not hierarchy.is_a(hierarchy.merged(raised.type), *suppressed):
            walk.found.keep(raised)
    walk.found.assumed |= inside.assumed
    if set(BROAD).isdisjoint(suppressed):
        walk.found.missing |= inside.missing


def _enter(walk: Walk, manager: ast.expr) -> list[str]:
    """Note what entering and leaving a context manager raises; the types that it swallows."""
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
    for kind in ordered(value):
        if kind.definition:
            for name in ("__enter__", "__exit__"):
                use(
                    walk,
                    walk.values.member(kind.definition, name),
                    manager,
                    f"enters `{short(manager)}`",
                )
        elif kind.name == "contextlib.AbstractContextManager" and kind.arguments:
            continue  # what it runs is told by the call that made it
        elif fact := walk.values.fact_of(kind.name, "__enter__"):
            fact_used(walk, fact, None)
        else:
            value = frozenset()
    if not value:
        walk.found.missing[f"enters `{short(manager)}`, whose type is unknown"] = None
    return []


VISITORS: Visitors = {ast.With: _with, ast.AsyncWith: _with}
