"""Which branches somebody stands on: checked out in a worktree, or in the middle of a rebase or bisection."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.branches.plumbing.refs import HEADS
from codemods.repository import Repository

# What git writes down in a worktree's own folder while it is at work with a branch.
_AT_WORK = {
    "rebase-merge/head-name": "a rebase of it is in progress",
    "rebase-apply/head-name": "a rebase of it is in progress",
    "rebase-merge/update-refs": "a rebase that moves it is in progress",
    "BISECT_START": "a bisection that started on it is in progress",
}


def busy_branches(repository: Repository) -> Mapping[str, str]:
    """The branches that must not move beneath somebody, by name, and a clause that says why.

    A branch that is checked out before its first commit is among them.
    """
    found = {name: reason for folder in _folders(repository) for name, reason in _at_work(folder)}
    return {**found, **_checked_out(repository)}


@dataclass(frozen=True, slots=True)
class Checkout:
    """A worktree that git knows of: where it is, the branch in it if it is on one, whether it has gone."""

    path: str
    branch: str | None = None
    is_gone: bool = False


def checkouts(repository: Repository) -> list[Checkout]:
    """All worktrees of the repository, its own first, those that are gone included."""
    found: list[Checkout] = []
    for line in os.fsdecode(repository.git("worktree", "list", "--porcelain")).split("\n"):
        key, _, value = line.partition(" ")
        if key == "worktree":
            found.append(Checkout(value))
        elif key == "branch":
            found[-1] = replace(found[-1], branch=value.removeprefix(HEADS))
        elif key == "prunable":
            found[-1] = replace(found[-1], is_gone=True)
    return found


def _checked_out(repository: Repository) -> Mapping[str, str]:
    return {
        one.branch: f"it is checked out in {one.path}"
        + (", which is not there (git worktree prune)" if one.is_gone else "")
        for one in checkouts(repository)
        if one.branch
    }


def _folders(repository: Repository) -> Iterator[Path]:
    """Where git keeps what belongs to one worktree, for each of them."""
    answer = os.fsdecode(repository.git("rev-parse", "--git-common-dir")).removesuffix("\n")
    common = repository.root / answer
    yield common
    yield from (common / "worktrees").glob("*")


def _at_work(folder: Path) -> Iterator[tuple[str, str]]:
    for file, reason in _AT_WORK.items():
        try:
            text = os.fsdecode((folder / file).read_bytes())
        except OSError:
            continue
        names = [line for line in text.split("\n") if file == "BISECT_START" or line.startswith(HEADS)]
        yield from ((name.removeprefix(HEADS), reason) for name in names if name)
