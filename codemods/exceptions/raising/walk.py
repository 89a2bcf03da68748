"""One pass over statements: what each of them may raise, and what passes the handlers among them.

What a kind of node raises is told by a visitor. Each file that has some has a table of them, `VISITORS`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol, TypeAlias

from codemods.exceptions.answer import Found, MayRaise
from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import Hierarchy
from codemods.exceptions.outline import outline_of
from codemods.exceptions.raising.following import Following
from codemods.exceptions.types.kinds import ITERABLE, element, names_in
from codemods.exceptions.types.notation import Type, Value, known, ordered
from codemods.exceptions.types.values import Values
from codemods.module import Module
from codemods.nodes import CHILD_FIELDS, children, spelled
from codemods.project import Definition, Project


class Context(Protocol):
    """What a walk asks about everything outside of its statements."""

    project: Project
    hierarchy: Hierarchy
    values: Values
    thorough: bool  # else what has something unknown in it is of no use
    has_ended: Callable[[Walk], bool] | None  # whether a walk can find nothing more that it is for
    following: Following

    def special_exits(self, names: Iterable[str]) -> bool:
        """Whether a special method of the project with one of these names may exit."""
        ...

    def function(self, definition: Definition) -> MayRaise:
        """What calling a function of the project may raise, its arguments apart."""
        ...

    def installed(self, fact: Fact) -> MayRaise:
        """What calling something in an installed package may raise, by its source."""
        ...


class Walk:
    """One pass over statements, in one file. Visitors add to `found`."""

    def __init__(self, context: Context, module: Module, visitors: Visitors, in_function: bool) -> None:
        self.found = Found(module.path)
        self.module = module
        self.project = context.project
        self.hierarchy = context.hierarchy
        self.values = context.values
        self.outline = outline_of(context.project)
        self.function = context.function
        self.installed = context.installed
        self.context = context
        self.in_function = in_function  # a function's own `yield` is no place where its caller throws
        self.caught: list[tuple[ast.ExceptHandler, Found]] = []  # by the handlers around us: to raise again
        self.stand_ins: Mapping[ast.AST, MayRaise] = {}  # expressions of which is known what they raise
        self.thorough = context.thorough  # worth a look at what has the same name
        self._visitors = visitors
        self.whole = self.found  # all that is found, but in a part that is kept apart
        self._has_ended = context.has_ended

    def visit(self, node: ast.AST) -> None:
        if self._has_ended and self._has_ended(self):
            return
        visitor = self._visitors.get(node.__class__)
        if self.stand_ins and (known := self.stand_ins.get(node)):
            visitor = None
            self.found.merge(known)
        if visitor is None:
            self.generic_visit(node)
            return
        found, line = self.found, self.found.line
        found.line = getattr(node, "lineno", line)
        visitor(self, node)
        found.line = line

    def generic_visit(self, node: ast.AST) -> None:
        for child in children(node):
            if (kind := child.__class__) in self._visitors or CHILD_FIELDS[kind]:  # else nothing to be seen
                self.visit(child)

    def part(self, statements: Iterable[ast.stmt]) -> Found:
        """What some statements raise, kept apart."""
        outer = self.apart()
        for statement in statements:
            self.visit(statement)
        inner, self.found = self.found, outer
        return inner

    def apart(self) -> Found:
        """Begin to note things apart; gives back what was noted before, to be put in place again."""
        outer, self.found = self.found, Found(self.found.path, self.found.line)
        return outer


Visitor: TypeAlias = Callable[[Walk, Any], None]
Visitors: TypeAlias = Mapping[type[ast.AST], Visitor]


def short(node: ast.AST | None) -> str:
    """The text of a node, cut where it is long."""
    text = spelled(node) if node is not None else ""
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_looked_up(walk: Walk, node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    """Whether what is there is read: it is, too, in `value += 1`."""
    changed = isinstance(node.ctx, ast.Store) and isinstance(walk.module.parent(node), ast.AugAssign)
    return changed or isinstance(node.ctx, ast.Load)


def each_type(walk: Walk, node: ast.expr) -> list[Type]:
    """The types an expression may have, in an order that is the same in each run."""
    return ordered(walk.values.of(walk.module, node))


def type_names(walk: Walk, node: ast.expr) -> set[str]:
    """The names of the types an expression may have, of which nothing is noted."""
    return names_in(walk.values.of(walk.module, node))


def kinds_of(walk: Walk, node: ast.expr) -> set[str]:
    """The names of the types an expression may have; what only an annotation says is noted as assumed."""
    return noted(walk, walk.values.of(walk.module, node))


def kinds_within(walk: Walk, node: ast.expr, right: str, of: Collection[str] = ITERABLE) -> set[str]:
    """The names of the types of what is in a list or the like; where nobody knows, `right` is assumed."""
    wholes = frozenset(kind for kind in walk.values.of(walk.module, node) if kind.name in of)
    names = noted(walk, known(element(wholes)))
    if wholes and not names:
        walk.found.assumed[right] = None
    return names


def noted(walk: Walk, value: Value) -> set[str]:
    """The names of these types; what has to be right for them is noted as assumed."""
    told = {kind.assumed for kind in value if kind.assumed}
    walk.found.assumed |= dict.fromkeys(sorted(told))  # the same in each run
    return names_in(value)
