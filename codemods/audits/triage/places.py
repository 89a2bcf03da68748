"""From what a report cites to the places in the code as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from codemods.audits.model import AuditFinding, Location
from codemods.audits.triage.case import definitions
from codemods.audits.triage.cited import Resolved, resolve
from codemods.audits.triage.code import Code
from codemods.audits.triage.model import Place
from codemods.audits.triage.prose import Prose
from codemods.audits.triage.quotes import Match, find, pieces, plain, words
from codemods.audits.triage.requirements import requirement
from codemods.layout import is_test
from codemods.module import FUNCTIONS, Function
from codemods.names import names_of

_SYSTEM = (".py", ".yml", ".yaml", ".toml", ".cfg", ".ini", ".txt", "Dockerfile")  # no report, no document
_UNKEPT = re.compile(r"(?:^|/)\.env[^/]*$|\.(?:log|db|sqlite3?|pyc|pid|lock)$")
_TELLING = 12  # letters in the names of a piece of code; fewer do not tell one place from another
_FAR = 400  # files in which a piece of code is looked for, when no cited file has it
_MENTIONS = 3  # places that are given for names
_NAMES = 12  # names that are looked for


@dataclass(frozen=True, slots=True)
class Found:
    """The places of a finding, and what is to be said of the paths that led to none.

    `matches` are the quoted pieces that were found again, by path; `lost` the pieces that were not, though
    they ought to be in the files cited.
    """

    places: tuple[Place, ...] = ()
    problems: tuple[Resolved, ...] = ()
    matches: tuple[tuple[str, Match], ...] = ()
    lost: tuple[tuple[str, ...], ...] = ()
    is_unsure: bool = False
    """A path means several files, and nothing tells which."""
    by_name: bool = False
    """The report cites no place: these are where the names that it uses stand."""

    @property
    def is_quoted(self) -> bool:
        return bool(self.matches)


def places_of(finding: AuditFinding, prose: Prose, code: Code) -> Found:
    """Where the finding is now."""
    resolved = [(location, resolve(location.path, code)) for location in finding.locations]
    quoted = list(pieces(finding.quoted))
    cited = [(location, found) for location, found in resolved if found.paths]
    places: list[Place] = []
    matches: list[tuple[str, Match]] = []
    for location, found in cited:
        placed, seen = _located(location, found, quoted, prose, code)
        places += placed
        matches += seen
    if not places:
        matches = _anywhere(quoted, code) if not any(f.refused for _, f in resolved) else []
        places = [Place(path, ((m.first, m.last),), "found by the quoted code") for path, m in matches]
    problems = tuple(found for _, found in resolved if found.problem and not (places and found.is_sure))
    there = {m.piece for _, m in matches}
    lost = [piece for piece in quoted if cited and piece not in there]
    if not places:
        absent = [p.cited for p in problems if not (p.refused or p.gone)]
        unkept = absent and all(map(_UNKEPT.search, absent))  # nobody expects those in a repository
        named = _named(prose, code) if unkept or not resolved else _mentioned(absent, code)
        return Found(tuple(named[:_MENTIONS]), problems, (), tuple(lost), by_name=bool(named))
    unsure = any(len(r.paths) > 1 and r.problem for r in problems) and not matches
    return Found(_merged(places), problems, tuple(matches), tuple(lost), unsure)


def _located(
    location: Location, found: Resolved, quoted: Sequence[tuple[str, ...]], prose: Prose, code: Code
) -> tuple[list[Place], list[tuple[str, Match]]]:
    """The places that one location means: by quoted code if it is found, else by lines, else by names."""
    paths = [path for path in found.paths if code.text(path) is not None]
    matches = [(path, m) for path in paths[:50] for m in _matches(path, quoted, location, prose, code)]
    if found.problem:  # several files fit: the quoted code may tell which one is meant
        having = list(dict.fromkeys(path for path, match in matches if match.is_telling))
        if len(having) == 1:
            paths, matches = having, [(path, m) for path, m in matches if path == having[0]]
            found = replace(found, problem=None, note="one of several of that name, by its code")
    note = found.note
    if len(paths) != 1:
        return [Place(path, note=note) for path in paths], matches
    (path,) = paths
    lines = _ranges(location, [m for _, m in matches], path, prose, code)
    if location.lines and lines and not _meet(lines, location.lines):
        moved = f"moved from line {location.lines[0][0]}"
        note = f"{note}, {moved}" if note else moved
    return [Place(path, lines, note, is_vague=bool(location.lines) and not lines)], matches


def _ranges(
    location: Location, matches: Sequence[Match], path: str, prose: Prose, code: Code
) -> tuple[tuple[int, int], ...]:
    """The lines that are meant in a file: the cited ones, unless quoted code or the function is elsewhere."""
    total = len(code.lines(path))
    inside = [(a, min(b, total)) for a, b in location.lines if a <= total]
    named = _functions_named(path, prose, code)
    quoted = [(m.first, m.last) for m in matches if m.share >= 0.7 or not inside]
    if quoted:
        elsewhere = [lines for _, lines in named] if not _meet(quoted, [lines for _, lines in named]) else []
        return tuple(inside if _meet(inside, quoted, slack=3) else [*elsewhere, *quoted])
    if named and not _meet(inside, [lines for _, lines in named], slack=3):
        cited = "\n".join(line for a, b in inside for line in code.lines(path)[a - 1 : b])
        if not any(name in cited for name, _ in named):  # nor is it where the function is used
            return tuple(lines for _, lines in named)
    return tuple(inside)


def _matches(
    path: str, quoted: Sequence[tuple[str, ...]], location: Location, prose: Prose, code: Code
) -> list[Match]:
    """The quoted pieces in a file: near the function that is named, else near the lines that are cited.

    Code that stands in many places says nothing outside of that function.
    """
    named = [lines for _, lines in _functions_named(path, prose, code)]
    near = [line for lines in (named or location.lines) for line in lines]
    found = [m for piece in quoted if (m := find(piece, code.lines(path), near))]
    return [m for m in found if m.is_telling or not named or _meet([(m.first, m.last)], named)]


def _functions_named(path: str, prose: Prose, code: Code) -> list[tuple[str, tuple[int, int]]]:
    """The functions of the file that the title names, with their lines."""
    module = None if prose.finding.rules else code.module(path)
    functions: list[Function] = module.nodes(*FUNCTIONS) if module else []
    nodes = [function for function in functions if function.name in prose.title_names]
    return [(node.name, (_first_line(node), node.end_lineno or node.lineno)) for node in nodes][:_MENTIONS]


def _first_line(node: Function) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _anywhere(quoted: Sequence[tuple[str, ...]], code: Code) -> list[tuple[str, Match]]:
    """Where all of a piece of quoted code stands, when no cited path leads anywhere."""
    found: list[tuple[str, Match]] = []
    for piece in quoted:
        wanted = words("\n".join(map(plain, piece)))
        if len(wanted) < 2 or len("".join(wanted)) < _TELLING:
            continue
        paths = [path for path in code.paths if path.endswith(_SYSTEM)][:_FAR]
        having = [p for p in paths if all(word in (code.text(p) or "") for word in wanted)]
        found += [
            (p, m) for p in having if not is_test(p) and (m := find(piece, code.lines(p))) and m.share == 1
        ]
    return found


def _named(prose: Prose, code: Code) -> list[Place]:
    """Where the names that the finding uses are defined or used, packages required, paths spoken of."""
    packages = (*prose.packages, *prose.proper_names)
    required = dict.fromkeys(r for package in packages if (r := requirement(package, code)))
    places = [Place(r.path, ((r.line, r.line),), f"where {r.package} is required") for r in required]
    for name in prose.names[:_NAMES]:
        last = name.rpartition(".")[2]
        if len(last) < 4 or len(places) >= _MENTIONS:
            continue
        defined = list(definitions(last, code))
        if len(defined) == 1:
            module, node = defined[0]
            places.append(
                Place(module.path, ((node.lineno, node.end_lineno or node.lineno),), f"where {name} is")
            )
        elif not defined and (first := _first_use(last, code)):
            places.append(Place(*first, f"where {name} is used"))
    return places or _mentioned((text for text in prose.literals if "/" in text), code)


def _mentioned(paths: Iterable[str], code: Code) -> list[Place]:
    """Where the code speaks of a path that is not there: a file that is made at run time, or is missing."""
    places = []
    for cited in paths:
        telling = [part for part in cited.rstrip("/").split("/") if len(part) > 5]
        if not telling or cited.endswith(".py"):
            continue
        path = next((path for path in code.python if telling[-1] in (code.text(path) or "")), None)
        if path:
            line = next(n for n, text in enumerate(code.lines(path), 1) if telling[-1] in text)
            places.append(Place(path, ((line, line),), f"where {telling[-1]} is spoken of"))
    return places[:_MENTIONS]


def _first_use(word: str, code: Code) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    for module in code.mentioning(word):
        if nodes := names_of(module).occurrences(word):
            line = min(node.lineno for node in nodes)
            return module.path, ((line, line),)
    return None


def _meet(a: Iterable[tuple[int, int]], b: Sequence[tuple[int, int]], slack: int = 0) -> bool:
    return any(x[0] <= y[1] + slack and y[0] - slack <= x[1] for x in a for y in b)


def _merged(places: Iterable[Place]) -> tuple[Place, ...]:
    """One place for each file, in order."""
    merged: dict[str, Place] = {}
    for place in places:
        known = merged.get(place.path)
        lines = tuple(dict.fromkeys([*(known.lines if known else ()), *place.lines]))
        note = place.note or (known.note if known else None)
        merged[place.path] = replace(
            place, lines=tuple(sorted(lines)), note=note, is_vague=place.is_vague and not lines
        )
    return tuple(merged.values())
