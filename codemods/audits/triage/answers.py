"""Which of our findings answer a finding of a report: it must speak of their fault, and of their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from codemods.audits.model import AuditFinding
from codemods.audits.triage.case import Case
from codemods.audits.triage.quotes import find, pieces
from codemods.model import Finding
from codemods.module import FUNCTIONS, Function
from codemods.remedy import Remedy, all_remedies

_SLACK = 2  # lines that a report may be off
_ENOUGH = 0.7  # of a piece of quoted code


def spoken_of(case: Case, sentences: Iterable[str]) -> Sequence[str]:
    """The ids of the remedies whose fault these sentences of the finding speak of, or the rule of a tool."""
    claim = "\n".join(sentences).replace("`", "")
    return [remedy.id() for remedy in all_remedies() if _speaks_of(case.finding, claim, remedy)]


def answering(case: Case, findings: Iterable[Finding], mainly: Collection[str]) -> tuple[Finding, ...]:
    """Those of our findings, all of a fault that the report speaks of, that stand where it points.

    `mainly` are the remedies whose fault is what the report's finding is about: of those, the others in
    the cited files count too when it says that there are more, of the kind that can be fixed at the place.
    """
    if case.finding.locations and not case.places:  # it cites files that are not here
        return ()
    paths = {place.path for place in case.places}
    candidates = [f for f in findings if not paths or f.path in paths or _edits_in(f, case)]
    candidates = [f for f in candidates if f.remedy in mainly or not _is_elsewhere(f, case)]
    placed = [finding for finding in candidates if _is_placed(finding, case)]
    if case.prose.says_many:
        meant = {f.remedy for f in placed if f.fix} & set(mainly) or mainly
        placed += [f for f in candidates if f.remedy in meant and (f.path in paths or not paths)]
    return tuple(dict.fromkeys(placed or _drifted(case, candidates, mainly)))


def _speaks_of(finding: AuditFinding, claim: str, remedy: type[Remedy]) -> bool:
    if finding.rules:
        return bool({rule.upper() for rule in finding.rules} & {code.upper() for code in remedy.codes})
    return any(pattern.search(claim) for pattern in patterns_of(remedy.words))


@cache
def patterns_of(words: tuple[str, ...]) -> Sequence[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in words]


def _is_placed(finding: Finding, case: Case) -> bool:
    """Whether the finding, or an edit of its fix, is in the lines of a place; without lines, in its file."""
    span = finding.span
    for place in case.places:
        whole_file = not place.lines and not place.is_vague
        if place.path == finding.path and (
            whole_file or any(span.line <= b + _SLACK and a - _SLACK <= span.line for a, b in place.lines)
        ):
            return True
    return _edits_in(finding, case) or not case.places


def _edits_in(finding: Finding, case: Case) -> bool:
    """Whether its fix changes a line that the report points at: a caller, for instance."""
    for edit in finding.fix.edits if finding.fix else ():
        module = case.code.module(edit.path)
        for place in case.places:
            if module and place.path == edit.path and place.lines:
                first, last = module.position(edit.start)[0], module.position(edit.end)[0]
                if any(first <= b and a <= last for a, b in place.lines):
                    return True
    return False


def _is_elsewhere(finding: Finding, case: Case) -> bool:
    """Whether it is outside of the functions of its file that the report names, and of the code it quotes.

    Its line may be the cited one; but what a report says by the way is of the code that it speaks of, and
    that has moved.
    """
    module = case.code.module(finding.path)
    functions: list[Function] = module.nodes(*FUNCTIONS) if module else []
    names = {name.rpartition(".")[2] for name in case.prose.quoted_names}
    named = [function for function in functions if function.name in names]
    inside = any(n.lineno <= finding.span.line <= (n.end_lineno or 0) for n in named)
    return bool(named) and not inside and not _is_quoted(finding, case)


def _drifted(case: Case, candidates: Sequence[Finding], mainly: Collection[str]) -> Sequence[Finding]:
    """Findings of a file whose lines moved: in functions that the report names, in the code that it quotes,
    or, where it gives neither, as many of its main fault as it cites. Another one is not what it asks for:
    that may be fixed.
    """
    for place in case.places:
        module = case.code.module(place.path)
        here = [finding for finding in candidates if finding.path == place.path]
        if not module or not here:
            continue
        named = [f for f in case.functions(module) if f.name in case.prose.functions]
        inside = [f for f in here if any(n.lineno <= f.span.line <= (n.end_lineno or 0) for n in named)]
        quoted = [finding for finding in here if _is_quoted(finding, case)]
        if inside or quoted:
            return inside or quoted
        neither = not named and not case.finding.quoted
        meant = [finding for finding in here if finding.remedy in mainly]
        if neither and place.lines and len(place.lines) == len(meant):
            return meant
    return []


def _is_quoted(finding: Finding, case: Case) -> bool:
    """Whether the report shows the code that the finding is in."""
    lines, line = case.code.lines(finding.path), finding.span.line
    matches = (find(piece, lines, [line]) for piece in pieces(case.finding.quoted))
    return any(m and m.share >= _ENOUGH and m.first <= line <= m.last for m in matches)
