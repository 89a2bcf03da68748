"""What shall become of a plan: of the branch that is there, or is not, and of what we remember of it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codemods.branches.fit import clash, misfit, unfit, wanted_entries
from codemods.branches.model import Checked, Plan, Status
from codemods.branches.plumbing.refs import Tip, differences, tip_of
from codemods.branches.situation import Situation
from codemods.objects import Entry
from codemods.repository import GitFailure

CHECK_TRAILER = "Patchwright-Check: "
_WRITES = (Status.CREATED, Status.UPDATED)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a plan, or of a safer variant of it."""

    plan: Plan
    status: Status
    tip: str | None = None
    """Where the branch points before we do anything; None when there is none."""
    reason: str | None = None
    is_ours: bool = False
    """Whether the branch is, or will be, as we left it."""
    is_as_planned: bool = False
    """Whether the branch holds, or will hold, exactly the plan's change on what it is made on."""
    below: Mapping[str, Entry | None] | None = None
    """What the plan, and those that it stands on, leave at the paths that they change."""
    checked: Checked | None = None
    variant: int = 0
    """How many variants were rejected before this one."""

    @property
    def writes(self) -> bool:
        """Whether a commit has to be made and the branch to be moved there."""
        return self.status in _WRITES


def decide(
    plan: Plan,
    here: Situation,
    taken: Mapping[str, str],
    decided: Mapping[str, Decision],
    *,
    recreate: bool,
    variant: int = 0,
) -> Decision:
    """What becomes of a plan; of the one that it stands on that is `decided`.

    `taken` are the names that no new branch can have, with `recreate` branches are made that a person
    deleted. `variant` is how many more ambitious plans were rejected before this one.
    """
    head = here.heads.get(plan.name)
    tip = head.oid if head else None
    if head is None and not recreate and (reason := _deleted(plan, here)) and not unfit(plan):
        return Decision(plan, Status.DELETED, None, reason)
    under = decided[plan.on] if plan.on else None
    if reason := unfit(plan) or clash(plan.name, taken) or _groundless(plan, under):
        return Decision(plan, Status.REJECTED, tip, reason)
    reason, layers, below = _layered(plan, here, under.below if under and under.below else {})
    if reason:
        return Decision(plan, Status.REJECTED, tip, reason)
    parent = under.tip if under else here.base.sha
    is_stable = under is None or not under.writes
    is_same = head is not None and is_stable and _holds(here, here.tips[plan.name], parent, layers)
    status, reason, is_ours = _compare(plan, here, is_same)
    return Decision(
        plan,
        status,
        tip,
        reason,
        is_ours=is_ours,
        is_as_planned=is_same or status in _WRITES,
        below=below,
        variant=variant,
    )


def _layered(
    plan: Plan, here: Situation, below: Mapping[str, Entry | None]
) -> tuple[str | None, list[dict[str, Entry | None]], Mapping[str, Entry | None]]:
    """Why a plan does not fit on what is below it, what each of its commits changes, and what they leave."""
    reason: str | None = None
    layers: list[dict[str, Entry | None]] = []
    for step in (*plan.steps, plan):
        reason = reason or misfit(here.base, step, below)
        layers.append(wanted_entries(here.base, step, below))
        below = ChainMap(layers[-1], *_maps(below))
    return reason, layers, below


def _groundless(plan: Plan, under: Decision | None) -> str | None:
    """Why a plan cannot stand on the other one."""
    if under is None or under.is_as_planned:
        return None
    said = f": {under.reason}" if under.reason else ""
    return f"it builds on {plan.on}, which is not as planned{said}"


def standing(name: str, here: Situation) -> Decision:
    """A branch that stays as it is, for others to stand on. Raises GitFailure when it is not there."""
    if name not in here.heads:
        raise GitFailure(f"the branch {name!r} was deleted while we were at work: run again")
    tip = here.heads[name].oid
    below = differences(here.base.repository, [tip], here.base.sha).get(tip, {})
    there = Plan(name, "", ())
    return Decision(there, Status.KEPT, tip, is_as_planned=True, below=ChainMap(dict(below)))


def _maps(below: Mapping[str, Entry | None]) -> list[dict[str, Entry | None]]:
    """The layers of what lies below, so that a tall stack does not nest as deep."""
    return list(below.maps) if isinstance(below, ChainMap) else []  # type: ignore[arg-type]


def _holds(
    here: Situation, tip: Tip, parent: str | None, layers: Sequence[Mapping[str, Entry | None]]
) -> bool:
    """Whether a commit is what would be written: these changes, commit by commit, on this parent."""
    *lower, wanted = layers
    if len(tip.parents) != 1 or here.contents.get(tip.oid, {}) != wanted:
        return False
    repository, oid = here.base.repository, tip.parents[0]
    for layer in reversed(lower):
        parents = tip_of(repository, oid).parents
        if len(parents) != 1 or differences(repository, [oid]).get(oid, {}) != layer:
            return False
        oid = parents[0]
    return oid == parent


def _deleted(plan: Plan, here: Situation) -> str | None:
    """Why a branch that is not there is not to be made: a person deleted it."""
    record = here.record(plan.name)
    if record is None or record.is_obsolete:
        return None
    if not here.is_merged(plan.name):
        return "the branch was deleted: --recreate makes it again"
    # What was merged is done with. What else there is to do since then was never refused.
    if record.findings and not {f.fingerprint for f in plan.findings}.intersection(record.findings):
        return None
    return "the branch was merged and deleted, and the fault is there again: --recreate makes it again"


def _compare(plan: Plan, here: Situation, is_same: bool) -> tuple[Status, str | None, bool]:
    """What becomes of a plan that fits, why, and whether its branch is ours."""
    name = plan.name
    head, record = here.heads.get(name), here.record(name)
    busy = f"{here.busy[name]}: run this again when that is over" if name in here.busy else None
    if head is None:
        return (Status.KEPT, busy, False) if busy else (Status.CREATED, None, True)
    tip = here.tips[name]
    # A run that was killed may have left a branch that it did not write down.
    is_exact = is_same and (tip.is_ours if record is None else says_the_same(tip.message, plan.message))
    if here.is_untouched(name) or (is_exact and not head.is_symbolic):
        if is_same:
            return Status.UNCHANGED, None, True
        if reason := busy or _meant_for_another(here, name):
            return Status.KEPT, reason, True
        return Status.UPDATED, _smaller(plan, here), True
    if record is None and is_same:
        return Status.UNCHANGED, None, False
    return Status.KEPT, _difference(here, name), False


def _smaller(plan: Plan, here: Situation) -> str | None:
    """Why a branch that is made anew does not hold all that it held; None where it does."""
    if here.is_merged(plan.name):
        return "what it held was merged: this is what came since"
    record = here.record(plan.name)
    before, now = len(record.findings) if record else 0, len(plan.findings)
    if now >= before:
        return None
    return f"{now} of {before} findings are left: the others were not found, or not asked for"


def _meant_for_another(here: Situation, name: str) -> str | None:
    """Why a branch does not follow the base: somebody works on a branch of his own there."""
    record = here.record(name)
    if record is None or record.target not in here.heads or not here.is_for_another(record):
        return None
    return f"it is meant for {record.target}: name that with --base, or choose another prefix"


def says_the_same(message: str, planned: str) -> bool:
    """Whether a commit's message is that of a plan, with or without the word on a check."""
    lines = [line for line in message.strip().split("\n") if not line.startswith(CHECK_TRAILER)]
    return lines == planned.strip().split("\n")


def _difference(here: Situation, name: str) -> str:
    """How a branch that is there differs from what we would write, and what a person can do."""
    tip, record = here.tips[name], here.record(name)
    again = "delete it to get this fix" if record is None else "delete it and use --recreate to get this fix"
    if here.heads[name].is_symbolic:
        return f"the branch is another name for a second one: {again}"
    if record is None and (name == here.target or name in here.busy):
        return "it is a branch that somebody works on: choose another name or prefix"
    if here.is_merged(name):
        how = "was moved" if record else "was there before"
        return f"the branch {how}, and is in the base already: {again}"
    if record and record.tip in tip.parents:
        return f"somebody committed to the branch: merge it, or {again}"
    if record:
        return f"somebody changed the branch since it was made: merge it, or {again}"
    if not tip.is_ours:
        return "the branch is there with other work on it: choose another name or prefix, or rename it"
    if tip.parents != (here.base.sha,):
        return "the branch was made from another commit: delete it to have it made anew on this one"
    return "the branch holds another version of this fix: delete it to have it made anew"
