"""Whether code awaits a task that other code of the file has cancelled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies._handlers import own_nodes

_CANCELS = re.compile(r"(?i)(?:^|_)cancel(?:_|$)")  # `cancel`, `_cancel_all`; not `cancelled`
# Calls that give what they are given, or wait for it, and methods that give what their object holds.
_PASSING = {"gather", "wait", "wait_for", "shield", "as_completed", "ensure_future", "run_until_complete"}
_PASSING |= {"list", "set", "tuple", "sorted", "reversed", "enumerate", "zip", "iter", "filter"}
_HELD = {"pop", "popleft", "popitem", "get", "values", "items", "copy", "difference", "union"}
_FILLING = {"append", "add", "extend", "update", "appendleft", "put_nowait", "setdefault", "insert"}
_RESULTS = {"result", "exception"}


def awaits_cancelled(try_: ast.Try | ast.TryStar, module: Module) -> bool:
    """Whether the body awaits a task that is cancelled before, or in another function for an attribute.

    By the names: `for task in tasks: task.cancel()` cancels `tasks`, and so what another loop takes from it.
    """
    awaited = [part for statement in try_.body for part in _awaited(statement, module)]
    calls = [node for node in module.nodes(ast.Call) if awaited and _cancels(node)]
    if not calls:
        return False
    here = module.function(try_)
    meant = _origins(here or module.tree, awaited, module)
    for call in calls:
        function = module.function(call)
        texts = _origins(function or module.tree, [call], module)
        same = function is here or (here is not None and here in module.ancestors(call))
        if not same:
            texts = {text for text in texts if "." in text}
        elif call.lineno > try_.body[-1].lineno:
            continue
        if texts & meant or (same and _is_owner(call, meant)):
            return True
    return False


def _awaited(statement: ast.stmt, module: Module) -> Iterator[ast.expr]:
    """What a statement waits for: `await task`, `loop.run_until_complete(task)`, `task.result()`."""
    for node in own_nodes([statement]):
        match node:
            case ast.Await(value=value):
                yield value
            case ast.Call(func=ast.Attribute(attr="run_until_complete"), args=[value, *_]):
                yield value
            case ast.Call(func=ast.Attribute(attr=attr, value=value)) if attr in _RESULTS and uses_asyncio(
                module
            ):
                yield value


def uses_asyncio(module: Module) -> bool:
    """Whether the file imports asyncio, or from it."""
    imported = (alias.name for node in module.nodes(ast.Import) for alias in node.names)
    return "asyncio" in imported or any(n.module == "asyncio" for n in module.nodes(ast.ImportFrom))


def _cancels(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return bool(_CANCELS.search(name))


def _is_owner(call: ast.Call, texts: Iterable[str]) -> bool:
    """Whether a call is `self.cancel()`, and one of the texts a part of `self`."""
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return bool(owner) and any(text.startswith(f"{owner}.") for text in texts)


def _origins(function: ast.AST, values: Iterable[ast.expr], module: Module) -> set[str]:
    """The names and attributes that values come from in a function, as they are written."""
    found = {text for value in values for text in _parts(value, module)}
    flows = [*_flows(function, module)]
    size = 0
    while size != len(found):
        size = len(found)
        for target, sources in flows:
            if target in found:
                found |= sources
    return found


def _flows(function: ast.AST, module: Module) -> Iterator[tuple[str, set[str]]]:
    """What is put into which name or attribute: by assignments, loops, and methods of collections."""
    for node in ast.walk(function):
        match node:
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                pairs = [(node.target, node.iter)]
            case ast.Assign():
                pairs = [(target, node.value) for target in node.targets]
            case ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
                pairs = [(node.target, value)]
            case ast.AugAssign():
                pairs = [(node.target, node.value)]
            case ast.Call(func=ast.Attribute(attr=attr, value=target)) if attr in _FILLING:
                pairs = [(target, value) for value in node.args]
            case _:
                continue
        for target, value in pairs:
            sources = {*_parts(value, module)}
            yield from ((text, sources) for text in _parts(target, module))


def _parts(value: ast.AST, module: Module) -> Iterator[str]:
    """The names and attributes that a value is, holds, or is taken from; not what a call makes it of."""
    match value:
        case ast.Name(id=name):
            if name not in ("self", "cls") and names_of(module).qualified(value) is None:
                yield name
        case ast.Attribute():
            yield ast.unparse(value)
        case ast.Subscript(value=holder) | ast.Starred(value=holder) | ast.Await(value=holder):
            yield from _parts(holder, module)
        case ast.Call(func=func, args=arguments):
            name = ast.unparse(func).rpartition(".")[2]
            if isinstance(func, ast.Attribute) and (name in _HELD or _CANCELS.search(name)):
                yield from _parts(func.value, module)
            if name in _PASSING or _CANCELS.search(name):
                yield from (part for argument in arguments for part in _parts(argument, module))
            if name == "all_tasks":
                yield name
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            yield from _parts(element, module)
            yield from (part for clause in value.generators for part in _parts(clause.iter, module))
        case ast.List() | ast.Tuple() | ast.Set() | ast.BinOp() | ast.BoolOp() | ast.IfExp() | ast.Dict():
            for child in ast.iter_child_nodes(value):
                yield from _parts(child, module)
