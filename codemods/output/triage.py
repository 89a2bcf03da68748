"""What triage says of reports: as lines for a terminal, as Markdown, and as the JSON document."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from codemods import version
from codemods.audits.triage.model import Place, Status, Triage, Verdict
from codemods.model import Applicability, Failure
from codemods.output.summary import counted
from codemods.output.table import table

VERSION = 1  # of the document: fields may be added under it, never renamed or removed
_HEAD = ("id", "severity", "status", "where", "finding")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TITLE = 70  # characters of a title in a table
_WHERE = 44  # characters of the places

MEANING = {
    Status.FIX: "a remedy makes what the report asks for",
    Status.SCAFFOLD: "a remedy makes a part of it, a person the rest",
    Status.LOCATED: "the place is known; what to do is a person's decision",
    Status.ALREADY_FIXED: "the fault was there and is gone",
    Status.NOT_CONFIRMED: "the code does not do what the report says",
    Status.FALSE_ALARM: "the report itself says that it is none",
    Status.OUT_OF_SCOPE: "not about code that we read",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line for a terminal; `status` is what it is about, for whoever paints it."""

    text: str
    status: Status | None = None
    is_head: bool = False


def lines(triages: Sequence[Triage], width: int) -> Iterator[Line]:
    """A table for each report with the reason below each row, what the numbers are, and what to do next."""
    for triage in triages:
        yield Line(f"{_plain(triage.audit.name)}: {counted(len(triage.verdicts), 'finding')}", is_head=True)
        yield from (Line(f"  {_plain(remark)}") for remark in remarks(triage))
        if triage.verdicts:
            yield from _table(triage, width)
        yield Line("")
    if any(triage.verdicts for triage in triages):
        yield from _numbers(triages)
    yield from (Line(f"Next: {command}") for command in next_commands(triages))


def remarks(triage: Triage) -> Iterator[str]:
    """What is to be said of a report as a whole."""
    if not triage.matches:
        yield NO_MATCH
    elif not triage.verdicts and not triage.audit.remarks:
        yield "no finding was read in it"
    yield from triage.audit.remarks


NO_MATCH = "nothing that it cites is in this repository: is it about another one?"


def next_commands(triages: Sequence[Triage]) -> list[str]:
    """The commands that make the fixes, one for all reports that have some."""
    with_fixes = [t for t in triages if any(v.fixes for v in t.verdicts)]
    if not with_fixes:
        return []
    fixes = [fix for t in with_fixes for v in t.verdicts for fix in v.fixes]
    unsafe = any(fix.applicability is Applicability.UNSAFE for fix in fixes)
    audits = " ".join(f"--audit {shlex.quote(t.audit.path)}" for t in with_fixes if t.audit.path != "-")
    if not audits:
        return []
    options = f"{audits}{' --unsafe' if unsafe else ''}"
    return [f"patchwright preview {options}", f"patchwright branch {options}"]


def counts(triages: Iterable[Triage]) -> list[tuple[Status, int]]:
    """How many findings there are of each status, in the order of the statuses, zeros left out."""
    total: Counter[Status] = sum((triage.counts for triage in triages), Counter())
    return [(status, total[status]) for status in Status if total[status]]


def where(verdict: Verdict) -> str:
    """The places in one cell, all that is told of them."""
    places = ", ".join(str(place) for place in verdict.places[:2])
    more = f" +{len(verdict.places) - 2}" if len(verdict.places) > 2 else ""
    return f"{_plain(places)}{more}" or "-"


def _where_in_short(verdict: Verdict) -> str:
    """The places in a cell that is not too wide: folders are left out first, what is in the file last."""
    whole, places = where(verdict), verdict.places
    if len(whole) <= _WHERE:
        return whole
    more = f" +{len(places) - 1}" if len(places) > 1 else ""
    room = _WHERE - len(more)
    path = _plain(places[0].path)
    inside = _cut(_plain(str(places[0])).removeprefix(path), room // 2)
    return f"{_cut_front(path, room - len(inside))}{inside}{more}"


def document(
    triages: Sequence[Triage], root: str, rev: str | None, failures: Iterable[Failure]
) -> dict[str, Any]:
    """The document of `triage --format json`: plain dicts, lists, strings and numbers."""
    return {
        "version": VERSION,
        "tool": {"name": "patchwright", "version": version()},
        "root": root,
        "rev": rev,
        "failures": [{"path": failure.path, "error": failure.error} for failure in failures],
        "audits": [
            {
                "path": triage.audit.path,
                "matches": triage.matches,
                "remarks": list(triage.audit.remarks),
                "findings": [_verdict(verdict) for verdict in triage.verdicts],
            }
            for triage in triages
        ],
    }


def markdown(triages: Sequence[Triage], rev: str | None) -> Iterator[str]:
    """The lines of a report on the reports."""
    yield "# Triage"
    yield ""
    yield f"Held against {f'commit `{rev[:10]}`' if rev else 'the working tree'} by patchwright {version()}."
    for triage in triages:
        yield from ("", f"## {_escaped(triage.audit.name)}", "")
        yield from (f"- {_escaped(remark)}" for remark in remarks(triage))
        yield from (f"- {number} {status}: {MEANING[status]}" for status, number in counts([triage]))
        yield from ("", "| id | severity | status | where | finding | why |", "|---|---|---|---|---|---|")
        for v in triage.verdicts:
            cells = (v.finding.id, v.finding.severity or "-", v.status, where(v), v.finding.title, v.reason)
            yield f"| {' | '.join(map(_escaped, cells))} |"
    commands = next_commands(triages)
    if commands:
        yield from ("", "Next:", "", *(f"    {command}" for command in commands))


def _table(triage: Triage, width: int) -> Iterator[Line]:
    rows = [
        (
            _plain(v.finding.id),
            v.finding.severity or "-",
            v.status.value,
            _where_in_short(v),
            _cut(_plain(v.finding.title), _TITLE),
        )
        for v in triage.verdicts
    ]
    head, *body = table(_HEAD, rows)
    yield Line(head, is_head=True)
    for line, verdict in zip(body, triage.verdicts, strict=True):
        yield Line(line, verdict.status)
        indent = " " * 4
        for part in wrap(
            _plain(verdict.reason), max(width, 40), initial_indent=indent, subsequent_indent=indent
        ):
            yield Line(part)


def _numbers(triages: Sequence[Triage]) -> Iterator[Line]:
    rows = [(status.value, number, MEANING[status]) for status, number in counts(triages)]
    head, *body = table(("status", "number", "meaning"), rows)
    yield Line(head, is_head=True)
    yield from (Line(line, Status(row[0])) for line, row in zip(body, rows, strict=True))
    yield Line("")


def _verdict(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    cited = tuple(Place(location.path, location.lines) for location in finding.locations)
    return {
        "id": finding.id,
        "title": finding.title,
        "severity": finding.severity,
        "line": finding.line,
        "locations": [_place(place) for place in verdict.places or cited],
        "cited": [_place(place) for place in cited],
        "status": verdict.status.value,
        "reason": verdict.reason,
        "evidence": list(verdict.evidence),
        "remedies": list(verdict.remedies),
        "findings": list(verdict.fingerprints),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "lines": [list(lines) for lines in place.lines], "note": place.note}


def _plain(text: str) -> str:
    """One line without control characters: what comes from a report must not steer the terminal."""
    return _CONTROL.sub(" ", text).strip()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _cut_front(path: str, length: int) -> str:
    return path if len(path) <= length else f"…{path[1 - length :]}"


def _escaped(text: str) -> str:
    """Text for a cell of a Markdown table; code in backticks stays."""
    plain = _plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("[", "\\[")
    return plain.replace("&", "&amp;").replace("<", "&lt;")
