"""Operators, subscripts and displays: what the files beside this one say of them."""

from __future__ import annotations

import ast

from codemods.exceptions.raising.operators import (
    comparisons,
    containers,
    hashing,
    operations,
    templates,
    unpacking,
)
from codemods.exceptions.raising.walk import Visitor, Visitors, Walk


def _after_parts(note: Visitor) -> Visitor:
    """The visitor that goes into the parts of a node first."""

    def visit(walk: Walk, node: ast.AST) -> None:
        walk.generic_visit(node)
        note(walk, node)

    return visit


def _display(walk: Walk, node: ast.Dict | ast.Set | ast.SetComp | ast.DictComp) -> None:
    match node:
        case ast.Dict():
            keys = node.keys
            for value in (value for key, value in zip(keys, node.values, strict=True) if key is None):
                unpacking.spread(walk, value)
        case ast.Set(elts=elements):
            keys = [*elements]
        case ast.DictComp(key=one) | ast.SetComp(elt=one):
            keys = [one]
    hashing.hashed(walk, keys)


def _bin_op(walk: Walk, node: ast.BinOp) -> None:
    operations.binary(walk, node.left, node.op, node.right)


def _aug_assign(walk: Walk, node: ast.AugAssign) -> None:
    operations.binary(walk, node.target, node.op, node.value)


_NOTING: Visitors = {
    **dict.fromkeys((ast.Dict, ast.Set, ast.SetComp, ast.DictComp), _display),
    ast.Subscript: containers.subscript,
    ast.BinOp: _bin_op,
    ast.AugAssign: _aug_assign,
    ast.UnaryOp: operations.unary,
    ast.Compare: comparisons.compare,
    ast.FormattedValue: templates.formatted,
}
VISITORS: Visitors = {kind: _after_parts(note) for kind, note in _NOTING.items()}
