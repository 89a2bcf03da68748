"""The places that a text cites: paths in many spellings, each with its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from codemods.audits.markdown.vocabulary import alternatives, words
from codemods.audits.model import Location

Ranges = tuple[tuple[int, int], ...]

_SEGMENT = r"[A-Za-z0-9_@+*$.\-\[\]{}~]+"
_NUMBER_SUFFIX = r"(?:(?::|:L|#L?)\d[\dLC,:\u2013-]*)?"
_BARE = rf"(?<![\w/\\.@-])(?:file:///?)?(?:[A-Za-z]:[\\/]|[\\/])?{_SEGMENT}(?:[\\/]{_SEGMENT})*[\\/]?{_NUMBER_SUFFIX}"
# A path of somebody's machine, with blanks in it; bounded, so that no text takes long.
_NAME = r"[^`,;:|<>\"\\/\n]"
_BLANKS = (
    rf"(?<![\w/\\.`~])(?:[A-Za-z]:[\\/]|/)(?:{_NAME}{{1,60}}[\\/]){{1,20}}"
    rf"{_NAME}{{0,60}}?\.[A-Za-z]\w{{0,9}}(?!\w)"
)
_CITED = re.compile(
    r"\[(?P<text>[^\]]{0,300})\]\((?P<target>[^()\s]+)\)|`(?P<code>[^`]+)`"
    rf"|(?P<blanks>{_BLANKS}{_NUMBER_SUFFIX})|(?P<bare>{_BARE})"
)
_BARE_NAMES = 2  # the most lenient: `bin/deploy` is a path
_BARE_NAME = re.compile(r"(?:\.\./)*(?:[a-z.][\w.@+-]*|[\w.@+-]+/[\w.@+-]+)(?:/[\w@+-]+)+")  # but not "CI/CD"
_PART = re.compile(r"(.*\.[A-Za-z]\w{0,5})::?[A-Za-z_][\w.:]*(?:\([^()]*\))?")  # `app/x.py:load()`
_SEVERAL = re.compile(r":\d|[,;] ")
_LETTER = re.compile(r"[^\W\d_]")
_PATHLIKE = re.compile(r"[./\\]")
_BLOB = re.compile(r"https?://[^/]+/[^/]+/[^/]+/(?:-/)?(?:blob|tree|raw|src)/[^/]+/")
_EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,9})$")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in a text: its location, and where in the text it is written."""

    location: Location
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cited:
    """What a text cites: places, and lines of no file that it names."""

    places: tuple[Citation, ...] = ()
    lines: Ranges = ()

    @property
    def locations(self) -> tuple[Location, ...]:
        return tuple(place.location for place in self.places)


def placed(text: str) -> Cited:
    """The places in the value of a label for them; if it is nothing but paths, they need no extension."""
    bare = _cited(text, _BARE_NAMES)
    return bare if nothing_but(bare, text) else cited(text, lenient=True)


def cited(text: str, *, lenient: bool = False) -> Cited:
    """The places in a text; `lenient` where it is known to name files, so that less has to look like one."""
    return _cited(text, int(lenient))


@lru_cache(maxsize=4096)  # titles are asked about again and again
def _cited(text: str, lenient: int) -> Cited:
    places: list[Citation] = []
    loose: list[tuple[int, int]] = []
    end = 0
    for place in (one for one in _places(text, lenient) if one.start >= end):
        before = text[end : place.start]
        lines = place.location.lines
        if not lines and (match := _numbers().before_path.search(before)):
            lines, before = _ranges(match[1]), before[: match.start()]
        loose += _given(before, places, lenient)
        places.append(replace(place, location=Location(place.location.path, lines)))
        end = place.end
    loose += _given(text[end:], places, lenient)
    return Cited(tuple(places), tuple(dict.fromkeys(loose)))


def _given(text: str, places: list[Citation], lenient: int) -> list[tuple[int, int]]:
    """The lines in a text; where they are the only ones, they are given to the last place before it."""
    found = _loose(text)
    if found and lenient and places and not places[-1].location.lines:
        places[-1] = replace(places[-1], location=Location(places[-1].location.path, tuple(found)))
        return []
    return found


def nothing_but(found: Cited, text: str) -> bool:
    """Whether a text has no words but the places in it, and those for lines."""
    for place in reversed(found.places):
        text = text[: place.start] + text[place.end :]
    text = _numbers().loose.sub(" ", text)
    return not re.search(r"[^\W\d_]{4}|[\u3040-\u9fff]{2}", text)


def only_place(text: str) -> Location | None:
    """The place that a whole text names, if it names nothing else: `app/x.py`, `app/x.py (3 issues)`."""
    bare = re.sub(r"\s*\([^)]*\)$", "", text.strip(" *#:")) or text
    found = cited(bare, lenient=True).places
    if (
        len(found) == 1
        and found[0].start <= bare.startswith("`")
        and found[0].end >= len(bare) - bare.endswith("`")
    ):
        return found[0].location
    return None


def line_numbers(text: str) -> Ranges:
    """The lines in a text that is known to hold some: `53, 211`, `112\u2013168`, `L36-L40`."""
    return tuple(
        found for match in _numbers().plain.finditer(text.replace("`", "")) for found in _ranges(match[0])
    )


def merged(locations: Iterable[Location]) -> tuple[Location, ...]:
    """Each path once, with all its lines, in the order of their first mention."""
    locations = tuple(locations)
    whole = [location.path for location in locations if not location.lines]
    lines: dict[str, list[tuple[int, int]]] = {}
    for location in locations:
        written_out = [*lines, *(whole if location.lines else [])]  # "x.py (line 3) in app/x.py"
        known = lines.setdefault(_same_file(location.path, written_out), [])
        known += [one for one in location.lines if one not in known]
    return tuple(Location(path, tuple(ranges)) for path, ranges in lines.items())


def _same_file(path: str, known: Iterable[str]) -> str:
    """A bare name means the path that is written out elsewhere."""
    return next((other for other in known if other.endswith(f"/{path}")), path) if "/" not in path else path


def _places(text: str, lenient: int) -> Iterator[Citation]:
    for match in _CITED.finditer(text):
        if match["target"]:
            yield from _linked(text, match, lenient)
        elif match["code"]:
            yield from _in_code(text, match, lenient)
        elif match["bare"] or lenient:
            written = match.group().rstrip(".,:-\u2013")
            if not _PATHLIKE.search(written) and written.lower() not in words("files")["names"]:
                continue
            yield from _citation(text, written, match.start(), match.start() + len(written), lenient)


def _in_code(text: str, match: re.Match[str], lenient: int) -> Iterator[Citation]:
    """The place that a text in backticks stands for, or those in it: `a.py:3, b.py:9`."""
    whole = list(_citation(text, match["code"].strip(), match.start(), match.end(), lenient))
    inside = () if whole else _places(match["code"], min(lenient, 1))
    at = match.start("code")
    yield from whole
    yield from (replace(one, start=at + one.start, end=at + one.end) for one in inside if one.location.lines)


def _linked(text: str, match: re.Match[str], lenient: int) -> Iterator[Citation]:
    """A link's target is the whole path; its text may have the lines."""
    target = _BLOB.sub("", match["target"])
    for found in _citation(text, target, match.start(), match.end(), lenient):
        inside = cited(match["text"])
        lines = found.location.lines or next((place.lines for place in inside.locations), inside.lines)
        yield replace(found, location=Location(found.location.path, lines))


def _citation(text: str, written: str, start: int, end: int, lenient: int) -> Iterator[Citation]:
    """The place that one word stands for, if it is one."""
    path, lines = _split(written)
    if not _is_path(path, lenient or int(bool(lines))):
        return
    if not lines and (match := _numbers().after_path.match(text, end)):
        lines, end = _ranges(match[1] or match[2]), match.end()
    yield Citation(Location(_normal(path), lines), start, end)


def _split(written: str) -> tuple[str, Ranges]:
    """`a/b.py:79,92` and `b.py#L12-L20` -> the path, and its lines."""
    match = _numbers().suffix.search(written)
    if match is None:
        part = _PART.fullmatch(written)
        return part[1] if part else written, ()
    numbers = match["column"] or match["numbers"]
    return written[: match.start()], _ranges(numbers)


def _is_path(path: str, lenient: int) -> bool:
    name = re.split(r"[\\/]", path)[-1].lower()
    if (
        not _LETTER.search(path)
        or (_URL.match(path) and not path.startswith("file://"))
        or path.lower() in words("files")["never"]
        or _SEVERAL.search(path)
    ):
        return False
    if any(char in path for char in "()<>=\"'|;,?!") and not re.match(r"[\w/().@\[\]-]+/", path):
        return False
    if " " in path and not re.match(r"[A-Za-z]:[\\/]|[\\/~]|[\w.-]+[\\/]", path):
        return False
    if name in words("files")["names"]:
        return True
    extension = _EXTENSION.search(name)
    foldered = bool(re.search(r"[\\/]", path))
    if extension is None or len(name) == len(extension[0]):
        if lenient == _BARE_NAMES and _BARE_NAME.fullmatch(path):
            return True
        return bool(lenient and foldered and (not name or "*" in name) and not path.startswith("//"))
    return extension[1] in _extensions() or bool(lenient and foldered)


def _normal(path: str) -> str:
    """With `/`, without what says nothing: `./`, `file://`, the mark of a link."""
    plain = path.removeprefix("file://").replace("\\", "/").removeprefix("//?/")
    plain = re.sub(r"^/(?=[A-Za-z]:/)", "", plain)
    while plain.startswith("./"):
        plain = plain[2:]
    return re.sub(r"(?<!^)//+", "/", plain)


@cache
def _extensions() -> frozenset[str]:
    return frozenset(words("files")["extensions"])


@dataclass(frozen=True, slots=True)
class _Numbers:
    """How lines are written, in all the languages."""

    plain: re.Pattern[str]
    after_path: re.Pattern[str]
    before_path: re.Pattern[str]
    loose: re.Pattern[str]
    suffix: re.Pattern[str]
    span: re.Pattern[str]


@cache
def _numbers() -> _Numbers:
    before, after, to, conjunction, of = (
        alternatives(words("lines")[name]) for name in ("before", "after", "to", "and", "of")
    )
    number = r"L?\d{1,6}(?:C\d+)?(?![\d%]|\.\d)"
    called = rf"(?:{before}\.?\s*:?\s*[#~]?|(?=L\d))"
    span = rf"{number}(?:\s*(?:[-\u2013—~\uff5e\u301c]|{to})\s*(?:{before}\.?\s*)?{number})?"
    join = rf"\s*(?:[,;/&+、\uff0c]|,?\s*{conjunction})\s*(?:at\s+)?(?:{before}\.?\s*)?"
    several = rf"{span}(?:\s*{after})?(?:{join}{span}(?:\s*{after})?){{0,40}}"
    counted = rf"{span}(?:{join}{span}){{0,3}}\s*{after}"
    place = r"(?:at|on|around|ab|near|vers|en|em|a|@|~|в|на)?\s*"
    return _Numbers(
        plain=re.compile(several, re.IGNORECASE),
        after_path=re.compile(
            rf"`?\s*[,:\uff1a\uff0c]?\s*[(\uff08\[]?\s*{place}(?:{called}({several})|({counted}))",
            re.IGNORECASE,
        ),
        before_path=re.compile(rf"{called}({several})\s*{of}\s*\S{{0,2}}$", re.IGNORECASE),
        loose=re.compile(rf"{called}({several})|({counted})", re.IGNORECASE),
        suffix=re.compile(
            rf"(?:[:#@]+L?|\s*\()(?:lines?\s*)?"
            rf"(?:(?P<column>\d{{1,6}}):\d{{1,4}}|(?P<numbers>{span}(?:,\s*{span})*))\)?:?$",
            re.IGNORECASE,
        ),
        span=re.compile(
            rf"L?(\d{{1,6}})(?:C\d+)?(?:\s*(?:[-\u2013—~\uff5e\u301c]|{to})\s*(?:{before}\.?\s*)?L?(\d{{1,6}})(?:C\d+)?)?",
            re.IGNORECASE,
        ),
    )


def _ranges(numbers: str | None) -> Ranges:
    found = []
    for match in _numbers().span.finditer(numbers or ""):
        first, last = int(match[1]), int(match[2] or match[1])
        if first:
            found.append((min(first, last), max(first, last)))
    return tuple(dict.fromkeys(found))


def _loose(text: str) -> list[tuple[int, int]]:
    return [span for match in _numbers().loose.finditer(text) for span in _ranges(match[1] or match[2])]
