"""Texts and places that do not go with what they are looked for in: text in bytes, a key in a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import LOOSE, MAPPINGS
from codemods.nodes import spelled

_TEXTS = ({"str"}, {"bytes"})
# Where the texts stand that have to be all text, or all bytes.
_ALIKE: dict[str, tuple[int | str, ...]] = {
    **{f"re.{name}": (0, 1, "string") for name in ("match", "search", "fullmatch", "findall", "finditer")},
    "re.split": (0, 1, "string"),
    "re.sub": (0, 1, 2, "repl", "string"),
    "re.subn": (0, 1, 2, "repl", "string"),
    "os.path.join": (0, 1, 2, 3, 4),
}
_LOOKING_INTO_BYTES = {f"bytes.{name}" for name in ("find", "rfind", "index", "rindex", "count")}

_WITH_PORT = {f"socket.socket.{name}" for name in ("connect", "connect_ex", "bind", "sendto")}
_TAKING_BY_INDEX = {f"random.{name}" for name in ("choice", "choices", "shuffle")}


def unfit(walk: Walk, call: ast.Call, fact: Fact) -> Iterator[tuple[str, str]]:
    """What a call raises, and why: arguments that do not go together, or not with what it looks into."""
    label = fact.name.removeprefix("builtins.")
    given = [*given_at(call, _ALIKE.get(fact.name, ()))]
    if any(map(_is_text, given)) and any(_is_bytes(walk, one) for one in given):
        yield "TypeError", f"`{label}` gets text and bytes"
    first = type_names(walk, call.args[0]) if call.args else set()
    if fact.name in _LOOKING_INTO_BYTES and call.args and _is_text(call.args[0]):
        yield "TypeError", f"`{label}` looks for text in bytes"
    if fact.name in _TAKING_BY_INDEX and first & ({"data"} | MAPPINGS):
        yield "KeyError", f"`{label}` looks for a number in what may be a dict"
    if fact.name == "list.pop" and (first in _TEXTS or len(call.args) > 1):  # of data, which may be a dict
        yield "TypeError", f"`{label}` takes an index only"
    if fact.name == "dict.pop" and not call.args:
        yield "TypeError", f"`{label}` has to get a key"
    parts = [one.elts for one in call.args if isinstance(one, ast.Tuple) and fact.name in _WITH_PORT]
    for port in (elements[1] for elements in parts if len(elements) > 1):
        if "str" in type_names(walk, port):
            yield "TypeError", f"`{label}`: the port `{spelled(port)}` is a text"
    held = call.args[1:] if fact.name == "collections.defaultdict" else []
    for one in (one for one in held if type_names(walk, one) & LOOSE):
        for name in ("TypeError", "ValueError"):
            yield name, f"`{label}`: `{spelled(one)}` may be no mapping"


def _is_text(node: ast.expr) -> bool:
    """Whether it is a text that is written out: what takes text or bytes also gives the one or the other."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_bytes(walk: Walk, node: ast.expr) -> bool:
    return type_names(walk, node) == {"bytes"}
