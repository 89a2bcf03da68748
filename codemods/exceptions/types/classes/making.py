"""How instances of the project's classes are made that have no `__init__` of their own: enums, factories."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.classes.bases import ENUMS, lineage
from codemods.exceptions.types.targets import Inference, Origin
from codemods.nodes import spelled, walk
from codemods.project import Definition


def factories(values: Inference, definition: Definition) -> Iterator[Origin]:
    """What makes the first values of attributes: `field(default_factory=load)`, here and in classes above."""
    for one in lineage(values, definition)[0]:
        for statement in one.node.body if isinstance(one.node, ast.ClassDef) else ():
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value:
                yield from ((one.module, maker) for maker in _makers(statement.value))


def _makers(value: ast.expr) -> Iterator[ast.expr]:
    for call in (part for part in walk([value]) if isinstance(part, ast.Call)):
        yield from (k.value for k in call.keywords if k.arg in ("default_factory", "factory"))
        if spelled(call.func).rpartition(".")[2] == "Factory":  # of attrs
            yield from call.args[:1]


def is_enum(values: Inference, definition: Definition) -> bool:
    """Whether a class is an enumeration that looks its members up as all do: `Colour["RED"]`."""
    inside, outside = lineage(values, definition)
    plain = all(isinstance(one.node, ast.ClassDef) and not one.node.keywords for one in inside)
    mixed = {base.removeprefix("builtins.") for base in outside} - {"str", "int", "float", "bytes"}
    return plain and bool(mixed) and mixed <= ENUMS
