"""What was mined from public code: which types people name at a `try` with certain signs.

`mined.json.gz` is made by `benchmarks/mine_exceptions.py`, which says of what. It holds statistics and the
weights of three small models, no code; each is a hint about what people do, never a fact about code.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from codemods.exceptions.naming.forest import Forest

_ABOUT_BODY = (
    *("call:", "does:", "method:", "on:", "only-", "item", "given:", "reads:", "name:", "raises:"),
    *("operator:", "one:", "attribute", "set-", "del-", "undefined", "unpacks", "import:"),
)
_ABOUT_HANDLER = ("handler", "error:", "word:", "mentions:", "documented:")
_PRIOR_WEIGHT = 3.0  # so many handlers' worth of what people name anywhere


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a sign was seen, in handlers of equal weight, and how often with each type."""

    count: float
    types: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mined:
    """The statistics, the weights of the signs for each type, and the trees that weigh all the evidence."""

    types: tuple[str, ...]
    """The types with weights of their own, most frequent first."""
    priors: Mapping[str, float]
    """How often people name a type, as the logarithm of its share of handlers."""
    shares: Mapping[str, float]
    intercepts: Mapping[str, float]
    weights: Mapping[str, Sequence[tuple[str, float]]]
    """By sign: what it adds to the log-odds of a type."""
    seen: Mapping[str, Seen]
    telling: tuple[str, ...]
    """The signs that trees look at one by one: those of handlers, and of many."""
    forest: Forest
    """How likely it is that a candidate was named, by the rows of `rows`."""
    covers: Forest
    """How likely it is that a set of them catches all that was named, by the rows of `sets`."""
    exacts: Forest
    """And that it is just what was named."""
    confidence: Sequence[tuple[float, float]]
    """How often the set of types that is named was right, by the score it had: points of a line."""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Mined:
        types = tuple(data["types"])
        names = tuple(data["names"])
        return cls(
            types=types,
            priors=data["priors"],
            shares=data["shares"],
            intercepts=dict(zip(types, data["intercepts"], strict=True)),
            weights={
                sign: tuple((types[number], weight) for number, weight in pairs)
                for sign, pairs in data["weights"].items()
            },
            seen={
                sign: Seen(count, {names[number]: n for number, n in pairs})
                for sign, (count, pairs) in data["seen"].items()
            },
            telling=tuple(data.get("telling", ())),
            forest=Forest.read(data.get("trees", ())),
            covers=Forest.read(data.get("covering_trees", ())),
            exacts=Forest.read(data.get("exact_trees", ())),
            confidence=tuple((a, b) for a, b in data.get("confidence", ())),
        )

    def odds(self, signs: Iterable[str]) -> dict[str, float]:
        """The log-odds of each type at a `try` with these signs."""
        found = dict(self.intercepts)
        for sign in sorted(signs):  # sums of floats depend on the order
            for name, weight in self.weights.get(sign, ()):
                found[name] += weight
        return found

    def calibrated(self, chance: float) -> float:
        """How often a set of types was right whose expected chance was this."""
        points = self.confidence
        if not points or chance <= points[0][0]:
            return points[0][1] * chance / points[0][0] if points and points[0][0] else 0.0
        for (low, low_share), (high, high_share) in pairwise(points):
            if chance <= high:
                return low_share + (high_share - low_share) * (chance - low) / (high - low)
        return points[-1][1]

    def told(self, signs: Iterable[str], types: Sequence[str]) -> list[list[float]]:
        """What the single signs tell about each type, ten numbers each.

        For signs of the body, of the handler and of what is around: the best share of handlers that
        name the type, the second best, and the logarithm of the strongest factor by which one raises or
        lowers it. Last, what the rarest sign of the body says.
        """
        base = [self.shares.get(name, 1e-4) for name in types]
        rows = [[0.0] * 10 for _ in types]
        rarest = math.inf
        for sign in signs:
            seen = self.seen.get(sign)
            if seen is None:
                continue
            kind = _kind(sign)
            is_rarest = kind == 0 and seen.count < rarest
            if is_rarest:
                rarest = seen.count
            for name, usual, row in zip(types, base, rows, strict=True):
                share = (seen.types.get(name, 0.0) + _PRIOR_WEIGHT * usual) / (seen.count + _PRIOR_WEIGHT)
                if share > row[kind]:
                    row[kind + 3], row[kind] = row[kind], share
                elif share > row[kind + 3]:
                    row[kind + 3] = share
                factor = math.log(share / usual)
                if abs(factor) > abs(row[kind + 6]):
                    row[kind + 6] = factor
                if is_rarest:
                    row[9] = share
        return rows


def _kind(sign: str) -> int:
    if sign.startswith(_ABOUT_BODY):
        return 0
    return 1 if sign.startswith(_ABOUT_HANDLER) else 2


@cache
def mined() -> Mined:
    """The mined tables, read on the first question."""
    packed = files(__package__).joinpath("mined.json.gz").read_bytes()
    return Mined.read(json.loads(gzip.decompress(packed)))
