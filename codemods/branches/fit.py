"""Whether a plan can become a commit and a branch at all: its changes, its name, the names around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from codemods.branches.model import Plan
from codemods.branches.names import is_branch_name
from codemods.branches.plumbing.refs import blob_name
from codemods.model import FileChange
from codemods.objects import Entry, entries_of
from codemods.repository import Repository
from codemods.sources import Commit

_NO_PARTS = frozenset(("", ".", "..", ".git"))


def wanted_entries(base: Commit, plan: Plan, below: Mapping[str, Entry | None]) -> dict[str, Entry | None]:
    """What a plan leaves at each path it changes; None where it deletes. Modes stay.

    `below` is where what it is made on differs from the base.
    """
    entries = base.entries()
    wanted: dict[str, Entry | None] = {}
    for change in plan.changes:
        mode, after = mode_of(entries, below, change.path), change.after
        wanted[change.path] = None if after is None else Entry(mode, blob_name(after, base.sha))
    return wanted


def mode_of(entries: Mapping[str, Entry], below: Mapping[str, Entry | None], path: str) -> str:
    """The mode that a file of these has, or will have where it is new; `below` is where others differ."""
    before = below[path] if path in below else entries.get(path)
    return before.mode if before else "100644"


def unfit(plan: Plan) -> str | None:
    """Why a plan is no branch, wherever it would be made."""
    if not is_branch_name(plan.name):
        return "git does not take this name for a branch: choose another prefix"
    if all(change.before == change.after for change in plan.changes):
        return "it changes nothing"
    return plan.problem


def is_inside(path: str) -> bool:
    """Whether a commit can have a file of this path."""
    return _NO_PARTS.isdisjoint(path.lower().split("/"))


def misfit(base: Commit, plan: Plan, below: Mapping[str, Entry | None]) -> str | None:
    """Why a plan's changes are not those of the commit it is made on.

    That is the base, where other plans have left what is `below`.
    """
    entries = base.entries()
    return next(filter(None, (_misfit(base, entries, change, below) for change in plan.changes)), None)


def _misfit(
    base: Commit, entries: Mapping[str, Entry], change: FileChange, below: Mapping[str, Entry | None]
) -> str | None:
    """The change was made from other bytes, or its path is taken."""
    path = change.path
    parts = path.split("/")
    if not is_inside(path):
        return f"{path!r} is not a path inside the repository"
    where = f"commit {base.sha[:10]}"
    entry = below[path] if path in below else entries.get(path)
    if change.before is not None:
        if entry is None or not entry.is_file or entry.oid != blob_name(change.before, base.sha):
            where = "the branch below it" if path in below else where
            return f"{path!r} is not in {where} as it was read"
        return None
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if entry or any(p in entries for p in above) or path in _folders(base.repository, base.sha):
        return f"{path!r} is new, and in {where} something is there"
    return None


@lru_cache(maxsize=2)
def _folders(repository: Repository, sha: str) -> frozenset[str]:
    """All folders of a commit."""
    found: set[str] = set()
    for path in entries_of(repository, sha):
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def taken_names(branches: Iterable[str]) -> Mapping[str, str]:
    """Every name that is a branch or a folder of branches, without capitals, and a branch it is from."""
    return {part.casefold(): name for name in branches for part in _parts(name)}


def clash(name: str, taken: Mapping[str, str]) -> str | None:
    """Which other branch makes it impossible to have one of this name."""
    candidates = [name, f"{name}/", *(part.rstrip("/") for part in _parts(name))]
    others = (taken.get(candidate.casefold()) for candidate in candidates)
    other = next((o for o in others if o and o != name), None)
    return other and f"the branch {other!r} is in the way of this name: choose another prefix or rename it"


def _parts(name: str) -> Iterator[str]:
    """`a/b/c` as `a`, `a/b`, `a/b/c`, with a slash at the end of folders."""
    pieces = name.split("/")
    yield name
    for depth in range(1, len(pieces)):
        yield "/".join(pieces[:depth]) + "/"
