"""Unified diffs of bytes, in the form that `git apply` takes.

Lines end at `\\n` and nowhere else: a form feed, a lone `\\r` or U+2028 is part of its line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from codemods.model import FileChange

_CONTEXT = 3  # lines around a change, as git shows
_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


@dataclass(frozen=True, slots=True)
class Hunk:
    """The stretch of a diff that replaces the old lines `first` to `last` (from 1), context included."""

    first: int
    last: int
    data: bytes


def unified(change: FileChange) -> bytes:
    """The diff of one file, with git's headers; empty when nothing changes."""
    if change.before == change.after:
        return b""
    return header(change) + b"".join(hunk.data for hunk in hunks(change))


def header(change: FileChange) -> bytes:
    """The lines before the first hunk, as git writes them."""
    old, new = _quoted("a/", change.path), _quoted("b/", change.path)
    lines = [b"diff --git " + old + b" " + new]
    if change.before is None:
        lines.append(b"new file mode 100644")
        old = b"/dev/null"
    if change.after is None:
        lines.append(b"deleted file mode 100644")
        new = b"/dev/null"
    if change.before or change.after:
        lines += [b"--- " + old + _tab(old), b"+++ " + new + _tab(new)]
    return b"\n".join(lines) + b"\n"


def hunks(change: FileChange) -> list[Hunk]:
    """The changed stretches with the lines around them, in order."""
    before, after = _lines(change.before or b""), _lines(change.after or b"")
    groups = SequenceMatcher(None, before, after).get_grouped_opcodes(_CONTEXT)
    return [_hunk(group, before, after) for group in groups]


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]], before: Sequence[bytes], after: Sequence[bytes]
) -> Hunk:
    first, last = group[0], group[-1]
    old, new = _range(first[1], last[2]), _range(first[3], last[4])
    lines = [f"@@ -{old} +{new} @@\n".encode()]
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            lines += [_line(b" ", line) for line in before[i1:i2]]
        else:
            lines += [_line(b"-", line) for line in before[i1:i2]]
            lines += [_line(b"+", line) for line in after[j1:j2]]
    return Hunk(first[1] + 1, last[2], b"".join(lines))


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only the last may have none."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + _NO_NEWLINE


def _range(start: int, stop: int) -> str:
    """A range in diff's terms: an empty one is named by the line before it, a single line by itself."""
    count = stop - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _tab(name: bytes) -> bytes:
    """A bare name with a blank in it is ended by a tab, else what follows the blank would get lost."""
    return b"\t" if b" " in name and not name.startswith(b'"') else b""


def _quoted(prefix: str, path: str) -> bytes:
    """The path as git writes it: in quotes, with C escapes, when it holds unusual bytes."""
    raw = os.fsencode(prefix + path)
    if all(32 <= byte < 127 and byte not in (34, 92) for byte in raw):
        return raw
    quoted = "".join(
        f"\\{_ESCAPES[byte]}" if byte in _ESCAPES else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
        for byte in raw
    )
    return f'"{quoted}"'.encode("ascii")
