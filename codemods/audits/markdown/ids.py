"""What is an id in a report, and what only looks like one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from codemods.audits.markdown.lead import lead_of
from codemods.audits.markdown.vocabulary import words


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
