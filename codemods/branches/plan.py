"""From findings to plans: which fixes go on one branch, and what the branch is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from codemods.branches.messages.message import MANNER, Manner, commit_message
from codemods.branches.messages.requested import Requested, asked_by, request_message, requested
from codemods.branches.model import By, Plan, Plans, Purpose, Remade, Repaired, Repairer, Request
from codemods.branches.names import PREFIX, branch_name
from codemods.model import FileChange, Finding, Fix, Span


def plan(
    findings: Iterable[Finding],
    repair: Repairer,
    purpose: Callable[[str], Purpose],
    *,
    version: str,
    by: By = By.REMEDY,
    prefix: str = PREFIX,
    requests: Sequence[Request] = (),
    with_safer: bool = False,
    manner: Manner = MANNER,
) -> Plans:
    """Spread the findings that have a fix over branches, and make each branch's changes.

    `purpose` tells what a remedy (its id) says in a commit message; `repair` makes the fixes of one
    branch on the base, without those of the others. What changes nothing gets no plan. `requests` are
    what reports ask for, if the findings come from them. `with_safer` plans twice where fixes have a safer
    variant, for when a check rejects the first. `manner` is how the project wants its messages.
    """
    fixable = sorted((finding for finding in findings if finding.fix), key=_place)
    answers = requested(fixable, requests, prefix) if by is By.AUDIT else Requested({}, {})
    name_of = _by_request(answers) if by is By.AUDIT else _by_place(fixable, by, prefix)
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in fixable:
        if name := name_of(finding):
            groups[name].append(finding)

    def message(name: str, fixed: Sequence[Finding]) -> tuple[str, Sequence[Request]]:
        if by is By.AUDIT:
            asked = answers.requests[name]
            return request_message(asked, purpose, fixed, version, manner), asked
        asked = asked_by(requests, fixed)
        return commit_message(purpose(groups[name][0].remedy), fixed, version, asked, manner), asked

    # A fix that is made renumbers its equals: looking again would make them on its branch.
    again = by is not By.FINDING and not requests
    maker = _Maker(groups, name_of, repair, message, again, with_safer)
    made = [maker.make(name) for name in sorted(groups)]
    failures = dict.fromkeys(failure for each in made for failure in each.failures)
    return Plans(tuple(each.plan for each in made if each.plan), tuple(failures))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes plans, at first on the base, and anew on top of changes of others."""

    groups: Mapping[str, Sequence[Finding]]
    name_of: Callable[[Finding], str | None]
    repair: Repairer
    message: Callable[[str, Sequence[Finding]], tuple[str, Sequence[Request]]]
    again: bool
    with_safer: bool

    def make(self, name: str, below: Sequence[FileChange] = (), *, safer: bool = False) -> Remade:
        """The plan of a branch, if it changes anything there, with its safer variant if that is wanted."""
        group = self.groups[name]
        wanted = _is(name, self.name_of) if self.again or not below else _among(group)
        repaired = self.repair(group, wanted, again=self.again, safer=safer, below=below)
        plan = self._planned(name, repaired)
        if plan:
            has_safer = self.with_safer and not safer and any(f.safer is not f for f in repaired.fixed)
            less = self.make(name, below, safer=True).plan if has_safer else None
            plan = replace(plan, safer=less, remake=partial(self.make, name, safer=safer))
        return Remade(plan, repaired.failures)

    def _planned(self, name: str, repaired: Repaired) -> Plan | None:
        changes = tuple(c for c in repaired.changes if c.before != c.after)
        if not changes:
            return None
        fixed = tuple(sorted(repaired.fixed, key=_place))
        message, asked = self.message(name, fixed)
        return Plan(name, message, changes, fixed, tuple(request.id for request in asked))


def _by_place(findings: Iterable[Finding], by: By, prefix: str) -> Callable[[Finding], str | None]:
    """Branches by remedy, file or finding; findings that share a fix share its branch, named by the first."""
    leaders: dict[Fix, Finding] = {}
    for finding in findings:
        if finding.fix:
            leaders.setdefault(finding.fix, finding)

    def name_of(finding: Finding) -> str:
        leader = leaders.get(finding.fix, finding) if finding.fix and by is By.FINDING else finding
        return branch_name(leader, by, prefix)

    return name_of


def _by_request(answers: Requested) -> Callable[[Finding], str | None]:
    """Branches by what a report asks for."""
    return lambda finding: answers.names.get(finding.fingerprint)


def _among(group: Iterable[Finding]) -> Callable[[Finding], bool]:
    """Where findings were found again, names by place and by fix are not what they were."""
    prints = {finding.fingerprint for finding in group}
    return lambda finding: finding.fingerprint in prints


def _is(name: str, name_of: Callable[[Finding], str | None]) -> Callable[[Finding], bool]:
    return lambda finding: name_of(finding) == name


def _place(finding: Finding) -> tuple[str, Span, str]:
    return finding.path, finding.span, finding.fingerprint
