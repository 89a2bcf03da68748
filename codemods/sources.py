"""Where files are read from: a working directory, a commit, memory, or changes on top of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from codemods.model import FileChange, SourceTree


@dataclass(frozen=True)
class Memory:
    """Files that are given as bytes."""

    files: Mapping[str, bytes] = field(hash=False)

    def paths(self) -> Sequence[str]:
        return sorted(path for path in self.files if path.endswith(".py"))

    def read(self, path: str) -> bytes:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(2, "no such file", path) from None

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True, eq=False)
class Overlay:
    """A tree as it would be after some changes."""

    base: SourceTree
    changed: Mapping[str, bytes]

    @classmethod
    def of(cls, base: SourceTree, changes: Iterable[FileChange]) -> Overlay:
        """`base` after the changes; an overlay on an overlay is one overlay."""
        earlier = base if isinstance(base, Overlay) else cls(base, {})
        new = {c.path: c.after for c in changes if c.after is not None}
        return cls(earlier.base, {**earlier.changed, **new})

    def paths(self) -> Sequence[str]:
        return sorted({*self.base.paths(), *self.changed})

    def read(self, path: str) -> bytes:
        changed = self.changed.get(path)
        return self.base.read(path) if changed is None else changed
