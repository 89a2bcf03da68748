"""Generators and coroutines: a StopIteration inside of them comes out as a RuntimeError (PEP 479)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codemods.exceptions.answer import Found
from codemods.exceptions.raising.walk import Visitors, Walk
from codemods.exceptions.types.endings import results_of
from codemods.exceptions.types.results import CONTEXT_MANAGERS
from codemods.module import SCOPES
from codemods.names import names_of
from codemods.nodes import walk as walk_nodes
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


def is_context_manager(function: Definition) -> bool:
    """Whether a generator is made a context manager, by its decorator."""
    names = names_of(function.module)
    return any(names.is_any(decorator, *CONTEXT_MANAGERS) for decorator in function.node.decorator_list)


def yields_once(block: Sequence[ast.stmt]) -> bool:
    """Whether a generator yields once on every way to its end; errors come at a `yield`, or before all."""
    return all(yields == 1 for yields, _ in _ways(block))


def _ways(block: Iterable[ast.stmt]) -> set[tuple[int, bool]]:
    """How often a block may yield (0, 1 or 2 for more), and whether control goes on behind it then."""
    ways = {(0, True)}
    for statement in block:
        after = _ways_of(statement)
        going = {yields for yields, goes_on in ways if goes_on}
        ways = {way for way in ways if not way[1]}
        ways |= {(min(before + yields, 2), goes_on) for before in going for yields, goes_on in after}
    return ways


def _ways_of(statement: ast.stmt) -> set[tuple[int, bool]]:
    match statement:
        case ast.Raise():
            return set()
        case ast.Return():
            return {(0, False)}
        case ast.If(body=body, orelse=orelse):
            return _ways(body) | _ways(orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _ways(body)
        case ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=final):
            yielding = next((n for n, part in enumerate(body) if _yields(part)), len(body))
            tried = {0} if yielding and any(map(_may_fail, body[:yielding])) else set[int]()
            tried |= {1} if yielding < len(body) else {0}
            caught = {way for handler in handlers for way in _ways(handler.body)}
            failed = {(min(before + yields, 2), on) for before in tried for yields, on in caught}
            ended = _ways(final)
            ways = {(min(n + m, 2), on and off) for n, on in _ways([*body, *orelse]) for m, off in ended}
            return ways | {(min(n + m, 2), on and off) for n, on in failed for m, off in ended}
        case ast.Match(cases=cases):
            return {(0, True)}.union(*(_ways(case.body) for case in cases))
        case ast.For() | ast.AsyncFor() | ast.While():
            return {(0, True), (1, True), (2, True)} if _yields(statement) else {(0, True)}
    return {(1 if _yields(statement) else 0, True)}


def _yields(statement: ast.stmt) -> bool:
    nodes = walk_nodes([statement], without=SCOPES)
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes)


def _may_fail(statement: ast.stmt) -> bool:
    """Whether something may come out of a statement, at a glance."""
    return any(isinstance(node, (ast.Call, ast.Subscript, ast.With)) for node in walk_nodes([statement]))


def _generator_expression(walk: Walk, node: ast.GeneratorExp) -> None:
    outer = walk.apart()
    walk.generic_visit(node)
    inner, walk.found = walk.found, outer
    if not inner.raised.keys().isdisjoint(_ENDS):
        _turn_ends(inner)
        walk.visit(node.generators[0].iter)  # is looked at before the first step
    walk.found.merge(inner)


VISITORS: Visitors = {ast.GeneratorExp: _generator_expression}
