"""The attributes of the project's classes: methods, what the class body and what its methods assign."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.reaching import stores_of
from codemods.exceptions.targets import NOBODY_KNOWS, Inference, Origin, Target
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of
from codemods.project import Definition

_PLAIN_BASES = ("builtins.object", "abc.ABC", "builtins.Exception", "typing.Generic", "typing.Protocol")
UNSET = "it may not be set yet"
_MAKERS = {"__init__", "__new__", "__post_init__", "__init_subclass__", "setUp", "setUpClass", "__enter__"}


def member(values: Inference, owner: Definition, name: str) -> Target:
    """An attribute of an instance of a project's class: a method, or what its methods assign."""
    assert isinstance(owner.node, ast.ClassDef)
    bindings = names_of(owner.module).bindings_in(owner.node).get(name, [])
    definitions = [b.node for b in bindings if isinstance(b.node, (*FUNCTIONS, ast.ClassDef))]
    if bindings and len(definitions) == len(bindings):  # a property and its setter, overloads
        return Target(definitions=tuple(Definition(owner.module, node) for node in definitions))
    origins = [*_assigned(owner, name), *_class_values(owner.module, bindings)]
    if origins:
        known = tuple(origin for origin in origins if origin)
        unset = () if bindings or _is_set_at_once(owner, name) else (UNSET,)
        if unset and has_own(values, owner, "__getattr__", "__getattribute__"):
            return NOBODY_KNOWS
        return Target(origins=known if len(known) == len(origins) else (), fails=unset)
    for base in owner.node.bases:
        above = values.project.definition(owner.module, base)
        if above and isinstance(above.node, ast.ClassDef) and above.node is not owner.node:
            found = values.member(above, name)
            if found.known:
                return found
    return NOBODY_KNOWS


def has_own(values: Inference, owner: Definition, *methods: str) -> str | None:
    """Why a use of an instance may run one of these methods: by the class or one above it."""
    assert isinstance(owner.node, ast.ClassDef)
    names = names_of(owner.module)
    for method in methods:
        if method in names.bindings_in(owner.node):
            return f"defines `{method}`"
    for base in owner.node.bases:
        above = values.project.definition(owner.module, base)
        if above and isinstance(above.node, ast.ClassDef):
            if above.node is not owner.node and (why := has_own(values, above, *methods)):
                return why
        elif names.qualified(base) not in _PLAIN_BASES:
            return "has a base class that is unknown"
    return None


def _is_set_at_once(owner: Definition, name: str) -> bool:
    """Whether making an instance sets the attribute."""
    stores = stores_of(owner.module).attributes(name)
    functions = (owner.module.function(store) for store in stores)
    return any(f and f.name in _MAKERS and owner.module.parent(f) is owner.node for f in functions)


def _assigned(owner: Definition, name: str) -> Iterator[Origin | None]:
    """The values that `self.name = …` gives in the class; None where it is no plain assignment."""
    module = owner.module
    for attribute in stores_of(module).attributes(name):
        function = module.function(attribute)
        if function is None or module.parent(function) is not owner.node:
            continue
        match module.parent(attribute):
            case ast.Assign(targets=[ast.Attribute()], value=value):
                yield module, value
            case ast.AnnAssign(value=value) if value:
                yield module, value
            case _:
                yield None


def _class_values(module: Module, bindings: Iterable[Binding]) -> Iterator[Origin | None]:
    for binding in bindings:
        match module.parent(binding.node):
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                yield module, value
            case _:
                yield None
