"""Reading typeshed: what a dotted name of the standard library stands for there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS
from codemods.exceptions.tables import tables
from codemods.exceptions.types.library.annotations import Scope, by_parameter, spelled_type
from codemods.module import FUNCTIONS
from codemods.nodes import spelled
from codemods.stdlib import is_standard

if TYPE_CHECKING:  # it takes its time to load, and most runs never ask
    from typeshed_client import Resolver
    from typeshed_client.parser import NameInfo

_Found: TypeAlias = "tuple[str, NameInfo]"

_NOTATION = ("typing.", "typing_extensions.", "collections.abc.", "_typeshed.")
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
_READ = ("property", "cached_property")
_MOST_STEPS = 8  # of re-exports, and of classes above one
# Whichever Python runs us: what of it a project cannot count on is for `versions` to say.
_PYTHONS = ((3, 11), (3, 14))


class Typeshed:
    """The stubs of the standard library, each parsed when somebody asks for a name in it."""

    @cached_property
    def _resolvers(self) -> list[Resolver]:
        """One for each of `_PYTHONS`."""
        import typeshed_client

        contexts = (typeshed_client.get_search_context(search_path=[], version=each) for each in _PYTHONS)
        return [typeshed_client.Resolver(context) for context in contexts]

    def described(self, dotted: str) -> dict[str, Any]:
        """What a name is and what it gives, as it is kept; nothing where the stubs do not say."""
        if (found := self._find(dotted)) is None:
            return {}
        module, info = found
        owner, _, name = dotted.rpartition(".")
        definitions = _definitions(info)
        if info.child_nodes is not None and self._is_strange(dotted):
            return {}
        if info.child_nodes is not None:
            return {"kind": "call", "returns": self._class_name(module, info)}
        scope = Scope(self._expand, module, owner)
        if all(isinstance(node, FUNCTIONS) for node in definitions):
            texts = {spelled_type(node.returns, scope) for node in definitions if isinstance(node, FUNCTIONS)}
            kind = "property" if any(map(_is_read, definitions)) else "call"
            return {"kind": kind, "returns": texts.pop() if len(texts) == 1 else None}
        match definitions:
            case [ast.Assign() | ast.AnnAssign()] if not name.startswith("_") and self._is_enum(owner):
                return {"kind": "value", "returns": owner}
            case [ast.AnnAssign(annotation=annotation)]:
                return {"kind": "value", "returns": spelled_type(annotation, scope)}
        return {}

    def parameters(self, dotted: str) -> list[dict[str, list[str]]]:
        """For each overload of a function what its parameters take, as `by_parameter` tells."""
        found = self._find(dotted) if is_standard(dotted) else None
        if found and found[1].child_nodes is not None:  # a class, which is called
            made = (self._in_class(found, name, _MOST_STEPS) for name in ("__init__", "__new__"))
            found = next((one for one in made if one), None)
        if found is None:
            return []
        functions = (node for node in _definitions(found[1]) if isinstance(node, FUNCTIONS))
        return [by_parameter(node, partial(self._dotted, found[0])) for node in functions]

    def _is_enum(self, dotted: str) -> bool:
        return any(name.rpartition(".")[2] in _ENUMS for name in self._ancestry(dotted))

    def _find(self, dotted: str, steps: int = _MOST_STEPS) -> _Found | None:
        """What a dotted name stands for, and the module that says so."""
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:cut])
            if not self._names(module):
                continue
            found = self._in_module(module, parts[cut], steps)
            for name in parts[cut + 1 :]:
                found = self._in_class(found, name, steps) if found else None
            return found
        return None

    def _names(self, module: str) -> dict[str, NameInfo]:
        """The names of a module in the first Python that has it."""
        return next(filter(None, self._by_python(module)), {})

    def _by_python(self, module: str) -> Iterator[dict[str, NameInfo]]:
        from typeshed_client.finder import ModulePath

        path = ModulePath(tuple(module.split(".")))
        return (resolver.get_module(path).names for resolver in self._resolvers)

    def lacks(self, module: str, name: str) -> bool:
        """Whether a module has no such name."""
        known = [*filter(None, self._by_python(module))]
        return bool(known) and not any(name in names or "__getattr__" in names for names in known)

    def _in_module(self, module: str, name: str, steps: int) -> _Found | None:
        from typeshed_client.parser import ImportedName

        info = next((names[name] for names in self._by_python(module) if name in names), None)
        if info is None or not isinstance(info.ast, ImportedName):
            return (module, info) if info else None
        origin = ".".join(info.ast.module_name)
        return self._find(f"{origin}.{info.ast.name}", steps - 1) if info.ast.name and steps else None

    def _in_class(self, found: _Found, name: str, steps: int) -> _Found | None:
        module, info = found
        if own := (info.child_nodes or {}).get(name):
            return module, own
        for base in self._bases(module, info) if steps else ():
            above = self._find(base, steps - 1)
            if above and (inherited := self._in_class(above, name, steps - 1)):
                return inherited
        return None

    def _bases(self, module: str, info: NameInfo) -> Iterator[str]:
        """The dotted names of the classes directly above one."""
        for base in info.ast.bases if isinstance(info.ast, ast.ClassDef) else ():
            bare = spelled(base.value if isinstance(base, ast.Subscript) else base)
            yield self._dotted(module, bare)

    def _ancestry(self, dotted: str, steps: int = _MOST_STEPS) -> Iterator[str]:
        """The class and those above it, by the names that the stubs have for them."""
        yield dotted
        found = self._find(dotted) if steps and "." in dotted else None
        for base in self._bases(*found) if found else ():
            yield from self._ancestry(base, steps - 1)

    def _is_strange(self, dotted: str) -> bool:
        """Whether it is an exception, of which the tables know more, or a shape that other classes have."""
        above = {name.removeprefix("builtins.") for name in self._ancestry(dotted)}
        found = self._find(dotted)
        shape = found is not None and "typing.Protocol" in self._bases(*found)
        return shape or not above.isdisjoint(BUILTIN_EXCEPTIONS)

    def _dotted(self, module: str, name: str) -> str:
        """The dotted name that a name in a stub stands for; itself when it is a builtin."""
        from typeshed_client.parser import ImportedName

        first, dot, rest = name.partition(".")
        info = self._names(module).get(first)
        if info is None:
            return name
        if not isinstance(info.ast, ImportedName):
            return f"{module}.{name}"
        origin = ".".join(info.ast.module_name)
        return f"{origin}.{info.ast.name}{dot}{rest}" if info.ast.name else f"{origin}{dot}{rest}"

    def _expand(self, module: str, name: str) -> str | tuple[str, ast.expr]:
        """The dotted name of a class that an annotation names; of an alias its module and its value."""
        dotted = self._dotted(module, name)
        if dotted.startswith(_NOTATION):
            return dotted
        found = self._find(dotted)
        if found is None:
            return dotted
        where, info = found
        if info.child_nodes is not None:
            return "typing.Any" if self._is_strange(dotted) else self._class_name(where, info)
        match _definitions(info):
            case [ast.AnnAssign(value=ast.expr() as value)] | [ast.Assign(value=value)]:
                return where, value
            case [ast.AST() as alias] if type(alias).__name__ == "TypeAlias":
                return where, alias.value  # type: ignore[attr-defined]  # of Python 3.12
        return "typing.Any"

    def _class_name(self, module: str, info: NameInfo) -> str:
        """The public name of a class, which often comes from a module in C: `_io`."""
        own = f"{module}.{info.name}" if module != "builtins" else info.name
        public = own.lstrip("_")
        if public != own and not tables().is_type(own):
            found = self._find(public)
            own = public if tables().is_type(public) or (found and found[1] is info) else own
        return tables().own_name(own)


def _definitions(info: NameInfo) -> list[ast.AST]:
    from typeshed_client.parser import ImportedName, OverloadedName

    parts = info.ast.definitions if isinstance(info.ast, OverloadedName) else [info.ast]
    return [part for part in parts if not isinstance(part, ImportedName)]


def _is_read(node: ast.AST) -> bool:
    """Whether reading the attribute calls the function."""
    decorators = getattr(node, "decorator_list", ())
    return any(spelled(decorator).rpartition(".")[2] in _READ for decorator in decorators)
