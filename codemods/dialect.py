"""Why the running interpreter does not parse a file, in words that say what to do about it."""

from __future__ import annotations

import re
import sys

_RUNNING = sys.version_info[:2]

# What the line looks like, what the parser says of it, what it is, and the first Python that reads it.
_NEWER = (
    (r"\s*type\s+\w+\s*(\[.*)?=", "", "a `type` statement", (3, 12)),
    (r"\s*(class|(async\s+)?def)\s+\w+\s*\[[^]]*=", "", "a default for a type parameter", (3, 13)),
    (r"\s*(class|(async\s+)?def)\s+\w+\s*\[", "", "a type parameter", (3, 12)),
    (r".*\b[tT][rR]?['\"]", "", "a template string", (3, 14)),
    ("", "multiple exception types must be parenthesized", "not Python 2", (3, 14)),
    ("", "f-string: ", "an f-string with quotes, backslashes or comments inside of its braces", (3, 12)),
)
# The parser says so of Python 2 as well, and much of it is nothing else.
_OLDER = (
    r"Missing parentheses in call to '(print|exec)'",
    r"leading zeros in decimal integer literals",
    r"invalid hexadecimal literal",
    r"Function parameters cannot be parenthesized",
)


def explain(error: SyntaxError) -> str:
    """One line: where it goes wrong, and which Python may be meant."""
    where = f"line {error.lineno}: " if error.lineno else ""
    hint = _hint(error.text or "", error.msg)
    return f"not Python {_name(_RUNNING)}: {where}{error.msg}" + (f"; {hint}" if hint else "")


def _hint(line: str, message: str) -> str | None:
    if any(re.match(pattern, message) for pattern in _OLDER):
        return "it looks like Python 2"
    for shape, said, what, version in _NEWER:
        if version > _RUNNING and re.match(shape, line) and re.match(said, message):
            return f"if that is {what}, run patchwright under Python {_name(version)} or newer"
    return None


def _name(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
