"""Findings in XML: JUnit's, as ruff, bandit, semgrep and mypy write it, and Checkstyle's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from codemods.audits.errors import ReportError
from codemods.audits.linters.lines import findings_in
from codemods.audits.model import Audit, AuditFinding
from codemods.audits.results import finding, numbered, place

_SAVE = "save the report as SARIF or JSON"
_BANDIT_ID = re.compile(r"Test ID: (?P<rule>B[0-9]{3})")
_BANDIT_LINE = re.compile(r"^Location .*:(?P<line>[0-9]{1,8})$", re.MULTILINE)


@dataclass(slots=True)
class _Element:
    """An open element, with the text inside of it and the line it begins in."""

    name: str
    attributes: dict[str, str]
    line: int
    text: list[str] = field(default_factory=list)


def read_xml(text: str, path: str) -> Audit:
    """The report in a JUnit or Checkstyle document. Raises ReportError when it is neither."""
    found = list(_findings(text))
    return numbered(path, (each for _, each in found), next((tool for tool, _ in found if tool), None))


def _findings(text: str) -> Iterator[tuple[str, AuditFinding]]:
    """Each with the tool that wrote it, where it says so."""
    above: list[_Element] = []
    found: list[tuple[str, AuditFinding]] = []
    parser = expat.ParserCreate()

    def begin(name: str, attributes: dict[str, str]) -> None:
        if not above and name not in ("testsuites", "testsuite", "checkstyle"):
            raise ReportError(f"XML of a kind that we do not know (<{name[:40]}>): {_SAVE}")
        if name == "testsuite" and attributes.get("name", "").startswith("pytest"):
            raise ReportError("results of tests, not of a linter")
        above.append(_Element(name, attributes, parser.CurrentLineNumber))

    def end(name: str) -> None:
        if name in ("failure", "error"):
            found.extend(_checkstyle(above) if above[0].name == "checkstyle" else _junit(above))
        above.pop()

    def refuse(*_: object) -> None:
        raise ReportError(f"XML with definitions of its own, which we do not read: {_SAVE}")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = lambda data: above[-1].text.append(data) if above else None
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode(), True)
    except expat.ExpatError as error:
        raise ReportError(f"the XML is damaged: {error}") from None
    yield from found


def _checkstyle(above: list[_Element]) -> Iterator[tuple[str, AuditFinding]]:
    file, error = above[-2].attributes, above[-1].attributes
    rule = error.get("source", "").rpartition(".")[2]
    where = place(file.get("name"), error.get("line"))
    severity = error.get("severity")
    yield "", finding([rule], error.get("message"), where, severity=severity, line=above[-1].line)


def _junit(above: list[_Element]) -> Iterator[tuple[str, AuditFinding]]:
    """Tools agree on no more than the names of the elements."""
    suite, case, failure = above[-3:] if len(above) >= 3 else (above[0], above[0], above[-1])
    suite_name, name = suite.attributes.get("name", ""), case.attributes.get("name", "")
    text, message = "".join(failure.text), failure.attributes.get("message")
    severity, line = failure.attributes.get("type"), case.attributes.get("line")
    if name.startswith("org.ruff."):
        where = place(suite_name, line)
        yield "ruff", finding([name.removeprefix("org.ruff.")], message, where, line=failure.line)
    elif test := _BANDIT_ID.search(text):
        at = _BANDIT_LINE.search(text)
        where = place(case.attributes.get("classname"), at and at["line"])
        yield "bandit", finding([test["rule"], name], message, where, severity=severity, line=failure.line)
    elif case.attributes.get("file") and suite_name.startswith("semgrep"):
        where = place(case.attributes["file"], line)
        code = [text]
        yield "semgrep", finding([name], message, where, severity=severity, quoted=code, line=failure.line)
    else:
        yield from ((suite_name, found) for found in findings_in(text))
