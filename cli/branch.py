"""`patchwright branch`: one branch for each fix. The working tree, index, HEAD and stash stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import (
    Audits,
    Choice,
    ExcludedRemedies,
    Grouping,
    Jobs,
    NoCache,
    Output,
    Packages,
    Paths,
    Python,
    Remedies,
    ReportFormat,
    Unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cli.report import Report
    from codemods.branches import Branch, Plans
    from codemods.branches.model import Repaired
    from codemods.model import FileChange, Finding


def branch(
    paths: Paths = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    audit: Audits = None,
    unsafe: Unsafe = None,
    by: Annotated[
        Grouping | None,
        typer.Option(
            "--by",
            help="What goes on one branch; remedy by default, and audit with --audit.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        str, typer.Option("--base", metavar="REV", help="The commit to read and to branch from.")
    ] = "HEAD",
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="What the names begin with.")
    ] = "patchwright/",
    form: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="What to print.")
    ] = ReportFormat.SUMMARY,
    output: Output = None,
    python: Python = None,
    no_cache: NoCache = False,
    jobs: Jobs = 0,
) -> None:
    """Commit each fix on a branch of its own; your files stay as they are.

    It reads a commit, not the working tree: what is not committed is not seen.

    Exit code: 0; 2 when a file could not be read or a branch could not be made.
    """
    from cli.options import Refusal
    from cli.report import look
    from cli.selection import select
    from cli.terminal import as_json, say_failures, write
    from codemods.branches import Status, is_prefix, write_branches
    from codemods.sources import Commit

    if not is_prefix(prefix):
        raise Refusal(f"--prefix {prefix!r}: git does not take branch names that begin like this")
    if by is Grouping.AUDIT and not audit:
        raise Refusal("--by audit: name the report with --audit FILE")
    by = by or (Grouping.AUDIT if audit else Grouping.REMEDY)
    report = look(
        select(Choice.of(paths, remedy, exclude_remedy, unsafe, jobs, Packages(python, not no_cache)), base),
        audit,
    )
    commit = report.selection.tree
    assert isinstance(commit, Commit)
    plans = _plans(report, by, prefix)
    branches = write_branches(commit, plans.plans)
    if form is ReportFormat.JSON:
        write([as_json(_document(commit.sha, branches))], output)
    else:
        write((f"{line}\n".encode() for line in _said(report, base, branches)), output)
    failures = sorted({*report.result.failures, *plans.failures})
    say_failures(failures)
    rejected = any(branch.status is Status.REJECTED for branch in branches)
    raise typer.Exit(2 if failures or rejected else 0)


def _plans(report: Report, by: Grouping, prefix: str) -> Plans:
    from codemods import version
    from codemods.branches import By, Purpose, plan
    from codemods.engine import repair
    from codemods.relocation import repair_above
    from codemods.remedy import all_remedies

    purposes = {r.id(): Purpose(r.commit_subject(), r.section("Why")) for r in all_remedies()}

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
        return repair(report.selection.tree, findings, chosen, remedies, again=again, safer=safer)

    return plan(
        [finding for finding in report.result.findings if report.wants(finding)],
        made,
        purposes.__getitem__,
        version=version(),
        by=By(by.value),
        prefix=prefix,
        requests=report.requests,
    )


def _document(sha: str, branches: Sequence[Branch]) -> dict[str, Any]:
    return {
        "version": 1,
        "base": sha,
        "branches": [
            {
                "name": branch.name,
                "commit": branch.commit,
                "status": branch.status.value,
                "reason": branch.reason,
                "findings": [finding.fingerprint for finding in branch.findings],
                "audit": list(branch.audit),
                "conflicts_with": list(branch.conflicts_with),
                "check": None,
            }
            for branch in branches
        ],
    }


def _said(report: Report, base: str, branches: Sequence[Branch]) -> Iterator[str]:
    """The branches, what is left, and what to do next."""
    from cli.report import NOTHING
    from codemods.output.table import table

    if not report.selection.paths:
        yield NOTHING
        return
    rows = [
        (b.name, b.status.value, (b.commit or "-")[:10], len(b.findings), len({f.path for f in b.findings}))
        for b in branches
    ]
    if rows:
        yield from table(("branch", "status", "commit", "findings", "files"), rows)
        yield ""
    yield from (f"{branch.name}: {branch.reason}" for branch in branches if branch.reason)
    yield from (
        f"{b.name} conflicts with {', '.join(b.conflicts_with)}" for b in branches if b.conflicts_with
    )
    if not rows:
        yield "Nothing to fix."
    yield from report.left()
    if any(branch.commit for branch in branches):
        yield f"Next: git diff {base}...BRANCH shows one of them, git merge BRANCH takes it."
