"""What there is before we write: where branches point, what we remember of them, who stands on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemods.branches.ledger import Ledger, Record, read_ledger
from codemods.branches.model import Plan
from codemods.branches.plumbing.checkouts import busy_branches
from codemods.branches.plumbing.refs import Head, Tip, branches_of, differences, merged_into, tips_of
from codemods.objects import Entry, read_object
from codemods.repository import Repository
from codemods.sources import Commit


@dataclass(frozen=True, slots=True)
class Situation:
    """One look at a repository, for the branches of some names. It is old as soon as it is made."""

    base: Commit
    heads: Mapping[str, Head]
    """All branches."""
    ledger: Ledger
    busy: Mapping[str, str]
    """The branches that must not move beneath somebody, and why."""
    tips: Mapping[str, Tip]
    """Those of the asked ones that are there."""
    contents: Mapping[str, Mapping[str, Entry | None]]
    """By the name of a commit at a tip, what it changes. Only of those that may be as planned."""
    merged: frozenset[str]
    """The commits that the base holds of those at tips, where branches that are gone were left by us, and
    that branches were made from."""
    target: str | None = None
    """The branch that the base is the tip of."""

    def record(self, name: str) -> Record | None:
        """What we remember of a branch."""
        return self.ledger.records.get(name)

    def is_untouched(self, name: str) -> bool:
        """Whether a branch is where we left it."""
        head, record = self.heads.get(name), self.record(name)
        return bool(head and record and head.oid == record.tip and not head.is_symbolic)

    def is_merged(self, name: str) -> bool:
        """Whether all that is on a branch, or was when we left it, is in the base."""
        head, record = self.heads.get(name), self.record(name)
        oid = head.oid if head else record.tip if record else None
        return oid in self.merged

    def is_for_another(self, record: Record) -> bool:
        """Whether a branch is meant for another one than the base is the tip of."""
        return self.target is not None and record.target not in (None, self.target)

    def is_later(self, record: Record) -> bool:
        """Whether the base is what was read to make a branch as it became since, for all that is known."""
        is_named = record.target is not None and record.target == self.target
        return is_named or record.base == self.base.sha or record.base in self.merged


def look(base: Commit, plans: Sequence[Plan], target: str | None = None) -> Situation:
    """What there is now for these plans. Raises GitFailure, also when what we remember cannot be read.

    `target` is the branch that the base is the tip of.
    """
    names = [plan.name for plan in plans]
    repository = base.repository
    ledger = read_ledger(repository)  # first: a branch that moves after this makes our own moves fail
    heads = branches_of(repository)
    read = tips_of(repository, (heads[name].oid for name in names if name in heads))
    tips = {name: read[heads[name].oid] for name in names if name in heads}
    likely = (tip.oid for plan in plans if (tip := tips.get(plan.name)) and _may_be_it(base, plan, tip))
    gone = {ledger.records[name].tip for name in names if name in ledger.records and name not in heads}
    there = {tip.oid for tip in tips.values() if tip.parents != (base.sha,)}
    from_ = {record.base for record in ledger.records.values() if record.base != base.sha}
    return Situation(
        base,
        heads,
        ledger,
        busy_branches(repository) if names else {},
        tips,
        differences(repository, likely),
        merged_into(repository, base.sha, there.union(_existing(repository, gone | from_))),
        target or _own_branch(base, heads, ledger),
    )


def _may_be_it(base: Commit, plan: Plan, tip: Tip) -> bool:
    """Whether a commit may be what is planned, as far as its parent tells."""
    variant: Plan | None = plan
    while variant and not variant.steps:
        variant = variant.safer
    is_lone = plan.on is None and variant is None
    return tip.parents == (base.sha,) if is_lone else len(tip.parents) == 1


def _own_branch(base: Commit, heads: Mapping[str, Head], ledger: Ledger) -> str | None:
    """Which of our branches the base is the tip of, where that is not in the branch it is meant for.

    Who looks at a fix with a detached HEAD does not want all others on top of it.
    """
    for name, record in ledger.records.items():
        target = heads.get(record.target or "")
        if name in heads and heads[name].oid == base.sha and not (target and target.oid == base.sha):
            return name
    return None


def _existing(repository: Repository, commits: Collection[str]) -> Iterator[str]:
    """Those that git did not throw away yet."""
    for oid in commits:
        try:
            read_object(repository, oid)
        except OSError:
            continue
        yield oid
