"""A word before a call, whose lines stay below each other."""

from __future__ import annotations

import ast
import re

from codemods.model import Edit
from codemods.module import Module
from codemods.nodes import walk

_GOES_ON = re.compile(r"\"\"\"|'''|\\\r?\n")  # on the next line


def put_before(module: Module, statement: ast.stmt, words: str) -> list[Edit]:
    """The edits that put words before a statement, and what stands below its first argument further in."""
    start = module.start(statement)
    lines = (module.line_starts[number - 1] for number in _below_first_argument(module, statement))
    moved = [module.edit(at, at, " " * len(words)) for at in lines]
    return [module.edit(start, start, words), *moved]


def _below_first_argument(module: Module, statement: ast.stmt) -> list[int]:
    """The lines, from 1, that begin where the first argument does, or further in.

    None of a call that opens a block of its own, `call(` alone on its line; nor of one with a text inside
    of which a line may begin.
    """
    call = next((node for node in walk([statement]) if isinstance(node, ast.Call)), None)
    given: list[ast.AST] = [*call.args, *call.keywords] if call else []
    texts = (node for node in walk(given) if isinstance(node, (ast.Constant, ast.JoinedStr)))
    if call is None or not given or any(_GOES_ON.search(module.source(text)) for text in texts):
        return []
    first = min((*map(module.start, call.args), *map(module.start, call.keywords)))
    column = first - module.line_starts[statement.lineno - 1]
    if column >= len(module.line(statement.lineno)):  # it stands further below
        return []
    below = range(statement.lineno + 1, (statement.end_lineno or statement.lineno) + 1)
    return [number for number in below if module.line(number)[:column].strip(b" ") == b""]
