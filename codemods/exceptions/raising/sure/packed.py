"""Bytes that are as many as is asked for: `struct.unpack("!I", socket.inet_aton(host))`."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import bound_to, values_written
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.library.records import size_of

_OF_AN_ADDRESS = 4  # of IPv4
_OF_EVERY_PLATFORM = ("<", ">", "!", "=")
_OF_ONE = set("lLnNPqQ")  # how long these are without one of the signs, or where they stand


def takes_apart(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether a call takes bytes apart that are sure to be as many as it wants."""
    match call.args:
        case [form, data] if fact.name == "struct.unpack":
            size = _size(walk, form)
            return size is not None and size == _length(walk, data)
        case [data] if fact.name == "socket.inet_ntoa":
            return _length(walk, data) == _OF_AN_ADDRESS
    return False


def _length(walk: Walk, data: ast.expr) -> int | None:
    """How many bytes it is, also by a name that is bound to such bytes; None when nobody knows."""
    bound = (bound_to(walk.module, data, walk.project) or []) if isinstance(data, ast.Name) else [data]
    lengths = {_length_made(walk, one) for one in bound}
    return lengths.pop() if len(lengths) == 1 else None


def _length_made(walk: Walk, data: ast.expr) -> int | None:
    match data:
        case ast.Constant(value=bytes(written)):
            return len(written)
        case ast.Call(args=[first, *_]):
            made = {fact.name for fact in walk.values.target(walk.module, data.func).facts}
            if made == {"socket.inet_aton"}:
                return _OF_AN_ADDRESS
            return _size(walk, first) if made == {"struct.pack"} else None
    return None


def _size(walk: Walk, form: ast.expr) -> int | None:
    """How many bytes a format stands for, if it is written out and means the same on every platform."""
    match values_written(walk.module, form, walk.project):
        case [str(text)] if text.startswith(_OF_EVERY_PLATFORM):
            return size_of(text)
        case [str(text)] if _OF_ONE.isdisjoint(text):
            return size_of(text) if size_of(text) == size_of(f"={text}") else None  # without gaps
    return None
