"""What was found out about installed packages, in the form in which it is kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from codemods.exceptions.answer import GUESSED, LIKELY, MayRaise, Raised, Step

_MOST_MISSING = 3  # things that nobody knows about, told of one function
_LONGEST_WAY = 8  # steps of a trace


@cache
def engine() -> str:
    """What changes with the code and the tables that find out what packages raise."""
    here = Path(__file__).parent
    total = sha256()
    for path in sorted([*here.rglob("*.py"), *here.rglob("*.toml"), *here.parent.glob("*.py")]):
        status = path.stat()
        total.update(f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return total.hexdigest()[:12]


def seen_from_outside(answer: MayRaise, label: str) -> dict[str, Any]:
    """An answer about the source of a package as it is kept: without guesses, and as likely at the best."""
    kept = [raised for raised in answer.raised if raised.confidence > GUESSED]
    more = len(answer.missing) - _MOST_MISSING
    return {
        "raised": [[r.type, r.evidence, min(r.confidence, LIKELY), r.depth, _way(r.trace)] for r in kept],
        "missing": [
            *answer.missing[:_MOST_MISSING],
            *([f"and {more} more inside of it"] if more > 0 else ()),
        ],
        "assumed": [label],
    }


def _way(trace: Sequence[Step]) -> list[tuple[str, int, str]]:
    steps = [(step.path, step.line, step.text) for step in trace]
    return steps if len(steps) <= _LONGEST_WAY else [*steps[: _LONGEST_WAY - 1], steps[-1]]


def answer_of(record: dict[str, Any]) -> MayRaise | None:
    """The answer that was kept; None when it is none of ours."""
    try:
        raised = tuple(
            Raised(str(name), str(evidence), float(sure), int(depth), tuple(Step(*step) for step in way))
            for name, evidence, sure, depth, way in record["raised"]
        )
        return MayRaise(raised, tuple(map(str, record["missing"])), tuple(map(str, record["assumed"])))
    except (KeyError, TypeError, ValueError):
        return None
