"""What was found out about installed packages, in the form in which it is kept on disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from codemods.exceptions.answer import GUESSED, LIKELY, POSSIBLE, RARE, MayRaise, Raised, Step

_MOST_MISSING = 3  # things that nobody knows about, told of one function
_LONGEST_WAY = 8  # steps of a trace
_NEAR = 3  # calls: what is raised further down is seldom meant for the caller
# What nobody knows of inside of a package, and what could only be a fault of it.
_INSIDE = (
    "reads ",
    "looks up ",
    "iterates over ",
    "unpacks ",
    "compares ",
    "tests ",
    "an operator ",
    "sets ",
)
# What says that a call was wrong, not that something went wrong.
_MISTAKES = frozenset(
    {"TypeError", "AttributeError", "AssertionError", "NotImplementedError", "NameError", "UnboundLocalError"}
    | {"ImportError", "ModuleNotFoundError", "SyntaxError", "RecursionError", "StopIteration", "SystemError"}
)
_BROAD = ("Exception", "BaseException")
# Conversions: whoever calls a function that begins with one knows what is wrong with a value.
_CONVERSIONS = (
    *(
        "`int`",
        "`float`",
        "`bytes.decode`",
        "`datetime.",
        "`decimal.",
        "`fractions.",
        "`ipaddress.",
        "`uuid.",
    ),
    *("`base64.", "`binascii.", "`struct.", "`ast.literal_eval`"),
)
_MISUSE = re.compile(r"(?:Argument|Abstract\w*|NotImplemented\w*)Error$")
# What operators, look-ups and conversions raise.
_FAULTS = frozenset(
    {"KeyError", "IndexError", "LookupError", "ValueError", "UnicodeDecodeError", "UnicodeEncodeError"}
    | {"UnicodeError", "ZeroDivisionError", "ArithmeticError", "OverflowError", "RuntimeError", "re.error"}
)


def seen_from_outside(
    answer: MayRaise, label: str, ancestors: Callable[[str], Sequence[str]]
) -> dict[str, Any]:
    """An answer about the source of a package as it is kept.

    What operators and look-ups deep inside could raise are faults of the package, not what it tells its
    callers by: it counts as rare, and where they are not known, as assumed to go well.
    """
    kept = [
        [r.type, r.evidence, _confidence(r, ancestors(r.type)), r.depth, _way(r.trace)]
        for r in answer.raised
        if r.type not in _BROAD
    ]
    broad = [f"raises what it caught: {r.evidence}" for r in answer.raised if r.type in _BROAD]
    missing = [why for why in answer.missing if not why.startswith(_INSIDE)] + broad
    more = len(missing) - _MOST_MISSING
    inside = [f"{label}: what it does inside goes well"] if len(missing) < len(answer.missing) else []
    return {
        "raised": [one for one in kept if one[2]],
        "missing": [*missing[:_MOST_MISSING], *([f"and {more} more inside of it"] if more > 0 else ())],
        "assumed": [label, *inside],
    }


def _confidence(raised: Raised, ancestors: Sequence[str]) -> float:
    """How likely a caller names what the source of a package raises; 0 for what was only guessed."""
    if raised.confidence <= GUESSED:
        return 0.0
    end = raised.trace[-1].text if raised.trace else ""
    told = end.startswith("raise ") or (raised.depth <= 1 and end.startswith(_CONVERSIONS))
    mistake = raised.type in _MISTAKES or "NotImplementedError" in ancestors
    if mistake or _MISUSE.search(raised.type) or (raised.type in _FAULTS and not told):
        return RARE
    near = raised.type not in _FAULTS and raised.depth <= _NEAR
    return min(raised.confidence, LIKELY if near else POSSIBLE)


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
