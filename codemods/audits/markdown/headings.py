"""What a heading announces for what stands under it: findings or none, their severity, their file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from codemods.audits.markdown.blocks import plain
from codemods.audits.markdown.claims import status_claim, without_state
from codemods.audits.markdown.lead import Lead
from codemods.audits.markdown.locations import only_place
from codemods.audits.markdown.vocabulary import first_severity, label_kind, pattern, words
from codemods.audits.model import Claim, Location

_FILLER = re.compile(
    r"\b(?:found|to|must|should|fix|required|severity|priority|level|code|quality|list|of|the|and|in|be|all|detailed"
    r"|known|potential|other|new|fixed|open|remaining|identified|nice|have|soon|first|important)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Context:
    """What the headings above say."""

    kind: str | None = None
    """A name of the table `sections` of the words."""
    severity: str | None = None
    category: str | None = None
    claim: Claim = Claim.OPEN
    locations: tuple[Location, ...] = ()
    place: int = 0
    """Which section of the report it is, counted by those that hold findings."""

    @property
    def excluded(self) -> bool:
        return self.kind in {"recap", "aside", "advice"}

    def below(self, title: str, line: int, *, lead: Lead, level: int = 9) -> Context:
        """The context under a heading. What a heading excludes stays excluded under it."""
        text = plain(title).replace("_", " ")
        kind = (
            self.kind
            if self.excluded and not _overrules(text, self.kind)
            else section_kind(text) or self.kind
        )
        named = severity_of_section(text)
        if label_kind(text.strip(" :")) == "evidence":
            kind = "log"
        nameless = named or is_bare(text) or label_kind(text) or only_place(title) or level < 2
        claim = status_claim(without_state(text)[0]) if len(text.split()) < 6 else Claim.OPEN
        return replace(
            self,
            kind=kind,
            severity=named or self.severity,
            category=self.category if nameless else lead.title or self.category,
            claim=claim if claim is not Claim.OPEN else self.claim,
            locations=(place,) if (place := only_place(title)) else self.locations,
            place=line,
        )


def _overrules(text: str, kind: str | None) -> bool:
    """Whether a heading such as "Issues" says that there are some, whatever the chapter is about."""
    alone = is_bare(text) and first_severity(text) is None
    return alone and kind in {"aside", "advice"} and section_kind(text) == "findings"


@lru_cache(maxsize=4096)
def section_kind(text: str) -> str | None:
    """What a heading announces: a name of the table `sections`, or None."""
    if pattern("sections", "aside").search(text):
        return "aside"
    if pattern("sections", "recap").search(text):
        return "recap"
    if pattern("sections", "findings").search(text) or (severity_of_section(text) and not is_sign_only(text)):
        return "findings"
    return "advice" if pattern("sections", "advice").search(text) else None


def says_only(text: str, kind: str) -> bool:
    """Whether a heading consists of nothing but words of one kind: "Conclusion", "1. Scope and method"."""
    return not re.search(r"[^\W\d_]{4}", pattern("sections", kind).sub(" ", text))


@lru_cache(maxsize=4096)
def severity_of_section(text: str) -> str | None:
    """The severity of `High Severity Bugs`, but not of `Missing Critical Features`."""
    found = first_severity(plain(text))
    if found is None:
        return None
    first = not _LETTER.search(plain(text)[: found[0]])
    telling = len(text.split()) < 4 or pattern("sections", "findings").search(text)
    return found[1] if is_bare(text) or (first and telling) else None


def is_sign_only(text: str) -> bool:
    """Whether a heading has a coloured sign, and no word for a severity."""
    return all(pattern("severity", severity).search(text) is None for severity in words("severity"))


@lru_cache(maxsize=4096)
def is_bare(text: str) -> bool:
    """Whether a heading names nothing but a severity, or what findings are called."""
    rest = re.sub(r"\([^)]*\)", " ", plain(text))
    for severity in words("severity"):
        rest = pattern("severity", severity).sub(" ", rest)
    rest = _FILLER.sub(" ", pattern("sections", "findings").sub(" ", rest))
    return not _LETTER.search(rest)
