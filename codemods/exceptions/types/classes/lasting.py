"""Whether an attribute that was given a value keeps one, whatever is called: nobody makes it None again."""

from __future__ import annotations

import ast

from codemods.exceptions.outline import given_to
from codemods.exceptions.types.flow.stores import stores_of
from codemods.exceptions.types.notation import NONE
from codemods.exceptions.types.targets import Inference
from codemods.module import FUNCTIONS, Module, Unreadable
from codemods.names import names_of

_MAKERS = {"__init__", "__new__", "__post_init__"}  # that ran before, when the object was made
_MOST_FILES = 12  # that speak of the attribute


def stays_filled(values: Inference, module: Module, attribute: ast.Attribute) -> bool:
    """Whether no function of the project but `__init__` gives an attribute of that name None, or deletes it.

    Only of an object that a local name stands for: `self.node` and a global may be another one after a call.
    Files of tests do not count: what they put there is theirs.
    """
    holder = attribute.value
    bound = names_of(module).bindings(holder) if isinstance(holder, ast.Name) else []
    if not bound or not all(isinstance(one.scope, FUNCTIONS) for one in bound):
        return False
    paths = values.project.paths_mentioning(attribute.attr, tests=False)
    try:
        modules = [values.project.module(path) for path in paths if len(paths) <= _MOST_FILES]
    except (OSError, Unreadable):
        return False
    return bool(modules) and not any(_is_emptied(values, one, attribute.attr) for one in modules)


def _is_emptied(values: Inference, module: Module, name: str) -> bool:
    stores = stores_of(module).attributes(name)
    calls: list[ast.Call] = module.nodes(ast.Call)
    return any(_sets_by_name(call, name) for call in calls) or any(
        (function := module.function(store)) is None
        or (function.name not in _MAKERS and _may_empty(values, module, store))
        for store in stores
    )


def _sets_by_name(call: ast.Call, name: str) -> bool:
    """Whether it is `setattr(store, "rows", None)`, or `delattr`."""
    match call:
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(value=value), *_]):
            return value == name
    return False


def _may_empty(values: Inference, module: Module, store: ast.Attribute) -> bool:
    """Whether what is given may be None, or nothing tells what it is."""
    if value := given_to(module, store):
        return bool(values.seen(module, value) & NONE)
    return not isinstance(module.parent(store), ast.AugAssign)
