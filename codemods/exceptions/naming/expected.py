"""Which set of types to name when each has a probability: the one that is expected to score best.

What a person named is one of the subsets of the likeliest types, or something else. For each set that could
be named, this adds up how well it would do against each of those, by how probable that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

LIKELIEST = 5  # types that are looked at; what else a person may have named counts as missed
MOST_NAMED = 3
SURE = 0.76


@dataclass(frozen=True, slots=True)
class Worth:
    """What it counts that a set catches all that was named, that it does so without being mostly beside the
    point, that it is right on average (F1), and that it is exactly right.

    `sure`: what it counts beside these that it catches all with a chance of `SURE`. Where one can be sure, a
    type too many costs less than a miss.
    """

    cover: float = 0.45
    tight: float = 0.3
    f1: float = 1.0
    exact: float = 1.5
    sure: float = 0.36


@dataclass(frozen=True, slots=True)
class Expected:
    """A set of the likeliest types, by their places, and the chance that it catches all that was named."""

    places: tuple[int, ...]
    cover: float
    score: float


def best_set(probabilities: Sequence[float], catches: Callable[[int, int], bool], worth: Worth) -> Expected:
    """The set to name of types with these probabilities, the likeliest first.

    `catches(a, b)`: whether a handler for the type at place `a` catches the one at `b`.
    """
    likely = probabilities[:LIKELIEST]
    places = range(len(likely))
    caught = [sum(1 << b for b in places if a == b or catches(a, b)) for a in places]
    related = [caught[a] | sum(1 << b for b in places if caught[b] >> a & 1) for a in places]
    named = [(bits, _chance(bits, likely)) for bits in range(1, 1 << len(likely))]
    best = Expected((), 0.0, -1.0)
    for bits in _sets(len(likely), caught):
        found = _expect(bits, named, caught, related, worth)
        if found.score > best.score:
            best = found
    return best


def _chance(bits: int, probabilities: Sequence[float]) -> float:
    """How probable it is that exactly these were named, each for itself."""
    chance = 1.0
    for place, probability in enumerate(probabilities):
        chance *= probability if bits >> place & 1 else 1 - probability
    return chance


def _sets(size: int, caught: Sequence[int]) -> Iterator[int]:
    """The sets in which no type catches another."""
    for bits in range(1, 1 << size):
        members = _members(bits)
        if len(members) <= MOST_NAMED and all(caught[m] & bits == 1 << m for m in members):
            yield bits


@cache
def _members(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _expect(
    bits: int,
    named: Sequence[tuple[int, float]],
    caught: Sequence[int],
    related: Sequence[int],
    worth: Worth,
) -> Expected:
    members = _members(bits)
    all_caught = 0
    for member in members:
        all_caught |= caught[member]
    cover = score = 0.0
    for human, chance in named:
        recall = (human & all_caught).bit_count() / human.bit_count()
        if not recall:
            continue
        precision = sum(bool(related[member] & human) for member in members) / len(members)
        covered = recall == 1
        exact = covered and precision == 1 and (human == bits or _widest(human, caught) == bits)
        cover += chance * covered
        f1 = 2 * precision * recall / (precision + recall)
        tight = covered and precision >= 0.5
        worths = worth.cover * covered + worth.tight * tight + worth.f1 * f1 + worth.exact * exact
        score += chance * worths
    return Expected(members, cover, score + worth.sure * (cover >= SURE))


def _widest(bits: int, caught: Sequence[int]) -> int:
    """The types of a set that no other of it catches."""
    members = _members(bits)
    kept = (m for m in members if not any(o != m and caught[o] >> m & 1 for o in members))
    return sum(1 << m for m in kept)
