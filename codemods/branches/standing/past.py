"""Changes that landed, and were changed again since: what is there today does not tell of them any more."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from codemods.branches.stacks.hunks import hunks_between
from codemods.branches.standing.landing import Sides, sides
from codemods.objects import Entry, read_object
from codemods.repository import Repository

_CONTEXT = 3  # lines on each side, which tell one place from another, as in a patch
_LOOKED_AT = 500  # of the latest commits

Piece: TypeAlias = tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]
"""The lines above, the lines taken out, the lines put in, and the lines below."""
Pieces: TypeAlias = set[tuple[str, Piece]]
"""With the path of the file."""


def landed_before(repository: Repository, target: str, forks: Mapping[str, str]) -> Iterator[str]:
    """Those of the commits whose every change some commit of the target made since (`forks`, by the commit).

    A piece of a change counts only with the lines around it, in the same file.
    """
    changed = sides(repository, forks.items())
    for fork in dict.fromkeys(forks.values()):
        wanted = {tip: _pieces(repository, changed[tip]) for tip in changed if forks[tip] == fork}
        paths = {path for tip in wanted for path in changed[tip]}
        made = _made(repository, target, fork, paths) if paths else set()
        yield from (tip for tip, pieces in wanted.items() if pieces and pieces <= made)


def _made(repository: Repository, target: str, fork: str, paths: Collection[str]) -> Pieces:
    """All that commits of the target did to the files since a commit."""
    limit = sorted(paths) if not any("\n" in path for path in paths) else []  # without any, all commits count
    listing = repository.git(
        *("rev-list", "--no-merges", f"--max-count={_LOOKED_AT}", "--stdin"),
        feed=os.fsencode("\n".join([target, f"^{fork}", "--", *limit, ""])),
        environment={"GIT_LITERAL_PATHSPECS": "1"},
    )
    made: Pieces = set()
    for changed in sides(repository, [(commit,) for commit in listing.decode().split()]).values():
        made |= _pieces(repository, {path: both for path, both in changed.items() if path in paths})
    return made


def _pieces(repository: Repository, changed: Sides) -> Pieces:
    """What the changes consist of; nothing when the content is not there."""
    try:
        return {
            (path, piece)
            for path, (before, after) in changed.items()
            for piece in _split(_lines(repository, before), _lines(repository, after))
        }
    except OSError:
        return set()


def _split(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[Piece]:
    for start, end, new in hunks_between(before, after):
        above, below = before[max(0, start - _CONTEXT) : start], before[end : end + _CONTEXT]
        yield tuple(above), tuple(before[start:end]), new, tuple(below)


def _lines(repository: Repository, entry: Entry | None) -> list[bytes]:
    return read_object(repository, entry.oid).split(b"\n") if entry and entry.is_file else []
