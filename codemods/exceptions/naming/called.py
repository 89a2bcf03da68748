"""What functions raise that are called like those a body calls: by their names alone, so these are hints.

Of the project's functions this is told by its `Habits`; of those of packages that it imports, by a table for
each package that `benchmarks/mine_packages.py` makes from the package's source.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from codemods.exceptions.naming.habits import Habits

_TELLING = 5  # a name that more functions have tells nothing
_STEPS = 4
_MOST = 200

Shares = dict[str, float]
"""By type: the greatest share of the functions of one name that raise it."""


def raised_by_called(called: Iterable[str], habits: Habits) -> tuple[Shares, Shares, Shares]:
    """What the called functions raise, what those raise that they call, and what stands further away."""
    named = [name for name in called if habits.defined.get(name)]
    direct = _raised_by(named, habits)
    second = {inner for name in named if habits.defined[name] <= _TELLING for inner in habits.calling[name]}
    second = {name for name in second.difference(named) if 0 < habits.defined.get(name, 0) <= _TELLING}
    return direct, _raised_by(second, habits), _raised_further(named, habits)


def raised_in_packages(called: Iterable[str], packages: Iterable[str]) -> tuple[Shares, Shares, Shares]:
    """The same of the functions of packages."""
    found: tuple[Shares, Shares, Shares] = (defaultdict(float), defaultdict(float), defaultdict(float))
    names = tuple(called)
    for raised in map(_raised_in, packages):
        for kind, shares in (pair for name in names for pair in raised.get(name, {}).items()):
            for step, share in zip(found, shares, strict=True):
                step[kind] = max(step[kind], share)
    return found


@cache
def _raised_in(package: str) -> Mapping[str, Mapping[str, tuple[float, float, float]]]:
    """By the name of a function of a package: the types it raises, as far as there is a table."""
    table = files(__package__).joinpath("packages", f"{package}.json")
    if not package.isidentifier() or not table.is_file():
        return {}
    raised: dict[str, dict[str, tuple[float, float, float]]] = json.loads(table.read_bytes())["raised"]
    return raised


def _raised_by(names: Iterable[str], habits: Habits) -> Shares:
    shares: Shares = defaultdict(float)
    for name in names:
        for kind, count in habits.raising[name].items():
            shares[kind] = max(shares[kind], count / (habits.defined[name] + 0.5))
    return shares


def _raised_further(names: Iterable[str], habits: Habits) -> Shares:
    """What is raised up to `_STEPS` calls away; each step from the first on counts half of the one before."""
    level = {name for name in names if habits.defined[name] <= _TELLING}
    seen = set(level)
    found: Shares = defaultdict(float)
    for step in range(_STEPS):
        inner = {called for name in level for called in habits.calling[name]} - seen
        level = {name for name in inner if 0 < habits.defined.get(name, 0) < _TELLING}
        if len(level) > _MOST:
            break
        seen |= level
        for kind, share in _raised_by(level, habits).items():
            found[kind] = max(found[kind], 0.5**step * share)
    return found
