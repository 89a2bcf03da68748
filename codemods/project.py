"""The cross-file index: which file a dotted name means, where a function is defined, who uses it.

Everything is lazy: files are read once, and only those that mention a name are parsed for it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeAlias

from codemods.model import SourceTree
from codemods.module import FUNCTIONS, Function, Module, Unreadable
from codemods.names import Binding, names_of
from codemods.sources import Overlay

Defined: TypeAlias = Function | ast.ClassDef

_MAX_REEXPORTS = 8  # longer chains of `from .x import y` than any package has


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class, and the file it stands in."""

    module: Module
    node: Defined


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


class Project:
    """All files of a source tree, seen together.

    With `base`, the project that the tree is an overlay on, what did not change is read and parsed
    there, so that both share it.
    """

    def __init__(self, tree: SourceTree, base: Project | None = None) -> None:
        self.tree = tree
        self._base = base
        self._changed = tree.changed if isinstance(tree, Overlay) else {}
        self._bytes: dict[str, bytes] = {}
        self._modules: dict[str, Module | Unreadable] = {}

    # -- files ------------------------------------------------------------------------------------

    @cached_property
    def paths(self) -> Sequence[str]:
        return self.tree.paths()

    def read(self, path: str) -> bytes:
        """The file's bytes, read once. Raises OSError."""
        if self._base and path not in self._changed:
            return self._base.read(path)
        data = self._bytes.get(path)
        if data is None:
            data = self._bytes[path] = self.tree.read(path)
        return data

    def module(self, path: str) -> Module:
        """The parsed file, parsed once. Raises OSError or Unreadable."""
        if self._base and path not in self._changed:
            return self._base.module(path)
        module = self._modules.get(path)
        if module is None:
            try:
                module = Module(path, self.read(path))
            except Unreadable as error:
                module = error
            module = self._modules.setdefault(path, module)  # of two threads that parse it, one wins
        if isinstance(module, Unreadable):
            raise module
        return module

    def mentioning(self, word: str) -> tuple[list[Module], list[str]]:
        """The files in whose bytes the identifier stands; second, those of them that nobody can read."""
        pattern = re.compile(rb"(?<![\w])" + re.escape(word.encode()) + rb"(?![\w])")
        modules, unreadable = [], []
        for path in self.paths:
            try:
                if word.encode() in (data := self.read(path)) and pattern.search(data):
                    modules.append(self.module(path))
            except (OSError, Unreadable):
                unreadable.append(path)
        return modules, unreadable

    # -- dotted names -----------------------------------------------------------------------------

    def path_of(self, dotted: str, importer: str) -> str | None:
        """The file that `import dotted` means in the file `importer`; leading dots are relative."""
        folder = PurePosixPath(importer).parent
        bare = dotted.lstrip(".")
        if level := len(dotted) - len(bare):
            for _ in range(level - 1):
                folder = folder.parent
            return self._file(folder, bare)
        if bare.partition(".")[0] in sys.stdlib_module_names:
            return None
        for root in [*reversed([folder, *folder.parents]), PurePosixPath("src")]:
            if found := self._file(root, bare):
                return found
        tail = bare.replace(".", "/")
        suffixes = (f"/{tail}.py", f"/{tail}/__init__.py")
        matches = [p for p in self._by_stem.get(bare.rpartition(".")[2], ()) if p.endswith(suffixes)]
        return matches[0] if len(matches) == 1 else None

    def find(self, dotted: str, importer: str) -> Definition | None:
        """The function, class or method that a dotted name means in `importer`, through re-exports."""
        return self._find(dotted, importer, _MAX_REEXPORTS)

    def definition(self, module: Module, expression: ast.expr) -> Definition | None:
        """The project's function, class or method that an expression means; None when not certain."""
        names = names_of(module)
        if isinstance(expression, ast.Name):
            definitions = names.bindings(expression)
            if len(definitions) == 1 and isinstance(definitions[0].node, (*FUNCTIONS, ast.ClassDef)):
                return Definition(module, definitions[0].node)
        if isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name):
            owner = self._owner(module, expression.value)
            if owner:
                return self._member(owner, expression.attr)
        dotted = names.qualified(expression)
        return self.find(dotted, module.path) if dotted else None

    # -- uses -------------------------------------------------------------------------------------

    def references(self, definition: Definition) -> tuple[list[Reference], list[str]]:
        """Every place that means the definition or may mean it; second, files nobody can read.

        The definition's own name is not among them. Imports are (`alias`), strings that spell the
        name are (`Constant`), and so are attributes of that name on anything unknown.
        """
        modules, unreadable = self.mentioning(definition.node.name)
        return [r for m in modules for r in self._references_in(m, definition)], unreadable

    def _references_in(self, module: Module, definition: Definition) -> Iterator[Reference]:
        name = definition.node.name
        names = names_of(module)
        for alias_owner in module.nodes(ast.ImportFrom):
            for alias in alias_owner.names:
                if alias.name != name:
                    continue
                binding = next(b for b in self._import_bindings(module, alias))
                if self._is(definition, self.find(binding.target or "", module.path)):
                    yield Reference(module, alias, certain=True)
                    for use in names.uses(binding):
                        yield Reference(module, use, certain=len(names.bindings(use)) == 1)
        for use in names.mentions(name):
            if isinstance(use.ctx, ast.Load) and any(b.node is definition.node for b in names.bindings(use)):
                yield Reference(module, use, certain=len(names.bindings(use)) == 1)
        for attribute in module.nodes(ast.Attribute):
            if attribute.attr == name:
                found = self.definition(module, attribute)
                if found is None or self._is(definition, found):
                    known_elsewhere = (
                        found is None
                        and names.qualified(attribute)
                        and not self._inside(names.qualified(attribute) or "", module.path)
                    )
                    if not known_elsewhere:
                        yield Reference(module, attribute, certain=found is not None)
        for constant in module.nodes(ast.Constant):
            if isinstance(constant.value, str) and re.search(rf"(^|[.:]){name}$", constant.value):
                yield Reference(module, constant, certain=False)

    # -- helpers ----------------------------------------------------------------------------------

    @cached_property
    def _path_set(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            pure = PurePosixPath(path)
            index[pure.parent.name if pure.name == "__init__.py" else pure.stem].append(path)
        return index

    def _file(self, root: PurePosixPath, dotted: str) -> str | None:
        base = root.joinpath(*dotted.split(".")) if dotted else root
        candidates = (f"{base}.py", str(base / "__init__.py"))
        return next((path for path in candidates if path in self._path_set), None)

    def _inside(self, dotted: str, importer: str) -> bool:
        """Whether some leading part of the dotted name is a file of the project."""
        parts = dotted.split(".")
        prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        return any(p.strip(".") and self.path_of(p, importer) for p in prefixes)

    def _find(self, dotted: str, importer: str, depth: int) -> Definition | None:
        level = len(dotted) - len(dotted.lstrip("."))
        dots, parts = dotted[:level], dotted[level:].split(".")
        for cut in range(len(parts) - 1, -1 if dots else 0, -1):
            path = self.path_of(dots + ".".join(parts[:cut]), importer)
            if path is None:
                continue
            try:
                module = self.module(path)
            except (OSError, Unreadable):
                return None
            return self._in_module(module, parts[cut:], depth)
        return None

    def _in_module(self, module: Module, parts: Sequence[str], depth: int) -> Definition | None:
        bindings = names_of(module).bindings_in(module.tree).get(parts[0], [])
        if len(bindings) != 1 or depth == 0:
            return None
        (binding,) = bindings
        if binding.target:
            return self._find(".".join([binding.target, *parts[1:]]), module.path, depth - 1)
        if not isinstance(binding.node, (*FUNCTIONS, ast.ClassDef)):
            return None
        found = Definition(module, binding.node)
        for part in parts[1:]:
            member = self._member(found, part)
            if member is None:
                return None
            found = member
        return found

    def _owner(self, module: Module, name: ast.Name) -> Definition | None:
        """The class that `self`, `cls` or a class name stands for."""
        function = module.function(name)
        if function and isinstance(module.parent(function), ast.ClassDef):
            arguments = [*function.args.posonlyargs, *function.args.args]
            static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
            if arguments and arguments[0].arg == name.id and not static:
                return Definition(module, module.parent(function))  # type: ignore[arg-type]
        found = self.definition(module, name)
        return found if found and isinstance(found.node, ast.ClassDef) else None

    def _member(self, owner: Definition, name: str) -> Definition | None:
        """The method of a class, looked up in its bases that the project defines."""
        if not isinstance(owner.node, ast.ClassDef):
            return None
        bindings = names_of(owner.module).bindings_in(owner.node).get(name, [])
        if len(bindings) == 1 and isinstance(bindings[0].node, (*FUNCTIONS, ast.ClassDef)):
            return Definition(owner.module, bindings[0].node)
        for base in owner.node.bases if not bindings else ():
            above = self.definition(owner.module, base)
            if above and above.node is not owner.node and (found := self._member(above, name)):
                return found
        return None

    def _import_bindings(self, module: Module, alias: ast.alias) -> Iterator[Binding]:
        names = names_of(module)
        name = alias.asname or alias.name
        for scope in (module.tree, *module.nodes(*FUNCTIONS, ast.ClassDef)):
            for binding in names.bindings_in(scope).get(name, ()):
                if binding.node is alias:
                    yield binding

    @staticmethod
    def _is(one: Definition, other: Definition | None) -> bool:
        return other is not None and other.node is one.node
