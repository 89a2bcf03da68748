"""Control flow around a temporary file: what is surely reached, what is repeated, what excludes what."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.module import LOOPS, Module


def is_certain(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> bool:
    """Whether the statement is reached whenever the run gets that far without an error."""
    inner: ast.AST = statement
    for above in _path_to(module, statement, run):
        plain = isinstance(above, (ast.With, ast.AsyncWith)) or (
            isinstance(above, (ast.Try, ast.TryStar))
            and inner in [*above.body, *above.orelse, *above.finalbody]
        )
        if not plain:
            return False
        inner = above
    return True


def in_loop(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> bool:
    return any(isinstance(above, LOOPS) for above in _path_to(module, statement, run))


def _path_to(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes between a statement and the run of siblings it stands in, innermost first."""
    if statement not in run:
        for above in module.ancestors(statement):
            yield above
            if above in run:
                return


def exclusive(module: Module, one: ast.AST, other: ast.AST) -> bool:
    """Whether two nodes stand in branches of which one run takes at most one."""
    branches = dict(_branches(module, one))
    return any(branches.get(above, branch) != branch for above, branch in _branches(module, other))


def _branches(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, object]]:
    """What the node stands in that has branches, and in which of them."""
    inner = node
    for above in module.ancestors(node):
        if isinstance(above, (ast.If, ast.IfExp)) and inner is not above.test:
            body = above.body if isinstance(above.body, list) else [above.body]
            yield above, inner in body
        elif isinstance(inner, (ast.ExceptHandler, ast.match_case)):
            yield above, inner
        inner = above
