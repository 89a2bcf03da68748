"""The options of `patchwright branch`. They are imported for `--help`, so this imports nothing of weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import typer

from cli.options import Grouping, ReportFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchChoice:
    """What branches shall be like, as the options of one call choose it."""

    by: Grouping = Grouping.REMEDY
    base: str = "HEAD"
    prefix: str = "patchwright/"
    recreate: bool = False


By: TypeAlias = Annotated[
    Grouping | None,
    typer.Option(
        "--by",
        help="What goes on one branch; remedy by default, and audit with --audit.",
        show_default=False,
    ),
]
Base: TypeAlias = Annotated[
    str, typer.Option("--base", metavar="REV", help="The commit to read and to branch from.")
]
Prefix: TypeAlias = Annotated[
    str, typer.Option("--prefix", metavar="TEXT", help="What the names begin with.")
]
Recreate: TypeAlias = Annotated[
    bool, typer.Option("--recreate", help="Also make branches again that somebody deleted.")
]
Form: TypeAlias = Annotated[ReportFormat, typer.Option("--format", "-f", help="What to print.")]
