"""The types that a handler may be meant for, and what speaks for each of them.

Candidates come from what the body can raise, from what the other handlers of the project name for similar
bodies, from what functions of the names that the body calls raise, from the file's own imports and
classes, and from what was mined from public code. Each has a row of numbers, one for each of `COLUMNS`.
"""

from __future__ import annotations

import ast
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.exceptions.answer import MayRaise
from codemods.exceptions.hierarchy import BROAD, BUILTIN_EXCEPTIONS, canonical, class_name, hierarchy_of
from codemods.exceptions.naming.called import raised_by_called
from codemods.exceptions.naming.habits import habits_of
from codemods.exceptions.naming.imported import top_of
from codemods.exceptions.naming.likeness import Likeness
from codemods.exceptions.naming.mined import Mined
from codemods.exceptions.naming.nearness import COLUMNS as NEARNESS
from codemods.exceptions.naming.nearness import HINTS as NEAR_HINTS
from codemods.exceptions.naming.nearness import Nearness
from codemods.exceptions.naming.signs import Signs
from codemods.exceptions.naming.words import words_in
from codemods.exceptions.tables import tables
from codemods.module import Module
from codemods.project import Project

COLUMNS = (
    "mined",  # log-odds by the signs
    "mined_rank",
    "mined_below",  # the best of its subclasses among the candidates
    "mined_above",
    "mined_gap",  # to the best of the others
    "mined_share",  # of the odds of all candidates
    *("body_best", "handler_best", "around_best", "body_second", "handler_second", "around_second"),
    *("body_factor", "handler_factor", "around_factor", "rarest"),
    "prior",  # how often public code names it
    "type",  # which of the most frequent types it is
    "inferred",  # the confidence with which the body is known to raise it
    "inferred_below",
    "inferred_above",
    "inferred_rank",
    "inferred_surer",  # how many others are as sure
    "inferred_types",
    "raise_in_body",
    "raise_depth",
    "missing",
    "complete",
    *("key_share", "key_count", "key_sum", "call_share", "same_file_share", "similar", "similar_in_file"),
    *("in_file", "in_function", "in_project", "project_handlers"),
    "raised_by_called",  # share of the functions of a called name that raise it
    "raised_by_called_2",  # and through one more call
    "raised_below",
    "raised_in_project",
    "bound",  # it has a name in the file
    "holder_imported",
    "holder_called",
    "holder_handled",  # handlers of the project that name types of its package
    "own",
    "standard",
    "words",  # words of its name that are spoken of
    "words_share",
    "spoken",
    "depth",
    "catches",  # how many candidates it catches
    "caught_by",
    "candidates",
    "calls",
    "raised_by_called_3",  # and through up to four more, less by half for each
    "caught_rank",
    "named_with_others",  # the share of the project's handlers that name it which name another type too
    "several_named",  # the share of the project's handlers that name several types
    "several_named_in_file",
    *NEARNESS,
)

_MOST = 32
# What each hint adds when the candidates are chosen, as logistic regression weighs them.
_HINTS = {
    "mined": 0.8,
    "inferred": 2.2,
    "key_share": 1.9,
    "call_share": 3.2,
    "in_file": 3.8,
    "in_function": 1.1,
    "raised_by_called": 2.0,
    "raised_by_called_2": 1.1,
    "raised_by_called_3": 0.8,
    "words_share": 2.3,
    "spoken": 1.4,
    "raised_in_project": -0.1,
    "prior": -0.3,
    "holder_called": 0.8,
    "holder_handled": 0.5,
    **NEAR_HINTS,
}
_FAR = -9.0  # the log-odds of a type that was not mined
_NUMBERED = 60


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates for one handler, with a row of `COLUMNS` each."""

    types: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]


def candidates(
    handler: ast.ExceptHandler,
    signs: Signs,
    module: Module,
    project: Project,
    answer: MayRaise,
    mined: Mined,
) -> Candidates:
    """The candidates for a handler with these signs, whose `try` may raise `answer`."""
    return _Weighing(handler, signs, module, project, answer, mined).candidates()


class _Weighing:
    """The evidence about one handler."""

    def __init__(
        self,
        handler: ast.ExceptHandler,
        signs: Signs,
        module: Module,
        project: Project,
        answer: MayRaise,
        mined: Mined,
    ) -> None:
        self.signs, self.module, self.answer, self.mined = signs, module, answer, mined
        self.hierarchy = hierarchy_of(project)
        self.habits = habits_of(project)
        self.odds = mined.odds(signs.all)
        self.like = Likeness(self.habits, signs, handler, module)
        self.raised = {one.type: one for one in answer.raised}
        self.surest = sorted((one.confidence for one in answer.raised), reverse=True)
        self.top = top_of(module, project)
        self.bound, self.imported = self.top.exceptions, self.top.imported
        self.tops = {name.partition(".")[0] for name in self.imported}
        self.called_tops = {dotted.partition(".")[0] for dotted in signs.dotted}
        self.numbers = {name: number for number, name in enumerate(mined.types[:_NUMBERED])}
        self.by_called, self.by_called_2, self.by_called_3 = raised_by_called(signs.called, self.habits)
        in_file = self.habits.by_file.get(module.path, ())
        self.several_in_file = sum(len(one.types) > 1 for one in in_file) / (len(in_file) + 1)
        self.near = Nearness(handler, module, project)
        self.known_as = self.near.own.known_as
        for own, known in self.known_as.items():  # what others say of the project's classes
            if known in self.odds:
                self.odds[own] = self.odds[known]
            if known in self.raised:
                self.raised.setdefault(own, self.raised[known])

    # -- which ----------------------------------------------------------------------------------------

    def candidates(self) -> Candidates:
        usable = {n for n in self._possible() if n not in BROAD and n != "object" and "Warning" not in n}
        chosen = sorted(usable, key=lambda name: (-self._first_guess(name), name))[:_MOST]
        above = {name: [a for a in self.hierarchy.ancestors(name)[1:] if a in chosen] for name in chosen}
        below: dict[str, list[str]] = defaultdict(list)
        for name, bases in above.items():
            for base in bases:
                below[base].append(name)
        odds = [self.odds.get(name, _FAR) for name in chosen]
        told = self.mined.told(self.signs.all, [self.known_as.get(name, name) for name in chosen])
        best = sorted(odds, reverse=True)[:2]
        total = sum(map(math.exp, odds))
        rows = []
        for name, own, what in zip(chosen, odds, told, strict=True):
            others = best[-1] if own == best[0] else best[0]
            ranked = (own - others, math.exp(own) / total)
            rows.append(self._row(name, below[name], above[name], len(chosen), ranked, what))
        return Candidates(tuple(chosen), tuple(rows))

    def _first_guess(self, name: str) -> float:
        """How much speaks for a type, roughly: by these the candidates are chosen."""
        return sum(w * x for w, x in zip(_HINTS.values(), self.hints(name), strict=True))

    def hints(self, name: str) -> tuple[float, ...]:
        """The numbers that `_HINTS` weighs."""
        holder = name.partition(".")[0] if "." in name else ""
        raised, like, habits = self.raised.get(name), self.like, self.habits
        return (
            max(self.odds.get(name, _FAR), _FAR),
            raised.confidence if raised else 0.0,
            like.key_share.get(name, 0.0),
            like.call_share.get(name, 0.0),
            like.in_file.get(name, 0.0),
            like.in_function.get(name, 0.0),
            self.by_called.get(name, 0.0),
            self.by_called_2.get(name, 0.0),
            self.by_called_3.get(name, 0.0),
            self._words(name)[1],
            class_name(name) in self.signs.spoken,
            math.log1p(habits.raised.get(name, 0)),
            max(self._prior(name, _FAR), _FAR),
            holder in self.called_tops,
            math.log1p(habits.holders.get(holder, 0)),
            *self.near.hints(name),
        )

    def _possible(self) -> set[str]:
        found = {*self.odds, *self.raised, *self.bound, *self.by_called, *self.by_called_2}
        found |= {*self.by_called_3, *self.near.own.paths, *self.habits.caught}
        found |= {*self.like.key_share, *self.like.in_file}
        found |= {kind for top in self.tops for kind in tables().exceptions_of(top)}
        found |= {kind for kind in self.mined.priors if "." in kind and kind.partition(".")[0] in self.tops}
        found |= {kind for name in self.signs.spoken if (kind := canonical(name)) in BUILTIN_EXCEPTIONS}
        for name in list(found):  # a person may name the base of what comes out
            found.update(a for a in self.hierarchy.ancestors(name)[1:] if "." in a)
        return found.difference(self.known_as.values())

    # -- what speaks for it ---------------------------------------------------------------------------

    def _row(
        self,
        name: str,
        below: list[str],
        above: list[str],
        total: int,
        ranked: tuple[float, float],
        told: list[float],
    ) -> tuple[float, ...]:
        like, habits, odds = self.like, self.habits, self.odds
        own = self.hierarchy.definition(name) is not None
        holder = name.partition(".")[0] if "." in name and not own else ""
        words, words_share = self._words(name)
        mined = odds.get(name, _FAR)
        values = (
            mined,
            sum(other > mined for other in odds.values()),
            max((odds.get(b, _FAR) for b in below), default=_FAR),
            max((odds.get(a, _FAR) for a in above), default=_FAR),
            *ranked,
            *told,
            self._prior(name, -10.0),
            self.numbers.get(name, _NUMBERED + 1 if own else _NUMBERED + 2),
            *self._inferred(name, below, above),
            like.key_share.get(name, 0.0),
            min(like.key_count.get(name, 0), 50),
            like.key_sum.get(name, 0.0),
            like.call_share.get(name, 0.0),
            like.same_file_share.get(name, 0.0),
            like.similar.get(name, 0.0),
            like.similar_in_file.get(name, 0.0),
            like.in_file.get(name, 0.0),
            like.in_function.get(name, 0.0),
            math.log1p(habits.caught.get(name, 0)),
            math.log1p(len(habits.handled)),
            self.by_called.get(name, 0.0),
            self.by_called_2.get(name, 0.0),
            max((max(self.by_called.get(b, 0), self.by_called_2.get(b, 0) / 2) for b in below), default=0),
            math.log1p(habits.raised.get(name, 0)),
            name in self.bound,
            bool(holder) and any(i == holder or i.startswith(holder + ".") for i in self.imported),
            bool(holder) and holder in self.called_tops,
            habits.holders.get(holder, 0) if holder else 0,
            own,
            holder in sys.stdlib_module_names,
            words,
            words_share,
            class_name(name) in self.signs.spoken,
            len(self.hierarchy.ancestors(name)),
            len(below),
            len(above),
            total,
            len(self.signs.called),
            self.by_called_3.get(name, 0.0),
            sum(n > habits.caught.get(name, 0) for n in habits.caught.values()),
            habits.caught_with.get(name, 0) / (habits.caught.get(name, 0) + 1),
            habits.several / (len(habits.handled) + 1),
            self.several_in_file,
            *self.near.row(name),
        )
        return tuple(map(float, values))

    def _inferred(self, name: str, below: list[str], above: list[str]) -> Iterator[float]:
        raised = self.raised.get(name)
        confidence = raised.confidence if raised else 0.0
        yield confidence
        yield max((self.raised[b].confidence for b in below if b in self.raised), default=0.0)
        yield max((self.raised[a].confidence for a in above if a in self.raised), default=0.0)
        yield self.surest.index(confidence) if raised else 99
        yield sum(one >= confidence for one in self.surest) if raised else 0
        yield len(self.raised)
        yield raised is not None and "raise " in raised.evidence
        yield raised.depth if raised else -1
        yield min(len(self.answer.missing), 6)
        yield self.answer.complete

    def _prior(self, name: str, default: float) -> float:
        return self.mined.priors.get(self.known_as.get(name, name), default)

    def _words(self, name: str) -> tuple[int, float]:
        """How many words of the type's name are spoken of around the `try`, and their share."""
        words = set(words_in(class_name(name)))
        spoken = len(words & self.signs.words)
        return spoken, spoken / len(words) if words else 0.0
