"""`patchwright preview`: what would be changed, and why. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Choice, Color, ExcludedRemedies, Format, Jobs, Output, Paths, Remedies, Rev, Unsafe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.report import Report


def preview(
    paths: Paths = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    unsafe: Unsafe = None,
    manual: Annotated[bool, typer.Option("--manual", help="Also list what a person must decide.")] = False,
    rev: Rev = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="What to print.")] = Format.DIFF,
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if there is something to fix.")] = False,
    jobs: Jobs = 0,
    color: Color = None,
) -> None:
    """Show the fixes as diffs that `git apply` takes; change nothing.

    Exit code: 0; 1 with --check when there is something to fix; 2 when a file could not be read.
    """
    from cli.report import look
    from cli.selection import select
    from cli.terminal import say, say_failures, wants_color, write

    report = look(select(Choice.of(paths, remedy, exclude_remedy, unsafe, jobs), rev))
    write(_printed(report, form, manual, wants_color(color, output)), output)
    if form is Format.DIFF:
        say(report.summary(manual))
    say_failures(report.failures)
    raise typer.Exit(2 if report.failures else 1 if check and report.fixes.fixed else 0)


def _printed(report: Report, form: Format, manual: bool, colors: bool) -> Iterable[bytes]:
    from cli.terminal import as_json, painted

    if form is Format.JSON:
        return [as_json(report.document())]
    if form is Format.SUMMARY:
        return [f"{line}\n".encode() for line in report.summary()]
    return map(painted, report.view(manual)) if colors else report.patch(manual)
