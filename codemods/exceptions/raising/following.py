"""Following calls into functions that call others, and each other: each answer is found once.

Functions in a circle have the least answers that agree with one another. The first of them that is asked for
finds all of them again, with what is known so far, until nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from codemods.exceptions.answer import MayRaise
from codemods.module import FUNCTIONS
from codemods.project import Defined, Definition

Given = TypeVar("Given")

_LINES_FOR_EACH = 20  # that each function counts for beside its own
_MOST_ROUNDS = 20  # until functions that call each other have added nothing more


@dataclass(frozen=True, slots=True)
class _Summary:
    """What is kept of a function: the answer, and which functions were followed for it.

    These count for a question as if they were followed for it anew, else its answer would depend on what was
    asked before. A summary is good for as long as the answers so far of the open functions that it leans on
    stay what they are; without these, for good.
    """

    answer: MayRaise
    followed: frozenset[Defined]
    leaning: frozenset[Defined] = frozenset()


class Following:
    """The answers for functions; `find` gives one, and asks for others on the way.

    For one question, functions of `most_lines` together are followed.
    """

    def __init__(self, find: Callable[[Definition], MayRaise], most_lines: int) -> None:
        self._find = find
        self._most_lines = most_lines
        self._known: dict[Defined, _Summary] = {}
        self._for_now: dict[Defined, _Summary] = {}  # what leans on open functions
        self._open: list[Defined] = []
        self._so_far: dict[Defined, MayRaise] = {}  # answers of open functions that others lean on
        self._in_question: set[Defined] = set()  # the functions that were followed
        self._room = most_lines  # what is left for others
        self._cut: dict[Defined, MayRaise] = {}  # answers for those that were not followed to the end
        # The same for the innermost open function:
        self._followed: set[Defined] = set()
        self._leaning: set[Defined | None] = set()  # on open functions, or (None) on one not followed
        self._grew = False  # whether an answer so far did

    def begin(self) -> None:
        """Begin a question: nothing has been followed for it, and none is open, if the last one failed."""
        self._in_question, self._room = set(), self._most_lines
        for left in (self._cut, self._for_now, self._open, self._so_far, self._leaning):
            left.clear()

    def answer(self, definition: Definition) -> MayRaise:
        """The answer for a function; that it is missing, where there is no room to follow it."""
        node = definition.node
        if node in self._open:
            self._leaning.add(node)
            return self._so_far.get(node, MayRaise())
        if node in self._cut:
            self._leaning.add(None)
            return self._cut[node]
        known = self._known.get(node) or self._for_now.get(node)
        if known and self._take(known.followed):
            self._followed |= known.followed
            self._leaning |= known.leaning
            return known.answer
        if not self._take({node}):
            self._leaning.add(None)
            return _lacking(MayRaise(), node)
        return self._opened(definition)

    def watched(self, part: Callable[[], Given]) -> tuple[Given, bool]:
        """What `part` gives, and whether it leans on an open function, of which not all is known yet."""
        before, self._leaning = self._leaning, set()
        given = part()
        leans = bool(self._leaning - {None})
        self._leaning |= before
        return given, leans

    def _take(self, functions: AbstractSet[Defined]) -> bool:
        """Follow these functions for the question too, if there is room for all of them."""
        more = functions - self._in_question
        lines = sum(map(_lines, more))
        if lines > self._room:
            return False
        self._in_question |= more
        self._room -= lines
        return True

    def _opened(self, definition: Definition) -> MayRaise:
        node = definition.node
        outer = self._followed, self._leaning, self._grew
        self._followed = {node}
        self._open.append(node)
        found, is_first = self._until_settled(definition)
        self._open.pop()
        if not self._open:
            self._so_far.clear()
        self._leaning.discard(node)
        self._keep(node, _Summary(found, frozenset(self._followed)))
        self._followed |= outer[0]
        self._leaning |= outer[1]
        self._grew = outer[2] or (self._grew and not is_first)
        return found

    def _until_settled(self, definition: Definition) -> tuple[MayRaise, bool]:
        """What is found in the end, and whether no function that is open any longer has a part in it."""
        node = definition.node
        for _ in range(_MOST_ROUNDS):
            self._leaning, self._grew = set(), False
            found = self._find(definition)
            leaning = self._leaning - {None}
            before = self._so_far.get(node, MayRaise())
            if leaning:
                found = found.with_nearer(before).ordered()
            if node in leaning and not found.agrees_with(before):
                self._so_far[node] = found
                self._grew = True
            is_first = leaning <= {node}
            if None in self._leaning and (self._grew or not is_first):  # not worth another round
                return _lacking(found, node), is_first
            if not (self._grew and is_first):
                return found, is_first
            self._forgotten(node)
        return _lacking(found, node), True

    def _keep(self, node: Defined, summary: _Summary) -> None:
        """Keep the answer for a function, and those that leaned on it for as long as it was open."""
        others = self._forgotten(node)
        if None in self._leaning:  # for the next question there may be room
            self._cut |= {one: _lacking(known.answer, one) for one, known in others}
            self._cut[node] = summary.answer
            return
        now = frozenset(on for on in self._leaning if on)
        for one, known in [(node, summary), *others]:
            leans = known.leaning - {node} | now
            whole = known.followed | summary.followed
            (self._for_now if leans else self._known)[one] = _Summary(known.answer, whole, leans)

    def _forgotten(self, node: Defined) -> list[tuple[Defined, _Summary]]:
        """The answers that lean on a function, which are not kept any longer."""
        found = [(other, known) for other, known in self._for_now.items() if node in known.leaning]
        for other, _ in found:
            del self._for_now[other]
        return found


def _lacking(answer: MayRaise, node: Defined) -> MayRaise:
    """The answer for one that was not followed to the end; a handler may hide what is missing in it."""
    why = f"calls `{node.name}`, which calls too much to follow"
    return replace(answer, missing=(*answer.missing, why))


def _lines(node: Defined) -> int:
    """What following a function counts for: of a class, only its methods are walked."""
    own = (node.end_lineno or 0) - node.lineno if isinstance(node, FUNCTIONS) else 0
    return _LINES_FOR_EACH + own
