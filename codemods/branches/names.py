"""Names of branches: deterministic, flat, and different even where the file system ignores case."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from codemods.branches.model import By
from codemods.model import Finding

PREFIX = "patchwright/"

_PLAIN = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*\.py")
_LONGEST = 80  # a slug; file systems take 255 bytes for the whole name
_LONGEST_ID = 24
_IDS = 4  # so many are named, the rest counted
# `git check-ref-format` in one expression: what no branch name may hold.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|^[-./]|[./]$|^$|^HEAD$")


def branch_name(finding: Finding, by: By, prefix: str = PREFIX) -> str:
    """The name of the branch that a finding belongs to."""
    name = f"{prefix}{finding.remedy}"
    if by is not By.REMEDY:
        name += f"-{slug(finding.path)}"
    if by is By.FINDING:
        name += f"-{finding.fingerprint[:8]}"
    return name


def request_name(ids: Sequence[str], remedies: Iterable[str], prefix: str = PREFIX) -> str:
    """The name of the branch for findings of reports: their ids as they are, as far as a name can hold them.

    Two of these can be equal: ids are what a report says they are.
    """
    words = [word for word in map(_word, ids[:_IDS]) if word]
    more = [f"and-{len(ids) - _IDS}-more"] if len(ids) > _IDS else []
    return prefix + "-".join([*(words or ["finding"]), *more, *sorted(set(remedies))])


def _word(id_: str) -> str:
    """What is left of an id in a name: letters, digits and dots, none at the ends."""
    plain = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._]+", "-", id_))
    return plain[:_LONGEST_ID].strip("-._")


def slug(path: str) -> str:
    """A file in a branch name: `src/app.py` is `src.app`.

    What does not survive this unchanged (other endings, capitals, dots, blanks) gets a digest of the
    path at the end, so that two files never share a slug.
    """
    stem = path.removesuffix(".py").replace("/", ".")
    if _PLAIN.fullmatch(path) and len(stem) <= _LONGEST and not stem.endswith(".lock"):
        return stem
    cleaned = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9_.-]+", "-", stem.lower()))
    digest = hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()[:8]
    return f"{cleaned[:_LONGEST].strip('.-') or 'file'}-{digest}"


def is_branch_name(name: str) -> bool:
    """Whether git takes the name for a branch."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return _FORBIDDEN.search(name) is None


def is_free_name(name: str) -> bool:
    """Whether git takes the name for a branch, and nobody takes it for a ref of another kind."""
    return is_branch_name(name) and not name.lower().startswith(("refs/", "head/"))


def is_prefix(prefix: str) -> bool:
    """Whether names that begin with the prefix are good ones for branches."""
    return is_free_name(f"{prefix}x")
