"""A change made beside others in the same file, where that needs no second look at the code.

It is what `git merge` gives. But two fixes that do not meet can still have to do with each other: each
takes away one of the last two uses of an import, or one needs the import that the other has taken away.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from codemods.branches.stacks.hunks import hunks_of, merged
from codemods.model import FileChange
from codemods.nodes import unwarned

_IMPORT = re.compile(rb"\s*(?:import|from)\b")
_WORD = re.compile(rb"\w+")


def beside(change: FileChange, below: FileChange) -> FileChange | None:
    """A change of the base as one of what is below it; None where the fix has to be made anew for that."""
    if change.before is None or change.after is None or below.after is None:
        return None
    if change.before != below.before or _touches_imports(change) or _removes_imports(below):
        return None
    both = merged(change.before, change.after, below.after)
    return None if both is None else FileChange(change.path, below.after, both)


def _touches_imports(change: FileChange) -> bool:
    """Whether a change has import statements in it, or takes a use of what is imported away."""
    old, new = _lines(change)
    if any(_IMPORT.match(line) for line in (*old, *new)):
        return True
    gone = _words(old) - _words(new)
    return any(word in gone for word in _imported(change.before or b""))


def _removes_imports(change: FileChange) -> bool:
    return any(_IMPORT.match(line) for line in _lines(change)[0])


def _lines(change: FileChange) -> tuple[list[bytes], list[bytes]]:
    """The lines that go, and those that come."""
    before = (change.before or b"").split(b"\n")
    hunks = hunks_of(change)
    old = [line for start, end, _ in hunks for line in before[start:end]]
    return old, [line for _, _, lines in hunks for line in lines]


def _words(lines: Iterable[bytes]) -> Counter[bytes]:
    return Counter(word for line in lines for word in _WORD.findall(line))


@lru_cache(maxsize=64)
def _imported(data: bytes) -> frozenset[bytes]:
    """The names that imports bind in a file; of one that cannot be read all words."""
    try:
        with unwarned():
            nodes = list(ast.walk(ast.parse(data)))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset(_WORD.findall(data))
    names = (
        a.asname or a.name for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names
    )
    return frozenset(name.partition(".")[0].encode() for name in names)
