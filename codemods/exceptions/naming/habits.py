"""What the rest of a project tells about exceptions: what its handlers name, what its functions raise.

Both are looked up by names alone (`method:recv`, a function called `load`), so they are hints, never facts.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from codemods.exceptions.hierarchy import BROAD, Hierarchy, canonical, hierarchy_of
from codemods.exceptions.naming.files import modules_speaking_of
from codemods.exceptions.naming.signs import keys_of
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.nodes import types_of, walk
from codemods.project import Project

Known = dict[str, str | None]
"""The types that expressions of one file name, by their spelling."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One `try` of the project whose handlers name types."""

    path: str
    line: int
    scope: Function | None
    keys: frozenset[str]
    types: tuple[str, ...]


@dataclass(slots=True)
class Habits:
    """What stands in the files of a project. Ask `habits_of(project)`."""

    handled: list[Handled] = field(default_factory=list)
    by_key: dict[str, list[Handled]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[str, list[Handled]] = field(default_factory=lambda: defaultdict(list))
    caught: Counter[str] = field(default_factory=Counter)
    """By type: how many handlers name it."""
    caught_with: Counter[str] = field(default_factory=Counter)
    """By type: how many of these name another one too."""
    several: int = 0
    """How many handlers name more than one type."""
    holders: Counter[str] = field(default_factory=Counter)
    """By package: how many handlers name a type of it."""
    raised: Counter[str] = field(default_factory=Counter)
    """By type: how many functions raise it."""
    raising: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By the name of a function: how many functions of that name raise a type themselves."""
    defined: Counter[str] = field(default_factory=Counter)
    """By name: how many functions there are; a class counts as its `__init__`."""
    calling: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By the name of a function: the names of what functions of that name call."""

    def note_handlers(self, one: Handled) -> None:
        self.handled.append(one)
        self.by_file[one.path].append(one)
        self.caught.update(one.types)
        if len(one.types) > 1:
            self.several += 1
            self.caught_with.update(one.types)
        self.holders.update({n.partition(".")[0] for n in one.types if "." in n and ":" not in n})
        for key in one.keys:
            self.by_key[key].append(one)


def habits_of(project: Project) -> Habits:
    """The habits of a project, looked for once, in its first megabytes of source that speak of exceptions."""
    return project.derive(_looked_for)


def _looked_for(project: Project) -> Habits:
    habits = Habits()
    hierarchy = hierarchy_of(project)
    for module in modules_speaking_of(project, b"except", b"raise"):
        known: Known = {}
        for statement in module.nodes(ast.Try):
            types = named_types(statement.handlers, module, hierarchy, known)
            if types and set(BROAD).isdisjoint(types):
                scope, keys = module.function(statement), keys_of(statement, module)
                habits.note_handlers(Handled(module.path, statement.lineno, scope, keys, types))
        functions: list[Function] = module.nodes(*FUNCTIONS)
        for function in functions:
            _note_function(habits, function, module, hierarchy, known)
    return habits


def _note_function(
    habits: Habits, function: Function, module: Module, hierarchy: Hierarchy, known: Known
) -> None:
    parent = module.parent(function)
    makes = function.name == "__init__" and isinstance(parent, ast.ClassDef)
    name = parent.name if makes and isinstance(parent, ast.ClassDef) else function.name
    habits.defined[name] += 1
    raised = set()
    for node in walk(function.body, without=FUNCTIONS):
        match node:
            case ast.Raise(exc=ast.Call(func=kind)) | ast.Raise(exc=ast.expr() as kind):
                if found := named_type(kind, module, hierarchy, known):
                    raised.add(found)
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)):
                habits.calling[name].add(called)
    habits.raising[name].update(raised)
    habits.raised.update(raised)


def named_types(
    handlers: Iterable[ast.ExceptHandler], module: Module, hierarchy: Hierarchy, known: Known
) -> tuple[str, ...]:
    """The types that the handlers of a `try` name; none when one of them is bare or not known by name."""
    found: dict[str, None] = {}
    for handler in handlers:
        if handler.type is None:
            return ()
        for part in types_of(handler):
            name = named_type(part, module, hierarchy, known)
            if name is None:
                return ()
            found[name] = None
    return tuple(found)


def named_type(expression: ast.expr, module: Module, hierarchy: Hierarchy, known: Known) -> str | None:
    """The type that an expression names; by its import alone where the class itself is out of sight."""
    if not isinstance(expression, (ast.Name, ast.Attribute)):
        return None
    text = ast.unparse(expression)
    if text not in known:
        dotted = (names_of(module).qualified(expression) or "").lstrip(".")
        known[text] = hierarchy.named(module, expression)
        if known[text] is None and dotted and not dotted.startswith("builtins."):
            known[text] = canonical(dotted)
    return known[text]
