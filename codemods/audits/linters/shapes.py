"""The shapes that linters give their JSON: which key holds what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemods.audits.model import AuditFinding, Claim
from codemods.audits.results import clean, finding, place


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


def shape_of(record: object) -> Shape | None:
    """The shape that fits a record; None when it is of none that we know."""
    if not isinstance(record, Mapping):
        return None
    return next((shape for shape in SHAPES if shape.fits(record)), None)


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
