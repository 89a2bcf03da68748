"""The text that linters print. What is not in a form that some tool is known to print is passed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codemods.audits.linters.blocks import BLOCKS
from codemods.audits.linters.commands import commands
from codemods.audits.linters.common import CODE, NAME, PYLINT_LEVELS, Found
from codemods.audits.model import Audit, AuditFinding
from codemods.audits.results import finding, numbered, place

# path:line, path:line:column, and mypy's path:line:column:line:column
_PLACE = re.compile(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:*|>`][^:\n]*):(?P<line>[0-9]{1,8})"
    r"(?::[0-9]+(?::(?P<end>[0-9]{1,8}):[0-9]+)?)?: ?"
)
_INITIALS = {"E": "high", "W": "medium", "I": "info"}


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands behind the place in a tool's line. `levels` are its words for a severity, if not ours.

    The tool is '' where several print the same.
    """

    tool: str
    rest: re.Pattern[str]
    levels: Mapping[str, str] = field(default_factory=dict)


_PYLINT_RULE = r"(?P<rule>(?P<level>[FEWRCI])[0-9]{4})"
_FORMS = (
    _Form(
        "pylint",
        re.compile(rf"{_PYLINT_RULE}: (?P<message>.*) \((?P<symbol>{NAME}|[a-z]+)\)$"),
        PYLINT_LEVELS,
    ),
    _Form(
        "pylint",
        re.compile(rf"\[{_PYLINT_RULE}\((?P<symbol>[\w-]+)\), [^\]]*\] (?P<message>.*)"),
        PYLINT_LEVELS,
    ),
    _Form(
        "", re.compile(rf"\[(?P<rule>{CODE}|{NAME})\] (?P<message>.*)")
    ),  # flake8 and ruff, told to look like pylint
    _Form("bandit", re.compile(r"(?P<rule>B[0-9]{3})\[bandit\]: (?P<level>[A-Z]+): (?P<message>.*)")),
    _Form("mypy", re.compile(r"(?P<level>error|warning|note): (?P<message>.*)")),
    _Form("semgrep", re.compile(r"(?P<level>[EWI]):(?P<rule>[\w.-]+):(?P<message>.*)"), _INITIALS),
    _Form("semgrep", re.compile(r"(?P<level>error|warning|info)\((?P<rule>[\w.-]+)\):(?P<message>.*)")),
    _Form("ruff", re.compile(rf"(?P<rule>{CODE}|{NAME}):? \[[*-]\] (?P<message>.*)")),
    _Form("", re.compile(rf"(?P<rule>{CODE}):? (?P<message>.*)")),
    _Form("ruff", re.compile(rf"(?P<rule>{NAME}): (?P<message>.*)")),
)
_MYPY_CODE = re.compile(r"\s+\[(?P<code>[a-z][a-z-]*)\]\s*$")
# Where what goes on below a finding's line ends: at blank lines, at code, at a summary.
_END = re.compile(
    r"\s*$|\s{3}|[*=-]{4}|Found \d|All checks|Success|\[\*\]|Your code has|No fixes|::|##"
    r"|[^:]+: note: (?:In|At) "
)
_STRUCTURE = re.compile(r"#{1,6} \S|```|~~~|[-*+] |\*\*\w|\|.*\|\s*$|\d+[.)] ")


def read_lines(text: str, path: str) -> Audit | None:
    """The report in what a linter printed; None when it is something else, prose that quotes some too."""
    found = _found(text)
    if not found or not _is_print(text, len(found)):
        return None
    tools = Counter(tool for tool, _ in found if tool)
    tool = tools.most_common(1)[0][0] if tools else "flake8 or ruff"
    return numbered(path, (each for _, each in found), tool)


def findings_in(text: str) -> list[AuditFinding]:
    """The findings among the lines of a text, whatever else there is."""
    return [found for _, found in _found(text)]


def _found(text: str) -> list[Found]:
    """All findings, in the order of the text: a log can hold the print of several tools."""
    lines = text.replace("\r\n", "\n").split("\n")
    found = [*_places(lines), *commands(lines)]
    for mark, block in BLOCKS:
        if mark in text:
            found += block(lines)
    return sorted(found, key=lambda each: each[1].line)


def _is_print(text: str, count: int) -> bool:
    lines = [line for line in text.split("\n") if line.strip() and not line[0].isspace()]
    structure = sum(1 for line in lines if _STRUCTURE.match(line))
    return count > structure and 10 * count >= len(lines)


@dataclass(slots=True)
class _Pending:
    """A finding whose last line has not been seen."""

    form: _Form
    groups: dict[str, str | None]
    line: int
    words: list[str]
    notes: list[str] = field(default_factory=list)

    def takes(self, other: _Pending) -> bool:
        """Whether the other is a note of mypy's on this one."""
        same = self.groups["path"] == other.groups["path"] and self.groups["line"] == other.groups["line"]
        return same and self.form.tool == "mypy" and other.groups["level"] == "note"

    def finding(self) -> AuditFinding:
        message = " ".join(self.words)
        rules = [self.groups.get("rule"), self.groups.get("symbol")]
        if self.form.tool == "mypy" and (code := _MYPY_CODE.search(message)):
            rules, message = [code["code"]], message[: code.start()]
        level = self.groups.get("level") or ""
        return finding(
            rules,
            "\n".join([message.strip(), *self.notes]),
            place(self.groups["path"], self.groups["line"], self.groups.get("end")),
            severity=self.form.levels.get(level, level),
            line=self.line,
        )


def _places(lines: Sequence[str]) -> Iterator[Found]:
    """Findings in lines that begin with a place, and in what goes on below them."""
    held: _Pending | None = None
    open_ended = False
    for number, line in enumerate(lines, 1):
        new = _pending(line, number)
        if new and held and held.takes(new):
            held.notes += new.words
        elif new:
            if held:
                yield held.form.tool, held.finding()
            held, open_ended = new, True
        elif held and open_ended and not _END.match(line):
            (held.notes or held.words)[-1] += f" {line.strip()}"
        else:
            open_ended = False
    if held:
        yield held.form.tool, held.finding()


def _pending(line: str, number: int) -> _Pending | None:
    where = _PLACE.match(line)
    if where is None:
        return None
    for form in _FORMS:
        if match := form.rest.match(line, where.end()):
            return _Pending(form, where.groupdict() | match.groupdict(), number, [match["message"]])
    return None
