"""What merging branches into a target would do today: nothing, a change, or a conflict.

It is told by content, so a fix that landed is known however it did: squashed, picked, or made by hand.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from codemods.branches.model import Plan
from codemods.branches.plumbing.mergetree import merge_trees
from codemods.branches.stacks.hunks import merged
from codemods.branches.stacks.overlap import conflicts
from codemods.model import FileChange
from codemods.objects import Entry, read_object
from codemods.repository import Repository

Content: TypeAlias = str | bytes | None
"""What a file holds: the name of an object, the bytes themselves, or None where there is no file."""
Sides: TypeAlias = Mapping[str, tuple[Entry | None, Entry | None]]
"""By path what was there before, and after."""


class Merge(StrEnum):
    """What a merge would do."""

    NOTHING = "nothing"  # the target has all of it
    CHANGE = "change"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"  # the repository does not have the content, as in some partial clones


@dataclass(frozen=True, slots=True)
class Landing:
    """What merging a commit would do, and in which files, where that is clear.

    `changes` are by path what the target has, and what it would have then.
    """

    merge: Merge
    changes: Mapping[str, tuple[Content, Content]]


def landings(repository: Repository, target: str, forks: Mapping[str, str]) -> Mapping[str, Landing]:
    """What merging commits (by their names; with each the last one it shares with the target) would do.

    Raises GitFailure.
    """
    back = sides(repository, [(fork, target) for fork in forks.values()])
    changed = sides(repository, forks.items())
    found = {
        tip: _landing(repository, changed.get(tip, {}), back.get(fork, {})) for tip, fork in forks.items()
    }
    # Git knows what we do not: files that were renamed, and its own way to tell lines apart.
    unsure = [tip for tip, landing in found.items() if landing.merge is Merge.CONFLICT]
    tree = repository.git("rev-parse", "--verify", f"{target}^{{tree}}").decode().strip() if unsure else ""
    for tip, result in merge_trees(repository, target, unsure).items():
        if result is not None:
            merge = Merge.NOTHING if result == tree else Merge.CHANGE
            found[tip] = replace(found[tip], merge=merge)
    return found


def sides(repository: Repository, pairs: Iterable[tuple[str, ...]]) -> Mapping[str, Sides]:
    """What differs between two commits, by the first of them: what the second has, and what the first.

    A commit alone is compared with the one below it.
    """
    feed = "".join(f"{' '.join(pair)}\n" for pair in dict.fromkeys(pairs))
    answer = repository.git(
        *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"), feed=feed.encode()
    )
    found: dict[str, dict[str, tuple[Entry | None, Entry | None]]] = {}
    paths: dict[str, tuple[Entry | None, Entry | None]] = {}
    fields = iter(answer.split(b"\0"))
    for field in fields:
        if field.startswith(b":"):
            old_mode, mode, old_oid, oid, _ = field[1:].decode().split(" ")
            paths[os.fsdecode(next(fields))] = _entry(old_mode, old_oid), _entry(mode, oid)
        elif field:
            paths = found.setdefault(field.decode().split(" ")[0], {})
    return found


def meeting(
    repository: Repository, branches: Mapping[str, Landing], on: Mapping[str, str | None]
) -> Mapping[str, tuple[str, ...]]:
    """For each branch's name those whose changes of the target conflict with its own.

    `on` says which branch one is made on: these two do not conflict.
    """
    shared = Counter(path for landing in branches.values() for path in landing.changes)
    plans = []
    for name, landing in branches.items():
        changes = (
            _change(repository, path, *both) for path, both in landing.changes.items() if shared[path] > 1
        )
        plans.append(Plan(name, "", tuple(filter(None, changes)), on=on.get(name)))
    return conflicts(plans)


def _change(repository: Repository, path: str, now: Content, then: Content) -> FileChange | None:
    """The same with the bytes; None where the repository does not have them."""
    try:
        return FileChange(path, content(repository, now), content(repository, then))
    except OSError:
        return None


def content(repository: Repository, it: Content) -> bytes | None:
    """The bytes of a file. Raises OSError when the repository does not have them."""
    return read_object(repository, it) if isinstance(it, str) else it


def _entry(mode: str, oid: str) -> Entry | None:
    return None if mode == "000000" else Entry(mode, oid)


def _landing(repository: Repository, changed: Sides, back: Sides) -> Landing:
    """From what a commit changed since it left the target, and what leads from the target back to there."""
    try:
        return _compared(repository, changed, back)
    except OSError:
        return Landing(Merge.UNKNOWN, {})


def _compared(repository: Repository, changed: Sides, back: Sides) -> Landing:
    changes: dict[str, tuple[Content, Content]] = {}
    conflict = False
    for path, (before, after) in changed.items():
        now = back[path][0] if path in back else before
        if now == after:
            continue
        if now == before:
            changes[path] = _oid(now), _oid(after)
            continue
        both = _both(repository, before, after, now)
        if both is None:
            conflict = True
        elif both != content(repository, _oid(now)):
            changes[path] = _oid(now), both
    if conflict:
        return Landing(Merge.CONFLICT, changes)
    return Landing(Merge.CHANGE if changes or not changed else Merge.NOTHING, changes)


def _both(
    repository: Repository, before: Entry | None, after: Entry | None, now: Entry | None
) -> bytes | None:
    """A file with what both sides did to it; None where that is for git or a person to say."""
    files = (before, after, now)
    if (
        not all(entry and entry.is_file for entry in files)
        or len({entry.mode for entry in files if entry}) > 1
    ):
        return None
    return merged(*(read_object(repository, entry.oid) for entry in files if entry))


def _oid(entry: Entry | None) -> str | None:
    return entry.oid if entry else None
