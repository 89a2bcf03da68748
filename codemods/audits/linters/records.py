"""The JSON of linters (and the CSV of bandit): records of one shape or another."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from codemods.audits.errors import ReportError
from codemods.audits.linters.shapes import shape_of
from codemods.audits.model import Audit, AuditFinding
from codemods.audits.results import clean, numbered

_CSV_HEAD = "filename,test_name,test_id,"
_LISTS = ("results", "messages", "diagnostics", "vulnerabilities", "issues")
_REMARKS = 20  # of one kind; the rest is counted


def read_json(document: object, path: str) -> Audit:
    """The report in a JSON document that is not SARIF. Raises ReportError when no shape fits it."""
    records = _records(document)
    if records is None:
        raise ReportError(
            "JSON of a shape that we do not know: we read SARIF, and the JSON of ruff, flake8-json, pylint, "
            "bandit, semgrep, mypy and GitLab"
        )
    return _audit(((1, record) for record in records), path, _complaints(document))


def read_json_lines(text: str, path: str) -> Audit | None:
    """The report in lines of JSON; None when it is something else."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    records: list[tuple[int, object]] = []
    broken = 0
    for number, line in lines:
        try:
            records.append((number, json.loads(line)))
        except (ValueError, RecursionError):
            broken += 1
    if not records or broken >= len(records) or not any(shape_of(record) for _, record in records):
        return None
    remarks = [f"{broken} of {len(lines)} lines are not JSON and were left out"] if broken else []
    return _audit(records, path, remarks)


def read_csv(text: str, path: str) -> Audit | None:
    """The report in bandit's CSV; None when it is something else."""
    if not text.lstrip().startswith(_CSV_HEAD):
        return None
    records: list[tuple[int, object]] = []
    reader = csv.DictReader(StringIO(text.lstrip(), newline=""))
    try:
        for row in reader:
            lines = re.findall(r"\d{1,8}", row.get("line_range") or "")
            records.append((reader.line_num, row | {"line_range": lines}))
    except csv.Error as error:
        raise ReportError(f"bandit's CSV is damaged in line {reader.line_num}: {error}") from None
    return _audit(records, path)


def _audit(records: Iterable[tuple[int, object]], path: str, remarks: Iterable[str] = ()) -> Audit:
    findings: list[AuditFinding] = []
    tools: dict[str, None] = {}
    unknown = 0
    for line, record in records:
        shape = shape_of(record)
        if shape and isinstance(record, Mapping):
            findings.append(shape.finding(record, line))
            tools[shape.tool] = None
        else:
            unknown += 1
    if unknown and not findings:
        raise ReportError("JSON of a shape that we do not know: none of its entries is a linter's finding")
    left_out = [f"{unknown} entries are not findings of a known shape and were left out"] if unknown else []
    return numbered(path, findings, " and ".join(tools) or None, [*remarks, *left_out])


def _records(document: object) -> Iterable[object] | None:
    """The list of findings in a document: itself, under a name that is usual for it, or by file."""
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping):
        return None
    for name in _LISTS:
        if isinstance(found := document.get(name), list):
            return found
    if shape_of(document):
        return [document]
    by_file = list(document.values())
    if by_file and all(isinstance(found, list) for found in by_file):
        return [record for found in by_file for record in found]
    return None


def _complaints(document: object) -> Iterator[str]:
    """What bandit and semgrep say that they could not read."""
    errors = document.get("errors") if isinstance(document, Mapping) else None
    errors = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    for error in errors[:_REMARKS]:
        name = clean(error.get("filename") or error.get("path"))
        reason = clean(error.get("reason") or error.get("message") or error.get("type"))
        yield " ".join(f"the tool reports trouble{f' with {name}' if name else ''}: {reason}".split())
    if len(errors) > _REMARKS:
        yield f"the tool reports {len(errors) - _REMARKS} more files that it had trouble with"
