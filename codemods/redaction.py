"""Texts without what is secret in them, for messages and logs."""

from __future__ import annotations

import itertools
import os
import re

_WORD = re.compile(r"[^\s'\"]+")
_SECRET = re.compile(
    r"(?P<name>[?&][\w-]{0,30}(?:token|key|secret|password)[\w-]{0,30}=)[^&\s'\"]+", re.IGNORECASE
)
_SECRET_NAME = re.compile(r"TOKEN|PASSWORD|SECRET")
_HIDDEN = "***"


def redacted(text: str) -> str:
    """The text without passwords and tokens: those in URLs, and those of environment variables."""
    text = _WORD.sub(lambda word: _without_users(word[0]), text)
    text = _SECRET.sub(rf"\g<name>{_HIDDEN}", text)
    for name, value in os.environ.items():
        if len(value) >= 8 and _SECRET_NAME.search(name.upper()):
            text = text.replace(value, _HIDDEN)
    return text


def _without_users(word: str) -> str:
    """A word with URLs in it, without what stands before their hosts.

    Who logs in by ssh is no secret, and says which key is meant. A password may hold a slash by mistake.
    """
    pieces = word.split("://")
    shown = pieces[:1]
    for before, piece in itertools.pairwise(pieces):
        authority = piece.partition("/")[0]
        end = piece.rfind("@") if ":" in authority and "@" not in authority else authority.rfind("@")
        is_name = before.lower().endswith("ssh") and ":" not in piece[: max(end, 0)]
        shown.append(piece if end < 0 or is_name else f"{_HIDDEN}{piece[end:]}")
    return "://".join(shown)
