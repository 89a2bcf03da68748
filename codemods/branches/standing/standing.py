"""Where the branches that we wrote stand now: beside their target, beside each other, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from codemods.branches.ledger import Ledger, Record
from codemods.branches.names import is_branch_name
from codemods.branches.plumbing.checkouts import busy_branches
from codemods.branches.plumbing.refs import Head, branches_of
from codemods.branches.standing.history import Course, courses
from codemods.branches.standing.landing import Landing, Merge, landings, meeting
from codemods.branches.standing.past import landed_before
from codemods.branches.standing.targets import Target, resolved, targets_of
from codemods.branches.standing.touched import Touch, touch_of
from codemods.repository import Repository


class Landed(StrEnum):
    """How the target came to have a fix."""

    MERGED = "merged"  # the commit itself is in its history
    APPLIED = "applied"  # the same changes are: squashed, picked, or made again
    SUPERSEDED = "superseded"  # they were, and the same lines were changed since


class State(StrEnum):
    """The one word for it, in the order of what needs a person first."""

    CONFLICT = "conflict"
    OPEN = "open"
    MERGED = "merged"
    OBSOLETE = "obsolete"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Copy:
    """A branch on a remote: what we pushed, and what the remote had when git last asked (None: not known)."""

    remote: str
    pushed: str
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one recorded branch stands. `tip` is None when a person deleted it."""

    record: Record
    tip: str | None
    target: Target
    course: Course | None = None
    """None where there is no commit to compare."""
    touch: Touch | None = None
    landed: Landed | None = None
    conflicts: bool | None = None
    """Whether it conflicts with its target; None where that cannot be told."""
    conflicts_with: tuple[str, ...] = ()
    """The names of other open branches that it conflicts with."""
    busy: str | None = None
    """A clause that says where it is checked out, or what is in progress there."""
    copies: tuple[Copy, ...] = ()

    @property
    def state(self) -> State:
        if self.tip is None:
            return State.DELETED
        if self.landed:
            return State.MERGED
        if self.record.is_obsolete:
            return State.OBSOLETE
        return State.CONFLICT if self.conflicts else State.OPEN

    @property
    def is_alarming(self) -> bool:
        """Whether a person should look at it before the others."""
        return self.state is State.CONFLICT or bool(self.record.check and not self.record.check.is_good)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do with it: it landed, or its faults are gone."""
        return self.landed is not None or self.record.is_obsolete


def standings(repository: Repository, ledger: Ledger, revision: str | None = None) -> tuple[Standing, ...]:
    """Where each recorded branch stands beside the branch it is meant for, or beside the revision given.

    Those that need a person come first. Nothing is written. Raises GitFailure.
    """
    records = list(ledger.records.values())
    if not records:
        return ()
    heads = branches_of(repository)
    targets = targets_of(repository, records, heads, revision)
    busy = busy_branches(repository)
    gone = [record.tip for record in records if record.name not in heads]
    known = resolved(repository, [*gone, *(ref for record in records for ref in _tracking(record).values())])
    found = []
    for target in dict.fromkeys(targets.values()):
        group = [_begun(r, target, heads, busy, known) for r in records if targets[r.name] == target]
        found += _compared(repository, target, group, heads, known)
    return tuple(sorted(found, key=_urgency))


def _urgency(standing: Standing) -> tuple[int, bool, str]:
    return list(State).index(standing.state), not standing.is_alarming, standing.record.name


# -- what there is ----------------------------------------------------------------------------------


def _begun(
    record: Record,
    target: Target,
    heads: Mapping[str, Head],
    busy: Mapping[str, str],
    known: Mapping[str, str],
) -> Standing:
    """What can be said of a branch without looking at commits."""
    head = heads.get(record.name)
    copies = tuple(
        Copy(remote, record.pushed[remote], known.get(ref)) for remote, ref in _tracking(record).items()
    )
    return Standing(record, head.oid if head else None, target, busy=busy.get(record.name), copies=copies)


def _tracking(record: Record) -> Mapping[str, str]:
    """By remote the ref in which git remembers the copy of a branch there."""
    refs = {remote: f"{remote}/{record.name}" for remote in record.pushed}
    return {remote: f"refs/remotes/{name}" for remote, name in sorted(refs.items()) if is_branch_name(name)}


# -- what became of it ------------------------------------------------------------------------------


def _compared(
    repository: Repository,
    target: Target,
    group: Sequence[Standing],
    heads: Mapping[str, Head],
    known: Mapping[str, str],
) -> list[Standing]:
    """The same branches, beside their target and each other."""
    commits = {s.record.name: s.tip or known.get(s.record.tip) for s in group}
    course, graph = courses(repository, target.commit, filter(None, commits.values()))
    forks = {tip: c.fork for tip, c in course.items() if c.ahead and c.fork}
    merges = landings(repository, target.commit, forks)
    unclear = {tip: forks[tip] for tip, landing in merges.items() if landing.merge is Merge.CONFLICT}
    past = set(landed_before(repository, target.commit, unclear)) if unclear else set()
    found = []
    for standing in group:
        name, tip = standing.record.name, commits[standing.record.name]
        standing = replace(standing, touch=touch_of(repository, standing.record, heads.get(name), graph))
        if tip:
            standing = _judged(standing, course[tip], merges.get(tip), is_past=tip in past)
        found.append(standing)
    open_ = {s.record.name: merges[s.tip] for s in found if s.tip and s.tip in merges and not s.is_done}
    meet = meeting(repository, open_, {s.record.name: s.record.on for s in found})
    return [replace(s, conflicts_with=meet.get(s.record.name, ())) for s in found]


def _judged(standing: Standing, course: Course, landing: Landing | None, *, is_past: bool) -> Standing:
    """The same with what its commits say. It has a landing if it has commits of its own, and a fork."""
    landed, conflicts = None, None
    if landing:
        is_there = landing.merge is Merge.NOTHING
        landed = Landed.APPLIED if is_there else Landed.SUPERSEDED if is_past else None
        conflicts = (
            None if landing.merge is Merge.UNKNOWN else landing.merge is Merge.CONFLICT and not is_past
        )
    elif not course.ahead:
        landed = None if standing.touch is Touch.MOVED else Landed.MERGED
        conflicts = False
    return replace(standing, course=course, landed=landed, conflicts=conflicts)
