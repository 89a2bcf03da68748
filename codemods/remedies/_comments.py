"""What a comment beside an `except`, or a text in the handler, says of the types that are caught there."""

from __future__ import annotations

import ast
import re

from codemods.module import FUNCTIONS, Module
from codemods.nodes import walk

_WHY = re.compile(
    r"(?i:\b(?:remov(?:ed?|ing)|because|bare|broad|naked|catch(?:es|ing)?[- ]?all|everything|any(?:thing)?"
    r"|whatever|all (?:errors|exceptions)|types?|issues?|bugs?|ctrl[- +]?c)\b|https?://|#\d+)"
    r"|\b(?:KeyboardInterrupt|SystemExit|GeneratorExit|CancelledError|BaseException)\b|\bExceptions?\b"
)
_TYPE = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Iteration)\b|\bErrors?\b")

_SURPRISE = re.compile(r"(?i)\bun(?:expected|caught|handled|known|foreseen)\s+(?:errors?|exceptions?)\b")


def said_why(handler: ast.ExceptHandler, module: Module, *, narrowed: bool) -> str | None:
    """A comment, on the `except` or right below it, that may say why the types are what they are.

    One that only names a type counts where the handler is `narrowed` below `Exception`.
    """
    lines = range(handler.lineno, max(handler.lineno + 1, handler.body[0].lineno))
    comments = (module.line(line).decode(module.encoding).partition("#")[2].strip() for line in lines)
    told = (c for c in comments if _WHY.search(c) or (narrowed and _TYPE.search(c)))
    said = next(told, None)
    return f"a comment there may say what is to be caught: {said}" if said else None


def speaks_of_surprise(handler: ast.ExceptHandler) -> str | None:
    """The words by which a handler tells that it is for what nobody thought of: `Uncaught exception`.

    Not those of a handler inside of it.
    """
    nodes = walk(handler.body, without=(*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.ExceptHandler))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    found = next(filter(None, map(_SURPRISE.search, texts)), None)
    return found[0] if found else None
