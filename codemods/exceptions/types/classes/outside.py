"""What code outside of a class gives the attributes of its instances: `store.first = None`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.outline import given_to, outline_of
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import lineage, owner_of
from codemods.exceptions.types.flow.stores import is_of_own_instance, stores_of
from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Target, merged
from codemods.module import Module
from codemods.nodes import spelled
from codemods.project import Definition


def set_outside(values: Inference, owner: Definition, name: str) -> Iterator[Target]:
    """What an attribute of an instance gets from functions that are no methods of its class.

    Only where the type of what they set it on is known; what is of a class above or below may be one too.
    """
    related: set[ast.AST] = set()
    for module in outline_of(values.project).setting(owner.module, name):
        for store in stores_of(module).attributes(name):
            if isinstance(store.ctx, ast.Del) or is_of_own_instance(module, store):
                continue
            related = related or _related(values, owner)
            kinds = values.seen(module, store.value)
            meant = [values.project.definition(module, store.value), *(kind.definition for kind in kinds)]
            if any(one and one.node in related for one in meant):
                yield _given(module, store)


def is_set(values: Inference, module: Module, name: str) -> bool:
    """Whether code that goes with a file sets an attribute of that name, on whatever object."""
    if name.startswith("__"):
        return False
    return any(
        any(stores_of(one).attributes(name)) for one in outline_of(values.project).setting(module, name)
    )


def may_be_replaced(values: Inference, method: Definition, node: ast.expr) -> bool:
    """Whether code may put something else in the place of a plain method: `Store.write = write`."""
    owner = owner_of(method)
    if not isinstance(node, ast.Attribute) or owner is None or not is_plain(method):
        return False
    return "__getattribute__" in bound_in(owner) or is_set(values, method.module, node.attr)


def with_replacements(values: Inference, definition: Definition) -> Target:
    """A function or class, or what other files put in its place: `shop.load = load_fast`."""
    found = Target(definitions=(definition,))
    if not isinstance(definition.module.parent(definition.node), ast.Module):
        return found
    put = outline_of(values.project).set_by_others(definition.module, definition.node.name)
    given = [values.target(other, value) if value else NOBODY_KNOWS for other, value in put]
    return merged([found, *given]) if given else found


def is_plain(method: Definition) -> bool:
    """Whether a method gives way to what is set in its place: no property or other decorator has a say."""
    decorators = map(spelled, method.node.decorator_list)
    return all(decorator in ("staticmethod", "classmethod") for decorator in decorators)


def _related(values: Inference, owner: Definition) -> set[ast.AST]:
    below = outline_of(values.project).descendants(owner) or ()
    return {one.node for one in (*lineage(values, owner)[0], *below)}


def _given(module: Module, store: ast.Attribute) -> Target:
    if value := given_to(module, store):
        return Target(origins=((module, value),))
    return Target(known=isinstance(module.parent(store), ast.AugAssign))
