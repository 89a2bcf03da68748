"""The exception classes that a project defines: where each stands, what its instances have, who raises it.

Classes count by the names of their bases alone: these are hints, never facts.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS, Hierarchy, canonical, hierarchy_of
from codemods.exceptions.naming.body import last_name, raised_name
from codemods.exceptions.naming.files import modules_speaking_of
from codemods.exceptions.tables import tables
from codemods.module import Module
from codemods.project import Definition, Project

_LIKE_EXCEPTIONS = ("Error", "Exception", "Warning", "Exit", "Interrupt", "Fault")

Found = tuple[Module, ast.ClassDef]


@dataclass(slots=True)
class OwnClasses:
    """The exception classes of a project. Ask `own_classes_of(project)`."""

    hierarchy: Hierarchy
    paths: dict[str, str] = field(default_factory=dict)
    """By type: the file that it is defined in."""
    raised: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By file, and the last name of a class: how many `raise` statements name it."""
    below: Counter[str] = field(default_factory=Counter)
    """By type: how many classes of the project are kinds of it."""
    known_as: dict[str, str] = field(default_factory=dict)
    """By type: the name that other projects have for it, `shop.errors.SoldOut` or as the tables say."""
    _nodes: dict[str, ast.ClassDef] = field(default_factory=dict)
    _attributes: dict[str, frozenset[str]] = field(default_factory=dict)

    def note(self, module: Module, node: ast.ClassDef) -> None:
        kind = self.hierarchy.own_name(Definition(module, node))
        self.paths[kind], self._nodes[kind] = module.path, node
        known = canonical(_import_name(kind))
        if ":" in kind and known not in BUILTIN_EXCEPTIONS:
            self.known_as[kind] = known

    def attributes(self, name: str) -> frozenset[str]:
        """What instances of a type have, as far as its classes, Python and the tables say."""
        known = self._attributes.get(name)
        if known is None:
            found: set[str] = set()
            for above in self.hierarchy.ancestors(name) or (name,):
                if node := self._nodes.get(above):
                    found.update(_attributes(node))
                elif kind := BUILTIN_EXCEPTIONS.get(above):
                    found.update(dir(kind))
                else:
                    found.update(tables().has(above))
            known = self._attributes[name] = frozenset(found)
        return known


def own_classes_of(project: Project) -> OwnClasses:
    """The exception classes of a project, looked for once, in its first megabytes that speak of any."""
    return project.derive(_looked_for)


def _looked_for(project: Project) -> OwnClasses:
    found = OwnClasses(hierarchy_of(project))
    classes: list[Found] = []
    for module in modules_speaking_of(project, b"raise", b"Error", b"Exception"):
        classes += ((module, node) for node in module.nodes(ast.ClassDef) if node.bases)
        for statement in module.nodes(ast.Raise):
            if name := raised_name(statement):
                found.raised[module.path][name] += 1
    for module, node in _exceptions(classes):
        found.note(module, node)
    for own in found.paths:
        found.below.update(found.hierarchy.ancestors(own)[1:])
    return found


def _import_name(kind: str) -> str:
    """How others import a class of the project: `shop.errors.SoldOut` for `src/shop/errors.py:SoldOut`."""
    path, _, name = kind.partition(":")
    module = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{name}"


def _exceptions(classes: list[Found]) -> Iterator[Found]:
    """The classes that have an exception among their bases, by names alone, bases first."""
    known = set(BUILTIN_EXCEPTIONS)
    left, count = classes, 0
    while len(known) > count:
        count = len(known)
        later = []
        for module, node in left:
            bases = {last_name(base) or "" for base in node.bases}
            if not known.isdisjoint(bases) or any(base.endswith(_LIKE_EXCEPTIONS) for base in bases):
                known.add(node.name)
                yield module, node
            else:
                later.append((module, node))
        left = later


def _attributes(node: ast.ClassDef) -> Iterator[str]:
    """What instances of a class have, as far as its body says."""
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
                stored = (inner for inner in ast.walk(statement) if isinstance(inner, ast.Attribute))
                yield from (inner.attr for inner in stored if isinstance(inner.ctx, ast.Store))
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
