"""What functions raise that are called like those a body calls: by their names alone, so these are hints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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
