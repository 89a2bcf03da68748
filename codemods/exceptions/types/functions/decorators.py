"""What decorators make of functions and classes, and which ones leave them what they are."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.nodes import spelled, walk
from codemods.project import Defined, Definition

_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
# Decorators that leave what a call gives and raises as it is.
_HARMLESS = {
    *("staticmethod", "classmethod", "property", "abc.abstractmethod", "functools.wraps", "functools.cache"),
    *("functools.lru_cache", "functools.cached_property", "contextlib.contextmanager"),
    *("contextlib.asynccontextmanager", "typing.override", "typing.overload", "dataclasses.dataclass"),
    *("typing_extensions.override", "typing_extensions.overload", "typing.final", "typing.no_type_check"),
    *("abc.abstractproperty", "typing_extensions.final", "typing.runtime_checkable", "enum.unique"),
}
# What makes a class by attrs, and what such a class runs when an instance is made.
_ATTRS = {
    *("attr.s", "attr.attrs", "attr.dataclass", "attr.define", "attr.frozen", "attr.mutable"),
    *("attrs.define", "attrs.frozen", "attrs.mutable"),
}
_ATTRS_HOOKS = {"__attrs_init__", "__attrs_pre_init__", "__attrs_post_init__"}
_ATTRS_CALLING = {"validator", "converter", "convert", "field_transformer", "these"}
_ACCESSORS = ("getter", "setter", "deleter")  # of a property


def maker_of(decorator: ast.expr) -> ast.expr:
    """The decorator without its arguments: `lru_cache` of `@lru_cache(maxsize=None)`."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def is_decorated(definition: Definition, *names: str) -> bool:
    """Whether one of these decorates a function or class, with arguments or without."""
    known = names_of(definition.module)
    return any(known.is_any(maker_of(decorator), *names) for decorator in definition.node.decorator_list)


def plain_names(node: Defined) -> set[str]:
    """The decorators that are nothing but a name: `staticmethod`."""
    return {d.id for d in node.decorator_list if isinstance(d, ast.Name)}


def is_context_manager(function: Definition) -> bool:
    """Whether a generator is made a context manager."""
    return is_decorated(function, *_CONTEXT_MANAGERS)


def is_property(definition: Definition) -> bool:
    """Whether reading the attribute calls the function."""
    return isinstance(definition.node, FUNCTIONS) and any(
        map(_makes_property, definition.node.decorator_list)
    )


def _makes_property(decorator: ast.expr) -> bool:
    """Whether a decorator is called like what makes properties: `pyqtProperty(str)`, `hybrid_property`."""
    return spelled(maker_of(decorator)).rpartition(".")[2].lower().endswith("property")


def accessor_of(definition: Definition) -> str:
    """What a function of a property is there for: `setter` or `deleter`, else `getter`."""
    named = (d.attr for d in definition.node.decorator_list if isinstance(d, ast.Attribute))
    return next((name for name in named if name in ("setter", "deleter")), "getter")


def is_closed_property(definitions: Sequence[Definition], accessor: str) -> bool:
    """Whether they are a property without a `setter`, or without a `deleter`."""
    is_made = any("property" in plain_names(one.node) for one in definitions)
    return is_made and accessor not in map(accessor_of, definitions)


def strange_decorators(definition: Definition) -> list[ast.expr]:
    """The decorators that may put something else in the place of a function or class."""
    names = names_of(definition.module)
    found = []
    for decorator in definition.node.decorator_list:
        maker = maker_of(decorator)
        if isinstance(maker, ast.Attribute) and maker.attr in _ACCESSORS:
            continue
        dotted = (names.qualified(maker) or "").removeprefix("builtins.")
        if dotted not in _HARMLESS and not (dotted in _ATTRS and _only_stores(definition)):
            found.append(decorator)
    return found


def is_command(module: Module, decorator: ast.expr) -> bool:
    """Whether it makes a command of a function, which reads the program's arguments and exits in the end."""
    return names_of(module).is_any(maker_of(decorator), "click.command", "click.group")


def _only_stores(definition: Definition) -> bool:
    """Whether making an instance of a class by attrs runs no code of it but factories: no validator."""
    node = definition.node
    assert isinstance(node, ast.ClassDef)
    hooks = [part for part in node.body if isinstance(part, FUNCTIONS)]
    marked = {getattr(decorator, "attr", "") for hook in hooks for decorator in hook.decorator_list}
    parts = [part for statement in node.body for part in walk([statement])] + [*walk(node.decorator_list)]
    called = {part.arg for part in parts if isinstance(part, ast.keyword)} & _ATTRS_CALLING
    named = {hook.name for hook in hooks} & _ATTRS_HOOKS
    return not (node.bases or named or called or marked & {"validator", "default"})
