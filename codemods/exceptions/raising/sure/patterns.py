"""Patterns that are written out: whether `re` takes them."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.library.groups import flags_written
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import unwarned
from codemods.project import Project

# What takes a pattern first, and the place of its flags.
FLAGS_AT = {
    "re.compile": 1,
    **dict.fromkeys(("re.match", "re.search", "re.fullmatch", "re.findall", "re.finditer"), 2),
    "re.split": 3,
    **dict.fromkeys(("re.sub", "re.subn"), 4),
}
_APART = re.compile(r"(?s)\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")  # what is escaped, and classes of characters
_SIGNS = frozenset(".^$*+?{}[]|()\\")
_NEWER = re.compile(r"[*+?}]\+|\(\?>")  # what `re` takes since Python 3.11


def is_pattern(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether the function of `re` gets a pattern that each version of Python takes, with its flags."""
    if fact.name not in FLAGS_AT or not call.args:
        return False
    first, flags = call.args[0], flags_written(walk.module, call, FLAGS_AT[fact.name])
    if isinstance(first, ast.Call) and names_of(walk.module).is_any(first.func, "re.escape"):
        return True
    written = values_written(walk.module, first, walk.project)
    if written is None or flags is None:
        return False
    return all(isinstance(one, (str, bytes)) and _is_taken(one, flags) for one in written)


@lru_cache(maxsize=1024)
def _is_taken(pattern: str | bytes, flags: int) -> bool:
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    if _NEWER.search(_APART.sub("x", text)):
        return False
    try:
        with unwarned():
            re.compile(pattern, flags)
    except (re.error, ValueError, OverflowError, RecursionError):
        return False
    return True


def is_in_each_match(module: Module, text: ast.Name, part: ast.expr, project: Project) -> bool:
    """Whether a text is what a written pattern found, with the part: `for x in re.findall("[ab]+-c", s)`."""
    if not isinstance(part, ast.Constant) or not isinstance(part.value, str) or len(part.value) != 1:
        return False
    found = []
    for binding in reaching(module, text):
        match module.parent(binding.node):
            case (
                ast.For(target=target, iter=ast.Call(func=function, args=[pattern, _], keywords=[]))
                | ast.comprehension(
                    target=target, iter=ast.Call(func=function, args=[pattern, _], keywords=[])
                )
            ) if target is binding.node and names_of(module).is_any(function, "re.findall"):
                found += values_written(module, pattern, project) or [None]
            case _:
                return False
    return bool(found) and all(isinstance(one, str) and _is_part(part.value, one) for one in found)


def _is_part(character: str, pattern: str) -> bool:
    """Whether a character is in each match of a pattern, by one without groups and branches."""
    plain = _APART.sub("x" if character != "x" else "y", pattern)
    if any(sign in plain for sign in "(|") or character in _SIGNS:
        return False
    return re.search(rf"{re.escape(character)}(?![?*{{])", plain) is not None
