"""Which of a name's bindings a use can see."""

from __future__ import annotations

import ast
from itertools import takewhile

from codemods.exceptions.types.flow.stores import before
from codemods.exceptions.types.flow.ways import evaluates, ways_of
from codemods.module import LOOPS, SCOPES, Module
from codemods.names import Binding, names_of
from codemods.scopes import COMPREHENSIONS, ScopeNode

# Builtins that go through all they get before they return, or as far as they need.
_GOING_THROUGH = {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
_GOING_THROUGH = {f"builtins.{name}" for name in _GOING_THROUGH}


def reaching(module: Module, name: ast.Name) -> list[Binding]:
    """The bindings whose value `name` may have: the last one when it surely ran before, else all so far."""
    found = _reaching(module, name)
    return _not_after(module, found, name) or found if len(found) > 1 else found


def _not_after(module: Module, bindings: list[Binding], name: ast.Name) -> list[Binding]:
    """Those that do not surely run after the name is read: below it, and no loop goes round both."""
    if not isinstance(name.ctx, ast.Load):
        return bindings
    scope, own = module.scope(name), module.statement(name)
    around = [*takewhile(lambda above: above is not scope, module.ancestors(name))]
    if any(isinstance(above, ast.GeneratorExp) for above in around):  # that waits
        return bindings
    loops = {above for above in around if isinstance(above, LOOPS)}
    gives_behind = isinstance(own, (ast.Assign, ast.AnnAssign, ast.AugAssign))

    def is_after(node: ast.AST) -> bool:
        if isinstance(node, ast.arg) or module.scope(node) is not scope:
            return False
        statement = module.statement(node)
        if statement is own:
            is_later = gives_behind and not isinstance(module.parent(node), ast.NamedExpr)
        else:
            is_later = statement.lineno > (name.end_lineno or name.lineno)
        return is_later and (not loops or loops.isdisjoint(module.ancestors(node)))

    return [binding for binding in bindings if not is_after(binding.node)]


def _reaching(module: Module, name: ast.Name) -> list[Binding]:
    names = names_of(module)
    bindings = names.bindings(name)
    if len(bindings) < 2 or _home(module, name) is not names.scope(bindings[0].node):
        return bindings
    ways = ways_of(module, bindings)
    by_statement, around = ways.by_statement, ways.around
    node: ast.AST = module.statement(name)
    if isinstance(node, ast.While) and node in around:  # in its test, which each round comes back to
        return bindings
    own = by_statement.get(node, [])
    if any(isinstance(module.parent(binding.node), ast.NamedExpr) for binding in own):
        return bindings
    first_of_all = not own or isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
    parent = module.parent(node)
    elsewhere = not ways.scopes <= {module.scope(node)}  # `nonlocal name`
    since: list[Binding] = []  # those that may have run behind what is looked at
    while parent is not None:
        for earlier in reversed(before(module, node)):
            if earlier in around or earlier in by_statement:
                if (found := ways.past(earlier)) is not None:
                    return [*found, *since] if found else bindings
                if elsewhere:
                    return bindings
                since = [*ways.inside(earlier), *since]
        if isinstance(parent, ast.match_case):
            captured = [binding for binding in bindings if _is_in(module, binding.node, parent.pattern)]
            if captured:
                return [*captured, *since]
        if isinstance(parent, SCOPES):
            given = [binding for binding in bindings if isinstance(binding.node, ast.arg)]
            return [*given, *since] if given and first_of_all else bindings
        if parent in by_statement and not (isinstance(parent, ast.Try) and node in parent.body):
            bound = by_statement[parent]
            if isinstance(node, ast.ExceptHandler):  # the others give the name to their own blocks only
                bound = [binding for binding in bound if binding.node is node] or bound
            return [*bound, *since] if _binds_first(parent, node, bound) else bindings
        if parent in around and _may_run_before(parent, node):
            return bindings
        first_of_all = first_of_all and parent not in by_statement
        node, parent = parent, module.parent(parent)
    return bindings


def _home(module: Module, name: ast.Name) -> ScopeNode:
    """The scope that a name is read in, seen from where the comprehensions around it are written.

    A generator expression waits until somebody goes through it, which some do at once.
    """
    names = names_of(module)
    scope = names.scope(name)
    while isinstance(scope, COMPREHENSIONS) and (
        not isinstance(scope, ast.GeneratorExp) or _is_gone_through(module, scope)
    ):
        scope = names.scope(scope)
    return scope


def _is_gone_through(module: Module, generator: ast.GeneratorExp) -> bool:
    match module.parent(generator):
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join")):
            return True
        case ast.Call(func=function):
            return names_of(module).is_any(function, *_GOING_THROUGH)
    return False


def _binds_first(parent: ast.AST, node: ast.AST, bound: list[Binding]) -> bool:
    """Whether a statement is sure to bind the name before it comes to a block of it."""
    match parent:
        case ast.For() | ast.AsyncFor():
            return node in parent.body
        case ast.With() | ast.AsyncWith():
            return True
        case ast.Try() | ast.TryStar():
            return len(bound) == 1 and bound[0].node is node and node in parent.handlers
        case ast.If(test=asked) | ast.While(test=asked) | ast.Match(subject=asked):
            return evaluates(asked, bound)
    return False


def _may_run_before(parent: ast.AST, node: ast.AST) -> bool:
    """Whether what stands below or beside `node` in a block may have run before it: not in a `try`'s body."""
    if isinstance(parent, ast.Try):
        return node not in parent.body
    return isinstance(parent, LOOPS)


def _is_in(module: Module, node: ast.AST, pattern: ast.pattern) -> bool:
    return node is pattern or pattern in module.ancestors(node)
