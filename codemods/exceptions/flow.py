"""What a run of statements may raise: one walk over them, into the project's functions they call.

What exhausts the machine or comes from outside (MemoryError, RecursionError, KeyboardInterrupt) is never
in the answer. An answer with nothing `missing` is complete: each call, attribute and operator in the
statements is known from the project's own code or from the tables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from codemods.exceptions import calls, expressions, handlers, lookups, managers, statements
from codemods.exceptions.answer import Found, MayRaise, Raised
from codemods.exceptions.hierarchy import Hierarchy, hierarchy_of
from codemods.exceptions.targets import Target
from codemods.exceptions.values import Values, values_of
from codemods.exceptions.walk import Visitors, Walk
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Definition, Project

_MAX_DEPTH = 6  # calls into calls
_ENOUGH = 2  # things that nobody knows about
_MAX_CALLS = 60  # of the project's functions, for one question
_VISITORS: Visitors = {
    kind: visitor
    for room in (calls, expressions, handlers, lookups, managers, statements)
    for kind, visitor in room.VISITORS.items()
}
_HARMLESS_DECORATORS = {
    *("staticmethod", "classmethod", "property", "abc.abstractmethod", "functools.wraps", "functools.cache"),
    *("functools.lru_cache", "functools.cached_property", "contextlib.contextmanager"),
    *("contextlib.asynccontextmanager", "typing.override", "typing.overload", "dataclasses.dataclass"),
}


def may_raise(
    statements: Sequence[ast.stmt], module: Module, project: Project, *, thorough: bool = True
) -> MayRaise:
    """What running the statements of `module` may raise.

    Unless `thorough`, the search ends where it is clear that the answer cannot be complete.
    """
    analysis = _analysis_of(project, thorough)
    analysis.calls = 0
    return analysis.block(module, statements).frozen()


@dataclass(frozen=True, slots=True)
class _Summary:
    """What is kept of a function: the answer, and what it cost, so that it costs the same next time.

    Else the answer to a question would depend on what was asked before it.
    """

    answer: MayRaise
    calls: int
    height: int


class Analysis:
    """The answers for the functions of one project, each found once."""

    def __init__(self, project: Project, thorough: bool) -> None:
        self.project = project
        self.enough = None if thorough else _ENOUGH
        self.hierarchy: Hierarchy = hierarchy_of(project)
        self.values: Values = values_of(project)
        self.calls = 0
        self._memo: dict[ast.AST, _Summary] = {}
        self._open: list[ast.AST] = []
        self._reached = 0  # the outermost open function that an answer leaned on
        self._height = 0  # how deep the calls went

    def block(self, module: Module, statements: Iterable[ast.stmt], in_function: bool = False) -> Found:
        walk = Walk(self, module, _VISITORS, in_function)
        for statement in statements:
            walk.visit(statement)
        return walk.found

    def function(self, definition: Definition) -> MayRaise:
        """What calling a function of the project may raise, its arguments apart.

        In a cycle the open functions count as raising nothing more; an answer that leaned on one that is
        still open is not kept, for it is short of what that one raises.
        """
        node = definition.node
        if node in self._open:
            self._reached = min(self._reached, self._open.index(node))
            return MayRaise()
        depth = len(self._open)
        known = self._memo.get(node)
        if known and self.calls + known.calls <= _MAX_CALLS and depth + known.height <= _MAX_DEPTH:
            self.calls += known.calls
            self._height = max(self._height, depth + known.height)
            return known.answer
        self.calls += 1
        if self.calls > _MAX_CALLS or depth >= _MAX_DEPTH:
            self._reached = -1  # what leans on this is not kept: elsewhere there may be room for it
            return MayRaise(missing=(f"calls `{node.name}`, which calls too much to follow",))
        return self._explored(definition)

    def _explored(self, definition: Definition) -> MayRaise:
        depth, calls = len(self._open), self.calls
        outer_reached, self._reached = self._reached, depth
        outer_height, self._height = self._height, depth + 1
        self._open.append(definition.node)
        found = self._function(definition)
        self._open.pop()
        if self._reached >= depth:
            summary = _Summary(found, self.calls - calls + 1, self._height - depth)
            self._memo[definition.node] = summary
        self._reached = min(outer_reached, self._reached)
        self._height = max(outer_height, self._height)
        return found

    def _function(self, definition: Definition) -> MayRaise:
        module, node = definition.module, definition.node
        names = names_of(module)
        for decorator in node.decorator_list:
            expression = decorator.func if isinstance(decorator, ast.Call) else decorator
            dotted = (names.qualified(expression) or "").removeprefix("builtins.")
            setter = isinstance(expression, ast.Attribute) and expression.attr in ("setter", "getter")
            if dotted not in _HARMLESS_DECORATORS and not setter:
                why = f"calls `{node.name}`, which `@{ast.unparse(decorator)}` decorates"
                return MayRaise(missing=(why,))
        if isinstance(node, ast.ClassDef):
            return self._construction(definition)
        if _is_abstract(node):
            return MayRaise(missing=(f"calls `{node.name}`, which has no body of its own there",))
        found = self.block(module, node.body, in_function=True)
        at = f"`{node.name}` ({module.path}:{node.lineno})"
        return MayRaise(
            tuple(Raised(r.type, _through(at, r.evidence), r.confidence) for r in found.raised.values()),
            tuple(_through(at, why) for why in found.missing),
            tuple(found.assumed),
        )

    def _construction(self, definition: Definition) -> MayRaise:
        """What making an instance of a project's class may raise."""
        node = definition.node
        assert isinstance(node, ast.ClassDef)
        if "BaseException" in self.hierarchy.ancestors(self.hierarchy.own_name(definition)):
            init = self.values.member(definition, "__init__")
            return self._all(init) if init.definitions else MayRaise()
        parts = []
        for name in ("__new__", "__init__", "__post_init__"):
            member = self.values.member(definition, name)
            if member.definitions:
                parts.append(self._all(member))
        if parts:
            found = Found()
            for part in parts:
                found.merge(part)
            return found.frozen()
        names = names_of(definition.module)
        plain_base = all(names.qualified(b) in ("builtins.object", "abc.ABC") for b in node.bases)
        if (not node.bases or plain_base) and not node.keywords:
            return MayRaise()
        return MayRaise(missing=(f"makes a `{node.name}`, whose base class is unknown",))

    def _all(self, target: Target) -> MayRaise:
        found = Found()
        for definition in target.definitions:
            found.merge(self.function(definition))
        return found.frozen()


def _through(at: str, text: str) -> str:
    """`text` seen from outside of the function; only the innermost is named, chains get long."""
    return text if " in `" in text else f"{text} in {at}"


def _is_abstract(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body is only a docstring, `...`, `pass` or `raise NotImplementedError`."""
    body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    if not body:
        return True
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0])


@lru_cache(maxsize=4)
def _analysis_of(project: Project, thorough: bool) -> Analysis:
    return Analysis(project, thorough)
