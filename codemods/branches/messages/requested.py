"""Branches for what reports ask for: what goes together, what it is called, and what its commit says.

All that comes from a report was written by somebody we do not know. It is quoted, shortened and kept from
being anything but text: no trailer, no reference that closes an issue, no control character.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from codemods.branches.messages.message import MANNER, Content, Manner, defused, fill, line_of, message_of
from codemods.branches.messages.style import PLAIN, Style, shortened
from codemods.branches.model import Change, Purpose, Request
from codemods.branches.names import request_name
from codemods.model import Finding, Fix

_TITLE_WIDTH = 150
_TEXT_WIDTH = 600
_PART = "This change is a part of that; the rest needs a person."
_READ = 5_000  # characters of a text of which the beginning is shown
_TOLD = 6  # findings of reports that one message tells of
_IMPERATIVE = re.compile(
    r"(Add|Avoid|Check|Close|Correct|Do|Fix|Handle|Limit|Make|Move|Pin|Prevent|Release|Remove|Rename|Replace"
    r"|Restrict|Set|Stop|Use|Validate)\b"
)


@dataclass(slots=True)
class _Change:
    """What goes on one branch: fixes, and the requests that are answered by it."""

    fixes: set[Fix]
    requests: list[Request]


@dataclass(frozen=True, slots=True)
class Requested:
    """Which branch makes what, and for whom."""

    names: Mapping[str, str]
    """The branch of each finding that is asked for, by its fingerprint."""
    requests: Mapping[str, Sequence[Request]]
    """Those that a branch answers, in the order of the reports."""


def requested(findings: Sequence[Finding], requests: Sequence[Request], prefix: str) -> Requested:
    """Spread what is asked for over branches: each fix on one, for the request that asks for the fewest.

    Requests for the same fixes share a branch. One whose fixes have all gone to others is named on theirs.
    """
    changes = _changes(findings, requests)
    order = {request: number for number, request in enumerate(requests)}
    named: list[tuple[str, _Change]] = []
    for change in changes:
        change.requests.sort(key=order.__getitem__)
        ids = list(dict.fromkeys(request.id for request in change.requests))
        remedies = {finding.remedy for finding in findings if finding.fix in change.fixes}
        named.append((request_name(ids, remedies, prefix), change))
    times = Counter(name.casefold() for name, _ in named)
    named = [(n if times[n.casefold()] == 1 else f"{n}-{_digest(c.requests)}", c) for n, c in named]
    branch = {fix: name for name, change in named for fix in change.fixes}
    names = {f.fingerprint: branch[f.fix] for f in findings if f.fix in branch}
    return Requested(names, {name: tuple(change.requests) for name, change in named})


def _changes(findings: Sequence[Finding], requests: Sequence[Request]) -> list[_Change]:
    fix_of = {finding.fingerprint: finding.fix for finding in findings if finding.fix}
    wanted = {r: frozenset(fix_of[p] for p in r.findings if p in fix_of) for r in requests}
    changes: dict[frozenset[Fix], _Change] = {}
    owner: dict[Fix, _Change] = {}
    for request in sorted((r for r in requests if wanted[r]), key=lambda r: len(wanted[r])):
        fixes = wanted[request]
        left = {fix for fix in fixes if fix not in owner}
        if fixes in changes:
            changes[fixes].requests.append(request)
        elif left:
            changes[fixes] = _Change(left, [request])
            owner |= dict.fromkeys(left, changes[fixes])
        else:
            for change in {id(owner[fix]): owner[fix] for fix in fixes}.values():
                change.requests.append(request)
    return list(changes.values())


def request_message(
    requests: Sequence[Request],
    purpose: Callable[[str], Purpose],
    findings: Sequence[Finding],
    version: str,
    manner: Manner = MANNER,
) -> str:
    """The message of a commit that does what findings of reports ask for. Ends with a newline."""
    remedies = list(dict.fromkeys(finding.remedy for finding in findings))
    told = [_told(request) for request in requests[:_TOLD]]
    if len(requests) > _TOLD:
        told.append(f"{len(requests) - _TOLD} more findings ask for the same; see below.")
    purposes = [purpose(remedy) for remedy in remedies]
    is_fix = any(purpose.change is Change.FIX for purpose in purposes) or not _is_part(requests)
    change = Change.FIX if is_fix else Change.REFACTOR
    text, tail = _says(requests, purposes[0].subject, manner.style.says_fix(change))
    why = [purpose.why for purpose in purposes]
    return message_of(Content(text, change, findings, why, told, tail, requests), version, manner)


def request_subject(
    requests: Sequence[Request],
    deed: str,
    style: Style = PLAIN,
    change: Change = Change.FIX,
    paths: Iterable[str] = (),
) -> str:
    """`Fix BUG-004: bare except in stats parsing`, or what the title itself says to do.

    Where that would promise too much, it is the deed of the remedy: `Name what is caught (part of C-2)`.
    In the style of a project that names types: `fix: bare except in stats parsing (BUG-004)`.
    """
    text, tail = _says(requests, deed, style.says_fix(change))
    return style.line(change, paths, text, tail)


def _says(requests: Sequence[Request], deed: str, says_fix: bool) -> tuple[str, str]:
    """The text of a subject, and what has to stay at its end.

    With `says_fix` what stands in front of it says already that something is fixed.
    """
    ids = list(dict.fromkeys(line_of(defused(request.id), 24) for request in requests))
    named = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    title = line_of(defused(requests[0].title), _TITLE_WIDTH)
    if _is_part(requests):
        return deed, f" (part of {named})"
    if _IMPERATIVE.match(title) or title == deed:
        return title, f" ({named})"
    title = _within_a_sentence(title)
    return (title, f" ({named})") if says_fix else (f"Fix {named}: {title}", "")


def _is_part(requests: Sequence[Request]) -> bool:
    return all(request.is_part for request in requests)


def _digest(group: Sequence[Request]) -> str:
    """What tells findings of the same id apart, and stays when the report grows."""
    identity = "\0".join(part for one in group for part in (one.report, one.id, one.title))
    return hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()[:8]


def _told(request: Request) -> str:
    """What the report says: where, how bad, and its title and the beginning of its text as a quotation.

    Every line of the quotation is marked, so that none is taken for a trailer.
    """
    severity = f" ({request.severity})" if request.severity else ""
    place = line_of(request.report, 200) + (f", line {request.line}" if request.line else "")
    head = f"Asked for by {line_of(defused(request.id), 60)} in {place}{severity}:"
    title = line_of(defused(request.title), _TITLE_WIDTH)
    text = shortened(" ".join(defused(request.text[:_READ]).split()), _TEXT_WIDTH)
    parts = [title] if text in ("", title) else [title, text]
    rest = "\n\n" + fill(_PART) if request.is_part else ""
    return fill(head) + "\n\n" + "\n>\n".join(fill(part, "> ", "> ") for part in parts) + rest


def _within_a_sentence(title: str) -> str:
    """A title that is written like a sentence begins with a small letter; names and abbreviations stay."""
    first, *others = title.split(" ")
    is_word = first[:1].isupper() and first[1:].islower() and first[1:].isalpha()
    is_sentence = others and not any(word[:1].isupper() for word in others)
    return title[0].lower() + title[1:] if is_word and is_sentence else title


def asked_by(requests: Sequence[Request], findings: Sequence[Finding]) -> tuple[Request, ...]:
    """The requests that some of the findings answer, in their order."""
    prints = {finding.fingerprint for finding in findings}
    return tuple(request for request in requests if prints & request.findings)
