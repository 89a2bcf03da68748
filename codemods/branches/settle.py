"""Which variant of each plan is made: the one that was planned, or a safer one when a check rejects it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from codemods.branches.decide import Decision, decide, standing
from codemods.branches.fit import taken_names
from codemods.branches.messages.message import line_of
from codemods.branches.model import Check, Checked, Plan, Status, Trial, Verdict
from codemods.branches.plumbing.commits import write_commits
from codemods.branches.plumbing.identity import Identity, identity_of
from codemods.branches.situation import Situation

_NAMED = 3  # so many failing tests are named, the rest counted
_REASON_WIDTH = 200

_Variant: TypeAlias = tuple[Plan, int]
"""A plan, and how many more ambitious ones were rejected before it."""
_Key: TypeAlias = tuple[str, int, str]
"""What was checked: the plan's name, which variant of it, and the commit that it is made on."""


@dataclass(slots=True)
class _Known:
    """What is known while the plans are gone through, by their names."""

    here: Situation
    taken: dict[str, str]
    decided: dict[str, Decision]
    rejected: dict[str, Decision] = field(default_factory=dict)
    """The variants that a check rejected last."""
    trials: dict[str, str] = field(default_factory=dict)
    """The commits that passed."""

    def is_on_another_variant(self, decision: Decision) -> bool:
        """Whether a plan has no place because the one below it had to take a safer variant."""
        below = self.decided.get(decision.plan.on or "")
        is_lost = decision.status is Status.REJECTED
        return is_lost and below is not None and below.is_as_planned and below.variant > decision.variant

    def first_reason(self, decision: Decision) -> Decision:
        """The decision; where a safer variant cannot be made at all, that on the one before."""
        earlier = self.rejected.get(decision.plan.name)
        return earlier if earlier and decision.status is Status.REJECTED else decision


@dataclass
class Settler:
    """Decides about plans, and has the user's command check what is to be made.

    It remembers verdicts, so that nothing is checked twice when we have to decide again. `command` is what
    `check` runs: a branch that is recorded to have passed it is not checked again.
    """

    check: Check | None = None
    command: str = ""
    recreate: bool = False
    _identity: Identity | None = None
    _verdicts: dict[_Key, Checked] = field(default_factory=dict)

    def identity(self, here: Situation) -> Identity:
        """Who commits, and when: one moment for all that a run writes. Raises GitFailure."""
        self._identity = self._identity or identity_of(here.base.repository)
        return self._identity

    def settle(
        self, plans: Sequence[Plan], here: Situation, grounds: Iterable[str] = ()
    ) -> dict[str, Decision]:
        """What becomes of each plan, by its name; one that is `on` another comes after that.

        `grounds` are branches that stay as they are, and that plans may be on too.

        Raises GitFailure, and what the check raises.
        """
        known = _Known(here, dict(taken_names(here.heads)), {name: standing(name, here) for name in grounds})
        waiting = [self._first(plan, here) for plan in plans]
        while waiting:
            proposed, waiting = self._propose(waiting, known)
            for decision in self._checked(proposed, known):
                plan = decision.plan
                if decision.status is Status.REJECTED and plan.safer:
                    known.rejected[plan.name] = decision
                    waiting.append((_in_place(plan, plan.safer), decision.variant + 1))
                else:
                    known.decided[plan.name] = decision
        return known.decided

    def _propose(self, waiting: Iterable[_Variant], known: _Known) -> tuple[list[Decision], list[_Variant]]:
        """Decide about plans whose ground is decided: what is to be checked first, and what has to wait."""
        proposed: list[Decision] = []
        later: list[_Variant] = []
        for plan, variant in waiting:
            if plan.on and plan.on not in known.decided:
                later.append((plan, variant))
                continue
            decision = decide(
                plan, known.here, known.taken, known.decided, recreate=self.recreate, variant=variant
            )
            if decision.status is Status.CREATED:
                for name, owner in taken_names([plan.name]).items():
                    known.taken.setdefault(name, owner)
            if plan.safer and known.is_on_another_variant(decision):
                later.append((_in_place(plan, plan.safer), variant + 1))
            elif self._wants_check(decision, known.here):
                proposed.append(decision)
            else:
                if checked := self._known_check(decision, known.here):
                    decision = replace(decision, checked=checked)
                known.decided[plan.name] = known.first_reason(decision)
        return proposed, later

    def _first(self, plan: Plan, here: Situation) -> tuple[Plan, int]:
        """The variant to begin with: what an earlier check rejected is not tried again without need."""
        record = here.record(plan.name)
        variant = 0
        if record and here.is_untouched(plan.name) and (not self.check or record.base == here.base.sha):
            while variant < record.variant and plan.safer:
                plan, variant = _in_place(plan, plan.safer), variant + 1
        return plan, variant

    def _wants_check(self, decision: Decision, here: Situation) -> bool:
        if self.check is None or not (decision.writes or decision.status is Status.UNCHANGED):
            return False
        return self._known_check(decision, here) is None

    def _known_check(self, decision: Decision, here: Situation) -> Checked | None:
        """The check that a branch has passed already, as it is."""
        record = here.record(decision.plan.name)
        if record is None or record.tip != decision.tip or decision.status is not Status.UNCHANGED:
            return None
        known = record.check
        if known is None or not known.is_good or (self.check and known.command != self.command):
            return None
        return known

    def _checked(self, proposed: Sequence[Decision], known: _Known) -> Iterator[Decision]:
        """The same decisions after the check."""
        if not proposed or self.check is None:
            return
        trials = self._trials(proposed, known)
        new = [trial for key, trial in trials.items() if key not in self._verdicts]
        answers = self.check(new) if new else {}
        for decision, (key, trial) in zip(proposed, trials.items(), strict=True):
            if trial.name in answers:
                self._verdicts.setdefault(key, answers[trial.name])
            checked = self._verdicts.get(key)
            if checked and checked.is_good:
                known.trials[trial.name] = trial.commit
            yield _judged(decision, checked, may_move=self._may_move(decision, known.here))

    @staticmethod
    def _may_move(decision: Decision, here: Situation) -> bool:
        """Whether a branch that is as planned may get another commit, to say that its check passed.

        One that a person rebased to where we would is ours to go on with, but the commit is that person's.
        """
        name = decision.plan.name
        is_left = here.is_untouched(name) or here.record(name) is None
        return decision.is_ours and is_left and name not in here.busy

    def _trials(self, proposed: Sequence[Decision], known: _Known) -> dict[_Key, Trial]:
        """The commits to check, in their order; those that are not there yet are written."""
        here = known.here
        below = {name: known.trials.get(name, one.tip or "") for name, one in known.decided.items()}
        plans = [decision.plan for decision in proposed if decision.writes]
        commits = write_commits(here.base, plans, self.identity(here), below, may_sign=False) if plans else []
        made = dict(zip((plan.name for plan in plans), commits, strict=True))
        trials: dict[_Key, Trial] = {}
        for one in proposed:
            name, on = one.plan.name, one.plan.on
            parent = below[on] if on else here.base.sha
            trials[name, one.variant, parent] = Trial(name, made.get(name, one.tip or ""), parent)
        return trials


def _judged(decision: Decision, checked: Checked | None, *, may_move: bool) -> Decision:
    """The decision after the check. What passed is written again where it does not say so yet."""
    if checked and checked.is_good:
        is_silent = decision.status is Status.UNCHANGED and may_move
        return replace(decision, checked=checked, status=Status.UPDATED if is_silent else decision.status)
    stays = "; the branch stays as it was" if decision.tip else ""
    also = ", also with the safest variant" if decision.variant else ""
    return replace(
        decision,
        status=Status.REJECTED,
        reason=f"{_complaint(checked)}{also}{stays}",
        checked=checked,
        is_as_planned=False,
    )


def _complaint(checked: Checked | None) -> str:
    """What a check found wrong, in one line."""
    if checked is None:
        return "its check was not run to the end"
    if checked.branch is Verdict.TIMED_OUT:
        return "its check did not end in time"
    if checked.new:
        named = ", ".join(line_of(name, _REASON_WIDTH) for name in checked.new[:_NAMED])
        more = f" and {len(checked.new) - _NAMED} more" if len(checked.new) > _NAMED else ""
        return f"its check fails: {named}{more}"
    lines = [line for line in checked.tail.splitlines() if line.strip()]
    return f"its check fails: {line_of(lines[-1], _REASON_WIDTH)}" if lines else "its check fails"


def _in_place(plan: Plan, safer: Plan) -> Plan:
    """A safer plan, in the place of the other one."""
    return replace(safer, name=plan.name, on=plan.on)
