"""The code that a report is held against: its files, as text and parsed, and what git remembers of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TypeAlias

from codemods.engine import project_of
from codemods.layout import is_test
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.repository import GitFailure, Repository, find_repository
from codemods.sources import Commit, Memory, WorkingDirectory

Tree: TypeAlias = WorkingDirectory | Commit | Memory
_LARGE = 5_000_000  # bytes; a larger text is data, and no report quotes it
_QUESTIONS = 400  # to git's log, each of which may take a second in a long history; no report has more to ask
_DOCUMENTS = (".md", ".rst", ".adoc", ".html", ".sarif", ".ipynb")
_PLAIN = re.compile(r"[\w./ +@-]+")  # a path that means itself to git


class Code:
    """A tree, with what triage asks of it. Only files that are in the listing are ever read."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.project: Project = project_of(tree)
        self._texts: dict[str, str | None] = {}
        self._lines: dict[str, tuple[str, ...]] = {}
        self._mentioning: dict[str, list[Module]] = {}
        self._names: dict[str, bool] = {}
        self._asked = 0

    @cached_property
    def paths(self) -> Sequence[str]:
        """All files, Python or not, sorted."""
        return self.tree.everything()

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(
            path[:n] for path in self.paths for n, character in enumerate(path) if character == "/"
        )

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The paths by their last part, in lower case."""
        index: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            index[path.rpartition("/")[2].lower()].append(path)
        return index

    @cached_property
    def python(self) -> Sequence[str]:
        return self.tree.paths()

    def text(self, path: str) -> str | None:
        """A file as text; None when it is none, is too large, or cannot be read."""
        if path not in self._texts:
            data = self._data(path)
            binary = b"\0" in data[:8000] or len(data) > _LARGE
            self._texts[path] = None if binary else data.decode("utf-8", "replace")
        return self._texts[path]

    def lines(self, path: str) -> Sequence[str]:
        """The lines of a text, without their ends; empty when there is none."""
        if path not in self._lines:
            text = self.text(path)
            lines = [] if text is None else [line.removesuffix("\r") for line in text.split("\n")]
            self._lines[path] = tuple(lines)
        return self._lines[path]

    def module(self, path: str) -> Module | None:
        """The parsed file; None when it is no Python that we can read."""
        if not path.endswith(".py") or self.text(path) is None:
            return None
        try:
            return self.project.module(path)
        except (OSError, Unreadable):
            return None

    def mentioning(self, word: str, *, tests: bool = False) -> list[Module]:
        """The Python files in whose text an identifier stands."""
        if word not in self._mentioning:
            self._mentioning[word] = self.project.mentioning(word)[0]
        return [module for module in self._mentioning[word] if tests or not is_test(module.path)]

    def has(self, name: str) -> bool:
        """Whether a name stands in any file of any language; documents do not count: the report is one."""
        if name not in self._names:
            code = (path for path in self.paths if not path.lower().endswith(_DOCUMENTS))
            self._names[name] = any(name.encode() in self._data(path) for path in code)
        return self._names[name]

    def _data(self, path: str) -> bytes:
        try:
            return self.project.read(path)
        except OSError:
            return b""

    # -- history ----------------------------------------------------------------------------------

    @cached_property
    def _history(self) -> tuple[Repository, str] | None:
        """The repository, and the commit from which to look back; None when there is no history."""
        try:
            if isinstance(self.tree, Commit):
                return self.tree.repository, self.tree.sha
            repository = find_repository(self.tree.root) if isinstance(self.tree, WorkingDirectory) else None
            return (repository, repository.resolve("HEAD")) if repository else None
        except GitFailure:
            return None

    def _log(self, *arguments: str, path: str) -> list[str]:
        """The fields of the last commit that git's log finds for these arguments; [] for none."""
        if self._history is None or not _PLAIN.fullmatch(path) or self._asked >= _QUESTIONS:
            return []
        self._asked += 1
        repository, sha = self._history
        pathspec = f":(top,glob){path}"
        done = repository.try_git("log", "-1", *arguments, "--format=%H%x00%s", sha, "--", pathspec)
        return done.stdout.decode(errors="replace").strip().split("\0") if done.stdout else []

    @lru_cache(maxsize=512)  # noqa: B019 (a Code lives as long as one triage)
    def deleted(self, path: str) -> tuple[str, str] | None:
        """Which commit took a file away, and what it is called since ('' when it is gone).

        `path` may be the end of a path. None when git knows of no such file.
        """
        for pattern in (path, f"**/{path}"):
            found = self._log("--diff-filter=D", "--no-renames", path=pattern)
            if found and self._history:
                repository, _ = self._history
                pairs = ("show", "-M", "--diff-filter=R", "--name-status", "-z", "--format=", found[0])
                fields = repository.try_git(*pairs).stdout.decode(errors="replace").split("\0")
                renamed = zip(fields[1::3], fields[2::3], strict=False)
                new = next((b for a, b in renamed if a == path or a.endswith(f"/{path}")), "")
                return found[0][:10], new
        return None

    @lru_cache(maxsize=512)  # noqa: B019
    def removed(self, line: str, path: str) -> str | None:
        """The last commit that took this text out of the file, as `1a2b3c4d5e (Its subject)`."""
        found = self._log(f"-S{line}", path=path)
        return f"{found[0][:10]} ({found[1]})" if len(found) > 1 else None
