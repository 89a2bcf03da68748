"""Questions whose answers depend on each other, in circles too: `n = n + 1` asks for `n` what `n` is.

A question that is open already is answered by what is assumed of it, at first that it adds nothing. Where
something else comes out, what leaned on the assumption is asked again with that instead, until nothing
changes: then each answer follows from the others, whatever was asked first. What does not settle is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

_ROUNDS = 12  # after which what still changes is unknown
_WIDENED = 4  # the last of them, in which answers only grow
_ON_NOTHING = 1 << 30  # where an answer leans on no open question


@dataclass(slots=True, eq=False)
class Questions(Generic[Key, Answer]):
    """Questions of one kind: what is assumed of an open one at first, and the answer where nobody knows."""

    first: Answer
    unknown: Answer
    most_open: int = 1_000
    """How many may be open at a time; below that the answer is unknown, and not remembered."""
    settled: Callable[[Key, Answer], Answer] = lambda _, answer: answer
    """What is remembered of an answer, when nothing is assumed any more."""
    both: Callable[[Answer, Answer], Answer] = lambda _, answer: answer
    """An answer that holds where either does, for those that go on changing."""
    known: dict[Key, Answer] = field(default_factory=dict)
    open: dict[Key, int] = field(default_factory=dict)  # with their depth
    assumed: dict[Key, Answer] = field(default_factory=dict)
    leaning: dict[Key, tuple[Answer, int]] = field(default_factory=dict)
    """Answers that lean on what is assumed of open questions, with the depth of the first of these."""


_Asked: TypeAlias = tuple[Questions[Any, Any], Any]


class Fixpoint:
    """Asks questions of several kinds that lead to each other."""

    def __init__(self) -> None:
        self._depth = 0
        self._leans = _ON_NOTHING  # what the answer in work leans on: the depth of the first open question
        # In order, so that what belongs to a question is what came since it was asked.
        self._leaning: list[_Asked] = []
        self._assumed: list[_Asked] = []
        self._changed: list[_Asked] = []

    def ask(self, questions: Questions[Key, Answer], key: Key, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question, worked out once."""
        if key in questions.known:
            return questions.known[key]
        if key in questions.open:
            self._leans = min(self._leans, questions.open[key])
            if key not in questions.assumed:
                questions.assumed[key] = questions.first
                self._assumed.append((questions, key))
            return questions.assumed[key]
        if key in questions.leaning:
            found, leans = questions.leaning[key]
            self._leans = min(self._leans, leans)
            return found
        if len(questions.open) > questions.most_open:
            self._leans = 0  # the answer in work leaves out what would be followed elsewhere
            return questions.unknown
        return self._worked_out(questions, key, answer)

    def _worked_out(
        self, questions: Questions[Key, Answer], key: Key, answer: Callable[[], Answer]
    ) -> Answer:
        before, self._depth = self._leans, self._depth + 1
        depth = questions.open[key] = self._depth
        marks = len(self._leaning), len(self._assumed), len(self._changed)
        try:
            for left in reversed(range(_ROUNDS)):
                self._leans = _ON_NOTHING
                found = answer()
                if key in questions.assumed:
                    found = self._assume(questions, key, found, widen=left < _WIDENED)
                if self._leans < depth and depth > 1:  # it is for the first of those to say whether it holds
                    questions.leaning[key] = found, self._leans
                    self._leaning.append((questions, key))
                    self._leans = min(self._leans, before)
                    return found
                if len(self._changed) == marks[2]:
                    break
                if not left or not self._leans:
                    found = self._give_up(questions, key, marks)
                    break
                self._forget(marks[0])
                del self._changed[marks[2] :]
            found = questions.known[key] = questions.settled(key, found)
            self._keep(marks)
            self._leans = before
            return found
        except BaseException:
            self._forget(marks[0])
            raise
        finally:
            del questions.open[key]
            self._depth -= 1
            if not self._depth:
                self._forget(0)
                self._clear(0, 0)

    def _assume(self, questions: Questions[Key, Answer], key: Key, found: Answer, *, widen: bool) -> Answer:
        """Take what was found for what is assumed, and note whether it is something else."""
        if questions.first is questions.unknown:  # what was assumed holds in any case
            return found
        before = questions.assumed[key]
        found = questions.both(before, found) if widen else found
        if before != found:
            questions.assumed[key] = found
            self._changed.append((questions, key))
        return found

    def _give_up(self, questions: Questions[Key, Answer], key: Key, marks: tuple[int, int, int]) -> Answer:
        """What goes on changing is unknown, and what leaned on it will be asked again."""
        for other, changed in self._changed[marks[2] :] if self._leans else ():
            other.known[changed] = other.unknown
        self._forget(marks[0])
        return questions.known.get(key, questions.unknown)

    def _keep(self, marks: tuple[int, int, int]) -> None:
        """All that leaned on an answer that holds does so too."""
        if (len(self._leaning), len(self._assumed), len(self._changed)) == marks:  # as nearly always
            return
        for questions, key in self._leaning[marks[0] :]:
            found, leans = questions.leaning.pop(key)
            if leans:
                questions.known[key] = questions.settled(key, found)
        del self._leaning[marks[0] :]
        self._clear(marks[1], marks[2])

    def _forget(self, mark: int) -> None:
        for questions, key in self._leaning[mark:]:
            del questions.leaning[key]
        del self._leaning[mark:]

    def _clear(self, assumed: int, changed: int) -> None:
        for questions, key in self._assumed[assumed:]:
            questions.assumed.pop(key, None)
        del self._assumed[assumed:], self._changed[changed:]
