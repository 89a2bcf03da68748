"""Where the function or class that a name means is defined: through imports, re-exports, classes.

The answers are as sure as reading can make them, and None where they are not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from codemods.files import Files
from codemods.model import SourceTree
from codemods.module import FUNCTIONS, Function, Module, Unreadable
from codemods.names import Binding, agreed_target, below, for_python_3, names_of

Defined: TypeAlias = Function | ast.ClassDef

_DEFINED = (*FUNCTIONS, ast.ClassDef)
_BARE_BASES = ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol")
_STAR_IMPORT = re.compile(rb"import[\s\\]*\*")
_STAR_FROM = re.compile(rb"from[ \t]+([\w.]+)[ \t]+import[ \t]*\*")
_MOST_HOLDERS = 4  # files from where a variable is used to the one that it is in
_IN_WORDS = frozenset(bytes([byte]) for byte in range(128) if re.match(rb"\w", bytes([byte])))
_MAX_REEXPORTS = 8  # longer chains of `from .x import y` than any package has


class Definition(NamedTuple):
    """A function or class, and the file it stands in."""

    module: Module
    node: Defined


class Definitions(Files):
    """The files of a source tree, and what stands in them."""

    def __init__(self, tree: SourceTree, base: Files | None = None) -> None:
        super().__init__(tree, base)
        self._origins: dict[tuple[str, str], str] = {}
        self._definitions: dict[tuple[str, str, int], Definition | None] = {}
        self._meant: dict[ast.expr, Definition | None] = {}
        self._holders: dict[tuple[str, str], tuple[Module | None, str]] = {}
        self._may_bind: dict[tuple[str, str], bool] = {}
        self._stars: dict[str, list[str] | None] = {}

    def find(self, dotted: str, importer: str) -> Definition | None:
        """The function, class or method that a dotted name means in `importer`, through re-exports."""
        return self._find(dotted, importer, _MAX_REEXPORTS)

    def definition(self, module: Module, expression: ast.expr) -> Definition | None:
        """The project's function, class or method that an expression means; None when not certain.

        For a method it is the one of the class itself: a subclass may override it.
        """
        if expression not in self._meant:
            self._meant[expression] = self._member_or_named(module, expression)
        return self._meant[expression]

    def owner(self, module: Module, expression: ast.expr) -> Definition | None:
        """The project's class that an expression stands for or is an instance of; None when not certain.

        Known are class names, `self` and `cls`, `Class()`, a name assigned once from that, and an
        argument annotated with a class.
        """
        if isinstance(expression, ast.Name):
            bindings = names_of(module).bindings(expression)
            found = self._class_behind(module, bindings[0]) if len(bindings) == 1 else None
        else:
            found = self._named(module, expression.func) if isinstance(expression, ast.Call) else None
        found = found or self._named(module, expression)
        return found if found and isinstance(found.node, ast.ClassDef) else None

    def ancestry(self, definition: Definition) -> tuple[set[ast.AST], list[str]]:
        """The class and all classes above it that the project defines; second, the names of the others.

        Bases that bring no methods of their own (`object`, `ABC`, `Generic`, `Protocol`) are not told.
        """
        known: dict[ast.AST, Definition] = {definition.node: definition}
        strangers: list[str] = []
        waiting = [definition]
        while waiting:
            current = waiting.pop()
            for base in current.node.bases if isinstance(current.node, ast.ClassDef) else ():
                above = self._named(current.module, base)
                if above and above.node not in known:
                    known[above.node] = above
                    waiting.append(above)
                elif not above and not _is_bare_base(current.module, base):
                    strangers.append(ast.unparse(base))
        return set(known), strangers

    def origin(self, dotted: str, importer: str) -> str:
        """The name of something where it comes from, when files here only pass it on.

        `.compat.urlparse` is `urllib.parse.urlparse` when `compat.py` imports it from there.
        """
        key = dotted, importer.rpartition("/")[0]
        if key not in self._origins:
            self._origins[key] = dotted
            self._origins[key] = self._passed_on(dotted, importer)
        return self._origins[key]

    def holder(self, dotted: str, importer: str) -> tuple[Module | None, str]:
        """The file that a variable of others is in, and its name there; some only pass it on."""
        key = dotted, importer.rpartition("/")[0]
        if key not in self._holders:
            self._holders[key] = self._looked_for_holder(dotted, importer)
        return self._holders[key]

    def led_into(self, dotted: str, importer: str) -> tuple[str, list[str]] | None:
        """The file that a dotted name leads into, and the names in it: `app/models.py`, `Book`, `title`."""
        level = len(dotted) - len(dotted.lstrip("."))
        dots, parts = dotted[:level], dotted[level:].split(".")
        for cut in range(len(parts) - 1, -1 if dots else 0, -1):
            if path := self.path_of(dots + ".".join(parts[:cut]), importer):
                return path, parts[cut:]
        return None

    def type_name(self, definition: Definition) -> str:
        """A name for a class that is the same wherever it is imported: its file, and its name there."""
        return f"{definition.module.path}:{definition.module.qualified_name(definition.node)}"

    # -- helpers ----------------------------------------------------------------------------------

    def _passed_on(self, dotted: str, importer: str) -> str:
        path, names = self.led_into(dotted, importer) or (None, [])
        if path is None:
            return dotted
        try:
            module = self.module(path)
        except (OSError, Unreadable):
            return dotted
        target = agreed_target(names_of(module).bindings_in(module.tree).get(names[0], ()))
        found = self.origin(".".join([target, *names[1:]]), path) if target else dotted
        return dotted if found.startswith(".") else found  # that would be relative to another file

    def _looked_for_holder(self, dotted: str, importer: str) -> tuple[Module | None, str]:
        for _ in range(_MOST_HOLDERS):
            bare = dotted.lstrip(".")
            above, _, name = bare.rpartition(".")
            origin = dotted[: len(dotted) - len(bare)] + above
            path = self.path_of(origin, importer) if origin else None
            try:
                module = self.module(path) if path else None
            except (OSError, Unreadable):
                return None, name
            bindings = names_of(module).bindings_in(module.tree).get(name, ()) if module else ()
            target = agreed_target(bindings)
            if module is None or target is None:
                return module, name
            dotted, importer = target, module.path
        return None, ""

    def _find(self, dotted: str, importer: str, depth: int) -> Definition | None:
        key = dotted, importer.rpartition("/")[0], depth
        if key not in self._definitions:
            self._definitions[key] = self._looked_up(dotted, importer, depth)
        return self._definitions[key]

    def _looked_up(self, dotted: str, importer: str, depth: int) -> Definition | None:
        path, names = self.led_into(dotted, importer) or (None, [])
        try:
            if path is None:
                return None
            if not self._may_have(path, names[0]) and (origins := self._star_imports(path)) is not None:
                return self._behind_stars(origins, path, names, depth)
            module = self.module(path)
        except (OSError, Unreadable):
            return None
        return self._in_module(module, names, depth)

    def _may_have(self, path: str, name: str) -> bool:
        """Whether a file may itself bind a name, by its text: star imports can lead to hundreds of files."""
        if (path, name) not in self._may_bind:
            self._may_bind[path, name] = may_bind(self.read(path), name)
        return self._may_bind[path, name]

    def _star_imports(self, path: str) -> list[str] | None:
        """The modules that a file imports everything from, by its text; None where that does not tell."""
        if path not in self._stars:
            data = self.read(path)
            origins = [origin.decode() for origin in _STAR_FROM.findall(data)]
            self._stars[path] = origins if len(origins) == len(_STAR_IMPORT.findall(data)) else None
        return self._stars[path]

    def _in_module(self, module: Module, parts: Sequence[str], depth: int) -> Definition | None:
        bindings = names_of(module).bindings_in(module.tree).get(parts[0], [])
        if not bindings and names_of(module).has_star_import:
            return self._behind_stars(names_of(module).star_imports, module.path, parts, depth)
        found = self._agreed(module, bindings, depth)
        for part in parts[1:]:
            if found is None:
                # `import x.y` in a package makes the package's attribute a module, not a definition.
                target = agreed_target(bindings) if depth else None
                return self._find(".".join([target, *parts[1:]]), module.path, depth - 1) if target else None
            found = self._member(found, part)
        return found

    def _behind_stars(
        self, origins: Sequence[str], path: str, parts: Sequence[str], depth: int
    ) -> Definition | None:
        """What `from x import *` brings into a file: something only where one `x` alone has the name."""
        found: dict[ast.AST, Definition] = {}
        for origin in origins if depth and not parts[0].startswith("_") else ():
            definition = self._find(below(origin, ".".join(parts)), path, depth - 1)
            if definition:
                found[definition.node] = definition
            if len(found) > 1:
                return None
        return found.popitem()[1] if found else None

    def _agreed(
        self, module: Module, bindings: Sequence[Binding], depth: int = _MAX_REEXPORTS
    ) -> Definition | None:
        """The one definition that all bindings of a name mean; None when one means something else."""
        agreed: Definition | None = None
        for binding in for_python_3(bindings):
            if isinstance(binding.node, _DEFINED):
                found: Definition | None = Definition(module, binding.node)
            elif binding.target and depth:
                found = self._find(binding.target, module.path, depth - 1)
            else:
                found = None
            if found is None or (agreed and agreed.node is not found.node):
                return None
            agreed = found
        return agreed

    def _member_or_named(self, module: Module, expression: ast.expr) -> Definition | None:
        if isinstance(expression, ast.Attribute) and (owner := self.owner(module, expression.value)):
            return self._member(owner, expression.attr)
        return self._named(module, expression)

    def _named(self, module: Module, expression: ast.expr) -> Definition | None:
        """What a name or a dotted import means; nothing is inferred, so this cannot go in circles."""
        names = names_of(module)
        if isinstance(expression, ast.Name):
            return self._agreed(module, names.bindings(expression))
        dotted = names.qualified(expression)
        return self.find(dotted, module.path) if dotted else None

    def _class_behind(self, module: Module, binding: Binding) -> Definition | None:
        """The class that a variable holds an instance of (or, for `cls`, the class itself)."""
        node = binding.node
        if isinstance(node, ast.arg):
            above = module.parent(binding.scope)
            if isinstance(above, ast.ClassDef) and _is_receiver(node, module.function(node)):
                return Definition(module, above)
            return self._named(module, node.annotation) if node.annotation else None
        match module.parent(node):
            case ast.Assign(targets=targets, value=ast.Call(func=made)) if node in targets:
                return self._named(module, made)
        return None

    def _member(self, owner: Definition, name: str, depth: int = _MAX_REEXPORTS) -> Definition | None:
        """The method of a class, looked up in its bases that the project defines."""
        if not isinstance(owner.node, ast.ClassDef):
            return None
        bindings = names_of(owner.module).bindings_in(owner.node).get(name, [])
        if len(bindings) == 1 and isinstance(bindings[0].node, _DEFINED):
            return Definition(owner.module, bindings[0].node)
        for base in owner.node.bases if not bindings and depth else ():
            above = self._named(owner.module, base)
            if above is None and not _is_bare_base(owner.module, base):
                return None  # a class from outside comes first, and may have it
            if above and (found := self._member(above, name, depth - 1)):
                return found
        return None


def _is_bare_base(module: Module, base: ast.expr) -> bool:
    """Whether a base class brings no methods of its own."""
    expression = base.value if isinstance(base, ast.Subscript) else base
    return names_of(module).is_any(expression, *_BARE_BASES)


def _is_receiver(argument: ast.arg, function: Function | None) -> bool:
    """Whether the argument is the `self` or `cls` of a method."""
    if function is None:
        return False
    arguments = [*function.args.posonlyargs, *function.args.args]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
    return bool(arguments) and arguments[0] is argument and not static


def may_bind(data: bytes, name: str) -> bool:
    """Whether a file may bind a name, by its bytes: it stands there, and not only as an attribute."""
    if not (name.isascii() or data.isascii()):
        return True
    word, place = name.encode(), -1
    # A pattern for each name would take longer to make than the name to find.
    while (place := data.find(word, place + 1)) >= 0:
        before, behind = data[place - 1 : place], data[place + len(word) : place + len(word) + 1]
        if not (before in _IN_WORDS or before == b"." or behind in _IN_WORDS):
            return True
    return False
