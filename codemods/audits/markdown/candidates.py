"""What may be a finding, and how much speaks for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from codemods.audits.markdown.blocks import Block
from codemods.audits.markdown.claims import status_claim, without_state
from codemods.audits.markdown.content import Content, content_of
from codemods.audits.markdown.lead import Lead, lead_of, plain
from codemods.audits.markdown.locations import only_place
from codemods.audits.markdown.vocabulary import first_severity, label_kind, pattern, severity_word, words
from codemods.audits.model import Claim, Location

ENOUGH = 3.0  # points that make a heading a finding
ENOUGH_IN_LIST = 3.5  # and an entry of a list or a table, of which reports have many more
_DETAILS = frozenset({"problem", "impact", "fix", "evidence"})
_FILLER = re.compile(
    r"\b(?:found|to|must|should|fix|required|severity|priority|level|code|quality|list|of|the|and|in|be|all|detailed"
    r"|known|potential|other|new|fixed|open|remaining|identified|nice|have|soon|first|important)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


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

    def below(self, title: str, line: int, *, lead: Lead) -> Context:
        """The context under a heading. What a heading excludes stays excluded under it."""
        text = plain(title).replace("_", " ")
        kind = self.kind if self.excluded else section_kind(text) or self.kind
        named = severity_of_section(text)
        nameless = named or is_bare(text) or label_kind(text) or only_place(title)
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


@dataclass(slots=True)
class Candidate:
    """A place in the report that may state a finding."""

    lead: Lead
    content: Content
    line: int
    context: Context
    points: float
    form: str
    """`heading`, `item` or `row`."""
    accepted: bool = False
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = self.lead.ids or ([self.content.id] if self.content.id else [])


class Ids:
    """What is an id in this report: what the beginnings of its headings, entries and rows have in common."""

    def __init__(self, beginnings: Iterable[str]) -> None:
        self._numbers: defaultdict[str, set[str]] = defaultdict(set)
        for text in beginnings:
            lead_of(text[:100], self._note)

    def accept(self, name: str, separated: bool) -> bool:
        prefix, joined = _prefix(name)
        if prefix.casefold() in words("numbered")["never"] or (
            prefix == "L" and not joined and "L1" not in self._numbers["L"]
        ):
            return False  # `L77` is a line
        if not prefix.isupper() and not (separated and joined):
            return False
        return separated or bool(joined and len(prefix) < 9) or len(self._numbers[prefix]) > 1

    def _note(self, name: str, _separated: bool) -> bool:
        prefix, _ = _prefix(name)
        self._numbers[prefix].add(name)
        return False


def _prefix(name: str) -> tuple[str, bool]:
    """The letters of an id, and whether something joins them to the number."""
    letters = re.match(r"[A-Za-z]+", name)
    prefix = letters.group() if letters else ""
    return prefix, not name[len(prefix) : len(prefix) + 1].isdigit()


def section_kind(text: str) -> str | None:
    """What a heading announces: a name of the table `sections`, or None."""
    if pattern("sections", "aside").search(text):
        return "aside"
    if pattern("sections", "recap").search(text):
        return "recap"
    if pattern("sections", "findings").search(text) or severity_of_section(text):
        return "findings"
    return "advice" if pattern("sections", "advice").search(text) else None


def severity_of_section(text: str) -> str | None:
    """The severity of `High Severity Bugs`, but not of `Missing Critical Features`."""
    found = first_severity(plain(text))
    if found is None:
        return None
    before = _WORD.sub("", _FILLER.sub("", pattern("sections", "findings").sub("", text[: found[0]])))
    bare = is_bare(text)
    return (
        found[1]
        if bare
        or (
            (not _WORD.search(plain(text)[: found[0]]) and not before.strip("0123456789.):# —-"))
            and (pattern("sections", "findings").search(text) or len(text.split()) <= 3)
        )
        else None
    )


def is_bare(text: str) -> bool:
    """Whether a heading names nothing but a severity, or what findings are called."""
    rest = re.sub(r"\([^)]*\)", " ", plain(text))
    for severity in words("severity"):
        rest = pattern("severity", severity).sub(" ", rest)
    rest = _FILLER.sub(" ", pattern("sections", "findings").sub(" ", rest))
    return not re.search(r"[^\W\d_]", rest)


def heading_points(
    lead: Lead, content: Content, context: Context, *, leaf: bool, record: bool = False
) -> float:
    """How much speaks for a heading, or a line that does the work of one.

    `leaf`: nothing stands under it but its text; `record`: others are described with the same labels.
    """
    points = _points(lead, content, context) + record
    if leaf and content.text and context.kind == "findings":
        points += 1
    return points


def entry_points(lead: Lead, content: Content, context: Context, *, strong: bool) -> float:
    """How much speaks for an entry of a list."""
    points = _points(lead, content, context) + strong
    if context.kind == "findings" and context.severity:
        points += 1
    return points


def _points(lead: Lead, content: Content, context: Context) -> float:
    points = 3.0 if lead.ids or content.id else 0.5 if lead.number else 0.0
    if lead.severity or content.severity:
        points += 2
    if (
        lead.locations
        or content.kinds & {"location", "lines"}
        or (lead.lines and context.locations)
        or any(place.lines for place in content.locations)
    ):
        points += 2
    elif content.locations:
        points += 1
    points += min(3, len(content.kinds & _DETAILS))
    if context.kind == "findings":
        points += 2
    elif context.locations:
        points += 1
    return points


def split_title(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The title of an entry, and what follows it: the strong text it begins with, else its first line."""
    first = lines[0] if lines else ""
    match = re.match(
        r"(?P<front>[^*`]{0,40}?(?:`[^`]*`[^*`]{0,12})?)\*\*(?P<strong>[^*]+)\*\*(?P<tail>.*)", first
    )
    if (
        match is None
        or not re.search(r"\w{2}.*\s.*\w{2}|\w{12}|[぀-鿿]{3}", match["strong"])
        or severity_word(match["strong"])
    ):
        return first, list(lines[1:])
    tail = match["tail"]
    place = re.match(
        r"\s*[\[(\uff08][^\])\uff09]{1,120}[\])\uff09]|\s+[—\u2013-]+\s+[^\s.]{2,14}$|\s*[~✅]+.*$", tail
    )
    title = first[: len(first) - len(tail) + (place.end() if place else 0)]
    return title, [first[len(title) :].lstrip(" :\uff1a—\u2013-"), *lines[1:]]


def with_context(lead: Lead, context: Context, content_blocks: Iterable[Block]) -> Content:
    """The content of what a lead begins; the file of the section is its place if it names none itself."""
    content = content_of(content_blocks, lead)
    if content.locations or not context.locations:
        return content
    lines = lead.lines
    return replace(
        content, locations=tuple(Location(place.path, place.lines or lines) for place in context.locations)
    )
