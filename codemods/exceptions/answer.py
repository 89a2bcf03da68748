"""The answer to "what may this raise?", and the notes that become it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

CERTAIN = 1.0
LIKELY = 0.8  # third-party tables, overridable methods: true for the versions and classes we know
POSSIBLE = 0.5  # a mistake in the type of an argument, of which nothing is known
BY_ARGUMENT = 0.3  # that a value is None or of any type shows in the code, and is not all too likely
GUESSED = 0.2  # by what the code does with a value of which nothing is known; never makes an answer complete
RARE = 0.05  # it can happen, and nobody names it

_MOST_REASONS = 12  # for one type that are told apart by the arguments that they hang on

CTRL_C = "Ctrl-C"  # begins the evidence of what the terminal sends
AS_DOCUMENTED = "does as its documentation says"  # ends what is assumed of a package


class Step(NamedTuple):
    """What happens at a line on the way of an exception: a call, and in the end what raises it."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class OnlyFor:
    """The argument whose value decides whether its function raises something, and which values do."""

    argument: ast.arg
    holds: Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Raised:
    """A type that may come out, why, and how likely a person would name it (0 to 1).

    `depth` is how many calls of the project's functions lie between the code that was asked about and the
    place that raises; `trace` are the lines on the way, from the code that was asked about down. Where it
    hangs on an argument of the function that raises it, `others` are the reasons that are left without it.
    """

    type: str
    evidence: str
    confidence: float = CERTAIN
    depth: int = 0
    trace: tuple[Step, ...] = field(default=(), compare=False)
    only_for: OnlyFor | None = field(default=None, compare=False)
    others: tuple[Raised, ...] = field(default=(), compare=False)

    @property
    def reasons(self) -> tuple[Raised, ...]:
        """Each reason for it by itself, this one first."""
        return (replace(self, others=()), *self.others) if self.others else (self,)

    def each(self, change: Callable[[Raised], Raised]) -> Raised:
        """The same with something changed, here and in the other reasons."""
        changed = change(self)
        return replace(changed, others=tuple(map(change, self.others))) if self.others else changed

    @property
    def is_guessed(self) -> bool:
        """Whether only what the code does with an unknown value, or a name that is alike, speaks for it."""
        return self.confidence < POSSIBLE

    @property
    def is_known(self) -> bool:
        """Whether it comes out for sure or likely: more speaks for it than that an argument may be wrong."""
        return self.confidence > POSSIBLE

    @property
    def is_for_main_thread(self) -> bool:
        """Whether the terminal sends it, which only the main thread sees."""
        return self.evidence.startswith(CTRL_C)


@dataclass(frozen=True, slots=True)
class MayRaise:
    """The types that may come out, what nobody knows about (nothing: complete), and what was assumed."""

    raised: tuple[Raised, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def trusts_others(self) -> bool:
        """Whether it leans on what a package says of itself."""
        return any(text.endswith(AS_DOCUMENTED) for text in self.assumed)

    @property
    def likely(self) -> tuple[Raised, ...]:
        """Without what is too rare to be named."""
        return tuple(raised for raised in self.raised if raised.confidence > RARE)

    def agrees_with(self, other: MayRaise) -> bool:
        """Whether both tell the same, if for other reasons that are as near."""
        own, others = (
            {(r.type, r.confidence, r.depth) for one in answer.raised for r in one.reasons}
            for answer in (self, other)
        )
        return own == others and set(self.missing) == set(other.missing)

    def with_nearer(self, before: MayRaise) -> MayRaise:
        """The same, of each type with what spoke for it before where that is surer or nearer."""
        best = {one.type: one for one in self.raised}
        for one in before.raised:
            best[one.type] = max(best.get(one.type, one), one, key=_weight)
        return replace(self, raised=tuple(best.values()))

    def ordered(self) -> MayRaise:
        """The same in an order that does not tell what was found first."""
        raised = sorted(self.raised, key=lambda one: (one.depth, one.type))
        return MayRaise(tuple(raised), tuple(sorted(self.missing)), tuple(sorted(self.assumed)))


@dataclass(slots=True)
class Found:
    """What a walk has found so far; `path` and `line` are where it stands."""

    path: str = ""
    line: int = 0
    raised: dict[str, Raised] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)  # ordered sets
    assumed: dict[str, None] = field(default_factory=dict)

    def add(
        self, type_name: str, evidence: str, confidence: float = CERTAIN, only_for: OnlyFor | None = None
    ) -> None:
        """Note a type that the code at this place raises."""
        trace = (Step(self.path, self.line, evidence),)
        self.keep(Raised(type_name, evidence, confidence, 0, trace, only_for))

    def keep(self, raised: Raised) -> None:
        """Note a type; of several reasons for it the surest counts, of these the nearest."""
        other = self.raised.get(raised.type)
        if other is not None and _weight(other) >= _weight(raised):
            raised, other = other, raised
        if other is not None and raised.only_for is not None:
            others = (*raised.others, *other.reasons)
            crowded = len(others) > _MOST_REASONS
            raised = replace(raised, only_for=None, others=()) if crowded else replace(raised, others=others)
        self.raised[raised.type] = raised

    def guess(self, why: str, *types: str, confidence: float = GUESSED) -> None:
        """Note that something is unknown, and which types it may well raise."""
        self.missing[why] = None
        for name in types:
            self.add(name, why, confidence)

    def merge(self, other: Found | MayRaise, called: str | None = None, most: float = CERTAIN) -> None:
        """Note what something else found: code at this place, or what is `called` here.

        No type becomes surer than `most`.
        """
        for one in other.raised.values() if isinstance(other, Found) else other.raised:
            if called:
                trace = (Step(self.path, self.line, called), *one.trace)
                one = replace(one, trace=trace, only_for=None, others=())
            self.keep(one.each(lambda r: r if r.confidence <= most else replace(r, confidence=most)))
        self.missing |= dict.fromkeys(other.missing)
        self.assumed |= dict.fromkeys(other.assumed)

    def frozen(self) -> MayRaise:
        return MayRaise(tuple(self.raised.values()), tuple(self.missing), tuple(self.assumed))


def _weight(raised: Raised) -> tuple[float, int]:
    """How much a reason counts beside others for the type: the surest, and of these the nearest."""
    return raised.confidence, -raised.depth
