"""Where files are read from: a working directory, a commit, memory, or changes on top of another."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

from codemods.environment import Environment
from codemods.model import Failure, FileChange, SourceTree
from codemods.objects import Entry, entries_of, read_object
from codemods.repository import GitFailure, Repository, complaint, find_repository, repository_at, split_paths

_NOT_SOURCES = frozenset(
    (
        *(".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", "site-packages"),
        *(".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache", "build", "dist"),
    )
)
_UNTRACKED = "?"  # the tag of `git ls-files -t`
# What git says of a folder it cannot look into; it goes on without.
_CLOSED = re.compile(r"^warning: could not open directory '(.*)': (.*)$", re.MULTILINE)
# A pipe in the place of a file must not make us wait, nor a symlink lead us away.
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class WorkingDirectory:
    """The files in a folder: those that git tracks or would track, or outside of git, a walk.

    The listing is made once, by `at`. Symlinks are neither listed nor followed, so that no path
    leaves the root; submodules are other people's code. Two looks at one folder are not equal: what
    was remembered of the first must not be taken for what the second would find.
    """

    root: Path
    files: tuple[str, ...] = field(repr=False, compare=False)
    failures: tuple[Failure, ...] = field(default=(), repr=False, compare=False)
    """The folders that could not be looked into."""
    look: str = field(default_factory=lambda: uuid4().hex, repr=False)
    environment: Environment | None = field(default=None, repr=False)
    """The packages that the code runs with, where they are known; the same for the other trees."""

    @classmethod
    def at(cls, place: Path) -> WorkingDirectory:
        """All of the repository that `place` is in; in no repository, the folder `place` (or its own).

        Raises GitFailure when the repository is bare or git cannot read it, and OSError when there is
        no such place.
        """
        place = place.resolve(strict=True)
        repository = find_repository(place)
        if repository is None:
            root, listing = (place if place.is_dir() else place.parent), _walk
        elif repository.bare:
            reason = "a bare repository has no files to work on; name a commit (--rev)"
            raise GitFailure(f"{repository.root}: {reason}")
        else:
            root, listing = repository.root, partial(_tracked, repository)
        failures: list[Failure] = []
        files = sorted(listing(root, failures))
        return cls(root, tuple(files), tuple(sorted(failures)))

    def paths(self) -> Sequence[str]:
        return self.files

    def everything(self) -> Sequence[str]:
        """All files, Python or not, sorted: a new look. Raises GitFailure."""
        repository = find_repository(self.root)
        listing = _walk if repository is None else partial(_tracked, repository)
        return sorted(listing(self.root, [], suffix=""))

    def read(self, path: str) -> bytes:
        """The file's bytes, also of one that is not listed. Raises OSError."""
        with os.fdopen(os.open(self.locate(path), _OPEN), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(22, "not a regular file", path)
            return file.read()

    def locate(self, path: str) -> Path:
        """Where a file is or would be on disk. Raises OSError when that is not inside the root."""
        parts = path.split("/")
        outside = Path(path).is_absolute() or (os.sep != "/" and os.sep in path)
        if outside or {"", ".", "..", ".git"} & {part.lower() for part in parts}:
            raise PermissionError(1, "not a path inside the root", path)
        for depth in range(1, len(parts) + 1):
            if _is_symlink(self.root.joinpath(*parts[:depth])):
                raise PermissionError(1, "a symlink, which is not followed", path)
        return self.root.joinpath(*parts)


@dataclass(frozen=True)
class Commit:
    """The files of a commit; `sha` is its full name."""

    repository: Repository
    sha: str
    environment: Environment | None = field(default=None, repr=False)

    @classmethod
    def at(cls, place: Path, revision: str = "HEAD") -> Commit:
        """The commit that a revision means in the repository around `place`. Raises GitFailure."""
        repository = repository_at(place)
        return cls(repository, repository.resolve(revision))

    def entries(self) -> Mapping[str, Entry]:
        """All that is in the commit by path: symlinks and submodules too."""
        return entries_of(self.repository, self.sha)

    def paths(self) -> Sequence[str]:
        return [path for path in self.everything() if path.endswith(".py")]

    def everything(self) -> Sequence[str]:
        """All files, Python or not, sorted."""
        return sorted(path for path, entry in self.entries().items() if entry.is_file)

    def read(self, path: str) -> bytes:
        entry = self.entries().get(path)
        if entry is None or not entry.is_file:
            raise FileNotFoundError(2, "no such file in the commit", path)
        return read_object(self.repository, entry.oid)


@dataclass(frozen=True)
class Memory:
    """Files that are given as bytes."""

    files: Mapping[str, bytes] = field(hash=False)
    environment: Environment | None = None

    def paths(self) -> Sequence[str]:
        return [path for path in self.everything() if path.endswith(".py")]

    def everything(self) -> Sequence[str]:
        """All files, Python or not, sorted."""
        return sorted(self.files)

    def read(self, path: str) -> bytes:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(2, "no such file", path) from None

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class Overlay:
    """A tree as it would be after some changes; equal to nothing but its copy in another process."""

    base: SourceTree
    changed: Mapping[str, bytes | None] = field(compare=False)
    """By path the new bytes; None where the file goes."""
    look: str = field(default_factory=lambda: uuid4().hex, repr=False)

    @classmethod
    def of(cls, base: SourceTree, changes: Iterable[FileChange]) -> Overlay:
        """`base` after the changes; an overlay on an overlay is one overlay."""
        earlier = base if isinstance(base, Overlay) else cls(base, {})
        return cls(earlier.base, {**earlier.changed, **{c.path: c.after for c in changes}})

    def paths(self) -> Sequence[str]:
        changed = {path: data for path, data in self.changed.items() if path.endswith(".py")}
        gone = {path for path, data in changed.items() if data is None}
        return sorted({*self.base.paths(), *changed} - gone)

    def read(self, path: str) -> bytes:
        if path not in self.changed:
            return self.base.read(path)
        changed = self.changed[path]
        if changed is None:
            raise FileNotFoundError(2, "no such file after the changes", path)
        return changed


def environment_of(tree: SourceTree) -> Environment | None:
    """The packages that the code of a tree runs with; None when nobody said where they are."""
    base = tree.base if isinstance(tree, Overlay) else tree
    return base.environment if isinstance(base, (WorkingDirectory, Commit, Memory)) else None


def blob_of(tree: SourceTree, path: str) -> str | None:
    """The name that git has for a file's bytes, where that is known without reading them."""
    if isinstance(tree, Overlay):
        return None if path in tree.changed else blob_of(tree.base, path)
    entry = tree.entries().get(path) if isinstance(tree, Commit) else None
    return entry.oid if entry and entry.is_file else None


def _tracked(
    repository: Repository, root: Path, failures: list[Failure], suffix: str = ".py"
) -> Iterator[str]:
    """The files (of Python) that git tracks or would track, and that are there as regular files.

    What is in the index does not matter beyond the names: a file may have become a symlink since, or
    be gone, or have a folder above it that is a symlink now. An environment that nobody told git to
    ignore is not going to be tracked.
    """
    done = repository.try_git("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    if done.returncode:
        raise GitFailure(f"git cannot list the files: {complaint(done)}")
    for folder, reason in _CLOSED.findall(os.fsdecode(done.stderr)):
        failures.append(Failure(folder.rstrip("/"), f"the folder cannot be read: {reason}"))
    real_folders, environments = {"": True}, {"": False}
    listed = {line[2:]: line[0] for line in split_paths(done.stdout)}
    for path, tag in listed.items():
        folder = path.rpartition("/")[0]
        if tag == _UNTRACKED and _is_in_environment(root, folder, environments):
            continue
        if path.endswith(suffix) and _is_real(root, folder, real_folders) and _is_file(root / path):
            yield path


def _is_real(root: Path, folder: str, known: dict[str, bool]) -> bool:
    """Whether neither the folder nor one above it is a symlink."""
    if folder not in known:
        above = folder.rpartition("/")[0]
        known[folder] = _is_real(root, above, known) and not _is_symlink(root / folder)
    return known[folder]


def _is_in_environment(root: Path, folder: str, known: dict[str, bool]) -> bool:
    """Whether the folder or one above it, below the root, is a virtual environment."""
    if folder not in known:
        above = folder.rpartition("/")[0]
        known[folder] = _is_in_environment(root, above, known) or _is_environment(root / folder)
    return known[folder]


def _walk(root: Path, failures: list[Failure], suffix: str = ".py") -> Iterator[str]:
    """The files (of Python) below a folder, without those of environments, caches and build results."""

    def closed(error: OSError) -> None:
        folder = Path(error.filename).relative_to(root).as_posix()
        failures.append(Failure(folder, f"the folder cannot be read: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=closed):
        here = Path(folder)
        folders[:] = [
            name for name in folders if name not in _NOT_SOURCES and not _is_environment(here / name)
        ]
        for name in files:
            if name.endswith(suffix) and _is_file(here / name):
                yield (here / name).relative_to(root).as_posix()


def _is_environment(folder: Path) -> bool:
    try:
        return (folder / "pyvenv.cfg").is_file()
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    """Whether a regular file is there for all we can tell; reading it will say what is wrong with it."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):  # deleted, or not checked out
        return False
    except OSError:
        return True


def _is_symlink(path: Path) -> bool:
    try:
        return stat.S_ISLNK(path.lstat().st_mode)
    except OSError:
        return False
