"""The values of this package: what a branch shall hold, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

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
    UPDATED = "updated"  # it was ours alone, and was made anew on the base
    UNCHANGED = "unchanged"  # it was there, and holds exactly this
    KEPT = "kept"  # it was there, holds something else, and was not touched
    DELETED = "deleted"  # a person deleted it, so it was not made again
    REJECTED = "rejected"  # it could not be made, or its check failed


class Change(StrEnum):
    """What a commit does to the program, as types of commits tell it."""

    FIX = "fix"
    REFACTOR = "refactor"  # what worked works as before


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a remedy says in a commit message: a subject in the imperative, why, and what kind of change."""

    subject: str
    why: str = ""
    change: Change = Change.FIX


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
    """One branch to be: one commit with these changes and this message, above those of its `steps`.

    The commit is made on the base, or on the branch of the plan named by `on`, whose files its changes start
    from then. `audit` are the ids of the report's findings that asked for it. `safer` is the same with less
    ambition, for when a check rejects this one. `remake` makes the same fixes where the base was changed.
    `problem` says why it cannot be made, if that is known.
    """

    name: str
    message: str
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...] = ()
    audit: tuple[str, ...] = ()
    on: str | None = None
    safer: Plan | None = None
    steps: tuple[Plan, ...] = ()
    """What is committed before it on the same branch, each starting from the one before."""
    remake: Remake | None = field(default=None, repr=False, compare=False)
    problem: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that the branch changes, sorted."""
        return tuple(sorted({change.path for one in (*self.steps, self) for change in one.changes}))


@dataclass(frozen=True, slots=True)
class Remade:
    """What came of making a plan's fixes: None when none could be made, and what went wrong."""

    plan: Plan | None
    failures: tuple[Failure, ...] = ()


Remake: TypeAlias = Callable[[Sequence[FileChange]], Remade]
"""Makes the fixes of a plan on top of changes of the base. Its changes start from theirs then."""


@dataclass(frozen=True, slots=True)
class Plans:
    """All branches to be, by name, and what went wrong on the way."""

    plans: tuple[Plan, ...] = ()
    failures: tuple[Failure, ...] = ()


class Verdict(StrEnum):
    """How a run of the user's check command ended."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed-out"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the user's command said of a branch, beside what it says of the commit below it.

    `new` are the tests (by the names the command gives them) that fail on the branch and not below it;
    `tail` is the end of what the command printed for the branch, empty when it passed.
    """

    command: str
    base: Verdict
    branch: Verdict
    seconds: float = 0.0
    new: tuple[str, ...] = ()
    tail: str = ""
    is_good: bool = True
    """Whether the branch breaks nothing that was whole below it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A commit to check: that of a plan, and the commit it is made on."""

    name: str
    commit: str
    parent: str


Check: TypeAlias = Callable[[Sequence[Trial]], Mapping[str, Checked]]
"""Runs the user's command for commits; what it said of each, by the name of the trial."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What became of a plan. `commit` is where the branch points, None when there is no branch.

    `conflicts_with` are the names of other plans that change the same lines, `combines` of those whose fixes
    are on the branch too.
    """

    name: str
    status: Status
    commit: str | None = None
    reason: str | None = None
    findings: tuple[Finding, ...] = ()
    audit: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    on: str | None = None
    combines: tuple[str, ...] = ()
    check: Checked | None = None
    variant: int = 0
    """Which variant of its fix it has: how many more ambitious ones a check rejected."""


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

    With `again` it scans the result and goes on with the findings that are `wanted`. With `safer` it makes
    the fixes that ask for less, where there are such. With changes `below`, it makes them on top of these:
    findings are found again there, `fixed` keep their fingerprints, and the others are failures.
    """

    def __call__(
        self,
        findings: Sequence[Finding],
        wanted: Callable[[Finding], bool],
        *,
        again: bool,
        safer: bool = False,
        below: Sequence[FileChange] = (),
    ) -> Repaired: ...
