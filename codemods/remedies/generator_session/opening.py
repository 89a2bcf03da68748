"""The places where a session is taken out of a generator by hand, and the variable that gets it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.remedies.generator_session.provider import Refused, is_closer


@dataclass(frozen=True, slots=True)
class Opening:
    """`call` takes the session out of what `source` makes; `generator` names that on a line before."""

    call: ast.Call
    source: ast.Call
    is_async: bool
    generator: ast.Name | None = None


def opening_at(module: Module, node: ast.Call) -> Opening | None:
    """The node as `next(x())`, `x().__next__()`, or `next(g)` where `g = x()`; their async twins."""
    names, function = names_of(module), node.func
    if isinstance(function, ast.Name) and function.id in ("next", "anext") and not names.bindings(function):
        source, is_async = (node.args or [function])[0], function.id == "anext"
    elif isinstance(function, ast.Attribute) and function.attr in ("__next__", "__anext__"):
        source, is_async = function.value, function.attr == "__anext__"
    else:
        return None
    if isinstance(source, ast.Call):
        return Opening(node, source, is_async)
    if not isinstance(source, ast.Name) or len(names.bindings(source)) != 1:
        return None
    (binding,) = names.bindings(source)
    assignment = module.parent(binding.node)
    if not isinstance(assignment, ast.Assign) or not isinstance(assignment.value, ast.Call):
        return None
    uses = [use for use in names.uses(binding) if use not in (source, binding.node)]
    if any(_is_in_finally(module, use) or not is_closer(module.statement(use), {use.id}) for use in uses):
        return None  # somebody ends the generator, or resumes it by hand
    return Opening(node, assignment.value, is_async, source)


def value_of(module: Module, opening: Opening) -> ast.expr:
    """The expression that is the session: the call, or the `await` of it."""
    above = module.parent(opening.call)
    return above if opening.is_async and isinstance(above, ast.Await) else opening.call


def is_left_to_others(module: Module, opening: Opening) -> bool:
    """Whether the session is dropped at once or closes itself: `with next(get_db()) as db:`."""
    return isinstance(module.parent(value_of(module, opening)), (ast.withitem, ast.Expr))


def _is_in_finally(module: Module, node: ast.AST) -> bool:
    child = node
    for above in module.ancestors(node):
        if isinstance(above, (ast.Try, ast.TryStar)) and child in above.finalbody:
            return True
        child = above
    return False


def target_of(module: Module, value: ast.expr) -> ast.Name:
    """The variable that gets the session and is no one else's. Raises Refused."""
    statement = module.parent(value)
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    elif isinstance(statement, ast.Return):
        raise Refused("the session is returned, so whoever gets it must close it")
    if not targets:
        raise Refused("the session is opened inside an expression: open it on a line of its own first")
    (target, *others) = targets
    if not isinstance(target, ast.Name) or others:
        raise Refused("the session is stored and outlives this block")
    _check_scope(module, target)
    return target


def _check_scope(module: Module, target: ast.Name) -> None:
    names, scope = names_of(module), module.scope(target)
    if isinstance(scope, ast.ClassDef):
        raise Refused("the session belongs to a class and lives as long as it")
    if target.id not in names.bindings_in(scope):
        raise Refused(f"`{target.id}` is global or nonlocal, so others use the session too")
    if any(names.scope(b.node) is not scope for b in names.bindings(target)):
        raise Refused(f"a function defined here gives `{target.id}` another value")
    if not isinstance(scope, FUNCTIONS) and not _is_main_guarded(module, target):
        raise Refused("the session is opened at module level and belongs to whoever imports the file")


def _is_main_guarded(module: Module, node: ast.AST) -> bool:
    tests = [ast.unparse(a.test) for a in module.ancestors(node) if isinstance(a, ast.If)]
    return any(test.startswith("__name__ ==") for test in tests)


def acquisition(module: Module, opening: Opening, target: ast.Name) -> tuple[ast.stmt, ...]:
    """The statements that open the session, each alone on its lines. Raises Refused."""
    statement = module.statement(target)
    block, index = module.siblings(statement)
    acquire: tuple[ast.stmt, ...] = (statement,)
    if opening.generator is not None:
        maker = module.statement(opening.source)
        if not index or block[index - 1] is not maker:
            raise Refused(f"`{opening.generator.id}` is made elsewhere; make it right before `next`")
        acquire = (maker, statement)
    shared = index + 1 < len(block) and block[index + 1].lineno == statement.end_lineno
    if shared or not all(map(module.starts_line, acquire)):
        raise Refused("the session is opened on a line that it shares: give it a line of its own first")
    return acquire
