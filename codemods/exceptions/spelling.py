"""How a type is written at one place: by the names in scope there, or by an import that the file gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import PurePosixPath

from codemods.exceptions.having_run import has_run, is_tried
from codemods.exceptions.hierarchy import BROAD, BUILTIN_EXCEPTIONS, hierarchy_at
from codemods.exceptions.needed import loaded_by, needed_tops, tops_of
from codemods.exceptions.nested import outermost, through_modules
from codemods.exceptions.platforms import NOT_EVERYWHERE
from codemods.exceptions.releases import older_let_in
from codemods.exceptions.tables import tables
from codemods.model import Import
from codemods.module import Module
from codemods.names import Binding, below, names_of, origin_of
from codemods.nodes import walk
from codemods.project import Definition, Project
from codemods.stdlib import STANDARD_MODULES, is_standard

# Bases that nobody writes for their subclasses: misleading for what is found in data, or hardly known.
_APART = ("ModuleNotFoundError", "ImportError", "SyntaxError", "ArithmeticError", "LookupError")

_SHARED = {"azure", "google", "ruamel", "zope"}  # names that several distributions put their packages under


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a type is written at a place; `type` may be a base that has a name there."""

    type: str
    text: str
    needed: Import | None = None


class Speller:
    """The names that exception types have where a handler's types are evaluated.

    `source` is the package that has been imported whenever the body raises anything.
    """

    def __init__(
        self, handler: ast.ExceptHandler, module: Module, project: Project, source: str | None = None
    ) -> None:
        self._handler = handler
        self._module = module
        self._project = project
        self._source = source
        self._hierarchy = hierarchy_at(project, module.path)
        self._names = names_of(module)

    def spell(self, name: str) -> Spelling | None:
        """The type, or its nearest base below Exception, by a name that is sure to be bound."""
        below = [a for a in self._hierarchy.ancestors(name) if a not in BROAD and a != "object"]
        below = [a for a in below if not self._is_too_new(a)]
        exactly = self._hierarchy.definition(name) is not None or self._hierarchy.may_be_apart(name)
        for candidate in below[:1] if exactly else below:
            if candidate in _APART and candidate != name:
                break
            if text := self._bound(candidate):
                return Spelling(candidate, text)
        for candidate in below:
            if self._is_inside(candidate):
                continue
            if found := self._importable(candidate) or self._with_others(candidate):
                return found
        for candidate in below:
            if text := self._bound(candidate):
                return Spelling(candidate, text)
        return None

    def _is_too_new(self, name: str) -> bool:
        """Whether the oldest Python that is supported, or release of a package, does not have the type."""
        if self._hierarchy.is_too_new(name):
            return True
        return older_let_in(self._project, self._module.path, name) is not None

    def _bound(self, name: str) -> str | None:
        """The shortest expression that means the type already; by its own name rather than another's."""
        if name in BUILTIN_EXCEPTIONS:
            return name if not self._names.visible(name, self._handler) else None
        last = name.rpartition(".")[2]
        found = sorted(
            (not text.endswith(last), text.count("."), not own, len(text), text)
            for text, own in self._expressions(name)
        )
        return found[0][-1] if found else None

    def _expressions(self, name: str) -> Iterator[tuple[str, bool]]:
        """What means the type, and whether by its own name: not `urllib3.response.HTTPError`."""
        other_names = tables().other_names(name)
        definition = self._hierarchy.definition(name)
        outer, inside = outermost(definition) if definition else (None, "")
        for scope in self._scopes():
            for bound, bindings in self._names.bindings_in(scope).items():
                if len(bindings) != 1 or self._names.visible(bound, self._handler) != bindings:
                    continue
                (binding,) = bindings
                if not self._is_bound_before(binding):
                    continue
                if definition is not None:
                    target = binding.target
                    meant = self._project.find(target, self._module.path) if target else None
                    bare = meant.node if meant else binding.node
                    if bare is definition.node:
                        yield bound, True
                    elif bare is outer:
                        yield f"{bound}{inside}", True
                    elif meant is None and target:
                        inner = [one for one in self._imported if one.startswith(f"{target}.")]
                        found = through_modules(
                            self._project, self._module.path, [target, *inner], definition
                        )
                        yield from ((bound + dotted[len(target) :], True) for dotted in found)
                elif binding.target:
                    for dotted in (name, *other_names):
                        if self._leads_to(binding.target, dotted):
                            yield bound + dotted[len(binding.target) :], dotted == name
                    if self._is_installed_as(binding.target, name):
                        yield bound, False

    def _leads_to(self, target: str, dotted: str) -> bool:
        """Whether a type is an attribute of what is imported, or that itself.

        That a package has loaded its submodules is taken for granted only where the tables name the type;
        `import importlib` alone does not bring `importlib.metadata`.
        """
        inside = dotted[len(target) + 1 :] if dotted.startswith(f"{target}.") else None
        if inside is None or "." not in inside:
            return dotted == target or inside is not None
        if is_standard(dotted):
            return dotted.rpartition(".")[0] in self._imported
        return dotted in tables().bases

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The modules that are sure to be imported by then, by their whole names, and those above them."""
        plain = [node for node in self._module.nodes(ast.Import) if self._has_run(node)]
        names = [alias.name for node in plain for alias in node.names]
        taken = [node for node in self._module.nodes(ast.ImportFrom) if self._has_run(node)]
        names += [node.module or "" for node in taken if not node.level]
        parts = [name.split(".") for name in names]
        return frozenset(".".join(each[:cut]) for each in parts for cut in range(1, len(each) + 1))

    def _is_installed_as(self, target: str, name: str) -> bool:
        """Whether an import is of the type under another of its names."""
        return target.endswith(f".{name.rpartition('.')[2]}") and self._hierarchy.canonical(target) == name

    def _scopes(self) -> Iterator[ast.AST]:
        scope: ast.AST = self._names.scope(self._handler)
        while True:
            yield scope
            if scope is self._module.tree:
                return
            scope = self._names.scope(scope)

    def _is_bound_before(self, binding: Binding) -> bool:
        """Whether the binding is sure to have run when the handler's types are evaluated."""
        if isinstance(binding.node, ast.ClassDef):
            return self._has_run(binding.node)
        statement = self._module.statement(binding.node)
        brings = bool(self._source) and (binding.target or "").partition(".")[0] == self._source
        return self._has_run(statement) or (brings and is_tried(self._module, self._handler, statement))

    def _has_run(self, statement: ast.stmt) -> bool:
        return has_run(self._module, self._handler, statement)

    def _importable(self, name: str) -> Spelling | None:
        """The type by a new import: of the standard library, or of what the file takes from already."""
        definition = self._hierarchy.definition(name)
        if definition is not None:
            found = self._from_project(definition)
            return Spelling(name, definition.node.name, found) if found else None
        holder, _, last = name.rpartition(".")
        top = holder.partition(".")[0]
        standard = top in STANDARD_MODULES
        telling = last.lower() != "error" or not standard  # `except error:` says nothing
        alone = telling and self._is_free(last, name)
        if alone and (self._takes_from(holder) or (not standard and self._has_package_of(name))):
            return Spelling(name, last, Import(self._module.path, holder, last))
        if not standard or self._may_be_absent(top):
            return None
        by_module = self._is_free(top, top)
        if alone and (not by_module or holder.count(".") > 1):  # `xml.parsers.expat.` is long
            return Spelling(name, last, Import(self._module.path, holder, last))
        return Spelling(name, name, Import(self._module.path, holder)) if by_module else None

    def _is_free(self, name: str, dotted: str) -> bool:
        """Whether an import at the top would give the name this meaning, or one that is sure to run does."""
        found = self._names.visible(name, self._handler)
        sure = not found or any(map(self._is_bound_before, found))
        return sure and self._names.importable(name, dotted, self._handler)

    def _may_be_absent(self, top: str) -> bool:
        """Whether the file may be used where the module is not: a new import must not stop that.

        What the `try` itself imports may be what fails; what the file imports anyway is there.
        """
        bound = self._names.visible(top, self._handler)
        if any(binding.target == top and self._is_bound_before(binding) for binding in bound):
            return False
        statement = self._module.statement(self._handler)
        inside = (node for node in walk([statement]) if isinstance(node, (ast.Import, ast.ImportFrom)))
        return top in NOT_EVERYWHERE or any(top in tops_of(node) for node in inside)

    def _from_project(self, definition: Definition) -> Import | None:
        """An import of the class, in words that lead from here to where it stands."""
        last = definition.node.name
        for holder in self._holders(definition.module.path):
            dotted = below(holder, last)
            found = self._project.find(dotted, self._module.path)
            leads = found is not None and found.node is definition.node
            if leads and self._names.importable(last, dotted, self._handler):
                return Import(self._module.path, holder, last)
        return None

    def _holders(self, path: str) -> Iterator[str]:
        """What to import from for something in a file of the project, by the imports that are there.

        Where the file itself is not imported yet it must import nothing of the project: else the order
        of imports could matter.
        """
        here = self._module.path
        statements = [s for s in self._module.tree.body if isinstance(s, (ast.Import, ast.ImportFrom))]
        origins = dict.fromkeys(origin_of(s) for s in statements if isinstance(s, ast.ImportFrom))
        yield from (origin for origin in origins if self._project.path_of(origin, here) == path)
        if not self._is_leaf(path):
            return
        relative = (origin[: origin.rindex(".") + 1] for origin in origins if origin.startswith("."))
        beside = (package + PurePosixPath(path).stem for package in relative)
        yield from (dotted for dotted in beside if self._project.path_of(dotted, here) == path)
        loaded = {dotted for statement in statements for dotted in loaded_by(statement)}
        for dotted in sorted(loaded):
            name = self._project.name_like(dotted, path, here)
            package = name.rpartition(".")[0] if name else None
            if name and (not package or any(f"{each}.".startswith(f"{package}.") for each in loaded)):
                yield name

    def _is_leaf(self, path: str) -> bool:
        """Whether a file of the project imports no other."""
        module = self._project.module(path)
        imported = [alias.name for node in module.nodes(ast.Import) for alias in node.names]
        imported += [*map(origin_of, module.nodes(ast.ImportFrom))]
        return not any(self._project.path_of(dotted, path) for dotted in imported)

    def _has_package_of(self, name: str) -> bool:
        """Whether the top of the file imports from the same package as the type, which tables know."""
        top, last = name.partition(".")[0], name.rpartition(".")[2]
        holder = name.removesuffix(f".{last}")
        in_class = holder != top and holder.rpartition(".")[2][:1].isupper()
        if name not in tables().bases or in_class or top in _SHARED or self._project.may_shadow(name):
            return False
        tops = {other for statement in self._imports_before for other in tops_of(statement)}
        namesakes = (kind for other in tops - {top} for kind in tables().exceptions_of(other))
        return top in tops and not any(kind.endswith(f".{last}") for kind in namesakes)

    @cached_property
    def _imports_before(self) -> list[ast.Import | ast.ImportFrom]:
        """The imports at the top of the file that are sure to have run when the handler's types are asked."""
        body = self._module.tree.body
        if self._module.function(self._handler) is None:
            around = {self._handler, *self._module.ancestors(self._handler)}
            body = [*takewhile(lambda statement: statement not in around, body)]
        return [s for s in body if isinstance(s, (ast.Import, ast.ImportFrom))]

    def _takes_from(self, holder: str) -> bool:
        """Whether the top of the file imports from the package, unconditionally."""
        taken = (s for s in self._imports_before if isinstance(s, ast.ImportFrom) and s.level == 0)
        return any(s.module == holder for s in taken)

    def _is_inside(self, name: str) -> bool:
        """Whether it is a class that no import can bring: of this file, or inside of something."""
        definition = self._hierarchy.definition(name)
        if definition is None:
            return False
        nested = definition.module.scope(definition.node) is not definition.module.tree
        return nested or definition.module.path == self._module.path

    def _with_others(self, name: str) -> Spelling | None:
        """The type by a new import of what a file of the project imports that this one needs anyway."""
        holder, _, last = name.rpartition(".")
        top = holder.partition(".")[0]
        in_class = holder != top and holder.rpartition(".")[2][:1].isupper()
        known = top in STANDARD_MODULES or (top not in _SHARED and not self._project.may_shadow(name))
        if name not in tables().bases or in_class or not known or top not in self._needed_tops:
            return None
        if last.lower() != "error" and holder != top and self._is_free(last, name):
            return Spelling(name, last, Import(self._module.path, holder, last))
        return Spelling(name, name, Import(self._module.path, holder)) if self._is_free(top, top) else None

    @cached_property
    def _needed_tops(self) -> frozenset[str]:
        """The packages without which the files that this one imports cannot be imported themselves."""
        return needed_tops(self._project, self._module, self._imports_before)
