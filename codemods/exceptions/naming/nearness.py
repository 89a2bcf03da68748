"""How near an exception class stands to a `try`.

Where the calls of a body cannot be followed, what a person names there is still most often a class of a
module that the file imports or calls, one that is raised nearby, or one that has what the handler reads.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import PurePosixPath

from codemods.exceptions.hierarchy import Hierarchy, class_name
from codemods.exceptions.naming.body import ELSEWHERE, raised_name
from codemods.exceptions.naming.imported import top_of
from codemods.exceptions.naming.own_classes import own_classes_of
from codemods.exceptions.types.values import values_of
from codemods.module import Module, Unreadable
from codemods.nodes import one_or_more, walk
from codemods.project import Project

COLUMNS = (
    "reads",  # what the handler reads from the exception, beside what all exceptions have
    "has_what_is_read",  # the share of it that the class is known to have
    "asked_for",  # the handler asks whether it got one: `isinstance(error, Timeout)`, of a kind of it by half
    "named_in_file",
    "raised_in_file",
    "raised_in_handler",
    "defined_here",
    "defined_where_called",  # in a file that holds something that the body calls
    "bound_where_called",
    "raised_where_called",
    "defined_beside_called",  # in a folder that holds something that the body calls
    "module_imported",
    "near",  # the share of the path of its file that it has in common with that of the `try`
    "own_classes",
    "own_below",
    "own_above",
)
HINTS = {  # and what each of those that are quickly known adds when candidates are chosen
    "has_what_is_read": 1.8,
    "asked_for": 2.0,
    "defined_where_called": 0.3,
    "defined_here": 0.5,
    "bound": 0.9,
    "raised_in_file": 0.5,
    "raised_where_called": 0.7,
    "bound_where_called": 1.1,
    "near": 0.3,
    "own": 0.3,
    "own_below": 0.4,
    "module_imported": 0.5,
}
_EVERYWHERE = frozenset(("args", "with_traceback", "add_note"))
_MOST_CALLS = 40


class Nearness:
    """How near the exception classes stand to one handler."""

    def __init__(self, handler: ast.ExceptHandler, module: Module, project: Project) -> None:
        statement = module.parent(handler)
        assert isinstance(statement, (ast.Try, ast.TryStar))
        self.own = own_classes_of(project)
        self._module = module
        self._top = top_of(module, project)
        self._bound = self._top.exceptions
        self._reads = frozenset(_read(handler))
        self._asked_for = frozenset(_asked_for(handler, module, self.own.hierarchy))
        self._thrown = frozenset(_thrown(handler))
        self._called = frozenset(_files_called(statement, module, project))
        self._folders = {PurePosixPath(path).parent for path in self._called}
        self._bound_there = [_bound_in(path, project) for path in self._called]
        ends = tuple(f".{name}" for name in self._top.modules)
        self._imported = {path for path in self.own.paths.values() if _dotted(path).endswith(ends)}
        self._parts = PurePosixPath(module.path).parts

    def row(self, name: str) -> tuple[float, ...]:
        """The numbers of `COLUMNS` for a type."""
        own, here = self.own, self._module.path
        path = own.paths.get(name)
        last = class_name(name)
        is_named = name in self._bound or path == here
        return (
            len(self._reads),
            self._has_what_is_read(name),
            self._is_asked_for(name),
            math.log1p(self._top.mentions[self._bound.get(name, last)]) if is_named else 0,
            math.log1p(own.raised[here][last]),
            last in self._thrown,
            path == here,
            path in self._called,
            sum(name in there for there in self._bound_there),
            math.log1p(sum(own.raised[file][last] for file in self._called)),
            path is not None and PurePosixPath(path).parent in self._folders,
            path in self._imported,
            self._near(path),
            math.log1p(len(own.paths)),
            math.log1p(own.below[name]),
            any(above in own.paths for above in own.hierarchy.ancestors(name)[1:]),
        )

    def hints(self, name: str) -> tuple[float, ...]:
        """The numbers that `HINTS` weighs."""
        own, here = self.own, self._module.path
        path = own.paths.get(name)
        last = class_name(name)
        return (
            self._has_what_is_read(name),
            self._is_asked_for(name),
            path in self._called,
            path == here,
            name in self._bound,
            own.raised[here][last] > 0,
            any(own.raised[file][last] for file in self._called),
            any(name in there for there in self._bound_there),
            self._near(path),
            path is not None,
            math.log1p(own.below[name]),
            path in self._imported,
        )

    def _has_what_is_read(self, name: str) -> float:
        return len(self._reads & self.own.attributes(name)) / len(self._reads) if self._reads else 0.0

    def _is_asked_for(self, name: str) -> float:
        if name in self._asked_for:
            return 1.0
        return 0.5 * any(self.own.hierarchy.is_a(asked, name) for asked in self._asked_for)

    def _near(self, path: str | None) -> float:
        if path is None:
            return 0.0
        parts = PurePosixPath(path).parts
        common = takewhile(lambda pair: pair[0] == pair[1], zip(parts, self._parts, strict=False))
        return len(list(common)) / max(len(parts), len(self._parts))


def _read(handler: ast.ExceptHandler) -> Iterator[str]:
    for node in walk(handler.body, without=ELSEWHERE):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == handler.name:
                if attr not in _EVERYWHERE and not attr.startswith("__"):
                    yield attr


def _asked_for(handler: ast.ExceptHandler, module: Module, hierarchy: Hierarchy) -> Iterator[str]:
    for node in walk(handler.body, without=ELSEWHERE):
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds]):
                asked = one_or_more(kinds)
                found = (hierarchy.resolve(module, one) for one in asked if name == handler.name)
                yield from filter(None, found)


def _thrown(handler: ast.ExceptHandler) -> Iterator[str]:
    for node in walk(handler.body, without=ELSEWHERE):
        if isinstance(node, ast.Raise) and (name := raised_name(node)):
            yield name


def _files_called(statement: ast.Try | ast.TryStar, module: Module, project: Project) -> Iterator[str]:
    """The files of the project that hold what the body calls."""
    values = values_of(project)
    calls = [node for node in walk(statement.body, without=ELSEWHERE) if isinstance(node, ast.Call)]
    for call in calls[:_MOST_CALLS]:
        if isinstance(call.func, (ast.Name, ast.Attribute)):
            if found := project.definition(module, call.func):
                yield found.module.path
            elif isinstance(call.func, ast.Attribute):
                yield from (one.module.path for one in values.target(module, call.func).definitions)


def _bound_in(path: str, project: Project) -> Mapping[str, str]:
    """The exception classes that have a name at the top of another file."""
    try:
        return top_of(project.module(path), project).exceptions
    except (OSError, Unreadable):
        return {}


def _dotted(path: str) -> str:
    """The module that a file is, with a dot before it: `.a.b` for `a/b/__init__.py`."""
    return "." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
