"""The branches of a repository: where they point, what their commits hold, and how they are moved."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codemods.objects import Entry, read_objects
from codemods.repository import GitFailure, Repository, complaint

HEADS = "refs/heads/"
_PATIENCE = 500  # milliseconds to wait for another run, which holds all its locks while it moves its branches


@dataclass(frozen=True, slots=True)
class Head:
    """Where a branch points; one that is another name for a second ref has no commit of its own."""

    oid: str
    is_symbolic: bool = False


@dataclass(frozen=True, slots=True)
class Tip:
    """The commit a branch points to."""

    oid: str
    parents: tuple[str, ...]
    message: str
    written: int
    """When it was committed, in seconds since 1970."""

    @property
    def is_ours(self) -> bool:
        """Whether it carries our trailers."""
        return "\nPatchwright-Remedy: " in self.message


@dataclass(frozen=True, slots=True)
class Move:
    """One ref, by its full name, goes from a commit (None: it must not be there) to another (None: it goes).

    With the same on both sides it stays, and has to be there.
    """

    ref: str
    old: str | None
    new: str | None


def branches_of(repository: Repository) -> Mapping[str, Head]:
    """Where all branches point, by the branch's name."""
    listing = repository.git("for-each-ref", "--format=%(objectname) %(symref) %(refname)", HEADS)
    found = {}
    for line in listing.splitlines():
        oid, symbolic, name = line.decode(errors="surrogateescape").split(" ", 2)
        found[name.removeprefix(HEADS)] = Head(oid, bool(symbolic))
    return found


def tip_of(repository: Repository, oid: str) -> Tip:
    """What the commit at the end of a branch says of itself. Raises GitFailure when it is not there."""
    return tips_of(repository, [oid])[oid]


def tips_of(repository: Repository, oids: Iterable[str]) -> Mapping[str, Tip]:
    """The same for many, by their names."""
    asked = list(dict.fromkeys(oids))
    try:
        read = list(read_objects(repository, asked))
    except OSError as error:
        missing = str(error.filename)[:10]
        raise GitFailure(
            f"commit {missing} of a branch cannot be read: {error.strerror}; run git fsck"
        ) from None
    return {oid: _tip(oid, data) for oid, data in zip(asked, read, strict=True)}


def _tip(oid: str, data: bytes) -> Tip:
    head, _, message = data.partition(b"\n\n")
    lines = [line.split(" ") for line in head.decode(errors="replace").split("\n")]
    return Tip(
        oid,
        tuple(line[1] for line in lines if line[0] == "parent"),
        message.decode(errors="replace"),
        next((int(line[-2]) for line in lines if line[0] == "committer"), 0),
    )


def differences(
    repository: Repository, commits: Iterable[str], other: str | None = None
) -> Mapping[str, Mapping[str, Entry | None]]:
    """What commits hold at each path where they differ from their parent, if any, or from another commit."""
    than = f" {other}" if other else ""
    feed = "".join(f"{oid}{than}\n" for oid in dict.fromkeys(commits)).encode()
    if not feed:
        return {}
    answer = repository.git(
        *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"), feed=feed
    )
    found: dict[str, dict[str, Entry | None]] = {}
    commit: dict[str, Entry | None] = {}
    fields = iter(answer.split(b"\0"))
    for field in fields:
        if field.startswith(b":"):
            _, mode, _, oid, status = field.decode().split(" ")
            commit[os.fsdecode(next(fields))] = None if status == "D" else Entry(mode, oid)
        elif field:
            commit = found.setdefault(field.decode().split(" ")[0], {})
    return found


def merged_into(repository: Repository, base: str, commits: Iterable[str]) -> frozenset[str]:
    """Those of the commits that the base holds already. All have to be there."""
    asked = frozenset(commits)
    if not asked:
        return asked
    feed = "".join(f"{oid}\n" for oid in [*asked, f"^{base}"]).encode()
    outside = repository.git("rev-list", "--stdin", feed=feed).decode().split()
    return asked.difference(outside)


def blob_name(data: bytes, like: str) -> str:
    """The object name git gives to a file's bytes, in the hash that `like` is a name in."""
    digest = (hashlib.sha1 if len(like) == 40 else hashlib.sha256)(b"blob %d\0" % len(data))
    digest.update(data)
    return digest.hexdigest()


def transaction(repository: Repository, moves: Sequence[Move], message: str) -> str | None:
    """Move refs, all or none, when each is where its move says; None, or why not.

    `message` goes into the reflogs. Without the last command nothing happens: a transaction that breaks
    off is no transaction.
    """
    if not moves:
        return None
    feed = "".join(["start\0", *map(_command, moves), "commit\0"])
    # A branch that is another name for a second one must not move that.
    done = repository.try_git(
        *("-c", f"core.filesRefLockTimeout={_PATIENCE}", "update-ref"),
        *("-m", message, "--no-deref", "--stdin", "-z"),
        feed=feed.encode(),
    )
    if done.returncode == 0:
        return None
    problem = complaint(done)
    # Somebody's git is at work there, or was killed before it could clean up.
    lock = re.search(r"'(.*)/[^/]*\.lock': File exists", problem)
    return f"{problem} If no git is running, delete the *.lock files in {lock[1]}" if lock else problem


def _command(move: Move) -> str:
    """A move as `update-ref --stdin -z` reads it. The name of nothing is all zeros."""
    zero = "0" * len(move.old or move.new or "0" * 40)
    if move.old == move.new:
        return f"verify {move.ref}\0{move.old or zero}\0"
    if move.new is None:
        return f"delete {move.ref}\0{move.old}\0"
    return f"update {move.ref}\0{move.new}\0{move.old or zero}\0"
