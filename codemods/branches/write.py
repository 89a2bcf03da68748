"""From plans to branches. Only objects and refs are written: index, HEAD, stash and files stay."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from codemods.branches.decide import CHECK_TRAILER, Decision
from codemods.branches.ledger import ANNOUNCED, REF, Ledger, write_ledger
from codemods.branches.messages.message import line_of
from codemods.branches.model import Branch, Check, Checked, Plan, Status, Verdict
from codemods.branches.plumbing.checkouts import busy_branches
from codemods.branches.plumbing.commits import write_commits
from codemods.branches.plumbing.refs import HEADS, Move, transaction
from codemods.branches.plumbing.stored import as_stored
from codemods.branches.remember import Scanned, remembered
from codemods.branches.settle import Settler
from codemods.branches.situation import Situation, look
from codemods.branches.stacks.actual import meetings
from codemods.repository import GitFailure
from codemods.sources import Commit

_ATTEMPTS = 4  # how often others may move refs of ours while we do
_PAUSE = 0.05  # seconds until the second attempt; it doubles
_LINE_WIDTH = 100  # what commitlint takes
_TRAILER = "Patchwright-"


def write_branches(
    base: Commit,
    plans: Sequence[Plan],
    *,
    target: str | None = None,
    recreate: bool = False,
    check: Check | None = None,
    command: str = "",
    scanned: Scanned | None = None,
    grounds: frozenset[str] = frozenset(),
) -> tuple[Branch, ...]:
    """Make a branch of one commit on the base for each plan, in their order.

    One that we left there and nobody touched is made anew when the base or the fix has changed; one that a
    person touched, stands on or deleted stays as it is, but with `recreate` deleted ones are made again.
    `target` is the branch that the base is the tip of. What `check` rejects is tried in its safer variant,
    or not made; `command` is what it runs. `scanned` tells which of our other branches are obsolete.
    `grounds` are branches that stay as they are, and that plans may stand on as well as on each other.

    All that is new appears at once, with what we remember of it; when git fails (GitFailure), nothing does.
    Names must differ, in capitals alone does not count, and `on` must name one of these (ValueError).
    """
    order = as_stored(base, _in_order(plans, grounds))
    run = _Run(base, order, target, scanned, Settler(check, command, recreate), grounds)
    problem: str | None = None
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE * 2**attempt if attempt else 0)
        outcome, problem = run.attempt()
        if problem is None:
            return tuple(outcome[plan.name] for plan in plans)
    raise GitFailure(f"git could not make the branches: {problem}")


@dataclass
class _Run:
    """One run, in as many attempts as others make necessary."""

    base: Commit
    plans: Sequence[Plan]
    target: str | None
    scanned: Scanned | None
    settler: Settler
    grounds: frozenset[str] = frozenset()

    def attempt(self) -> tuple[Mapping[str, Branch], str | None]:
        """What became of the plans, and what kept us from it, if anything."""
        here = look(self.base, self.plans, self.target)
        decided = self.settler.settle(self.plans, here, self.grounds)
        decisions = [decided[plan.name] for plan in self.plans]
        commits = self._written(decisions, here)
        ledger = remembered(
            *(here, decisions, commits),
            scanned=self.scanned,
            now=self.settler.identity(here).seconds if commits else 0,
        )
        moves = [
            Move(HEADS + one.plan.name, one.tip, commits[one.plan.name]) for one in decisions if one.writes
        ]
        problem = _stepped_on(moves, here) or self._move(moves, here.ledger, ledger)
        return _branches(self.base, decisions, commits), problem

    def _move(self, moves: Sequence[Move], old: Ledger, new: Ledger) -> str | None:
        """Move the branches together with the ledger; what kept us from it, if anything."""
        if not moves and not old.announced and old.records == new.records:
            return None
        repository, message = self.base.repository, f"patchwright: made from {self.base.sha[:10]}"
        blob = write_ledger(repository, new)
        announced = old.announced
        if moves:
            problem = transaction(repository, [Move(ANNOUNCED, announced, blob)], message)
            if problem:
                return problem
            announced = blob
        done = [Move(ANNOUNCED, announced, None)] if announced else []
        # The ledger comes last: what it tells of is there.
        return transaction(repository, [*moves, *done, Move(REF, old.oid, blob)], message)

    def _written(self, decisions: Sequence[Decision], here: Situation) -> dict[str, str]:
        """The commits of the branches that are to be written, by the branch's name."""
        plans = [_told(one) for one in decisions if one.writes]
        if not plans:
            return {}
        there = {one.plan.name: one.tip for one in decisions if one.tip and not one.writes}
        there |= {name: here.heads[name].oid for name in self.grounds}
        commits = write_commits(self.base, plans, self.settler.identity(here), there)
        return dict(zip((plan.name for plan in plans), commits, strict=True))


def _stepped_on(moves: Sequence[Move], here: Situation) -> str | None:
    """Which of the branches somebody has checked out since we looked: git would move it all the same."""
    now = busy_branches(here.base.repository) if moves else {}
    names = (move.ref.removeprefix(HEADS) for move in moves)
    new = next((name for name in names if name in now and name not in here.busy), None)
    return f"{new}: {now[new]}" if new else None


def _in_order(plans: Sequence[Plan], grounds: frozenset[str]) -> list[Plan]:
    """The plans, each after the one that it stands on. Raises ValueError when that cannot be."""
    if len({plan.name.casefold() for plan in plans}) < len(plans):
        raise ValueError("two plans have the same name")
    by_name = {plan.name: plan for plan in plans}
    try:
        stands = {p.name: [p.on] if p.on and p.on not in grounds else [] for p in plans}
        order = TopologicalSorter(stands).static_order()
        return [by_name[name] for name in order]
    except (CycleError, KeyError) as error:
        raise ValueError(f"a plan stands on itself, or on what is no plan: {error}") from None


def _told(decision: Decision) -> Plan:
    """A plan whose message tells of the check that it passed."""
    plan, checked = decision.plan, decision.checked
    return plan if checked is None else replace(plan, message=_message(plan.message, checked))


def _message(message: str, checked: Checked) -> str:
    """A plan's message, with the check that it passed."""
    failed = (
        "" if checked.base is Verdict.PASSED else " (nothing new fails; it fails without this change too)"
    )
    value = line_of(checked.command, _LINE_WIDTH - len(CHECK_TRAILER) - len(failed))
    lines = message.rstrip("\n").split("\n")
    ours = [number for number, line in enumerate(lines) if line.startswith(_TRAILER)]
    at = ours[-1] if ours else len(lines)
    return "\n".join(
        [*lines[:at], *([] if ours else [""]), f"{CHECK_TRAILER}{value}{failed}", *lines[at:], ""]
    )


def _branches(base: Commit, decisions: Sequence[Decision], commits: Mapping[str, str]) -> dict[str, Branch]:
    """What is said of each plan, by its name."""
    there = [one for one in decisions if one.status not in (Status.REJECTED, Status.DELETED)]
    touched = {one.plan.name: one.tip for one in there if one.tip and not one.is_as_planned}
    meeting = meetings(base, [one.plan for one in there if one.is_as_planned], touched)
    return {
        one.plan.name: Branch(
            name=one.plan.name,
            status=one.status,
            commit=commits.get(one.plan.name, one.tip),
            reason=one.reason,
            findings=one.plan.findings,
            audit=one.plan.audit,
            conflicts_with=meeting.get(one.plan.name, ()),
            on=one.plan.on,
            check=one.checked,
            variant=one.variant,
        )
        for one in decisions
    }
