"""`patchwright explain-raises`: what a block or a function can raise, and why. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Color, NoCache, Output, Packages, Python, Refusal, Rev, TreeFormat

if TYPE_CHECKING:
    from codemods.exceptions.explanation import Place
    from codemods.output.raises import Node
    from codemods.project import Project
    from codemods.sources import Commit, WorkingDirectory

_WHERE = "say where: FILE:LINE, or FILE:NAME for a function, Class.method or class"


def explain_raises(
    where: Annotated[
        str, typer.Argument(metavar="WHERE", help="FILE:LINE, or FILE:NAME (app/sync.py:Client.fetch).")
    ],
    rev: Rev = None,
    python: Python = None,
    no_cache: NoCache = False,
    form: Annotated[TreeFormat, typer.Option("--format", "-f", help="What to print.")] = TreeFormat.TREE,
    output: Output = None,
    color: Color = None,
) -> None:
    """Explain what a block or a function can raise: each type, the way it comes up, what is not known.

    A line stands for the innermost body of a `try`, `with`, function or file around it, that of an
    `except` for its `try`.

    Exit code: 0; 2 when there is no such place, or its file cannot be read.
    """
    from cli.terminal import as_json, wants_color, write
    from codemods.engine import project_of
    from codemods.exceptions.explanation import explain
    from codemods.output.raises import document, lines, tree
    from codemods.workers import spare_the_collector

    file, _, spot = where.rpartition(":")
    if not file or not spot:
        raise Refusal(f"{where}: {_WHERE}")
    spare_the_collector()
    source = _source(Path(file), rev, Packages(python, not no_cache))
    project = project_of(source)
    explanation = explain(_place(source, project, file, spot), project)
    if form is TreeFormat.JSON:
        write([as_json(document(explanation))], output)
    elif wants_color(color, output):
        write([_drawn(tree(explanation))], output)
    else:
        write((f"{line}\n".encode(errors="replace") for line in lines(tree(explanation))), output)


def _source(file: Path, rev: str | None, packages: Packages) -> WorkingDirectory | Commit:
    from cli.selection import place_of, tree_at

    if rev is None and not file.is_file():
        problem = "a folder: name a file in it" if file.is_dir() else "no such file"
        raise Refusal(f"{file}: {problem}")
    return tree_at(place_of([file]), rev, packages)


def _place(source: WorkingDirectory | Commit, project: Project, file: str, spot: str) -> Place:
    from cli.selection import inside, root_of
    from codemods.exceptions.explanation import NoSuchPlace, place_at, place_named
    from codemods.module import Unreadable

    try:
        module = project.module(inside(root_of(source), Path(file)))
        return place_at(module, int(spot)) if spot.isdecimal() else place_named(module, spot)
    except NoSuchPlace as error:
        raise Refusal(str(error)) from None
    except Unreadable as error:
        raise Refusal(f"{file}: {error}") from None
    except OSError as error:
        raise Refusal(f"{file}: {error.strerror}") from None


def _drawn(node: Node) -> bytes:
    """The tree with lines and colours, as wide as the terminal."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from cli.terminal import visible
    from codemods.output.raises import Tone

    styles = {
        Tone.TITLE: "bold",
        Tone.TYPE: "bold red",
        Tone.PLAIN: "",
        Tone.QUIET: "dim",
        Tone.WARNING: "yellow",
        Tone.ADVICE: "green",
    }

    def grown(node: Node) -> Tree:
        branch = Tree(Text(visible(node.text), styles[node.tone]), guide_style="dim")
        for inner in node.inner:
            branch.children.append(grown(inner))
        return branch

    drawn = StringIO()
    Console(file=drawn, force_terminal=True, highlight=False).print(grown(node))
    return drawn.getvalue().encode(errors="replace")
