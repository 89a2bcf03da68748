"""What a person would most likely name at a handler, and how often such a guess is right.

Where everything in a body is known, `choose` says what to write. Elsewhere this weighs all hints there
are: what is known of the body, the project's habits, and what was mined from public code.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.exceptions.answer import MayRaise
from codemods.exceptions.hierarchy import hierarchy_of
from codemods.exceptions.naming.candidates import candidates
from codemods.exceptions.naming.evidence import Evidence
from codemods.exceptions.naming.mined import mined
from codemods.exceptions.naming.sets import Worth, best_set, type_sets
from codemods.exceptions.naming.signs import signs_of
from codemods.module import Module
from codemods.project import Project

WORTH_TELLING = 0.05


@dataclass(frozen=True, slots=True)
class Likely:
    """A type, and how often people name it at handlers with the same evidence (0 to 1)."""

    type: str
    probability: float


@dataclass(frozen=True, slots=True)
class Guess:
    """The types that are most likely meant, the likeliest first.

    `confidence`: in this share of handlers with such a guess, these types catch all that the person named
    (measured on packages that the statistics had not seen). `others` are less likely ones.
    """

    types: tuple[Likely, ...] = ()
    confidence: float = 0.0
    others: tuple[Likely, ...] = ()


def guess(
    handler: ast.ExceptHandler,
    module: Module,
    project: Project,
    answer: MayRaise,
    caught: Sequence[str] = (),
) -> Guess:
    """What a handler is most likely meant for whose `try` may raise `answer`.

    `caught` are the types that the handlers before it catch.
    """
    statistics, hierarchy = mined(), hierarchy_of(project)
    signs = signs_of(handler, module, project)
    found = candidates(Evidence(handler, signs, module, project, answer, statistics))
    weighed = [
        (Likely(name, statistics.forest.probability(row)), row)
        for name, row in zip(found.types, found.rows, strict=True)
        if not hierarchy.is_a(name, *caught)
    ]
    weighed.sort(key=lambda one: (-one[0].probability, one[0].type))
    likely = [one for one, _ in weighed]
    sets = type_sets(
        [row for _, row in weighed],
        [one.probability for one in likely],
        lambda a, b: hierarchy.is_a(likely[b].type, likely[a].type),
    )
    covers = [statistics.covers.probability(one.row) for one in sets]
    exacts = [statistics.exacts.probability(one.row) for one in sets]
    best = best_set(sets, covers, exacts, Worth())
    chosen = tuple(likely[place] for place in best.places)
    others = tuple(one for one in likely if one not in chosen and one.probability >= WORTH_TELLING)
    return Guess(chosen, statistics.calibrated(best.cover), others)
