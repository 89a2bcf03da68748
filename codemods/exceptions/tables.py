"""What the standard library and much used packages raise and return: data files, read when they are asked.

`data/stdlib/` and `data/packages/` hold a file for each top-level package, `json.toml` for `json.loads`
and `json.decoder.JSONDecodeError`; that of `_json` is the same. Methods of builtin types (`str.strip`) are
in `builtins.toml`. A file has these parts, each of which may be missing:

`[exceptions]` maps the name of an exception to its `base`, or bases, and its `aliases`, the other names
that it has; `since` is the first version of Python that has it; from the version `merged` on it is its base
under another name, and before that its base was `before`; `release` is the first release of its package
with it, after the name of its distribution where that is another: `Pillow 5.0`. Where a name stands for a
tuple, `with` are the other types in it. `brought` are the names in its package that, used anywhere in a file,
make it come out of code that knows nothing of it: a time limit ends any code. `has` are its public attributes
that no class above it has, by typeshed or the source of the package.
`[aliases]` maps other names to the ones that the tables use, those of a whole module too
(`posixpath` to `os.path`); a name of another package than the exception's own must stand in the file of that
package. `[types]` maps a type to the one whose methods it has as well, `[tuples]` a named tuple to what it
holds place by place. `like` names another file of the folder that is as right for this package, under its own
name. `[[facts]]` speak of callables and attributes: each with its `names`, such as `json.load`, `str.strip`
for a method of a type, or `str.*` for all its other methods, and with the fields of a `Fact`. Those of
`models.ForeignKey.__get__` say what reading an attribute runs that a class holds such a value for, those of
`models.*.__get__` the same of all other values of the module.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from codemods.exceptions.fact import Fact
from codemods.supported import Python, parse_version

_T = TypeVar("_T")
_FOLDERS = ("stdlib", "packages")
_BUILTINS = "builtins"
_OF_PLAIN_VALUES = ("str", "bytes", "int", "float")
_NOT_AS_FUNCTIONS = ("encode", "decode", "format", "format_map")  # what they raise depends on more
_BUILTIN_TYPES = ("str", "bytes", "bytearray", "list", "dict", "set", "int")


class Tables:
    """All that the data files say, each of them read at the first question about a name of its package."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._aliases: dict[str, str] = {}
        self._others: dict[str, tuple[str, ...]] = {}
        self._by_package: dict[str, list[str]] = {}
        self._types: set[str] = set()
        self._tuples: dict[str, str] = {}
        self._methods: dict[str, list[Fact]] = {}
        self._since: dict[str, Python] = {}
        self._merged: dict[str, tuple[Python, str]] = {}
        self._release: dict[str, str] = {}
        self._with: dict[str, tuple[str, ...]] = {}
        self._brought: dict[str, tuple[str, ...]] = {}
        self._has: dict[str, tuple[str, ...]] = {}
        self._asked: set[str] = set()
        self._own_names: dict[str, str] = {}  # what was asked before; a package's file has them all
        self._data = files(__package__).joinpath("data")
        self._need(_BUILTINS)
        self.facts: Mapping[str, Fact] = _Lazy(self, self._facts)
        self.bases: Mapping[str, tuple[str, ...]] = _Lazy(self, self._bases)
        """The direct bases of exceptions that are not builtins, and of types that have methods of another."""

        self.tuples: Mapping[str, str] = _Lazy(self, self._tuples)
        """Named tuples, as the notation of types writes the tuples that they are."""

    def fact(self, type_name: str, attribute: str) -> Fact | None:
        """What is known of an attribute of a type, its bases included."""
        found = self.facts.get(f"{type_name}.{attribute}") or self.facts.get(f"{type_name}.*")
        if found:
            return found
        above = (self.fact(base, attribute) for base in self.bases.get(type_name, ()))
        return next((fact for fact in above if fact), None)

    def read(self, type_name: str) -> Fact | None:
        """What reading an attribute of an instance runs whose class holds a value of the type."""
        holder = type_name.rpartition(".")[0]
        return self.facts.get(f"{type_name}.__get__") or self.facts.get(f"{holder}.*.__get__")

    def unbound(self, dotted: str) -> Fact | None:
        """A plain method of a builtin type as a function, which gets the value first: `str.strip(line)`."""
        holder, _, method = dotted.removeprefix("builtins.").rpartition(".")
        if (
            holder not in _OF_PLAIN_VALUES
            or method in _NOT_AS_FUNCTIONS
            or not dotted.startswith("builtins.")
        ):
            return None
        fact = self.fact(holder, method)
        if fact is None or fact.protocol or fact.elements or fact.is_value:
            return None
        return replace(fact, name=dotted, argument=tuple(dict.fromkeys(("TypeError", *fact.argument))))

    def methods(self, name: str, packages: Iterable[str]) -> list[Fact]:
        """The methods of that name that builtin types have, and types of these packages."""
        order = [_BUILTINS, "io", *sorted({*packages} - {"io"})]  # whatever was read before
        for package in order:
            self._need(package)
        found = [fact for fact in self._methods.get(name, ()) if _file_of(fact) in order]
        return sorted(found, key=lambda fact: order.index(_file_of(fact)))

    def own_name(self, dotted: str) -> str:
        """The name that the tables use: `json.JSONDecodeError` for `json.decoder.JSONDecodeError`."""
        if dotted not in self._own_names:
            self._own_names[dotted] = self._find_own_name(dotted)
        return self._own_names[dotted]

    def _find_own_name(self, dotted: str) -> str:
        self._need(dotted)
        whole, rest = dotted, ""
        while whole:
            if own := self._aliases.get(whole):
                self._need(own)
                return own + rest
            whole, dot, last = whole.rpartition(".")
            rest = f"{dot}{last}{rest}"
        return dotted

    def other_names(self, exception: str) -> tuple[str, ...]:
        """The other names of an exception."""
        self._need(exception)
        return self._others.get(exception, ())

    def since(self, exception: str) -> Python | None:
        """The first version of Python that has the exception; None: all that are of interest."""
        self._need(exception)
        return self._since.get(exception)

    def release(self, exception: str) -> tuple[str, str] | None:
        """The distribution, and its first release with the exception; None: all that are of interest."""
        self._need(exception)
        if (told := self._release.get(exception)) is None:
            return None
        distribution, _, release = told.rpartition(" ")
        return distribution or exception.partition(".")[0], release

    def merged(self, exception: str) -> tuple[Python, str] | None:
        """From which version on it is but a name of its base, and what its base was until then."""
        self._need(exception)
        return self._merged.get(exception)

    def with_it(self, exception: str) -> tuple[str, ...]:
        """The other types in the tuple that the name of an exception stands for: OSError for `dbm.error`."""
        self._need(exception)
        return self._with.get(exception, ())

    def brought(self, package: str) -> dict[str, tuple[str, ...]]:
        """The exceptions of a package that come out of any code, by the names there that bring each."""
        names = self.exceptions_of(package)
        return {name: self._brought[name] for name in names if name in self._brought}

    def has(self, exception: str) -> tuple[str, ...]:
        """The attributes of an exception that no class above it has, as far as they are known."""
        return self._has.get(self.own_name(exception), ())

    def exceptions_of(self, package: str) -> tuple[str, ...]:
        """The exceptions that a top-level package defines, those of `builtins` apart."""
        self._need(package)
        return tuple(self._by_package.get(package, ()))

    def is_type(self, name: str) -> bool:
        """Whether something is known of the type."""
        return self.own_name(name) in self._types

    def read_all(self) -> None:
        """Read every file; for whoever wants to go through all that is known."""
        for folder in _FOLDERS:
            for entry in self._data.joinpath(folder).iterdir():
                self._need(PurePath(entry.name).stem)

    def _need(self, dotted: str) -> None:
        top = dotted.partition(".")[0]
        if top not in self._asked:
            self._asked.add(top)
            package = top.lstrip("_")
            if package == top or package not in self._asked:
                self._asked.add(package)
                self._read(package)

    def _read(self, package: str) -> None:
        for folder in _FOLDERS if package.isidentifier() else ():
            if content := _content(self._data.joinpath(folder), package):
                self._add(content, external=folder != "stdlib")

    def _add(self, data: dict[str, Any], external: bool) -> None:
        for entry in data.get("facts", ()):
            for fact in _facts(entry, external):
                holder, _, last = fact.name.rpartition(".")
                self._facts[fact.name] = fact
                self._types.add(holder)
                if holder in _BUILTIN_TYPES or holder.rpartition(".")[2][:1].isupper():
                    self._methods.setdefault(last, []).append(fact)
        for kind, base in data.get("types", {}).items():
            self._bases[kind] = _tuple(base)
            self._types.add(kind)
        self._aliases |= data.get("aliases", {})
        self._tuples |= data.get("tuples", {})
        for exception, entry in data.get("exceptions", {}).items():
            self._bases[exception] = _tuple(entry["base"])
            self._types.add(exception)
            if exception not in self._others:
                self._by_package.setdefault(exception.partition(".")[0], []).append(exception)
            self._others[exception] = others = _tuple(entry.get("aliases", ()))
            self._aliases |= dict.fromkeys(others, exception)
            if "since" in entry:
                self._since[exception] = parse_version(entry["since"])
            if "release" in entry:
                self._release[exception] = entry["release"]
            if "has" in entry:
                self._has[exception] = _tuple(entry["has"])
            if "with" in entry:
                self._with[exception] = _tuple(entry["with"])
            if "brought" in entry:
                self._brought[exception] = _tuple(entry["brought"])
            if "merged" in entry:
                self._merged[exception] = parse_version(entry["merged"]), entry["before"]


class _Lazy(Mapping[str, _T], Generic[_T]):
    """One part of the tables by name, also by other names; going through it reads everything."""

    def __init__(self, whole: Tables, entries: dict[str, _T]) -> None:
        self._whole = whole
        self._entries = entries

    def __getitem__(self, name: str) -> _T:
        return self._entries[self._whole.own_name(name)]

    def get(self, name: str, default: Any = None) -> Any:
        return self._entries.get(self._whole.own_name(name), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._whole.own_name(name) in self._entries

    def __iter__(self) -> Iterator[str]:
        self._whole.read_all()
        return iter(self._entries)

    def __len__(self) -> int:
        self._whole.read_all()
        return len(self._entries)


@cache
def tables() -> Tables:
    """The tables of this process."""
    return Tables()


_LISTS = (
    *("raises", "argument", "rare", "content", "positional", "takes", "default"),
    *("calls", "reads", "reading", "streamed", "opens", "sizes", "hashes", "hooks"),
)


def _content(folder: Traversable, package: str) -> dict[str, Any]:
    """What the file of a package says, or the one that it is `like`; nothing where there is none."""
    path = folder.joinpath(f"{package}.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if other := content.get("like"):
        said = folder.joinpath(f"{other}.toml").read_text(encoding="utf-8")
        content |= tomllib.loads(re.sub(rf"\b{other}\b", package, said))
    return content


def _facts(entry: dict[str, Any], external: bool) -> Iterator[Fact]:
    said: dict[str, Any] = {key: _tuple(value) if key in _LISTS else value for key, value in entry.items()}
    for key in ("keywords", "unless"):
        said[key] = {given: _tuple(names) for given, names in entry.get(key, {}).items()}
    for name in said.pop("names"):
        yield Fact(name=name, external=external, **said)


def _file_of(fact: Fact) -> str:
    """The top-level package that the file of a fact is about."""
    top = fact.name.partition(".")[0]
    return _BUILTINS if top in _BUILTIN_TYPES else top


def _tuple(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
