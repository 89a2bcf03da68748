"""One branch per fix, written as git objects; nobody's working tree is touched."""

from codemods.branches.ledger import read_ledger
from codemods.branches.model import Branch, By, Plan, Plans, Purpose, Request, Status
from codemods.branches.names import PREFIX, is_prefix
from codemods.branches.plan import plan
from codemods.branches.remember import Scanned, obsolete_branches
from codemods.branches.write import write_branches

__all__ = [
    "PREFIX",
    "Branch",
    "By",
    "Plan",
    "Plans",
    "Purpose",
    "Request",
    "Scanned",
    "Status",
    "is_prefix",
    "obsolete_branches",
    "plan",
    "read_ledger",
    "write_branches",
]
