"""What a report says, as values. Readers make them, triage asks them; nothing here looks at code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Claim(Enum):
    """What the report itself says of a finding's state."""

    OPEN = "open"
    RESOLVED = "resolved"
    RETRACTED = "retracted"
    FALSE_ALARM = "false-alarm"


@dataclass(frozen=True, slots=True)
class Location:
    """A place that a report cites: the path as it is written there, made relative and with `/` if it can be.

    `lines` are inclusive ranges, 1-based, of the code as it was when the report was written; none: the
    whole file.
    """

    path: str
    lines: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One finding of a report."""

    id: str
    """As the report numbers it; else made of the place in the report (`2.3`) or the tool's rule."""
    title: str
    line: int
    """Where it starts in the report, 1-based."""
    severity: str | None = None
    """`critical`, `high`, `medium`, `low` or `info`, whatever words or emoji the report uses."""
    category: str | None = None
    locations: tuple[Location, ...] = ()
    quoted: tuple[str, ...] = ()
    """The code that the report shows as it is."""
    proposed: tuple[str, ...] = ()
    """The code that it shows as it should be."""
    text: str = ""
    """Its prose, without headings and code."""
    claim: Claim = Claim.OPEN
    rules: tuple[str, ...] = ()
    """The ids of a tool's rules (`E722`), where a tool wrote the report."""


@dataclass(frozen=True, slots=True)
class Audit:
    """A report that was read: its findings in its order, each once."""

    path: str
    """As the user gave it; `-` is standard input."""
    findings: tuple[AuditFinding, ...] = ()
    remarks: tuple[str, ...] = ()
    """What is odd about it: a total that disagrees with the list, a path outside of the project."""
    tool: str | None = None

    @property
    def name(self) -> str:
        """What to call it where a person reads."""
        return "standard input" if self.path == "-" else self.path
