"""`patchwright prune`: deletes the branches that are done, after saying which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import ReportFormat
from cli.status import Beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codemods.branches.standing.prune import Pruning

NOTHING = "Nothing to delete: no branch has landed or become obsolete."
_NOT_ASKED = 1  # the exit code when there is something to delete, and nobody to ask


def prune(
    base: Beside = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    form: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="What to print.")
    ] = ReportFormat.SUMMARY,
) -> None:
    """Delete the branches that were merged, or whose faults are gone. It says which, and asks.

    Branches that a person committed to or that are checked out stay, and so does what is on remotes.

    Exit code: 0; 1 when there is something to delete, and neither --yes nor a terminal to ask on;
    2 when git could not do it.
    """
    from cli.terminal import as_json, write
    from codemods.branches.ledger import read_ledger
    from codemods.branches.standing.prune import prune as delete
    from codemods.branches.standing.prune import pruning
    from codemods.branches.standing.standing import standings
    from codemods.output.standing import pruning_document
    from codemods.repository import repository_at

    repository = repository_at(Path.cwd())
    ledger = read_ledger(repository)
    wanted = pruning(standings(repository, ledger, base))
    is_json = form is ReportFormat.JSON
    if not is_json:
        _print(_shown(wanted))
    agreed = _is_agreed(wanted, dry_run=dry_run, yes=yes, can_ask=not is_json)
    if agreed:
        delete(repository, ledger, wanted)
    if is_json:
        write([as_json(pruning_document(wanted, bool(agreed)))])
    else:
        _print(_result(wanted, agreed, dry_run))
    raise typer.Exit(_NOT_ASKED if agreed is None and not dry_run else 0)


def _print(lines: Iterator[str]) -> None:
    from cli.terminal import visible, write

    write(f"{visible(line)}\n".encode(errors="backslashreplace") for line in lines)


def _shown(wanted: Pruning) -> Iterator[str]:
    """What there is to delete, before it is."""
    from codemods.output.standing import kept_lines, pruned_rows

    if wanted.branches:
        yield from pruned_rows(wanted)
        yield ""
    yield from kept_lines(wanted)
    if not wanted.branches:
        yield NOTHING


def _is_agreed(wanted: Pruning, *, dry_run: bool, yes: bool, can_ask: bool) -> bool | None:
    """Whether to delete; None when somebody would have to be asked, and nobody can be."""
    import sys

    if dry_run:
        return False
    if yes or not wanted.branches:
        return True
    if not can_ask or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return typer.confirm(f"Delete {_these(wanted)}?")


def _these(wanted: Pruning) -> str:
    number = len(wanted.branches)
    return "this branch" if number == 1 else f"these {number} branches"


def _result(wanted: Pruning, agreed: bool | None, dry_run: bool) -> Iterator[str]:
    """What was done, and how to take it back."""
    from codemods.output.standing import remote_lines
    from codemods.output.summary import counted

    if agreed and wanted.forgotten:
        yield f"Forgot {counted(len(wanted.forgotten), 'branch', 'branches')} that somebody had deleted."
    if not wanted.branches:
        return
    if agreed:
        number = counted(len(wanted.branches), "branch", "branches")
        yield f"Deleted {number}; git branch BRANCH COMMIT brings one back."
        yield from (f"On the remote there is still a copy: {line}" for line in remote_lines(wanted))
    elif dry_run:
        yield f"Nothing was deleted: without --dry-run it deletes {_these(wanted)}."
    elif agreed is None:
        yield f"Nothing was deleted: --yes deletes {_these(wanted)}."
    else:
        yield "Nothing was deleted."
