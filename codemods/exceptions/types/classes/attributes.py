"""Where a class gives its attributes their values."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.outline import given_to
from codemods.exceptions.types.flow.stores import stores_of
from codemods.exceptions.types.targets import Origin
from codemods.names import Binding, names_of
from codemods.nodes import is_none
from codemods.project import Definition

_TAKING = (ast.Tuple, ast.List, ast.Starred, ast.For, ast.AsyncFor, ast.withitem)


def bound_in(owner: Definition) -> dict[str, list[Binding]]:
    """What the body of a class binds, by name."""
    return names_of(owner.module).bindings_in(owner.node)


def stores(owner: Definition, name: str) -> Iterator[ast.Attribute]:
    """Where the methods of a class give the attribute a value."""
    module = owner.module
    for attribute in stores_of(module).attributes(name):
        function = module.function(attribute)
        if function is not None and module.parent(function) is owner.node:
            yield attribute


def assigned(owner: Definition, name: str) -> Iterator[Origin | None]:
    """The values that `self.name = …` gives in the class; None where it is no plain assignment."""
    module = owner.module
    for attribute in stores(owner, name):
        if isinstance(module.parent(attribute), (ast.Delete, ast.AugAssign)):
            continue
        value = given_to(module, attribute)
        yield (module, value) if value else None


def taking(owner: Definition, name: str) -> Iterator[ast.Attribute]:
    """Where an attribute gets what a loop, a `with` or a pattern takes out: `self.a, self.b = pair()`."""
    for attribute in stores(owner, name):
        if isinstance(owner.module.parent(attribute), _TAKING) and not given_to(owner.module, attribute):
            yield attribute


def added(owner: Definition, name: str, given: list[Origin | None]) -> Iterator[Origin | None]:
    """What `self.name += …` adds to what it is `given`: it keeps that type, or takes the other one's."""
    starts = any(origin and not is_none(origin[1]) for origin in given)
    for attribute in stores(owner, name):
        match owner.module.parent(attribute):
            case ast.AugAssign(op=ast.Add(), value=value) if starts:
                yield owner.module, value
            case ast.AugAssign(op=ast.Sub() | ast.Mult(), value=ast.Constant() as value) if starts:
                yield owner.module, value
            case ast.AugAssign():
                yield None


def class_values(owner: Definition, bindings: Iterable[Binding]) -> Iterator[Origin | None]:
    """The values that the body of the class gives a name; None where it is no plain assignment."""
    for binding in bindings:
        value = given_to(owner.module, binding.node) if isinstance(binding.node, ast.Name) else None
        yield (owner.module, value) if value else None
