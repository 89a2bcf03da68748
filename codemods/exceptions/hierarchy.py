"""Which exception is a kind of which: builtins, the tables, and the classes of the project.

A type is a dotted name (`OSError`, `json.JSONDecodeError`); a class of the project is its file and its
name there (`app/errors.py:Refused`), because the same file may be imported under several names.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import Any

from codemods.exceptions.tables import tables
from codemods.installed import abroad
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import types_of
from codemods.project import Definition, Project
from codemods.pythons import pythons_of
from codemods.supported import Python

BUILTIN_EXCEPTIONS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
BUILTIN_EXCEPTIONS["WindowsError"] = OSError
BROAD = ("Exception", "BaseException")


class Hierarchy:
    """The exception classes that a project can see. Ask `hierarchy_of(project)`, or `hierarchy_at`.

    With `python` it is right for that version too, as far as classes became one class since.
    """

    def __init__(self, project: Project, python: Python | None = None) -> None:
        self.project = project
        self.python = python
        self._installed = abroad(project)
        self._outer = hierarchy_of(self._installed) if self._installed else None
        self._own: dict[str, Definition] = {} if python is None else hierarchy_of(project)._own
        self._copies: dict[str, str | None] = {} if python is None else hierarchy_of(project)._copies
        self._resolved: dict[ast.expr, str | None] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}

    def resolve(self, module: Module, expression: ast.expr) -> str | None:
        """The type that an expression in `module` names; None when it is no known exception class."""
        if expression not in self._resolved:
            self._resolved[expression] = self._resolve(module, expression)
        return self._resolved[expression]

    def _resolve(self, module: Module, expression: ast.expr) -> str | None:
        definition = self.project.definition(module, expression)
        if definition and isinstance(definition.node, ast.ClassDef):
            name = self.own_name(definition)
            return name if "BaseException" in self.ancestors(name) else None
        dotted = names_of(module).qualified(expression)
        if dotted is None:
            return None
        name = self.canonical(self.project.origin(dotted, module.path))
        return name if name in BUILTIN_EXCEPTIONS or "BaseException" in self.ancestors(name) else None

    def named(self, module: Module, expression: ast.expr) -> str | None:
        """What an expression names where only exceptions can stand: as `resolve`, whatever its bases are."""
        definition = self.project.definition(module, expression)
        if definition and isinstance(definition.node, ast.ClassDef):
            return self.own_name(definition)
        return self.resolve(module, expression)

    def own_name(self, definition: Definition) -> str:
        """The type of a class of the project; of one in a copy of a known package, the package's."""
        name = canonical(self.project.type_name(definition))
        if name not in self._copies:
            self._own[name] = definition
            self._copies[name] = self._copied(name)
        return self._copies[name] or name

    def _copied(self, name: str) -> str | None:
        """The type in the tables that a class is a copy of: `lib/requests/exceptions.py:Timeout`.

        A copy stands in a folder that is put on the path, and is a kind of the same builtin exceptions.
        """
        path, _, last = name.rpartition(":")
        folders = path.removesuffix(".py").removesuffix("/__init__").split("/")
        for cut in range(1, len(folders)):
            folder = "/".join(folders[:cut])
            package = folder != "src" and self.project.is_package(f"{folder}/{folders[cut]}")
            if not package or self.project.is_package(folder):
                continue
            known = canonical(".".join([*folders[cut:], last]))
            if known in tables().bases and self._builtins_above(known) == self._builtins_above(name):
                return known
        return None

    def _builtins_above(self, name: str) -> set[str]:
        return BUILTIN_EXCEPTIONS.keys() & set(self.ancestors(name))

    def definition(self, name: str) -> Definition | None:
        """The class of the project that a type is."""
        return self._own.get(name)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The type itself and what it is a kind of, nearest first; `object` left out."""
        known = self._ancestors.get(name)
        if known is None:
            self._ancestors[name] = ()  # a class that is its own base must not send us round
            above = (a for base in self._bases(name) for a in self.ancestors(base))
            known = self._ancestors[name] = tuple(dict.fromkeys([name, *above]))
        return known

    def is_a(self, name: str, *bases: str) -> bool:
        """Whether a handler for `bases` catches `name`."""
        return not set(bases).isdisjoint(self.ancestors(name))

    def merged(self, name: str) -> str:
        """The class that a type is in every version supported: TimeoutError for asyncio's since 3.11."""
        known = tables().merged(name)
        return tables().bases[name][0] if known and self.python and self.python >= known[0] else name

    def may_be_apart(self, name: str) -> bool:
        """Whether a type may be no kind of the base that it has today: nobody says which Pythons count."""
        return self.python is None and tables().merged(name) is not None

    def is_too_new(self, name: str) -> bool:
        """Whether the oldest version supported does not have the type."""
        since = tables().since(name)
        return bool(since and self.python and self.python < since)

    def widest(self, names: Iterable[str]) -> list[str]:
        """The types without those that stand beside a base of theirs, in the order given."""
        unique = list(dict.fromkeys(names))
        return [n for n in unique if not any(n != other and self.is_a(n, other) for other in unique)]

    def _bases(self, name: str) -> list[str]:
        if definition := self._own.get(name):
            assert isinstance(definition.node, ast.ClassDef)
            found = (self._base(definition.module, base) for base in definition.node.bases)
            return [base for base in found if base]
        if kind := BUILTIN_EXCEPTIONS.get(name):
            return [base.__name__ for base in kind.__mro__[1:-1]]
        known = tables().merged(name)
        if known and self.python and self.python < known[0]:
            return [known[1]]
        return list(tables().bases.get(name, ())) or self._outside(name)[1:]

    def canonical(self, dotted: str) -> str:
        """The one name of a type from outside of the project, whatever it is imported under."""
        name = canonical(dotted)
        known = name in BUILTIN_EXCEPTIONS or name in tables().bases
        return name if known else next(iter(self._outside(name)), name)

    def _outside(self, name: str) -> list[str]:
        """The names of a class of the installed packages and of those above it; empty if it is none."""
        if self._installed is None or self._outer is None or self.project.may_shadow(name):
            return []
        outer, installed = self._outer, self._installed

        def look() -> dict[str, Any]:
            found = installed.find(name, "")
            is_class = found and isinstance(found.node, ast.ClassDef)
            return {"ancestors": outer.ancestors(outer.own_name(found))} if found and is_class else {}

        ancestors = installed.remembered("class", name, look).get("ancestors", ())
        return [str(above) for above in ancestors]

    def _base(self, module: Module, expression: ast.expr) -> str | None:
        definition = self.project.definition(module, expression)
        if definition and isinstance(definition.node, ast.ClassDef):
            return self.own_name(definition)
        dotted = names_of(module).qualified(expression)
        return self.canonical(self.project.origin(dotted, module.path)) if dotted else None


def class_name(name: str) -> str:
    """What the class of a type is called, without package and file."""
    return bare_name(name).rpartition(".")[2]


def bare_name(name: str) -> str:
    """A type without the file that it stands in: `Refused` for `app/errors.py:Refused`."""
    return name.rpartition(":")[2]


def canonical(dotted: str) -> str:
    """The name the tables use for a type: `IOError` is `OSError`, `builtins.` is left out."""
    bare = dotted.removeprefix("builtins.")
    if kind := BUILTIN_EXCEPTIONS.get(bare):
        return kind.__name__
    return tables().own_name(bare)


def handler_types(hierarchy: Hierarchy, module: Module, handler: ast.ExceptHandler) -> list[str]:
    """The types that a handler names; a bare one catches BaseException. Unknown names are left out."""
    if handler.type is None:
        return ["BaseException"]
    names = names_of(module)
    resolved = []
    for part in _members(module, handler.type) or types_of(handler):
        name = hierarchy.resolve(module, part)
        dotted = names.qualified(part)
        if name or dotted:
            found = name or hierarchy.canonical(hierarchy.project.origin(dotted or "", module.path))
            resolved += [hierarchy.merged(found), *tables().with_it(found)]
    return resolved


def _members(module: Module, named: ast.expr) -> list[ast.expr]:
    """What is in a tuple that the file binds to a name, and nothing else: `ERRORS = (OSError, EOFError)`."""
    bindings = names_of(module).bindings(named) if isinstance(named, ast.Name) else []
    match [module.parent(binding.node) for binding in bindings]:
        case [ast.Assign(targets=[ast.Name()], value=ast.Tuple(elts=parts))]:
            return parts
    return []


def hierarchy_of(project: Project) -> Hierarchy:
    return project.derive(Hierarchy)


def hierarchy_at(project: Project, path: str) -> Hierarchy:
    """What is a kind of what in every version of Python that the project around the file supports."""
    python = pythons_of(project).oldest(path)
    return project.derive(Hierarchy, python) if python else hierarchy_of(project)
