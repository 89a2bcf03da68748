"""Variables at the top of other files of the project, and what else a dotted name leads through."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.outline import outline_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Origin, Target
from codemods.module import Module, Unreadable
from codemods.names import Binding, agreed_target, below, names_of, not_of_python_2
from codemods.project import Definition, Project
from codemods.stdlib import STANDARD_MODULES

_MOST_STEPS = 4  # from where a name is used to the file that it is from


def variable(project: Project, module: Module, dotted: str) -> Origin | None:
    """The value of a variable that another file of the project assigns once at its top, and no third one."""
    other, bindings = assigned(project, module, dotted)
    if other and bindings and outline_of(project).set_by_others(other, bindings[0].name):
        return None
    match other.parent(bindings[0].node) if other and len(bindings) == 1 else None:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
            assert other
            return other, value
    return None


def assigned(project: Project, module: Module, dotted: str) -> tuple[Module | None, list[Binding]]:
    """The file that a variable of others is in, and where its top assigns it, if only that binds the name."""
    other, name = project.holder(dotted, module.path)
    bindings = names_of(other).bindings_in(other.tree).get(name, []) if other else []
    bindings = not_of_python_2(other, bindings) if other else bindings
    only = all(other and isinstance(other.parent(b.node), (ast.Assign, ast.AnnAssign)) for b in bindings)
    return other, bindings if only else []


def brought(module: Module, project: Project, name: str) -> list[Definition]:
    """The functions and classes of that name which `from … import *` may bring from files of the project."""
    stars = names_of(module).star_imports if name[:1] != "_" else []
    found = (project.find(below(origin, name), module.path) for origin in stars)
    return [definition for definition in found if definition]


def from_star(values: Inference, module: Module, name: ast.Name) -> Target:
    """What `from … import *` brings: of a file of the project, else a builtin, unless it hides that."""
    if found := brought(module, values.project, name.id):
        return Target(definitions=(found[-1],), known=False)
    if fact := tables().facts.get(f"builtins.{name.id}"):
        stars = names_of(module).star_imports
        hidden = any(_may_bring(values, module, one, name.id) for one in stars)
        return Target(facts=(fact,), known=not hidden)
    return NOBODY_KNOWS


def by_star(values: Inference, module: Module, name: str) -> str | None:
    """The dotted name that a star import may bring under this one, when no other star import may."""
    if name.startswith("_"):
        return None
    found = [one for one in names_of(module).star_imports if _may_bring(values, module, one, name)]
    return below(found[0], name) if len(found) == 1 else None


def _may_bring(values: Inference, module: Module, origin: str, name: str, steps: int = _MOST_STEPS) -> bool:
    """Whether `from origin import *` may bring that name: `from os import *` an `open` that is no builtin.

    It does not where all that it leads to is known: files of the project, and modules that typeshed knows.
    """
    path = values.project.path_of(origin, module.path)
    if path is None:
        is_told = origin in STANDARD_MODULES and not values.project.may_shadow(origin)
        dotted = f"{origin}.{name}"
        return not is_told or (values.fact(dotted) or values.typed(dotted)) is not None
    try:
        names = names_of(other := values.project.module(path))
    except (OSError, Unreadable):
        return True
    if name in names.bindings_in(other.tree) or not steps:
        return True
    return any(_may_bring(values, other, one, name, steps - 1) for one in names.star_imports)


def is_held_by_variable(project: Project, module: Module, node: ast.Attribute) -> bool:
    """Whether it is an attribute of what a variable of another file holds: `config.client.name`."""
    dotted = (names_of(module).qualified(holder) for holder in _holders(node))
    return any(name and assigned(project, module, name)[1] for name in dotted)


def is_of_class(project: Project, module: Module, node: ast.Attribute) -> bool:
    """Whether a dotted name leads through a class of the project: `User.name`, `User.name.desc`."""
    definitions = (project.definition(module, holder) for holder in _holders(node))
    return any(found and isinstance(found.node, ast.ClassDef) for found in definitions)


def _holders(node: ast.Attribute) -> Iterator[ast.Name | ast.Attribute]:
    """What stands before each dot of a dotted name, the longest first."""
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute) and isinstance(inner.value, (ast.Name, ast.Attribute)):
        inner = inner.value
        yield inner


def unread(project: Project, module: Module, dotted: str, steps: int = _MOST_STEPS) -> str | None:
    """The file of the project that has what a dotted name means, where this Python cannot read it."""
    path, names = project.led_into(dotted, module.path) or (None, [])
    if path is None:
        return None
    try:
        other = project.module(path)
    except (OSError, Unreadable):
        return path
    target = agreed_target(names_of(other).bindings_in(other.tree).get(names[0], ()))
    return unread(project, other, target, steps - 1) if target and steps else None


def is_variable(project: Project, module: Module, dotted: str) -> bool:
    """Whether a dotted name is a variable, or a file, of the project."""
    if project.path_of(dotted, module.path):
        return True
    other, name = project.holder(dotted, module.path)
    return other is not None and name in names_of(other).bindings_in(other.tree)
