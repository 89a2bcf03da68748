"""From what was found to branches: the plans, and what writing them needs to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from cli.branch_check import checking
from cli.branch_manner import manner_of
from cli.branch_options import BranchChoice
from cli.options import Refusal
from cli.report import Report
from cli.selection import Selection
from cli.terminal import say
from codemods import version
from codemods.branches.ledger import read_ledger
from codemods.branches.messages.message import MANNER, readable
from codemods.branches.model import Branch, By, Change, Plans, Purpose, Repaired
from codemods.branches.names import PREFIX
from codemods.branches.plan import plan
from codemods.branches.plumbing.stored import as_stored, not_storable
from codemods.branches.remember import Scanned
from codemods.branches.stacks.combine import name_problem, write_combined
from codemods.branches.stacks.restack import write_stacked
from codemods.branches.write import write_branches
from codemods.engine import repair, scan
from codemods.model import FileChange, Finding, ScanResult
from codemods.relocation import repair_above
from codemods.remedy import Remedy, all_remedies
from codemods.repository import Repository
from codemods.sources import Commit


def storable(selection: Selection) -> Selection:
    """The selection without the files that only a program could store, after saying so. Raises GitFailure."""
    assert isinstance(selection.tree, Commit)
    reasons = not_storable(selection.tree, selection.paths)
    for reason in dict.fromkeys(reasons.values()):
        first, *more = [path for path in reasons if reasons[path] == reason]
        say([f"{readable(first)}{f' and {len(more)} more' if more else ''}: {reason}"])
    return replace(selection, paths=tuple(path for path in selection.paths if path not in reasons))


def plans_of(report: Report, choice: BranchChoice) -> Plans:
    """What each branch shall hold."""
    settings = report.selection.branch
    fixable = [finding for finding in report.result.findings if report.wants(finding)]

    def made(
        findings: Sequence[Finding],
        wanted: Callable[[Finding], bool],
        *,
        again: bool,
        safer: bool = False,
        below: Sequence[FileChange] = (),
    ) -> Repaired:
        """The fixes of one branch, as safe as was asked."""

        def chosen(finding: Finding) -> bool:
            return wanted(finding) and report.wants(finding)

        if below:
            remedies = [r for r in report.selection.remedies if r in {f.remedy for f in findings}]
            tree = report.selection.tree
            return repair_above(tree, below, findings, chosen, remedies, again=again, safer=safer)
        if report.triages is not None:  # several remedies can meet on one branch
            return report.series_of(findings, chosen, safer=safer)
        remedies = sorted({finding.remedy for finding in findings})
        workers = report.selection.jobs
        return repair(
            report.selection.tree, findings, chosen, remedies, again=again, safer=safer, workers=workers
        )

    return plan(
        fixable,
        made,
        purposes().__getitem__,
        version=version(),
        by=By(choice.by or settings.by or By.REMEDY),
        prefix=next(prefix for prefix in (choice.prefix, settings.prefix, PREFIX) if prefix is not None),
        requests=report.requests,
        with_safer=choice.check is not None or _took_safer(report),
        manner=manner_of(report.selection, choice) if fixable else MANNER,
    )


def _took_safer(report: Report) -> bool:
    """Whether a check made a branch take a safer variant: without a check, it has to stay with that."""
    assert isinstance(report.selection.tree, Commit)
    return any(record.variant for record in read_ledger(report.selection.tree.repository).records.values())


def purposes() -> Mapping[str, Purpose]:
    """What each remedy says of its changes, by its id."""
    return {r.id(): Purpose(r.commit_subject(), r.section("Why"), _change(r)) for r in all_remedies()}


def _change(remedy: type[Remedy]) -> Change:
    return Change.REFACTOR if remedy.is_refactoring else Change.FIX


def written(report: Report, choice: BranchChoice, plans: Plans) -> tuple[Branch, ...]:
    """The branches, as they became. Raises GitFailure."""
    base = report.selection.tree
    assert isinstance(base, Commit)
    if choice.combine is not None and (problem := name_problem(choice.combine, plans.plans)):
        raise Refusal(f"--combine {problem}")
    with checking(report.selection, choice) as check:
        write = partial(
            write_branches,
            base,
            target=target_of(base.repository, choice.base),
            recreate=choice.recreate,
            check=check,
            command=choice.check or "",
            scanned=_scanned(report, base),
        )
        ready = as_stored(base, plans.plans)  # what is stored can conflict where what was edited does not
        branches = write_stacked(base, ready, write) if choice.stack else write(ready)
        if choice.combine is None or not ready:
            return branches
        return (*branches, write_combined(choice.combine, base, ready, branches, write, check))


def target_of(repository: Repository, revision: str) -> str | None:
    """The branch that a revision names, here or at a remote: where the fixes are meant to go."""
    done = repository.try_git("rev-parse", "--symbolic-full-name", "--verify", "--quiet", revision)
    name = done.stdout.decode(errors="surrogateescape").strip()
    if name.startswith("refs/remotes/"):
        return name.removeprefix("refs/remotes/").partition("/")[2] or None
    return name.removeprefix("refs/heads/") if name.startswith("refs/heads/") else None


def _scanned(report: Report, base: Commit) -> Scanned:
    """What was looked at. With a report that is only what it asks for: then our own branches are, too."""
    selection = report.selection
    if report.triages is None:
        return _seen(selection.remedies, selection.paths, report.result)
    records = read_ledger(base.repository).records.values()
    paths = sorted({path for record in records for path in record.paths}.intersection(selection.paths))
    named = {remedy for record in records for remedy in record.remedies}
    remedies = tuple(remedy for remedy in selection.remedies if remedy in named)
    if not (paths and remedies):
        return _seen(remedies, paths, ScanResult())
    return _seen(remedies, paths, scan(base, remedies, paths=paths, size_limit=selection.size_limit))


def _seen(remedies: Sequence[str], paths: Sequence[str], result: ScanResult) -> Scanned:
    unread = {failure.path for failure in result.failures}
    found = frozenset(finding.fingerprint for finding in result.findings)
    return Scanned(frozenset(remedies), frozenset(paths) - unread, found)
