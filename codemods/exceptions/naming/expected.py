"""How well each set of types would do, if people named each type for itself, by its probability.

What a person named is one of the subsets of the likeliest types, or something else. For each set that could
be named, this adds up how well it would do against each of those, by how probable that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

LIKELIEST = 5  # types that are looked at; what else a person may have named counts as missed
MOST_NAMED = 3
_LEADING = 3  # a set holds one of so many likeliest types


@dataclass(frozen=True, slots=True)
class Expected:
    """A set of the likeliest types, by their places, and what is to be expected of it, each 0 to 1.

    That it catches all that was named (`cover`), that it does so without being mostly beside the point
    (`tight`), how right it is on average (`f1`), and that it is what was named (`exact`).
    """

    places: tuple[int, ...]
    cover: float
    tight: float
    f1: float
    exact: float


def expected(probabilities: Sequence[float], catches: Callable[[int, int], bool]) -> Iterator[Expected]:
    """All sets that could be named of types with these probabilities, the likeliest first.

    `catches(a, b)`: whether a handler for the type at place `a` catches the one at `b`.
    """
    likely = probabilities[:LIKELIEST]
    places = range(len(likely))
    caught = [sum(1 << b for b in places if a == b or catches(a, b)) for a in places]
    related = [caught[a] | sum(1 << b for b in places if caught[b] >> a & 1) for a in places]
    named = [(bits, _chance(bits, likely)) for bits in range(1, 1 << len(likely))]
    for bits in _sets(len(likely), caught):
        yield _expect(bits, named, caught, related)


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
        alone = all(caught[member] & bits == 1 << member for member in members)
        if alone and len(members) <= MOST_NAMED and members[0] < _LEADING:
            yield bits


@cache
def _members(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _expect(
    bits: int, named: Sequence[tuple[int, float]], caught: Sequence[int], related: Sequence[int]
) -> Expected:
    members = _members(bits)
    all_caught = 0
    for member in members:
        all_caught |= caught[member]
    cover = tight = f1 = exact = 0.0
    for human, chance in named:
        recall = (human & all_caught).bit_count() / human.bit_count()
        if not recall:
            continue
        precision = sum(bool(related[member] & human) for member in members) / len(members)
        f1 += chance * 2 * precision * recall / (precision + recall)
        if recall == 1:
            cover += chance
            tight += chance * (precision >= 0.5)
            exact += chance * (precision == 1 and (human == bits or _widest(human, caught) == bits))
    return Expected(members, cover, tight, f1, exact)


def _widest(bits: int, caught: Sequence[int]) -> int:
    """The types of a set that no other of it catches."""
    members = _members(bits)
    kept = (m for m in members if not any(o != m and caught[o] >> m & 1 for o in members))
    return sum(1 << m for m in kept)
