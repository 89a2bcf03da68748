"""All that is known of what one handler may be meant for: the source of the numbers of its candidates."""

from __future__ import annotations

import ast
import math

from codemods.exceptions.answer import MayRaise
from codemods.exceptions.hierarchy import BROAD, BUILTIN_EXCEPTIONS, canonical, class_name, hierarchy_of
from codemods.exceptions.naming.called import raised_by_called
from codemods.exceptions.naming.habits import habits_of
from codemods.exceptions.naming.imported import top_of
from codemods.exceptions.naming.likeness import Likeness
from codemods.exceptions.naming.mined import Mined
from codemods.exceptions.naming.nearness import HINTS as NEAR_HINTS
from codemods.exceptions.naming.nearness import Nearness
from codemods.exceptions.naming.signs import Signs
from codemods.exceptions.naming.words import words_in
from codemods.exceptions.tables import tables
from codemods.module import Module
from codemods.project import Project

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
FAR = -9.0  # the log-odds of a type that was not mined


class Evidence:
    """The evidence about one handler with these signs, whose `try` may raise `answer`."""

    def __init__(
        self,
        handler: ast.ExceptHandler,
        signs: Signs,
        module: Module,
        project: Project,
        answer: MayRaise,
        mined: Mined,
    ) -> None:
        self.signs, self.answer, self.mined = signs, answer, mined
        self.hierarchy = hierarchy_of(project)
        self.habits = habits_of(project)
        self.odds = mined.odds(signs.all)
        self.like = Likeness(self.habits, signs, handler, module)
        self.raised = {one.type: one for one in answer.raised}
        self.top = top_of(module, project)
        self.tops = {name.partition(".")[0] for name in self.top.imported}
        self.called_tops = {dotted.partition(".")[0] for dotted in signs.dotted}
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

    def possible(self) -> set[str]:
        """All types for which anything speaks."""
        found = {*self.odds, *self.raised, *self.top.exceptions, *self.by_called, *self.by_called_2}
        found |= {*self.by_called_3, *self.near.own.paths, *self.habits.caught}
        found |= {*self.like.key_share, *self.like.in_file}
        found |= {kind for top in self.tops for kind in tables().exceptions_of(top)}
        found |= {kind for kind in self.mined.priors if "." in kind and kind.partition(".")[0] in self.tops}
        found |= {kind for name in self.signs.spoken if (kind := canonical(name)) in BUILTIN_EXCEPTIONS}
        for name in list(found):  # a person may name the base of what comes out
            found.update(a for a in self.hierarchy.ancestors(name)[1:] if "." in a)
        found = found.difference(self.known_as.values())
        return {n for n in found if n not in BROAD and n != "object" and "Warning" not in n}

    def first_guess(self, name: str) -> float:
        """How much speaks for a type, roughly: by these the candidates are chosen."""
        return sum(w * x for w, x in zip(_HINTS.values(), self._hints(name), strict=True))

    def _hints(self, name: str) -> tuple[float, ...]:
        """The numbers that `_HINTS` weighs."""
        holder = name.partition(".")[0] if "." in name else ""
        raised, like, habits = self.raised.get(name), self.like, self.habits
        return (
            max(self.odds.get(name, FAR), FAR),
            raised.confidence if raised else 0.0,
            like.key_share.get(name, 0.0),
            like.call_share.get(name, 0.0),
            like.in_file.get(name, 0.0),
            like.in_function.get(name, 0.0),
            self.by_called.get(name, 0.0),
            self.by_called_2.get(name, 0.0),
            self.by_called_3.get(name, 0.0),
            self.words(name)[1],
            class_name(name) in self.signs.spoken,
            math.log1p(habits.raised.get(name, 0)),
            max(self.prior(name, FAR), FAR),
            holder in self.called_tops,
            math.log1p(habits.holders.get(holder, 0)),
            *self.near.hints(name),
        )

    def prior(self, name: str, default: float) -> float:
        """How often public code names the type, as a logarithm."""
        return self.mined.priors.get(self.known_as.get(name, name), default)

    def words(self, name: str) -> tuple[int, float]:
        """How many words of the type's name are spoken of around the `try`, and their share."""
        words = set(words_in(class_name(name)))
        spoken = len(words & self.signs.words)
        return spoken, spoken / len(words) if words else 0.0
