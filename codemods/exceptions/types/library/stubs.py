"""What typeshed says of the standard library: what calls give, and of what type attributes are.

Stubs are parsed, never run, and only those of modules that somebody asks about. They do not tell what
anything raises, so the tables come first; `builtins` and `typing` are left to them alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS
from codemods.exceptions.tables import tables
from codemods.exceptions.types.library.annotations import Scope, Taken, by_parameter, spelled_type
from codemods.exceptions.types.notation import parse
from codemods.module import FUNCTIONS
from codemods.nodes import spelled
from codemods.store import Store, engine

if TYPE_CHECKING:  # it takes its time to load, and most runs never ask
    from typeshed_client import Resolver
    from typeshed_client.parser import NameInfo

_Found: TypeAlias = "tuple[str, NameInfo]"

_SILENT = ("builtins", "typing", "typing_extensions")
_NOTATION = ("typing.", "typing_extensions.", "collections.abc.", "_typeshed.")
_ENUMS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")
_ASKED_FOR = ("__enter__", "__aenter__", "__lt__", "__hash__")  # of the special methods
_READ = ("property", "cached_property")
# Types that the tables name as nobody else does.
_NAMES_THERE = {
    "hashlib.Hash": "_hashlib.HASH",
    "zlib.Compress": "zlib._Compress",
    "zlib.Decompress": "zlib._Decompress",
}
_MOST_STEPS = 8  # of re-exports, and of classes above one


class Stubs:
    """The stubs of the standard library. Ask `stubs_in(cache)`."""

    def __init__(self, cache: Path | None) -> None:
        self._store = Store(cache)
        self._facts: dict[str, Fact | None] = {}
        self._taken: dict[str, list[Taken]] = {}
        self._lacking: dict[str, bool] = {}

    def fact(self, dotted: str) -> Fact | None:
        """A fact about a name of the standard library that tells its type, and not what it raises."""
        if dotted not in self._facts:
            self._facts[dotted] = _fact(dotted, self._remembered(dotted)) if _may_tell(dotted) else None
        return self._facts[dotted]

    def lacks(self, dotted: str) -> bool:
        """Whether a module of the standard library has no such name, here and with this Python."""
        if dotted not in self._lacking:
            key = f"{dotted}?"
            found = self._store.get(self._shelf, key)
            if found is None:
                module, _, name = dotted.rpartition(".")
                names = self._names(module) if _may_tell(dotted) else {}
                found = {"lacks": bool(names) and name not in names and "__getattr__" not in names}
                self._store.put(self._shelf, key, found)
            self._lacking[dotted] = found.get("lacks") is True
        return self._lacking[dotted]

    def takes(self, dotted: str) -> list[Taken]:
        """For each overload of a function what its parameters take, as `annotations.by_parameter` tells."""
        if dotted not in self._taken:
            key = f"{dotted}()"
            found = self._store.get(self._shelf, key)
            if found is None:
                found = {"overloads": self._parameters(_in_stubs(dotted))}
                self._store.put(self._shelf, key, found)
            overloads = found.get("overloads")
            kept = overloads if isinstance(overloads, list) else []
            self._taken[dotted] = [_by_place(one) for one in kept if isinstance(one, dict)]
        return self._taken[dotted]

    def _remembered(self, dotted: str) -> dict[str, Any]:
        found = self._store.get(self._shelf, dotted)
        if found is None:
            found = self._described(dotted)
            self._store.put(self._shelf, dotted, found)
        return found

    @cached_property
    def _shelf(self) -> str:
        return f"typeshed-{engine()}"

    @cached_property
    def _resolver(self) -> Resolver:
        import typeshed_client

        context = typeshed_client.get_search_context(search_path=[], version=sys.version_info[:2])
        return typeshed_client.Resolver(context)

    # -- reading ----------------------------------------------------------------------------------

    def _described(self, dotted: str) -> dict[str, Any]:
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

    def _parameters(self, dotted: str) -> list[dict[str, list[str]]]:
        top = dotted.partition(".")[0]
        found = self._find(dotted) if top in (*sys.stdlib_module_names, "builtins") else None
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
        from typeshed_client.finder import ModulePath

        return self._resolver.get_module(ModulePath(tuple(module.split(".")))).names

    def _in_module(self, module: str, name: str, steps: int) -> _Found | None:
        from typeshed_client.parser import ImportedName

        info = self._names(module).get(name)
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


def _in_stubs(dotted: str) -> str:
    """The name that the stubs have for what the tables name."""
    holder, dot, name = dotted.rpartition(".")
    holder = _NAMES_THERE.get(holder, holder)
    return (
        f"builtins.{holder}{dot}{name}" if holder in ("str", "bytes", "bytearray") else f"{holder}{dot}{name}"
    )


def _may_tell(dotted: str) -> bool:
    """Whether the stubs could have something to add; finding out that they do not takes its time."""
    top, _, rest = dotted.partition(".")
    last = rest.rpartition(".")[2]
    if top not in sys.stdlib_module_names or top in _SILENT or not rest:
        return False
    is_module = last.islower() and tables().is_type(dotted)  # such as `os.path`
    return not is_module and (not last.startswith("__") or last in _ASKED_FOR)


def _by_place(kept: dict[Any, Any]) -> Taken:
    """What one overload takes, of what the cache holds, which anybody may have written."""
    taken = {place: kinds for place, kinds in kept.items() if isinstance(kinds, list)}
    return {str(place): frozenset(map(str, kinds)) for place, kinds in taken.items()}


def _definitions(info: NameInfo) -> list[ast.AST]:
    from typeshed_client.parser import ImportedName, OverloadedName

    parts = info.ast.definitions if isinstance(info.ast, OverloadedName) else [info.ast]
    return [part for part in parts if not isinstance(part, ImportedName)]


def _is_read(node: ast.AST) -> bool:
    """Whether reading the attribute calls the function."""
    decorators = getattr(node, "decorator_list", ())
    return any(spelled(decorator).rpartition(".")[2] in _READ for decorator in decorators)


def _fact(dotted: str, found: dict[str, Any]) -> Fact | None:
    kind, returns = found.get("kind"), found.get("returns")
    if kind not in ("call", "property", "value"):
        return None
    try:
        parse(returns)
    except (SyntaxError, TypeError, ValueError):  # a file of the cache that somebody else wrote
        return None
    return Fact(
        name=dotted,
        source="typeshed",
        returns=returns,
        is_value=kind != "call",
        untold=kind != "value",
    )


@lru_cache(maxsize=4)
def stubs_in(cache: Path | None) -> Stubs:
    """The stubs, one index for each process; `cache` is the folder that keeps what was found."""
    return Stubs(cache)
