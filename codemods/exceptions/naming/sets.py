"""The sets of types that could be named: what speaks for each of them as a whole, and which is the best.

People name one type, seldom two, and some types go together. So what is expected of a set, when each type
stands for itself, is weighed once more, with what is known of its types and of the likeliest that it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codemods.exceptions.naming.expected import LIKELIEST, Expected, expected
from codemods.exceptions.naming.rows import COLUMNS

SURE = 0.89
_NONE = -99.0  # in the columns of a type that a set does not have
_OF_HANDLER = (
    *("complete", "missing", "inferred_types", "several_named", "several_named_in_file"),
    *("project_handlers", "calls"),
)
_OF_TYPE = (
    *("inferred", "raise_in_body", "key_share", "similar", "in_file", "in_function", "named_with_others"),
    *("mined", "type", "body_best", "handler_best", "catches", "inferred_rank", "raised_by_called"),
    *("has_what_is_read", "prior"),
)
SET_COLUMNS = (
    *("cover", "tight", "f1", "exact"),  # what is expected
    "size",
    *("chance", "chance_2", "chance_3"),  # of its types
    *("chance_left", "chance_left_2"),  # of the likeliest that it leaves
    *("total", "best"),  # of the chances of all candidates
    *_OF_HANDLER,
    *_OF_TYPE,
    *(f"{name}_2" for name in _OF_TYPE),
    *(f"{name}_left" for name in _OF_TYPE),
    *("type_left_2", "inferred_left_2"),
)
_HANDLER_PLACES = tuple(map(COLUMNS.index, _OF_HANDLER))
_TYPE_PLACES = tuple(map(COLUMNS.index, _OF_TYPE))
_NEXT_PLACES = (COLUMNS.index("type"), COLUMNS.index("inferred"))


@dataclass(frozen=True, slots=True)
class TypeSet:
    """A set that could be named, and its row of `SET_COLUMNS`."""

    expected: Expected
    row: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """What each merit of a set counts; `sure`: to catch all with a chance of `SURE`, which alters code."""

    cover: float = 0.8
    tight: float = 0.7
    f1: float = 0.8
    exact: float = 1.4
    sure: float = 0.5


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
    total = sum(probabilities)
    found = []
    for one in expected(probabilities, catches):
        near = range(min(len(probabilities), LIKELIEST))
        left = [b for b in near if not any(a == b or catches(a, b) for a in one.places)]
        row = (
            *(one.cover, one.tight, one.f1, one.exact),
            float(len(one.places)),
            *_padded((probabilities[place] for place in one.places), 3, 0.0),
            *_padded((probabilities[place] for place in left[:2]), 2, 0.0),
            *(total, probabilities[0]),
            *(rows[0][column] for column in _HANDLER_PLACES),
            *_of_types(rows, one.places[:2], _TYPE_PLACES, 2),
            *_of_types(rows, left[:1], _TYPE_PLACES, 1),
            *_of_types(rows, left[1:2], _NEXT_PLACES, 1),
        )
        found.append(TypeSet(one, row))
    return found


def _of_types(
    rows: Sequence[Sequence[float]], places: Sequence[int], columns: Sequence[int], most: int
) -> list[float]:
    """These columns of each of up to so many types."""
    return _padded(
        (rows[place][column] for place in places for column in columns), most * len(columns), _NONE
    )


def _padded(values: Iterable[float], length: int, nothing: float) -> list[float]:
    found = [*values]
    return [*found, *[nothing] * (length - len(found))]


def best_set(
    sets: Sequence[TypeSet], covers: Sequence[float], exacts: Sequence[float], worth: Worth
) -> Named:
    """The set that is worth most, by the chances that each catches all, and that it is what was meant."""
    best, most = Named(), 0.0
    for one, cover, exact in zip(sets, covers, exacts, strict=True):
        found = one.expected
        surer = cover / max(found.cover, 0.01)  # than when each type stands for itself
        score = worth.cover * cover + worth.tight * found.tight * surer
        score += worth.f1 * min(1.0, found.f1 * surer) + worth.exact * exact + worth.sure * (cover >= SURE)
        if score > most:
            best, most = Named(found.places, cover), score
    return best
