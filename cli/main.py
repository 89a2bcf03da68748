"""The command `patchwright`: its verbs, and how a refusal ends it.

What a verb works with is imported when the verb runs, so that `--help` comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from cli.apply import apply
from cli.branch import branch
from cli.explain import explain
from cli.explain_raises import explain_raises
from cli.options import Refusal
from cli.preview import preview
from cli.prune import prune
from cli.remedies import remedies
from cli.status import status
from cli.triage import triage

FAILED = 2  # the exit code of a usage error or a failed file

app = typer.Typer(
    name="patchwright",
    help="Finds known faults in Python code and fixes them: as diffs, in place, or each on a branch.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help and errors, in half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from codemods import version

        typer.echo(f"patchwright {version()}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    pass


_VERBS: dict[Callable[..., None], str] = {  # in a line of the list of verbs, where there is no room for more
    remedies: "List the faults it knows a remedy for.",
    explain: "Explain one remedy: why, before and after.",
    explain_raises: "Explain what a block or a function can raise.",
    preview: "Show the fixes as diffs; change nothing.",
    apply: "Make the fixes in the working tree.",
    branch: "Commit each fix on a branch of its own.",
    status: "Show where the branches stand that were made.",
    prune: "Delete the branches that are merged or obsolete.",
    triage: "Say what is true of a report on the code.",
}
for verb, in_short in _VERBS.items():
    app.command(short_help=in_short)(verb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with these arguments (None: those of the process), and exit."""
    try:
        app(args=arguments, prog_name="patchwright")
    except Exception as error:
        if not _is_refusal(error):
            raise
        typer.echo(f"patchwright: {error}", err=True)
        raise SystemExit(FAILED) from None


def _is_refusal(error: Exception) -> bool:
    from codemods.config import BadConfig
    from codemods.environment import NoEnvironment
    from codemods.repository import GitFailure

    return isinstance(error, (Refusal, BadConfig, NoEnvironment, GitFailure))


if __name__ == "__main__":
    main()
