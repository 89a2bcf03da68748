"""The files of a project in which to look for what people do, within bounds."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.module import Module, Unreadable
from codemods.project import Project

_MOST_OF_FILE = 200_000  # bytes: larger ones are tables, or generated
_MOST = 12_000_000


def modules_speaking_of(project: Project, *words: bytes) -> Iterator[Module]:
    """The files that hold one of the words, as far as the first megabytes of them go."""
    total = 0
    for path in project.paths:
        try:
            data = project.read(path)
            if len(data) > _MOST_OF_FILE or not any(word in data for word in words):
                continue
            total += len(data)
            if total > _MOST:
                return
            yield project.module(path)
        except (OSError, Unreadable):
            continue
