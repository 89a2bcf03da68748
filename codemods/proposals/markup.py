"""Text of others in Markdown: nothing of it is a mention, a reference, an element, or a command."""

from __future__ import annotations

import re

from codemods.branches.messages.message import readable

_NOTHING = "\u200b"  # a space of no width, which parts what must not be read as one
# Names, numbers of issues, labels, milestones, snippets, epics, and addresses, which may close an issue.
_MEANING = re.compile(r"(?<=[@#!~%$&])(?=[\w\"])|(?<=\bGH-)(?=\d)|(?<=://)|(?<=www\.)", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\\`*_\[\]|~<>&]|^[#+=-]|(?<=^\d)[.)]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def inline(text: str, width: int = 1_000) -> str:
    """Text as a part of one line, so long at most; what stands in backquotes stays code."""
    line = _one_line(text, width)
    pieces = re.split(r"`([^`]+)`", line)
    return "".join(code(p) if number % 2 else prose(p) for number, p in enumerate(pieces))


def prose(text: str) -> str:
    """Text in which nothing is markup."""
    parted = _MEANING.sub(_NOTHING, text)
    return _PUNCTUATION.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), parted)


def code(text: str, width: int = 1_000) -> str:
    """Text as code, where sites look for no names and numbers."""
    # What looks like one of our marks would be taken for it when the text is made anew.
    line = _one_line(text, width).replace("<!--", f"<{_NOTHING}!--").replace("-->", f"--{_NOTHING}>")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def _one_line(text: str, width: int) -> str:
    line = readable(" ".join(text.split()))
    return line if len(line) <= width else f"{line[: width - 2].rstrip()} …"
