"""The statements that remove a temporary file, and which of them a private directory makes needless."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.flow import in_loop
from codemods.remedies.fixed_temp_path.operations import Operation, is_check


def removals_among(module: Module, operations: Iterable[Operation]) -> list[ast.stmt]:
    """The statements that do nothing but remove the file, tests and guards around it included."""
    removers = {o.call for o in operations if o.kind == "remove"}
    found: dict[ast.stmt, None] = {}
    for call in removers:
        statement = module.statement(call)
        while isinstance(above := module.parent(statement), ast.stmt):
            if not _is_removal(module, above, removers):
                break
            statement = above
        if _is_removal(module, statement, removers):
            found[statement] = None
    return sorted(found, key=module.start)


def _is_removal(module: Module, statement: ast.stmt, removers: set[ast.Call]) -> bool:
    """Whether a statement does nothing but remove the file, with or without asking whether it is there.

    `removers` are the calls that remove it.
    """
    if isinstance(statement, ast.Expr):
        value = statement.value
        return (value.value if isinstance(value, ast.Await) else value) in removers
    inner: list[ast.stmt] = getattr(statement, "body", [])
    if len(inner) != 1 or not _is_removal(module, inner[0], removers):
        return False
    if isinstance(statement, ast.If):
        return is_check(module, statement.test) and not statement.orelse
    if isinstance(statement, ast.Try):
        silent = all(isinstance(s, ast.Pass) for handler in statement.handlers for s in handler.body)
        return silent and not statement.orelse and not statement.finalbody
    if isinstance(statement, ast.With):
        items = [item.context_expr for item in statement.items]
        return all(
            isinstance(i, ast.Call) and names_of(module).is_any(i.func, "contextlib.suppress") for i in items
        )
    return False


def tolerates_absence(removal: ast.stmt) -> bool:
    """Whether a removal statement works when there is no file."""
    if not isinstance(removal, ast.Expr):
        return True
    call = removal.value
    return isinstance(call, ast.Call) and any(k.arg in {"missing_ok", "ignore_errors"} for k in call.keywords)


def redundant_removals(
    module: Module, run: list[ast.stmt], removals: Sequence[ast.stmt], others: Sequence[Operation]
) -> list[ast.stmt]:
    """The removals that can go: before or after all else that is done to the file, and simply placed."""
    starts = [module.start(o.call) for o in others]
    found = []
    for removal in removals:
        above, at = module.parent(removal), module.start(removal)
        apart = at > max(starts) or (at < min(starts) and not _commented(module, removal))
        final = isinstance(above, ast.Try) and removal in above.finalbody and _unwraps(module, above)
        room = len(module.siblings(removal)[0]) > 1 and not isinstance(above, ast.ExceptHandler)
        alone = _has_its_lines(module, removal) and not in_loop(module, removal, run)
        if apart and alone and (removal in run or final or room):
            found.append(removal)
    return found


def _has_its_lines(module: Module, statement: ast.stmt) -> bool:
    block, at = module.siblings(statement)
    return all(module.starts_line(s) for s in block[at : at + 2])


def _commented(module: Module, statement: ast.stmt) -> bool:
    """Whether comments stand on the statement's lines or right above: they would explain what is gone."""
    assert statement.end_lineno is not None
    return any(map(module.comment, range(statement.lineno - 1, statement.end_lineno + 1)))


def _unwraps(module: Module, block: ast.Try) -> bool:
    """Whether a `try` can lose its `finally`: it has handlers, or its body stands on lines of its own."""
    return bool(block.handlers) or module.starts_line(block.body[0])
