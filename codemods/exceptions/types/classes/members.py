"""The attributes of the project's classes: methods, what the class body and what its methods assign."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from codemods.exceptions.outline import outline_of
from codemods.exceptions.types import notation
from codemods.exceptions.types.classes.attributes import (
    added,
    assigned,
    bound_in,
    class_values,
    stores,
    taking,
)
from codemods.exceptions.types.classes.bases import above, classes_beside, has_own, lineage
from codemods.exceptions.types.classes.descriptors import descriptor, run_by_reading
from codemods.exceptions.types.classes.initialisation import is_set_by_init, sets_always
from codemods.exceptions.types.classes.outside import is_plain, is_set, set_outside
from codemods.exceptions.types.flow.bindings import taken
from codemods.exceptions.types.functions.decorators import plain_names
from codemods.exceptions.types.kinds import loosened
from codemods.exceptions.types.notation import NONE, UNKNOWN, Value
from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Target, merged
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of
from codemods.nodes import is_none, walk
from codemods.project import Definition

UNSET = "it may not be set yet"
_MAKERS = {"__init__", "__new__", "__post_init__", "__init_subclass__", "setUp", "setUpClass", "__enter__"}
_MOST_CALLS = 3  # of one method by another, on the way from `__init__`
_DEFINED = (*FUNCTIONS, ast.ClassDef)


def member(values: Inference, owner: Definition, name: str, below: bool = True) -> Target:
    """An attribute of an instance of a project's class: a method, or what its methods assign.

    The instance may be of a class `below`, which may give the attribute another value, as others may.
    """
    found = _inherited(values, owner, name)
    is_replaced = bool(found.definitions) and is_set(values, owner.module, name)
    if not below and not is_replaced:
        return found
    if is_replaced:
        put = (_put_in_place(one, name, found.definitions) for one in lineage(values, owner)[0][1:])
        found = merged([found, *chain.from_iterable(put)])
    if found.origins or is_replaced:
        found = merged([found, *set_outside(values, owner, name)])
    return merged([found, *_set_below(values, owner, name)]) if found.is_value or is_replaced else found


def _inherited(values: Inference, owner: Definition, name: str) -> Target:
    """The attribute as the class has it, or else one above it."""
    if own := _own(values, owner, name):
        return _started(values, owner, name, own) if UNSET in own.fails else own
    found = above(values, owner, name)
    if found.is_value and _forgets(values, owner, name):
        found = found._replace(fails=(UNSET,))
    called = [values.member(owner, hook) for fact in found.facts for hook in fact.hooks]
    if not called:
        return found
    hooks = tuple(definition for hook in called for definition in hook.definitions)
    return found._replace(hooks=hooks, known=found.known and not any(hook.is_value for hook in called))


def _started(values: Inference, owner: Definition, name: str, own: Target) -> Target:
    """An attribute that may not be set yet, with what it is until then where a class above sets it."""
    init_runs = True
    for one in lineage(values, owner)[0]:
        start = _own(values, one, name) if one is not owner else None
        if start is not None:
            in_body = name in bound_in(one)
            sets = start.is_value and not start.fails and (init_runs or in_body)
            return merged([own._replace(fails=()), start]) if sets else own
        init_runs = init_runs and not _stops_init(one)
    return own


def _stops_init(owner: Definition) -> bool:
    """Whether a class has an `__init__` that does not run the one above it."""
    inside = bound_in(owner).get("__init__", ())
    return bool(inside) and not any(_runs_above(one.node) for one in inside)


def _forgets(values: Inference, owner: Definition, name: str) -> bool:
    """Whether a class has an `__init__` that does not run the one above it, which sets the attribute."""
    if not _stops_init(owner):
        return False
    bodies = (bound_in(one) for one in lineage(values, owner)[0])
    return not any(name in body for body in bodies)


def _runs_above(function: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == "super")
        or (isinstance(node, ast.Attribute) and node.attr == "__init__")
        for node in walk([function])
    )


def _set_below(values: Inference, owner: Definition, name: str) -> Iterator[Target]:
    """What the classes below give an attribute, which is set in any case."""
    below = outline_of(values.project).descendants(owner)
    for child in (*(below or ()), *classes_beside(values, owner)):
        if found := _own(values, child, name):
            yield found._replace(fails=())
    if below is None:
        yield NOBODY_KNOWS


def _own(values: Inference, owner: Definition, name: str) -> Target | None:
    """The attribute as the class itself has it."""
    inside = bound_in(owner)
    if "__getattribute__" in inside and not name.startswith("__"):
        return NOBODY_KNOWS
    bindings = inside.get(name, [])
    definitions = [b.node for b in bindings if isinstance(b.node, _DEFINED)]
    if bindings and len(definitions) == len(bindings):  # a property and its setter, overloads
        found = Target(definitions=tuple(Definition(owner.module, node) for node in definitions))
        return merged([found, *_put_in_place(owner, name, found.definitions)])
    if not bindings and _is_property_above(values, owner, name):
        return None  # `self.name = …` runs its setter, and leaves nothing on the instance
    if declared := _declared(values, owner, name, bindings):
        fails = _unset(values, owner, name, bindings)
        return run_by_reading(values, owner, bindings)._replace(values=(declared,), fails=fails)
    given = [*assigned(owner, name)]
    if not (given and bindings and is_set_by_init(values.project, owner, name, bindings)):
        given += class_values(owner, bindings)
    origins = [*given, *added(owner, name, given)]
    if not origins:
        return None
    known = tuple(origin for origin in origins if origin)
    if describes(values, owner, name):
        return NOBODY_KNOWS
    unset = _unset(values, owner, name, bindings)
    if unset and has_own(values, owner, "__getattr__", "__getattribute__"):
        return NOBODY_KNOWS
    run = run_by_reading(values, owner, bindings)
    taken_out = (taken(values, owner.module, one) for one in taking(owner, name))
    told = tuple(loosened(value) for value in taken_out if value)
    is_known = len(known) + len(told) == len(origins)
    return run._replace(origins=known, values=told, fails=unset, known=is_known)


def _put_in_place(owner: Definition, name: str, methods: Iterable[Definition]) -> Iterator[Target]:
    """What its own methods put in the place of a plain one: `self.write = self._write_fast`."""
    if all(map(is_plain, methods)):
        for origin in assigned(owner, name):
            yield Target(origins=(origin,)) if origin else NOBODY_KNOWS


def _is_property_above(values: Inference, owner: Definition, name: str) -> bool:
    """Whether the attribute is a property of the next class above that has it."""
    found = _bound_by(lineage(values, owner)[0][1:], name)
    return found is not None and any(
        isinstance(one.node, FUNCTIONS) and "property" in plain_names(one.node) for one in found[1]
    )


def _bound_by(classes: Iterable[Definition], name: str) -> tuple[Definition, Sequence[Binding]] | None:
    """The first of these classes whose body gives the attribute something, and where."""
    for one in classes:
        if bindings := bound_in(one).get(name):
            return one, bindings
    return None


def describes(values: Inference, owner: Definition, name: str) -> str | None:
    """What has a say in an attribute of a class body: `property(read)`, or a class with `__get__`.

    The body is that of the class, or of the next one above it that has the attribute.
    """
    found = _bound_by(lineage(values, owner)[0], name)
    if found is None:
        return None
    owner, bindings = found
    values_there = (origin for origin in class_values(owner, bindings) if origin)
    described = (descriptor(values, *origin) for origin in values_there)
    return next((by for by in described if by), None)


def _unset(values: Inference, owner: Definition, name: str, bindings: Iterable[Binding]) -> tuple[str, ...]:
    return () if bindings or _is_set_at_once(values, owner, name) else (UNSET,)


def _declared(values: Inference, owner: Definition, name: str, bindings: Iterable[Binding]) -> Value:
    """The type that an annotation in the class body, or of `self.name: T = …`, gives the attribute."""
    module = owner.module
    places = [module.parent(b.node) for b in bindings]
    places += [module.parent(store) for store in stores(owner, name)]
    declarations = [place.annotation for place in places if isinstance(place, ast.AnnAssign)]
    declarations += [
        kind for place in places if isinstance(place, ast.Assign) for kind in _typed(module, place)
    ]
    if not declarations:
        return UNKNOWN
    value = notation.of(values.project, module, declarations[0])
    given = (getattr(place, "value", None) for place in places)
    starts_as_none = any(v is not None and is_none(v) for v in given)
    return value | NONE if value and starts_as_none else value


def _typed(module: Module, place: ast.Assign) -> list[ast.expr]:
    """The type that attrs is told: `count = attr.ib(type=int)`."""
    match place.value:
        case ast.Call(func=func, keywords=keywords) if names_of(module).is_any(
            func, "attr.ib", "attr.attrib"
        ):
            return [keyword.value for keyword in keywords if keyword.arg == "type"]
    return []


def _is_set_at_once(values: Inference, owner: Definition, name: str) -> bool:
    """Whether making an instance sets the attribute, also by what `__init__` calls: `self.setup()`."""
    module = owner.module
    setting = {function for store in stores(owner, name) if (function := module.function(store))}
    names = {function.name for function in setting if sets_always(module, function, name)}
    return not names.isdisjoint(_MAKERS) or not names.isdisjoint(_called_at_once(values, owner))


def _called_at_once(values: Inference, owner: Definition) -> set[str]:
    """The methods that run when an instance is made, by their names, here or in a class above."""
    called = [
        (node.name, one.module.derive(_called_on_self).get(node, ()))
        for one in lineage(values, owner)[0]
        for node in getattr(one.node, "body", ())
        if isinstance(node, FUNCTIONS)
    ]
    names = set(_MAKERS)
    for _ in range(_MOST_CALLS):
        names |= {name for function, on_self in called if function in names for name in on_self}
    return names


def _called_on_self(module: Module) -> dict[ast.AST | None, set[str]]:
    """The names of what each function of a file calls on `self` whenever it runs: under no condition."""
    found: dict[ast.AST | None, set[str]] = {}
    for statement in module.nodes(ast.Expr):
        match statement.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                found.setdefault(module.parent(statement), set()).add(name)
    return found
