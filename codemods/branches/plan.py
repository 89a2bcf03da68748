"""From findings to plans: which fixes go on one branch, and what the branch is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from codemods.branches.message import commit_message
from codemods.branches.model import By, Plan, Plans, Purpose, Repairer
from codemods.branches.names import PREFIX, branch_name
from codemods.model import Failure, FileChange, Finding


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
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.fix:
            groups[branch_name(finding, by, prefix)].append(finding)
    plans: list[Plan] = []
    failures: dict[Failure, None] = {}
    for name, group in sorted(groups.items()):
        # A fix that is made renumbers its equals: looking again would make them on its branch.
        again = by is not By.FINDING
        repaired = repair(group, _belongs_to(name, by, prefix), again=again)
        failures |= dict.fromkeys(repaired.failures)
        changes = tuple(c for c in repaired.changes if c.before != c.after)
        if changes:
            plans.append(_plan(name, changes, repaired.fixed, purpose(group[0].remedy), version))
    return Plans(tuple(plans), tuple(failures))


def _belongs_to(name: str, by: By, prefix: str) -> Callable[[Finding], bool]:
    return lambda finding: branch_name(finding, by, prefix) == name


def _plan(
    name: str, changes: tuple[FileChange, ...], fixed: Sequence[Finding], purpose: Purpose, version: str
) -> Plan:
    ordered = sorted(fixed, key=lambda f: (f.path, f.span, f.fingerprint))
    return Plan(name, commit_message(purpose, ordered, version), changes, tuple(ordered))
