"""Values whose reading as attributes runs code: properties, and instances of classes with `__get__`."""

from __future__ import annotations

import ast

from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import lineage
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.targets import Inference
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.project import Definition

# The classes of the standard library that are such.
_STANDARD = frozenset(
    {
        *("builtins.property", "functools.cached_property", "abc.abstractproperty"),
        *("enum.property", "types.DynamicClassAttribute"),
    }
)
_SPECIAL = frozenset({"__get__", "__set__", "__delete__"})
_MOST_STEPS = 3  # of functions that give what another one makes


def descriptor(values: Inference, module: Module, made: ast.expr, steps: int = _MOST_STEPS) -> str | None:
    """What makes a descriptor of a value: `property`, or a class of the project."""
    return _making(values, module, made.func, steps) if isinstance(made, ast.Call) else None


def decorator_describing(values: Inference, definition: Definition) -> str | None:
    """What makes a descriptor of a method, as its decorator: a class of the project with `__get__`."""
    decorators = definition.node.decorator_list if isinstance(definition.node, FUNCTIONS) else ()
    made = (_making(values, definition.module, decorator, _MOST_STEPS) for decorator in decorators)
    return next((by for by in made if by), None)


def _making(values: Inference, module: Module, maker: ast.expr, steps: int) -> str | None:
    """The same by the class that is called, or the function that gives what another call makes."""
    if names_of(module).is_any(maker, *_STANDARD):
        return "property"
    owner = values.project.definition(module, maker)
    if owner is None or isinstance(owner.node, ast.ClassDef):
        return owner.node.name if owner and _is_descriptor(values, owner) else None
    given = (result.value for result in results_of(owner) if isinstance(result, ast.Return) and steps)
    made = (descriptor(values, owner.module, value, steps - 1) for value in given if value)
    return next((by for by in made if by), None)


def _is_descriptor(values: Inference, owner: Definition) -> bool:
    inside, outside = lineage(values, owner)
    is_one = any(not _SPECIAL.isdisjoint(bound_in(one)) for one in inside)
    return is_one or not _STANDARD.isdisjoint(outside)
