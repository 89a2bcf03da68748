"""Docstrings of functions that used to raise SystemExit and now return a bool: Google, NumPy, Sphinx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_RESULT = re.compile(r"^[ \t]*(?:Returns?:|Returns?[ \t]*\r?\n[ \t]*-{3,}|:returns?:)", re.MULTILINE)
_FIELD = re.compile(r":(?:raises?|except|exception)\s+SystemExit:[ \t]*")
_GOOGLE_ENTRY = re.compile(r"SystemExit:[ \t]*")
_QUOTES = re.compile(r"[rRuU]*(\"{3}|'{3}|\"|')")
_CONDITION = re.compile(r"(?:if|when|whenever|on|unless|in case|for|because|after)\b", re.IGNORECASE)


def tells_result(docstring: str) -> bool:
    """Whether the docstring has a section on what is returned."""
    return bool(_RESULT.search(docstring))


def result_for_exit(docstring: str) -> str:
    """The source of a docstring, its words on SystemExit turned into words on the result.

    One that has none stays as it is.
    """
    quotes = _QUOTES.match(docstring)
    assert quotes is not None
    body = docstring[quotes.end() : -len(quotes[1])]
    return quotes[0] + "\n".join(_retold(body.split("\n"))) + quotes[1]


def _retold(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _FIELD.match(line.strip()):
            end = at + 1
            while end < len(lines) and _is_deeper(lines[end], line):
                end += 1
            text = [_FIELD.sub("", line), *lines[at + 1 : end]]
            return [*lines[:at], *_sentence(text, ":returns: "), *lines[end:]]
        underlined = at + 1 < len(lines) and lines[at + 1].strip(" \t\r-") == "" and "---" in lines[at + 1]
        if line.strip() == ("Raises" if underlined else "Raises:"):
            return _moved(lines, at, at + 1 + underlined)
    return lines


def _moved(lines: list[str], at: int, first: int) -> list[str]:
    """The lines with the exit's entry, of the section whose head is `at` to `first`, put under Returns."""
    entries = list(_entries(lines, first))
    exits = [(s, e) for s, e in entries if re.match(r"SystemExit\b", lines[s].strip())]
    if len(exits) != 1:
        return lines
    (start, end), last = exits[0], entries[-1][1]
    head = [line.replace("Raises", "Returns").replace("------", "-------", 1) for line in lines[at:first]]
    if len(head) == 2:
        described = lines[start + 1 : end]
        told = [lines[start].replace("SystemExit", "bool"), *(_sentence(described) if described else [])]
    else:
        told = _sentence([_GOOGLE_ENTRY.sub("", lines[start], count=1), *lines[start + 1 : end]])
    others = [*lines[first:start], *lines[end:last]]
    blank = "\r" if lines[at].endswith("\r") else ""
    kept = [blank, *lines[at:first], *others] if others else []
    return [*lines[:at], *head, *told, *kept, *lines[last:]]


def _entries(lines: Sequence[str], at: int) -> Iterator[tuple[int, int]]:
    """Start and end of each entry of a section: a line, and what stands deeper below it."""
    first = lines[at] if at < len(lines) else ""
    while at < len(lines) and lines[at].strip() and _margin(lines[at]) == _margin(first):
        end = at + 1
        while end < len(lines) and _is_deeper(lines[end], first):
            end += 1
        yield at, end
        at = end


def _sentence(lines: Sequence[str], field: str = "") -> list[str]:
    """When the process ended, as what the result means; line breaks stay where they are."""
    text = "\n".join(lines)
    bare = text.strip()
    stop = "." if bare.endswith(".") else ""
    bare = bare.rstrip(".")
    if not bare:
        told = "True on success, False otherwise"
    elif _CONDITION.match(bare):
        told = f"False {bare[0].lower()}{bare[1:]}, True otherwise"
    else:
        told = f"True on success, False on failure: {bare}"
    ending = "\r" if text.endswith("\r") else ""
    return f"{_margin(lines[0])}{field}{told}{stop}{ending}".split("\n")


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _is_deeper(line: str, other: str) -> bool:
    return bool(line.strip()) and len(_margin(line)) > len(_margin(other))
