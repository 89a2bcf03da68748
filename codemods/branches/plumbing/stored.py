"""The bytes that git stores for a file: what `git add` makes of line endings and `$Id$`, by its attributes.

Files are read and written here as they are in commits, and never checked out. Where `git add` would change
what was edited, we have to change it likewise: else the file shows up as modified in every checkout.
"""

from __future__ import annotations

import operator
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from codemods.branches.fit import is_inside
from codemods.branches.model import Plan
from codemods.model import FileChange
from codemods.objects import read_object
from codemods.repository import Repository, joined_paths, split_paths
from codemods.sources import Commit

_ASKED = ("text", "crlf", "eol", "ident", "filter", "working-tree-encoding")
_RELEVANT = r"^(core\.autocrlf|filter\..*\.(clean|process|required))$"
_NO_NAME = frozenset(("unspecified", "unset", "set"))
_POINTER = b"version https://git-lfs.github.com/spec/"
_EXPANDED = re.compile(rb"\$Id:[^$\n]*\$")
# What git counts as text when it guesses: neither line ends nor these are other control characters.
_PRINTABLE = bytes({*range(32, 256), *b"\b\t\x1b\f"} - {127})


class LineEnds(Enum):
    """What `git add` does with CRLF."""

    KEEP = "keep"
    GUESS = "guess"  # LF, if it looks like text and was stored without CRLF
    LF = "lf"


@dataclass(frozen=True, slots=True)
class Storing:
    """How git stores a file."""

    line_ends: LineEnds = LineEnds.KEEP
    has_id: bool = False
    encoding: str | None = None
    """The encoding it has where it is checked out; it is stored in UTF-8."""
    program: str | None = None
    """The filter that has the last word. We do not run it: the repository chooses it."""

    @property
    def converts(self) -> bool:
        """Whether the bytes can change on their way."""
        return self.has_id or self.line_ends is not LineEnds.KEEP

    def stored(self, data: bytes, before: bytes) -> bytes:
        """What is stored for a file's new bytes, where these were stored before."""
        guessed = self.line_ends is LineEnds.GUESS and not _is_binary(data) and not _has_crlf(before)
        if self.line_ends is LineEnds.LF or guessed:
            data = data.replace(b"\r\n", b"\n")
        return _EXPANDED.sub(b"$Id$", data) if self.has_id else data


def storing(base: Commit, paths: Iterable[str]) -> Mapping[str, Storing]:
    """How git stores each of the files: by the attributes of the commit and the user. Raises GitFailure."""
    found = dict.fromkeys(paths, Storing())
    wanted = [path for path in found if is_inside(path)]
    if not wanted:
        return found
    guess, programs = _settings(base.repository)
    attributes = _attributes(base, wanted)
    known = {said: _storing(dict(said), guess, programs) for said in set(attributes.values())}
    return found | {path: known[said] for path, said in attributes.items()}


def not_storable(base: Commit, paths: Sequence[str]) -> Mapping[str, str]:
    """The files that a program would have to convert, and why they are left alone. Raises GitFailure."""
    if not _settings(base.repository)[1]:
        return {}
    found = storing(base, paths).items()
    return {path: _converted_by(how.program) for path, how in found if how.program}


def as_stored(base: Commit, plans: Sequence[Plan]) -> list[Plan]:
    """The plans with the bytes that git would store, or with the reason why we cannot tell these."""
    variants = [step for each in plans for plan in _variants(each) for step in (*plan.steps, plan)]
    known = storing(base, (change.path for plan in variants for change in plan.changes))
    return [_as_stored(base, known, plan) for plan in plans]


def _variants(plan: Plan) -> Iterator[Plan]:
    variant: Plan | None = plan
    while variant:
        yield variant
        variant = variant.safer


def _as_stored(base: Commit, known: Mapping[str, Storing], plan: Plan) -> Plan:
    problems = (_problem(change, known[change.path]) for change in plan.changes)
    stacked = plan.on is not None
    changes = tuple(_stored(base, known[change.path], change, stacked) for change in plan.changes)
    safer = _as_stored(base, known, plan.safer) if plan.safer else None
    problem = plan.problem or next(filter(None, problems), None)
    if problem is None and safer is plan.safer and all(map(operator.is_, changes, plan.changes)):
        return plan
    return replace(plan, changes=changes, safer=safer, problem=problem)


def _stored(base: Commit, how: Storing, change: FileChange, stacked: bool) -> FileChange:
    """A change as it is stored; that of a plan on another one starts from what was stored for that."""
    before, after = change.before, change.after
    if after is None or not how.converts:
        return change
    entry = base.entries().get(change.path)
    if stacked and before is not None and entry and entry.is_file:
        before = how.stored(before, read_object(base.repository, entry.oid))
    return replace(change, before=before, after=how.stored(after, before or b""))


def _problem(change: FileChange, how: Storing) -> str | None:
    """Why we cannot tell what git would store."""
    if (change.before or b"").startswith(_POINTER):
        return f"{change.path!r} is a pointer to a file in git LFS: git lfs pull fetches the file"
    if how.program and change.after is not None:
        return f"{change.path!r}: {_converted_by(how.program)}"
    if how.encoding and change.after is not None and not _fits(change.after, how.encoding):
        return f"{change.path!r} cannot be stored: its working-tree-encoding is {how.encoding!r}"
    return None


def _converted_by(program: str) -> str:
    return f"git stores it through the filter {program!r}, which we do not run: fix it with patchwright apply"


def _fits(data: bytes, encoding: str) -> bool:
    """Whether what is stored in UTF-8 can be checked out in that encoding."""
    try:
        data.decode().encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


# -- what is configured -----------------------------------------------------------------------------


def _storing(said: Mapping[str, str], guess: bool, programs: frozenset[str]) -> Storing:
    encoding = said["working-tree-encoding"]
    return Storing(
        _line_ends(said, guess),
        said["ident"] == "set",
        None if encoding in _NO_NAME else encoding,
        said["filter"] if said["filter"] in programs else None,
    )


def _line_ends(said: Mapping[str, str], guess: bool) -> LineEnds:
    known = {"set": LineEnds.LF, "input": LineEnds.LF, "unset": LineEnds.KEEP, "auto": LineEnds.GUESS}
    chosen = known.get(said["text"]) or known.get(said["crlf"])
    if chosen is None and said["eol"] in ("lf", "crlf"):
        return LineEnds.LF
    return chosen or (LineEnds.GUESS if guess else LineEnds.KEEP)


def _settings(repository: Repository) -> tuple[bool, frozenset[str]]:
    """Whether core.autocrlf is on, one way or the other, and the filters that change what is stored."""
    listing = repository.try_git("config", "-z", "--get-regexp", _RELEVANT).stdout
    guesses, programs = False, set()
    for key, has_value, value in (each.partition("\n") for each in split_paths(listing)):
        if key == "core.autocrlf":  # a key alone says yes, the last one counts
            guesses = not has_value or value.lower() in ("input", "true", "yes", "on", "1")
        else:
            programs.add(key.removeprefix("filter.").rpartition(".")[0])
    return guesses, frozenset(programs)


def _attributes(base: Commit, paths: Sequence[str]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """What the attributes in the commit, and the user's own, say of the paths: names and values."""
    with tempfile.TemporaryDirectory(prefix="patchwright-") as folder:
        # An index that holds nothing but .gitattributes: the user's may be of another commit.
        environment = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        listing = b"".join(_attribute_files(base))
        base.repository.git(  # the half of a split index would be left in the repository
            *("update-index", "--no-split-index", "-z", "--index-info"), feed=listing, environment=environment
        )
        answer = base.repository.git(
            *("check-attr", "--cached", "--stdin", "-z", *_ASKED),
            feed=joined_paths(paths),
            environment={**environment, "GIT_FLUSH": "0"},  # answers come together; not where filters run
        )
    values = os.fsdecode(answer).split("\0")[2::3]  # each behind its path and name, in the order we asked
    count = len(_ASKED)
    each = (values[start : start + count] for start in range(0, len(values), count))
    return {path: tuple(zip(_ASKED, said, strict=True)) for path, said in zip(paths, each, strict=True)}


def _attribute_files(base: Commit) -> Iterator[bytes]:
    for path, entry in base.entries().items():
        if path.endswith(".gitattributes") and path.rpartition("/")[2] == ".gitattributes" and entry.is_file:
            yield f"{entry.mode} {entry.oid}\t".encode() + os.fsencode(path) + b"\0"


# -- what git guesses -------------------------------------------------------------------------------


def _has_crlf(data: bytes) -> bool:
    return b"\r\n" in data and not _is_binary(data)


def _is_binary(data: bytes) -> bool:
    """As git guesses it: a NUL, a CR alone, or more than one in 128 of other control characters."""
    if b"\0" in data or re.search(rb"\r(?!\n)", data):
        return True
    visible = data.translate(None, b"\r\n").removesuffix(b"\x1a")  # the end of a file of CP/M
    odd = len(visible.translate(None, _PRINTABLE))
    return (len(visible) - odd) >> 7 < odd
