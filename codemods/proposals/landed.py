"""What has been merged: a branch that landed is no longer open, and may be made again for new faults."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from codemods.branches.standing.history import courses
from codemods.branches.standing.landing import Merge, landings
from codemods.branches.standing.past import landed_before
from codemods.repository import Repository


def landed(repository: Repository, target: str, commits: Collection[str]) -> frozenset[str]:
    """Those of the commits whose changes the target has, or had once: merged, squashed or picked.

    What the repository does not have is not among them. Raises GitFailure.
    """
    there = present(repository, [target, *commits])
    asked = there.difference([target])
    if target not in there or not asked:
        return there.intersection([target], commits)
    course, _ = courses(repository, target, asked)
    forks = {tip: one.fork for tip, one in course.items() if one.ahead and one.fork}
    merges = landings(repository, target, forks)
    unclear = {tip: forks[tip] for tip, landing in merges.items() if landing.merge is Merge.CONFLICT}
    past = set(landed_before(repository, target, unclear)) if unclear else set()
    nothing = {tip for tip, landing in merges.items() if landing.merge is Merge.NOTHING}
    return frozenset(tip for tip, one in course.items() if not one.ahead) | nothing | past


def present(repository: Repository, oids: Iterable[str]) -> frozenset[str]:
    """Those of the commits that the repository has; nothing is fetched for it."""
    done = repository.try_git(
        *("cat-file", "--batch-check=%(objecttype) %(objectname)"),
        feed="".join(f"{oid}\n" for oid in oids).encode(),
        environment={"GIT_NO_LAZY_FETCH": "1"},
    )
    lines = (line.partition(" ") for line in done.stdout.decode().split("\n"))
    return frozenset(oid for kind, _, oid in lines if kind == "commit")
