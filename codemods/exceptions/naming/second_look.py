"""A second look at the candidates, once it is known how likely each of them is beside the others.

People name one type, seldom two, and some types go together: a likely candidate makes others less likely,
or more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from codemods.exceptions.naming.rows import COLUMNS

_KEPT = tuple(
    COLUMNS.index(name)
    for name in ("type", "inferred", "mined", "prior", "raise_in_body", "key_share", "similar", "catches")
)
_TYPE = COLUMNS.index("type")
SECOND_COLUMNS = (
    *("odds", "behind", "total", "rank", "second_odds", "best_odds", "best_type"),
    *(COLUMNS[column] for column in _KEPT),
)


def second_rows(rows: Sequence[Sequence[float]], odds: Sequence[float]) -> list[tuple[float, ...]]:
    """The rows for the second look: `SECOND_COLUMNS` of each candidate, by the log-odds of the first."""
    order = sorted(range(len(odds)), key=lambda place: -odds[place])
    rank = {place: number for number, place in enumerate(order)}
    best = odds[order[0]] if order else 0.0
    second = odds[order[1]] if len(order) > 1 else -9.0
    total = sum(1 / (1 + math.exp(-one)) for one in odds)
    best_type = rows[order[0]][_TYPE] if order else 0.0
    return [
        (
            *(own, own - best, total, rank[place], second, best, best_type),
            *(float(row[column]) for column in _KEPT),
        )
        for place, (row, own) in enumerate(zip(rows, odds, strict=True))
    ]
