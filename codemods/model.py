"""The values that everything else speaks in. They are frozen and import nothing of ours."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import Protocol


class Applicability(StrEnum):
    """How sure a fix is; the words are ruff's, whose users are ours."""

    SAFE = "safe"  # no program that worked can notice, beyond what the remedy promises
    UNSAFE = "unsafe"  # right by the evidence, yet the meaning can change
    MANUAL = "manual"  # located and explained; a person must decide


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text. Lines and columns count from 1, columns in code points, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes `start` to `end` (end excluded) of the file `path` by `replacement`."""

    path: str
    start: int
    end: int
    replacement: bytes


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """A binding that a fix needs at the top of the file `path`: asked for, never spliced in.

    `import module`, or `from module import name` when `name` is given. `module` may start with dots
    (a relative import). There is no alias: a remedy whose name is taken refuses instead.
    """

    path: str
    module: str
    name: str | None = None

    @property
    def text(self) -> str:
        if self.name is None:
            return f"import {self.module}"
        return f"from {self.module} import {self.name}"


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits, in however many files, that are made together or not at all.

    `safer` is another fix of the same fault that asks for less: what to try when this one breaks a check.
    `message` is then what to say of the fault, where the finding's own message tells of the first fix.
    """

    edits: tuple[Edit, ...]
    imports: tuple[Import, ...] = ()
    applicability: Applicability = Applicability.SAFE
    safer: Fix | None = None
    message: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files it touches, sorted."""
        return tuple(sorted({edit.path for edit in self.edits} | {i.path for i in self.imports}))


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    `reason` says why there is no fix, or what a reviewer should look at; `evidence` why we believe it.
    The fingerprint stays the same when lines move: it is made of the remedy, the path, the enclosing
    scope, the normalised code and an ordinal among equals.
    """

    fingerprint: str
    remedy: str
    path: str
    span: Span
    message: str
    fix: Fix | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()
    scope: str = ""
    """The function or class around it, by its dotted name; empty at the top of a module."""

    @property
    def applicability(self) -> Applicability:
        return self.fix.applicability if self.fix else Applicability.MANUAL

    @property
    def story(self) -> tuple[object, ...]:
        """All that there is to tell of it but the line: those of one function can have the same."""
        return self.path, self.scope, self.message, self.applicability, self.evidence, self.reason

    @property
    def notes(self) -> tuple[str, ...]:
        """Why we believe it, and what to look at."""
        return (*self.evidence, *([self.reason] if self.reason else []))

    @property
    def safer(self) -> Finding:
        """The same fault with the fix that asks for less; the finding itself where there is none."""
        fix = self.fix.safer if self.fix else None
        if fix is None:
            return self
        reason = "; ".join(filter(None, [self.reason, "a check failed with a fix that asks for more"]))
        return replace(self, fix=fix, message=fix.message or self.message, reason=reason)


def by_story(findings: Iterable[Finding]) -> Iterator[tuple[Finding, ...]]:
    """Those that follow each other with the same story, which needs to be told once."""
    return (tuple(alike) for _, alike in groupby(findings, lambda finding: finding.story))


def lines_of(findings: Iterable[Finding]) -> str:
    """The lines of findings in one file, in words: `12, 15`."""
    return ", ".join(dict.fromkeys(str(finding.span.line) for finding in findings))


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """What could not be done with one file, in one line that says what to do about it."""

    path: str
    error: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's bytes before (None: it was not there) and after (None: it goes)."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of one scan; `parsed` are the files whose bytes held a trigger."""

    files: int = 0
    parsed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ScanResult:
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    statistics: Statistics = field(default_factory=Statistics)


class SourceTree(Hashable, Protocol):
    """A set of files to read: a working directory, a commit, or memory. Paths are relative, with `/`.

    Trees are values: hashable, and picklable when a scan is spread over processes.
    """

    def paths(self) -> Sequence[str]:
        """The Python files in the tree, sorted."""
        ...

    def read(self, path: str) -> bytes:
        """The file's bytes. Raises OSError when it cannot be read."""
        ...
