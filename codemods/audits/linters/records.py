"""The JSON of linters (and the CSV of bandit): records of one shape or another."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit, AuditFinding, Claim
from codemods.audits.results import clean, finding, numbered, place

_CSV_HEAD = "filename,test_name,test_id,"
_LISTS = ("results", "messages", "diagnostics", "vulnerabilities", "issues")
_REMARKS = 20  # of one kind; the rest is counted


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a tool's record has what: keys, with a dot between the levels. All of `rules`, `path`, `start`
    and `message` must be there, though their values may be null.
    """

    tool: str
    rules: tuple[str, ...]
    path: str
    start: str
    message: str
    end: str = ""
    severity: str = ""
    category: str = ""
    note: str = ""
    quoted: str = ""
    proposed: str = ""
    ignored: str = ""

    def fits(self, record: Mapping[str, object]) -> bool:
        return all(_has(record, keys) for keys in (*self.rules, self.path, self.start, self.message))

    def finding(self, record: Mapping[str, object], line: int) -> AuditFinding:
        start, end = _get(record, self.start), _get(record, self.end)
        note = clean(_get(record, self.note))
        message = clean(_get(record, self.message))
        return finding(
            (_get(record, keys) for keys in self.rules),
            f"{message}\n{note}" if note else message,
            place(_get(record, self.path), start, end),
            severity=_get(record, self.severity),
            category=_get(record, self.category),
            quoted=_quoted(_get(record, self.quoted), start, end),
            proposed=_texts(_get(record, self.proposed)),
            claim=Claim.RETRACTED if _get(record, self.ignored) is True else Claim.OPEN,
            line=line,
        )


SHAPES = (
    Shape(
        "ruff",
        rules=("code", "name"),
        path="filename",
        start="location.row",
        end="end_location.row",
        message="message",
        severity="severity",
        proposed="fix.edits.content",
    ),
    Shape(  # before it had names
        "ruff",
        rules=("code",),
        path="filename",
        start="location.row",
        end="end_location.row",
        message="message",
        proposed="fix.edits.content",
    ),
    Shape(
        "pylint",
        rules=("message-id", "symbol"),
        path="path",
        start="line",
        end="endLine",
        message="message",
        severity="type",
    ),
    Shape(  # its json2
        "pylint",
        rules=("messageId", "symbol"),
        path="path",
        start="line",
        end="endLine",
        message="message",
        severity="type",
    ),
    Shape(
        "bandit",
        rules=("test_id", "test_name"),
        path="filename",
        start="line_number",
        end="line_range.-1",
        message="issue_text",
        severity="issue_severity",
        quoted="code",
    ),
    Shape(
        "semgrep",
        rules=("check_id",),
        path="path",
        start="start.line",
        end="end.line",
        message="extra.message",
        severity="extra.severity",
        category="extra.metadata.category",
        quoted="extra.lines",
        proposed="extra.fix",
        ignored="extra.is_ignored",
    ),
    Shape(
        "mypy",
        rules=("code",),
        path="file",
        start="line",
        end="end_line",
        message="message",
        severity="severity",
        note="hint",
    ),
    Shape(  # the plugin flake8-json
        "flake8",
        rules=("code",),
        path="filename",
        start="line_number",
        message="text",
    ),
    Shape(  # GitLab's code quality, which many tools write
        "gitlab",
        rules=("check_name",),
        path="location.path",
        start="location.positions.begin.line",
        end="location.positions.end.line",
        message="description",
        severity="severity",
    ),
    Shape(
        "gitlab",
        rules=("check_name",),
        path="location.path",
        start="location.lines.begin",
        end="location.lines.end",
        message="description",
        severity="severity",
    ),
    Shape(  # GitLab's security reports
        "gitlab",
        rules=("identifiers.0.value",),
        path="location.file",
        start="location.start_line",
        end="location.end_line",
        message="description",
        severity="severity",
        category="category",
    ),
    Shape(  # reviewdog's
        "rdjson",
        rules=("code.value",),
        path="location.path",
        start="location.range.start.line",
        end="location.range.end.line",
        message="message",
        severity="severity",
        proposed="suggestions.text",
    ),
)


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
    if not records or broken >= len(records) or not any(_shape(record) for _, record in records):
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
        shape = _shape(record)
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
    if _shape(document):
        return [document]
    by_file = list(document.values())
    if by_file and all(isinstance(found, list) for found in by_file):
        return [record for found in by_file for record in found]
    return None


def _shape(record: object) -> Shape | None:
    if not isinstance(record, Mapping):
        return None
    return next((shape for shape in SHAPES if shape.fits(record)), None)


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


def _has(record: object, keys: str) -> bool:
    *above, last = keys.split(".")
    parent = _get(record, ".".join(above)) if above else record
    if isinstance(parent, list):
        return last.lstrip("-").isdigit() and bool(parent)
    return isinstance(parent, Mapping) and last in parent


def _get(record: object, keys: str) -> object:
    """The value at the keys; of the items of a list, all, unless a number says which one."""
    if not keys:
        return None
    value = record
    for position, key in enumerate(parts := keys.split(".")):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key in ("0", "-1"):
            value = value[int(key)] if value else None
        elif isinstance(value, list):
            return [_get(item, ".".join(parts[position:])) for item in value]
        else:
            return None
    return value


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _quoted(code: object, start: object, end: object) -> Iterator[str]:
    """The code of the finding; bandit numbers its lines and shows some around, semgrep may hold it back."""
    text = clean(code)
    if not text or text == "requires login":
        return
    numbered_lines = [re.fullmatch(r"(\d+) ?(.*)", line) for line in text.rstrip("\n").split("\n")]
    if not all(numbered_lines):
        yield text
        return
    span = place("it", start, end)
    ((first, last),) = span.lines if span and span.lines else ((1, 10**8),)
    yield "\n".join(m[2] for m in numbered_lines if m and first <= int(m[1]) <= last)
