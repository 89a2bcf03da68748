"""Commits as git objects, without a checkout: one `git fast-import` for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemods.branches.fit import mode_of
from codemods.branches.message import readable
from codemods.branches.model import Plan
from codemods.branches.refs import differences
from codemods.repository import Entry, GitFailure, Repository, complaint
from codemods.sources import Commit

# fast-import wants a ref to write to. The stream itself takes it back, so it never reaches the disk.
_STAGING = "refs/patchwright/staging"


@dataclass(frozen=True, slots=True)
class Identity:
    """Author and committer in git's own form: `Name <email> seconds zone`."""

    author: bytes
    committer: bytes

    @property
    def seconds(self) -> int:
        """When it is committed, in seconds since 1970."""
        return int(self.committer.split(b" ")[-2])

    @property
    def signature(self) -> str:
        """Name and address of the committer, as git writes them where somebody signs off."""
        return readable(self.committer.rsplit(b" ", 2)[0].decode(errors="surrogateescape"))


def identity_of(repository: Repository) -> Identity:
    """Who commits, as git itself would have it, and when. Raises GitFailure when git does not know."""
    dates = _dates()
    found = []
    for role in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        done = repository.try_git("-c", "user.useConfigOnly=true", "var", role, environment=dates)
        if done.returncode:
            raise GitFailure(_explain(complaint(done)))
        found.append(done.stdout.rstrip(b"\n"))
    return Identity(*found)


def write_commits(
    base: Commit,
    plans: Sequence[Plan],
    identity: Identity,
    tips: Mapping[str, str] | None = None,
    *,
    may_sign: bool = True,
) -> list[str]:
    """Write a commit for each plan, in their order, and no ref. Raises GitFailure.

    One that stands `on` another is made on that one's commit: the other plan comes earlier, or `tips` has
    its branch. With `may_sign` they carry a signature where the user has git sign all commits.
    """
    if not plans:
        return []
    tips = tips or {}
    stood_on = {tips[plan.on] for plan in plans if plan.on and plan.on in tips}
    there = differences(base.repository, stood_on, base.sha)
    done = base.repository.try_stream(
        # A case-insensitive file system must not make one path of two.
        *("-c", "core.ignoreCase=false", "fast-import", "--quiet", "--date-format=raw"),
        feed=_stream(base, plans, identity, tips, there),
    )
    if done.returncode:
        raise GitFailure(f"git could not write the commits: {complaint(done)}")
    commits = done.stdout.decode().split()
    if may_sign and _signs(base.repository):
        return _signed(base, plans, commits, identity, tips)
    return commits


def _stream(
    base: Commit,
    plans: Sequence[Plan],
    identity: Identity,
    tips: Mapping[str, str],
    there: Mapping[str, Mapping[str, Entry | None]],
) -> Iterator[bytes]:
    """The commits in the language of fast-import; it answers with their names.

    `there` is where the tips differ from the base.
    """
    yield b"feature done\n"
    parents = dict(tips)
    below = {name: there.get(tip, {}) for name, tip in tips.items()}
    for mark, plan in enumerate(plans, 1):
        under = below.get(plan.on or "", {})
        yield b"commit %s\nmark :%d\n" % (_STAGING.encode(), mark)
        yield b"author %s\ncommitter %s\n" % (identity.author, identity.committer)
        yield _data(plan.message.encode())
        yield b"from %s\n" % (parents[plan.on] if plan.on else base.sha).encode()
        for change in plan.changes:
            path = quoted(change.path)
            if change.after is None:
                yield b"D %s\n" % path
            else:
                yield b"M %s inline %s\n" % (mode_of(base, under, change.path).encode(), path)
                yield _data(change.after)
        yield b"get-mark :%d\n" % mark
        parents[plan.name], below[plan.name] = f":{mark}", under
    yield b"reset %s\nfrom %s\n" % (_STAGING.encode(), b"0" * len(base.sha))
    yield b"done\n"


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def quoted(path: str) -> bytes:
    """A path as fast-import reads it: in quotes and escaped, unless it is plain."""
    raw = os.fsencode(path)
    if re.fullmatch(rb"[\w./-]+", raw):
        return raw
    return b'"%s"' % re.sub(rb"[^ !#-\[\]-~]", lambda m: b"\\%03o" % m[0][0], raw)


def _signs(repository: Repository) -> bool:
    """Whether the user has git sign all commits."""
    done = repository.try_git("config", "--type=bool", "--get", "commit.gpgSign")
    return done.stdout.strip() == b"true"


def _signed(
    base: Commit,
    plans: Sequence[Plan],
    commits: Sequence[str],
    identity: Identity,
    tips: Mapping[str, str],
) -> list[str]:
    """The same commits with the user's signature, which fast-import cannot make."""
    dates = {
        "GIT_AUTHOR_DATE": _date(identity.author),
        "GIT_COMMITTER_DATE": _date(identity.committer),
    }
    parents = dict(tips)
    signed = []
    for plan, commit in zip(plans, commits, strict=True):
        parent = parents[plan.on] if plan.on else base.sha
        done = base.repository.try_git(
            *("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", "-p", parent, f"{commit}^{{tree}}"),
            feed=plan.message.encode(),
            environment=dates,
        )
        if done.returncode:
            hint = "check user.signingKey, or set commit.gpgSign to false"
            raise GitFailure(f"git could not sign the commit: {complaint(done)} ({hint})")
        parents[plan.name] = done.stdout.decode().strip()
        signed.append(parents[plan.name])
    return signed


def _date(ident: bytes) -> str:
    return "@" + b" ".join(ident.split(b" ")[-2:]).decode()


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
