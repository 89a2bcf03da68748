"""Where branches stand, as a table and as data."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codemods.branches.model import Checked, Verdict
from codemods.branches.standing.prune import Pruning, pruning
from codemods.branches.standing.standing import Copy, Landed, Standing, State
from codemods.branches.standing.touched import Touch
from codemods.output.summary import counted
from codemods.output.table import table

_HEAD = ("state", "branch", "findings", "age", "commits", "check")
_INDENT = "    "
_AGES = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_NAMED = 2  # branches in one note; the others are counted
_DEEDS = {
    Touch.ADDED: "a person added commits",
    Touch.AMENDED: "a person amended it",
    Touch.REBASED: "a person rebased it",
    Touch.MOVED: "a person moved it elsewhere",
    Touch.DELETED: "a person deleted it",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; with `state`, that word is at its beginning."""

    text: str
    state: State | None = None
    is_head: bool = False


def lines(standings: Sequence[Standing], now: float, width: int) -> Iterator[Line]:
    """A table (the head first) with what is to be said of each branch at the end of its line, or below it.

    `now` is in seconds since 1970, `width` in columns: no line is longer if that can be.
    """
    rows = [_row(standing, now) for standing in standings]
    head, *texts = table(_HEAD, rows)
    yield Line(head, is_head=True)
    longest = max(map(len, [head, *texts]))
    for standing, text in zip(standings, texts, strict=True):
        said = "; ".join(notes(standing))
        if not said or longest + 2 + len(said) <= width:
            yield Line(f"{text:{longest}}  {said}".rstrip(), standing.state)
            continue
        yield Line(text, standing.state)
        wrapped = textwrap.wrap(said, width - len(_INDENT), break_long_words=False, break_on_hyphens=False)
        yield from (Line(_INDENT + part) for part in wrapped)


def summary(standings: Sequence[Standing]) -> Iterator[str]:
    """How many there are of what, and the commands that come next."""
    states = Counter(standing.state for standing in standings)
    numbers = ", ".join(f"{states[state]} {state.value}" for state in State if states[state])
    targets = list(dict.fromkeys(standing.target.name for standing in standings))
    yield f"{counted(len(standings), 'branch', 'branches')} beside {_some(targets)}: {numbers}."
    mine = [s for s in standings if s.state in (State.OPEN, State.CONFLICT)]
    if mine:
        target = targets[0] if len(targets) == 1 else "TARGET"
        yield f"Next: git diff {target}...BRANCH shows one of them, git merge BRANCH takes it."
    if any(s.state is State.CONFLICT and not s.touch for s in mine):
        yield "patchwright branch makes those in conflict anew on what is there today."
    if branches := pruning(standings).branches:
        number = counted(len(branches), "branch", "branches")
        yield f"patchwright prune deletes {number} with nothing left to do."


def pruned_rows(wanted: Pruning) -> list[str]:
    """The branches to delete, each with its commit and why."""
    rows = [(s.record.name, (s.tip or "")[:10], _why(s)) for s in wanted.branches]
    return table(("branch", "commit", "why"), rows)


def kept_lines(wanted: Pruning) -> Iterator[str]:
    """Why branches that are done are left to a person."""
    for standing in wanted.kept:
        reasons = [*([_DEEDS[standing.touch]] if standing.touch else []), *filter(None, [standing.busy])]
        yield f"{standing.record.name} stays ({_why(standing)}): {' and '.join(reasons)}"


def remote_lines(wanted: Pruning) -> Iterator[str]:
    """The commands that delete copies on remotes, as far as they are as we pushed them."""
    copies = [(s.record.name, copy) for s in wanted.branches for copy in s.copies if copy.seen == s.tip]
    for remote in dict.fromkeys(copy.remote for _, copy in copies):
        names = " ".join(name for name, copy in copies if copy.remote == remote)
        yield f"git push {remote} --delete {names}"


def notes(standing: Standing) -> Iterator[str]:
    """What is to be said of a branch beyond numbers, the weightiest first."""
    target = standing.target.name
    if standing.conflicts:
        yield f"conflicts with {target}"
    elif standing.conflicts is None and standing.course:
        yield f"whether it conflicts with {target} cannot be told: commits or files are missing here"
    if standing.record.check and standing.record.check.new:
        yield f"{counted(len(standing.record.check.new), 'test fails', 'tests fail')} that passed below it"
    if standing.touch and standing.tip:
        yield _DEEDS[standing.touch]
    if standing.is_done:
        yield _why(standing)
    if standing.conflicts_with:
        yield f"conflicts with {_some(standing.conflicts_with)}"
    if not all(remedy in standing.record.name for remedy in standing.record.remedies):
        yield f"fixes {_some(standing.record.remedies)}"
    if standing.record.on and standing.tip and not standing.is_done:
        yield f"on top of {standing.record.on}"
    if standing.busy:
        yield standing.busy.removeprefix("it is ")
    if standing.tip:
        yield from (_copy(copy, standing.tip) for copy in standing.copies)
    yield from standing.record.proposals.values()


def _row(standing: Standing, now: float) -> tuple[str | int, ...]:
    record, course = standing.record, standing.course
    is_apart = course and standing.tip and course.behind is not None
    return (
        standing.state.value,
        record.name,
        len(record.findings),
        age(record.written, now),
        f"+{course.ahead} -{course.behind}" if course and is_apart else "-",
        check_word(record.check),
    )


def age(written: int, now: float) -> str:
    """`3 d`, `5 h`; `-` when it is not known."""
    seconds = max(0, int(now) - written)
    if not written:
        return "-"
    return next((f"{seconds // size} {unit}" for size, unit in _AGES if seconds >= size), "0 s")


def check_word(check: Checked | None) -> str:
    """What a check said of a branch, for a table."""
    if check is None:
        return "-"
    if check.is_good and check.branch is not Verdict.PASSED:
        return "no worse"
    return check.branch.value


def _why(standing: Standing) -> str:
    """Why there is nothing left to do."""
    target = standing.target.name
    if standing.landed is None:
        return "the faults are gone"
    return {
        Landed.MERGED: f"merged into {target}",
        Landed.APPLIED: f"{target} has the same changes",
        Landed.SUPERSEDED: f"{target} had the same changes, and has changed them since",
    }[standing.landed]


def _copy(copy: Copy, tip: str) -> str:
    if copy.seen == tip:
        return f"on {copy.remote}"
    if copy.seen is None:
        return f"was pushed to {copy.remote}"
    return f"another commit is on {copy.remote}"


def _some(names: Sequence[str]) -> str:
    """Names, or the first of them and how many more."""
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"


# -- data -------------------------------------------------------------------------------------------


def document(standings: Iterable[Standing]) -> dict[str, Any]:
    """All that is known, for programs."""
    return {"version": 1, "branches": [_entry(standing) for standing in standings]}


def pruning_document(wanted: Pruning, is_done: bool) -> dict[str, Any]:
    """What was deleted, or (`is_done` is false) would be."""
    return {
        "version": 1,
        "deleted": is_done,
        "branches": [_entry(standing) for standing in wanted.branches],
        "forgotten": [_entry(standing) for standing in wanted.forgotten],
        "kept": [_entry(standing) for standing in wanted.kept],
    }


def _entry(standing: Standing) -> dict[str, Any]:
    record, course = standing.record, standing.course
    return {
        "name": record.name,
        "state": standing.state.value,
        "commit": standing.tip,
        "written_commit": record.tip,
        "written": record.written or None,
        "base": record.base,
        "on": record.on,
        "remedies": list(record.remedies),
        "findings": list(record.findings),
        "paths": list(record.paths),
        "audit": list(record.audit),
        "target": {"name": standing.target.name, "commit": standing.target.commit},
        "ahead": course.ahead if course else None,
        "behind": course.behind if course else None,
        "landed": standing.landed.value if standing.landed else None,
        "obsolete": record.is_obsolete,
        "touched": standing.touch.value if standing.touch else None,
        "conflicts": standing.conflicts,
        "conflicts_with": list(standing.conflicts_with),
        "busy": standing.busy,
        "check": check_document(record.check) if record.check else None,
        "remotes": [{"name": c.remote, "pushed": c.pushed, "seen": c.seen} for c in standing.copies],
        "proposals": dict(record.proposals),
    }


def check_document(check: Checked) -> dict[str, Any]:
    """What a check said, for programs."""
    return {
        "command": check.command,
        "base": check.base.value,
        "branch": check.branch.value,
        "seconds": round(check.seconds, 3),
        "good": check.is_good,
        "new": list(check.new),
        "tail": check.tail,
    }
