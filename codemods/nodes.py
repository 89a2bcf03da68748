"""Small questions about nodes that need no more than the node."""

from __future__ import annotations

import ast


def is_none(node: object) -> bool:
    """Whether it is None, written out."""
    return isinstance(node, ast.Constant) and node.value is None


def types_of(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The classes that an `except` names, as they are written; of a bare one none."""
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return [handler.type] if handler.type else []
