"""What is unknown at a glance, before anything that a block calls is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.raising.calls import fact_called, is_unknown, unknown_called
from codemods.exceptions.raising.walk import Walk, short
from codemods.exceptions.types.flow.evaluation import LATER
from codemods.nodes import children, spelled

# What runs at another time, and what may swallow what comes out of a call.
_APART = (*LATER, ast.Try, ast.TryStar)


def glance(walk: Walk, statements: Iterable[ast.stmt]) -> bool:
    """Whether a call is among the statements of which nobody knows what it calls.

    It is noted then, with what the tables tell of the calls before it. The walk over the statements would
    find it too, after it has followed all that comes before.
    """
    outer = walk.apart()
    for call in _calls(statements):
        if is_unknown(walk, call):
            unknown_called(walk, call, f"calls `{short(call.func)}`")
            outer.merge(walk.found)
            break
        for fact in walk.values.target(walk.module, call.func).facts:
            fact_called(walk, fact, call)
    walk.found = outer
    return bool(outer.missing)


def _calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """The calls, in the order in which they are made."""
    for node in nodes:
        if isinstance(node, _APART) or _suppresses(node):
            continue
        yield from _calls(children(node))
        if isinstance(node, ast.Call):
            yield node


def _suppresses(node: ast.AST) -> bool:
    """Whether it is a `with suppress(…)`, by its spelling."""
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    return any("suppress" in spelled(item.context_expr) for item in node.items)
