"""What branches there are, what they hold compared with a plan, and how new ones are made."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemods.branches.model import Plan
from codemods.repository import Entry, GitFailure, Repository, complaint, read_object
from codemods.sources import Commit

HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Tip:
    """The commit a branch points to."""

    oid: str
    parents: tuple[str, ...]
    is_ours: bool  # it carries our trailers


def branches_of(repository: Repository) -> Mapping[str, str]:
    """The commits that all branches point to, by the branch's name."""
    listing = repository.git("for-each-ref", "--format=%(objectname) %(refname)", HEADS)
    lines = (line.decode(errors="surrogateescape").partition(" ") for line in listing.splitlines())
    return {name.removeprefix(HEADS): oid for oid, _, name in lines}


def tip_of(repository: Repository, oid: str) -> Tip:
    """What the commit at the end of a branch says of itself. Raises GitFailure when it is not there."""
    try:
        head, _, message = read_object(repository, oid).partition(b"\n\n")
    except OSError as error:
        raise GitFailure(
            f"commit {oid[:10]} of a branch cannot be read: {error.strerror}; run git fsck"
        ) from None
    parents = (line.partition(b" ") for line in head.split(b"\n"))
    return Tip(
        oid,
        tuple(value.decode() for key, _, value in parents if key == b"parent"),
        b"\nPatchwright-Remedy: " in message,
    )


def holding(base: Commit, tips: Mapping[str, Plan]) -> Iterator[str]:
    """Those of the commits (all made on the base) whose tree is the one that their plan would write."""
    if not tips:
        return
    feed = "".join(f"{oid}\n" for oid in tips).encode()
    answer = base.repository.git(
        "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", feed=feed
    )
    differences = _differences(answer)
    for oid, plan in tips.items():
        if differences.get(oid, {}) == wanted_entries(base, plan):
            yield oid


def wanted_entries(base: Commit, plan: Plan) -> dict[str, Entry | None]:
    """What a plan leaves at each path it changes; None where it deletes. Modes stay."""
    entries: dict[str, Entry | None] = {}
    for change in plan.changes:
        before = base.entries().get(change.path)
        mode = before.mode if before else "100644"
        after = change.after
        entries[change.path] = None if after is None else Entry(mode, blob_name(after, base.sha))
    return entries


def blob_name(data: bytes, like: str) -> str:
    """The object name git gives to a file's bytes, in the hash that `like` is a name in."""
    algorithm = hashlib.sha1 if len(like) == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(data) + data).hexdigest()


def create(repository: Repository, commits: Mapping[str, str]) -> str | None:
    """Make branches (name to commit) that must not be there yet, all or none; None, or why not.

    Without the last command nothing happens: a transaction that breaks off is no transaction.
    """
    commands = ["start", *(f"create {HEADS}{name}\0{oid}" for name, oid in commits.items()), "commit"]
    done = repository.try_git(
        *("update-ref", "-m", "branch: created by patchwright", "--stdin", "-z"),
        feed="".join(f"{command}\0" for command in commands).encode(),
    )
    if done.returncode == 0:
        return None
    problem = complaint(done)
    # Somebody's git is at work there, or was killed before it could clean up.
    lock = re.search(r"'(.*)/[^/]*\.lock': File exists", problem)
    return f"{problem} If no git is running, delete the *.lock files in {lock[1]}" if lock else problem


def _differences(answer: bytes) -> Mapping[str, Mapping[str, Entry | None]]:
    """`git diff-tree --stdin -z` taken apart: by commit and path, what the commit has there."""
    found: dict[str, dict[str, Entry | None]] = {}
    commit: dict[str, Entry | None] = {}
    fields = iter(answer.split(b"\0"))
    for field in fields:
        if field.startswith(b":"):
            _, mode, _, oid, status = field.decode().split(" ")
            commit[os.fsdecode(next(fields))] = None if status == "D" else Entry(mode, oid)
        elif field:
            commit = found.setdefault(field.decode(), {})
    return found
