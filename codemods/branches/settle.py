"""Which variant of each plan is made: the one that was planned, or a safer one when a check rejects it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codemods.branches.commits import Identity, identity_of, write_commits
from codemods.branches.decide import Decision, decide, standing
from codemods.branches.fit import taken_names
from codemods.branches.message import line_of
from codemods.branches.model import Check, Checked, Plan, Status, Trial, Verdict
from codemods.branches.situation import Situation

_NAMED = 3  # so many failing tests are named, the rest counted
_REASON_WIDTH = 200


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
    _verdicts: dict[tuple[str, int, str], Checked] = field(default_factory=dict)

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
        taken = dict(taken_names(here.heads))
        decided = {name: standing(name, here) for name in grounds}
        trials: dict[str, str] = {}
        waiting = [self._first(plan, here) for plan in plans]
        while waiting:
            proposed: list[Decision] = []
            later: list[tuple[Plan, int]] = []
            for plan, steps in waiting:
                if plan.on and plan.on not in decided:
                    later.append((plan, steps))
                    continue
                decision = decide(plan, here, taken, decided, recreate=self.recreate, steps=steps)
                if decision.status is Status.CREATED:
                    taken = {**taken_names([plan.name]), **taken}
                if _is_of_another_variant(decision, decided):
                    later += _safer(decision)
                elif self._wants_check(decision, here):
                    proposed.append(decision)
                else:
                    decided[plan.name] = self._with_known_check(decision, here)
            for decision in self._checked(proposed, decided, trials, here):
                if decision.status is Status.REJECTED and decision.plan.safer:
                    later += _safer(decision)
                else:
                    decided[decision.plan.name] = decision
            waiting = later
        return decided

    def _first(self, plan: Plan, here: Situation) -> tuple[Plan, int]:
        """The variant to begin with: what an earlier check rejected is not tried again without need."""
        record = here.record(plan.name)
        steps = 0
        if record and here.is_untouched(plan.name) and (not self.check or record.base == here.base.sha):
            while steps < record.steps and plan.safer:
                plan, steps = _variant(plan, plan.safer), steps + 1
        return plan, steps

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

    def _with_known_check(self, decision: Decision, here: Situation) -> Decision:
        return replace(decision, checked=self._known_check(decision, here))

    def _checked(
        self,
        proposed: Sequence[Decision],
        decided: Mapping[str, Decision],
        trials: dict[str, str],
        here: Situation,
    ) -> Iterator[Decision]:
        """The same decisions after the check; the commits of those that pass go to `trials`."""
        if not proposed or self.check is None:
            return
        below = {name: trials.get(name, one.tip or "") for name, one in decided.items()}
        written = [decision.plan for decision in proposed if decision.writes]
        commits = write_commits(here.base, written, self.identity(here), below, may_sign=False)
        made = dict(zip((plan.name for plan in written), commits, strict=True))
        asked: list[tuple[Decision, Trial]] = []
        for one in proposed:
            parent = below[one.plan.on] if one.plan.on else here.base.sha
            asked.append((one, Trial(one.plan.name, made.get(one.plan.name, one.tip or ""), parent)))
        new = [trial for one, trial in asked if (trial.name, one.steps, trial.parent) not in self._verdicts]
        answers = self.check(new) if new else {}
        for one, trial in asked:
            key = (trial.name, one.steps, trial.parent)
            if trial.name in answers:
                self._verdicts[key] = answers[trial.name]
            checked = self._verdicts.get(key)
            if checked and checked.is_good:
                trials[trial.name] = trial.commit
            yield _judged(one, checked)


def _judged(decision: Decision, checked: Checked | None) -> Decision:
    if checked and checked.is_good:
        return replace(decision, checked=checked)
    stays = "; the branch stays as it was" if decision.tip else ""
    also = ", also with the safest variant" if decision.steps else ""
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


def _is_of_another_variant(decision: Decision, decided: Mapping[str, Decision]) -> bool:
    """Whether a plan has no place because the one below it had to take a safer variant, as it can too."""
    plan = decision.plan
    below = decided.get(plan.on) if plan.on else None
    return (
        decision.status is Status.REJECTED
        and plan.safer is not None
        and below is not None
        and below.is_as_planned
        and below.steps > decision.steps
    )


def _safer(decision: Decision) -> Iterator[tuple[Plan, int]]:
    plan = decision.plan
    if plan.safer:
        yield _variant(plan, plan.safer), decision.steps + 1


def _variant(plan: Plan, safer: Plan) -> Plan:
    """A safer plan, in the place of the other one."""
    return replace(safer, name=plan.name, on=plan.on)
