"""Stacks that are written as far as they hold, and put up again where they do not.

What becomes of a branch is known only when it is written: a check can reject it, a person may have touched
or deleted it. What was to go on it goes on what is there then, or on what is below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from codemods.branches.ledger import read_ledger
from codemods.branches.model import Branch, Plan, Status
from codemods.branches.plumbing.refs import merged_into
from codemods.branches.stacks.actual import changes_of, meetings
from codemods.branches.stacks.stack import Ground, Stack, stack
from codemods.model import FileChange
from codemods.sources import Commit


class Write(Protocol):
    """`write_branches`, when it knows all but the plans and the branches that stay as they are below them."""

    def __call__(self, plans: Sequence[Plan], *, grounds: frozenset[str]) -> Sequence[Branch]: ...


_LOST = (Status.REJECTED, Status.DELETED)


def write_stacked(base: Commit, plans: Sequence[Plan], write: Write) -> tuple[Branch, ...]:
    """Write plans for the base on top of each other where they conflict; what became of them, in their order.

    Raises what `write` raises; what it has written by then stays, and the next run goes on from there.
    """
    done: dict[str, Branch] = {}
    made: dict[str, Plan] = {}
    while len(done) < len(plans):
        grounds = _grounds(base, done.values())
        stacked = stack([plan for plan in plans if plan.name not in done or plan.name in grounds], grounds)
        used = frozenset(plan.on for plan in stacked.plans if plan.on in grounds)
        written = {branch.name: branch for branch in write(stacked.plans, grounds=used)}
        again = _fallen(base, stacked, written)
        settled = [plan for plan in stacked.plans if plan.name not in again]
        made |= {plan.name: plan for plan in settled}
        done |= {plan.name: _told(written[plan.name], stacked) for plan in settled}
    return _with_conflicts(base, [done[plan.name] for plan in plans], made)


def _grounds(base: Commit, branches: Iterable[Branch]) -> dict[str, Ground]:
    """The branches on which others can go: ours, also with more commits of a person, but not once merged."""
    there = {b.name: b for b in branches if b.commit and b.status not in _LOST}
    if not there:
        return {}
    records = read_ledger(base.repository).records
    merged = merged_into(base.repository, base.sha, [b.commit for b in there.values() if b.commit])
    found: dict[str, Ground] = {}
    for name, branch in there.items():
        if name in records and branch.commit and branch.commit not in merged:
            found[name] = Ground(records[name].on, changes_of(base, branch.commit))
    return found


def _fallen(base: Commit, stacked: Stack, written: Mapping[str, Branch]) -> set[str]:
    """The plans that were rejected because what they were to go on is not what it was planned to be."""
    again: set[str] = set()
    for plan in stacked.plans:
        lower = plan.on
        if lower is None or lower not in written or written[plan.name].status is not Status.REJECTED:
            continue
        if lower in again or not _is_as_planned(base, written[lower], stacked.below[plan.name]):
            again.add(plan.name)
    return again


def _is_as_planned(base: Commit, branch: Branch, changes: Sequence[FileChange]) -> bool:
    if branch.status in _LOST or branch.commit is None:
        return False
    return changes_of(base, branch.commit) == changes


def _told(branch: Branch, stacked: Stack) -> Branch:
    """The branch, with what there is to say of its place."""
    name = branch.name
    said = [branch.reason, stacked.alone.get(name) and f"it stays on the base: {stacked.alone[name]}"]
    if name in stacked.notes:
        said.append(f"not all of its fixes are on it: {stacked.notes[name]}")
    return replace(branch, reason="; ".join(filter(None, said)) or None)


def _with_conflicts(base: Commit, branches: Sequence[Branch], made: Mapping[str, Plan]) -> tuple[Branch, ...]:
    kept = {b.name: b.commit for b in branches if b.status is Status.KEPT and b.commit}
    plans = [made[b.name] for b in branches if b.status not in (*_LOST, Status.KEPT)]
    meeting = meetings(base, plans, kept)
    records = read_ledger(base.repository).records
    on = {b.name: b.on for b in branches}
    # A person's branch is where it was, and not where it would go.
    was = {name: records[name].on for name in kept if name in records}
    on |= {name: was.get(name) if was.get(name) in on else None for name in kept}
    return tuple(replace(b, conflicts_with=meeting.get(b.name, ()), on=on[b.name]) for b in branches)
