"""Where a file gives names and attributes a value, and what stands before a statement."""

from __future__ import annotations

import ast

from codemods.module import Module, spelled
from codemods.names import names_of


def before(parent: ast.AST, node: ast.AST) -> list[ast.stmt]:
    """The statements before this one in its block."""
    if not isinstance(node, ast.stmt):
        return []
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            return block[: block.index(node)]
    return []


class Stores:
    """Where a file gives names and attributes a value. Ask `stores_of(module)` for it."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._around: dict[str, frozenset[ast.AST]] = {}

    def attributes(self, name: str) -> list[ast.Attribute]:
        """The attributes of that last name that get a value."""
        found = self._module.attributes.get(name, ())
        return [attribute for attribute in found if not isinstance(attribute.ctx, ast.Load)]

    def around(self, part: ast.Name | ast.Attribute) -> frozenset[ast.AST]:
        """The nodes that hold a place where the name or attribute, as it is written, gets a value."""
        text = spelled(part)
        if text not in self._around:
            self._around[text] = frozenset(
                node for place in self._places(part, text) for node in (place, *self._module.ancestors(place))
            )
        return self._around[text]

    def _places(self, part: ast.Name | ast.Attribute, text: str) -> list[ast.Name] | list[ast.Attribute]:
        if isinstance(part, ast.Attribute):
            return [a for a in self.attributes(part.attr) if spelled(a) == text]
        mentions = names_of(self._module).mentions(text)
        return [name for name in mentions if not isinstance(name.ctx, ast.Load)]


def stores_of(module: Module) -> Stores:
    """The stores of a file, looked for once."""
    found = module.derived.get(Stores)
    if not isinstance(found, Stores):
        found = module.derived[Stores] = Stores(module)
    return found
