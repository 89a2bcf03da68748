"""What the ledger remembers of the remote: what was pushed there, and where its proposals are."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from codemods.branches.ledger import ANNOUNCED, REF, Record, read_ledger, write_ledger
from codemods.branches.plumbing.refs import Move, transaction
from codemods.repository import GitFailure, Repository

_ATTEMPTS = 20  # how often others may write it while we do
_PAUSE = 20  # milliseconds at most, more with each attempt: chance keeps two from going in step


def remember_pushes(repository: Repository, remote: str, commits: Mapping[str, str]) -> None:
    """Note the commit that each of these branches was pushed at. Raises GitFailure."""
    _change(
        repository,
        {name: _having_pushed(remote, commit) for name, commit in commits.items()},
    )


def remember_proposal(repository: Repository, remote: str, name: str, url: str) -> None:
    """Note the address of a branch's proposal. Raises GitFailure."""
    _change(repository, {name: lambda record: replace(record, proposals={**record.proposals, remote: url})})


def _having_pushed(remote: str, commit: str) -> Callable[[Record], Record]:
    return lambda record: replace(record, pushed={**record.pushed, remote: commit})


def _change(repository: Repository, changes: Mapping[str, Callable[[Record], Record]]) -> None:
    """Write changed records; a branch that nothing is known of stays so."""
    problem: str | None = None
    for attempt in range(_ATTEMPTS):
        time.sleep(secrets.randbelow(_PAUSE * attempt + 1) / 1000)
        old = read_ledger(repository)
        new = old.having(*(change(old.records[n]) for n, change in changes.items() if n in old.records))
        if new.records == old.records:
            return
        # What a run announced that was killed is in it now, and must not come back over it.
        moves = [Move(ANNOUNCED, old.announced, None)] if old.announced else []
        moves.append(Move(REF, old.oid, write_ledger(repository, new)))
        problem = transaction(repository, moves, "patchwright: remember what was pushed")
        if problem is None:
            return
    raise GitFailure(f"what was pushed could not be remembered: {problem}; the next run finds out")
