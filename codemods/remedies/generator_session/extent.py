"""Which statements need a session open: up to where it is closed, else up to its last use."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.module import Module
from codemods.remedies.generator_session.flow import loaded
from codemods.remedies.generator_session.provider import is_closer, mentions
from codemods.remedies.generator_session.reaching import binds
from codemods.remedies.generator_session.run import Run

_TRIES = (ast.Try, ast.TryStar)


def closing_run(module: Module, acquire: tuple[ast.stmt, ...], name: str, names: set[str]) -> Run | None:
    """The run up to where the code closes the session itself; None when it does not.

    `names` are the session's and its generator's.
    """
    later = _later(module, acquire[-1], name)
    for index, statement in enumerate(later):
        if isinstance(statement, _TRIES):
            closers = _closers(statement.finalbody, names)
            if _mention(closers, name):
                return Run(acquire, tuple(later[: index + 1]), frozenset(closers), statement)
        elif _mention(_closers([statement], names), name):
            return _straight_run(acquire, later, index, names)
    for index, statement in enumerate(later):
        if is_closer(statement, names):  # the generator alone is closed, which closes the session
            return _straight_run(acquire, later, index, names)
    around = module.parent(acquire[-1])
    if isinstance(around, _TRIES) and acquire[-1] in around.body:
        closers = _closers(around.finalbody, names)
        if _mention(closers, name):
            return Run(acquire, tuple(later), frozenset(closers), around)
    return None


def _straight_run(
    acquire: tuple[ast.stmt, ...], later: Sequence[ast.stmt], index: int, names: set[str]
) -> Run:
    """The run up to the closer at the index and those right behind it."""
    end = index + 1
    while end < len(later) and is_closer(later[end], names):
        end += 1
    body = later[:end]
    return Run(acquire, tuple(body), frozenset(_closers(body, names)))


def open_run(module: Module, acquire: tuple[ast.stmt, ...], name: str) -> Run:
    """The run up to the last statement of the block that uses the session or what came out of it."""
    later = _later(module, acquire[-1], name)
    used = {name, *loaded(later, name)}
    count = max((n + 1 for n, s in enumerate(later) if mentions(s, *used)), default=0)
    return Run(acquire, tuple(later[:count]))


def _later(module: Module, statement: ast.stmt, name: str) -> list[ast.stmt]:
    """The statements behind it in its block, up to one that gives the name another value."""
    block, index = module.siblings(statement)
    later = block[index + 1 :]
    stop = next((n for n, s in enumerate(later) if binds(s, name)), len(later))
    return later[:stop]


def _closers(block: Iterable[ast.stmt], names: set[str]) -> list[ast.stmt]:
    """The statements of the block that only close, also under `if session:`."""
    return [s for s in block if is_closer(s, names) or _is_guarded_closer(s, names)]


def _is_guarded_closer(statement: ast.stmt, names: set[str]) -> bool:
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    allowed = (ast.Name, ast.Load, ast.BoolOp, ast.And, ast.Compare, ast.IsNot, ast.Constant, ast.Attribute)
    for part in ast.walk(statement.test):
        if not isinstance(part, allowed) or (isinstance(part, ast.Name) and part.id not in names):
            return False
        if isinstance(part, ast.Attribute) and part.attr != "is_active":
            return False
        if isinstance(part, ast.Constant) and part.value is not None:
            return False
    return all(is_closer(s, names) for s in statement.body)


def _mention(statements: Iterable[ast.stmt], name: str) -> bool:
    return any(mentions(statement, name) for statement in statements)
