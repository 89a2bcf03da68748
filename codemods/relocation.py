"""Findings of a tree found again where others have changed it: at their place, or by their fingerprint.

A fingerprint counts among equals, and a fix of one of them renumbers the rest. So a finding is told by its
line, where that is the same but for its indentation; by its fingerprint only where all that look like it
are still there; and where its lines were changed, if it was and is the only one of its kind in them. What
cannot be told so is lost, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from codemods.branches.stacks.hunks import Hunk, hunks_between, moved
from codemods.engine import normalised, project_of, scan
from codemods.model import Applicability, Failure, FileChange, Finding, SourceTree
from codemods.module import Unreadable
from codemods.series import Series, series
from codemods.sources import Overlay

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Relocation:
    """The findings on the changed tree, under their old fingerprints, and why others are not there."""

    tree: SourceTree
    findings: tuple[Finding, ...]
    lost: tuple[Failure, ...]


def relocate(
    tree: SourceTree,
    below: Sequence[FileChange],
    findings: Sequence[Finding],
    wanted: Callable[[Finding], bool],
    *,
    uncovered: bool,
) -> Relocation:
    """The findings of `tree` as they are after the changes `below`, as far as their fixes are `wanted` there.

    With `uncovered`, those that are new there and wanted are among them. Files that have not changed are
    not looked at again, unless a fix of theirs changes one that has.
    """
    overlay = Overlay.of(tree, below)
    changed = {change.path for change in below if change.before != change.after}
    stale = {f.path for f in findings if f.fix and changed.intersection({f.path, *f.fix.paths})}
    remedies = sorted({f.remedy for f in findings if f.path in stale})
    files = {path: _File.of(tree, overlay, path, remedies) for path in sorted(stale)}
    found = [f for f in findings if f.path not in stale]
    lost: list[Failure] = []
    again: dict[Finding, str] = {}
    for finding in (f for f in findings if f.path in stale):
        file = files[finding.path]
        other = file.counterpart(finding) if file else "its file cannot be read there"
        if isinstance(other, Finding):
            again[other] = finding.fingerprint
            other = replace(other, fingerprint=finding.fingerprint)
            problem = _unwanted(other, wanted)
        else:
            problem = other
        if problem is None and isinstance(other, Finding):
            found.append(other)
        else:
            lost.append(Failure(finding.path, f"{finding.remedy} at line {finding.span.line}: {problem}"))
    if uncovered:
        new = (f for file in files.values() if file for f in file.after)
        found += [f for f in new if f not in again and f.fix and wanted(f)]
    return Relocation(overlay, tuple(sorted(found, key=_place)), tuple(lost))


def repair_above(
    tree: SourceTree,
    below: Sequence[FileChange],
    findings: Sequence[Finding],
    wanted: Callable[[Finding], bool],
    remedies: Sequence[str],
    *,
    again: bool,
    safer: bool = False,
) -> Series:
    """Make the fixes of the findings of `tree`, remedy by remedy, on top of the changes `below`.

    With `again` also those that the changes have uncovered. What is lost there is a failure.
    """
    there = relocate(tree, below, findings, wanted, uncovered=again)
    made = series(there.tree, there.findings, remedies, wanted, again=again, safer=safer)
    return replace(made, failures=(*there.lost, *made.failures))


def _unwanted(finding: Finding, wanted: Callable[[Finding], bool]) -> str | None:
    """Why the fix of a finding is not to be made on the changed tree."""
    if finding.fix is None:
        return f"there it needs a person: {finding.reason or finding.message}"
    if not wanted(finding):
        is_unsafe = finding.applicability is Applicability.UNSAFE
        return "there its fix can change a meaning" if is_unsafe else "there its fix is not wanted"
    return None


@dataclass(frozen=True)
class _File:
    """One file before and after the changes."""

    old: Sequence[str]
    new: Sequence[str]
    before: Sequence[Finding]
    after: Sequence[Finding]
    lines: Mapping[int, int]
    """Where the lines of `old` that are the same but for their indentation are in `new`, from 0."""
    changed: Sequence[tuple[range, range]]
    """The other lines of `old`, and those of `new` that are there instead."""

    @classmethod
    def of(cls, tree: SourceTree, overlay: SourceTree, path: str, remedies: Sequence[str]) -> _File | None:
        """None when one of the two trees has no such file, or one that nobody can read."""
        try:
            modules = [project_of(each).module(path) for each in (tree, overlay)]
        except (OSError, Unreadable):
            return None
        old, new = (_LINE_END.split(module.data.decode(module.encoding)) for module in modules)
        hunks = hunks_between(*([line.strip().encode() for line in lines] for lines in (old, new)))
        places = ((line, moved(line, hunks)) for line in range(len(old)))
        return cls(
            old,
            new,
            scan(tree, remedies, paths=[path]).findings,
            scan(overlay, remedies, paths=[path]).findings,
            {line: place for line, place in places if place is not None},
            list(_stretches(hunks)),
        )

    def counterpart(self, finding: Finding) -> Finding | str:
        """The finding after the changes, or why it cannot be told."""
        at = self.lines.get(finding.span.line - 1)
        if at is not None:
            column = _indented(self.old, finding.span.line - 1, finding.span.column)
            here = [
                f
                for f in self.after
                if f.remedy == finding.remedy
                and f.span.line - 1 == at
                and _indented(self.new, at, f.span.column) == column
            ]
            if len(here) == 1:
                return here[0]
        same = [f for f in self.after if f.fingerprint == finding.fingerprint]
        prints = {f.fingerprint for f in self.after}
        if same and all(f.fingerprint in prints for f in self._equals(finding)):
            return same[0]
        if only := self._only_one(finding):
            return only
        if same:
            return "it cannot be told from others that look the same there"
        return "what it is about is changed there already"

    def _only_one(self, finding: Finding) -> Finding | None:
        """The finding in the lines that were changed where this one is the only one of its remedy."""
        for old, new in self.changed:
            if finding.span.line - 1 in old:
                was = [f for f in self.before if f.remedy == finding.remedy and f.span.line - 1 in old]
                now = [f for f in self.after if f.remedy == finding.remedy and f.span.line - 1 in new]
                if len(was) == len(now) == 1 and now[0].message == finding.message:
                    return now[0]
        return None

    def _equals(self, finding: Finding) -> Iterator[Finding]:
        """The findings among which a fingerprint may count this one."""
        code = _code(self.old, finding)
        return (f for f in self.before if f.remedy == finding.remedy and _code(self.old, f) == code)


def _stretches(hunks: Iterable[Hunk]) -> Iterator[tuple[range, range]]:
    """The lines that hunks replace, and those that they put there."""
    shift = 0
    for start, end, lines in hunks:
        yield range(start, end), range(start + shift, start + shift + len(lines))
        shift += len(lines) - (end - start)


def _indented(lines: Sequence[str], number: int, column: int) -> int:
    """A column, counted from where the line's code begins."""
    line = lines[number]
    return column - (len(line) - len(line.lstrip()))


def _code(lines: Sequence[str], finding: Finding) -> str:
    """What a fingerprint is made of, of a finding's code."""
    span = finding.span
    code = list(lines[span.line - 1 : span.end_line])
    if code:
        code[-1] = code[-1][: span.end_column - 1]
        code[0] = code[0][span.column - 1 :]
    return normalised("\n".join(code))


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.span.line, finding.span.column, finding.fingerprint
