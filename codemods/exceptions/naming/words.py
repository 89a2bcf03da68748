"""The words of names and texts."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_DULL = {
    *("the", "and", "for", "not", "with", "that", "this", "from", "are", "was", "but", "have", "has"),
    *("can", "could", "will", "error", "exception", "failed", "fail", "self", "none", "true", "false"),
    *("get", "set", "log", "logger", "logging", "debug", "info", "warning", "warn"),
}


@lru_cache(maxsize=1 << 16)
def words_in(name: str) -> tuple[str, ...]:
    """The words of an identifier or a text, in lower case; not the shortest and the dullest."""
    found = (word.lower() for word in _WORD.findall(name))
    return tuple(word for word in found if len(word) > 2 and word not in _DULL)
