"""What branches are compared with: the branch that each is meant for, as far as it is known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codemods.branches.ledger import Record
from codemods.branches.plumbing.refs import HEADS, Head
from codemods.branches.standing.history import is_ancestor
from codemods.repository import GitFailure, Repository


@dataclass(frozen=True, slots=True)
class Target:
    """What a branch is compared with: what it is called, and its commit."""

    name: str
    commit: str


def targets_of(
    repository: Repository, records: Sequence[Record], heads: Mapping[str, Head], revision: str | None
) -> Mapping[str, Target]:
    """The target of each branch, by its name. None of ours is one: two could be merged into each other."""
    ours = {record.name for record in records}
    if revision is not None:
        given = Target(revision, repository.resolve(revision))
        if _branch_meant(repository, revision) in ours:
            raise GitFailure(f"{revision!r} is one of the branches: name the one they are meant for")
        return {record.name: given for record in records}
    meant = {record.target for record in records if record.target} & heads.keys() - ours
    named = {name: _furthest(repository, name, heads[name].oid) for name in meant}
    default = _default(repository, records, heads)
    found = {}
    for record in records:
        fallback = default or Target(record.base[:10], record.base)
        found[record.name] = named.get(record.target or "", fallback)
    return found


def _default(repository: Repository, records: Sequence[Record], heads: Mapping[str, Head]) -> Target | None:
    """What is checked out, for branches that are meant for none, or for one that is gone.

    None when that is one of ours: it would count as merged into itself.
    """
    commit = resolved(repository, ["HEAD"]).get("HEAD")
    name = _branch_meant(repository, "HEAD")
    names = {record.name for record in records}
    is_ours = name in names if name else commit in {heads[one].oid for one in names if one in heads}
    return None if commit is None or is_ours else Target(name or "HEAD", commit)


def _branch_meant(repository: Repository, revision: str) -> str | None:
    """The branch that a revision is the name of."""
    done = repository.try_git("rev-parse", "--symbolic-full-name", "--verify", "--quiet", revision)
    full = done.stdout.decode(errors="surrogateescape").strip()
    return full.removeprefix(HEADS) if full.startswith(HEADS) else None


def _furthest(repository: Repository, name: str, commit: str) -> Target:
    """A branch, or its upstream where that has all of it and more: what was merged there and fetched."""
    answer = repository.git("for-each-ref", "--format=%(upstream) %(upstream:short)", f"{HEADS}{name}")
    upstream, _, short = answer.decode(errors="surrogateescape").strip().partition(" ")
    there = resolved(repository, [upstream]).get(upstream) if upstream else None
    if there and there != commit and is_ancestor(repository, commit, of=there):
        return Target(short, there)
    return Target(name, commit)


def resolved(repository: Repository, names: Iterable[str]) -> Mapping[str, str]:
    """The commits that full names of refs or objects mean, of those that are there."""
    names = list(dict.fromkeys(names))
    if not names:
        return {}
    answer = repository.git(
        "cat-file",
        "--batch-check=%(objectname) %(objecttype)",
        feed="".join(f"{n}\n" for n in names).encode(),
    )
    lines = (line.split(" ") for line in answer.decode(errors="replace").splitlines())
    return {name: line[0] for name, line in zip(names, lines, strict=True) if line[-1] == "commit"}
