"""`patchwright explain`: the documentation of one remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from cli.options import Color


def explain(
    remedy: Annotated[str, typer.Argument(metavar="REMEDY", help="Its id: see `patchwright remedies`.")],
    color: Color = None,
) -> None:
    """Explain one remedy: why it is a fault, before and after, what it leaves alone."""
    from cli.selection import known_remedy
    from cli.terminal import bold, wants_color, write
    from codemods.remedy import all_remedies

    wanted = known_remedy(remedy)
    (found,) = (known for known in all_remedies() if known.id() == wanted)
    lines = [found.id(), *found.documentation().split("\n")]
    if found.codes:
        lines += ["", "Codes", f"    {', '.join(found.codes)} (`# noqa: {found.codes[0]}` silences it)"]
    paint = bold if wants_color(color) else str
    write(f"{paint(line) if head else line}\n".encode() for head, line in _with_heads(lines))


def _with_heads(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Each line, and whether it is a heading: the first one, and single words between blank lines."""
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        yield number == 0 or (line != "" and line[0] != " " and below.startswith("    ")), line
