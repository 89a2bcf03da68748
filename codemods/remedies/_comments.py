"""What a comment beside an `except`, or a text in the handler, says of the types that are caught there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.module import FUNCTIONS, Module
from codemods.nodes import walk

_NEVER = r"should(?:n't| not| never) (?:ever )?happen"
_WHY = re.compile(
    r"(?i:\b(?:remov(?:ed?|ing)|because|bare|broad|naked|catch(?:es|ing)?[- ]?all|everything|any(?:thing)?"
    rf"|whatever|{_NEVER}|all (?:errors|exceptions)|types?|issues?|bugs?|ctrl[- +]?c)\b|https?://|#\d+)"
    r"|\b(?:KeyboardInterrupt|SystemExit|GeneratorExit|CancelledError|BaseException)\b|\bExceptions?\b"
)
_ALL = re.compile(
    r"(?i)\b(?:anything|everything|whatever|catch(?:es|ing)?[- ]?all"
    r"|(?:all|any)(?: other| (?:kind|sort)s? of)? (?:errors?|exceptions?|failures?|problems?|reasons?)"
    r"|something (?:else|other) than"
    r"|(?:can(?:not|'t| not)|impossible to|hard to) (?:list|name|enumerate|know|predict|foresee)(?: \w+){0,3}"
    r" (?:errors?|exceptions?)"
    r"|(?:blanket|broad) (?:catch|try)|blanket except(?:ion)?s?|(?:intentional|deliberate)(?:ly)? broad"
    r"|broad (?:by design|by intent|on purpose)"
    rf"|(?:stuff|things) (?:can|could|may|might) (?:fail|go wrong)|{_NEVER})\b(?! but\b)"
)
_NOT = re.compile(r"(?i)(?:\b(?:not|never|cannot|without)|n't)(?: \w+){0,2} $")  # right before it
_BASE = re.compile(
    r"\b(?:KeyboardInterrupt|SystemExit|GeneratorExit|CancelledError)s?\b|(?i:\bctrl[- +]?c\b)"
)
_NOT_BASE = re.compile(r"(?i)(?:\b(?:not?|never|cannot|without|instead of)\b|n't\b).*\bBaseException\b")
_PYTHON_2 = re.compile(r"(?i)\b(?:py|python)[ -]?2(?:k|\.x|\.\d+)?\b")
_TYPE = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Iteration)\b|\bErrors?\b")

_SURPRISE = re.compile(  # also where a text begins with another: "%sUnexpected error"
    r"(?i)(?:\b|(?<=%[sr]))un(?:expected|caught|handled|known|foreseen)\s+(?:errors?|exceptions?)\b"
)


def said_why(handler: ast.ExceptHandler, module: Module, *, narrowed: bool) -> str | None:
    """A comment, on the `except` or right below it, that may say why the types are what they are.

    One that only names a type counts where the handler is `narrowed` below `Exception`.
    """
    told = (c for c in _beside(handler, module) if _WHY.search(c) or (narrowed and _TYPE.search(c)))
    said = next(told, None)
    return f"a comment there may say what is to be caught: {said}" if said else None


def said_all(handler: ast.ExceptHandler, module: Module) -> str | None:
    """A comment, on the `except` or right below it, that says that it is for whatever goes wrong."""
    found = ((c, _ALL.search(c)) for c in _beside(handler, module))
    said = next((c for c, all_ in found if all_ and not _NOT.search(c, 0, all_.start())), None)
    return f"a comment there says that everything is meant: {said}" if said else None


def said_base(handler: ast.ExceptHandler, module: Module) -> str | None:
    """A comment there that names what only a handler for more than every Exception catches."""
    said = next(filter(_BASE.search, _beside(handler, module)), None)
    return f"a comment there says what is meant: {said}" if said else None


def said_not_base(handler: ast.ExceptHandler, module: Module) -> str | None:
    """A comment there that says why `except BaseException` is not written."""
    said = next(filter(_NOT_BASE.search, _beside(handler, module)), None)
    return f"a comment there says why BaseException is not named: {said}" if said else None


def said_python_2(handler: ast.ExceptHandler, module: Module) -> str | None:
    """A comment there by which the handler is for what Python 2 lacks."""
    said = next(filter(_PYTHON_2.search, _beside(handler, module)), None)
    return f"a comment there says that it is for Python 2: {said}" if said else None


def _beside(handler: ast.ExceptHandler, module: Module) -> Iterator[str]:
    for line in range(handler.lineno, max(handler.lineno + 1, handler.body[0].lineno)):
        said = module.line(line).decode(module.encoding).partition("#")[2].strip()
        if not said.startswith("noinspection "):  # which is for PyCharm, and about the statement below
            yield said


def speaks_of_surprise(handler: ast.ExceptHandler) -> str | None:
    """The words by which a handler tells that it is for what nobody thought of: `Uncaught exception`.

    Not those of a handler inside of it.
    """
    nodes = walk(handler.body, without=(*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.ExceptHandler))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    found = next(filter(None, map(_SURPRISE.search, texts)), None)
    return found[0] if found else None
