"""Operators, subscripts and displays: what `operations` says of them."""

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
from codemods.exceptions.raising.walk import Visitors, Walk


def _subscript(walk: Walk, node: ast.Subscript) -> None:
    walk.generic_visit(node)
    containers.subscript(walk, node)


def _display(walk: Walk, node: ast.Dict | ast.Set | ast.SetComp | ast.DictComp) -> None:
    walk.generic_visit(node)
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
    walk.generic_visit(node)
    operations.binary(walk, node.left, node.op, node.right)


def _aug_assign(walk: Walk, node: ast.AugAssign) -> None:
    walk.generic_visit(node)
    operations.binary(walk, node.target, node.op, node.value)


def _unary_op(walk: Walk, node: ast.UnaryOp) -> None:
    walk.generic_visit(node)
    operations.unary(walk, node)


def _compare(walk: Walk, node: ast.Compare) -> None:
    walk.generic_visit(node)
    comparisons.compare(walk, node)


def _formatted_value(walk: Walk, node: ast.FormattedValue) -> None:
    walk.generic_visit(node)
    templates.formatted(walk, node)


VISITORS: Visitors = {
    ast.Subscript: _subscript,
    ast.Dict: _display,
    ast.Set: _display,
    ast.SetComp: _display,
    ast.DictComp: _display,
    ast.BinOp: _bin_op,
    ast.AugAssign: _aug_assign,
    ast.UnaryOp: _unary_op,
    ast.Compare: _compare,
    ast.FormattedValue: _formatted_value,
}
