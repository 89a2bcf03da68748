"""Scratch worktrees: checkouts of commits in a temporary folder, for commands to run in.

They are linked to the repository (`git worktree`), so that a command finds a real checkout. Making one costs
much more than switching it to another commit, so each is used again. The folder's name tells whose they are:
when a run was killed, the next one takes away what it left.
"""

from __future__ import annotations

import os
import re
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from codemods.branches.checks.worktree import Worktree, remove
from codemods.branches.plumbing.checkouts import checkouts
from codemods.repository import GitFailure, Repository

_PREFIX = "patchwright-check-"
_OWNED = re.compile(_PREFIX + r"(?P<pid>\d+)-(?P<host>[\w.-]+)-[a-z0-9_]+")


@dataclass
class Worktrees:
    """Worktrees of one repository, made as they are needed, for several threads.

    `prepare`, if given, is called once for each new one. All are removed at the end of a `with`, which raises
    GitFailure at its beginning when none can be made.
    """

    repository: Repository
    prepare: Callable[[Worktree], None] | None = None
    left: Path | None = None
    """The folder of them all, where something in it could not be deleted in the end."""

    def __enter__(self) -> Worktrees:
        sweep(self.repository)
        try:
            folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-{_host()}-")
        except OSError as error:
            reason = f"{error.strerror}; TMPDIR names the folder for temporary files"
            raise GitFailure(f"there is no room for scratch worktrees: {reason}") from None
        self._folder = Path(folder).resolve()
        self._idle: SimpleQueue[Worktree] = SimpleQueue()
        self._making = threading.Lock()
        self._made = 0
        return self

    def __exit__(self, *_: object) -> None:
        discard(self.repository, self._folder)
        self.left = self._folder if self._folder.exists() else None

    @contextmanager
    def at(self, commit: str) -> Iterator[Worktree]:
        """A worktree with the files of a commit, for this thread alone. Raises GitFailure."""
        worktree = self._switched(commit)
        try:
            yield worktree
        finally:
            self._idle.put(worktree)

    def _switched(self, commit: str) -> Worktree:
        try:
            worktree = self._idle.get_nowait()
        except Empty:
            return self._new(commit)
        try:
            worktree.renew(commit)
        except (GitFailure, OSError):  # a command left it in a state that is not to be relied on
            discard(self.repository, worktree.path.parent)
            return self._new(commit)
        return worktree

    def _new(self, commit: str) -> Worktree:
        with self._making:
            self._made += 1
            path = self._folder / str(self._made) / self.repository.root.name
            path.parent.mkdir()
            self.repository.git("worktree", "add", "--quiet", "--detach", "--no-checkout", str(path), commit)
        git_dir = Repository(path).git("rev-parse", "--absolute-git-dir")
        worktree = Worktree(path, Path(os.fsdecode(git_dir.removesuffix(b"\n"))))
        worktree.switch(commit)
        if self.prepare:
            self.prepare(worktree)
            worktree.switch(commit)  # what it did to tracked files must not count for the first check only
        worktree.keep(commit)
        return worktree


def sweep(repository: Repository) -> None:
    """Remove the worktrees that runs on this machine left when they were killed."""
    for path in linked(repository):
        owned = _OWNED.fullmatch(path.parent.parent.name)
        if owned and owned["host"] == _host() and not _is_at_work(int(owned["pid"]), path):
            discard(repository, path.parent.parent)


def discard(repository: Repository, folder: Path) -> None:
    """Remove a folder of worktrees, and what git knows of them. What cannot go is left to the next run."""
    remove(folder)
    for path in linked(repository):
        if path.is_relative_to(folder) and not path.exists():
            repository.try_git("worktree", "remove", "--force", "--force", str(path))


def linked(repository: Repository) -> list[Path]:
    """Where the worktrees of the repository are, those that are gone included."""
    return [Path(checkout.path) for checkout in checkouts(repository)]


def _host() -> str:
    return re.sub(r"[^\w.-]", "_", socket.gethostname()) or "localhost"


def _is_at_work(pid: int, path: Path) -> bool:
    """Whether the run that made a worktree may still be there."""
    if pid == os.getpid():  # we, or one that had our number before: in a container that is often so
        return path.exists()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
