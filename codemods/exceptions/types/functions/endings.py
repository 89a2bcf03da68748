"""Where functions give values, and whether they may end without."""

from __future__ import annotations

import ast
from typing import TypeAlias

from codemods.control import ENDINGS, RAISING, always_raises, falls_through
from codemods.exceptions.outline import outline_of
from codemods.exceptions.types.classes.bases import owner_of
from codemods.exceptions.types.notation import NONE
from codemods.exceptions.types.targets import Inference
from codemods.module import FUNCTIONS, SCOPES, Module
from codemods.names import names_of
from codemods.nodes import spelled, walk
from codemods.project import Definition

_Result: TypeAlias = ast.Return | ast.Yield | ast.YieldFrom

_Around: TypeAlias = ast.Try | ast.TryStar | ast.With | ast.AsyncWith

_AROUND = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
_MOST_INSIDE = 3  # managers of the file that enter each other
_ENDING_NOTHING = frozenset(
    {"io.TextIOWrapper", "io.BufferedReader", "io.BufferedWriter", "io.BufferedRandom", "socket.socket"}
    | {"threading.Lock", "threading.RLock", "asyncio.Lock", "sqlite3.Connection"}
    | {"zipfile.ZipFile", "tarfile.TarFile"}
)
_LEAVING = ("__exit__", "__aexit__")
_AWAY = (ast.Return, ast.Break, ast.Continue)  # ends a handler or a `finally`, and what comes with it
_NEVER_RETURNING = frozenset(
    {*ENDINGS, *RAISING} | {"argparse.ArgumentParser.error", "argparse.ArgumentParser.exit"}
)


def results_of(definition: Definition) -> tuple[_Result, ...]:
    """Where a function gives a value, not those inside of it."""
    return tuple(definition.module.derive(_results).get(definition.node, ()))


def _results(module: Module) -> dict[ast.AST, list[_Result]]:
    """The places of one file where functions give values, by function."""
    found: dict[ast.AST, list[_Result]] = {}
    kinds: list[_Result] = module.nodes(ast.Return, ast.Yield, ast.YieldFrom)
    for node in kinds:
        found.setdefault(module.scope(node), []).append(node)
    return found


def may_end(values: Inference, definition: Definition) -> bool:
    """Whether control can reach the end of a function, which then gives None."""
    module, function = definition.module, definition.node
    assert isinstance(function, FUNCTIONS)

    def leaves(statement: ast.stmt) -> bool:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return False
        target = values.target(module, call.func)
        called = [*(fact.name for fact in target.facts), names_of(module).qualified(call.func) or ""]
        return any(name in _NEVER_RETURNING for name in called) or (
            bool(target.definitions) and all(_never_returns(values, one) for one in target.definitions)
        )

    return falls_through(function.body, leaves, lambda item: may_swallow(values, module, item))


def _never_returns(values: Inference, definition: Definition) -> bool:
    """Whether a function ends by a `raise`, or by an exit, whatever is given."""
    ends = always_raises(definition.node)
    match definition.node:
        case ast.FunctionDef(body=[*_, ast.Expr(value=ast.Call(func=called))]):
            named = names_of(definition.module).is_any(called, *_NEVER_RETURNING)
            ends = named and not results_of(definition)
    return ends and not may_be_overridden(values, definition)


def may_be_overridden(values: Inference, method: Definition) -> bool:
    """Whether an instance of its class may have something else in the place of a method.

    Of a class below, which may have it from one beside, or what was put there: `self.load = load`.
    """
    owner, node = owner_of(method), method.node
    if owner is None or isinstance(node, ast.ClassDef):
        return False
    below = outline_of(values.project).descendants(owner)
    meant = [values.member(one, node.name) for one in (owner, *(below or ()))]
    return below is None or any(
        one.is_unsure or [found.node for found in one.definitions] != [node] for one in meant
    )


def may_swallow(values: Inference, module: Module, item: ast.withitem) -> bool:
    """Whether a context manager may end what its block raises: one of others only if it is made for that."""
    manager = item.context_expr
    made_by = values.target(module, manager.func) if isinstance(manager, ast.Call) else None
    if made_by and any(fact.name == "contextlib.suppress" for fact in made_by.facts):
        return True
    generators = [one for one in made_by.definitions if isinstance(one.node, FUNCTIONS)] if made_by else []
    classes = [kind.definition for kind in values.seen(module, manager) if kind.definition]
    leaving = [
        one for owner in classes for name in _LEAVING for one in values.member(owner, name).definitions
    ]
    return any(map(_goes_on, generators)) or any(_may_be_true(one, values) for one in leaving)


def may_swallow_here(module: Module, item: ast.withitem, depth: int = 0) -> bool:
    """As `may_swallow`, as far as this file alone tells: `with suppress(OSError):`."""
    manager = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
    names = names_of(module)
    if names.is_any(manager, "contextlib.suppress"):
        return True
    bound = [one.node for one in names.bindings(manager)] if isinstance(manager, ast.Name) else []
    for owner in (node for node in bound if isinstance(node, ast.ClassDef)):
        bound += [one.node for name in _LEAVING for one in names.bindings_in(owner).get(name, ())]
    functions = [Definition(module, node) for node in bound if isinstance(node, FUNCTIONS)]
    return any(_goes_on(one, depth) or (one.node.name in _LEAVING and _may_be_true(one)) for one in functions)


def _goes_on(definition: Definition, depth: int = 0) -> bool:
    """Whether a generator may catch what is thrown in at a `yield`, and end it."""
    blocks = [node for node in walk([definition.node]) if isinstance(node, _AROUND)]
    around = [one for one in blocks if any(isinstance(node, ast.Yield) for node in walk(one.body))]
    return any(_ends_what_comes(definition.module, one, depth) for one in around)


def _ends_what_comes(module: Module, block: _Around, depth: int) -> bool:
    if isinstance(block, (ast.With, ast.AsyncWith)):
        return depth < _MOST_INSIDE and any(may_swallow_here(module, one, depth + 1) for one in block.items)
    if any(isinstance(node, _AWAY) for node in walk(block.finalbody, without=SCOPES)):
        return True
    return not all(map(_raises_again, block.handlers))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    away = any(isinstance(node, _AWAY) for node in walk(handler.body, without=SCOPES))
    return isinstance(handler.body[-1], ast.Raise) and not away


def _may_be_true(definition: Definition, values: Inference | None = None, depth: int = 0) -> bool:
    """Whether an `__exit__` may say that the exception ends here, by its types where there are `values`."""
    module, results = definition.module, results_of(definition)
    given = [result.value for result in results if result.value]
    told = [one for one in given if not (isinstance(one, ast.Constant) and not one.value)]
    if values is None or not all(isinstance(result, ast.Return) for result in results):
        return bool(told)
    return any(
        values.seen(module, one) != NONE and not _is_told_by_another(values, module, one, depth)
        for one in told
    )


def _is_told_by_another(values: Inference, module: Module, value: ast.expr, depth: int) -> bool:
    """Whether a function or manager is asked that ends nothing either: `self.lock.__exit__(*error)`."""
    value = value.value if isinstance(value, ast.Await) else value
    if not isinstance(value, ast.Call) or depth >= _MOST_INSIDE:
        return False
    target = values.target(module, value.func)
    if target.known and target.definitions:
        is_above = spelled(value.func).startswith("super().")
        return all(
            (is_above or not may_be_overridden(values, one)) and not _may_be_true(one, values, depth + 1)
            for one in target.definitions
        )
    match value.func:
        case ast.Attribute(value=manager, attr="__exit__" | "__aexit__"):
            kinds = values.seen(module, manager)
            return bool(kinds) and all(kind.name in _ENDING_NOTHING for kind in kinds)
    return False
