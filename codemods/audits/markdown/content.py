"""What the parts of a finding say, put together: its severity, places, state, and the code it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codemods.audits.markdown.blocks import Block, plain
from codemods.audits.markdown.claims import status_claim, taken_back
from codemods.audits.markdown.fields import Field, fields_of, prose
from codemods.audits.markdown.lead import Lead
from codemods.audits.markdown.locations import Cited, cited, line_numbers, merged, placed
from codemods.audits.markdown.vocabulary import first_severity, pattern
from codemods.audits.model import Claim, Location

_SCORE = re.compile(r"(?:cvss\D{0,20}|^)(\d{1,2}\.\d)\b|\b(\d{1,2}(?:\.\d)?)\s*/\s*10\b", re.IGNORECASE)
_WORD = re.compile(r"(?!cvss)[^\W\d_]{2,}", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|<!--)\s*(.*)")
_GOOD = re.compile(
    r"✅|\b(?:good|after|fixed|fix|correct|better|proposed|suggested)\b(?=\W*(?:$|[:—\u2013\u2015-]|code))",
    re.IGNORECASE,
)
_BAD = re.compile(r"❌|\b(?:bad|before|current|wrong|buggy|vulnerable)\b", re.IGNORECASE)
_CLAIMED = frozenset({None, "problem", "evidence", "severity", "title"})


@dataclass(frozen=True, slots=True)
class Content:
    """One finding's parts, read."""

    kinds: frozenset[str]
    """The kinds of labels that it has."""
    id: str | None
    title: str | None
    severity: str | None
    category: str | None
    claim: Claim
    locations: tuple[Location, ...]
    quoted: tuple[str, ...]
    proposed: tuple[str, ...]
    text: str


def content_of(blocks: Iterable[Block], lead: Lead) -> Content:
    """What the blocks say under a title that may have named places already."""
    fields = fields_of(blocks)
    shown, proposed = _codes(fields)
    return Content(
        kinds=frozenset(part.kind for part in fields if part.kind),
        id=_first(fields, "id"),
        title=_first(fields, "title"),
        severity=_severity(fields),
        category=_first(fields, "category"),
        claim=_claim(fields),
        locations=_locations(fields, lead),
        quoted=shown,
        proposed=proposed,
        text="\n".join(line for line in prose(fields) if line.strip()),
    )


def severity_in(value: str) -> str | None:
    """The severity that the value of a label names: a word, a sign, or a CVSS score."""
    text = plain(value)
    found = first_severity(text)
    if found and len(_WORD.findall(text[: found[0]])) < 2:  # "Risk: it allows major changes" names none
        return found[1]
    score = _SCORE.search(text)
    if score is None:
        return None
    points = float(score[1] or score[2])
    return next(
        (
            name
            for floor, name in ((9, "critical"), (7, "high"), (4, "medium"), (0.1, "low"))
            if points >= floor
        ),
        None,
    )


def _first(fields: Iterable[Field], kind: str) -> str | None:
    return next((plain(part.lines[0]) for part in fields if part.kind == kind and part.lines), None)


def _severity(fields: Sequence[Field]) -> str | None:
    """What a severity label says, else an impact that is nothing but a severity."""
    for part in fields:
        if part.kind == "severity" and (found := severity_in(part.value)):
            return found
    for part in fields:
        if part.kind == "impact" and part.lines and len(part.lines[0].split()) == 1:
            return severity_in(part.lines[0])
    return None


def _claim(fields: Sequence[Field]) -> Claim:
    for part in fields:
        named = pattern("claims", "retracted").fullmatch(part.label.strip(" :"))
        if named:
            return Claim.RETRACTED
        if part.kind == "status" and (claim := status_claim(part.value)) is not Claim.OPEN:
            return claim
        if part.kind == "severity" and "(" in part.value:
            inside = part.value.partition("(")[2]
            if pattern("claims", "false_alarm").match(inside):
                return Claim.FALSE_ALARM
    return taken_back(line for part in fields if part.kind != "fix" for line in [*_own(part), *part.lines])


def _own(part: Field) -> Iterator[str]:
    yield f"{part.label} {' '.join(part.lines[:1])}"


def _locations(fields: Sequence[Field], lead: Lead) -> tuple[Location, ...]:
    """The places of the title and of the labels for them; without those, what the claim itself cites."""
    named = [placed(line) for part in fields if part.kind == "location" for line in part.lines]
    numbers = [line_numbers(part.value) for part in fields if part.kind == "lines"]
    prose = [cited(line) for part in fields if part.kind in _CLAIMED for line in part.lines]
    places = [*lead.locations, *(place for one in named for place in one.locations)]
    said = [*lead.mentioned, *(place for one in prose for place in one.locations)]
    places += [place for place in said if place.lines]
    places = places or said
    loose = [*lead.lines, *(span for ranges in numbers for span in ranges)]
    loose += [span for one in named for span in one.lines]
    return _with_lines(list(merged(places)), loose, prose)


def _with_lines(
    places: list[Location], loose: list[tuple[int, int]], prose: Sequence[Cited]
) -> tuple[Location, ...]:
    """Gives lines without a file to the file that they can only mean."""
    bare = [place for place in places if not place.lines]
    if len(places) == 1:
        loose = loose or ([span for one in prose for span in one.lines] if bare else [])
        spans = dict.fromkeys([*places[0].lines, *loose])
        return (Location(places[0].path, tuple(spans)),)
    if loose and bare and (len(bare) == 1 or len(bare) == len(loose)):
        given = iter([tuple(loose)] if len(bare) == 1 else [(span,) for span in loose])
        return tuple(place if place.lines else Location(place.path, next(given)) for place in places)
    return tuple(places)


def _codes(fields: Iterable[Field]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The code that is shown as it is, and as it should be."""
    shown: list[str] = []
    proposed: list[str] = []
    for part in fields:
        for code in part.codes:
            old, new = _both(code, part.kind == "fix")
            shown += old
            proposed += new
    return tuple(shown), tuple(proposed)


def _both(code: Block, fix: bool) -> tuple[list[str], list[str]]:
    """One block of code may show both: as a diff, or under comments that say which is the good one."""
    lines = code.lines
    if code.language == "diff":
        old = [line[1:] for line in lines if line[:1] in {"-", " "} and not line.startswith("---")]
        new = [line[1:] for line in lines if line[:1] in {"+", " "} and not line.startswith("+++")]
        return _joined(old), _joined(new)
    marks = [(i, comment[1]) for i, line in enumerate(lines) if (comment := _COMMENT.match(line))]
    bad = next((i for i, text in marks if _BAD.search(text) and not _GOOD.match(text)), None)
    good = next((i for i, text in marks if _GOOD.match(text)), None)
    if bad is not None and good is not None and bad < good:
        return _joined(lines[bad + 1 : good]), _joined(lines[good + 1 :])
    return ([], _joined(lines)) if fix else (_joined(lines), [])


def _joined(lines: Sequence[str]) -> list[str]:
    text = "\n".join(lines).strip("\n")
    return [text] if text.strip() else []
