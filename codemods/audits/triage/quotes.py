"""Finding quoted code again: lines move, comments of the report's author stand beside them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_COMMENT = re.compile(r"(?:^|\s)(?:#|//|<!--|/\*)\s.*$|\s#\S*$")
_ELLIPSIS = re.compile(r"^\W*(?:\.\.\.|…)\W*$")
_WORD = re.compile(r"[A-Za-z_]\w*")
_STRONG = 8  # characters; shorter lines (`try:`, `})`) stand everywhere
_RARE = 3  # times that a line may stand in a file and still tell one place from another
_NEAR = 12  # lines that may stand between two that are quoted after each other
_OCCURRENCES = 40  # of one line that are looked at


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quoted piece of code is: inclusive lines, 1-based, and how much of it is there (0 to 1)."""

    piece: tuple[str, ...]
    first: int
    last: int
    share: float
    missing: tuple[str, ...] = ()
    """The lines that are not there, as the report has them."""
    is_telling: bool = True
    """Whether it could not as well be another place: some line of it is rare in the file."""


def pieces(snippets: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The quoted code in pieces that stand together: split at blank lines and where something is left out."""
    for snippet in snippets:
        piece: list[str] = []
        for line in snippet.split("\n"):
            if _ELLIPSIS.match(line) or not line.strip():
                if piece:
                    yield tuple(piece)
                piece = []
            elif plain(line):
                piece.append(line)
        if piece:
            yield tuple(piece)


def find(piece: tuple[str, ...], lines: Sequence[str], near: Sequence[int] = ()) -> Match | None:
    """The best place for a piece of code in a file; of equals, the one nearest to the lines `near`.

    None when less than half of it is there.
    """
    index = _index(tuple(lines))
    wanted = [plain(line) for line in piece]
    weights = [_weight(line, len(index.get(line, ()))) for line in wanted]
    anchors = [n for n, weight in enumerate(weights) if weight == max(weights)]
    best: tuple[float, int, Match] | None = None
    for number in anchors:
        for start in index.get(wanted[number], ())[:_OCCURRENCES]:
            after, before = _after(wanted, number, start, index), _before(wanted, number, start, index)
            match = _match(piece, {number: start, **after, **before}, weights)
            away = min((abs(start - line) for line in near), default=0)
            if best is None or (match.share, -away) > (best[0], -best[1]):
                best = match.share, away, match
    return best[2] if best and best[2].share >= 0.5 else None


def _match(piece: tuple[str, ...], matched: Mapping[int, int], weights: Sequence[float]) -> Match:
    """What it means to find the lines `matched` of a piece (its lines by number, to lines of the file)."""
    share = sum(weights[n] for n in matched) / sum(weights)
    missing = tuple(line.strip() for n, line in enumerate(piece) if n not in matched)
    telling = any(weights[n] == 1 for n in matched)
    return Match(piece, min(matched.values()), max(matched.values()), share, missing, telling)


def plain(line: str) -> str:
    """A line without layout and comment."""
    return " ".join(_COMMENT.sub("", line.strip()).split()).rstrip(",")


def words(text: str) -> set[str]:
    """The identifiers in a piece of code that are not too common to say something."""
    return {word for word in _WORD.findall(text) if len(word) > 3 and word not in _EVERYWHERE}


def _weight(line: str, occurrences: int) -> float:
    """How much finding this line again says: little when it is short, or stands in many places."""
    telling = len(line) >= _STRONG and bool(words(line)) and occurrences <= _RARE
    return 1.0 if telling else 0.25


def _after(wanted: Sequence[str], at: int, line: int, index: Mapping[str, Sequence[int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for number in range(at + 1, len(wanted)):
        following = next((n for n in index.get(wanted[number], ()) if line < n <= line + _NEAR), None)
        if following is not None:
            found[number] = line = following
    return found


def _before(wanted: Sequence[str], at: int, line: int, index: Mapping[str, Sequence[int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for number in range(at - 1, -1, -1):
        places = [n for n in index.get(wanted[number], ()) if line - _NEAR <= n < line]
        if places:
            found[number] = line = places[-1]
    return found


@lru_cache(maxsize=64)
def _index(lines: tuple[str, ...]) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if text := plain(line):
            found[text].append(number)
    return found


# Too common to tell one place from another.
_EVERYWHERE = {
    *(
        "self",
        "None",
        "True",
        "False",
        "return",
        "import",
        "from",
        "class",
        "async",
        "await",
        "with",
        "except",
    ),
    *(
        "Exception",
        "raise",
        "pass",
        "elif",
        "else",
        "finally",
        "lambda",
        "yield",
        "print",
        "open",
        "name",
        "data",
    ),
    *("file", "path", "list", "dict", "tuple", "value", "result", "args", "kwargs", "error"),
}
