"""One branch with all fixes that passed, a commit for each: to be read, and taken back, one by one.

Each fix alone was good. Where all of them together are not, the commits are searched by halves for the
first one that a check fails with; its fix is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from codemods.branches.ledger import read_ledger
from codemods.branches.model import Branch, Check, Plan, Status, Trial
from codemods.branches.plumbing.commits import write_commits
from codemods.branches.plumbing.identity import identity_of
from codemods.branches.plumbing.refs import branches_of
from codemods.branches.stacks.stack import stack
from codemods.sources import Commit

_CULPRITS = 3  # so many fixes are left out, then it is given up
_TOLD = 3  # so many are named, the rest counted
_GOOD = (Status.CREATED, Status.UPDATED, Status.UNCHANGED)


class Write(Protocol):
    """`write_branches`, when it knows all but the plans."""

    def __call__(self, plans: Sequence[Plan]) -> Sequence[Branch]: ...


def name_problem(name: str, plans: Sequence[Plan]) -> str | None:
    """Why no branch with all fixes can have this name, which git takes."""
    if name.casefold() in {plan.name.casefold() for plan in plans}:
        return f"{name!r} is the branch of one fix: choose another name"
    return None


def write_combined(
    name: str,
    base: Commit,
    plans: Sequence[Plan],
    branches: Sequence[Branch],
    write: Write,
    check: Check | None = None,
) -> Branch:
    """Make the branch with the fixes of those plans for the base whose branches are good; what became of it.

    `check` is the one that `write` uses. Raises what they raise.
    """
    status = {branch.name: branch for branch in branches}
    good = [plan for plan in plans if _is_good(status[plan.name])]
    left_out = {name: branch.status.value for name, branch in status.items() if not _is_good(branch)}
    known = read_ledger(base.repository).records
    variants = {plan.name: known[plan.name].variant if plan.name in known else 0 for plan in good}
    good = [replace(_variant(plan, variants[plan.name]), safer=None) for plan in good]
    for attempt in range(_CULPRITS + 1):
        stacked = stack(good, in_line=True)
        line = [plan for plan in stacked.plans if plan.name not in stacked.alone]
        if not line:
            head = branches_of(base.repository).get(name)
            said = "there is no fix to combine" + _without(left_out)
            return Branch(name, Status.KEPT, head.oid if head else None, said)
        (branch,) = write([_combination(name, line)])
        checked = branch.check
        failed = branch.status is Status.REJECTED and checked is not None and not checked.is_good
        if check is None or not failed or attempt == _CULPRITS:
            break
        culprit = line[_first_bad(base, line, check)].name
        good = [plan for plan in good if plan.name != culprit]
        left_out[culprit] = "together with the others it fails the check"
    left_out |= dict.fromkeys(stacked.alone, "it meets the others")
    names = tuple(plan.name for plan in line)
    reason = (branch.reason or "") + _without(left_out)
    return replace(branch, reason=reason.removeprefix("; ") or None, combines=names, conflicts_with=())


def _is_good(branch: Branch) -> bool:
    return branch.status in _GOOD and (branch.check is None or branch.check.is_good)


def _variant(plan: Plan, number: int) -> Plan:
    """The variant of a plan that was made after so many were rejected."""
    for _ in range(number):
        plan = replace(plan.safer, name=plan.name) if plan.safer else plan
    return plan


def _combination(name: str, line: Sequence[Plan]) -> Plan:
    """One branch of plans that each start from the one before."""
    *steps, last = (replace(plan, safer=None, remake=None) for plan in line)
    return Plan(
        name,
        last.message,
        last.changes,
        findings=tuple(dict.fromkeys(finding for plan in line for finding in plan.findings)),
        audit=tuple(dict.fromkeys(id_ for plan in line for id_ in plan.audit)),
        steps=tuple(steps),
    )


def _first_bad(base: Commit, line: Sequence[Plan], check: Check) -> int:
    """Which of the plans is the first that a check fails with, when it fails with all of them."""
    commits = write_commits(base, line, identity_of(base.repository), may_sign=False)
    good, bad = 0, len(line)
    while bad - good > 1:
        middle = (good + bad) // 2
        name = line[middle - 1].name
        answer = check([Trial(name, commits[middle - 1], base.sha)]).get(name)
        good, bad = (middle, bad) if answer and answer.is_good else (good, middle)
    return bad - 1


def _without(left_out: Mapping[str, str]) -> str:
    """Which fixes are not on the branch, as the end of a reason."""
    told = [f"{name} ({why})" for name, why in list(left_out.items())[-_TOLD:]]
    more = [f"{len(left_out) - _TOLD} more"] if len(left_out) > _TOLD else []
    return f"; without {', '.join([*more, *told])}" if left_out else ""
