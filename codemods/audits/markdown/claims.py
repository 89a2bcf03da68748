"""What a report says of a finding's state: still open, resolved, taken back, or never true."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from codemods.audits.markdown.vocabulary import alternatives, pattern, words
from codemods.audits.model import Claim

_TICK = re.compile("[✅✔☑]\ufe0f?")
_STRUCK = re.compile(r"~~(?P<text>.+?)~~")
_SENTENCE = re.compile(r"(?<=[.!?。\uff01\uff1f])\s+|\s+[—\u2013\u2015-]+\s+|\n")


def status_claim(text: str) -> Claim:
    """The state that the value of a status, or the words beside a title, name."""
    if _denied(text):
        return Claim.OPEN
    if pattern("claims", "false_alarm").search(text):
        return Claim.FALSE_ALARM
    if pattern("claims", "retracted").search(text):
        return Claim.RETRACTED
    return Claim.RESOLVED if _TICK.search(text) or pattern("claims", "resolved").search(text) else Claim.OPEN


def without_state(title: str) -> tuple[str, Claim]:
    """A title without its strokes and ticks, and what they say: only struck out is taken back."""
    text = _TICK.sub("", title.replace("~~", "")).strip()
    struck = _STRUCK.search(title)
    if struck and len(struck["text"]) * 2 > len(title):
        claim = status_claim(title[: struck.start()] + title[struck.end() :])
        return text, Claim.RETRACTED if claim is Claim.OPEN else claim
    ticked = bool(_TICK.search(title)) and not _denied(title)
    return text, Claim.RESOLVED if ticked else Claim.OPEN


def taken_back(prose: Iterable[str]) -> Claim:
    """Whether the prose of a finding takes it back: a sentence that begins with words that do."""
    for line in prose:
        for sentence in _SENTENCE.split(line):
            start = sentence.replace("**", "").strip(" *_~:-")
            if _back().match(start):
                return Claim.FALSE_ALARM
            if pattern("claims", "retracted").match(start):
                return Claim.RETRACTED
    return Claim.OPEN


def _denied(text: str) -> bool:
    return bool(pattern("claims", "open").search(text))


@cache
def _back() -> re.Pattern[str]:
    """What a sentence begins with, or consists of, that takes a finding back."""
    begins, whole = (alternatives(words("claims")[name]) for name in ("takes_back", "taken_back"))
    return re.compile(rf"{begins}|{whole}(?=\s*(?:$|[.!,:;()]|[\u2014\u2013-]))", re.IGNORECASE)
