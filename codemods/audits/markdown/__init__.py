"""Reading a report that somebody wrote in Markdown, in whatever layout and language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codemods.audits.errors import ReportError
from codemods.audits.markdown.blocks import blocks_of
from codemods.audits.markdown.merging import findings_of
from codemods.audits.markdown.mojibake import repaired
from codemods.audits.markdown.parts import Habits, open_parts
from codemods.audits.markdown.recognition import Recognition
from codemods.audits.markdown.remarks import remarks_on, totals_of
from codemods.audits.markdown.sections import outline
from codemods.audits.model import Audit

__all__ = ["SIZE_LIMIT", "read_markdown"]

SIZE_LIMIT = 1_000_000  # characters: reports that people write have some ten thousand

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:[^\n]*\n){0,200}?)---[ \t]*(?:\n|\Z)")
_HTML = re.compile(r"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Report:
    """A text without its front matter, whose lines are left empty so that the others keep their numbers."""

    text: str
    status: str | None


def read_markdown(text: str, path: str) -> Audit:
    """The findings of a report, each once; `path` is what the user calls it.

    Raises ReportError, one line that does not name the report, when it cannot be read.
    """
    if not text.strip():
        raise ReportError("the report is empty")
    if "\0" in text:
        raise ReportError("not text but binary: a report is Markdown, SARIF, JSON or a linter's text")
    if _HTML.match(text):
        raise ReportError("an HTML page: save the report as Markdown, SARIF, JSON or plain text")
    if len(text) > SIZE_LIMIT:
        raise ReportError(f"a Markdown report of more than {SIZE_LIMIT // 1_000_000} MB: split it")
    report = _without_front_matter(
        repaired(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    )
    root = outline(blocks_of(report.text))
    totals = totals_of(root)
    habits = Habits(root)
    open_parts(root, habits)
    recognition = Recognition(root, habits)
    findings = findings_of(recognition.candidates()) or findings_of(recognition.candidates(relaxed=True))
    remarks = remarks_on(totals, findings)
    if report.status:
        remarks = (f"it says of itself that it is {report.status}", *remarks)
    if not findings:
        remarks = (*remarks, "no findings were recognised in it")
    return Audit(path, tuple(findings), remarks)


def _without_front_matter(text: str) -> _Report:
    match = _FRONT_MATTER.match(text)
    if match is None or ":" not in match[1]:
        return _Report(text, None)
    status = next(
        (line.partition(":")[2].strip(" \"'") for line in match[1].split("\n") if line.startswith("status:")),
        None,
    )
    return _Report("\n" * match.group().count("\n") + text[match.end() :], status or None)
