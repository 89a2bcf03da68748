"""What persons did to branches that we wrote."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from codemods.branches.ledger import Record
from codemods.branches.plumbing.refs import Head, tip_of
from codemods.branches.standing.history import Graph, is_ancestor, own
from codemods.branches.standing.targets import resolved
from codemods.repository import Repository


class Touch(StrEnum):
    """What a person did to a branch since we wrote it."""

    ADDED = "added"  # commits on top of ours
    AMENDED = "amended"  # another commit in the place of ours
    REBASED = "rebased"  # ours, on another commit
    MOVED = "moved"  # our commit is not on it any more
    DELETED = "deleted"


def touch_of(repository: Repository, record: Record, head: Head | None, graph: Graph) -> Touch | None:
    """What a person did to a branch, if something."""
    if head is None:
        return Touch.DELETED
    if head.is_symbolic:  # another name for a second branch
        return Touch.MOVED
    tip = head.oid
    if tip == record.tip:
        return None
    mine = own(graph, tip)
    if any(record.tip in graph[commit] for commit in mine) or is_ancestor(repository, record.tip, of=tip):
        return Touch.ADDED
    if tip_of(repository, tip).parents == (record.parent,):
        return Touch.AMENDED
    return Touch.REBASED if _carries(repository, record.tip, {tip, *mine}) else Touch.MOVED


def _carries(repository: Repository, ours: str, commits: Collection[str]) -> bool:
    """Whether one of the commits says what ours says: a rebase keeps the message."""
    if ours not in resolved(repository, [ours]):
        return False
    message = tip_of(repository, ours).message
    return any(tip_of(repository, commit).message == message for commit in commits)
