"""Following calls into functions that call others, and each other: each answer is found once.

Functions in a circle have the least answers that agree with one another. The first of them that is asked for
finds all of them again, with what is known so far, until nothing is added.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from codemods.exceptions.answer import MayRaise
from codemods.module import FUNCTIONS
from codemods.project import Definition

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
    followed: frozenset[ast.AST]
    leaning: frozenset[ast.AST] = frozenset()


class Following:
    """The answers for functions; `find` gives one, and asks for others on the way.

    For one question, functions of `most_lines` together are followed.
    """

    def __init__(self, find: Callable[[Definition], MayRaise], most_lines: int) -> None:
        self._find = find
        self._most_lines = most_lines
        self._known: dict[ast.AST, _Summary] = {}
        self._for_now: dict[ast.AST, _Summary] = {}  # what leans on open functions
        self._open: list[ast.AST] = []
        self._so_far: dict[ast.AST, MayRaise] = {}  # answers of open functions that others lean on
        self._in_question: set[ast.AST] = set()  # the functions that were followed
        self._room = most_lines  # what is left for others
        self._cut: dict[ast.AST, MayRaise] = {}  # answers for those that were not followed to the end
        # The same for the innermost open function:
        self._followed: set[ast.AST] = set()
        self._leaning: set[ast.AST | None] = set()  # on open functions, or (None) on one not followed
        self._grew = False  # whether an answer so far did

    def begin(self) -> None:
        """Begin a question: nothing has been followed for it."""
        self._in_question, self._room = set(), self._most_lines
        self._cut.clear()

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
            return MayRaise(missing=(f"calls `{node.name}`, which calls too much to follow",))
        return self._opened(definition)

    def watched(self, part: Callable[[], Given]) -> tuple[Given, bool]:
        """What `part` gives, and whether it leans on an open function, of which not all is known yet."""
        before, self._leaning = self._leaning, set()
        given = part()
        leans = bool(self._leaning - {None})
        self._leaning |= before
        return given, leans

    def _take(self, functions: AbstractSet[ast.AST]) -> bool:
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
            if leaning:
                found = found.ordered()
            if node in leaning and not found.agrees_with(self._so_far.get(node, MayRaise())):
                self._so_far[node] = found
                self._grew = True
            is_first = leaning <= {node}
            # What lacks something already is not worth another round.
            if not (self._grew and is_first) or None in self._leaning:
                return found, is_first
            self._forgotten(node)
        return replace(found, missing=(*found.missing, f"calls `{node.name}`, which calls itself")), True

    def _keep(self, node: ast.AST, summary: _Summary) -> None:
        """Keep the answer for a function, and those that leaned on it for as long as it was open."""
        others = self._forgotten(node)
        if None in self._leaning:  # for the next question there may be room
            self._cut |= {one: known.answer for one, known in [(node, summary), *others]}
            return
        now = frozenset(on for on in self._leaning if on)
        for one, known in [(node, summary), *others]:
            leans = known.leaning - {node} | now
            whole = known.followed | summary.followed
            (self._for_now if leans else self._known)[one] = _Summary(known.answer, whole, leans)

    def _forgotten(self, node: ast.AST) -> list[tuple[ast.AST, _Summary]]:
        """The answers that lean on a function, which are not kept any longer."""
        found = [(other, known) for other, known in self._for_now.items() if node in known.leaning]
        for other, _ in found:
            del self._for_now[other]
        return found


def _lines(node: ast.AST) -> int:
    """What following a function counts for: of a class, only its methods are walked."""
    own = (node.end_lineno or 0) - node.lineno if isinstance(node, FUNCTIONS) else 0
    return _LINES_FOR_EACH + own
