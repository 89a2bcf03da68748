"""Values whose reading as attributes runs code: properties, and instances of classes with `__get__`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.exceptions.fact import Fact
from codemods.exceptions.tables import tables
from codemods.exceptions.types.classes.attributes import bound_in, class_values
from codemods.exceptions.types.classes.bases import lineage, outer_bases
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.notation import Type, ordered
from codemods.exceptions.types.targets import Inference
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of
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


def run_by_reading(values: Inference, owner: Definition, bindings: Iterable[Binding]) -> tuple[Fact, ...]:
    """What reading an attribute of an instance runs, by what the body of its class holds.

    The tables know some classes of others with `__get__`: `models.ForeignKey` asks the database.
    """
    made = (origin for origin in class_values(owner, bindings) if origin and isinstance(origin[1], ast.Call))
    kinds = (kind for origin in made for kind in ordered(values.seen(*origin)))
    names = (name for kind in kinds for name in _names_above(values, kind))
    found = (tables().facts.get(f"{name}.__get__") for name in names)
    return tuple(dict.fromkeys(fact for fact in found if fact))


def _names_above(values: Inference, kind: Type) -> list[str]:
    """The name of a type of others, or of those above a class of the project."""
    return outer_bases(values, kind.definition) if kind.definition else [kind.name]


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
