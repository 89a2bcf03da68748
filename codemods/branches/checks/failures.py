"""Which tests failed: by the JUnit XML that a command wrote, or by what it printed.

Names are as the command gives them. They are only compared with those that the same command gave of another
commit, so they need not mean anything to us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path
from xml.parsers import expat

_LARGEST = 100_000_000  # bytes of a report; more is not read
_MOST = 10_000  # tests that are remembered of one run
_LONGEST = 500  # characters of a name
_CHUNK = 1 << 16

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")  # `<object at 0x7f…>` in a test's parameters
_SUMMARY = re.compile(r"=+ short test summary info =+")
_PYTEST = re.compile(r"(?:FAILED|ERROR|SUBFAIL\S*) (?P<id>\S.*)")
_UNITTEST = re.compile(r"(?:FAIL|ERROR): (?P<id>\S+ \([^()]+\).*|\S+)")
_TRIAL = re.compile(r"\[(?:FAIL|ERROR)\]")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+){2,}")
_RULER = re.compile(r"={40,}|-{40,}")


class _Part(Enum):
    """Where in the output we are."""

    ELSEWHERE = auto()
    SUMMARY = auto()  # below the heading of pytest's summary
    HEAD = auto()  # below a ruler of unittest
    TRIAL = auto()  # in a report of Twisted's trial, which ends with the tests' names


class Printed:
    """The failed tests that a command names as it prints: pytest, unittest (nose, Django) and trial do."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self._part = _Part.ELSEWHERE

    def hear(self, line: str) -> None:
        """The next line of the output, without colours."""
        if _SUMMARY.fullmatch(line):
            self._part = _Part.SUMMARY
        elif self._part is _Part.SUMMARY:
            if line.startswith("="):
                self._part = _Part.ELSEWHERE
            elif match := _PYTEST.fullmatch(line):
                self._add(_without_message(match["id"]))
        elif _RULER.fullmatch(line):
            self._part = _Part.HEAD if line.startswith("=") else _Part.ELSEWHERE
        elif self._part is _Part.HEAD:
            if match := _UNITTEST.fullmatch(line):
                self._add(match["id"])
            self._part = _Part.TRIAL if _TRIAL.fullmatch(line) else _Part.ELSEWHERE
        elif self._part is _Part.TRIAL and (named := _DOTTED.fullmatch(line)):
            self._add(named[0])

    def _add(self, name: str) -> None:
        if len(self.failed) < _MOST:
            self.failed.add(normal(name))


def _without_message(text: str) -> str:
    """The name in a line of pytest's summary, `name - message`; its parameters may hold ` - ` too."""
    name = text.partition(" - ")[0]
    if "[" not in name:
        return name
    head, end, _ = text.partition("] - ")
    return head + end[:1]


def normal(name: str) -> str:
    """A test's name without what differs from run to run."""
    return _ADDRESS.sub("0x…", " ".join(name.split()))[:_LONGEST]


class NotAReport(Exception):
    """The file is not JUnit XML that we read."""


def failed_in(reports: Iterable[Path]) -> frozenset[str] | None:
    """The tests that failed by the reports among these files; None when none is a report."""
    found: set[str] | None = None
    for path in reports:
        try:
            failed = read_report(path)
        except (NotAReport, OSError):
            continue
        found = failed | (found or set())
    return None if found is None else frozenset(found)


def read_report(path: Path) -> set[str]:
    """The tests that failed by a report in JUnit XML. Raises NotAReport or OSError.

    It is read in pieces, so that what tests printed is never in memory as a whole. A document type is
    refused: a report has none, and entities are how small files become large or fetch others.
    """
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        raise NotAReport
    reader = _Reader()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                reader.parser.Parse(chunk, False)
            reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter: an encoding nobody knows
        raise NotAReport from None
    return reader.failed


class _Reader:
    """Notes the test cases that hold a failure or an error."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self._depth = 0
        self._case = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._depth and name not in ("testsuite", "testsuites"):
            raise NotAReport
        self._depth += 1
        if name == "testcase":
            places = (attributes.get("classname"), attributes.get("name"))
            self._case = normal("::".join(filter(None, places)))
        elif name in ("failure", "error") and self._case and len(self.failed) < _MOST:
            self.failed.add(self._case)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.rpartition(":")[2] == "testcase":
            self._case = ""

    def _refuse(self, *_: object) -> None:
        raise NotAReport
