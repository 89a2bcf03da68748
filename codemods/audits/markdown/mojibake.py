"""Undoing a common accident: UTF-8 that was read as Windows or Macintosh text, and saved again."""

from __future__ import annotations

import re

_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_EMOJI = re.compile("^(?:ðŸ|√∞|\uf8ffü|üî|Ô∏|\u201aö|âœ|âš)")
_CODECS = ("cp1252", "mac_roman")


def repaired(text: str) -> str:
    """The text with what was garbled put right; a broken emoji is left out."""
    return _RUN.sub(_repaired_run, text)


def _repaired_run(match: re.Match[str]) -> str:
    run = match.group()
    for codec in _CODECS:
        data = _encoded(run, codec)
        if data is None:
            continue
        try:
            return data.decode()
        except UnicodeDecodeError:
            if _EMOJI.match(run):
                return data.decode(errors="ignore")
    return run


def _encoded(run: str, codec: str) -> bytes | None:
    """The bytes that were misread; those that the code page has no sign for stand for themselves."""
    data = bytearray()
    for char in run:
        try:
            data += char.encode(codec)
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return None
            data.append(ord(char))
    return bytes(data)
