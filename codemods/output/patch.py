"""A series of fixes as one patch: the diffs of each remedy, with what they are for as comments.

Whoever applies a patch skips the text before a diff, so the comments travel with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from codemods.model import FileChange, Finding, by_story
from codemods.output.diff import header, hunks, unified
from codemods.series import Series, Step

UNDECIDED = "For a person to decide:"


class Kind(Enum):
    """What a chunk is, for whoever paints it."""

    TITLE = "title"
    NOTE = "note"
    HEADER = "header"
    HUNK = "hunk"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of one kind."""

    kind: Kind
    data: bytes


def patch(fixes: Series, why: Mapping[str, str], undecided: Iterable[Finding] = ()) -> Iterator[bytes]:
    """The whole patch, which makes all fixes when applied in one go; comments say what it is for.

    `why` has one line for each remedy; `undecided` are findings to list that no fix is made for.
    """
    for step in fixes.steps:
        yield _comment([f"{step.remedy}: {why[step.remedy]}"])
        for change in step.changes:
            yield _comment(_notes(_concerned(step, change)))
            yield unified(change)
    if notes := _notes(undecided):
        yield _comment([UNDECIDED, *notes])


def view(fixes: Series, why: Mapping[str, str], undecided: Iterable[Finding] = ()) -> Iterator[Chunk]:
    """The same for a reader: what is said of a finding stands at the lines that change for it."""
    for step in fixes.steps:
        yield Chunk(Kind.TITLE, _text([f"{step.remedy}: {why[step.remedy]}"]))
        for change in step.changes:
            yield Chunk(Kind.HEADER, header(change))
            yield from _annotated(change, _concerned(step, change))
    if notes := _notes(undecided):
        yield Chunk(Kind.TITLE, _text([UNDECIDED]))
        yield Chunk(Kind.NOTE, _text(notes))


def _annotated(change: FileChange, findings: Sequence[Finding]) -> Iterator[Chunk]:
    """The hunks, each after the notes on the findings (in the order of lines) that begin in it."""
    stretches = hunks(change)
    for hunk in stretches:
        here = [f for f in findings if _line_in(f, change) <= hunk.last or hunk is stretches[-1]]
        findings = findings[len(here) :]
        yield Chunk(Kind.NOTE, _text(_notes(here)))
        yield Chunk(Kind.HUNK, hunk.data)


def _notes(findings: Iterable[Finding]) -> list[str]:
    return [line for alike in by_story(findings) for line in described(*alike)]


def described(finding: Finding, *alike: Finding) -> Iterator[str]:
    """One finding in lines of text: where and what, how sure, why we believe it, what to look at.

    `alike` are others with the same story, which is told once.
    """
    for each in (finding, *alike):
        head = f"{each.path}:{each.span.line}:{each.span.column}"
        yield f"{head}: {each.message} [{each.applicability}]"
    yield from (f"    {line}" for line in finding.notes)


def _comment(lines: Iterable[str]) -> bytes:
    """Lines of text as lines that `git apply` skips."""
    return _text(f"# {line}" for line in lines)


def _text(lines: Iterable[str]) -> bytes:
    """Lines of text; what is one line in the end stays one, whatever a file is called."""
    return b"".join(os.fsencode(" ".join(line.split("\n"))) + b"\n" for line in lines)


def _concerned(step: Step, change: FileChange) -> list[Finding]:
    """The findings whose fixes change the file, in the order of its lines."""
    touching = [f for f in step.fixed if f.fix and change.path in f.fix.paths]
    return sorted(touching, key=lambda finding: _line_in(finding, change))


def _line_in(finding: Finding, change: FileChange) -> int:
    """The line of the file at which the finding's fix begins to change it."""
    starts = [e.start for e in finding.fix.edits if e.path == change.path] if finding.fix else []
    return (change.before or b"")[: min(starts, default=0)].count(b"\n") + 1
