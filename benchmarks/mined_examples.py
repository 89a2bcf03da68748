"""The handlers of a package that statistics and models learn from.

Beside the cases of the benchmark these are others of its handlers. Nobody has told what a case catches:
what it names is erased, in its file and wherever a copy of it stands. So the others are taken in parts, and
each part is looked at in a tree where it is erased as well. A model that learns from handlers which answer
for themselves (by an import that only they need, by how often the project names a type) trusts in what the
handlers that it is asked about do not have.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from erasing import erased, shape
from exception_recovery import dotted_name

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.hierarchy import BROAD, canonical, hierarchy_of
from codemods.exceptions.naming.habits import named_types
from codemods.exceptions.naming.signs import Signs, keys_of, signs_of
from codemods.model import FileChange
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.sources import Overlay, WorkingDirectory

_MOST_OTHERS = 400  # of a package's handlers beside its cases
_MOST_BYTES_OF_FILE = 200_000
_MOST_BYTES = 12_000_000  # of a package; beyond these only the files that hold cases are read
_PARTS = 3  # of the others: what is erased at a time leaves the project most of its habits


@dataclass(frozen=True, slots=True)
class Named:
    """A `try` of a package, the id of its case, and the types that a person named there."""

    path: str
    line: int
    case: str | None
    types: frozenset[str]

    @property
    def place(self) -> tuple[str, int]:
        return self.path, self.line


@dataclass(slots=True)
class Example:
    """What is known of such a `try` where nobody says what it catches."""

    path: str
    line: int
    case: str | None
    signs: Signs
    answer: MayRaise
    types: frozenset[str]


def collect(root: Path, cases: Mapping[str, Any], package: str) -> list[Example]:
    """The cases of a package, and some of its other handlers, no two of them alike."""
    found = []
    for whole, project, part in parts(root, cases, package):
        for one in part:
            module, statement = project.module(one.path), statement_at(project, *one.place)
            signs = signs_of(statement.handlers[0], module, project)
            # What a body raises does not depend on its own handlers, and is known for the whole package.
            answer = may_raise(statement_at(whole, *one.place).body, whole.module(one.path), whole)
            bare = MayRaise(
                tuple(replace(r, trace=()) for r in answer.raised), answer.missing, answer.assumed
            )
            found.append(Example(one.path, one.line, one.case, signs, bare, one.types))
    return found


def parts(
    root: Path, cases: Mapping[str, Any], package: str
) -> Iterator[tuple[Project, Project, list[Named]]]:
    """The package, as it is, and as it is where some of its handlers are erased: the cases, then others."""
    whole = Project(WorkingDirectory.at(root / "mutated" / "dev" / package))
    named = [*_named(whole, cases[package])]
    yield whole, whole, [one for one in named if one.case]
    others: dict[tuple[frozenset[str], frozenset[str]], Named] = {}
    copies: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        if not one.case:
            statement = statement_at(whole, one.path, one.line)
            others[keys_of(statement, whole.module(one.path)), one.types] = one
            copies[shape(statement.body)].append(one)
    sample = random.Random(package).sample([*others.values()], min(len(others), _MOST_OTHERS))
    for number in range(_PARTS):
        part = sample[number::_PARTS]
        shapes = {shape(statement_at(whole, *one.place).body) for one in part}
        changes = _erased(whole, [one for each in sorted(shapes) for one in copies[each]])
        project = Project(Overlay.of(whole.tree, changes), whole)
        asked = [one for one in part if _is_erased(project, one)]
        yield whole, project, sorted(asked, key=lambda one: one.place)


def statement_at(project: Project, path: str, line: int) -> ast.Try:
    return next(s for s in project.module(path).nodes(ast.Try) if s.lineno == line)


def _named(project: Project, cases: Mapping[tuple[str, int], Any]) -> Iterator[Named]:
    case_files = {path for path, _ in cases}
    total = 0
    for path in project.paths:
        try:
            data = project.read(path)
            total += len(data)
            is_read = path in case_files or total < _MOST_BYTES
            if b"except" not in data or len(data) > _MOST_BYTES_OF_FILE or not is_read:
                continue
            module = project.module(path)
        except (OSError, Unreadable):
            continue
        known: dict[str, str | None] = {}
        for statement in module.nodes(ast.Try):
            case = cases.get((path, statement.lineno))
            if case and len(statement.handlers) == 1:
                types = frozenset(canonical(name) for name in case["types"])
                yield Named(path, statement.lineno, case["case_id"], types)
                continue
            names = named_types(statement.handlers, module, hierarchy_of(project), known)
            if names and set(BROAD).isdisjoint(names):
                types = frozenset(canonical(dotted_name(name)) for name in names)
                yield Named(path, statement.lineno, None, types)


def _erased(project: Project, handlers: Iterable[Named]) -> Iterator[FileChange]:
    """The files without what these handlers name."""
    by_path: dict[str, list[ast.Try]] = defaultdict(list)
    for one in sorted(handlers, key=lambda one: one.place):
        statement = statement_at(project, *one.place)
        if not any(_overlap(statement, other) for other in by_path[one.path]):
            by_path[one.path].append(statement)
    for path, statements in by_path.items():
        module = project.module(path)
        if data := erased(module, statements):
            yield FileChange(path, module.data, data)


def _overlap(one: ast.Try, other: ast.Try) -> bool:
    return one.lineno <= (other.end_lineno or 0) and other.lineno <= (one.end_lineno or 0)


def _is_erased(project: Project, one: Named) -> bool:
    """Not so of one inside of another that was, or in a file where it could not be done."""
    module: Module = project.module(one.path)
    statement = next((s for s in module.nodes(ast.Try) if s.lineno == one.line), None)
    handlers = statement.handlers if statement else []
    return len(handlers) == 1 and (handlers[0].type is None or module.source(handlers[0].type) == "Exception")
