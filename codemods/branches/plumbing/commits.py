"""Commits as git objects, without a checkout: one `git fast-import` for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from codemods.branches.fit import mode_of
from codemods.branches.model import Plan
from codemods.branches.plumbing.identity import Identity
from codemods.branches.plumbing.refs import differences
from codemods.branches.plumbing.signing import signed, signs
from codemods.model import FileChange
from codemods.objects import Entry
from codemods.repository import GitFailure, Repository, complaint
from codemods.sources import Commit

# fast-import wants a ref to write to. The stream itself takes it back, so it never reaches the disk.
_STAGING = "refs/patchwright/staging"


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
    names = [plan.name for plan in plans]
    plans = [step for plan in plans for step in _stepped(plan)]
    tips = tips or {}
    stood_on = {tips[plan.on] for plan in plans if plan.on and plan.on in tips}
    there = differences(base.repository, stood_on, base.sha)
    done = base.repository.try_stream(
        # A case-insensitive file system must not make one path of two.
        *("-c", "core.ignoreCase=false", "fast-import", "--quiet", "--date-format=raw"),
        feed=_stream(base, plans, identity, tips, there),
    )
    if done.returncode:
        _tidy(base.repository, done.stderr)
        raise GitFailure(f"git could not write the commits: {complaint(done)}")
    commits = done.stdout.decode().split()
    if may_sign and signs(base.repository):
        commits = signed(base.repository, plans, commits, identity)
    made = dict(zip((plan.name for plan in plans), commits, strict=True))
    return [made[name] for name in names]


def _stepped(plan: Plan) -> Iterator[Plan]:
    """The commits of a plan, each as a plan of its own on the one before. No branch has such a name."""
    if not plan.steps:
        yield plan
        return
    below = plan.on
    for number, step in enumerate(plan.steps):
        name = f"{plan.name}\0{number}"
        yield replace(step, name=name, on=below)
        below = name
    yield replace(plan, on=below, steps=())


def _tidy(repository: Repository, said: bytes) -> None:
    """Remove what a fast-import that failed has left, and named: half a pack, and a report on itself."""
    for name in re.findall(r"tmp_pack_\w+|fast_import_crash_\d+", os.fsdecode(said)):
        folder = "objects/pack/" if name.startswith("tmp_pack") else ""
        place = repository.try_git("rev-parse", "--git-path", folder + name)
        with suppress(OSError):
            (repository.root / os.fsdecode(place.stdout).removesuffix("\n")).unlink(missing_ok=True)


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
    entries = base.entries()
    for mark, plan in enumerate(plans, 1):
        under = below.get(plan.on or "", {})
        text = identity.encoded(plan.message)
        yield b"".join(
            (
                b"commit %s\nmark :%d\n" % (_STAGING.encode(), mark),
                b"author %s\ncommitter %s\n" % (text.author, text.committer),
                b"encoding %s\n" % text.encoding.encode() if text.encoding else b"",
                _data(text.message),
                b"from %s\n" % (parents[plan.on] if plan.on else base.sha).encode(),
                *(_change(change, mode_of(entries, under, change.path)) for change in plan.changes),
                b"get-mark :%d\n" % mark,
            )
        )
        parents[plan.name], below[plan.name] = f":{mark}", under
    yield b"reset %s\nfrom %s\n" % (_STAGING.encode(), b"0" * len(base.sha))
    yield b"done\n"


def _change(change: FileChange, mode: str) -> bytes:
    path = quoted(change.path)
    if change.after is None:
        return b"D %s\n" % path
    return b"M %s inline %s\n%s" % (mode.encode(), path, _data(change.after))


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def quoted(path: str) -> bytes:
    """A path as fast-import reads it: in quotes and escaped, unless it is plain."""
    raw = os.fsencode(path)
    if re.fullmatch(rb"[\w./-]+", raw):
        return raw
    return b'"%s"' % re.sub(rb"[^ !#-\[\]-~]", lambda m: b"\\%03o" % m[0][0], raw)
