"""Checking branches: the checker that the options ask for, how far it is, and what it said of a branch."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cli.branch_options import BranchChoice
from cli.selection import Selection
from cli.terminal import say, visible
from codemods.branches.checks.check import Checker, Progress
from codemods.branches.model import Branch, Status
from codemods.sources import Commit

_NAMED = 20  # so many failing tests of a branch are listed


@contextmanager
def checking(selection: Selection, choice: BranchChoice) -> Iterator[Checker | None]:
    """The user's command as a check; None when none was given. Raises GitFailure."""
    if choice.check is None:
        yield None
        return
    assert isinstance(selection.tree, Commit)
    with (
        _progress() as progress,
        Checker(
            selection.tree.repository,
            choice.check,
            choice.setup,
            choice.timeout,
            selection.jobs,
            progress,
        ) as checker,
    ):
        yield checker
    say(visible(note) for note in checker.notes)


def check_lines(branches: Sequence[Branch]) -> Iterator[str]:
    """Why checks rejected branches: what fails on them alone, and what the command printed in the end."""
    for branch in branches:
        check = branch.check
        if branch.status is not Status.REJECTED or check is None:
            continue
        yield ""
        yield f"{branch.name}: {check.command!r} {check.branch.value} after {check.seconds:.1f} s"
        yield from (f"  fails here and not below: {visible(name)}" for name in check.new[:_NAMED])
        if len(check.new) > _NAMED:
            yield f"  and {len(check.new) - _NAMED} more"
        yield from (f"  | {visible(line)}" for line in check.tail.splitlines())


@contextmanager
def _progress() -> Iterator[Progress]:
    """Tells on standard error how far the checks are: as a bar on a terminal, else in lines."""
    if not sys.stderr.isatty():
        yield _plainly
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.SpinnerColumn(),
        rich.TextColumn("checking {task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _plainly(what: str, done: int, total: int) -> None:
    say([f"checking {what}: {done} of {total}" if done else f"checking {what}…"])
