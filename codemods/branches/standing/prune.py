"""Deleting branches of ours that are done: they landed, or their faults are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.branches.ledger import REF, Ledger, write_ledger
from codemods.branches.plumbing.checkouts import busy_branches
from codemods.branches.plumbing.refs import HEADS, Move, transaction
from codemods.branches.standing.standing import Standing
from codemods.repository import GitFailure, Repository


@dataclass(frozen=True, slots=True)
class Pruning:
    """What there is to clean up."""

    branches: tuple[Standing, ...]
    """Those to delete: done, as we left them, and nobody stands on them."""
    forgotten: tuple[Standing, ...]
    """Those that a person deleted, of which nothing has to be remembered: they are done too.

    That a person deleted one that is not done stays in the ledger, so that it is not made again.
    """
    kept: tuple[Standing, ...]
    """Those that are done, and are for a person to delete."""


def pruning(standings: Iterable[Standing]) -> Pruning:
    """Spread branches over what is to become of them; those that are not done are in none."""
    done = [standing for standing in standings if standing.is_done]
    there = [standing for standing in done if standing.tip]
    return Pruning(
        tuple(standing for standing in there if not (standing.touch or standing.busy)),
        tuple(standing for standing in done if not standing.tip),
        tuple(standing for standing in there if standing.touch or standing.busy),
    )


def prune(repository: Repository, ledger: Ledger, wanted: Pruning) -> None:
    """Delete the branches and forget the records, at once or (GitFailure) not at all.

    It fails when a branch moved since, or another run wrote the ledger. What git keeps of a branch in the
    configuration goes with it, as `git branch -d` does it.
    """
    left = ledger.without(*(s.record.name for s in (*wanted.branches, *wanted.forgotten)))
    if len(left.records) == len(ledger.records):
        return
    busy = busy_branches(repository)  # once more: git deletes a branch that was checked out since, too
    for name in (standing.record.name for standing in wanted.branches):
        if name in busy:
            raise GitFailure(f"nothing was deleted: {name}: {busy[name]}; run it again to look anew")
    new = write_ledger(repository, left) if left.records else None
    moves = [Move(f"{HEADS}{s.record.name}", s.tip, None) for s in wanted.branches]
    problem = transaction(repository, [*moves, Move(REF, ledger.oid, new)], "branch: pruned by patchwright")
    if problem:
        raise GitFailure(f"nothing was deleted: {problem}; run it again to look anew")
    _forget_settings(repository, [standing.record.name for standing in wanted.branches])


def _forget_settings(repository: Repository, names: Sequence[str]) -> None:
    """Take the sections of branches (their upstream, for one) out of the repository's configuration."""
    done = repository.try_git("config", "--local", "-z", "--name-only", "--get-regexp", r"^branch\.")
    keys = [os.fsdecode(key).rpartition(".")[0] for key in done.stdout.split(b"\0")]
    for section in sorted({f"branch.{name}" for name in names}.intersection(keys)):
        repository.try_git("config", "--local", "--remove-section", section)
