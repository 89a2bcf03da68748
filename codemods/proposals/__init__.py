"""Branches on their way to others: pushed to a remote, and proposed there."""

from codemods.proposals.deliver import deliver
from codemods.proposals.model import Delivery, Proposal, ProposalStatus, Push, PushStatus, Wish
from codemods.proposals.remotes import address_of

__all__ = [
    "Delivery",
    "Proposal",
    "ProposalStatus",
    "Push",
    "PushStatus",
    "Wish",
    "address_of",
    "deliver",
]
