"""What a scan found, as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from codemods.model import Applicability, Finding, Statistics
from codemods.output.table import table

_HEAD = ("remedy", "found", "safe", "unsafe", "manual", "files")


def summary(findings: Sequence[Finding], statistics: Statistics) -> list[str]:
    """A table with one row for each remedy that found something, and a line on the whole."""
    ids = sorted({finding.remedy for finding in findings})
    rows = [_row(remedy, [f for f in findings if f.remedy == remedy]) for remedy in ids]
    if len(rows) > 1:
        rows.append(_row("all", findings))
    return [*(table(_HEAD, rows) if rows else ["Nothing found."]), "", on_the_whole(statistics)]


def on_the_whole(statistics: Statistics) -> str:
    files = counted(statistics.files, "file")
    return f"{files} read, {statistics.parsed} of them looked into, in {statistics.seconds:.2f} s."


def counted(number: int, thing: str, things: str | None = None) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def paths_changed(findings: Iterable[Finding]) -> set[str]:
    """The files that the fixes change: those of callers too."""
    return {path for finding in findings if finding.fix for path in finding.fix.paths}


def _row(remedy: str, findings: Iterable[Finding]) -> tuple[str | int, ...]:
    findings = tuple(findings)
    by = Counter(finding.applicability for finding in findings)
    files = len({finding.path for finding in findings})
    return remedy, len(findings), *(by[applicability] for applicability in Applicability), files
