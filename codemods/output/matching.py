"""What differs between two lists of lines.

`difflib` looks at every pair of equal lines, which takes minutes for a long file that repeats itself.
Our changes are small beside the file, and for those Myers' algorithm takes no time at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeAlias

Change: TypeAlias = tuple[int, int, int, int]
"""The old lines `i1` to `i2` become the new lines `j1` to `j2` (from 0, ends excluded)."""

_MOST = 1000  # lines put in or taken out; the time grows with the square of it


def differences(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """The changes that make `new` of `old`, in order, with an unchanged line between any two."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    steps = _shortest(a, b)
    if steps is None:
        matcher = SequenceMatcher(None, a, b)
        steps = [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
    changes = _joined([(i + head, j + head, k + head, m + head) for i, j, k, m in steps])
    return _met(changes, old, new)


def _common(a: Sequence[bytes], b: Sequence[bytes]) -> int:
    """How many lines at the beginning are the same."""
    pairs = zip(a, b, strict=False)
    return next((n for n, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _shortest(a: Sequence[bytes], b: Sequence[bytes]) -> list[Change] | None:
    """The fewest single lines to take out and put in (Myers 1986); None when they are too many.

    `reached[k]` is how far into `a` one can come on the diagonal `k` (place in `a` minus place in
    `b`) with the steps made so far.
    """
    reached = {1: 0}
    rounds: list[dict[int, int]] = []
    for steps in range(_MOST + 1):
        rounds.append(reached.copy())
        for k in range(-steps, steps + 1, 2):
            x = reached[k + 1] if _down(reached, k, steps) else reached[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reached[k] = x
            if x >= len(a) and x - k >= len(b):
                return _way_back(rounds, x, k)
    return None


def _way_back(rounds: Sequence[dict[int, int]], x: int, k: int) -> list[Change]:
    """The steps that led to the place `x` on the diagonal `k`."""
    changes: list[Change] = []
    for steps in range(len(rounds) - 1, 0, -1):
        down = _down(rounds[steps], k, steps)
        k = k + 1 if down else k - 1
        x = rounds[steps][k]
        changes.append((x, x, x - k, x - k + 1) if down else (x, x + 1, x - k, x - k))
    return changes[::-1]


def _down(reached: dict[int, int], k: int, steps: int) -> bool:
    """Whether a line of `b` is put in to come to the diagonal, not one of `a` taken out."""
    return k == -steps or (k != steps and reached[k - 1] < reached[k + 1])


def _met(changes: Sequence[Change], old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """The changes, with those made one that come to meet when one is moved over lines like its own.

    A block that is put in before a blank line, with one of its own, is one block, as git shows it.
    """
    met: list[Change] = []
    for change in changes:
        if met and (one := _one_of(met[-1], change, old, new)):
            met[-1] = one
        else:
            met.append(change)
    return met


def _one_of(first: Change, second: Change, old: Sequence[bytes], new: Sequence[bytes]) -> Change | None:
    """The two as one change, where moving the first down or the second up can close the gap."""
    (i1, i2, j1, j2), (k1, k2, m1, m2) = first, second
    gap = range(k1 - i2)
    ups = (old, k1, k2) if m1 == m2 else (new, m1, m2) if k1 == k2 else None
    if ups and all(ups[0][ups[1] - 1 - n] == ups[0][ups[2] - 1 - n] for n in gap):
        return i1, k2 - len(gap), j1, m2 - len(gap)
    downs = (old, i1, i2) if j1 == j2 else (new, j1, j2) if i1 == i2 else None
    if downs and all(downs[0][downs[1] + n] == downs[0][downs[2] + n] for n in gap):
        return i1 + len(gap), k2, j1 + len(gap), m2
    return None


def _joined(steps: Sequence[Change]) -> list[Change]:
    """The steps, with those that follow each other directly made one."""
    if not steps:
        return []
    starts = [steps[0], *(y for x, y in pairwise(steps) if (x[1], x[3]) != (y[0], y[2]))]
    ends = [*(x for x, y in pairwise(steps) if (x[1], x[3]) != (y[0], y[2])), steps[-1]]
    return [(s[0], e[1], s[2], e[3]) for s, e in zip(starts, ends, strict=True)]
