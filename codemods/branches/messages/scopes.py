"""What a project calls its parts in commit subjects: `stats` in `fix(stats): …`, `net/http: …`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_OPEN = 0.15  # from this chance on that the next name is a new one, new ones are expected
_EVERYWHERE = ("all", "treewide", "global")
_LONGEST = 30
_PLAIN = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*")


@dataclass(frozen=True, slots=True)
class Scopes:
    """Names of parts that a history gives, the most frequent first."""

    names: tuple[str, ...]
    is_open: bool
    """Whether new names keep coming, so that one of ours is welcome; a closed list may be enforced."""

    @classmethod
    def seen(cls, names: Sequence[str]) -> Scopes:
        """From the names of a history, one for each subject that gives one."""
        counts = Counter(names)
        once = sum(count == 1 for count in counts.values())  # Good and Turing: the chance of a new one
        return cls(tuple(name for name, _ in counts.most_common()), once / max(len(names), 1) >= _OPEN)

    def of(self, paths: Iterable[str]) -> str:
        """The name for the part that all files are in, the innermost that has one; '' where none does."""
        known = {_bare(name): name for name in reversed(self.names)}
        candidates = list(_candidates(sorted(set(paths))))
        used = next((known[key] for c in candidates if (key := _bare(c)) in known), None)
        if used is not None:
            return used
        new = self._spelled(candidates) if self.is_open else ""
        return new or next((name for name in _EVERYWHERE if name in known), "")

    def _spelled(self, candidates: Sequence[str]) -> str:
        """A new name in the manner of the others: a path where they are, else with their separator."""
        have_paths = 2 * sum("/" in name for name in self.names) > len(self.names)
        fitting = (c for c in candidates if ("/" in c) == have_paths and len(c) <= _LONGEST)
        name = next(fitting, "")
        kebab = sum("-" in name for name in self.names) > sum("_" in name for name in self.names)
        name = name.strip("_").lower().replace("_", "-" if kebab else "_")
        return name if _PLAIN.fullmatch(name) else ""


def is_part(name: str) -> bool:
    """Whether it can be the name of a part, and not a number, of an issue or a step of a plan."""
    return re.fullmatch(r"\W*|\W*(?:[A-Za-z]{1,10}-?)?\d+(?:-\d+)*\W*", name) is None


def _candidates(paths: Sequence[str]) -> Iterator[str]:
    """The parts that all files are in, from the inside out: the file, its folders, also with their paths."""
    if len(paths) == 1:
        file = PurePosixPath(paths[0])
        if file.stem not in ("__init__", "__main__"):
            yield file.stem
            yield file.with_suffix("").as_posix()
    folders = [PurePosixPath(path).parent.parts for path in paths]
    shared = _shared(folders)
    for depth in range(len(shared), 0, -1):
        for start in range(depth):  # `gopls/internal/golang` may be called `internal/golang`
            yield "/".join(shared[start:depth])


def _shared(folders: Sequence[Sequence[str]]) -> list[str]:
    """The folders that all are below."""
    shared = []
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return shared


def _bare(name: str) -> str:
    """What a name and a file have to share to be the same."""
    return name.casefold().replace("_", "-").removeprefix("test-").strip("-./ ")
