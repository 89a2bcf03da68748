"""Which packages a file cannot do without, by what the files of the project import that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TypeAlias

from codemods.module import Module, Unreadable
from codemods.names import below, origin_of
from codemods.project import Project

Statement: TypeAlias = ast.Import | ast.ImportFrom


def tops_of(statement: Statement) -> set[str]:
    """The top-level packages that a statement imports from."""
    if isinstance(statement, ast.ImportFrom):
        return {(statement.module or "").partition(".")[0]} if not statement.level else set()
    return {alias.name.partition(".")[0] for alias in statement.names}


def tops_in(module: Module) -> frozenset[str]:
    """The top-level packages that a file imports from anywhere in it."""
    return module.derive(_tops_in)


def _tops_in(module: Module) -> frozenset[str]:
    imports: list[Statement] = module.nodes(ast.Import, ast.ImportFrom)
    return frozenset(top for statement in imports for top in tops_of(statement))


def loaded_by(statement: Statement) -> list[str]:
    """What a statement imports by absolute names: modules, and what may be one."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if statement.level or not statement.module:
        return []
    return [statement.module, *(f"{statement.module}.{alias.name}" for alias in statement.names)]


def needed_tops(project: Project, module: Module, statements: Iterable[Statement]) -> frozenset[str]:
    """The top-level packages that are imported, whatever happens, when `statements` of the module run."""
    names = [name for statement in statements for name in _modules(statement)]
    paths = dict.fromkeys(project.path_of(name, module.path) for name in names)
    folders = PurePosixPath(module.path).parents
    around = [f"{folder}/__init__.py" for folder in folders if project.is_package(str(folder))]
    found: set[str] = set()
    for path in (*paths, *around):
        if path and path != module.path:
            found |= _tops(project, path)
    return frozenset(found)


def _modules(statement: Statement) -> Iterator[str]:
    """What a statement may import as a module, and the packages around it."""
    if isinstance(statement, ast.Import):
        wholes = [alias.name for alias in statement.names]
    else:
        origin = origin_of(statement)
        wholes = [origin, *(below(origin, alias.name) for alias in statement.names)]
    for whole in wholes:
        level = len(whole) - len(whole.lstrip("."))
        parts = whole[level:].split(".")
        yield from (whole[:level] + ".".join(parts[:cut]) for cut in range(1, len(parts) + 1))


def _tops(project: Project, path: str) -> set[str]:
    """What a file imports from outside at its top, and not in a `try` or under a condition."""
    try:
        body = project.module(path).tree.body
    except (OSError, Unreadable):
        return set()
    return {top for node in body if isinstance(node, (ast.Import, ast.ImportFrom)) for top in tops_of(node)}
