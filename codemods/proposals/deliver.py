"""From branches to a remote, and to proposals there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from codemods.branches.ledger import Ledger, read_ledger
from codemods.branches.model import Branch, Purpose
from codemods.branches.plumbing.hooks import hooks_not_run
from codemods.proposals import gitlab
from codemods.proposals.body import Text, text_of
from codemods.proposals.forges import Forge, Site, forge_of
from codemods.proposals.github import Hub, hub_of
from codemods.proposals.landed import landed
from codemods.proposals.memory import remember_proposal, remember_pushes
from codemods.proposals.model import Delivery, Proposal, ProposalStatus, Push, PushStatus, Wish
from codemods.proposals.push import STALE, Ref, Sent, push_all, push_one
from codemods.proposals.queue import moved, open_on, passed, sort_out, written_tips
from codemods.proposals.remotes import Remote, look_at
from codemods.repository import GitFailure
from codemods.sources import Commit

_NO_FORGE = "the remote's address names no site to propose on"


def deliver(
    base: Commit, branches: Sequence[Branch], wish: Wish, purpose: Callable[[str], Purpose]
) -> Delivery:
    """Push the branches of a run and, if wished for, propose them. What goes wrong is in the result.

    What is done is remembered after each step, so that a run which was killed goes on. `purpose` tells
    why a remedy (its id) does what it does.
    """
    try:
        remote = look_at(base.repository, wish.remote)
        if why := unpublished(base, remote):
            return Delivery(problem=why)
        ledger = read_ledger(base.repository)
    except GitFailure as failure:
        return Delivery(problem=str(failure))
    courier = _Courier(base, {branch.name: branch for branch in branches}, wish, purpose, remote, ledger)
    try:
        courier.push()
        if wish.propose:
            courier.propose()
    except GitFailure as failure:
        courier.problem = str(failure)
    skipped = hooks_not_run(base.repository, ["pre-push"]) if courier.pushes else ()
    notes = tuple(f"The {hook} hook was not run." for hook in skipped)
    return Delivery(courier.pushes, courier.proposals, courier.problem, notes)


def unpublished(base: Commit, remote: Remote) -> str | None:
    """Why the base cannot be pushed: a branch on it would take commits along that nobody else has yet."""
    repository = base.repository
    known = repository.git("for-each-ref", "--format=%(objectname)", "refs/remotes").decode().split()
    excluded = dict.fromkeys([*known, *remote.heads.values()])
    feed = "".join([f"{base.sha}\n", *(f"^{oid}\n" for oid in excluded)]).encode()
    # What the remote has and we do not know yet says nothing about the base.
    done = repository.try_git("rev-list", "--max-count=1", "--ignore-missing", "--stdin", feed=feed)
    if done.returncode == 0 and not done.stdout:
        return None
    return (
        f"commit {base.sha[:10]}, which the branches start from, is not on {remote.name!r} yet: push it, "
        f"or start from what is there (--base {remote.name}/{remote.default or 'BRANCH'})"
    )


@dataclass(slots=True)
class _Courier:
    """One delivery, on its way."""

    base: Commit
    branches: Mapping[str, Branch]
    wish: Wish
    purpose: Callable[[str], Purpose]
    remote: Remote
    ledger: Ledger
    pushes: dict[str, Push] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    problem: str | None = None
    merged: frozenset[str] = frozenset()
    """What was pushed by earlier runs and has landed."""

    def push(self) -> None:
        """Push what is to be pushed, and remember it."""
        repository, remote = self.base.repository, self.remote
        opened = open_on(repository, self.ledger, remote)
        written = partial(written_tips, repository)
        branches = [*self.branches.values()]
        self.merged = landed(repository, self.base.sha, [*filter(None, map(self._last, self.branches))])
        going, said = sort_out(
            branches, self.ledger, remote, self.wish, opened=opened, written=written, merged=self.merged
        )
        self.pushes = {ref.name: Push(remote.name, PushStatus.REFUSED, "it was not tried") for ref in going}
        self.pushes |= said
        there = [name for name, push in said.items() if push.status is PushStatus.UNCHANGED]
        remember_pushes(repository, remote.name, {name: remote.heads[name] for name in there})
        commits = {ref.name: ref.commit for ref in going}
        for sent in self._sendings(going):
            self.problem = self.problem or sent.problem
            done = {name: commits[name] for name, refusal in sent.refusals.items() if refusal is None}
            remember_pushes(repository, remote.name, done)
            for name, refusal in sent.refusals.items():
                self.pushes[name] = self._pushed(refusal)

    def propose(self) -> None:
        """Propose all that is there, and remember where."""
        forge = forge_of(self.remote.url)
        hub = hub_of(forge, self.base.repository.root) if forge else None
        for name, push in self.pushes.items():
            if push.is_there and name not in self.proposals:
                proposal = self._proposal(self.branches[name], forge, hub)
                self._keep(name, proposal)

    def _sendings(self, going: Sequence[Ref]) -> Iterator[Sent]:
        """Push; GitLab opens a merge request with each branch that has none."""
        forge = forge_of(self.remote.url)
        if not (self.wish.propose and forge and forge.site is Site.GITLAB):
            yield from push_all(self.base.repository, self.remote.name, going)
            return
        opening = [ref for ref in going if self._address(ref.name) is None and self._target(ref.name)]
        for ref in opening:
            sent = self._send_opening(ref, forge)
            yield sent
            if sent.problem:
                return
        yield from push_all(self.base.repository, self.remote.name, [r for r in going if r not in opening])

    def _send_opening(self, ref: Ref, forge: Forge) -> Sent:
        """Push one branch with the options that make GitLab open a merge request."""
        branch, target = self.branches[ref.name], self._target(ref.name)
        assert target
        text = self._text(branch, gitlab.LONGEST)
        options = gitlab.options_of(text, target, self._is_draft(branch))
        sent = push_one(self.base.repository, self.remote.name, ref, options)
        if sent.problem and gitlab.NO_OPTIONS in sent.problem:
            return push_one(self.base.repository, self.remote.name, ref)
        if sent.refusals.get(ref.name, "") is None:
            if url := gitlab.opened(sent.said, forge):
                self._keep(ref.name, Proposal(ProposalStatus.OPENED, url))
            elif why := gitlab.complaint(sent.said):
                self.proposals[ref.name] = Proposal(ProposalStatus.FAILED, forge.link(target, ref.name), why)
        return sent

    def _proposal(self, branch: Branch, forge: Forge | None, hub: Hub | None) -> Proposal:
        target, known = self._target(branch.name), self._address(branch.name)
        if target is None:
            return Proposal(ProposalStatus.FAILED, known, "the remote has no branch to merge it into")
        if hub:
            again = self.wish.recreate
            return hub.propose(branch.name, target, self._text(branch), self._is_draft(branch), again)
        if known:
            return Proposal(ProposalStatus.UNCHANGED, known)
        if forge is None or forge.site is None:
            why = f"how to propose on {forge.host} is not known: open it there" if forge else _NO_FORGE
            return Proposal(ProposalStatus.LINK, None, why)
        why = "gh is not on PATH: open it there" if forge.site is Site.GITHUB else "open it there"
        return Proposal(ProposalStatus.LINK, forge.link(target, branch.name), why)

    def _keep(self, name: str, proposal: Proposal) -> None:
        self.proposals[name] = proposal
        if proposal.url and proposal.status not in (ProposalStatus.LINK, ProposalStatus.FAILED):
            remember_proposal(self.base.repository, self.remote.name, name, proposal.url)

    def _pushed(self, refusal: str | None) -> Push:
        if refusal == STALE:
            return Push(self.remote.name, PushStatus.KEPT, moved(self.remote.name))
        status = PushStatus.PUSHED if refusal is None else PushStatus.REFUSED
        return Push(self.remote.name, status, refusal)

    def _target(self, name: str) -> str | None:
        """The branch of the remote that a proposal asks to be merged into."""
        on = self.branches[name].on
        if on and (on in self.remote.heads or on in self.pushes):
            return on
        record = self.ledger.records.get(name)
        target = record.target if record and record.target else ""
        wanted = (target, target.removeprefix(f"{self.remote.name}/"), self.remote.default or "")
        return next((branch for branch in wanted if branch in self.remote.heads), None)

    def _address(self, name: str) -> str | None:
        """Where the branch's proposal is, as far as we remember. What was merged is none for what is new."""
        record = self.ledger.records.get(name)
        is_over = self._last(name) in self.merged and self._last(name) != self.branches[name].commit
        return record.proposals.get(self.remote.name) if record and not is_over else None

    def _last(self, name: str) -> str:
        """The commit that an earlier run pushed, if one did."""
        record = self.ledger.records.get(name)
        return record.pushed.get(self.remote.name, "") if record else ""

    def _text(self, branch: Branch, longest: int = 60_000) -> Text:
        return text_of(self.base.repository, branch, self.purpose, longest)

    def _is_draft(self, branch: Branch) -> bool:
        return self.wish.draft if self.wish.draft is not None else not passed(branch)
