"""What may be a finding, and how much speaks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from codemods.audits.markdown.blocks import Block
from codemods.audits.markdown.content import Content, content_of
from codemods.audits.markdown.headings import Context
from codemods.audits.markdown.lead import Lead
from codemods.audits.markdown.vocabulary import severity_word
from codemods.audits.model import Location

ENOUGH = 3.0  # points that make a heading a finding
ENOUGH_IN_LIST = 3.5  # and an entry of a list or a table, of which reports have many more
DETAILS = frozenset({"problem", "impact", "fix", "evidence"})  # labels that only a finding has
PLACING = frozenset({"severity", "location", "lines"})  # labels that a chapter may have, too


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


def heading_points(
    lead: Lead, content: Content, context: Context, *, leaf: bool, record: bool = False
) -> float:
    """How much speaks for a heading, or a line that does the work of one.

    `leaf`: nothing stands under it but its text; `record`: others are described with the same labels.
    """
    points = _points(lead, content, context) + record
    told = context.kind == "findings" or (context.locations and len(lead.title.split()) > 3)
    if leaf and content.text and told:
        points += 1
    if leaf and lead.number and "location" in content.kinds:
        points += 0.5
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
    points += min(3, len(content.kinds & DETAILS))
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
        r"\s*[\[(\uff08](?:\[[^\]]{0,120}\]\([^)\s]{1,200}\)|[^\[\])\uff09]){1,120}[\])\uff09]|\s+[—\u2013\u2015-]+\s+[^\s.]{2,14}$|\s*[~✅]+.*$",
        tail,
    )
    title = first[: len(first) - len(tail) + (place.end() if place else 0)]
    return title, [first[len(title) :].lstrip(" :\uff1a—\u2013\u2015-"), *lines[1:]]


def with_context(lead: Lead, context: Context, content_blocks: Iterable[Block]) -> Content:
    """The content of what a lead begins; the file of the section is its place if it names none itself."""
    content = content_of(content_blocks, lead)
    if content.locations or not context.locations:
        return content
    lines = lead.lines
    return replace(
        content, locations=tuple(Location(place.path, place.lines or lines) for place in context.locations)
    )
