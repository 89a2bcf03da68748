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
    return _joined([(i + head, j + head, k + head, m + head) for i, j, k, m in steps])


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


def _joined(steps: Sequence[Change]) -> list[Change]:
    """The steps, with those that follow each other directly made one."""
    if not steps:
        return []
    starts = [steps[0], *(y for x, y in pairwise(steps) if (x[1], x[3]) != (y[0], y[2]))]
    ends = [*(x for x, y in pairwise(steps) if (x[1], x[3]) != (y[0], y[2])), steps[-1]]
    return [(s[0], e[1], s[2], e[3]) for s, e in zip(starts, ends, strict=True)]
