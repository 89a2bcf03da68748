"""The values of this package: what is asked for, and what became of each branch on the remote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PushStatus(StrEnum):
    """What became of a branch on the remote."""

    PUSHED = "pushed"
    UNCHANGED = "unchanged"  # it was there already
    WAITING = "waiting"  # enough are open; a later run pushes it
    KEPT = "kept"  # somebody else pushed to it, and it was not touched
    DELETED = "deleted"  # somebody deleted it there, so it was not pushed again
    REFUSED = "refused"  # the remote, or git, did not take it


class ProposalStatus(StrEnum):
    """What became of a pull or merge request."""

    OPENED = "opened"
    UPDATED = "updated"  # it was open, and its text was made anew
    UNCHANGED = "unchanged"
    CLOSED = "closed"  # somebody closed it, so it was not opened again
    LINK = "link"  # nobody could open it for us: the address is where a person can
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Push:
    """What became of one branch on the remote, and why when that needs saying."""

    remote: str
    status: PushStatus
    reason: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether the remote has the branch as it is here."""
        return self.status in (PushStatus.PUSHED, PushStatus.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull or merge request, or the address where one can be opened."""

    status: ProposalStatus
    url: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asks for.

    `limit` is how many branches of ours may be open on the remote, 0 for any number. With `draft` None a
    proposal is a draft unless its check passed. `recreate` pushes also what somebody deleted there.
    """

    remote: str
    limit: int = 10
    propose: bool = False
    draft: bool | None = None
    recreate: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of all branches, by name. `problem` is what stopped it, in one line, if something did."""

    pushes: Mapping[str, Push] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    problem: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether all was done that could be."""
        refused = any(push.status is PushStatus.REFUSED for push in self.pushes.values())
        failed = any(proposal.status is ProposalStatus.FAILED for proposal in self.proposals.values())
        return not (self.problem or refused or failed)
