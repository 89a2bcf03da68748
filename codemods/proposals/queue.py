"""Which branches go to the remote now, which wait, and which are not ours to push any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from codemods.branches.ledger import Ledger, Record
from codemods.branches.model import Branch, Status, Verdict
from codemods.branches.refs import HEADS, merged_into
from codemods.model import Applicability
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
) -> tuple[list[Ref], dict[str, Push]]:
    """The branches to push, in order, and what is said of the others.

    What is open there is always brought up to date. New ones go while fewer than `wish.limit` are open:
    those that passed their check first, then the safe ones; none before the branch that it stands on.
    `opened` are open; `written` tells where a branch was when we wrote it, as far as that is known.
    """
    ours = {branch.name: branch for branch in branches if branch.status in _OURS and branch.commit}
    going: list[Ref] = []
    said: dict[str, Push] = {}
    for branch in _in_order(ours):
        assert branch.commit
        below = branch.on if branch.on in ours else None
        push = said.get(below) if below else None
        if push and not push.is_there:
            said[branch.name] = _push(wish, PushStatus.WAITING, f"it stands on {below}, which is not there")
            continue
        record = ledger.records.get(branch.name)
        status, expected = _standing(branch.name, branch.commit, record, remote, wish.recreate)
        if status is PushStatus.KEPT and expected in written(branch.name):
            status = PushStatus.PUSHED  # an earlier run pushed it, and was killed before it could remember
        if status is PushStatus.PUSHED and expected is None:
            if wish.limit and opened >= wish.limit:
                count = "1 branch is" if wish.limit == 1 else f"{wish.limit} branches are"
                reason = f"{count} open on {wish.remote!r}, which is the limit"
                said[branch.name] = _push(wish, PushStatus.WAITING, reason)
                continue
            opened += 1
        if status is PushStatus.PUSHED:
            going.append(Ref(branch.name, branch.commit, expected))
        else:
            said[branch.name] = _push(wish, status, _reason(status, record, remote))
    return going, said


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
    there = present(repository, [*oids, *targets])
    asked = [oid for oid in oids if oid in there]
    merged = {oid for t in targets if t in there for oid in merged_into(repository, t, asked)}
    return sum(1 for oid in oids if oid not in merged)


def present(repository: Repository, oids: Sequence[str]) -> frozenset[str]:
    """Those of the commits that the repository has; nothing is fetched for it."""
    done = repository.try_git(
        *("cat-file", "--batch-check=%(objecttype) %(objectname)"),
        feed="".join(f"{oid}\n" for oid in oids).encode(),
        environment={"GIT_NO_LAZY_FETCH": "1"},
    )
    lines = (line.partition(" ") for line in done.stdout.decode().split("\n"))
    return frozenset(oid for kind, _, oid in lines if kind == "commit")


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


def _standing(
    name: str, commit: str, record: Record | None, remote: Remote, recreate: bool
) -> tuple[PushStatus, str | None]:
    """What to do with a branch, and where the remote has it when it is to be pushed."""
    there = remote.heads.get(name)
    last = record.pushed.get(remote.name) if record else None
    if there == commit:
        return PushStatus.UNCHANGED, there
    if there is None:
        return (PushStatus.PUSHED if last is None or recreate else PushStatus.DELETED), None
    return (PushStatus.PUSHED if there == last else PushStatus.KEPT), there


def _reason(status: PushStatus, record: Record | None, remote: Remote) -> str | None:
    if status is PushStatus.DELETED:
        return f"somebody deleted it on {remote.name!r}, so it is not pushed again; --recreate pushes it"
    if status is PushStatus.KEPT:
        return (
            moved(remote.name)
            if record and remote.name in record.pushed
            else (f"{remote.name!r} has another branch of this name: rename or delete that one")
        )
    return None


def moved(remote: str) -> str:
    """What is said of a branch that is not where we left it."""
    return f"somebody else pushed to it on {remote!r}, and is not overwritten: delete it there to push this"


def _push(wish: Wish, status: PushStatus, reason: str | None) -> Push:
    return Push(wish.remote, status, reason)
