"""What the standard library and much used packages raise and return: data files, read once.

`data/*.toml` hold two kinds of entries. `[exceptions]` maps the name of an exception to its base and its
other names, `[aliases]` other names of builtin ones to them. `[[facts]]` speak of callables and attributes:

- `names`: `json.load`, or `str.strip` for a method of a type, or `str.*` for all its other methods;
- `source`: where it is written, a section of the documentation or a module's source;
- `raises`: what a right call can still raise;
- `argument`: what more when the type of an argument is unknown or may be wrong;
- `rare`: what it can raise that nobody names (`int(float("inf"))`);
- `keywords`: what more when a keyword is given and is not a plain None or False;
- `positional`: the keywords that its first arguments may be given for without a name;
- `returns`: the type of the result, in the notation of annotations; `data` is a value as JSON has them;
- `protocol`: it runs methods of its argument, so nothing is known when that is of an unknown type;
- `elements`: it also compares, adds or hashes what is in its argument;
- `calls`: the places (a position or a keyword) of arguments that it calls.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry about one name."""

    name: str
    source: str
    raises: tuple[str, ...] = ()
    argument: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    positional: tuple[str, ...] = ()
    returns: str | None = None
    calls: tuple[int | str, ...] = ()
    protocol: bool = False
    elements: bool = False
    external: bool = False  # not of the standard library: versions differ


@dataclass(frozen=True)
class Tables:
    facts: Mapping[str, Fact]
    bases: Mapping[str, tuple[str, ...]]
    """The direct bases of exceptions that are not builtins, and of types that have methods of another."""
    canonical: Mapping[str, str]
    """From every other name of an exception to the one the tables use."""

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of which something is known."""
        return frozenset({name.rpartition(".")[0] for name in self.facts} | set(self.bases))

    def fact(self, type_name: str, attribute: str) -> Fact | None:
        """What is known of an attribute of a type, its bases included."""
        found = self.facts.get(f"{type_name}.{attribute}") or self.facts.get(f"{type_name}.*")
        if found:
            return found
        above = (self.fact(base, attribute) for base in self.bases.get(type_name, ()))
        return next((fact for fact in above if fact), None)


@cache
def tables() -> Tables:
    """The tables, read on the first question."""
    facts: dict[str, Fact] = {}
    bases: dict[str, tuple[str, ...]] = {}
    canonical: dict[str, str] = {}
    for name in ("stdlib.toml", "packages.toml"):
        data = tomllib.loads(files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
        external = name != "stdlib.toml"
        facts |= {fact.name: fact for entry in data["facts"] for fact in _facts(entry, external)}
        bases |= {kind: _tuple(base) for kind, base in data.get("types", {}).items()}
        canonical |= data.get("aliases", {})
        for exception, entry in data["exceptions"].items():
            bases[exception] = _tuple(entry["base"])
            canonical |= dict.fromkeys(entry.get("aliases", ()), exception)
    return Tables(facts, bases, canonical)


def _facts(entry: dict[str, Any], external: bool) -> Iterator[Fact]:
    for name in entry["names"]:
        yield Fact(
            name=name,
            source=entry["source"],
            raises=_tuple(entry.get("raises", ())),
            argument=_tuple(entry.get("argument", ())),
            rare=_tuple(entry.get("rare", ())),
            keywords={k: _tuple(v) for k, v in entry.get("keywords", {}).items()},
            positional=_tuple(entry.get("positional", ())),
            returns=entry.get("returns"),
            calls=_tuple(entry.get("calls", ())),
            protocol=entry.get("protocol", False),
            elements=entry.get("elements", False),
            external=external,
        )


def _tuple(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
