"""From findings to plans: which fixes go on one branch, and what the branch is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from codemods.branches.message import commit_message
from codemods.branches.model import By, Plan, Plans, Purpose, Repairer
from codemods.branches.names import PREFIX, branch_name
from codemods.model import Failure, FileChange, Finding, Fix, Span


def plan(
    findings: Iterable[Finding],
    repair: Repairer,
    purpose: Callable[[str], Purpose],
    *,
    version: str,
    by: By = By.REMEDY,
    prefix: str = PREFIX,
) -> Plans:
    """Spread the findings that have a fix over branches, and make each branch's changes.

    `purpose` tells what a remedy (its id) says in a commit message; `repair` makes the fixes of one
    branch on the base, without those of the others. What changes nothing gets no plan.
    """
    leaders: dict[Fix, Finding] = {}

    def name_of(finding: Finding) -> str:
        """Findings that share one fix (all exits of a function) share its branch, named by the first."""
        leader = leaders.get(finding.fix, finding) if finding.fix and by is By.FINDING else finding
        return branch_name(leader, by, prefix)

    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=_place):
        if finding.fix:
            leaders.setdefault(finding.fix, finding)
            groups[name_of(finding)].append(finding)
    plans: list[Plan] = []
    failures: dict[Failure, None] = {}
    for name, group in sorted(groups.items()):
        # A fix that is made renumbers its equals: looking again would make them on its branch.
        again = by is not By.FINDING
        repaired = repair(group, _is(name, name_of), again=again)
        failures |= dict.fromkeys(repaired.failures)
        changes = tuple(c for c in repaired.changes if c.before != c.after)
        if changes:
            plans.append(_plan(name, changes, repaired.fixed, purpose(group[0].remedy), version))
    return Plans(tuple(plans), tuple(failures))


def _is(name: str, name_of: Callable[[Finding], str]) -> Callable[[Finding], bool]:
    return lambda finding: name_of(finding) == name


def _place(finding: Finding) -> tuple[str, Span, str]:
    return finding.path, finding.span, finding.fingerprint


def _plan(
    name: str, changes: tuple[FileChange, ...], fixed: Sequence[Finding], purpose: Purpose, version: str
) -> Plan:
    ordered = sorted(fixed, key=_place)
    return Plan(name, commit_message(purpose, ordered, version), changes, tuple(ordered))
