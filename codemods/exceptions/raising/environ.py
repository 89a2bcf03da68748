"""What comes of the names and values of variables of the environment, which the system has to take."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codemods.exceptions.answer import RARE
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.raising.written import values_written
from codemods.module import Module
from codemods.nodes import spelled


def environment(walk: Walk, node: ast.Subscript) -> None:
    """`os.environ[name]`, loaded, stored or deleted, but for a name that is not there.

    By the source, Lib/os.py: a TypeError for what is no text; setenv(3) and unsetenv(3) take no name that is
    empty or holds a `=` (an OSError or a ValueError), and nothing takes a null character.
    """
    value = _stored(walk.module, node)
    for text in (node.slice, *([value] if value else [])):
        _is_text(walk, node, text)
    if isinstance(node.ctx, ast.Load):
        return
    if not _all_written(walk.module, node.slice, _is_name):
        for name in ("OSError", "ValueError"):
            walk.found.add(name, f"`{spelled(node)}`: the system may not take that name", RARE)
    if isinstance(node.ctx, ast.Store) and not _all_written(walk.module, value, _is_value):
        walk.found.add("ValueError", f"`{spelled(node)}`: its value may hold a null character", RARE)


def _is_text(walk: Walk, node: ast.Subscript, text: ast.expr) -> None:
    """Note that the name or the value may be no text."""
    kinds = kinds_of(walk, text)
    if kinds - {"str"}:
        walk.found.add("TypeError", f"`{spelled(node)}`: `{spelled(text)}` may be no text")
    elif not kinds:
        walk.found.add("TypeError", f"`{spelled(node)}`: `{spelled(text)}` may be no text", RARE)
        walk.found.assumed["`os.environ` gets text"] = None


def _stored(module: Module, node: ast.Subscript) -> ast.expr | None:
    """The value that the variable is given, where it stands beside it."""
    match module.parent(node):
        case ast.Assign(targets=targets, value=value) if node in targets:
            return value
    return None


def _all_written(module: Module, text: ast.expr | None, is_right: Callable[[str], bool]) -> bool:
    """Whether all that it may be is written out, and right."""
    written = values_written(module, text) if text else None
    return written is not None and all(isinstance(one, str) and is_right(one) for one in written)


def _is_name(text: str) -> bool:
    return _is_value(text) and bool(text) and "=" not in text


def _is_value(text: str) -> bool:
    return "\0" not in text
