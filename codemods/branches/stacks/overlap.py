"""Which plans cannot both be merged, told from the changes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from codemods.branches.model import Plan
from codemods.branches.stacks.hunks import Hunk, hunks_between
from codemods.model import FileChange

_ALL = 1 << 62  # after every line
_GONE = (b"\n",)  # no line is like this one: the file is deleted


def conflicts(plans: Sequence[Plan]) -> Mapping[str, tuple[str, ...]]:
    """For each plan's name the names of those that change or touch the same lines, as git sees it.

    Two changes of neighbouring lines conflict; the same change made twice does not. A plan that is on
    another one does not conflict with it, and what both have from below is not counted.
    """
    found: dict[str, set[str]] = {plan.name: set() for plan in plans}
    for one, other in _pairs(plans):
        found[one].add(other)
        found[other].add(one)
    return {name: tuple(sorted(others)) for name, others in found.items()}


def _pairs(plans: Sequence[Plan]) -> Iterator[tuple[str, str]]:
    """The pairs of names that conflict: those whose common ground is the base, then those on a plan."""
    known = {plan.name for plan in plans}
    above: dict[str | None, list[Plan]] = defaultdict(list)
    for plan in plans:
        above[plan.on if plan.on in known else None].append(plan)
    for below in list(above):
        if len(above[below]) > 1:
            yield from _between_branches(above, below)


def _between_branches(
    above: Mapping[str | None, Sequence[Plan]], below: str | None
) -> Iterator[tuple[str, str]]:
    """The conflicts between plans whose stacks part at `below`."""
    stack: dict[str, str] = {}
    by_path: dict[str, list[tuple[str, FileChange]]] = defaultdict(list)
    for first in above[below]:
        pending: list[tuple[Plan, Mapping[str, FileChange]]] = [(first, {})]
        for plan, before in pending:  # grows on the way
            stack[plan.name] = first.name
            whole = {**before, **{c.path: since(before.get(c.path), c) for c in plan.changes}}
            for path, change in whole.items():
                by_path[path].append((plan.name, change))
            pending += [(upper, whole) for upper in above.get(plan.name, ())]
    for sharing in by_path.values():
        if len(sharing) > 1:
            yield from ((a, b) for a, b in _meeting(sharing) if stack[a] != stack[b])


def since(earlier: FileChange | None, change: FileChange) -> FileChange:
    """A change and the one of the same file before it, in one."""
    return FileChange(change.path, earlier.before, change.after) if earlier else change


def _meeting(sharing: Sequence[tuple[str, FileChange]]) -> Iterator[tuple[str, str]]:
    """The pairs of names whose changes of one file conflict.

    Equal hunks are looked at once, and in their order: who is past the end of one never meets it.
    """
    owners: dict[Hunk, list[str]] = defaultdict(list)
    split: dict[bytes, list[bytes]] = {}
    for name, change in sharing:
        for hunk in _hunks(change, split):
            owners[hunk].append(name)
    open_: list[Hunk] = []
    for hunk in sorted(owners):
        open_ = [earlier for earlier in open_ if earlier[1] >= hunk[0]]
        for earlier in open_:
            yield from product(owners[earlier], owners[hunk])
        open_.append(hunk)


def _hunks(change: FileChange, split: dict[bytes, list[bytes]]) -> Iterable[Hunk]:
    """The hunks of a change; one of everything where the file comes or goes."""
    if change.before is None or change.after is None:
        return [(0, _ALL, (change.after,) if change.after is not None else _GONE)]
    if change.before not in split:
        split[change.before] = change.before.split(b"\n")
    return hunks_between(split[change.before], change.after.split(b"\n"))
