"""A series of fixes as one patch: the diffs of each remedy, with what they are for as comments.

Whoever applies a patch skips the text before a diff, so the comments travel with it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from codemods.model import Finding
from codemods.output.diff import unified
from codemods.series import Series, Step


class Kind(Enum):
    """What a chunk of the patch is, for whoever paints it."""

    TITLE = "title"
    NOTE = "note"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of one kind."""

    kind: Kind
    data: bytes


def patch(fixes: Series, why: dict[str, str]) -> Iterator[Chunk]:
    """The whole patch; `why` has one line for each remedy. Applied in one go it makes all fixes."""
    for step in fixes.steps:
        yield Chunk(Kind.TITLE, comment(f"{step.remedy}: {why[step.remedy]}"))
        by_path: dict[str, list[Finding]] = defaultdict(list)
        for finding in step.fixed:
            by_path[finding.path].append(finding)
        for change in step.changes:
            own = sorted(by_path[change.path], key=lambda finding: finding.span)
            notes = [line for finding in own for line in described(finding)]
            notes += _elsewhere(step, change.path)
            yield Chunk(Kind.NOTE, comment(*notes))
            yield Chunk(Kind.DIFF, unified(change))


def manual(findings: Iterable[Finding]) -> Iterator[Chunk]:
    """The findings that a person must decide on, as comments."""
    listed = [line for finding in findings for line in described(finding)]
    if listed:
        yield Chunk(Kind.TITLE, comment("For a person to decide:"))
        yield Chunk(Kind.NOTE, comment(*listed))


def described(finding: Finding) -> Iterator[str]:
    """One finding in lines of text: where and what, how sure, why we believe it, what to look at."""
    head = f"{finding.path}:{finding.span.line}:{finding.span.column}"
    yield f"{head}: {finding.message} [{finding.applicability}]"
    yield from (f"    {line}" for line in finding.evidence)
    if finding.reason:
        yield f"    {finding.reason}"


def comment(*lines: str) -> bytes:
    """Lines of text as lines that `git apply` skips."""
    return b"".join(b"# " + os.fsencode(" ".join(line.split("\n"))) + b"\n" for line in lines)


def _elsewhere(step: Step, path: str) -> Iterator[str]:
    """The findings in other files whose fixes change this one too."""
    for finding in step.fixed:
        if finding.path != path and finding.fix and path in finding.fix.paths:
            yield f"{path}: goes with the fix at {finding.path}:{finding.span.line}"
