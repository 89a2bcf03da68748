"""The options of `patchwright branch`. They are imported for `--help`, so this imports nothing of weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import typer

from cli.options import Grouping, ReportFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchChoice:
    """What branches shall be like, as the options of one call choose it."""

    by: Grouping | None = None  # None: as the settings say
    base: str = "HEAD"
    prefix: str | None = None  # None: as the settings say
    recreate: bool = False
    signoff: bool = False
    stack: bool = False
    combine: str | None = None
    push: str | None = None
    limit: int = 10
    propose: bool = False
    draft: bool | None = None
    check: str | None = None
    setup: str | None = None
    timeout: float = 600.0  # seconds


By: TypeAlias = Annotated[
    Grouping | None,
    typer.Option(
        "--by",
        help="What goes on one branch; as in the settings, else remedy, and audit with --audit.",
        show_default=False,
    ),
]
Base: TypeAlias = Annotated[
    str, typer.Option("--base", metavar="REV", help="The commit to read and to branch from.")
]
Prefix: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--prefix",
        metavar="TEXT",
        help="What the names begin with; as in the settings, else patchwright/.",
        show_default=False,
    ),
]
Recreate: TypeAlias = Annotated[
    bool, typer.Option("--recreate", help="Also make branches again that somebody deleted.")
]
Signoff: TypeAlias = Annotated[
    bool, typer.Option("--signoff", help="Sign off each commit, as git commit --signoff does.")
]
Stack: TypeAlias = Annotated[
    bool, typer.Option("--stack", help="Put fixes that conflict on top of each other, the safe ones first.")
]
Combine: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--combine",
        metavar="NAME",
        help="Also make one branch with all fixes that passed the check, a commit for each.",
    ),
]
Push: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--push",
        metavar="REMOTE",
        help="Push the branches; what others pushed is never overwritten, and no hook is run.",
    ),
]
Limit: TypeAlias = Annotated[
    int,
    typer.Option(
        "--limit", min=0, metavar="N", help="Push no new ones while N are open on the remote; 0: no limit."
    ),
]
Propose: TypeAlias = Annotated[
    bool,
    typer.Option("--propose", help="Open pull or merge requests for what was pushed, or say where to."),
]
Draft: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--draft/--ready",
        help="Propose drafts or not; drafts by default, unless a check passed.",
        show_default=False,
    ),
]
Check: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--check",
        metavar="CMD",
        help="Run this in scratch worktrees, for the base and for each branch; what breaks it is not made.",
    ),
]
Setup: TypeAlias = Annotated[
    str | None,
    typer.Option("--setup", metavar="CMD", help="Run this once in each scratch worktree, before --check."),
]
Timeout: TypeAlias = Annotated[
    float, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="How long one run of --check may take.")
]
Form: TypeAlias = Annotated[ReportFormat, typer.Option("--format", "-f", help="What to print.")]
