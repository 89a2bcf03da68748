"""Who commits, when, and in which encoding, as the user's git has it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from codemods.branches.messages.message import readable
from codemods.repository import GitFailure, Repository, complaint

_ASCII = bytes(range(0x20, 0x7F)) + b"\n"


@dataclass(frozen=True, slots=True)
class Identity:
    """Author and committer in git's own form: `Name <email> seconds zone`.

    `encoding` is what commits are written in where that is not UTF-8.
    """

    author: bytes
    committer: bytes
    encoding: str | None = None

    @property
    def seconds(self) -> int:
        """When it is committed, in seconds since 1970."""
        return int(self.committer.split(b" ")[-2])

    @property
    def signature(self) -> str:
        """Name and address of the committer, as git writes them where somebody signs off."""
        return readable(self._text(self.committer).rsplit(" ", 2)[0])

    def encoded(self, message: str) -> Encoded:
        """A commit's text in the encoding that git is set to; in UTF-8 where that cannot write all of it."""
        author, committer = self._text(self.author), self._text(self.committer)
        if name := self.encoding:
            try:
                return Encoded(author.encode(name), committer.encode(name), message.encode(name), name)
            except UnicodeEncodeError:
                pass
        raw = "surrogateescape"  # bytes that nobody knows the encoding of stay as they are
        return Encoded(author.encode(errors=raw), committer.encode(errors=raw), message.encode())

    def _text(self, raw: bytes) -> str:
        """A name from the settings, where it is in UTF-8 or in the encoding of commits."""
        try:
            return raw.decode()
        except UnicodeDecodeError:
            encoding = self.encoding or "utf-8"
            return raw.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


@dataclass(frozen=True, slots=True)
class Encoded:
    """The text of a commit as bytes; `encoding` is None for UTF-8, which git takes for granted."""

    author: bytes
    committer: bytes
    message: bytes
    encoding: str | None = None


def identity_of(repository: Repository) -> Identity:
    """Who commits, as git itself would have it, and when. Raises GitFailure when git does not know."""
    dates = _dates()
    found: list[bytes] = []
    for role in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        done = repository.try_git("-c", "user.useConfigOnly=true", "var", role, environment=dates)
        if done.returncode:
            raise GitFailure(_explain(complaint(done)))
        found.append(done.stdout.rstrip(b"\n"))
    author, committer = found
    return Identity(author, committer, _encoding(repository))


def _encoding(repository: Repository) -> str | None:
    """What i18n.commitEncoding says, where that is not UTF-8, and we can write it; None without."""
    done = repository.try_git("config", "--get", "i18n.commitEncoding")
    name = done.stdout.decode(errors="replace").strip()
    try:
        is_other = _ASCII.decode().encode(name) == _ASCII and "é".encode(name, "replace") != "é".encode()
    except (LookupError, ValueError):
        return None
    return name if is_other and re.fullmatch(r"[\w.:-]+", name, re.ASCII) else None


def _dates() -> dict[str, str]:
    """What SOURCE_DATE_EPOCH says, where the user did not set git's own variables."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return {}
    if not re.fullmatch(r"[0-9]+", epoch):
        raise GitFailure(f"SOURCE_DATE_EPOCH is {epoch!r}: it must be a number of seconds since 1970")
    unset = {"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} - os.environ.keys()
    return dict.fromkeys(unset, f"@{epoch} +0000")


def _explain(said: str) -> str:
    if "ident" in said or "auto-detect" in said:
        return (
            "git does not know who you are: run git config --global user.name 'Your Name' "
            "and git config --global user.email you@example.com"
        )
    return f"git cannot tell who commits: {said}"
