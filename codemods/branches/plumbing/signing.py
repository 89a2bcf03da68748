"""Signatures on commits: git runs the user's gpg or ssh-keygen with the user's key, as for any commit."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from codemods.branches.model import Plan
from codemods.branches.plumbing.identity import Identity
from codemods.repository import GitFailure, Repository, complaint

_AT_ONCE = 4
_PATIENCE = 120  # seconds: for a person to enter a passphrase or touch a key
_BY_HAND = 2  # seconds: what takes longer was perhaps a person, who shall not be asked from four sides


def signs(repository: Repository) -> bool:
    """Whether the user has git sign all commits."""
    done = repository.try_git("config", "--type=bool", "--get", "commit.gpgSign")
    return done.stdout.strip() == b"true"


def signed(
    repository: Repository, plans: Sequence[Plan], commits: Sequence[str], identity: Identity
) -> list[str]:
    """The same commits with the user's signature, which fast-import cannot make. Raises GitFailure.

    The first is signed alone: it unlocks the key, or says what is wrong before anything else is tried.
    """
    parents = _parents(repository, commits)
    made: dict[str, str] = {}

    def sign(plan: Plan, commit: str) -> str:
        return _sign(repository, plan, commit, [made.get(p, p) for p in parents[commit]], identity)

    waiting = list(zip(plans, commits, strict=True))
    began = time.monotonic()
    if waiting:
        plan, commit = waiting.pop(0)
        made[commit] = sign(plan, commit)
    with ThreadPoolExecutor(1 if time.monotonic() - began > _BY_HAND else _AT_ONCE) as pool:
        while waiting:
            unsigned = {commit for _, commit in waiting}
            ready = [(p, c) for p, c in waiting if not unsigned.intersection(parents[c])]
            answers = [pool.submit(sign, plan, commit) for plan, commit in ready]
            try:
                made |= zip((c for _, c in ready), [answer.result() for answer in answers], strict=True)
            except GitFailure:
                pool.shutdown(cancel_futures=True)
                raise
            waiting = [(p, c) for p, c in waiting if c not in made]
    return [made[commit] for commit in commits]


def _parents(repository: Repository, commits: Sequence[str]) -> Mapping[str, Sequence[str]]:
    feed = "".join(f"{commit}\n" for commit in commits).encode()
    lines = repository.git("rev-list", "--no-walk=unsorted", "--parents", "--stdin", feed=feed)
    return {oid: parents for oid, *parents in (line.split() for line in lines.decode().splitlines())}


def _sign(repository: Repository, plan: Plan, commit: str, parents: Sequence[str], identity: Identity) -> str:
    """A commit like this one, on these parents, with a signature."""
    text = identity.encoded(plan.message)
    encoding = f"i18n.commitEncoding={text.encoding or 'UTF-8'}"
    arguments = ["-c", encoding, "commit-tree", "-S", *(f"-p{parent}" for parent in parents)]
    environment = {**_person("AUTHOR", text.author), **_person("COMMITTER", text.committer)}
    hint = "unlock the key, check user.signingKey, or set commit.gpgSign to false"
    try:
        done = repository.try_git(
            *arguments, f"{commit}^{{tree}}", feed=text.message, environment=environment, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise GitFailure(
            f"git could not sign in {_PATIENCE} seconds: nobody unlocked the key ({hint})"
        ) from None
    if done.returncode:
        raise GitFailure(f"git could not sign the commit: {complaint(done)} ({hint})")
    return done.stdout.decode().strip()


def _person(role: str, ident: bytes) -> dict[str, str]:
    """Name, address and date as the variables that git reads."""
    found = re.fullmatch(r"(.*) <(.*)> (\d+ [+-]\d+)", ident.decode(errors="surrogateescape"))
    assert found, "git writes them like this"
    name, email, date = found.groups()
    return {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email, f"GIT_{role}_DATE": f"@{date}"}
