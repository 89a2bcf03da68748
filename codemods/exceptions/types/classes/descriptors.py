"""Values whose reading as attributes runs code: properties, and instances of classes with `__get__`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from codemods.exceptions.fact import Fact
from codemods.exceptions.tables import tables
from codemods.exceptions.types.classes.attributes import bound_in, class_values
from codemods.exceptions.types.classes.bases import lineage
from codemods.exceptions.types.functions.decorators import maker_of, strange_decorators
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.notation import ordered
from codemods.exceptions.types.other_files import variable
from codemods.exceptions.types.targets import Inference, Target
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of
from codemods.nodes import spelled
from codemods.project import Definition
from codemods.stdlib import is_standard

# The classes of the standard library that are such.
_STANDARD = frozenset(
    {
        *("builtins.property", "functools.cached_property", "abc.abstractproperty"),
        *("enum.property", "types.DynamicClassAttribute"),
    }
)
# By the last two a field of Django puts a descriptor in its place.
_SPECIAL = frozenset({"__get__", "__set__", "__delete__", "contribute_to_class", "descriptor_class"})
_MOST_STEPS = 3  # of functions that give what another one makes


def descriptor(values: Inference, module: Module, made: ast.expr, steps: int = _MOST_STEPS) -> str | None:
    """What makes a descriptor of a value: `property`, or a class of the project."""
    return _making(values, module, made.func, steps) if isinstance(made, ast.Call) else None


def decorator_describing(values: Inference, definition: Definition) -> str | None:
    """What to say of a method where a decorator makes a descriptor of it, or may, as nobody knows it."""
    module = definition.module
    decorators = definition.node.decorator_list if isinstance(definition.node, FUNCTIONS) else ()
    for decorator in decorators:
        if by := _making(values, module, decorator, _MOST_STEPS):
            return f"`{by}` describes"
    for decorator in strange_decorators(definition) if decorators else ():
        other = _unknown(values, module, maker_of(decorator))
        if other and not tables().read(other):
            return f"`{_last(other)}` may describe"
    return None


def run_by_reading(values: Inference, owner: Definition, bindings: Iterable[Binding]) -> Target:
    """What reading an attribute of an instance runs, by what the body of its class holds.

    The tables know some classes of others: `models.ForeignKey` asks the database, `models.CharField` does
    nothing. Beside what they say stands what makes the value and may do whatever it likes then.
    """
    facts: dict[Fact, None] = {}
    others: dict[str, None] = {}
    for origin in class_values(owner, bindings):
        for name, is_told in _made(values, *origin, _MOST_STEPS) if origin else ():
            if fact := tables().read(name):
                facts |= {fact: None} if fact.raises or fact.content else {}
            elif not is_told:
                others[_last(name)] = None
    return Target(reads=tuple(facts), described=tuple(others))


def _made(values: Inference, module: Module, value: ast.expr, steps: int) -> Iterator[tuple[str, bool]]:
    """The names of what a call makes, or of what it calls where nobody knows that; whether it is told of."""
    if not isinstance(value, ast.Call):
        return
    for kind in ordered(values.seen(module, value)):
        yield from _above(values, kind.definition) if kind.definition else [(kind.name, _is_told(kind.name))]
    target = values.target(module, value.func)
    for definition in target.definitions if steps else ():
        for result in results_of(definition):
            if isinstance(result, ast.Return) and result.value:
                yield from _made(values, definition.module, result.value, steps - 1)
    if other := _unknown(values, module, value.func):
        yield other, False


def _above(values: Inference, owner: Definition) -> Iterator[tuple[str, bool]]:
    """The classes of others above one, by its own name where they have none; whether they are told of."""
    inside, outside = lineage(values, owner)
    bases = ((one.module, base) for one in inside for base in getattr(one.node, "bases", ()))
    made = {names_of(where).qualified(base) or "?" for where, base in bases if _is_made(values, where, base)}
    for name in outside:
        yield (owner.node.name if name == "?" else name), name in made or (name != "?" and _is_told(name))


def _is_told(name: str) -> bool:
    return "." not in name or is_standard(name) or tables().is_type(name)


def _is_made(values: Inference, module: Module, node: ast.expr) -> bool:
    """Whether the standard library made it by a call, and so no descriptor: `namedtuple("P", "x y")`."""
    match node:
        case ast.Call(func=maker):
            target = values.target(module, maker)
            of_others = any(fact.external for fact in target.facts)
            return bool(target.facts) and not (target.is_unsure or of_others)
        case ast.Name() if len(bindings := names_of(module).bindings(node)) == 1:
            match module.parent(bindings[0].node):
                case ast.Assign(value=ast.Call() as value):
                    return _is_made(values, module, value)
    dotted = names_of(module).qualified(node)
    origin = variable(values.project, module, dotted) if dotted else None
    return origin is not None and isinstance(origin[1], ast.Call) and _is_made(values, *origin)


def _unknown(values: Inference, module: Module, function: ast.expr) -> str | None:
    """The name of what is called where nobody knows what that is.

    A builtin is known wherever a file does not give everybody another one: `dict`.
    """
    names = names_of(module)
    if isinstance(function, ast.Name) and hasattr(builtins, function.id) and not names.bindings(function):
        return None
    if not values.target(module, function).is_unsure or _is_made(values, module, function):
        return None
    return names.qualified(function) or spelled(function)


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _making(values: Inference, module: Module, maker: ast.expr, steps: int) -> str | None:
    """As `descriptor`, by the class that is called, or the function that gives what another call makes."""
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
