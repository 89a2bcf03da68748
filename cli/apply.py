"""`patchwright apply`: the fixes, into the working tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import (
    Audits,
    Choice,
    ExcludedRemedies,
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
    from collections.abc import Iterator

    from cli.report import Report
    from codemods.writer import Written


def apply(
    paths: Paths = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    audit: Audits = None,
    unsafe: Unsafe = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="What to print.")
    ] = ReportFormat.SUMMARY,
    output: Output = None,
    python: Python = None,
    no_cache: NoCache = False,
    jobs: Jobs = 0,
) -> None:
    """Make the fixes in the working tree: each one whole, or not at all.

    Exit code: 0; 2 when a file could not be read or written.
    """
    from cli.report import look
    from cli.selection import select
    from cli.terminal import as_json, say_failures, write
    from codemods.sources import WorkingDirectory
    from codemods.writer import write_fixes

    report = look(
        select(Choice.of(paths, remedy, exclude_remedy, unsafe, jobs, Packages(python, not no_cache))),
        audit,
    )
    document = report.document() if form is ReportFormat.JSON else {}
    assert isinstance(report.selection.tree, WorkingDirectory)
    written = write_fixes(report.selection.tree, report.fixes_without)
    failures = sorted({*report.failures, *written.failures})
    if form is ReportFormat.JSON:
        document["failures"] = [{"path": failure.path, "error": failure.error} for failure in failures]
        document["applied"] = [finding.fingerprint for finding in written.fixed]
        document["written"] = list(written.paths)
        write([as_json(document)], output)
    else:
        write((f"{line}\n".encode() for line in _said(report, written)), output)
    say_failures(failures)
    raise typer.Exit(2 if failures else 0)


def _said(report: Report, written: Written) -> Iterator[str]:
    """What was done, what is left, and how to take it back."""
    from cli.report import NOTHING
    from codemods.output.summary import counted, paths_changed
    from codemods.output.table import table
    from codemods.repository import find_repository

    if not report.selection.paths:
        yield NOTHING
        return
    ids = sorted({finding.remedy for finding in written.fixed})
    by_remedy = [(remedy, [f for f in written.fixed if f.remedy == remedy]) for remedy in ids]
    if by_remedy:
        rows = [(remedy, len(made), len(paths_changed(made))) for remedy, made in by_remedy]
        yield from table(("remedy", "fixed", "files"), rows)
        yield ""
    fixes, files = counted(len(written.fixed), "fix", "fixes"), counted(len(written.paths), "file")
    yield f"{fixes} made in {files}." if written.fixed else "Nothing to fix."
    yield from report.left()
    if written.paths and find_repository(report.selection.root):
        yield "git diff shows what changed; git restore FILE brings back what was last added or committed."
