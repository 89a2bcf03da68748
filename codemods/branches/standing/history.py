"""How far branches are from another commit, told from the commits between them. Files are not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from codemods.repository import GitFailure, Repository, complaint

Graph: TypeAlias = Mapping[str, tuple[str, ...]]
"""The parents of each commit that a branch has and the target has not."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a commit and a target have gone apart, in numbers of commits."""

    ahead: int
    behind: int | None
    """None where the target has the commit: it is behind by whatever came after."""
    fork: str | None
    """The last commit they have in common; None when they have none, as far as the repository goes back."""


def courses(repository: Repository, target: str, tips: Iterable[str]) -> tuple[Mapping[str, Course], Graph]:
    """The course of each commit. Costs one git, and one or two for each different place that they left at."""
    tips = list(dict.fromkeys(tips))
    graph = _outside(repository, target, tips)

    @cache
    def walked(commit: str) -> tuple[int, frozenset[str]]:
        return _walk(graph, commit)

    @cache
    def left_at(forks: frozenset[str]) -> tuple[int, str | None]:
        excluded = [f"^{fork}" for fork in sorted(forks)]
        behind = int(repository.git("rev-list", "--count", target, *excluded))
        return behind, _latest(repository, target, forks)

    found = {}
    for tip in tips:
        if tip not in graph:
            found[tip] = Course(0, None, tip)
            continue
        parents = graph[tip]
        if len(parents) == 1 and parents[0] in graph:  # most branches share what is below their last commit
            below, forks = walked(parents[0])
            ahead = below + 1
        else:
            ahead, forks = walked(tip)
        found[tip] = Course(ahead, *left_at(forks))
    return found, graph


def own(graph: Graph, tip: str) -> set[str]:
    """The commits that a tip has and the target has not."""
    seen: set[str] = set()
    pending = [tip]
    while pending:
        commit = pending.pop()
        if commit in graph and commit not in seen:
            seen.add(commit)
            pending += graph[commit]
    return seen


def is_ancestor(repository: Repository, commit: str, of: str) -> bool:
    """Whether one commit is the other or below it; also false when the first is not there any more."""
    return repository.try_git("merge-base", "--is-ancestor", commit, of).returncode == 0


def _outside(repository: Repository, target: str, tips: Iterable[str]) -> Graph:
    feed = "".join(f"{oid}\n" for oid in [*tips, f"^{target}"])
    listing = repository.git("rev-list", "--parents", "--stdin", feed=feed.encode()).decode()
    return {line[0]: tuple(line[1:]) for line in map(str.split, listing.splitlines())}


def _walk(graph: Graph, tip: str) -> tuple[int, frozenset[str]]:
    """How many commits the target lacks, and where they come out of it."""
    mine = own(graph, tip)
    return len(mine), frozenset(parent for c in mine for parent in graph[c] if parent not in graph)


def _latest(repository: Repository, target: str, forks: frozenset[str]) -> str | None:
    """The last of some commits that the target has: what `git merge` would take for the base."""
    if len(forks) < 2:
        return next(iter(forks), None)
    done = repository.try_git("merge-base", target, *sorted(forks))
    if done.returncode:
        raise GitFailure(f"git cannot tell where a branch left {target[:10]}: {complaint(done)}")
    return done.stdout.decode().strip()
