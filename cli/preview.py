"""`patchwright preview`: what would be changed, and why. It changes nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import (
    Audits,
    Choice,
    Color,
    ExcludedRemedies,
    Format,
    Jobs,
    NoCache,
    Output,
    Packages,
    Paths,
    Python,
    Remedies,
    Rev,
    Unsafe,
)


def preview(
    paths: Paths = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    audit: Audits = None,
    unsafe: Unsafe = None,
    manual: Annotated[bool, typer.Option("--manual", help="Also list what a person must decide.")] = False,
    rev: Rev = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="What to print.")] = Format.DIFF,
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if there is something to fix.")] = False,
    python: Python = None,
    no_cache: NoCache = False,
    jobs: Jobs = 0,
    color: Color = None,
) -> None:
    """Show the fixes as diffs that `git apply` takes; change nothing.

    Exit code: 0; 1 with --check when there is something to fix; 2 when a file could not be read.
    """
    from cli.report import look
    from cli.selection import select
    from cli.terminal import as_json, painted, say, say_failures, wants_color, write
    from codemods.model import Failure

    report = look(
        select(Choice.of(paths, remedy, exclude_remedy, unsafe, jobs, Packages(python, not no_cache)), rev),
        audit,
    )
    failures = report.result.failures
    if form is Format.JSON:
        document = report.document()
        failures = tuple(Failure(**failure) for failure in document["failures"])
        write([as_json(document)], output)
    elif form is Format.SUMMARY:
        write((f"{line}\n".encode() for line in report.summary(manual)), output)
    else:
        failures = report.failures
        colors = wants_color(color, output)
        write(map(painted, report.view(manual)) if colors else report.patch(manual), output)
        say([*([""] if colors else []), *report.summary(manual)])
    say_failures(failures)
    raise typer.Exit(2 if failures else 1 if check and not report.is_clean else 0)
