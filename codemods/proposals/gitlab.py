"""Merge requests on GitLab, which it opens itself when a push asks for it: no token and no other program."""

from __future__ import annotations

import re

from codemods.proposals.body import Text
from codemods.proposals.forges import Forge

# An option has to fit into one packet of git's protocol (65,516 bytes) and one environment variable.
LONGEST = 12_000  # characters, of up to four bytes
# What a server says that takes no push options at all.
NO_OPTIONS = "does not support push options"


def options_of(text: Text, base: str, draft: bool) -> tuple[str, ...]:
    """The push options that open a merge request: GitLab 12.2 and newer, drafts from 15.0 on.

    Options hold no newline: GitLab makes one of a backslash and an n. The same two signs of somebody
    else's text must not become one, and with it the beginning of a command.
    """
    description = text.body.replace("\\n", "\\\u200bn").replace("\n", "\\n")
    asked = {"target": base, "title": _one_line(text.title), "description": description}
    options = ["merge_request.create", *(f"merge_request.{key}={value}" for key, value in asked.items())]
    return (*options, *(["merge_request.draft"] if draft else []))


def opened(said: str, forge: Forge) -> str | None:
    """The address of the merge request that GitLab tells of; None when it opened none."""
    pattern = rf"^remote:\s+({re.escape(forge.web)}/\S+/merge_requests/\d+)\s*$"
    match = re.search(pattern, said, re.MULTILINE)
    return match[1] if match else None


def complaint(said: str) -> str | None:
    """What GitLab has against the options, if it says so."""
    lines = [line.removeprefix("remote:").strip() for line in said.split("\n") if line.startswith("remote:")]
    for number, line in enumerate(lines):
        if "WARNINGS" in line or "Error encountered" in line:
            rest = " ".join(line for line in lines[number:] if re.search(r"\w", line))
            return "".join(c for c in rest if c.isprintable())[:300]
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
