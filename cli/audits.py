"""The reports that a command names: reading them, holding them against the code, what they ask for."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from cli.selection import Selection
from codemods.audits.errors import ReportError
from codemods.audits.model import Audit
from codemods.audits.read import read_audit
from codemods.audits.text import SIZE_LIMIT
from codemods.audits.triage import Status, Triage, triage
from codemods.branches.model import Request
from codemods.model import Failure
from codemods.output.triage import NO_MATCH


def read_audits(names: Sequence[str]) -> tuple[list[Audit], list[Failure]]:
    """The reports in order (`-`: standard input), each once; second, those that cannot be read, and why."""
    audits: list[Audit] = []
    failures: list[Failure] = []
    for name in dict.fromkeys(names):
        try:
            audits.append(read_audit(name, _bytes(name)))
        except OSError as error:
            failures.append(Failure(Audit(name).name, error.strerror or str(error)))
        except ReportError as error:
            failures.append(Failure(Audit(name).name, str(error)))
    return audits, failures


def hold(audits: Iterable[Audit], selection: Selection) -> list[Triage]:
    """Each report against the selected code."""
    return [
        triage(
            audit,
            selection.tree,
            selection.remedies,
            paths=selection.paths,
            workers=selection.jobs,
            size_limit=selection.size_limit,
        )
        for audit in audits
    ]


def troubles(triages: Sequence[Triage]) -> list[Failure]:
    """What went wrong: files that could not be read, and reports that have nothing to do with this tree."""
    strangers = [Failure(t.audit.name, NO_MATCH) for t in triages if not t.matches]
    return [*strangers, *dict.fromkeys(failure for t in triages for failure in t.failures)]


def requests_of(triages: Iterable[Triage], root: Path) -> tuple[Request, ...]:
    """What the reports ask for that can be made: each of their findings that some fix answers."""
    return tuple(
        Request(
            id=verdict.finding.id,
            title=verdict.finding.title,
            report=_called(each.audit.path, root),
            line=None if each.audit.tool else verdict.finding.line,
            severity=verdict.finding.severity,
            text=verdict.finding.text,
            findings=frozenset(verdict.fingerprints),
            is_part=verdict.status is Status.SCAFFOLD,
        )
        for each in triages
        for verdict in each.verdicts
        if verdict.fixes
    )


def _called(name: str, root: Path) -> str:
    """What a commit calls a report: its path in the repository, else its bare name."""
    if name == "-":
        return "standard input"
    place = Path(os.path.realpath(name))
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name


def _bytes(name: str) -> bytes:
    """What the report holds; no more than makes clear that it is too large. Raises OSError."""
    if name == "-":
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    with Path(name).open("rb") as file:
        if not (stat.S_ISREG(mode := os.fstat(file.fileno()).st_mode) or stat.S_ISFIFO(mode)):
            raise OSError(22, "not a file")
        return file.read(SIZE_LIMIT + 1)
