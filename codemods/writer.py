"""Writing changes into a working directory: each file atomically, and a group of files all or nothing.

Before the first file is replaced, every new file of the group stands complete beside its target, and
every target still holds the bytes that the change was made from.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codemods.model import Failure, FileChange, Finding
from codemods.series import Series
from codemods.sources import WorkingDirectory

_ANYONE = 0o222  # may write
_STALE = "changed since it was read, and was left as it is; run again"


class NotWritten(Exception):
    """Why a file is left as it was, in one line that says what to do about it."""


@dataclass(frozen=True, slots=True)
class Written:
    """The findings whose fixes are in the files now, those files, and what could not be written."""

    fixed: tuple[Finding, ...]
    paths: tuple[str, ...]
    failures: tuple[Failure, ...]


def write_fixes(tree: WorkingDirectory, make: Callable[[Collection[str]], Series]) -> Written:
    """Write a series of fixes: each fix in all of its files, or in none.

    `make` makes the series without those fixes that touch the given paths. Files that cannot be
    written are found out on the way, and the fixes that need none of them are made nevertheless.
    """
    done: set[str] = set()
    failures: dict[str, Failure] = {}
    while True:
        fixes = make(failures.keys())
        known = len(failures)
        for group in fixes.connected():
            paths = {change.path for change in group}
            if not paths <= done:
                failed = write(tree, group)
                failures |= {failure.path: failure for failure in failed}
                done |= set() if failed else paths
        if len(failures) == known:
            break
    fixed = tuple(f for f in fixes.fixed if f.fix and done.issuperset(f.fix.paths))
    return Written(fixed, tuple(sorted(done)), tuple(failures.values()))


def write(tree: WorkingDirectory, changes: Sequence[FileChange]) -> tuple[Failure, ...]:
    """Make all the changes (of files that are there and stay), or none and say why.

    Modes and extended attributes are kept, and owners where we may give files away. Symlinks are not
    followed. A file with several hard links becomes one of its own, as when git writes it.
    """
    staged: list[tuple[FileChange, Path]] = []
    failures: list[Failure] = []
    try:
        for change in changes:
            try:
                staged.append((change, _stage(tree, change.path, change.after)))
            except (OSError, NotWritten) as error:
                failures.append(Failure(change.path, _reason(error)))
        return tuple(failures) or _replace(tree, staged)
    finally:
        for _, temporary in staged:
            temporary.unlink(missing_ok=True)


def _stage(tree: WorkingDirectory, path: str, data: bytes | None) -> Path:
    """A file with these bytes, complete and on disk, beside the one it shall replace."""
    target = tree.locate(path)
    if data is None or not target.exists():
        raise NotWritten(_STALE)
    for place, name in ((target, "the file"), (target.parent, "its folder")):
        if not place.stat().st_mode & _ANYONE or not os.access(place, os.W_OK):
            raise NotWritten(f"not written: {name} is read-only")
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _take_after(target, file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _take_after(target: Path, descriptor: int) -> None:
    """Give the open file the owner, the extended attributes (access lists too) and the mode of `target`."""
    status = target.stat()
    if hasattr(os, "fchown"):
        with suppress(PermissionError):  # only root may give files away; others own the new file
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, status.st_mode & 0o7777)
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # not every file system knows them
            for name in os.listxattr(target):
                os.setxattr(descriptor, name, os.getxattr(target, name))


def _replace(tree: WorkingDirectory, staged: Sequence[tuple[FileChange, Path]]) -> tuple[Failure, ...]:
    """Put the staged files in their places; when one cannot be, take the earlier ones back."""
    stale = [change.path for change, _ in staged if not _holds(tree, change)]
    if stale:
        return tuple(Failure(path, _STALE) for path in stale)
    replaced: list[FileChange] = []
    try:
        for change, temporary in staged:
            temporary.replace(tree.locate(change.path))
            replaced.append(change)
    except OSError as error:
        at = staged[len(replaced)][0].path
        return (Failure(at, _reason(error)), *_take_back(tree, replaced))
    except BaseException:
        _take_back(tree, replaced)
        raise
    return ()


def _take_back(tree: WorkingDirectory, replaced: Sequence[FileChange]) -> tuple[Failure, ...]:
    failures = []
    for change in replaced:
        try:
            _stage(tree, change.path, change.before).replace(tree.locate(change.path))
        except (OSError, NotWritten) as error:
            failures.append(Failure(change.path, f"could not be put back: {_reason(error)}"))
    return tuple(failures)


def _holds(tree: WorkingDirectory, change: FileChange) -> bool:
    """Whether the file still has the bytes that the change was made from."""
    try:
        return tree.read(change.path) == change.before
    except OSError:
        return False


def _reason(error: OSError | NotWritten) -> str:
    return f"not written: {error.strerror}" if isinstance(error, OSError) else str(error)
