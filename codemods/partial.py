"""Partial clones: having git fetch what it left at the server, at once instead of file by file."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from codemods.repository import GitFailure, Repository, complaint
from codemods.sources import Commit


def fetch_missing(commit: Commit, paths: Iterable[str]) -> None:
    """Fetch those of a commit's files that a partial clone does not have. Raises GitFailure.

    In other clones nothing happens, and no refs are moved in this one.
    """
    repository = commit.repository
    remote = _promisor(repository)
    if remote is None:
        return
    entries = commit.entries()
    wanted = {entries[path].oid for path in paths if path in entries}
    missing = wanted & _missing(repository, commit.sha)
    if not missing:
        return
    done = repository.try_git(
        *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
        *("--no-auto-maintenance", "--recurse-submodules=no", "--filter=blob:none", "--refmap=", "--stdin"),
        *("--end-of-options", remote),
        feed="".join(f"{oid}\n" for oid in sorted(missing)).encode(),
    )
    if done.returncode or (missing := missing & _missing(repository, commit.sha)):
        raise GitFailure(
            f"this partial clone lacks {_counted(missing)} of commit {commit.sha[:10]}, "
            f"and git cannot fetch them from {remote!r}: {complaint(done)}"
        )


def _promisor(repository: Repository) -> str | None:
    """The remote that has promised to have everything; None in a clone that is whole."""
    done = repository.try_git("config", "-z", "--name-only", "--get-regexp", r"^remote\..*\.promisor$")
    names = done.stdout.decode(errors="surrogateescape").split("\0")
    return next((name.removeprefix("remote.").removesuffix(".promisor") for name in names if name), None)


def _missing(repository: Repository, sha: str) -> frozenset[str]:
    """What is not here of all that is in a commit."""
    listing = repository.git("rev-list", "--objects", "--missing=print", "--max-count=1", sha)
    return frozenset(line[1:].decode() for line in listing.split(b"\n") if line.startswith(b"?"))


def _counted(missing: Collection[str]) -> str:
    return f"{len(missing)} files" if len(missing) > 1 else "a file"
