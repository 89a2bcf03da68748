"""Generators and coroutines: a StopIteration inside of them comes out as a RuntimeError (PEP 479)."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.exceptions.answer import Found
from codemods.exceptions.raising.walk import Visitors, Walk
from codemods.exceptions.types.endings import results_of
from codemods.project import Definition

_ENDS = ("StopIteration", "StopAsyncIteration")


def in_steps(function: Definition, found: Found) -> Found:
    """What comes out of a function, by what its body raises."""
    yields = (isinstance(result, (ast.Yield, ast.YieldFrom)) for result in results_of(function))
    if isinstance(function.node, ast.AsyncFunctionDef) or any(yields):
        _turn_ends(found)
    return found


def _turn_ends(found: Found) -> None:
    for ended in filter(None, [found.raised.pop(name, None) for name in _ENDS]):
        found.keep(replace(ended, type="RuntimeError", evidence=f"a generator must not: {ended.evidence}"))


def _generator_expression(walk: Walk, node: ast.GeneratorExp) -> None:
    outer = walk.apart()
    walk.generic_visit(node)
    inner, walk.found = walk.found, outer
    if not inner.raised.keys().isdisjoint(_ENDS):
        _turn_ends(inner)
        walk.visit(node.generators[0].iter)  # is looked at before the first step
    walk.found.merge(inner)


VISITORS: Visitors = {ast.GeneratorExp: _generator_expression}
