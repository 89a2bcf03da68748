"""How a finding begins: its id, severity, category, place and title, in whatever order they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial

from codemods.audits.markdown.blocks import plain
from codemods.audits.markdown.claims import status_claim, without_state
from codemods.audits.markdown.ids import ID
from codemods.audits.markdown.locations import cited, nothing_but
from codemods.audits.markdown.vocabulary import (
    alternatives,
    first_severity,
    label_kind,
    severity_word,
    sign,
    words,
)
from codemods.audits.model import Claim, Location

_EXPLICIT = re.compile(
    rf"(?P<open>[\[(`*]{{0,3}})(?P<id>{ID})(?P<close>[\])`*]{{0,3}})(?![\w/\\-]|[.:]\w|\()"
)
_NUMBER = re.compile(
    r"(?P<open>[\[(*]{0,3})(?P<hash>#|№\s*|no\.\s*|n°\s*|nr\.\s*)?(?P<id>\d{1,3}(?:\.\d{1,3}){0,3}|[A-Z](?=[.)]\s))(?![\d%])(?P<close>[\])*]{0,3})",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:\*\*)?\s*(?:[:\uff1a.|)\]、\uff0e·•>]|[—\u2013\u2015-]+(?=\s)|\s[—\u2013\u2015-]+|→|$)\s*(?:\*\*)?"
)
_AND = re.compile(r"\s*(?:,|/|&|\+|、|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bи\b|和)\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[\[(\uff08]([^\])\uff09]{1,60})[\])\uff09]\s*")
_WORD_AND_SEPARATOR = re.compile(
    r"\s*(?:\*\*)?([^\W\d_][\w /-]{1,30}?|P[0-4])(?:\*\*)?"
    r"\s*(?:[:\uff1a|·•]|\s[—\u2013\u2015-]+\s)\s*(?:\*\*)?"
)
# "**P0** app/x.py:9 — …"
_SEVERITY_FIRST = re.compile(r"(?:\*\*([^*]{2,20})\*\*|`([^`]{2,12})`|(P[0-4]))\s+(?=\S)")
_TRAILING = re.compile(
    r"\s*(?:\s[—\u2013\u2015-]+\s+|[\[(\uff08])([^\[\](\uff08)\uff09—\u2013\u2015]{1,80})[\])\uff09]?\s*$"
)
_AFTER_PLACE = re.compile(r"[`*)\]]*\s*(?:[:\uff1a|]|[—\u2013\u2015-]+\s)\s*(?:\*\*)?")
_LAST_WORD = re.compile(r"\s([A-Z]{4,})$")
_CATEGORY = re.compile(r"[A-Z][A-Z_ /-]{2,24}")
_CHECKBOX = re.compile(r"\s*\[([ xX])\]\s+")
_BEFORE = re.compile(r"^[^\w`\[(*~#/.№]+")
_BEHIND = re.compile(r"[^\w`\])*!?.)\"'\u2019%}>]+$")
_KEYCAP = re.compile("(\\d)\ufe0f?\u20e3")
_ONE_MORE = re.compile(r"\d{1,4}\b")


@dataclass(slots=True)
class Lead:
    """The first line of a finding, taken apart."""

    title: str
    ids: list[str] = field(default_factory=list)
    """Ids that cannot be anything else: `BUG-004`, `S11`, or the number in `Issue 3`."""
    number: str | None = None
    """A number that could be one of a section or a list."""
    severity: str | None = None
    category: str | None = None
    claim: Claim = Claim.OPEN
    locations: tuple[Location, ...] = ()
    mentioned: tuple[Location, ...] = ()
    """Files that the title speaks of; whether they are the place depends on what else is named."""
    lines: tuple[tuple[int, int], ...] = ()
    """Lines of a file that stands elsewhere."""
    ticked: bool | None = None
    """Of an entry with a box: whether it is ticked."""


def lead_of(text: str, accept: Callable[[str, bool], bool] = lambda _name, _separated: True) -> Lead:
    """What the line says. `accept` is asked of each possible id, and told whether something sets it off."""
    rest, claim = without_state(_KEYCAP.sub(r"\1.", text))
    lead = Lead("", claim=claim)
    if box := _CHECKBOX.match(rest):
        lead.ticked = box[1] != " "
        rest = rest[box.end() :]
    if found := sign(rest[:12]):
        lead.severity = found[1]
    for _ in range(6):
        shorter = _without_front(rest, lead, accept)
        if shorter == rest:
            break
        rest = shorter
    rest = _without_end(rest, lead)
    _take_places(rest, lead)
    lead.title = _clean(rest)
    return lead


def _without_front(rest: str, lead: Lead, accept: Callable[[str, bool], bool]) -> str:
    """The line without one more thing that stands before the title."""
    rest = _BEFORE.sub("", rest)
    take_ids = partial(_take_ids, accept=accept)
    for take in (_take_named, take_ids, _take_number, _take_bracketed, _take_word, _take_front_place):
        if (shorter := take(rest, lead)) is not None:
            return shorter
    return rest


def _take_named(rest: str, lead: Lead) -> str | None:
    """`Issue 3: …`, `ISSUE 11, 12`."""
    match = _named().match(rest)
    if match is None or lead.ids:
        return None
    names, at = [match["id"]], match.end()
    while (more := _AND.match(rest, at)) and (number := _ONE_MORE.match(rest, more.end())):
        names.append(number.group())
        at = number.end()
    if not _SEPARATOR.match(rest, at) and not _BRACKETED.match(rest, at) and rest[at : at + 2] != "**":
        return None  # "Error 500 instead of 400"
    lead.ids += names
    return _after(rest, at)


def _take_ids(rest: str, lead: Lead, accept: Callable[[str, bool], bool]) -> str | None:
    """`BUG-004: …`, `[C-1] …`, `BUG-004, BUG-005: …`."""
    noun = _noun_before_id().match(rest)
    ids, at = [], noun.end() if noun else 0
    while match := _EXPLICIT.match(rest, at):
        separated = bool(
            match["open"].strip("*") or _SEPARATOR.match(rest, match.end()) or _AND.match(rest, match.end())
        )
        if severity_word(match["id"]) or not accept(match["id"], separated):
            break
        ids.append(match["id"])
        at = match.end()
        more = _AND.match(rest, at)
        if more is None or not _EXPLICIT.match(rest, more.end()):
            break
        at = more.end()
    if not ids or lead.ids:
        return None
    lead.ids += ids
    return _after(rest, at)


def _take_number(rest: str, lead: Lead) -> str | None:
    match = _NUMBER.match(rest)
    if match is None or lead.number or lead.ids:
        return None
    end = match.end()
    marked = match["hash"] or match["open"].strip("*") or "." in match["id"]
    if not (marked or _SEPARATOR.match(rest, end) or rest.startswith(" ", end)):
        return None
    lead.number = match["id"]
    return _after(rest, end)


def _take_bracketed(rest: str, lead: Lead) -> str | None:
    """`[HIGH] …`, `(Kritisch) …`, `[Security] …`."""
    bare = rest.removeprefix("**")
    match = _BRACKETED.match(bare)
    if match is None or bare.startswith("(", match.end()) or not _understood(match[1], lead, strict=False):
        return None
    return bare[match.end() :].lstrip(":- ") or None


def _take_word(rest: str, lead: Lead) -> str | None:
    """`HIGH: …`, `**Low** | …`, `DEAD_CODE - …`."""
    first = _SEVERITY_FIRST.match(rest)
    if first and (severity := severity_word(first[first.lastindex or 0])):
        lead.severity = lead.severity or severity
        return rest[first.end() :]
    match = _WORD_AND_SEPARATOR.match(rest)
    if match is None or not rest[match.end() :]:
        return None
    return rest[match.end() :] if _understood(match[1].strip(), lead, strict=True) else None


def _understood(word: str, lead: Lead, *, strict: bool) -> bool:
    """Whether a word before the title is a severity, a state or a category; if so, it is kept."""
    if _says_state(word, lead):
        return True
    if not strict and (found := first_severity(word)):
        lead.severity = lead.severity or found[1]
    elif _CATEGORY.fullmatch(word) or (strict and _nouns().fullmatch(word)):
        lead.category = lead.category or word.strip().lower().replace("_", "-").replace(" ", "-")
    else:
        return False
    return True


def _says_state(word: str, lead: Lead) -> bool:
    """Whether a word beside the title is a severity, or the state of the finding; if so, it is kept."""
    label, colon, value = word.rpartition(":")
    if severity := severity_word(value.strip() if colon and label_kind(label) == "severity" else word):
        lead.severity = severity
    elif (claim := status_claim(word)) is not Claim.OPEN:
        lead.claim = claim
    else:
        return False
    return True


def _take_front_place(rest: str, lead: Lead) -> str | None:
    """`app/x.py:12 - …`, `Line 14: …`."""
    found = cited(rest[:400])
    bare = rest.removeprefix("**").lstrip("[`")
    offset = len(rest) - len(bare)
    if found.places and found.places[0].start <= offset:
        place = found.places[0]
        match = _AFTER_PLACE.match(rest, place.end)
        if match and rest[match.end() :]:
            lead.locations += (place.location,)
            return rest[match.end() :]
    match = _line_first().match(rest)
    if match and rest[match.end() :] and not lead.lines:
        lead.lines = cited(match.group()).lines
        return rest[match.end() :] if lead.lines else None
    return None


def _without_end(rest: str, lead: Lead) -> str:
    """The line without a severity, a state or a place in brackets behind the title."""
    for _ in range(4):
        bare = rest.rstrip(" *:\uff1a")
        if (word := _LAST_WORD.search(bare)) and status_claim(word[1]) is not Claim.OPEN:
            rest = bare[: word.start()]  # "… ✅ FIXED"
            lead.claim = status_claim(word[1])
            continue
        match = _TRAILING.search(bare[-120:])
        if match is None:
            break
        inner, start = match[1].strip(" *:"), len(bare) - len(bare[-120:]) + match.start()
        found = cited(inner, lenient=True)
        if (found.places or found.lines) and nothing_but(found, inner):
            lead.locations += found.locations
            lead.lines += found.lines
        elif not _says_state(inner, lead):
            break
        rest = bare[:start]
    return rest


def _take_places(rest: str, lead: Lead) -> None:
    found = cited(rest)
    lead.mentioned = found.locations
    lead.lines = lead.lines or found.lines


def _after(rest: str, at: int) -> str:
    """What follows an id and what sets it off."""
    separator = _SEPARATOR.match(rest, at)
    tail = rest[separator.end() if separator else at :]
    opening = rest[:at].count("**") % 2
    return ("**" if opening and tail.count("**") % 2 else "") + tail.lstrip()


def _clean(title: str) -> str:
    text = plain(title)
    while (shorter := _BEHIND.sub("", _BEFORE.sub("", text)).strip(" :|")) != text:
        text = shorter
    return text if re.search(r"\w", text) else ""


@cache
def _named() -> re.Pattern[str]:
    noun = alternatives(words("numbered")["nouns"])
    number = r"\s*(?:#|№|nr\.?|no\.?|n°)?\s*(?P<id>\d{1,4}(?:\.\d{1,3}){0,2}[a-z]?)(?![\w%])"
    return re.compile(rf"(?:\*\*|\[)?{_unbounded(noun)}{number}", re.IGNORECASE)


def _unbounded(noun: str) -> str:
    """Chinese nouns, and some of others, stand right before the number."""
    return noun.replace(r"(?!\w)", r"(?![^\W\d_])")


@cache
def _noun_before_id() -> re.Pattern[str]:
    """The noun in `Finding A-3`."""
    return re.compile(rf"(?:\*\*|\[)?{alternatives(words('numbered')['nouns'])}\s+(?={ID})", re.IGNORECASE)


@cache
def _nouns() -> re.Pattern[str]:
    return re.compile(alternatives(words("numbered")["nouns"]), re.IGNORECASE)


@cache
def _line_first() -> re.Pattern[str]:
    before = alternatives(words("lines")["before"])
    numbers = r"L?\d[\dL ,—\u2013\u2015-]*(?:\s*(?:行目?|and|und|et|y|e)\s*\d*)*"
    return re.compile(
        rf"(?:\*\*)?(?:{before}\.?\s*:?\s*#?|(?=L\d)){numbers}(?:\*\*)?\s*(?:[:\uff1a]|[—\u2013\u2015-]+\s)\s*(?:\*\*)?",
        re.IGNORECASE,
    )
