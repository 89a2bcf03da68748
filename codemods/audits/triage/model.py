"""What triage says of a report, as values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from codemods.audits.model import Audit, AuditFinding
from codemods.model import Failure, Finding


class Status(StrEnum):
    """What is true of a report's finding, held against the code."""

    FIX = "fix"  # a remedy makes what it asks for
    SCAFFOLD = "scaffold"  # a remedy makes a part of it, a person the rest
    LOCATED = "located"  # the place is known, the change is a person's decision
    ALREADY_FIXED = "already-fixed"  # the fault was there and is gone
    NOT_CONFIRMED = "not-confirmed"  # the code does not do what the report says
    FALSE_ALARM = "false-alarm"  # the report itself says that it is none
    OUT_OF_SCOPE = "out-of-scope"  # not about code that we read


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is in the code as it is now.

    `lines` are inclusive ranges, 1-based; none: the whole file. `note` says how it was found when that
    is not where the report has it: `renamed from app/old.py`, `moved from line 53`.
    """

    path: str
    lines: tuple[tuple[int, int], ...] = ()
    note: str | None = None
    is_vague: bool = False
    """Whether the report cites lines that the file does not have: where in the file it is nobody knows."""

    def __str__(self) -> str:
        """`app/api.py:53,211-214`"""
        ranges = ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in self.lines)
        return f"{self.path}:{ranges}" if ranges else self.path


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one finding of a report.

    `fixes` are our findings that answer it and have a fix; `manual` are those that answer it and have
    none. Both are empty unless the status is `fix` or `scaffold` (or, for `manual`, `located`).
    """

    finding: AuditFinding
    status: Status
    reason: str
    """One sentence."""
    places: tuple[Place, ...] = ()
    fixes: tuple[Finding, ...] = ()
    manual: tuple[Finding, ...] = ()
    evidence: tuple[str, ...] = ()
    """What was seen in the code, one line each, with file and line where it has one."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Those of the fixes: what `--audit` makes for this finding."""
        return tuple(finding.fingerprint for finding in self.fixes)

    @property
    def remedies(self) -> tuple[str, ...]:
        """The ids of the remedies that answer it, sorted."""
        return tuple(sorted({finding.remedy for finding in (*self.fixes, *self.manual)}))


@dataclass(frozen=True, slots=True)
class Triage:
    """A report held against a tree: one verdict for each of its findings, in its order."""

    audit: Audit
    verdicts: tuple[Verdict, ...] = ()
    failures: tuple[Failure, ...] = ()
    """Files that had to be read for it and could not be."""
    matches: bool = True
    """False when nothing that the report names is in the tree: it is about another one."""

    @property
    def counts(self) -> Counter[Status]:
        return Counter(verdict.status for verdict in self.verdicts)
