"""Is an entry there that the report misses in a file that is not Python: compose, requirements, settings?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight

_ABSENT = re.compile(
    r"\bmissing\b|\babsent\b|\b(?:is|are)\s+not\s+(?:\w+\s+)?(?:mounted|listed|included|declared|copied|set|there|present)\b"
    r"|(?:isn't|aren't)\s+(?:\w+\s+)?(?:mounted|listed|included|declared|copied|set)",
    re.IGNORECASE,
)
_CODE = re.compile(r"`([^`]+)`")
_COMMENT = re.compile(r"(?:^|\s)(?:#|//).*$")


def look(case: Case) -> Iterator[Sight]:
    paths = [place.path for place in case.places if not place.path.endswith(".py")]
    if len(paths) != 1 or len(case.places) != 1:
        return
    (path,) = paths
    for sentence in case.prose.headline:
        entries = [e.strip("./ ") for e in _CODE.findall(sentence) if e != path.rpartition("/")[2]]
        if len(entries) == 1 and len(entries[0]) > 2 and _ABSENT.search(sentence):
            yield from _entry(case, path, entries[0])


def _entry(case: Case, path: str, entry: str) -> Iterator[Sight]:
    pattern = re.compile(rf"(?<![\w.-]){re.escape(entry)}(?![\w-]|\.\w)")
    for number, line in enumerate(case.code.lines(path), 1):
        if pattern.search(_COMMENT.sub("", line)):
            yield Sight(f"{path}:{number} has it: `{line.strip()}`", True)
            return
    yield Sight(f"{path} does not mention {entry}", False)
