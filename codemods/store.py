"""What was found out once and need not be found out again, in small files below one folder.

Losing it costs time and nothing else: whatever is wrong with a file or the folder counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

_FORMAT = 2  # of the files: a line that says what is in them, and the value
_RELIED_ON = ("typeshed_client", "libcst", "packaging")  # what is found, or written as its fix, is their work
_OLD = 60 * 24 * 3600  # seconds after which a shelf that nothing was put on may go


@dataclass(frozen=True, slots=True)
class Store:
    """JSON objects by shelf and key. Several processes may use one folder at once. None: keep nothing."""

    folder: Path | None

    def get(self, shelf: str, key: str) -> dict[str, Any] | None:
        """What was put there; None when there is nothing, or something that is not ours."""
        if self.folder is None:
            return None
        try:
            head, _, text = _own_bytes(self._path(self.folder, shelf, key)).partition(b"\n")
            value = json.loads(text) if head == _head(key, text) else None
        except (OSError, ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def kept(self, shelf: str, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What was put there, else what `make` finds, which is put there."""
        found = self.get(shelf, key)
        if found is None:
            found = make()
            self.put(shelf, key, found)
        return found

    def put(self, shelf: str, key: str, value: dict[str, Any], most: int | None = None) -> None:
        """Keep it, if that is possible: a file comes whole or not at all.

        Of more than `most` on the shelf the oldest go.
        """
        if self.folder is None:
            return
        path = self._path(self.folder, shelf, key)
        text = json.dumps(value, separators=(",", ":")).encode()
        try:
            if not path.parent.is_dir():
                _forget_old(self.folder)
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        except OSError:
            return
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_head(key, text) + b"\n" + text)
            Path(written).replace(path)
            if most is not None:
                _forget_more(path.parent, most)
        except OSError:
            Path(written).unlink(missing_ok=True)

    @staticmethod
    def _path(folder: Path, shelf: str, key: str) -> Path:
        """Keys are hashed: dotted names may be long, and differ in case only."""
        return folder / shelf / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _own_bytes(path: Path) -> bytes:
    """The bytes of a file that we wrote: another user's would decide what is written into our code.

    Raises OSError.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
            raise PermissionError(1, "a file of another user", str(path))
        return file.read()


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and do not wait for the other end where it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _head(key: str, text: bytes) -> bytes:
    """What stands above a value: a file with a damaged one must not be taken for what was put there."""
    return json.dumps({"format": _FORMAT, "key": key, "digest": hashlib.sha256(text).hexdigest()}).encode()


def _forget_old(folder: Path) -> None:
    """Take away the shelves that nothing was put on for long: those of versions that are gone."""
    for shelf in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # not ours to take away, or somebody else just did
            if shelf.is_dir() and time.time() - shelf.stat().st_mtime > _OLD:
                for file in (*shelf.glob("*.json"), *shelf.glob(".new-*")):
                    file.unlink(missing_ok=True)
                shelf.rmdir()


def _forget_more(shelf: Path, most: int) -> None:
    """Take away what was put on the shelf before the newest `most`. Raises OSError."""
    files = sorted(shelf.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[most:]:
        file.unlink(missing_ok=True)


@cache
def engine() -> str:
    """What changes with our own code and tables, with the Python they run on, and with what they rest on."""
    here = Path(__file__).parent
    total = hashlib.sha256()
    for folder, folders, names in os.walk(here):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            file = Path(folder, name)
            status = file.stat()
            total.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="surrogateescape"))
    for package in _RELIED_ON:
        total.update(f"{package}\0{version(package)}\0".encode())
    total.update(sys.version.encode())
    return f"py{sys.version_info[0]}{sys.version_info[1]}-{sys.platform}-{total.hexdigest()[:12]}"
