"""The words that reports are read by, out of `words.toml`: compiled once, asked everywhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

SEVERITIES = ("critical", "high", "medium", "low", "info")

_CJK = re.compile("[぀-ヿ㐀-鿿가-힯]")
_NOT_WORDS = re.compile(r"[^\w\s'\u2019/#№°()+-]+")


@cache
def words(section: str) -> dict[str, list[str]]:
    """One table of the file."""
    table: dict[str, list[str]] = _all_words()[section]
    return table


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Any of a list's words, as a whole word; `befund*` stands for what begins with it."""
    return re.compile(alternatives(words(section)[name]), re.IGNORECASE)


@cache
def label_kind(text: str) -> str | None:
    """What a label (`Betroffene Datei`) announces: a name of the table `labels`."""
    plain = " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())
    exact = _labels().get(plain) or _labels().get(re.sub(r"\s*\(.*\)$", "", plain))
    first, *more = plain.split() or [""]
    return exact or (_labels().get(f"{first} *") if 0 < len(more) < 3 else None)


@cache
def severity_word(text: str) -> str | None:
    """The severity that a whole text stands for: `Hoch`, `P1`, `high-risk` (but not `high memory`)."""
    bare = re.sub(r"[\s-]+(?:risk|severity|priority|level)$", "", text.strip().casefold())
    for severity in SEVERITIES:
        if pattern("severity", severity).fullmatch(bare):
            return severity
    return None


def first_severity(text: str) -> tuple[int, str] | None:
    """Where the first severity in a text stands, and which it is: a word, else a coloured sign."""
    found = [
        (match.start(), severity)
        for severity in SEVERITIES
        if (match := pattern("severity", severity).search(text))
    ]
    return min(found, default=None) or sign(text)


def sign(text: str) -> tuple[int, str] | None:
    """Where the first sign of a severity (`🔴`) stands in a text, and which severity that is."""
    found = [
        (text.index(mark), severity)
        for severity, marks in words("severity_signs").items()
        for mark in marks
        if mark in text
    ]
    return min(found, default=None)


def alternatives(entries: Iterable[str]) -> str:
    """A pattern of any of these words; the longest first, so that `line(s)` is not read as `line`."""
    ordered = sorted(entries, key=len, reverse=True)
    spaced = [_escaped(word) for word in ordered if not _CJK.search(word)]
    inside = [re.escape(word) for word in ordered if _CJK.search(word)]
    parts = [rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return f"(?:{'|'.join([*parts, *inside])})"


def _escaped(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")


@cache
def _labels() -> dict[str, str]:
    return {word: kind for kind, entries in words("labels").items() for word in reversed(entries)}


@cache
def _all_words() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))
