"""A remote: where it is, and what it has. Nothing that is said of it holds a password."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from codemods.branches.plumbing.refs import HEADS
from codemods.redaction import redacted
from codemods.repository import GitFailure, Repository


@dataclass(frozen=True, slots=True)
class Remote:
    """What a remote has: its branches by name, and which of them is the default, if it says so."""

    name: str
    url: str = field(repr=False)
    """Where it is pushed to. It may hold a password, so it is not for showing."""
    heads: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None


def address_of(repository: Repository, name: str) -> str:
    """Where git pushes to for a configured remote, rewritten as the user has it. Raises GitFailure."""
    known = os.fsdecode(repository.git("remote")).split("\n")[:-1]
    if name not in known:
        hint = f"there is {', '.join(known)}" if known else "git remote add makes one"
        raise GitFailure(f"{redacted(name)!r} is not a remote of this repository: {hint}")
    urls = os.fsdecode(repository.git("remote", "get-url", "--push", "--all", "--", name)).split("\n")[:-1]
    if len(urls) != 1:
        raise GitFailure(f"the remote {name!r} pushes to {len(urls)} addresses: make a remote for each")
    return urls[0]


def look_at(repository: Repository, name: str) -> Remote:
    """What the remote has now. Raises GitFailure when it is not configured or not reached."""
    url = address_of(repository, name)
    done = repository.try_git(
        "ls-remote", "--symref", "--", url, "HEAD", f"{HEADS}*", environment=unasking(repository)
    )
    if done.returncode:
        raise GitFailure(trouble(f"read the remote {name!r}", done))
    heads, default = {}, None
    for line in done.stdout.decode(errors="surrogateescape").split("\n")[:-1]:
        value, _, ref = line.partition("\t")
        if value.startswith("ref: ") and ref == "HEAD":
            default = value.removeprefix("ref: ").removeprefix(HEADS)
        elif ref.startswith(HEADS):
            heads[ref.removeprefix(HEADS)] = value
    return Remote(name, url, heads, default)


def unasking(repository: Repository) -> Mapping[str, str]:
    """What keeps ssh from asking on the terminal; another program than ssh is left as the user has it."""
    command = os.environ.get("GIT_SSH_COMMAND")
    if command is None:
        if "GIT_SSH" in os.environ:
            return {}
        command = repository.try_git("config", "core.sshCommand").stdout.decode().strip() or "ssh"
    try:
        program = PurePath(shlex.split(command)[0]).name
    except (ValueError, IndexError):
        return {}
    return {"GIT_SSH_COMMAND": f"{command} -o BatchMode=yes"} if program == "ssh" else {}


def trouble(deed: str, done: subprocess.CompletedProcess[bytes]) -> str:
    """Why git could not do something with a remote, in one line."""
    lines = [line.strip() for line in done.stderr.decode(errors="replace").splitlines()]
    # The cause comes last: before it ssh may have shown banners, and a site its remarks.
    telling = [line for line in lines if line and not line.startswith(_SILENT)]
    said = " ".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in telling[-2:])
    said = redacted("".join(c if c.isprintable() else " " for c in said)).rstrip(".")
    cure = "; set up an ssh key or a credential helper: nothing is asked here" if _asks(said) else ""
    return f"git cannot {deed}: {said or 'it gave no reason'}{cure}"


def _asks(said: str) -> bool:
    return any(sign in said for sign in ("prompts disabled", "Authentication failed", "Permission denied"))


# What says nothing, or what the line before it says better.
_SILENT = (
    "warning: ",
    "Warning: ",
    "Please make sure",
    "and the repository exists",
    "fatal: Could not read from remote repository",
)
