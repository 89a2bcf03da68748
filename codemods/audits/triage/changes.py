"""Was the fault there, and is it gone? What the report quotes and proposes, beside the code and git's log."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.audits.model import Claim
from codemods.audits.triage.case import Case
from codemods.audits.triage.places import Found
from codemods.audits.triage.quotes import find, pieces, plain, words

_ASKED = 6  # lines that git is asked about for one finding


@dataclass(frozen=True, slots=True)
class Change:
    """Why we say that it was fixed, in one sentence, and what was seen."""

    reason: str
    evidence: tuple[str, ...] = ()


def gone(case: Case, found: Found) -> Change | None:
    """What shows that the fault is fixed: the proposed code is there, or quoted code was taken out."""
    return _proposed_is_there(case) or _quoted_was_removed(case, found)


def _proposed_is_there(case: Case) -> Change | None:
    """Every line of weight that the report proposes and does not quote stands in a file, close together."""
    old = {plain(line) for snippet in case.finding.quoted for line in snippet.split("\n")}
    for piece in pieces(case.finding.proposed):
        new = tuple(line for line in piece if plain(line) not in old and _says_something(plain(line)))
        if not new or len(words("\n".join(new))) < 2:
            continue
        for place in case.places:
            match = find(new, case.code.lines(place.path))
            if match and match.share == 1 and not _is_quoted(case, place.path):
                at = f"{place.path}:{match.first}"
                return Change(f"what the report proposes is there: `{new[0].strip()}` at {at}", (at,))
    return None


def _is_quoted(case: Case, path: str) -> bool:
    """Whether all of the quoted code still is in the file: then the proposed lines there prove nothing."""
    quoted = list(pieces(case.finding.quoted))
    matches = [find(piece, case.code.lines(path)) for piece in quoted]
    return bool(quoted) and all(match and match.share == 1 for match in matches)


def _says_something(line: str) -> bool:
    return len(line) >= 12 and not line.startswith(("import ", "from ", "return ", "def ", "#", '"""'))


def _quoted_was_removed(case: Case, found: Found) -> Change | None:
    """A quoted line that is not in the file any more and that a commit took out."""
    paths = [place.path for place in case.places if not found.by_name]
    if not paths or len(paths) > 3:
        return None
    lines = [line for _, match in found.matches for line in match.missing]
    lines += [line.strip() for piece in found.lost for line in piece]
    asked = [line for line in dict.fromkeys(map(_bare, lines)) if _says_something(line) or line == "except:"]
    for line in asked[:_ASKED]:
        for path in paths:
            if line in (case.code.text(path) or ""):
                continue
            commit = case.code.removed(line, path)
            if commit:
                return Change(
                    f"`{line}` is gone from {path}: taken out in {commit}", (_now(case, found, path),)
                )
    if case.finding.claim is Claim.RESOLVED and asked and not found.matches:
        return Change(f"the report calls it resolved, and `{asked[0]}` is not in {paths[0]}")
    return None


def _bare(line: str) -> str:
    """A quoted line as it may stand in the file: without the comment of the report's author."""
    return line.partition("  #")[0].partition(" # ")[0].strip()


def _now(case: Case, found: Found, path: str) -> str:
    """What stands there now."""
    match = next((m for p, m in found.matches if p == path), None)
    place = next(place for place in case.places if place.path == path)
    line = match.first if match else (place.lines[0][0] if place.lines else 1)
    lines = case.code.lines(path)
    return f"{path}:{line} is now `{lines[line - 1].strip()}`" if line <= len(lines) else path
