"""Classes that stand in classes, and how they are written from outside."""

from __future__ import annotations

import ast

from codemods.names import names_of
from codemods.project import Definition


def outermost(definition: Definition) -> tuple[ast.AST, str]:
    """The class in which a class stands, and how it is written behind that: `Pool`, `.Closed`.

    The class itself where it stands in none, or in a function, or its name there has another meaning too.
    """
    node: ast.AST = definition.node
    inside = ""
    for above in definition.module.ancestors(definition.node):
        if isinstance(above, ast.Module):
            return node, inside
        bound = names_of(definition.module).bindings_in(above) if isinstance(above, ast.ClassDef) else {}
        name = node.name if isinstance(node, ast.ClassDef) else ""
        if [one.node for one in bound.get(name, ())] != [node]:
            break
        node, inside = above, f".{name}{inside}"
    return definition.node, ""
