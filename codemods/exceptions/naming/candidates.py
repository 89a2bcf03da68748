"""The types that a handler may be meant for, and what speaks for each of them.

Candidates come from what the body can raise, from what the other handlers of the project name for similar
bodies, from what functions of the names that the body calls raise, from the file's own imports and
classes, and from what was mined from public code.
"""

from __future__ import annotations

from dataclasses import dataclass

from codemods.exceptions.naming.evidence import Evidence
from codemods.exceptions.naming.rows import rows

_MOST = 32


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates for one handler, with a row of `rows.COLUMNS` each."""

    types: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]


def candidates(evidence: Evidence) -> Candidates:
    """The types for which most speaks, roughly, the best first."""
    order = sorted(evidence.possible(), key=lambda name: (-evidence.first_guess(name), name))
    chosen = tuple(order[:_MOST])
    return Candidates(chosen, rows(evidence, chosen))
