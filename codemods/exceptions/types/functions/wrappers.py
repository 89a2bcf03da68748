"""What a decorator of the project puts in the place of a function: one of its own, which calls that."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.exceptions.types.functions.decorators import maker_of
from codemods.exceptions.types.functions.endings import results_of
from codemods.module import Function, Module
from codemods.names import names_of
from codemods.project import Definition, Project

_KEEPING = ("functools.wraps",)  # which give the wrapper the name of what it wraps
_UPDATING = ("functools.update_wrapper",)
_OF_FUNCTIONS = ("__name__", "__qualname__", "__module__", "__doc__")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function that is called in the place of another one, its calls of that, and what it reads of it."""

    function: Definition
    calls: tuple[ast.Call, ...]
    reads: tuple[ast.Attribute, ...]


def wrapper_by(project: Project, definition: Definition, decorator: ast.expr) -> Wrapper | None:
    """What a decorator makes of a function; None where it is not written out in the usual way.

    It has to give back a function from inside of it, in which it does nothing with the one that it gets but
    to call it. Both are coroutines or none is, and neither is a generator.
    """
    maker = project.definition(definition.module, maker_of(decorator))
    if maker is None or not isinstance(maker.node, ast.FunctionDef) or maker.node.decorator_list:
        return None
    module, layer = maker.module, maker.node
    if isinstance(decorator, ast.Call):  # `@cached(60)`: a function that makes the decorator
        inner = _given_back(module, layer)
        if not isinstance(inner, ast.FunctionDef) or inner.decorator_list:
            return None
        layer = inner
    wrapper = _given_back(module, layer)
    match layer.args:
        case ast.arguments(posonlyargs=[], args=[given], vararg=None, kwonlyargs=[], kwarg=None):
            found = _wrapping(module, given, wrapper) if wrapper else None
            return found if found and found.calls and _are_alike(found.function, definition) else None
    return None


def _given_back(module: Module, layer: ast.FunctionDef) -> Function | None:
    """The function inside of another one that this gives back, whatever comes."""
    found = {_inside(module, layer, one.value) for one in results_of(Definition(module, layer))}
    ends = isinstance(layer.body[-1], ast.Return)
    return found.pop() if len(found) == 1 and ends else None


def _inside(module: Module, layer: ast.FunctionDef, value: ast.expr | None) -> Function | None:
    names = names_of(module)
    match value:
        case ast.Call(func=function, args=[wrapper, _]) if names.is_any(function, *_UPDATING):
            return _inside(module, layer, wrapper)
        case ast.Name():
            bound = [binding.node for binding in names.bindings(value)]
            if len(bound) == 1 and isinstance(bound[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
                return bound[0] if module.function(bound[0]) is layer else None
    return None


def _wrapping(module: Module, given: ast.arg, function: Function) -> Wrapper | None:
    """What a wrapper does with the argument of the decorator; None where that is more than calling it."""
    names = names_of(module)
    calls, reads = [], []
    for use in names.uses(names.binding(given)):
        match module.parent(use):
            case ast.Call(func=called) as call if called is use and module.function(use) is function:
                calls.append(call)
            case ast.Call(func=called) if names.is_any(called, *_KEEPING, *_UPDATING):
                continue
            case ast.Attribute(attr=name, ctx=ast.Load()) as read:
                reads += [read] if name in _OF_FUNCTIONS else []
            case _:
                return None
    keeps = (names.is_any(maker_of(one), *_KEEPING) for one in function.decorator_list)
    return Wrapper(Definition(module, function), tuple(calls), tuple(reads)) if all(keeps) else None


def _are_alike(one: Definition, other: Definition) -> bool:
    """Whether calling one runs it just as calling the other does."""
    results = [*results_of(one), *results_of(other)]
    return type(one.node) is type(other.node) and all(isinstance(result, ast.Return) for result in results)
