"""`patchwright remedies`: what it knows."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import ListFormat


def remedies(
    form: Annotated[ListFormat, typer.Option("--format", "-f", help="What to print.")] = ListFormat.TABLE,
) -> None:
    """List the faults it knows a remedy for."""
    from cli.terminal import as_json, write
    from codemods.output.table import table
    from codemods.remedy import all_remedies

    if form is ListFormat.JSON:
        listed = [{"id": r.id(), "summary": r.summary(), "codes": list(r.codes)} for r in all_remedies()]
        write([as_json({"version": 1, "remedies": listed})])
        return
    lines = [
        *table(("remedy", "what it does"), [(remedy.id(), remedy.summary()) for remedy in all_remedies()]),
        "",
        "patchwright explain REMEDY says more about one, and what other tools call it.",
    ]
    write(f"{line}\n".encode() for line in lines)
