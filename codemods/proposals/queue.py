"""Which branches go to the remote now, which wait, and which are not ours to push any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence

from codemods.branches.ledger import Ledger, Record
from codemods.branches.model import Branch, Status, Verdict
from codemods.branches.plumbing.refs import HEADS
from codemods.model import Applicability
from codemods.proposals.landed import landed
from codemods.proposals.model import Push, PushStatus, Wish
from codemods.proposals.push import Ref
from codemods.proposals.remotes import Remote
from codemods.repository import Repository

# A branch that a person works on is pushed by that person.
_OURS = (Status.CREATED, Status.UPDATED, Status.UNCHANGED)


def passed(branch: Branch) -> bool:
    """Whether the user's check passed on the branch."""
    return branch.check is not None and branch.check.is_good and branch.check.branch is Verdict.PASSED


def sort_out(
    branches: Sequence[Branch],
    ledger: Ledger,
    remote: Remote,
    wish: Wish,
    opened: int,
    written: Callable[[str], frozenset[str]],
    merged: Container[str],
) -> tuple[list[Ref], dict[str, Push]]:
    """The branches to push, in order, and what is said of the others.

    What is open there is always brought up to date. New ones go while fewer than `wish.limit` are open:
    those that passed their check first, then the safe ones; none before the branch that it stands on.
    `opened` are open; `written` tells where a branch was when we wrote it, as far as that is known;
    `merged` are commits that have landed, and whose branches may be gone for that.
    """
    ours = {branch.name: branch for branch in branches if branch.status in _OURS and branch.commit}
    going: list[Ref] = []
    said: dict[str, Push] = {}
    for branch in _in_order(ours):
        if branch.on and not _holds(branch.on, branches, ours, said, remote):
            reason = f"it stands on {branch.on}, which is not there as it is here"
            said[branch.name] = Push(remote.name, PushStatus.WAITING, reason)
            continue
        answer = _answer(branch, ledger.records.get(branch.name), remote, wish, written, merged)
        if isinstance(answer, Ref) and answer.expected is None and 0 < wish.limit <= opened:
            count = "1 branch is" if wish.limit == 1 else f"{wish.limit} branches are"
            reason = f"{count} open on {remote.name!r}, which is the limit"
            answer = Push(remote.name, PushStatus.WAITING, reason)
        if isinstance(answer, Ref):
            opened += answer.expected is None
            going.append(answer)
        else:
            said[branch.name] = answer
    return going, said


def _holds(
    below: str,
    branches: Sequence[Branch],
    ours: Mapping[str, Branch],
    said: Mapping[str, Push],
    remote: Remote,
) -> bool:
    """Whether the remote has the branch below, or gets it in this push.

    The commits of a person in it are that person's to push.
    """
    if below in ours:
        return below not in said or said[below].is_there
    commit = next((branch.commit for branch in branches if branch.name == below), None)
    return commit is not None and remote.heads.get(below) == commit


def written_tips(repository: Repository, name: str) -> frozenset[str]:
    """The commits that we left a branch at, by its reflog: ours are the entries with our message."""
    done = repository.try_git("reflog", "show", "--format=%H %gs", f"{HEADS}{name}", "--")
    entries = re.finditer(rb"^(\w+) patchwright: made from ", done.stdout, re.MULTILINE)
    return frozenset(entry[1].decode() for entry in entries)


def open_on(repository: Repository, ledger: Ledger, remote: Remote) -> int:
    """How many branches of ours are on the remote and wait for somebody to merge or delete them."""
    pushed = [r for r in ledger.records.values() if remote.name in r.pushed and r.name in remote.heads]
    oids = [remote.heads[record.name] for record in pushed if not record.is_obsolete]
    names = dict.fromkeys([remote.default or "", *(record.target or "" for record in pushed)])
    targets = [remote.heads[name] for name in names if name in remote.heads]
    merged = {oid for target in targets for oid in landed(repository, target, oids)}
    return sum(1 for oid in oids if oid not in merged)


def _in_order(branches: Mapping[str, Branch]) -> list[Branch]:
    """The surest first, each after the one that it stands on."""
    order: dict[str, Branch] = {}

    def add(branch: Branch) -> None:
        if branch.on and branch.on in branches and branch.on not in order:
            add(branches[branch.on])
        order.setdefault(branch.name, branch)

    for branch in sorted(branches.values(), key=_doubt):
        add(branch)
    return list(order.values())


def _doubt(branch: Branch) -> tuple[bool, bool]:
    """Smaller is surer."""
    safe = all(finding.applicability is Applicability.SAFE for finding in branch.findings)
    return not passed(branch), not safe


def _answer(
    branch: Branch,
    record: Record | None,
    remote: Remote,
    wish: Wish,
    written: Callable[[str], frozenset[str]],
    merged: Container[str],
) -> Ref | Push:
    """A branch to push, with where the remote has it now, or why it is not pushed."""
    there = remote.heads.get(branch.name)
    last = record.pushed.get(remote.name) if record else None
    assert branch.commit
    if there == branch.commit:
        return Push(remote.name, PushStatus.UNCHANGED)
    if there is None and last and last not in merged and not wish.recreate:
        reason = f"somebody deleted it on {remote.name!r}, so it is not pushed again; --recreate pushes it"
        return Push(remote.name, PushStatus.DELETED, reason)
    # An earlier run may have pushed it, and been killed before it could remember.
    if there in (None, last) or there in written(branch.name):
        return Ref(branch.name, branch.commit, there)
    other = f"{remote.name!r} has another branch of this name: rename or delete that one"
    return Push(remote.name, PushStatus.KEPT, moved(remote.name) if last else other)


def moved(remote: str) -> str:
    """What is said of a branch that is not where we left it."""
    return (
        f"somebody else pushed to it on {remote!r}, and is not overwritten: merge what is there, "
        "or delete it there to push this"
    )
