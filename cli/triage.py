"""`patchwright triage`: what is true of each finding of a report. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import (
    Color,
    ExcludedRemedies,
    Jobs,
    NoCache,
    Output,
    Python,
    Remedies,
    Rev,
    TriageFormat,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codemods.output.triage import Line


def triage(
    audits: Annotated[
        list[str],
        typer.Argument(
            metavar="AUDIT", help="Reports: Markdown, SARIF, or what a linter prints; - is standard input."
        ),
    ],
    rev: Rev = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    form: Annotated[TriageFormat, typer.Option("--format", "-f", help="What to print.")] = TriageFormat.TABLE,
    output: Output = None,
    jobs: Jobs = 0,
    python: Python = None,
    no_cache: NoCache = False,
    color: Color = None,
) -> None:
    """Say of each finding of a report what is true of the code: fixable, located, fixed, not confirmed.

    Exit code: 0; 2 when a report or a file could not be read, or a report is about another repository.
    """
    from cli.audits import hold, read_audits, troubles
    from cli.options import Choice, Packages
    from cli.selection import select
    from cli.terminal import as_json, say_failures, wants_color, write
    from codemods.output.triage import document, lines, markdown
    from codemods.workers import spare_the_collector

    packages = Packages(python, not no_cache)
    selection = select(Choice.of(None, remedy, exclude_remedy, None, jobs, packages), rev)
    read, failures = read_audits(audits)
    spare_the_collector()
    triages = hold(read, selection)
    failures += troubles(triages)
    if form is TriageFormat.JSON:
        write([as_json(document(triages, str(selection.root), selection.rev, failures))], output)
    elif form is TriageFormat.MARKDOWN:
        write((_encoded(line) for line in markdown(triages, selection.rev)), output)
    elif form is TriageFormat.HTML:
        from codemods.output.triage_html import page

        write([_encoded(page(triages, selection.rev))], output)
    else:
        paint = wants_color(color, output)
        write(map(_encoded, _painted(lines(triages, _width(paint)), paint)), output)
    say_failures(failures)
    raise typer.Exit(2 if failures else 0)


def _width(on_terminal: bool) -> int:
    """How long lines may get."""
    import shutil

    return min(shutil.get_terminal_size().columns, 140) if on_terminal else 110


def _encoded(line: str) -> bytes:
    return f"{line}\n".encode(errors="backslashreplace")


def _painted(lines: Iterable[Line], paint: bool) -> Iterable[str]:
    from cli.terminal import bold, tinted
    from codemods.audits.triage import Status

    tints = {
        Status.FIX: 32,
        Status.SCAFFOLD: 36,
        Status.LOCATED: 33,
        Status.ALREADY_FIXED: 35,
        Status.NOT_CONFIRMED: 31,
        Status.FALSE_ALARM: 31,
        Status.OUT_OF_SCOPE: 90,
    }
    for line in lines:
        if not paint:
            yield line.text
        elif line.status:
            yield line.text.replace(line.status.value, tinted(line.status.value, tints[line.status]), 1)
        else:
            yield bold(line.text) if line.is_head and line.text else line.text
