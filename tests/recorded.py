"""A repository with branches that count as written by us, for the tests of what becomes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from repositories import Sandbox

from codemods.branches.ledger import REF, Record, read_ledger, write_ledger
from codemods.branches.plumbing.commits import quoted
from codemods.branches.plumbing.refs import Move, transaction
from codemods.branches.standing.standing import Standing, standings
from codemods.repository import Repository

LINES = [f"line {number}\n" for number in range(1, 61)]


def text(**changed: str) -> bytes:
    """Sixty numbered lines; `_5="five"` makes the fifth another one, `_5=""` takes it out."""
    lines = list(LINES)
    for key, value in changed.items():
        lines[int(key[1:]) - 1] = value and f"{value}\n"
    return "".join(lines).encode()


@dataclasses.dataclass(frozen=True)
class Recorded:
    """A repository with a ledger. What is committed here is on `main` unless it is said otherwise."""

    box: Sandbox

    @classmethod
    def make(cls, root: Path, files: Mapping[str, bytes] | None = None, *options: str) -> Recorded:
        return cls(Sandbox.make(root, files or {"a.py": text(), "b.py": text()}, *options))

    @property
    def repository(self) -> Repository:
        return Repository(self.box.root)

    def branch(self, name: str, files: Mapping[str, bytes], base: str = "main", **known: Any) -> Record:
        """A branch `fix/<name>` of one commit on the base, as we would write it, and its record."""
        parent = self.box.git("rev-parse", base)
        who = b"Ada Lovelace <ada@example.com> 1700000000 +0000"
        message = f"Fix {name}\n\nPatchwright-Remedy: bare-except\n".encode()
        stream = [
            b"feature done\ncommit refs/heads/fix/%s\nmark :1\ncommitter %s\n" % (name.encode(), who),
            b"data %d\n%sfrom %s\n" % (len(message), message, parent.encode()),
            *(b"M 100644 inline %s\ndata %d\n%s\n" % (quoted(p), len(d), d) for p, d in files.items()),
            b"\nget-mark :1\ndone\n",
        ]
        tip = self.box.git("fast-import", "--quiet", "--date-format=raw", feed=b"".join(stream))
        facts: dict[str, Any] = {"target": "main", "findings": ("f1",)}
        record = Record(f"fix/{name}", tip, parent, parent, paths=tuple(files), **facts | known)
        self.record(record)
        return record

    def record(self, *records: Record) -> None:
        """Put records into the ledger, in place of those of the same names."""
        ledger = read_ledger(self.repository)
        new = write_ledger(self.repository, ledger.having(*records))
        assert transaction(self.repository, [Move(REF, ledger.oid, new)], "test") is None

    def on(self, branch: str, files: Mapping[str, bytes], message: str = "Work on it") -> str:
        """Commit on a branch, and come back."""
        here = self.box.git("symbolic-ref", "--short", "HEAD")
        self.box.git("switch", "-q", branch)
        commit = self.box.commit(files, message)
        self.box.git("switch", "-q", here)
        return commit

    def standings(self, revision: str | None = None) -> dict[str, Standing]:
        """By the name without `fix/`."""
        found = standings(self.repository, read_ledger(self.repository), revision)
        return {standing.record.name.removeprefix("fix/"): standing for standing in found}

    def standing(self, name: str = "one", revision: str | None = None) -> Standing:
        return self.standings(revision)[name]
