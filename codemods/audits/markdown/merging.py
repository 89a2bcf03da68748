"""From candidates to findings: each once, whatever repeats it, and each with an id of its own."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from codemods.audits.markdown.candidates import ENOUGH, Candidate
from codemods.audits.markdown.locations import merged
from codemods.audits.model import AuditFinding, Claim

_WORD = re.compile(r"[^\W\d_]{3,}|[぀-鿿]")


def findings_of(candidates: Sequence[Candidate]) -> list[AuditFinding]:
    """The findings in the order of the report; what repeats one adds to it what it does not say itself."""
    chosen, mentions = _chosen(candidates)
    named = _named(chosen)
    extra: defaultdict[str, list[Candidate]] = defaultdict(list)
    titles = _Titles(named)
    for mention in mentions:
        for name in titles.meant(mention):
            extra[name].append(mention)
    return [_finding(name, candidate, extra[name]) for name, candidate in named]


def key_of(name: str) -> str:
    """Ids that only differ in writing have the same key: `BUG_4`, `bug-004`."""
    letters, number, rest = re.match(r"([^\W\d]*(?:[._-][^\W\d]+)*)[-_#.]?0*(\d*)(.*)", name).groups()  # type: ignore[union-attr]
    return f"{letters.casefold()}-{number}{rest.casefold()}"


def _chosen(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """The candidates that state a finding, and those that only speak of one."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        for name in candidate.ids:
            known = best.get(key_of(name))
            if candidate.accepted and (known is None or _rank(candidate) > _rank(known)):
                best[key_of(name)] = candidate
    _add_kin(best, candidates)
    stated = {id(candidate) for candidate in best.values()}
    chosen = [c for c in candidates if id(c) in stated or (c.accepted and not c.ids)]
    numbered = _without_repeats(chosen)
    kept = {id(candidate) for candidate in numbered}
    return numbered, [candidate for candidate in candidates if id(candidate) not in kept]


def _add_kin(best: dict[str, Candidate], candidates: Sequence[Candidate]) -> None:
    """Adds what is numbered like the findings, though it stands where findings usually do not.

    That is a row of a table of all findings, of which not all are told in detail, a finding about tests under
    a heading for tests, or what stands under "Fixed" or "False positives".
    """
    series = {_series(key) for key in best}
    for candidate in candidates:
        severe = candidate.lead.severity or candidate.content.severity or candidate.context.severity
        kind = candidate.context.kind
        row = candidate.form == "row" and kind == "recap"
        told = candidate.form == "heading" and kind in {"advice", "aside"}
        settled = candidate.context.claim is not Claim.OPEN and kind != "recap"
        if candidate.points <= ENOUGH or not (settled or (severe and (row or told))):
            continue
        for name in candidate.ids:
            if _series(key_of(name)) in series:
                best.setdefault(key_of(name), candidate)


def _series(key: str) -> str:
    return key.partition("-")[0]


def _rank(candidate: Candidate) -> tuple[bool, float]:
    return candidate.form == "heading", candidate.points


def _without_repeats(chosen: list[Candidate]) -> list[Candidate]:
    """Leaves out what has the title of a richer finding, in another form."""
    richest: dict[str, Candidate] = {}
    for candidate in chosen:
        title = " ".join(_WORD.findall(candidate.lead.title.casefold()))
        known = richest.get(title)
        if not title or candidate.ids or known is None or known.form == candidate.form:
            richest.setdefault(title or str(id(candidate)), candidate)
        elif _rank(candidate) > _rank(known) and not known.ids:
            richest[title] = candidate
    repeated = {
        id(c)
        for c in chosen
        if not c.ids
        and (other := richest.get(" ".join(_WORD.findall(c.lead.title.casefold()))))
        and other is not c
        and other.form != c.form
    }
    return [candidate for candidate in chosen if id(candidate) not in repeated]


def _named(chosen: Sequence[Candidate]) -> list[tuple[str, Candidate]]:
    """Each finding with its id: the report's own, if it has one for all; else one of its place."""
    numbers = Counter(c.lead.number for c in chosen if c.lead.number and not c.ids)
    unique = max(numbers.values(), default=0) == 1
    sections = dict.fromkeys(c.context.place for c in chosen if not c.ids)
    places = {place: number for number, place in enumerate(sections, 1)}
    within: Counter[int] = Counter()
    named: dict[str, Candidate] = {}
    for candidate in chosen:
        number, place = candidate.lead.number, places.get(candidate.context.place, 0)
        if candidate.ids:
            names = candidate.ids
        elif number and (unique or "." in number):
            names = [number]
        else:
            within[place] += 1
            alone = len(places) == 1 and not numbers
            names = [str(within[place]) if alone else f"{place}.{within[place]}"]
        for name in names:
            named[_free(name, named)] = candidate
    return list(named.items())


def _free(name: str, taken: Mapping[str, Candidate]) -> str:
    """The name, or if it is taken, one with a number behind it."""
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)


class _Titles:
    """Which findings another place of the report speaks of."""

    def __init__(self, named: Sequence[tuple[str, Candidate]]) -> None:
        self._by_key = {key_of(name): name for name, _ in named}
        self._words = {name: _words(candidate) for name, candidate in named}
        self._paths = {name: _paths(candidate) for name, candidate in named}

    def meant(self, mention: Candidate) -> list[str]:
        """By their ids; or by their number, where the title is alike."""
        if mention.ids:
            return [self._by_key[key] for name in mention.ids if (key := key_of(name)) in self._by_key]
        name = self._by_key.get(key_of(mention.lead.number or ""), "")
        own, other = _words(mention), self._words.get(name, set())
        alike = len(own & other) * 2 >= min(len(own), len(other))
        return [name] if own and (alike or self._paths.get(name, set()) & _paths(mention)) else []


def _words(candidate: Candidate) -> set[str]:
    return set(_WORD.findall(candidate.lead.title.casefold()))


def _paths(candidate: Candidate) -> set[str]:
    return {place.path for place in candidate.content.locations}


def _finding(name: str, candidate: Candidate, mentions: Sequence[Candidate]) -> AuditFinding:
    lead, content, context = candidate.lead, candidate.content, candidate.context
    places = content.locations
    told = [place for mention in mentions for place in mention.content.locations]
    whole = {place.path for place in places if not place.lines}
    places = merged([*places, *(place for place in told if not places or place.path in whole)])
    severities = (
        content.severity,
        lead.severity,
        *(mention.content.severity or mention.lead.severity for mention in mentions),
        context.severity,
        *(mention.context.severity for mention in mentions),
    )
    return AuditFinding(
        id=name,
        title=_short(lead.title or content.title or _first_sentence(content.text) or name),
        line=candidate.line,
        severity=next((severity for severity in severities if severity), None),
        category=(lead.category or content.category or context.category or "").lower() or None,
        locations=places,
        quoted=content.quoted,
        proposed=content.proposed,
        text=content.text,
        claim=_claim([candidate, *mentions]),
    )


def _claim(candidates: Sequence[Candidate]) -> Claim:
    """The first that says more than that it is open; a ticked box says that it is done."""
    for candidate in candidates:
        for claim in (candidate.lead.claim, candidate.content.claim, candidate.context.claim):
            if claim is not Claim.OPEN:
                return claim
    return Claim.RESOLVED if any(candidate.lead.ticked for candidate in candidates) else Claim.OPEN


def _short(title: str) -> str:
    """The first sentence of a title that is a whole paragraph."""
    return re.split(r"(?<=[.!?])\s", title, maxsplit=1)[0] if len(title) > 100 else title


def _first_sentence(text: str) -> str:
    line = next(
        (line for line in text.split("\n") if line and ": " not in line[:30]), text.partition("\n")[0]
    )
    return re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0][:120]
