"""The cross-file index: where the function or class that a name means is defined, and who uses it.

Everything is lazy: only files that mention a name are parsed for it. The answers are as sure as reading
can make them, and say where they are not.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.definitions import Defined, Definition, Definitions, may_bind
from codemods.files import Files, Where
from codemods.model import SourceTree
from codemods.module import Module
from codemods.names import names_of

__all__ = ["Defined", "Definition", "Project", "Reference", "Where", "may_bind"]

# Functions that take the name of an attribute: `getattr(x, "name")`, `mock.patch.object(x, "name")`.
_LOOKUPS = {"attrgetter", "delattr", "getattr", "hasattr", "methodcaller", "multiple", "object", "setattr"}
# What a variable that holds a module is called, and how it may have come by it.
_MODULE_WORD = re.compile(r"(?:^|_)(?:mod|module|plugin|package|pkg)s?(?:_|$)", re.IGNORECASE)
_DYNAMIC_IMPORTS = (b"import_module", b"__import__", b"sys.modules", b"ModuleType", b"module_from_spec")


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that means a definition (`certain`), or may mean it (an attribute of that name)."""

    module: Module
    node: ast.Name | ast.Attribute | ast.alias | ast.Constant
    certain: bool

    @property
    def call(self) -> ast.Call | None:
        """The call, when the reference is what is called."""
        parent = self.module.parent(self.node)
        return parent if isinstance(parent, ast.Call) and parent.func is self.node else None


class Project(Definitions):
    """All files of a source tree, seen together."""

    def __init__(self, tree: SourceTree, base: Files | None = None) -> None:
        super().__init__(tree, base)
        self._references: dict[tuple[Definition, bool], tuple[list[Reference], list[str]]] = {}

    def references(
        self, definition: Definition, *, tests: bool = True, where: Where | None = None
    ) -> tuple[list[Reference], list[str]]:
        """Every place that means the definition or may mean it; second, files nobody can read.

        `tests` and `where` leave files out, as for `mentioning`; with `where` they are looked through anew.

        The definition's own name is not among them. Imports are (`alias`), strings that spell the
        name where things are looked up by name are (`Constant`), and so are attributes of that name on
        anything unknown (for a function at module level: on anything that may be a module). A name that
        another file imports it under is followed too.
        """
        if where:
            return self._search(definition, tests, where)
        if (definition, tests) not in self._references:
            self._references[definition, tests] = self._search(definition, tests, None)
        return self._references[definition, tests]

    def _search(
        self, definition: Definition, tests: bool, where: Where | None
    ) -> tuple[list[Reference], list[str]]:
        found: dict[ast.AST, Reference] = {}
        unreadable: list[str] = []
        spellings = [definition.node.name]
        for name in spellings:  # grows on the way
            modules, closed = self.mentioning(name, tests=tests, where=where)
            unreadable += [path for path in closed if path not in unreadable]
            for module in modules:
                for reference in self._references_in(module, name, definition):
                    found.setdefault(reference.node, reference)
                    renamed = getattr(reference.node, "asname", None)
                    if renamed and renamed not in spellings:
                        spellings.append(renamed)
        return list(found.values()), unreadable

    def _references_in(self, module: Module, name: str, definition: Definition) -> Iterator[Reference]:
        yield from self._imports_of(module, name, definition)
        names = names_of(module)
        for use in names.mentions(name):
            bindings = names.bindings(use)
            if any(b.node is definition.node for b in bindings):
                if isinstance(use.ctx, ast.Load):
                    yield Reference(module, use, self._is(definition, self._agreed(module, bindings)))
            elif not bindings and names.has_star_import and self._is_top_level(definition):
                yield Reference(module, use, certain=False)
        for attribute in module.attributes.get(name, ()):
            if self._may_be(module, attribute, definition):
                certain = self.definition(module, attribute) is not None
                yield Reference(module, attribute, certain)
        for constant in module.derive(_Mentions).strings.get(name, ()):
            if self._spells(module, constant, name, definition):
                yield Reference(module, constant, certain=False)

    def _spells(self, module: Module, constant: ast.Constant, name: str, definition: Definition) -> bool:
        """Whether a string may be how something is looked up: `"pkg.mod:name"`, `getattr(x, "name")`."""
        if constant.value != name:
            return True
        parent = module.parent(constant)
        if not self._is_top_level(definition):
            return True
        if isinstance(parent, ast.Call):
            function = parent.func
            last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            return last in _LOOKUPS
        return "__all__" in module.source(module.statement(constant))

    def _imports_of(self, module: Module, name: str, definition: Definition) -> Iterator[Reference]:
        """The `from … import name` that bring the definition in, and what they are used for."""
        names = names_of(module)
        for alias in module.derive(_Mentions).imports.get(name, ()):
            binding = names.binding(alias)
            target = binding.target or ""
            found = self.find(target, module.path)
            unknown = found is None and self._is_top_level(definition) and self.may_hold(target)
            if not unknown and not self._is(definition, found):
                continue
            yield Reference(module, alias, certain=found is not None)
            for use in names.uses(binding):
                certain = self._is(definition, self._agreed(module, names.bindings(use)))
                yield Reference(module, use, certain)

    def _may_be(self, module: Module, attribute: ast.Attribute, definition: Definition) -> bool:
        """Whether an attribute of the right name means the definition, as far as one can tell."""
        found = self.definition(module, attribute)
        if found:
            return self._is(definition, found)
        if self._is_top_level(definition) and self.owner(module, attribute.value):
            return False
        dotted = names_of(module).qualified(attribute)
        if dotted:
            return self.may_hold(dotted)
        return not self._is_top_level(definition) or _may_be_module(module, attribute.value)

    @staticmethod
    def _is(one: Definition, other: Definition | None) -> bool:
        return other is not None and other.node is one.node

    @staticmethod
    def _is_top_level(definition: Definition) -> bool:
        return definition.module.scope(definition.node) is definition.module.tree


class _Mentions:
    """What of one file may bring a name in, or look it up, by the name."""

    def __init__(self, module: Module) -> None:
        self.imports: dict[str, list[ast.alias]] = defaultdict(list)
        self.strings: dict[str, list[ast.Constant]] = defaultdict(list)  # `"name"`, `"pkg.mod:name"`
        for statement in module.nodes(ast.ImportFrom):
            for alias in statement.names:
                self.imports[alias.name].append(alias)
        for constant in module.nodes(ast.Constant):
            if isinstance(constant.value, str):
                last = constant.value.rpartition(".")[2].rpartition(":")[2]
                self.strings[last].append(constant)


def _may_be_module(module: Module, expression: ast.expr) -> bool:
    """Whether a value may be a module: an import that is not certain, or one that was imported by name."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    if isinstance(expression, ast.Name):
        bindings = names_of(module).bindings(expression)
        if not bindings or any(b.target for b in bindings) or _MODULE_WORD.search(expression.id):
            return True
    return any(word in module.data for word in _DYNAMIC_IMPORTS)
