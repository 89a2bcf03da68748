"""The options that verbs share. This module is imported for `--help`, so it imports nothing of weight."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class Refusal(Exception):
    """Why we do not do what was asked, in one line that says what to do about it."""


class Format(StrEnum):
    """How a preview is written."""

    DIFF = "diff"
    SUMMARY = "summary"
    JSON = "json"


class ReportFormat(StrEnum):
    """How a verb that changes something says what it did."""

    SUMMARY = "summary"
    JSON = "json"


class ListFormat(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"


class TreeFormat(StrEnum):
    """How a tree is written."""

    TREE = "tree"
    JSON = "json"


class TriageFormat(StrEnum):
    """How a triage is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class Grouping(StrEnum):
    """What goes on one branch: all findings of a remedy, those in one file, a single one, or an audit's."""

    REMEDY = "remedy"
    FILE = "file"
    FINDING = "finding"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Packages:
    """Where the packages are that the code runs with, and whether to keep what is found out about them."""

    python: str | None = None  # None: the active environment, or one in the repository; "none": read none
    cached: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options of one call choose; None where the configuration decides."""

    paths: tuple[Path, ...] = ()
    remedies: tuple[str, ...] = ()
    exclude_remedies: tuple[str, ...] = ()
    unsafe: bool | None = None
    jobs: int = 0
    packages: Packages = Packages()

    @classmethod
    def of(
        cls,
        paths: list[Path] | None,
        remedies: list[str] | None,
        exclude_remedies: list[str] | None,
        unsafe: bool | None,
        jobs: int,
        packages: Packages,
    ) -> Choice:
        named = tuple(remedies or ()), tuple(exclude_remedies or ())
        return cls(tuple(paths or ()), *named, unsafe, jobs, packages)


def _in_a_folder(output: Path | None) -> Path | None:
    """The file to write to. Raises Refusal, before the work and not after it, when it has no folder."""
    if output is not None and not output.parent.is_dir():
        raise Refusal(f"--output {output}: there is no folder {output.parent}")
    return output


Paths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Files or folders; without any, the whole repository."),
]
Remedies: TypeAlias = Annotated[
    list[str] | None, typer.Option("--remedy", metavar="ID", help="Only this remedy; can be given again.")
]
ExcludedRemedies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--exclude-remedy", metavar="ID", help="All but this remedy; can be given again."),
]
Unsafe: TypeAlias = Annotated[
    bool | None,
    typer.Option("--unsafe/--safe", help="Also the fixes that can change a meaning.", show_default=False),
]
Audits: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--audit",
        metavar="FILE",
        help="Only what this report asks for; can be given again; - is standard input.",
    ),
]
Rev: TypeAlias = Annotated[
    str | None, typer.Option("--rev", metavar="REV", help="Read this commit, not the working tree.")
]
Jobs: TypeAlias = Annotated[
    int, typer.Option("--jobs", "-j", min=0, metavar="N", help="Processes to use; 0: one for each processor.")
]
Python: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--python",
        metavar="PATH",
        help="The interpreter or environment whose packages are read, never run; 'none': no packages.",
    ),
]
NoCache: TypeAlias = Annotated[
    bool, typer.Option("--no-cache", help="Find out everything anew, and keep nothing of it.")
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to this file.", dir_okay=False, callback=_in_a_folder
    ),
]
Color: TypeAlias = Annotated[
    bool | None,
    typer.Option("--color/--no-color", help="Colours; on a terminal by default.", show_default=False),
]
