"""Scratch worktrees: checkouts of commits in a temporary folder, for commands to run in.

They are linked to the repository (`git worktree`), so that a command finds a real checkout. Making one costs
much more than switching it to another commit, so each is used again. The folder's name tells whose they are:
when a run was killed, the next one takes away what it left.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeAlias

from codemods.branches.plumbing.checkouts import checkouts
from codemods.repository import GitFailure, Repository, split_paths

_PREFIX = "patchwright-check-"
_OWNED = re.compile(_PREFIX + r"(?P<pid>\d+)-(?P<host>[\w.-]+)-[a-z0-9_]+")
# Full checkouts, whatever part of the tree the user looks at; submodules are for the setup command.
_CHECKOUT = (
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "submodule.recurse=false",
    "-c",
    "advice.detachedHead=false",
)

_State: TypeAlias = tuple[frozenset[Path], bytes]
"""What git keeps of a worktree beside its index: its files, and the commit that is checked out."""
_FEW = 200  # files that are switched one by one
_FILES = (":100644 100644 ", ":100755 100755 ")  # of both sides


class Worktree:
    """One checkout. `path` is its root; `git_dir` what git knows of it."""

    def __init__(self, path: Path, git_dir: Path) -> None:
        self.path = path
        self.git_dir = git_dir
        self._stamp = 0  # seconds; the last time that files were given
        self._kept: frozenset[str] = frozenset()
        self._state: _State | None = None  # as the last switch left it

    def renew(self, commit: str) -> None:
        """Clean it and switch it. Raises GitFailure, and OSError."""
        with ThreadPoolExecutor(1) as beside:  # both look at all files, which takes most of the time
            differing = beside.submit(self._differing, commit)
            self.clean()
            self._write(commit, differing.result())

    def switch(self, commit: str) -> None:
        """Make all tracked files those of a commit (its full name). Raises GitFailure."""
        self._write(commit, self._differing(commit))

    def _differing(self, commit: str) -> Mapping[str, str]:
        """The tracked files that are not as in a commit, and git's word on each: modes, names, status."""
        answer = self._git("diff-index", "-z", "--raw", "--no-renames", commit, "--")
        fields = os.fsdecode(answer).split("\0")
        return dict(zip(fields[1::2], fields[::2], strict=False))

    def _write(self, commit: str, differing: Mapping[str, str]) -> None:
        """Make the files that differ those of a commit.

        Each file that this writes gets a time of its own. Python takes a compiled file for that of a source
        of the same size and second, and the next version of a file often is both.
        """
        renewed = [path for path, said in differing.items() if said[-1] in "DMT"]
        is_first, before = not self._stamp, [self._stamp, *(_time_of(self.path / path) for path in renewed)]
        if self._is_simple(differing):
            self._write_few(commit, renewed)
        else:
            self._git(*_CHECKOUT, "checkout", "--quiet", "--force", "--detach", commit, "--")
        self._stamp = max(int(time.time()), *before) + 1
        files = [] if is_first else [path for path in renewed if _time_of(self.path / path)]
        for path in files:
            os.utime(self.path / path, (self._stamp, self._stamp))
        if files:  # these alone: to look at all others takes git as long as the switch
            self._git("-c", "core.safecrlf=false", "update-index", "-z", "--stdin", feed=_listed(files))
        self._state = self._git_state()

    def _is_simple(self, differing: Mapping[str, str]) -> bool:
        """Whether a switch only has to write some files, as from one fix to the next.

        Then there is no need to go through all others as `git checkout` does.
        """
        simple = all(said[-1] == "M" and said.startswith(_FILES) for said in differing.values())
        return simple and len(differing) <= _FEW and self._state == self._git_state()

    def _write_few(self, commit: str, paths: Sequence[str]) -> None:
        """Write these files of a commit, with the conversions that git makes, and name it as checked out."""
        index = self.path.parent / "few"  # of its own: git would write the large one, and so shall we
        try:
            if paths:
                options = ("--pathspec-from-file=-", "--pathspec-file-nul")
                command = ("--literal-pathspecs", *_CHECKOUT, "checkout", "--quiet", *options, commit)
                self._git(*command, feed=_listed(paths), environment={"GIT_INDEX_FILE": str(index)})
        finally:
            index.unlink(missing_ok=True)
        self._git("update-ref", "--no-deref", "HEAD", commit)

    def _git_state(self) -> _State:
        """A merge in progress, say, would show."""
        return frozenset(self.git_dir.iterdir()), (self.git_dir / "HEAD").read_bytes()

    def keep(self) -> None:
        """Let what is there besides the tracked files stay when it is cleaned."""
        self._kept = self._untracked("--directory")

    def clean(self) -> None:
        """Take away new files and folders, but those that git ignores: caches make the next run faster."""
        new = self._untracked("--directory") - self._kept
        folders = [path for path in new if path.endswith("/")]
        inside = self._untracked("--", *folders) if folders else frozenset()
        for path in inside.union(new.difference(folders)):
            remove(self.path / path)
        for path in folders:
            for folder, _, _ in os.walk(self.path / path, topdown=False):
                with suppress(OSError):  # something that git ignores is in it
                    Path(folder).rmdir()

    def written(self, pattern: str, since: float) -> list[Path]:
        """The files, not tracked, that were written since a moment (in seconds, as `time.time()`)."""
        listing = self._git("ls-files", "-z", "--others", "--", pattern)
        found = (self.path / path for path in split_paths(listing))
        return [path for path in found if path.is_file() and path.stat().st_mtime >= since]

    def _untracked(self, *options: str) -> frozenset[str]:
        """What is neither tracked nor ignored: files, with `--directory` their folders (`name/`) for them."""
        command = ("--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard")
        return frozenset(split_paths(self._git(*command, *options)))

    def _git(self, *arguments: str, feed: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        # Named, not looked for: were the link broken, git would find another repository further up.
        place = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.path), **(environment or {})}
        return Repository(self.path).git(*arguments, feed=feed, environment=place)


@dataclass
class Worktrees:
    """Worktrees of one repository, made as they are needed, for several threads.

    `prepare`, if given, is called once for each new one. All are removed at the end of a `with`, which raises
    GitFailure at its beginning when none can be made.
    """

    repository: Repository
    prepare: Callable[[Worktree], None] | None = None

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
        except (GitFailure, OSError):  # a command left it in a state that git cannot get out of
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
            worktree.keep()
            worktree.switch(commit)  # what it did to tracked files must not count for the first check only
        return worktree


def _listed(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _time_of(path: Path) -> int:
    """When a file was written, in seconds; 0 when it is no file: a symlink, the folder of a submodule."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return int(status.st_mtime) if stat.S_ISREG(status.st_mode) else 0


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


def remove(path: Path) -> None:
    """Remove a file or a folder, also where folders in it are closed. What cannot go stays."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        _open(path)
        shutil.rmtree(path, ignore_errors=True)


def _open(folder: Path) -> None:
    """Make folders writable that a command has closed."""
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                _open(entry)


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
