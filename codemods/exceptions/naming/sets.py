"""The sets of types that could be named: what speaks for each of them as a whole, and which is the best.

People name one type, seldom two, and some types go together. So what is expected of a set, when each type
stands for itself, is weighed once more, with what is known of its types and of the likeliest that it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

from codemods.exceptions.naming.expected import LIKELIEST, Expected, expected
from codemods.exceptions.naming.rows import COLUMNS

SURE = 0.88
_NONE = -99.0  # in the columns of a type that a set does not have
_LIKELIEST = 8  # candidates whose chances are told
SET_COLUMNS = (
    *("cover", "tight", "f1", "exact"),  # what is expected
    "size",
    *("chance", "chance_2", "chance_3"),  # of its types
    *("chance_left", "chance_left_2"),  # of the likeliest that it leaves
    *(f"{name}{of}" for of in ("", "_2", "_left", "_left_2") for name in COLUMNS),
    "total",  # of the chances of all candidates
    *(f"likeliest_{number}" for number in range(1, _LIKELIEST + 1)),
    "entropy",  # of all candidates
    *("over_0.1", "over_0.3"),  # candidates with such a chance
)
"""And what rows of types end with, which is said of the handler."""


@dataclass(frozen=True, slots=True)
class TypeSet:
    """A set that could be named, and its row: `SET_COLUMNS`, and what is said of the handler."""

    expected: Expected
    row: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """What each merit of a set counts; `sure`: the chance to catch all beyond `SURE`, which alters code."""

    tight: float = 0.8
    f1: float = 0.2
    exact: float = 1.5
    sure: float = 16.0


@dataclass(frozen=True, slots=True)
class Named:
    """The set to name, by the places of its types, and the chance that it catches all that was meant."""

    places: tuple[int, ...] = ()
    cover: float = 0.0


def type_sets(
    rows: Sequence[Sequence[float]], probabilities: Sequence[float], catches: Callable[[int, int], bool]
) -> list[TypeSet]:
    """The sets of the likeliest candidates, of which these are the rows and probabilities, likeliest first.

    `catches(a, b)`: whether a handler for the type at place `a` catches the one at `b`.
    """
    found = []
    of_candidates = _of_candidates(probabilities)
    for one in expected(probabilities, catches):
        near = range(min(len(probabilities), LIKELIEST))
        left = [b for b in near if not any(a == b or catches(a, b) for a in one.places)]
        row = (
            *(one.cover, one.tight, one.f1, one.exact),
            float(len(one.places)),
            *_padded((probabilities[place] for place in one.places), 3, 0.0),
            *_padded((probabilities[place] for place in left), 2, 0.0),
            *_of_types(rows, one.places),
            *_of_types(rows, left),
            *of_candidates,
            *rows[0][len(COLUMNS) :],
        )
        found.append(TypeSet(one, row))
    return found


def _of_candidates(probabilities: Sequence[float]) -> tuple[float, ...]:
    """What the chances of all candidates look like, the likeliest first."""
    chances = [min(max(one, 1e-6), 1 - 1e-6) for one in probabilities]
    return (
        sum(probabilities),
        *_padded(probabilities, _LIKELIEST, 0.0),
        -sum(one * log(one) + (1 - one) * log(1 - one) for one in chances),
        *(float(sum(one > least for one in probabilities)) for least in (0.1, 0.3)),
    )


def _of_types(rows: Sequence[Sequence[float]], places: Sequence[int]) -> list[float]:
    """What the rows of the first two of these types say of them."""
    many = len(COLUMNS)
    return _padded((value for place in places[:2] for value in rows[place][:many]), 2 * many, _NONE)


def _padded(values: Iterable[float], length: int, nothing: float) -> list[float]:
    found = [*islice(values, length)]
    return [*found, *[nothing] * (length - len(found))]


def best_set(
    sets: Sequence[TypeSet], covers: Sequence[float], exacts: Sequence[float], worth: Worth
) -> Named:
    """The set that is worth most, by the chances that each catches all, and that it is what was meant."""
    best, most = Named(), 0.0
    for one, cover, exact in zip(sets, covers, exacts, strict=True):
        found = one.expected
        surer = cover / max(found.cover, 0.01)  # than when each type stands for itself
        score = worth.tight * found.tight * surer + worth.f1 * min(1.0, found.f1 * surer)
        score += worth.exact * exact + worth.sure * max(0.0, cover - SURE)
        if score > most:
            best, most = Named(found.places, cover), score
    return best
