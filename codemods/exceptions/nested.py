"""How classes are written from outside: those that stand in classes, and through the modules they are in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.names import below, names_of
from codemods.project import Definition, Project


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


def through_modules(
    project: Project, importer: str, modules: Iterable[str], definition: Definition
) -> Iterator[str]:
    """How a class is written behind those of the modules, as a file imports them, that define it."""
    whole, inside = outermost(definition)
    if not isinstance(whole, ast.ClassDef):
        return
    for module in modules:
        dotted = below(module, whole.name)
        found = project.find(dotted, importer)
        is_it = found is not None and found.node is whole
        if is_it and project.path_of(module, importer) == definition.module.path:
            yield f"{dotted}{inside}"
