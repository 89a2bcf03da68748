"""What `struct` reads by a format that is written out: a tuple of so many numbers, bytes and bools."""

from __future__ import annotations

import ast
import struct
from functools import lru_cache

from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import Value

_READING = ("struct.unpack", "struct.unpack_from", "struct.iter_unpack")
_MOST = 4096  # bytes that are read here to see what comes of them


def of_record(call: ast.Call, name: str) -> Value | None:
    """The type that such a call gives; None for other calls, and where the format is not written out."""
    if name not in _READING or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    record = _record(call.args[0].value)
    return plain("Iterator", record) if record and name.endswith("iter_unpack") else record


@lru_cache(maxsize=1024)
def _record(form: object) -> Value | None:
    """What a format stands for; None for a bad one, and for one of nothing."""
    if not isinstance(form, (str, bytes)):
        return None
    try:
        size = struct.calcsize(form)
        parts = struct.unpack(form, bytes(size)) if size <= _MOST else ()
    except (struct.error, UnicodeEncodeError):
        return None  # it raises that
    return plain("tuple", *(plain(type(part).__name__) for part in parts)) if parts else None
