"""Boosted decision trees, read from data and evaluated in plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees whose leaves add up to log-odds.

    A tree is four lists, with an entry for each node: the column it looks at, the most that goes left, and
    the nodes to the left and right. A negative node is a leaf: `~node` is its place in `leaves`.
    """

    trees: tuple[tuple[Sequence[int], Sequence[float], Sequence[int], Sequence[int], Sequence[float]], ...]

    @classmethod
    def read(cls, data: Sequence[Mapping[str, Any]]) -> Forest:
        return cls(tuple((t["column"], t["most"], t["left"], t["right"], t["leaves"]) for t in data))

    def probability(self, row: Sequence[float]) -> float:
        """What the trees say of a row of numbers, 0 to 1."""
        return 1 / (1 + math.exp(-self.odds(row)))

    def odds(self, row: Sequence[float]) -> float:
        """The same as log-odds."""
        odds = 0.0
        for column, most, left, right, leaves in self.trees:
            node = 0 if column else -1
            while node >= 0:
                node = left[node] if row[column[node]] <= most[node] else right[node]
            odds += leaves[~node]
        return odds
