"""What `struct` reads by a format that is written out: a tuple of so many numbers, bytes and bools."""

from __future__ import annotations

import ast
import struct
from functools import lru_cache

from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import Value

_READING = ("struct.unpack", "struct.unpack_from", "struct.iter_unpack")
_MOST_BYTES = 1 << 16  # that are read here to see what comes of them
_MOST_VALUES = 4096  # of which the types are told


def of_record(call: ast.Call, name: str) -> Value | None:
    """The type that such a call gives; None for other calls, and where the format is not written out."""
    if name not in _READING or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    record = _record(call.args[0].value)
    return plain("Iterator", record) if record and name.endswith("iter_unpack") else record


def size_of(form: str | bytes) -> int | None:
    """How many bytes a format stands for; None for a bad one."""
    try:
        return struct.calcsize(form)
    except (struct.error, UnicodeEncodeError):
        return None


@lru_cache(maxsize=128)
def values_of(form: str | bytes) -> tuple[object, ...]:
    """What a format reads of zeros; nothing for a bad one, and for one that is too long to try."""
    size = size_of(form)
    return struct.unpack(form, bytes(size)) if size is not None and size <= _MOST_BYTES else ()


def _record(form: object) -> Value | None:
    """What a format stands for; None for a bad one, and for one of nothing."""
    values = values_of(form) if isinstance(form, (str, bytes)) else ()
    told = values and len(values) <= _MOST_VALUES
    return plain("tuple", *(plain(type(value).__name__) for value in values)) if told else None
