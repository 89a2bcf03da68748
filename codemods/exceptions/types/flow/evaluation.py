"""What is evaluated in any case when code runs, and what only later or under a condition."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.module import FUNCTIONS
from codemods.nodes import walk
from codemods.scopes import COMPREHENSIONS

LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


def evaluated_by(statement: ast.AST) -> list[ast.AST]:
    """What is evaluated whenever a statement begins: all of a simple one."""
    match statement:
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
            return [ast.Starred(iterable)]  # goes through it, as this does
        case ast.If(test=first) | ast.While(test=first) | ast.Match(subject=first):
            return [first]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [items[0].context_expr]
        case ast.Try() | ast.TryStar() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return []
        case ast.stmt():
            return [statement]
    return []  # a handler, a case


def evaluated_in(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that are evaluated when all goes well, whatever the values are."""
    for node in walk(nodes, without=(*LATER, ast.BoolOp, ast.Compare, ast.IfExp, *COMPREHENSIONS)):
        yield node
        if isinstance(node, ast.BoolOp):
            yield from evaluated_in(node.values[:1])
        elif isinstance(node, ast.Compare):  # `a < b < c` may end with `a < b`
            yield from evaluated_in([node.left, node.comparators[0]])
        elif isinstance(node, ast.IfExp):
            yield from evaluated_in([node.test])
        elif isinstance(node, COMPREHENSIONS):
            yield from evaluated_in([node.generators[0].iter])
