"""`patchwright status`: where the branches stand that `patchwright branch` made. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cli.options import Color, ListFormat, Output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codemods.branches.standing.standing import Standing
    from codemods.output.standing import Line

Beside: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="REV",
        help="Compare with this commit; without it, each with the branch that it is meant for.",
    ),
]
_ENDLESS = 100_000
NOTHING = "No branches: patchwright branch makes them."


def status(
    base: Beside = None,
    form: Annotated[ListFormat, typer.Option("--format", "-f", help="What to print.")] = ListFormat.TABLE,
    output: Output = None,
    color: Color = None,
) -> None:
    """Show the branches that were made: age, check, landed, in conflict, touched by a person.

    It asks no remote: run git fetch --prune before, to see what was merged and deleted there.

    Exit code: 0; 2 when git cannot read the repository.
    """
    from cli.terminal import as_json, wants_color, write
    from codemods.branches.ledger import read_ledger
    from codemods.branches.standing.standing import standings
    from codemods.output.standing import document
    from codemods.repository import repository_at

    repository = repository_at(Path.cwd())
    found = standings(repository, read_ledger(repository), base)
    if form is ListFormat.JSON:
        write([as_json(document(found))], output)
        return
    paint = wants_color(color, output)
    lines = _said(found, paint, _width(output))
    write((f"{line}\n".encode(errors="backslashreplace") for line in lines), output)


def _width(output: Path | None) -> int:
    """How long lines may get: as long as they are, where no terminal would break them."""
    import shutil
    import sys

    return shutil.get_terminal_size().columns if output is None and sys.stdout.isatty() else _ENDLESS


def _said(found: Sequence[Standing], paint: bool, width: int) -> Iterator[str]:
    import time

    from codemods.output.standing import lines, summary

    if not found:
        yield NOTHING
        return
    yield from (_painted(line, paint) for line in lines(found, time.time(), width))
    yield ""
    yield from summary(found)


def _painted(line: Line, paint: bool) -> str:
    from cli.terminal import bold, tinted, visible
    from codemods.branches.standing.standing import State

    text = visible(line.text)
    if not paint:
        return text
    tints = {
        State.CONFLICT: 31,
        State.OPEN: 32,
        State.MERGED: 35,
        State.OBSOLETE: 35,
        State.DELETED: 90,
    }
    if line.state:
        word = line.state.value
        return tinted(word, tints[line.state]) + text.removeprefix(word)
    return bold(text) if line.is_head else text
