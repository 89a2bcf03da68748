"""From a report and a tree to one verdict for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from codemods.audits.model import Audit, AuditFinding, Claim
from codemods.audits.triage import checks, domains
from codemods.audits.triage.answers import answering, spoken_of
from codemods.audits.triage.case import Case, Sight, definitions
from codemods.audits.triage.changes import gone
from codemods.audits.triage.code import Code, Tree
from codemods.audits.triage.model import Place, Status, Triage, Verdict
from codemods.audits.triage.places import Found, places_of
from codemods.audits.triage.prose import Prose
from codemods.engine import DEFAULT_SIZE_LIMIT, scan
from codemods.model import Applicability, Finding, ScanResult
from codemods.remedy import all_remedies

_ASKED = 3  # names and files that git is asked about


@dataclass(frozen=True)
class _Look:
    """A finding with its places, and the remedies whose fault it speaks of."""

    case: Case
    found: Found
    remedies: tuple[str, ...] = ()
    mainly: frozenset[str] = frozenset()
    """Those of them whose fault is what the finding is mainly about."""

    @property
    def is_open(self) -> bool:
        """Whether our findings may answer it: its place is clear, or the report cites none."""
        is_clear = bool(self.found.places) and not (self.found.by_name or self.found.is_unsure)
        return bool(self.remedies) and (is_clear or not self.case.finding.locations)


def triage(
    audit: Audit,
    tree: Tree,
    remedies: Sequence[str] | None = None,
    *,
    paths: Sequence[str] | None = None,
    workers: int = 1,
    size_limit: int = DEFAULT_SIZE_LIMIT,
) -> Triage:
    """One verdict for each finding of the report, against the files of `tree`.

    `remedies` (ids; None: all) may answer findings, in `paths` (None: all Python files of the tree).
    Only files that the report speaks of are scanned, and those whose fixes reach into them. The fixes
    in the verdicts are findings of that scan: their fingerprints are those of a scan of the whole tree.
    """
    code = Code(tree)
    allowed = {r.id() for r in all_remedies()} if remedies is None else set(remedies)
    looks = [_look(finding, code, allowed) for finding in audit.findings]
    result = _scan(looks, code, set(code.python if paths is None else paths), workers, size_limit)
    verdicts = [_verdict(look, result.findings) for look in looks]
    return Triage(audit, tuple(verdicts), result.failures, _matches(looks))


def _look(finding: AuditFinding, code: Code, allowed: set[str]) -> _Look:
    prose = Prose(finding)
    found = places_of(finding, prose, code)
    case = Case(finding, prose, found.places, code)
    taken_back = prose.taken_back is not None
    # Without a place only the title counts: a fault spoken of by the way could be any in the tree.
    is_placed = bool(found.places) and not found.by_name
    spoken = () if taken_back else spoken_of(case, prose.core if is_placed else (finding.title,))
    mainly = frozenset(spoken_of(case, prose.headline))
    return _Look(case, found, tuple(remedy for remedy in spoken if remedy in allowed), mainly)


def _scan(looks: Iterable[_Look], code: Code, paths: set[str], workers: int, size_limit: int) -> ScanResult:
    """Our findings in the files of the findings that speak of a fault we know.

    And in those that define a function which such a finding names: a report may cite the callers, which
    the fix of the function reaches.
    """
    remedies = {remedy for look in looks if look.is_open for remedy in look.remedies}
    opened = [look for look in looks if look.is_open]
    wanted = {place.path for look in opened for place in look.case.places}
    wanted |= {
        m.path for look in opened for name in look.case.prose.functions for m, _ in definitions(name, code)
    }
    if any(not look.case.places for look in opened):
        wanted = set(paths)
    chosen = sorted(path for path in wanted & paths)
    if not chosen or not remedies:
        return ScanResult()
    return scan(code.tree, sorted(remedies), paths=chosen, workers=workers, size_limit=size_limit)


def _matches(looks: Sequence[_Look]) -> bool:
    """Whether the report is about this tree: some path leads to a file, or no path is cited at all."""
    cited = [look for look in looks if look.case.finding.locations]
    return not cited or any(look.found.places and not look.found.by_name for look in cited)


def _verdict(look: _Look, findings: Iterable[Finding]) -> Verdict:
    """The first that holds: taken back, fixable, not our code, not there, refuted, gone, else located."""
    case, found = look.case, look.found
    verdict = Verdict(case.finding, Status.LOCATED, "", case.places)
    if words := case.prose.taken_back:
        return replace(
            verdict, status=Status.FALSE_ALARM, reason=f"the report itself says so: “{_short(words)}”"
        )
    if look.is_open:
        answers = answering(case, [f for f in findings if f.remedy in look.remedies], look.mainly)
        if any(finding.fix for finding in answers):
            return _fixable(verdict, answers, look.mainly, case.code)
        verdict = replace(verdict, manual=answers, places=case.places or _places(answers))
    if why := domains.out_of_scope(case, found):
        return replace(verdict, status=Status.OUT_OF_SCOPE, reason=why)
    if not found.places and found.problems:
        return _absent(verdict, case, found)
    if case.finding.rules:  # a tool has looked at the code itself: there are no words to weigh
        return replace(verdict, reason=_why_located(verdict, look, ()))
    against, supporting = _seen(case)
    change = None if supporting or verdict.manual else gone(case, found, against)
    if change:
        return replace(verdict, status=Status.ALREADY_FIXED, reason=change.reason, evidence=change.evidence)
    if missing := _missing_names(case, found):
        status, reason = _of_missing(missing, case)
        return replace(verdict, status=status, reason=reason)
    if against and not verdict.manual:
        return _refuted(verdict, against, supporting)
    problems = [problem.problem for problem in found.problems if problem.problem]
    evidence = (*_texts(supporting), *problems)
    return replace(verdict, reason=_why_located(verdict, look, supporting), evidence=evidence)


def _seen(case: Case) -> tuple[list[Sight], list[Sight]]:
    """What checks saw against the claim, and for it. Where they disagree, what the title is about decides."""
    sights = checks.look(case)
    if len({sight.refutes for sight in sights}) > 1:
        about = checks.look(replace(case, prose=Prose(case.finding, title_only=True)))
        sights = about if len({sight.refutes for sight in about}) == 1 else sights
    return [s for s in sights if s.refutes], [s for s in sights if not s.refutes]


def _fixable(verdict: Verdict, answers: Sequence[Finding], mainly: frozenset[str], code: Code) -> Verdict:
    """What can be made: all that is asked, or a part when most of it needs a person or is of another kind."""
    fixes = tuple(finding for finding in answers if finding.fix)
    manual = tuple(f for f in answers if not f.fix and not any(_at_once(f, fixed, code) for fixed in fixes))
    is_main = any(finding.remedy in mainly for finding in fixes)
    status = Status.FIX if is_main and len(fixes) >= len(manual) else Status.SCAFFOLD
    safe = sum(finding.applicability is Applicability.SAFE for finding in fixes)
    kinds = " and ".join(dict.fromkeys(finding.remedy for finding in fixes))
    some = "" if not safe else f"{len(fixes) - safe} of them "
    how = "" if safe == len(fixes) else f", {some}with --unsafe"
    rest = f"; {len(manual)} more at the place need a person" if manual else ""
    rest += "" if is_main else "; the rest of what the report says needs a person"
    places = "1 place" if len(fixes) == 1 else f"{len(fixes)} places"
    return replace(
        verdict,
        status=status,
        reason=f"{kinds} fixes {places}{how}{rest}",
        fixes=fixes,
        manual=manual,
        places=verdict.places or _places(fixes),
        evidence=tuple(f"{f.path}:{f.span.line}: {f.message}" for f in fixes[:10]),
    )


def _at_once(manual: Finding, fixed: Finding, code: Code) -> bool:
    """Whether another remedy's fix changes the very place that a finding without a fix is about."""
    module = code.module(manual.path)
    edits = fixed.fix.edits if module and fixed.fix and fixed.remedy != manual.remedy else ()
    lines = [module.position(edit.start)[0] for edit in edits if module and edit.path == manual.path]
    return any(manual.span.line <= line <= manual.span.end_line for line in lines)


def _places(findings: Iterable[Finding]) -> tuple[Place, ...]:
    """Where our findings are, for a report that says no place."""
    return tuple(Place(f.path, ((f.span.line, f.span.line),)) for f in findings)


def _absent(verdict: Verdict, case: Case, found: Found) -> Verdict:
    """None of the cited paths is here: what the report says, or else a sign that it is not about this."""
    problem = "; ".join(dict.fromkeys(p.problem for p in found.problems if p.problem))
    names = [p.cited.rstrip("/").rpartition("/")[2] for p in found.problems if not p.refused]
    if names and any(case.prose.misses(name) for name in names):
        reason = f"{', '.join(names)} is not here, as the report says; no remedy makes it"
        return replace(verdict, reason=reason)
    gone_files = all(p.gone for p in found.problems)
    status = Status.ALREADY_FIXED if gone_files else Status.NOT_CONFIRMED
    return replace(verdict, status=status, reason=problem)


def _refuted(verdict: Verdict, against: Sequence[Sight], supporting: Sequence[Sight]) -> Verdict:
    """The code speaks against the claim; where it also speaks for it, a person has to see both."""
    if supporting:
        reason = f"a person has to look: {against[0].text}, but {supporting[0].text}"
        return replace(verdict, reason=reason, evidence=_texts([*against, *supporting]))
    return replace(verdict, status=Status.NOT_CONFIRMED, reason=against[0].text, evidence=_texts(against))


def _missing_names(case: Case, found: Found) -> list[str]:
    """The names in the claim, when none of them is anywhere here: the code cannot be what is spoken of."""
    in_other_languages = bool(found.places) and not case.modules
    if in_other_languages or case.prose.speaks_of_absence or (found.is_quoted and not found.by_name):
        return []
    names = dict.fromkeys(name.rpartition(".")[2] for name in case.prose.quoted_names)
    telling = [name for name in names if len(name) > 5 and ("_" in name or not name.islower())]
    return [] if any(case.code.has(name) for name in telling) else telling


def _of_missing(names: Sequence[str], case: Case) -> tuple[Status, str]:
    """Whether the names were in the cited files once, and the reason."""
    for name in names[:_ASKED]:
        for place in case.places[:_ASKED]:
            if commit := case.code.removed(name, place.path):
                return Status.ALREADY_FIXED, f"`{name}` is gone from {place.path}: taken out in {commit}"
    one = "that name" if len(names) == 1 else "one of those names"
    return Status.NOT_CONFIRMED, f"{', '.join(names[:3])}: no file here has {one}"


def _why_located(verdict: Verdict, look: _Look, supporting: Sequence[Sight]) -> str:
    """Why a person has to decide, after what was seen."""
    found = look.found
    if verdict.manual:
        first = verdict.manual[0]
        number = f"{len(verdict.manual)} places" if len(verdict.manual) > 1 else "the place"
        why = f"{first.remedy} leaves {number} to a person; {first.path}:{first.span.line}: {first.reason}"
    elif found.is_unsure:
        why = f"{found.problems[0].problem}: a person has to say which"
    elif not verdict.places:
        why = "the report names no place in the code: a person has to decide where to begin"
    elif found.by_name:
        why = f"the report cites no place; {verdict.places[0].note}: {verdict.places[0]}"
    else:
        functions = _functions(look.case)
        why = f"{f'in {functions}' if functions else f'at {verdict.places[0]}'}; {_no_remedy(look)}"
    resolved = ["the report calls it resolved"] if verdict.finding.claim is Claim.RESOLVED else []
    seen = [] if verdict.manual else [sight.text for sight in supporting[:1]]
    return "; ".join([*resolved, *seen, why])


def _no_remedy(look: _Look) -> str:
    """Why there is no fix for a place that is clear."""
    if look.is_open:
        return f"{look.remedies[0]} finds nothing there: it is gone, or a comment silences it"
    rules = look.case.finding.rules
    return f"no remedy is for {rules[0]}" if rules else "no remedy makes this change"


def _functions(case: Case) -> str:
    """The functions that the lines of the places are in, as one text; '' for none."""
    names = [f.name for module in case.modules for f in case.around(module)]
    shown = [f"`{name}`" for name in dict.fromkeys(names)]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def _texts(sights: Iterable[Sight]) -> tuple[str, ...]:
    return tuple(sight.text for sight in sights)


def _short(words: str) -> str:
    return words if len(words) <= 120 else f"{words[:117]}..."
