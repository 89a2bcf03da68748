"""The answer to "what may this raise?", and the notes that become it."""

from __future__ import annotations

from dataclasses import dataclass, field

CERTAIN = 1.0
LIKELY = 0.8  # third-party tables, overridable methods: true for the versions and classes we know
POSSIBLE = 0.5  # a mistake in the type of an argument, of which nothing is known
RARE = 0.05  # it can happen, and nobody names it


@dataclass(frozen=True, slots=True)
class Raised:
    """A type that may come out, why, and how likely a person would name it (0 to 1)."""

    type: str
    evidence: str
    confidence: float = CERTAIN


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
    def likely(self) -> tuple[Raised, ...]:
        """Without what is too rare to be named."""
        return tuple(raised for raised in self.raised if raised.confidence > RARE)


@dataclass(slots=True)
class Found:
    """What a walk has found so far."""

    raised: dict[str, Raised] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)  # ordered sets
    assumed: dict[str, None] = field(default_factory=dict)

    def add(self, type_name: str, evidence: str, confidence: float = CERTAIN) -> None:
        known = self.raised.get(type_name)
        if known is None or known.confidence < confidence:
            self.raised[type_name] = Raised(type_name, evidence, confidence)

    def merge(self, other: Found | MayRaise) -> None:
        raised = other.raised.values() if isinstance(other, Found) else other.raised
        for one in raised:
            self.add(one.type, one.evidence, one.confidence)
        self.missing |= dict.fromkeys(other.missing)
        self.assumed |= dict.fromkeys(other.assumed)

    def frozen(self) -> MayRaise:
        return MayRaise(tuple(self.raised.values()), tuple(self.missing), tuple(self.assumed))
