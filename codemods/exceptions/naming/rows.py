"""What speaks for each candidate, as a row of numbers.

There is one for each of `COLUMNS`. What follows is said of the handler, and the same for all of its
candidates: `OF_HANDLER`, and whether it has each of the signs that were mined as telling.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from codemods.exceptions.hierarchy import class_name
from codemods.exceptions.naming.evidence import FAR, Evidence
from codemods.exceptions.naming.nearness import COLUMNS as NEARNESS
from codemods.stdlib import STANDARD_MODULES

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
OF_HANDLER = ("signs", "keys", "words", "called", "raised", "assumed")  # how many there are of each
_NUMBERED = 60


def rows(evidence: Evidence, chosen: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """The rows of the candidates, in their order."""
    maker, of_handler = _Rows(evidence, chosen), _of_handler(evidence)
    return tuple((*maker.row(place), *of_handler) for place in range(len(chosen)))


def _of_handler(evidence: Evidence) -> tuple[float, ...]:
    signs, answer = evidence.signs, evidence.answer
    known = (signs.all, signs.keys, signs.words, signs.called, answer.raised, answer.assumed)
    telling = evidence.mined.telling
    return (*(float(len(many)) for many in known), *(float(sign in signs.all) for sign in telling))


class _Rows:
    """Weighs each candidate beside the others."""

    def __init__(self, evidence: Evidence, chosen: Sequence[str]) -> None:
        self.evidence, self.chosen = evidence, chosen
        ancestors = evidence.hierarchy.ancestors
        self.above = {name: [a for a in ancestors(name)[1:] if a in chosen] for name in chosen}
        self.below: dict[str, list[str]] = defaultdict(list)
        for name, bases in self.above.items():
            for base in bases:
                self.below[base].append(name)
        odds = [evidence.odds.get(name, FAR) for name in chosen]
        self.best = sorted(odds, reverse=True)[:2]
        self.total = sum(map(math.exp, odds))
        known = [evidence.known_as.get(name, name) for name in chosen]
        self.told = evidence.mined.told(evidence.signs.all, known)
        self.surest = sorted((one.confidence for one in evidence.answer.raised), reverse=True)
        self.numbers = {name: number for number, name in enumerate(evidence.mined.types[:_NUMBERED])}

    def row(self, place: int) -> tuple[float, ...]:
        name = self.chosen[place]
        evidence = self.evidence
        values = (
            *self._mined(name),
            *self.told[place],
            evidence.prior(name, -10.0),
            self.numbers.get(name, _NUMBERED + 1 if self._is_own(name) else _NUMBERED + 2),
            *self._inferred(name),
            *self._handled(name),
            *self._raised(name),
            *self._held(name),
            *evidence.words(name),
            class_name(name) in evidence.signs.spoken,
            len(evidence.hierarchy.ancestors(name)),
            len(self.below[name]),
            len(self.above[name]),
            len(self.chosen),
            len(evidence.signs.called),
            evidence.by_called_3.get(name, 0.0),
            *self._named_together(name),
            *evidence.near.row(name),
        )
        return tuple(map(float, values))

    def _mined(self, name: str) -> Iterator[float]:
        odds = self.evidence.odds
        own = odds.get(name, FAR)
        others = self.best[-1] if own == self.best[0] else self.best[0]
        yield own
        yield sum(other > own for other in odds.values())
        yield max((odds.get(b, FAR) for b in self.below[name]), default=FAR)
        yield max((odds.get(a, FAR) for a in self.above[name]), default=FAR)
        yield own - others
        yield math.exp(own) / self.total

    def _inferred(self, name: str) -> Iterator[float]:
        by_type, answer = self.evidence.raised, self.evidence.answer
        raised = by_type.get(name)
        confidence = raised.confidence if raised else 0.0
        yield confidence
        yield max((by_type[b].confidence for b in self.below[name] if b in by_type), default=0.0)
        yield max((by_type[a].confidence for a in self.above[name] if a in by_type), default=0.0)
        yield self.surest.index(confidence) if raised else 99
        yield sum(one >= confidence for one in self.surest) if raised else 0
        yield len(by_type)
        yield raised is not None and "raise " in raised.evidence
        yield raised.depth if raised else -1
        yield min(len(answer.missing), 6)
        yield answer.complete

    def _handled(self, name: str) -> Iterator[float]:
        """Where the project's other handlers name it."""
        like, habits = self.evidence.like, self.evidence.habits
        yield like.key_share.get(name, 0.0)
        yield min(like.key_count.get(name, 0), 50)
        yield like.key_sum.get(name, 0.0)
        yield like.call_share.get(name, 0.0)
        yield like.same_file_share.get(name, 0.0)
        yield like.similar.get(name, 0.0)
        yield like.similar_in_file.get(name, 0.0)
        yield like.in_file.get(name, 0.0)
        yield like.in_function.get(name, 0.0)
        yield math.log1p(habits.caught.get(name, 0))
        yield math.log1p(len(habits.handled))

    def _raised(self, name: str) -> Iterator[float]:
        first, second = self.evidence.by_called, self.evidence.by_called_2
        yield first.get(name, 0.0)
        yield second.get(name, 0.0)
        yield max((max(first.get(b, 0), second.get(b, 0) / 2) for b in self.below[name]), default=0)
        yield math.log1p(self.evidence.habits.raised.get(name, 0))

    def _held(self, name: str) -> Iterator[float]:
        """What the file and the project have to do with the package that defines it."""
        evidence, own = self.evidence, self._is_own(name)
        holder = name.partition(".")[0] if "." in name and not own else ""
        imported = evidence.top.imported
        yield name in evidence.top.exceptions
        yield bool(holder) and any(i == holder or i.startswith(holder + ".") for i in imported)
        yield bool(holder) and holder in evidence.called_tops
        yield evidence.habits.holders.get(holder, 0) if holder else 0
        yield own
        yield holder in STANDARD_MODULES

    def _named_together(self, name: str) -> Iterator[float]:
        """How often the project names it beside others, and several types at all."""
        habits = self.evidence.habits
        often = habits.caught.get(name, 0)
        yield sum(n > often for n in habits.caught.values())
        yield habits.caught_with.get(name, 0) / (often + 1)
        yield habits.several / (len(habits.handled) + 1)
        yield self.evidence.several_in_file

    def _is_own(self, name: str) -> bool:
        return self.evidence.hierarchy.definition(name) is not None
