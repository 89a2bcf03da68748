"""Branches on a remote: what is asked for, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cli.branch_options import BranchChoice
from cli.branch_plans import purposes
from codemods.branches.model import Branch
from codemods.proposals import Delivery, ProposalStatus, Wish, address_of, deliver
from codemods.repository import Repository
from codemods.sources import Commit

_BY_THEMSELVES = (ProposalStatus.OPENED, ProposalStatus.UPDATED, ProposalStatus.UNCHANGED)


def refuse_unknown_remote(repository: Repository, choice: BranchChoice) -> None:
    """Raise GitFailure when what to push to is not a remote: before the work, not after it."""
    if choice.push is not None:
        address_of(repository, choice.push)


def delivered(base: Commit, choice: BranchChoice, branches: Sequence[Branch]) -> Delivery | None:
    """What became of the branches on the remote; None when none was named."""
    if choice.push is None:
        return None
    wish = Wish(choice.push, choice.limit, choice.propose, choice.draft, choice.recreate)
    return deliver(base, branches, wish, purposes().__getitem__)


def delivery_document(delivery: Delivery | None, name: str) -> dict[str, Any]:
    """What became of one branch on the remote, as data."""
    push = delivery.pushes.get(name) if delivery else None
    proposal = delivery.proposals.get(name) if delivery else None
    return {
        "pushed": push and {"remote": push.remote, "status": push.status.value, "reason": push.reason},
        "proposal": proposal
        and {"url": proposal.url, "status": proposal.status.value, "reason": proposal.reason},
    }


def delivery_lines(delivery: Delivery | None) -> Iterator[str]:
    """What the table has no room for."""
    if delivery is None:
        return
    for name, push in delivery.pushes.items():
        if push.reason:
            yield f"{name}: not pushed: {push.reason}"
    for name, proposal in delivery.proposals.items():
        reason = f" ({proposal.reason})" if proposal.reason else ""
        if proposal.status in _BY_THEMSELVES:
            yield f"{name}: {proposal.status.value} {proposal.url}{reason}"
        elif proposal.status is ProposalStatus.LINK and proposal.url:
            yield f"{name}: propose it at {proposal.url}{reason}"
        else:
            yield f"{name}: not proposed{reason}{f': {proposal.url}' if proposal.url else ''}"
    yield from delivery.notes
