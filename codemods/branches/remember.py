"""What a run adds to the ledger: the branches that it wrote, and the faults that it found gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from codemods.branches.decide import Decision
from codemods.branches.ledger import Ledger, Record, read_ledger
from codemods.branches.model import Status
from codemods.branches.plumbing.refs import branches_of
from codemods.branches.situation import Situation
from codemods.repository import Repository


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a run looked at in the base, so that we know what it would have found."""

    remedies: frozenset[str]
    paths: frozenset[str]
    found: frozenset[str]
    """The fingerprints of everything it found, whether there is a fix or not."""


def obsolete_branches(repository: Repository) -> tuple[str, ...]:
    """The branches whose faults a run found gone, and that are still there, by name. Raises GitFailure."""
    records = read_ledger(repository).records
    names = sorted(name for name, record in records.items() if record.is_obsolete)
    heads = branches_of(repository) if names else {}
    return tuple(name for name in names if name in heads)


def remembered(
    here: Situation,
    decisions: Sequence[Decision],
    commits: Mapping[str, str],
    *,
    scanned: Scanned | None,
    now: int,
) -> Ledger:
    """The ledger after a run that writes these commits, each by its branch's name.

    `now` is when they are written, in seconds since 1970.
    """
    new = [
        _record(here, decision, commits, now)
        for decision in decisions
        if decision.is_ours and (decision.writes or decision.status is Status.UNCHANGED)
    ]
    names = {decision.plan.name for decision in decisions}
    others = [
        replace(record, is_obsolete=_is_obsolete(here, record, scanned) and record.name not in names)
        for record in here.ledger.records.values()
    ]
    return here.ledger.having(*others).having(*new)


def _record(here: Situation, decision: Decision, commits: Mapping[str, str], now: int) -> Record:
    plan, base = decision.plan, here.base.sha
    known = here.record(plan.name)
    tip = commits.get(plan.name, decision.tip or "")
    below = commits.get(plan.on) or here.heads[plan.on].oid if plan.on else base
    is_kept = known is not None and not decision.writes
    return Record(
        name=plan.name,
        tip=tip,
        parent=below,
        base=base,
        target=(known.target or here.target) if known and is_kept else here.target,
        written=now if decision.writes else here.tips[plan.name].written,
        remedies=tuple(dict.fromkeys(finding.remedy for finding in plan.findings)),
        findings=tuple(dict.fromkeys(finding.fingerprint for finding in plan.findings)),
        paths=plan.paths,
        audit=plan.audit,
        on=plan.on,
        check=decision.checked,
        variant=decision.variant,
        pushed=known.pushed if known else {},
        # One for a branch that is gone is not one for the new branch.
        proposals=known.proposals if known and decision.tip else {},
    )


def _is_obsolete(here: Situation, record: Record, scanned: Scanned | None) -> bool:
    """Whether the faults that a branch is for are gone, as far as this run or an earlier one can tell."""
    is_unclear = not record.findings or here.is_for_another(record) or not here.is_later(record)
    if scanned is None or is_unclear:
        return record.is_obsolete
    if not scanned.found.isdisjoint(record.findings):
        return False
    there = here.base.entries()
    seen = all(path in scanned.paths or path not in there for path in record.paths)
    return record.is_obsolete or (seen and scanned.remedies.issuperset(record.remedies))
