"""What a change replaces, in lines: the same lines that git would say, and two changes merged as git does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeAlias

from codemods.model import FileChange

Hunk: TypeAlias = tuple[int, int, tuple[bytes, ...]]
"""The lines `start` to `end` of the base (from 0, end excluded) become these lines."""

_FEW = 64  # lines that come or go; up to that many the search for the shortest difference is fast


def hunks_of(change: FileChange) -> list[Hunk]:
    """The stretches of lines that a change replaces, in order."""
    return hunks_between((change.before or b"").split(b"\n"), (change.after or b"").split(b"\n"))


def hunks_between(before: Sequence[bytes], after: Sequence[bytes]) -> list[Hunk]:
    """The same for lines."""
    start = _common(before, after)
    end = _common(reversed(before[start:]), reversed(after[start:]))
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    blocks = _matching(old, new)
    if blocks is None:
        blocks = [(m.a, m.b, m.size) for m in SequenceMatcher(None, old, new).get_matching_blocks()]
    hunks: list[Hunk] = []
    i = j = 0
    for a, b, size in [*blocks, (len(old), len(new), 0)]:
        if i < a or j < b:
            hunks.append((start + i, start + a, tuple(new[j:b])))
        i, j = a + size, b + size
    return hunks


def touch(one: Hunk, other: Hunk) -> bool:
    """Whether two hunks of one file conflict: they overlap or are neighbours, and are not the same."""
    return one[0] <= other[1] and other[0] <= one[1] and one != other


def merged(before: bytes, one: bytes, other: bytes) -> bytes | None:
    """`before` with what both have changed in it, as `git merge` makes it; None where they conflict."""
    lines = before.split(b"\n")
    ours, theirs = (hunks_between(lines, side.split(b"\n")) for side in (one, other))
    hunks = sorted({*ours, *theirs})
    if any(touch(a, b) for a, b in pairwise(hunks)):
        return None
    at, result = 0, []
    for start, end, replacement in hunks:
        result += [*lines[at:start], *replacement]
        at = end
    return b"\n".join([*result, *lines[at:]])


def moved(line: int, hunks: Iterable[Hunk]) -> int | None:
    """Where a line (from 0) of the base is after the hunks; None when one of them replaces it."""
    shift = 0
    for start, end, replacement in hunks:
        if line < start:
            break
        if line < end:
            return None
        shift += len(replacement) - (end - start)
    return line + shift


def _common(one: Iterable[bytes], other: Iterable[bytes]) -> int:
    """How many lines at the beginning are the same."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _matching(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int, int]] | None:
    """The runs of lines (where in each, how many) that a shortest difference keeps; None if it is long.

    This is Myers' search: `ends[k]` is how far into `old` one comes on the diagonal k with `cost` lines
    added or taken away. It takes the time of reading the lines once where few of them differ.
    """
    ends = {1: 0}
    trail: list[dict[int, int]] = []
    for cost in range(_FEW + 1):
        trail.append(dict(ends))
        for k in range(-cost, cost + 1, 2):
            down = k == -cost or (k != cost and ends[k - 1] < ends[k + 1])
            i = ends[k + 1] if down else ends[k - 1] + 1
            j = i - k
            while i < len(old) and j < len(new) and old[i] == new[j]:
                i, j = i + 1, j + 1
            ends[k] = i
            if i >= len(old) and j >= len(new):
                return _walked_back(trail, i, j)
    return None


def _walked_back(trail: Sequence[dict[int, int]], i: int, j: int) -> list[tuple[int, int, int]]:
    """The runs on the way that led to the end, in order."""
    runs: list[tuple[int, int, int]] = []
    for cost in range(len(trail) - 1, -1, -1):
        ends, k = trail[cost], i - j
        down = k == -cost or (k != cost and ends[k - 1] < ends[k + 1])
        above = k + 1 if down else k - 1
        came_i = ends[above]
        came_j = came_i - above
        begin = came_i if down else came_i + 1
        if i > begin:
            runs.append((begin, begin - k, i - begin))
        i, j = came_i, came_j
    return runs[::-1]
