"""Which plans cannot both be merged, told from the changes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import TypeAlias

from codemods.branches.model import Plan
from codemods.model import FileChange

Hunk: TypeAlias = tuple[int, int, tuple[bytes, ...]]
"""The lines `start` to `end` of the base (from 0, end excluded) become these lines."""


def conflicts(plans: Sequence[Plan]) -> Mapping[str, tuple[str, ...]]:
    """For each plan's name the names of those that change or touch the same lines, as git sees it.

    Two changes of neighbouring lines conflict; the same change made twice does not.
    """
    by_path: dict[str, list[tuple[str, FileChange]]] = defaultdict(list)
    for plan in plans:
        for change in plan.changes:
            by_path[change.path].append((plan.name, change))
    found: dict[str, set[str]] = {plan.name: set() for plan in plans}
    for sharing in by_path.values():
        for one, other in _conflicting(sharing):
            found[one].add(other)
            found[other].add(one)
    return {name: tuple(sorted(others)) for name, others in found.items()}


def _conflicting(sharing: Sequence[tuple[str, FileChange]]) -> Iterator[tuple[str, str]]:
    """The pairs of names whose changes of one file conflict."""
    if len(sharing) < 2:
        return
    hunks = {name: hunks_of(change) for name, change in sharing}
    for (one, change), (other, changed) in combinations(sharing, 2):
        if change.after == changed.after:
            continue
        comes_or_goes = None in (change.before, change.after, changed.after)
        if comes_or_goes or _meet(hunks[one], hunks[other]):
            yield one, other


def hunks_of(change: FileChange) -> list[Hunk]:
    """The stretches of lines that a change replaces."""
    before = (change.before or b"").split(b"\n")
    after = (change.after or b"").split(b"\n")
    start = _common(before, after)
    end = _common(reversed(before[start:]), reversed(after[start:]))
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return [
        (start + i, start + j, tuple(new[k:m]))
        for tag, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes()
        if tag != "equal"
    ]


def _common(one: Iterable[bytes], other: Iterable[bytes]) -> int:
    """How many lines at the beginning are the same."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _meet(one: Sequence[Hunk], other: Sequence[Hunk]) -> bool:
    """Whether some hunk of one overlaps or touches a different hunk of the other. Both are in order."""
    i = j = 0
    while i < len(one) and j < len(other):
        a, b = one[i], other[j]
        if a[0] <= b[1] and b[0] <= a[1] and a != b:
            return True
        if a[1] <= b[1]:
            i += 1
        else:
            j += 1
    return False
