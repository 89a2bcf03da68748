"""From plans to branches. Only objects and new refs are written: index, HEAD, stash and files stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from codemods.branches.commits import identity_of, write_commits
from codemods.branches.model import Branch, Plan, Status
from codemods.branches.names import is_branch_name
from codemods.branches.overlap import conflicts
from codemods.branches.refs import Tip, blob_name, branches_of, create, holding, tip_of
from codemods.model import FileChange
from codemods.repository import GitFailure
from codemods.sources import Commit

_ATTEMPTS = 3  # how often others may make one of our branches while we do


def write_branches(base: Commit, plans: Sequence[Plan]) -> tuple[Branch, ...]:
    """Make a branch of one commit on the base for each plan, in their order.

    A branch that is there is never changed. The new ones appear all at once; when git fails
    (GitFailure), none does. Names must differ, in capitals alone does not count (ValueError).
    """
    if len({plan.name.casefold() for plan in plans}) < len(plans):
        raise ValueError("two plans have the same name")
    rejected = {plan.name: _rejected(plan, reason) for plan in plans if (reason := _unfit(base, plan))}
    outcome = rejected | _write(base, [plan for plan in plans if plan.name not in rejected])
    meeting = conflicts([plan for plan in plans if outcome[plan.name].status is not Status.REJECTED])
    return tuple(replace(outcome[p.name], conflicts_with=meeting.get(p.name, ())) for p in plans)


def _write(base: Commit, plans: Sequence[Plan]) -> dict[str, Branch]:
    """What becomes of plans that fit the base. Starts again when others make branches meanwhile."""
    commits: dict[str, str] = {}
    problem: str | None = None
    for _ in range(_ATTEMPTS):
        existing = _compare(base, plans)
        new = [plan for plan in plans if plan.name not in existing]
        if missing := [plan for plan in new if plan.name not in commits]:
            written = write_commits(base, missing, identity_of(base.repository))
            commits |= zip((plan.name for plan in missing), written, strict=True)
        wanted = {plan.name: commits[plan.name] for plan in new}
        problem = create(base.repository, wanted) if wanted else None
        if problem is None:
            return existing | {plan.name: _branch(plan, Status.CREATED, commits[plan.name]) for plan in new}
    raise GitFailure(f"git could not make the branches: {problem}")


# -- what does not fit ------------------------------------------------------------------------------


def _unfit(base: Commit, plan: Plan) -> str | None:
    """Why a plan cannot become a commit on the base."""
    if not is_branch_name(plan.name):
        return "git does not take this name for a branch: choose another prefix"
    if all(change.before == change.after for change in plan.changes):
        return "it changes nothing"
    return next(filter(None, (_misfit(base, change) for change in plan.changes)), None)


def _misfit(base: Commit, change: FileChange) -> str | None:
    """Why a change is not one of the base: it was made from other bytes, or its path is taken."""
    parts = change.path.split("/")
    if {"", ".", "..", ".git"} & {part.lower() for part in parts}:
        return f"{change.path!r} is not a path inside the repository"
    entries = base.entries()
    entry = entries.get(change.path)
    if change.before is not None:
        if entry is None or not entry.is_file or entry.oid != blob_name(change.before, base.sha):
            return f"{change.path!r} is not in commit {base.sha[:10]} as it was read"
        return None
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    below = f"{change.path}/"
    if entry or any(p in entries for p in above) or any(p.startswith(below) for p in entries):
        return f"{change.path!r} is new, and in commit {base.sha[:10]} something is there"
    return None


# -- what is there ----------------------------------------------------------------------------------


def _compare(base: Commit, plans: Sequence[Plan]) -> dict[str, Branch]:
    """What is said of plans whose name is there already, or cannot be."""
    branches = branches_of(base.repository)
    taken = _taken(branches)
    found = {plan.name: _rejected(plan, why) for plan in plans if (why := _clash(plan.name, taken))}
    there = [plan for plan in plans if plan.name in branches and plan.name not in found]
    tips = {plan.name: tip_of(base.repository, branches[plan.name]) for plan in there}
    on_base = {tips[p.name].oid: p for p in there if tips[p.name].parents == (base.sha,)}
    same = set(holding(base, on_base))
    for plan in there:
        tip = tips[plan.name]
        if tip.oid in same:
            found[plan.name] = _branch(plan, Status.UNCHANGED, tip.oid)
        else:
            found[plan.name] = _branch(plan, Status.KEPT, tip.oid, _difference(tip, base))
    return found


def _difference(tip: Tip, base: Commit) -> str:
    """How a branch that is there differs from what we would write."""
    if not tip.is_ours:
        return "the branch is there with other work on it: rename or delete it to get this fix"
    if tip.parents != (base.sha,):
        return "the branch was made from another commit: delete it to have it made anew on this one"
    return "the branch holds another version of this fix: delete it to have it made anew"


def _taken(branches: Mapping[str, str]) -> Mapping[str, str]:
    """Every name that is a branch or a folder of branches, without capitals, and a branch it is from."""
    return {part.casefold(): name for name in branches for part in _parts(name)}


def _parts(name: str) -> Iterator[str]:
    """`a/b/c` as `a`, `a/b`, `a/b/c`, with a slash at the end of folders."""
    pieces = name.split("/")
    yield name
    for depth in range(1, len(pieces)):
        yield "/".join(pieces[:depth]) + "/"


def _clash(name: str, taken: Mapping[str, str]) -> str | None:
    """Which other branch makes it impossible to have one of this name."""
    candidates = [name, f"{name}/", *(part.rstrip("/") for part in _parts(name))]
    others = (taken.get(candidate.casefold()) for candidate in candidates)
    other = next((o for o in others if o and o != name), None)
    return other and f"the branch {other!r} is in the way of this name: choose another prefix or rename it"


def _branch(plan: Plan, status: Status, commit: str, reason: str | None = None) -> Branch:
    return Branch(plan.name, status, commit, reason, plan.findings, plan.audit)


def _rejected(plan: Plan, reason: str) -> Branch:
    return Branch(plan.name, Status.REJECTED, None, reason, plan.findings, plan.audit)
