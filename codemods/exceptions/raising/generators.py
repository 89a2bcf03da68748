"""Generators and coroutines: a StopIteration inside of them comes out as a RuntimeError (PEP 479)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from codemods.exceptions.answer import Found, Raised
from codemods.exceptions.raising.walk import Visitors, Walk
from codemods.exceptions.types.functions.endings import may_swallow_here, results_of
from codemods.module import FUNCTIONS, SCOPES, Module
from codemods.nodes import walk as walk_nodes
from codemods.project import Definition

_Way: TypeAlias = tuple[int, bool]

_ENDS = ("StopIteration", "StopAsyncIteration")
_HARMLESS = (
    *(ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.IfExp, ast.BoolOp, ast.Yield),
    *(ast.expr_context, ast.boolop, ast.Expr, ast.Assign, ast.AnnAssign, ast.If, ast.Pass),
)


def in_steps(function: Definition, found: Found) -> Found:
    """What comes out of a function, by what its body raises."""
    is_async = isinstance(function.node, ast.AsyncFunctionDef)
    yields = any(isinstance(result, (ast.Yield, ast.YieldFrom)) for result in results_of(function))
    if is_async or yields:
        _turn_ends(found, is_async and yields, "a generator" if yields else "a coroutine")
    return found


def _turn_ends(found: Found, in_turn: bool, what: str = "a generator") -> None:
    """Let no end of an iteration out; `in_turn`: of a generator that `async for` goes through."""
    for ended in filter(None, [found.raised.pop(name, None) for name in _ENDS[: 1 + in_turn]]):
        found.keep(ended.each(partial(_turned, what)))


def _turned(what: str, ended: Raised) -> Raised:
    evidence = f"{what} turns {ended.type} into it: {ended.evidence}"
    return replace(ended, type="RuntimeError", evidence=evidence)


def yields_once(function: Definition) -> bool:
    """Whether a generator yields once on every way to its end; errors come at a `yield`, or before all."""
    assert isinstance(function.node, FUNCTIONS)
    return all(yields == 1 for yields, _ in _ways(function.module, function.node.body))


def _ways(module: Module, block: Iterable[ast.stmt]) -> set[_Way]:
    """How often a block may yield (0, 1 or 2 for more), and whether control goes on behind it then."""
    ways = {(0, True)}
    for statement in block:
        after = _ways_of(module, statement)
        going = {yields for yields, goes_on in ways if goes_on}
        ways = {way for way in ways if not way[1]}
        ways |= {(min(before + yields, 2), goes_on) for before in going for yields, goes_on in after}
    return ways


def _ways_of(module: Module, statement: ast.stmt) -> set[_Way]:
    match statement:
        case ast.Raise():
            return set()
        case ast.Return():
            return {(0, False)}
        case ast.If(body=body, orelse=orelse):
            return _ways(module, body) | _ways(module, orelse)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            swallowed = any(may_swallow_here(module, item) for item in items)
            cut = {(yields, True) for yields in _cut_off(body)} if swallowed else set()
            return _ways(module, body) | cut
        case (
            ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=final)
            | ast.TryStar(body=body, orelse=orelse, handlers=handlers, finalbody=final)
        ):
            caught = {way for handler in handlers for way in _ways(module, handler.body)}
            ways = {(min(before + yields, 2), on) for before in _cut_off(body) for yields, on in caught}
            ways |= _ways(module, [*body, *orelse])
            return {(min(n + m, 2), on and off) for n, on in ways for m, off in _ways(module, final)}
        case ast.Match(cases=cases):
            return {(0, True)}.union(*(_ways(module, case.body) for case in cases))
        case ast.For() | ast.AsyncFor() | ast.While():
            return {(0, True), (1, True), (2, True)} if _yields(statement) else {(0, True)}
    return {(1 if _yields(statement) else 0, True)}


def _cut_off(body: Sequence[ast.stmt]) -> set[int]:
    """How often a block may have yielded when something comes out of it."""
    yielding = next((n for n, part in enumerate(body) if _yields(part)), len(body))
    before = {0} if any(map(_may_fail, body[: yielding + 1])) else set[int]()
    return before | ({1} if yielding < len(body) else {0})


def _yields(statement: ast.stmt) -> bool:
    nodes = walk_nodes([statement], without=SCOPES)
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes)


def _may_fail(statement: ast.stmt) -> bool:
    """Whether something may come out of a statement before a `yield` in it, at a glance."""
    return not all(isinstance(node, _HARMLESS) for node in walk_nodes([statement]))


def _generator_expression(walk: Walk, node: ast.GeneratorExp) -> None:
    outer = walk.apart()
    walk.generic_visit(node)
    inner, walk.found = walk.found, outer
    if not inner.raised.keys().isdisjoint(_ENDS):
        _turn_ends(inner, _is_in_turn(node))
        walk.visit(node.generators[0].iter)  # is looked at before the first step
    walk.found.merge(inner)


def _is_in_turn(node: ast.GeneratorExp) -> bool:
    """Whether it makes a generator that only `async for` goes through."""
    first, *others = node.generators  # what the first goes through is made outside of it
    inside = [node.elt, *first.ifs, *others]
    return any(one.is_async for one in node.generators) or any(
        isinstance(part, ast.Await) for part in walk_nodes(inside)
    )


VISITORS: Visitors = {ast.GeneratorExp: _generator_expression}
