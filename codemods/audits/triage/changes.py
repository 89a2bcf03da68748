"""Was the fault there, and is it gone? What the report quotes and proposes, beside the code and git's log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codemods.audits.triage.case import Case, Sight
from codemods.audits.triage.model import Place
from codemods.audits.triage.places import Found
from codemods.audits.triage.quotes import find, pieces, plain, words

_PART = 12  # characters of a line that proves something by itself
_SHORT = 8  # of one that does beside other evidence
_NEAR = 15  # lines round the place in which proposed code is looked for
_ASKED = 6  # texts that git is asked about for one finding
_PLAIN_LINES = ("import ", "from ", "return ", "def ", "try:", "except ", "#", '"""')


@dataclass(frozen=True, slots=True)
class Change:
    """Why we say that it was fixed, in one sentence, and what was seen."""

    reason: str
    evidence: tuple[str, ...] = ()


def gone(case: Case, found: Found, against: Sequence[Sight]) -> Change | None:
    """What shows that the fault is fixed: the proposed code is there, or the code at fault was taken out.

    `against` is what checks saw that speaks against the claim: beside it, small or partial proposals
    count too.
    """
    return _proposed_is_there(case, refuted=bool(against)) or _was_removed(case, found, against)


# -- what the report proposes ---------------------------------------------------------------------------


def _proposed_is_there(case: Case, *, refuted: bool) -> Change | None:
    """The lines that the report proposes and does not quote stand at the place, all of them."""
    for new in _new_pieces(case, refuted=refuted):
        for place in case.places:
            line = _together(new, place, case, share=0.5 if refuted else 1)
            if line:
                longest = plain(max(new, key=lambda text: len(plain(text))))
                at = f"{place.path}:{line}"
                return Change(f"what the report proposes is there: `{longest}`, from {at}", (at,))
    return None


def _new_pieces(case: Case, *, refuted: bool) -> Iterator[tuple[str, ...]]:
    """What is new in the proposed code, in pieces that say something."""
    old = "\n".join(plain(line) for snippet in case.finding.quoted for line in snippet.split("\n"))
    advised = [(code,) for code in case.prose.advised if refuted and set("(=") & set(code)]
    for piece in [*pieces(case.finding.proposed), *advised]:
        new = tuple(line for line in piece if plain(line) not in old and _tells(plain(line), refuted))
        if new and (refuted or len(words("\n".join(map(plain, new)))) > 1):
            yield new


def _tells(line: str, refuted: bool) -> bool:
    """Whether finding a line says that it was meant: `return None` and `import os` stand everywhere."""
    return len(line) >= (_SHORT if refuted else _PART) and (refuted or not line.startswith(_PLAIN_LINES))


def _together(new: tuple[str, ...], place: Place, case: Case, *, share: float) -> int | None:
    """The line from which the new code stands near the place; a single one may be a part of a line."""
    lines = case.code.lines(place.path)
    match = find(new, lines, [line for range_ in place.lines for line in range_])
    if match and match.share >= share and _is_near(match.first, place):
        return match.first
    text = plain(new[0])
    if len(new) > 1 or len(text) < _PART:
        return None
    return next((n for n, line in enumerate(lines, 1) if text in line and _is_near(n, place)), None)


def _is_near(line: int, place: Place) -> bool:
    """Whether a line is at the place; code that a whole file was asked for is so anywhere in it.

    What is new at the top of a file (a lock, a constant, an import) belongs to all places in it.
    """
    return not place.lines or any(a - 10 * _NEAR <= line <= b + _NEAR for a, b in place.lines)


# -- what the report quotes -----------------------------------------------------------------------------


def _was_removed(case: Case, found: Found, against: Sequence[Sight]) -> Change | None:
    """A text of the fault that a commit took out of the file, so that it does not stand there any more."""
    paths = [place.path for place in case.places if not found.by_name]
    if not paths or len(paths) > 3:
        return None
    traces = [trace for sight in against for trace in sight.traces]
    for text in dict.fromkeys([*_quoted(case, found), *traces]):
        for path in paths:
            if text in (case.code.text(path) or ""):
                continue
            if commit := case.code.removed(text, path):
                now = _now(case, found, path)
                return Change(f"`{text}` is gone from {path}: taken out in {commit}", (now,))
    return None


def _quoted(case: Case, found: Found) -> Iterable[str]:
    """The quoted code that was not found again: lines, and code in the sentences of the claim."""
    lines = [line for _, match in found.matches for line in match.missing]
    lines += [line for piece in found.lost for line in piece]
    bare = dict.fromkeys(line.partition("  #")[0].partition(" # ")[0].strip() for line in lines)
    in_lines = [text for text in bare if text == "except:" or (len(text) >= _SHORT and _is_code(text))]
    return [*in_lines[:_ASKED], *[code for code in case.prose.claimed if _is_code(code)][:_ASKED]]


def _is_code(text: str) -> bool:
    """Whether a text is more than a name: a call, an assignment, a statement."""
    return bool(set("(=[") & set(text)) or text.startswith(
        ("raise ", "except", "import ", "from ", "global ")
    )


def _now(case: Case, found: Found, path: str) -> str:
    """What stands there now."""
    match = next((m for p, m in found.matches if p == path), None)
    place = next(place for place in case.places if place.path == path)
    line = match.first if match else (place.lines[0][0] if place.lines else 1)
    lines = case.code.lines(path)
    return f"{path}:{line} is now `{lines[line - 1].strip()}`" if line <= len(lines) else path
