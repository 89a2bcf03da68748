"""The values of this package: what a branch shall hold, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from codemods.model import Failure, FileChange, Finding


class By(StrEnum):
    """How findings are spread over branches."""

    REMEDY = "remedy"
    FILE = "file"
    FINDING = "finding"
    AUDIT = "audit"  # what one finding of a report asks for


class Status(StrEnum):
    """What became of a planned branch."""

    CREATED = "created"
    UNCHANGED = "unchanged"  # it was there, and holds exactly this
    KEPT = "kept"  # it was there, holds something else, and was not touched
    REJECTED = "rejected"  # it could not be made


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a remedy says in a commit message: a subject in the imperative, and why."""

    subject: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A finding of a report that asks for fixes. Nothing that it says is to be trusted."""

    id: str
    title: str
    report: str
    """What the report is called: a path in the repository, or a file's name."""
    line: int | None = None
    """Where it is told in the report; None where a line says nothing, as in what tools write."""
    severity: str | None = None
    text: str = ""
    findings: frozenset[str] = frozenset()
    """The fingerprints of the findings whose fixes it asks for."""
    is_part: bool = False
    """Whether the fixes are only a part of what it asks for, and a person has to do the rest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One branch to be: one commit on the base, with these changes and this message.

    `audit` are the ids of the report's findings that asked for it.
    """

    name: str
    message: str
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...] = ()
    audit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plans:
    """All branches to be, by name, and what went wrong on the way."""

    plans: tuple[Plan, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """What became of a plan. `commit` is where the branch points, None when there is no branch.

    `conflicts_with` are the names of other plans that change the same lines.
    """

    name: str
    status: Status
    commit: str | None = None
    reason: str | None = None
    findings: tuple[Finding, ...] = ()
    audit: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()


class Repaired(Protocol):
    """What came of making fixes; `codemods.engine.Repair` is one."""

    @property
    def changes(self) -> tuple[FileChange, ...]: ...
    @property
    def fixed(self) -> tuple[Finding, ...]: ...
    @property
    def failures(self) -> tuple[Failure, ...]: ...


class Repairer(Protocol):
    """Makes the fixes of findings, as `codemods.engine.repair` does for a tree.

    With `again` it scans the result and goes on with the findings that are `wanted`.
    """

    def __call__(
        self, findings: Sequence[Finding], wanted: Callable[[Finding], bool], *, again: bool
    ) -> Repaired: ...
