"""Unified diffs of bytes, in the form that `git apply` takes.

Lines end at `\\n` and nowhere else: a form feed, a lone `\\r` or U+2028 is part of its line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.model import FileChange
from codemods.output.matching import Change, differences

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
    return [_hunk(group, before, after) for group in _near(differences(before, after))]


def _near(changes: Sequence[Change]) -> list[list[Change]]:
    """The changes in groups whose lines around them would meet."""
    groups: list[list[Change]] = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * _CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _hunk(changes: Sequence[Change], before: Sequence[bytes], after: Sequence[bytes]) -> Hunk:
    (i1, _, j1, _), (_, i2, _, j2) = changes[0], changes[-1]
    above, below = min(i1, _CONTEXT), min(len(before) - i2, _CONTEXT)
    old, new = _range(i1 - above, i2 + below), _range(j1 - above, j2 + below)
    lines = [f"@@ -{old} +{new} @@\n".encode()]
    at = i1 - above
    for start, end, new_start, new_end in changes:
        lines += [_line(b" ", line) for line in before[at:start]]
        lines += [_line(b"-", line) for line in before[start:end]]
        lines += [_line(b"+", line) for line in after[new_start:new_end]]
        at = end
    lines += [_line(b" ", line) for line in before[at : at + below]]
    return Hunk(i1 - above + 1, i2 + below, b"".join(lines))


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
