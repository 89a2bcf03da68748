"""Findings as commands to CI systems (GitHub's `::error …::`, Azure's `##vso[…]`) and to Visual Studio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from codemods.audits.linters.common import CODE, NAME, PYLINT_LEVELS, Found
from codemods.audits.results import finding, place

_GITHUB = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>.*?)::(?P<message>.*)")
_AZURE = re.compile(r"##vso\[task\.logissue (?P<properties>[^\]]*)\](?P<message>.*)")
_STUDIO = re.compile(
    r"(?P<path>[^\s(][^(]*)\((?P<line>[0-9]{1,8})\): "
    r"\[(?P<rule>[FEWRCI][0-9]{4})(?:\((?P<symbol>[\w-]+)\))?[^\]]*\] (?P<message>.*)"
)
_RULE_IN_TITLE = re.compile(rf"(?:(?P<tool>\w+) )?\(?(?P<rule>{CODE}|{NAME})\)?")


def commands(lines: Sequence[str]) -> Iterator[Found]:
    for number, line in enumerate(lines, 1):
        if line.startswith("::"):
            yield from _github(line, number)
        elif line.startswith("##vso["):
            yield from _azure(line, number)
        elif match := _STUDIO.match(line):
            rules, where = (match["rule"], match["symbol"]), place(match["path"], match["line"])
            severity = PYLINT_LEVELS[match["rule"][0]]
            yield "pylint", finding(rules, match["message"], where, severity=severity, line=number)


def _github(line: str, number: int) -> Iterator[Found]:
    """The message of ruff begins with the place again, and has its advice in a line of its own."""
    match = _GITHUB.match(line)
    if not match:
        return
    properties = _properties(match["properties"], ",")
    title = _RULE_IN_TITLE.fullmatch(properties.get("title", ""))
    file, rule = properties.get("file", ""), title["rule"] if title else None
    message = unquote(match["message"])
    message = re.sub(rf"^[^\n]*?:\d+:\d+: {re.escape(rule)}:? ", "", message) if rule else message
    where = place(file, properties.get("line"), properties.get("endLine") or properties.get("endline"))
    if where:
        tool = (title["tool"] or "pylint" if title else "") or ""
        yield tool, finding([rule], message, where, severity=match["level"], line=number)


def _azure(line: str, number: int) -> Iterator[Found]:
    match = _AZURE.match(line)
    properties = _properties(match["properties"], ";") if match else {}
    where = place(properties.get("sourcepath"), properties.get("linenumber"))
    if match and where:
        rules = [properties.get("code")]
        yield "", finding(rules, match["message"], where, severity=properties.get("type"), line=number)


def _properties(text: str, separator: str) -> dict[str, str]:
    """`a=1,b=2` taken apart; the separator and the like are written as %2C in values."""
    pairs = (pair.partition("=") for pair in text.split(separator))
    return {name.strip(): unquote(value) for name, _, value in pairs}
