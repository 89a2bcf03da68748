"""What a repository holds: the contents of its commits and files, by their names."""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from codemods.repository import Repository, clean_environment

_CHUNK = 1 << 16
_AT_ONCE = 63  # questions in SHA-256 that fit into the smallest pipe (4096 bytes), while nobody reads yet


class Entry(NamedTuple):
    """What a commit has at a path: the mode ("100644", "100755", …) and the name of the content."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, not a symlink or a submodule."""
        return self.mode in ("100644", "100755")


@lru_cache(maxsize=8)
def entries_of(repository: Repository, sha: str) -> Mapping[str, Entry]:
    """Everything in a commit by path, in all folders."""
    listing = os.fsdecode(repository.git("ls-tree", "-r", "-z", "--full-tree", sha))
    entries = {}
    for line in listing.split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, _, oid = head.split(" ")
        entries[path] = Entry(mode, oid)
    return entries


def read_object(repository: Repository, oid: str) -> bytes:
    """The content of a blob or commit, from one `git cat-file --batch` that lives as long as this process."""
    return next(read_objects(repository, [oid]))


def read_objects(repository: Repository, oids: Sequence[str]) -> Iterator[bytes]:
    """The same for many, in their order; git is asked for some of them at a time."""
    reader = _readers.get(repository)
    if reader is None:
        with _lock:
            reader = _readers.setdefault(repository, ObjectReader(repository))
    for start in range(0, len(oids), _AT_ONCE):
        yield from reader.read(oids[start : start + _AT_ONCE])


class ObjectReader:
    """One running `git cat-file --batch`; it starts with the first question. Threads may share it."""

    def __init__(self, repository: Repository) -> None:
        self._command = repository.command("cat-file", "--batch")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of objects. Raises OSError when the repository does not have one of them."""
        with self._lock:
            try:
                return list(self._ask([oid.encode() for oid in oids]))
            except BaseException:  # a half-read answer would be taken for the next one
                self.close()
                raise

    def close(self) -> None:
        """End the process; the next question starts another."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def forget(self) -> None:
        """Let go of a process that belongs to the process we were forked from."""
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            process.stdin.close()
            process.stdout.close()
            process.returncode = 0

    def _ask(self, oids: Sequence[bytes]) -> Iterator[bytes]:
        if self._process is None:
            # Unbuffered: a fork must not inherit, and print again, half a question.
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                self._command,
                bufsize=0,
                stdin=pipe,
                stdout=pipe,
                stderr=subprocess.DEVNULL,
                env=clean_environment(),
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        try:
            stdin.write(b"".join(oid + b"\n" for oid in oids))
        except BrokenPipeError:
            _some(b"", oids[0])
        answer = bytearray()
        for oid in oids:
            while (end_of_head := answer.find(b"\n")) < 0:
                answer += _some(stdout.read(_CHUNK), oid)
            head = bytes(answer[:end_of_head])
            if not head.startswith(oid + b" ") or head.endswith(b" missing"):
                raise FileNotFoundError(2, "the repository does not have this object", oid.decode())
            start = end_of_head + 1
            end = start + int(head.rpartition(b" ")[2])
            while len(answer) <= end:  # a newline follows the bytes
                answer += _some(stdout.read(_CHUNK), oid)
            yield bytes(answer[start:end])
            del answer[: end + 1]


def _some(chunk: bytes, oid: bytes) -> bytes:
    if not chunk:
        raise OSError(5, "git cat-file ended early", oid.decode())
    return chunk


_readers: dict[Repository, ObjectReader] = {}
_lock = threading.Lock()


def _close_all() -> None:
    for reader in _readers.values():
        reader.close()


def _forget_all() -> None:
    global _lock
    _lock = threading.Lock()
    for reader in _readers.values():
        reader.forget()
    _readers.clear()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
