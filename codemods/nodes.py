"""What trees need that have no file: reading without a word, and small questions about a node."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwarned() -> Iterator[None]:
    """Python reads the target's code: what it warns of in it, as an invalid escape, is no finding of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def is_none(node: object) -> bool:
    """Whether it is None, written out."""
    return isinstance(node, ast.Constant) and node.value is None


def types_of(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The classes that an `except` names, as they are written; of a bare one none."""
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return [handler.type] if handler.type else []
