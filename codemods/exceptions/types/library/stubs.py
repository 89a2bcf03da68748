"""What typeshed says of the standard library: what calls give, and of what type attributes are.

Stubs are parsed, never run, and only those of modules that somebody asks about. They do not tell what
anything raises, so the tables come first; `builtins` and `typing` are left to them alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from codemods.exceptions.fact import Fact
from codemods.exceptions.tables import tables
from codemods.exceptions.types.library.annotations import Taken
from codemods.exceptions.types.library.typeshed import Typeshed
from codemods.exceptions.types.notation import parse
from codemods.stdlib import STANDARD_MODULES
from codemods.store import Store, engine

_SILENT = ("builtins", "typing", "typing_extensions")
_ASKED_FOR = ("__enter__", "__aenter__", "__lt__", "__hash__")  # of the special methods
# Types that the tables name as nobody else does.
_NAMES_THERE = {
    "hashlib.Hash": "_hashlib.HASH",
    "zlib.Compress": "zlib._Compress",
    "zlib.Decompress": "zlib._Decompress",
}


class Stubs:
    """The stubs of the standard library. Ask `stubs_in(cache)`."""

    def __init__(self, cache: Path | None) -> None:
        self._store = Store(cache)
        self._typeshed = Typeshed()
        self._facts: dict[str, Fact | None] = {}
        self._taken: dict[str, list[Taken]] = {}
        self._lacking: dict[str, bool] = {}

    def fact(self, dotted: str) -> Fact | None:
        """A fact about a name of the standard library that tells its type, and not what it raises."""
        if dotted not in self._facts:
            told = _may_tell(dotted)
            found = self._kept(dotted, lambda: self._typeshed.described(dotted)) if told else {}
            self._facts[dotted] = _fact(dotted, found)
        return self._facts[dotted]

    def lacks(self, dotted: str) -> bool:
        """Whether a module of the standard library has no such name, on this platform."""
        if dotted not in self._lacking:
            module, _, name = dotted.rpartition(".")
            found = self._kept(
                f"{dotted}?", lambda: {"lacks": _may_tell(dotted) and self._typeshed.lacks(module, name)}
            )
            self._lacking[dotted] = found.get("lacks") is True
        return self._lacking[dotted]

    def takes(self, dotted: str) -> list[Taken]:
        """For each overload of a function what its parameters take, as `annotations.by_parameter` tells."""
        if dotted not in self._taken:
            found = self._kept(
                f"{dotted}()", lambda: {"overloads": self._typeshed.parameters(_in_stubs(dotted))}
            )
            overloads = found.get("overloads")
            kept = overloads if isinstance(overloads, list) else []
            self._taken[dotted] = [_by_place(one) for one in kept if isinstance(one, dict)]
        return self._taken[dotted]

    def _kept(self, key: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return self._store.kept(self._shelf, key, look)

    @cached_property
    def _shelf(self) -> str:
        return f"typeshed-{engine()}"


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
    if top not in STANDARD_MODULES or top in _SILENT or not rest:
        return False
    is_module = last.islower() and tables().is_type(dotted)  # such as `os.path`
    return not is_module and (not last.startswith("__") or last in _ASKED_FOR)


def _by_place(kept: dict[Any, Any]) -> Taken:
    """What one overload takes, of what the cache holds, which anybody may have written."""
    taken = {place: kinds for place, kinds in kept.items() if isinstance(kinds, list)}
    return {str(place): frozenset(map(str, kinds)) for place, kinds in taken.items()}


def _fact(dotted: str, found: dict[str, Any]) -> Fact | None:
    kind, returns = found.get("kind"), found.get("returns")
    if kind not in ("call", "property", "value"):
        return None
    try:
        parse(returns)
    except (SyntaxError, TypeError, ValueError):  # a file of the cache that somebody else wrote
        return None
    return Fact(
        name=dotted, source="typeshed", returns=returns, is_value=kind != "call", untold=kind != "value"
    )


@lru_cache(maxsize=4)
def stubs_in(cache: Path | None) -> Stubs:
    """The stubs, one index for each process; `cache` is the folder that keeps what was found."""
    return Stubs(cache)
