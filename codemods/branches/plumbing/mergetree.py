"""Merges that nobody keeps, by `git merge-tree`: what git itself would make of two commits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from codemods.repository import Repository

_MEMORY = Path("/dev", "shm")  # a folder in memory, on Linux: each merge writes a handful of small files


def merge_trees(repository: Repository, target: str, tips: Sequence[str]) -> Mapping[str, str | None]:
    """By commit the name of the tree that its merge into the target gives; None where they conflict.

    Those are missing of which git cannot say it: it is older than 2.39, the content is not there (in a
    partial clone), or there is no room. The trees are thrown away: nothing is written into the repository.
    """
    if not tips:
        return {}
    objects = repository.root / os.fsdecode(repository.git("rev-parse", "--git-path", "objects")).rstrip("\n")
    memory = _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None
    with suppress(OSError), tempfile.TemporaryDirectory(prefix="patchwright-", dir=memory) as scratch:
        done = repository.try_git(
            *_tame(repository),
            *("merge-tree", "--stdin", "--name-only", "--no-messages"),
            feed="".join(f"{target} {tip}\n" for tip in tips).encode(),
            environment={
                "GIT_OBJECT_DIRECTORY": scratch,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(str(objects)),
            },
        )
        return dict(zip(tips, _results(done.stdout), strict=False))
    return {}


def _tame(repository: Repository) -> Iterator[str]:
    """Options that keep git from running the merge drivers and filters that are configured."""
    yield from ("-c", "merge.renormalize=false")
    done = repository.try_git("config", "-z", "--name-only", "--get-regexp", r"^merge\..*\.driver$")
    for name in sorted(set(os.fsdecode(done.stdout).split("\0"))):
        if name and "=" not in name:
            yield from ("-c", f"{name}=false")


def _results(answer: bytes) -> Iterator[str | None]:
    """For each merge, in order: 1 or 0 for clean or not, the tree, the files in conflict, an empty field."""
    fields = iter(answer.split(b"\0"))
    for state in fields:
        if state not in (b"0", b"1"):
            continue
        tree = next(fields, b"").decode()
        while next(fields, b""):
            pass
        yield tree if state == b"1" else None


def _quoted(path: str) -> str:
    """A path in a list of them, as git reads it: in quotes where it holds what would end it."""
    if os.pathsep not in path and not path.startswith('"'):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
