"""Small tables of text."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[str]:
    """The head and the rows as lines, columns aligned: numbers to the right, text to the left."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[n]) for row in cells) for n in range(len(head))]
    right = [bool(rows) and all(isinstance(row[n], int) for row in rows) for n in range(len(head))]
    return ["  ".join(map(_padded, row, widths, right)).rstrip() for row in cells]


def _padded(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if right else cell + blanks


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
