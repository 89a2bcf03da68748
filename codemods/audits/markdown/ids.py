"""What is an id in a report, and what only looks like one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from codemods.audits.markdown.vocabulary import words

ID = r"[^\W\d_]{1,12}(?:[-_.][A-Z]{1,8}){0,2}[-_#.]?\d{1,5}(?:[.-]\d{1,4}){0,2}[a-z]?"
"""The form of an id: `BUG-004`, `S11`, `SEC-API-2.1`."""
_AT_START = re.compile(rf"(?:[^\W_]{{1,15}}\s?)?[^\w]{{0,12}}(?P<id>{ID})(?!\w)")


class Ids:
    """What is an id in this report: what the beginnings of its headings, entries and rows have in common."""

    def __init__(self, beginnings: Iterable[str]) -> None:
        self._numbers: defaultdict[str, set[str]] = defaultdict(set)
        for name in filter(None, map(_id_at_start, beginnings)):
            self._numbers[_prefix(name)[0]].add(name)

    def accept(self, name: str, separated: bool) -> bool:
        """Whether a name is an id; `separated` if something sets it off from the title behind it."""
        prefix, joined = _prefix(name)
        is_line = prefix == "L" and not joined and "L1" not in self._numbers["L"]
        if is_line or prefix.casefold() in words("numbered")["never"]:
            return False
        if not prefix.isupper() and not (separated and joined):
            return False
        return separated or bool(joined and len(prefix) < 9) or len(self._numbers[prefix]) > 1


def _id_at_start(text: str) -> str | None:
    """What a line begins with, if it has the form of an id."""
    match = _AT_START.match(text)
    return match["id"] if match else None


def _prefix(name: str) -> tuple[str, bool]:
    """The letters of an id, and whether something joins them to the number."""
    letters = re.match(r"[^\W\d_]+", name)
    prefix = letters.group() if letters else ""
    return prefix, not name[len(prefix) : len(prefix) + 1].isdigit()
