"""Findings over several lines, as ruff, bandit and semgrep print them for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from codemods.audits.linters.common import CODE, NAME, Found
from codemods.audits.results import finding, place

_HEAD = re.compile(rf"(?P<rule>{CODE}|{NAME}):? (?:\[[*-]\] )?(?P<message>.*)")
_ARROW = re.compile(r"\s+--> (?P<path>\S.*?):(?P<line>[0-9]{1,8}):[0-9]+$")
_FILE = re.compile(r"(?P<path>\S.*):$")
_IN_FILE = re.compile(rf"\s+(?P<line>[0-9]{{1,8}}):[0-9]+ +{_HEAD.pattern}")
_ISSUE = re.compile(r">> Issue: \[(?P<rule>[^:\]]+):(?P<symbol>[^\]]*)\] (?P<message>.*)")
_FACT = re.compile(r"\s+(?P<name>Severity|Location): (?P<value>.*)")
_BANDIT_PLACE = re.compile(r"(?P<path>.*?):(?P<line>[0-9]{1,8})(?::[0-9]+)?$")
_SEMGREP_FILE = re.compile(r" {4}(?P<path>\S.*?)\s*$")
_SEMGREP_RULE = re.compile(r"\s+(?P<level>\u276f{0,2}\u2771)\s+(?P<rule>\S+)$")  # one to three arrowheads
_SEMGREP_CODE = re.compile(r"\s+(?P<line>[0-9]{1,8})┆ ?(?P<code>.*)")
_SEMGREP_HIDDEN = re.compile(r"\s+\[hid (?P<lines>[0-9]{1,7}) additional lines")
_SEMGREP_DASHES = re.compile(r"\s+\u22ee\u2506-+")
_SEMGREP_MARK = re.compile(r"\u2770\u2770 \w+ \u2771\u2771")  # "Blocking", in brackets
_SEMGREP_LEVELS = {3: "error", 2: "warning", 1: "info"}


def ruff_blocks(lines: Sequence[str]) -> Iterator[Found]:
    """`E722 Do not use …`, and below it `  --> app.py:3:1`."""
    head = None
    for number, line in enumerate(lines, 1):
        if line[:1].strip():
            head = _HEAD.match(line)
        elif head and (arrow := _ARROW.match(line)):
            where = place(arrow["path"], arrow["line"])
            yield "ruff", finding([head["rule"]], head["message"], where, line=number - 1)
            head = None


def ruff_groups(lines: Sequence[str]) -> Iterator[Found]:
    """`app.py:`, and below it `  3:1 E722 Do not use …`."""
    file = None
    for number, line in enumerate(lines, 1):
        if line[:1].strip():
            file = _FILE.match(line)
        elif file and (match := _IN_FILE.match(line)):
            where = place(file["path"], match["line"])
            yield "ruff", finding([match["rule"]], match["message"], where, line=number)


def bandit_blocks(lines: Sequence[str]) -> Iterator[Found]:
    """`>> Issue: [B108:hardcoded_tmp_directory] …`, then facts, of which the location is the last."""
    issue, severity, began = None, "", 0
    for number, line in enumerate(lines, 1):
        if match := _ISSUE.match(line):
            issue, severity, began = match, "", number
        elif issue and (fact := _FACT.match(line)):
            if fact["name"] == "Severity":
                severity = fact["value"].split()[0] if fact["value"].split() else ""
            elif at := _BANDIT_PLACE.match(fact["value"]):
                rules, where = (issue["rule"], issue["symbol"]), place(at["path"], at["line"])
                yield "bandit", finding(rules, issue["message"], where, severity=severity, line=began)
                issue = None


def semgrep_blocks(lines: Sequence[str]) -> Iterator[Found]:
    """A file, below it rules, and below a rule its message and the code of each of its findings."""
    print_ = _Semgrep()
    for number, line in enumerate(lines, 1):
        yield from print_.take(line, number)
    yield from print_.end()


@dataclass(slots=True)
class _Semgrep:
    """Where we are in semgrep's print for people.

    A finding's code ends at a line of dashes, at a word on lines that are left out, or at what is next.
    """

    file: str = ""
    rule: str = ""
    level: str = ""
    message: list[str] = field(default_factory=list)
    code: dict[int, str] = field(default_factory=dict)
    began: int = 0

    def take(self, line: str, number: int) -> Iterator[Found]:
        if match := _SEMGREP_CODE.match(line):
            self.began = self.began if self.code else number
            self.code[int(match["line"])] = match["code"]
        elif match := _SEMGREP_HIDDEN.match(line):
            yield from self.end(int(match["lines"]))
        elif match := _SEMGREP_RULE.match(line):
            yield from self.end()
            self.rule, self.level, self.message = match["rule"], _SEMGREP_LEVELS[len(match["level"])], []
        elif match := _SEMGREP_FILE.fullmatch(line):
            yield from self.end()
            self.file, self.rule = match["path"], ""
        elif _SEMGREP_DASHES.match(line):
            yield from self.end()
        elif self.code and line.strip() and "\u2506" not in line:  # what did not fit into the line above
            self.code[max(self.code)] += f" {line.strip()}"
        elif self.rule and line.strip() and "\u2506" not in line:
            self.message.append(_SEMGREP_MARK.sub("", line))

    def end(self, hidden: int = 0) -> Iterator[Found]:
        """The finding whose code was read, if there is one; so many lines of it were not shown."""
        if self.code and self.rule:
            message = " ".join(" ".join(self.message).split())
            where = place(self.file, min(self.code), max(self.code) + hidden)
            quoted = ["\n".join(self.code.values())]
            rules = [self.rule]
            yield (
                "semgrep",
                finding(rules, message, where, severity=self.level, quoted=quoted, line=self.began),
            )
        self.code = {}


BLOCKS: tuple[tuple[str, Callable[[Sequence[str]], Iterator[Found]]], ...] = (
    (" --> ", ruff_blocks),
    (":\n ", ruff_groups),
    (">> Issue: [", bandit_blocks),
    ("┆", semgrep_blocks),
)
"""The readers, each with what must be in a text for it."""
