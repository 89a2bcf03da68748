"""Which uses of a session's variable may see the session: the order in which code runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.module import FUNCTIONS, LOOPS, Module
from codemods.names import names_of
from codemods.remedies.generator_session.run import Run

_WITHS = (ast.With, ast.AsyncWith)


def stray_uses(module: Module, run: Run, name: ast.Name) -> list[ast.Name]:
    """Uses of the variable outside of the run that may see its session, and see it otherwise than before.

    A function that shares the variable does not where the code closes the session itself: it finds
    the session open and closed at the same times as before.
    """
    names = names_of(module)
    shared_as_before = bool(run.closers) and not run.handlers_around
    ours = run.nodes()
    uses = dict.fromkeys(use for b in names.bindings(name) for use in names.uses(b))
    return [
        use
        for use in uses
        if use not in ours
        and not isinstance(use.ctx, ast.Store)
        and not (shared_as_before and _is_shared(module, run.acquire[-1], use))
        and _may_see(module, run.acquire[-1], use)
    ]


def binds(statement: ast.stmt, name: str) -> bool:
    """Whether the statement gives the name a value whatever happens."""
    targets: list[ast.expr | None] = []
    if isinstance(statement, ast.Assign):
        targets = [*statement.targets]
    elif isinstance(statement, ast.AnnAssign) and statement.value:
        targets = [statement.target]
    elif isinstance(statement, _WITHS):
        targets = [item.optional_vars for item in statement.items]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _may_see(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether the use may run after the acquisition with no other value given in between."""
    if _is_shared(module, acquire, use):
        return True
    if _is_bound_between(module, acquire, use):
        return False
    if _in_one_loop(module, acquire, use):
        return True
    return module.start(use) > module.start(acquire) and not _exclude_each_other(module, acquire, use)


def _is_shared(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether the use stands in a function inside of the one that opens the session, or the other way."""
    return module.scope(use) is not module.scope(acquire)


def _is_bound_between(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether a statement before the use, in a block around it, gives the name another value for sure."""
    inside = {acquire, *module.ancestors(acquire)}
    node: ast.AST = use
    for above in (module.statement(use), *module.ancestors(module.statement(use))):
        if isinstance(above, (*FUNCTIONS, ast.Module)):
            return False
        if isinstance(above, _WITHS) and node in above.body and binds(above, use.id):
            return True
        node = above
        if above in inside:
            return False
        if not isinstance(above, ast.stmt):
            continue
        block, index = module.siblings(above)
        for earlier in reversed(block[:index]):
            if earlier in inside:
                return False
            if binds(earlier, use.id):
                return True
    return False


def _in_one_loop(module: Module, one: ast.AST, other: ast.AST) -> bool:
    loops = {above for above in module.ancestors(one) if isinstance(above, LOOPS)}
    return not loops.isdisjoint(module.ancestors(other))


def _exclude_each_other(module: Module, one: ast.AST, other: ast.AST) -> bool:
    """Whether the nodes stand in different branches of one `if` or `match`."""
    branches = {above: child for child, above in _steps(module, one)}
    for child, above in _steps(module, other):
        if above not in branches:
            continue
        mine = branches[above]
        if isinstance(above, ast.If):
            return (mine in above.body and child in above.orelse) or (
                mine in above.orelse and child in above.body
            )
        return isinstance(above, ast.Match) and mine is not child and above.subject not in (mine, child)
    return False


def _steps(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    child = node
    for above in module.ancestors(node):
        yield child, above
        child = above
