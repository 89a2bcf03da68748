"""Is there what serves a purpose that the report says nothing serves? `means.toml` says what does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from codemods.audits.triage.case import Case, Sight, excerpt, spot
from codemods.names import names_of

_NONE = (
    r"\b(?:no|missing|lacks?|lack of|without|absence of|absent)\s+"
    r"(?:(?!(?:tests?|docs?|documentation|for|of|on|in)\b)\w+\s+){0,2}?"
)


@dataclass(frozen=True, slots=True)
class Means:
    """A purpose by the words for it, and the modules or names that are imported where something serves it."""

    words: re.Pattern[str]
    imports: tuple[str, ...]


def look(case: Case) -> Iterator[Sight]:
    for means in all_means():
        if means.words.search(case.finding.title):
            yield from _imported(case, means)


def _imported(case: Case, means: Means) -> Iterator[Sight]:
    """It refutes when a cited Python file (without any, one of the tree) imports what serves the purpose."""
    tops = {name.partition(".")[0] for name in means.imports}
    modules = case.modules or [m for top in sorted(tops) for m in case.code.mentioning(top)]
    found = [
        (module, binding.node)
        for module in modules
        for bindings in names_of(module).bindings_in(module.tree).values()
        for binding in bindings
        if binding.target and any(_is_below(binding.target, name) for name in means.imports)
        if names_of(module).uses(binding)
    ]
    for module, node in found[:1]:
        statement = module.statement(node)
        yield Sight(f"{excerpt(module, statement)} at {spot(module, statement)} serves it", True)
    if not found:
        yield Sight(f"nothing imports {', '.join(means.imports[:4])} or the like", False)


def _is_below(target: str, name: str) -> bool:
    return target == name or target.startswith(f"{name}.")


@cache
def all_means() -> Sequence[Means]:
    """The entries of `means.toml`. Raises KeyError or re.error where one of them is wrong."""
    data = tomllib.loads(files(__package__).joinpath("means.toml").read_text(encoding="utf-8"))
    return [
        Means(re.compile(_NONE + entry["words"], re.IGNORECASE), tuple(entry["imports"]))
        for entry in data["means"]
    ]
