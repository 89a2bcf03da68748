"""What branches hold that are not as planned, because a person was at work there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codemods.branches.model import Plan
from codemods.branches.plumbing.refs import differences
from codemods.branches.stacks.overlap import conflicts
from codemods.branches.standing.history import courses
from codemods.branches.standing.landing import content, landings
from codemods.model import FileChange
from codemods.objects import Entry, read_object
from codemods.sources import Commit


def changes_of(base: Commit, commit: str) -> tuple[FileChange, ...]:
    """All files in which a commit differs from the base, sorted. Raises GitFailure, and OSError."""
    left = differences(base.repository, [commit], base.sha).get(commit, {})
    entries = base.entries()

    def read(entry: Entry | None) -> bytes | None:
        return read_object(base.repository, entry.oid) if entry and entry.is_file else None

    changes = (FileChange(path, read(entries.get(path)), read(entry)) for path, entry in sorted(left.items()))
    return tuple(change for change in changes if change.before != change.after)


def meetings(base: Commit, plans: Sequence[Plan], tips: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """For each name those that it conflicts with: plans as they are written, and branches by their tips.

    What a branch changes is what a merge into the base would bring. Raises GitFailure.
    """
    there: list[Plan] = []
    if tips:
        found, _ = courses(base.repository, base.sha, tips.values())
        forks = {tip: course.fork for tip, course in found.items() if course.ahead and course.fork}
        merges = landings(base.repository, base.sha, forks)
        there = [
            Plan(
                name,
                "",
                tuple(
                    FileChange(path, content(base.repository, now), content(base.repository, then))
                    for path, (now, then) in merges[tip].changes.items()
                ),
            )
            for name, tip in tips.items()
            if tip in merges
        ]
    missing: dict[str, tuple[str, ...]] = dict.fromkeys(tips, ())
    return {**missing, **conflicts([*plans, *there])}
