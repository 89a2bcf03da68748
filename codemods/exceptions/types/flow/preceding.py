"""What the statements right before gave a name or an attribute, also by a call: `self.connect()`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import takewhile

from codemods.exceptions.types.flow.evaluation import LATER
from codemods.exceptions.types.flow.nullness import asks_for_none
from codemods.exceptions.types.flow.stores import before, changed_on_the_way, is_local, stores_of
from codemods.exceptions.types.functions.endings import may_swallow_here
from codemods.module import LEAVING, LOOPS, Function, Module
from codemods.names import names_of
from codemods.nodes import spelled, walk
from codemods.scopes import COMPREHENSIONS

# What may run anything.
_RUNNING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.With, ast.AsyncWith, ast.AsyncFor)


def preceding_values(
    module: Module, attribute: ast.Name | ast.Attribute, lasts: bool = False
) -> list[ast.expr]:
    """What the statements before gave the attribute, when nothing was called since that could change it.

    Or what an `if self.value is None:` gave it, behind which it is that, or was not None before. `lasts`:
    whatever is called since, nothing makes it None again.
    """
    changing = stores_of(module).around(attribute)
    text, node = spelled(attribute), module.statement(attribute)
    if isinstance(node, LOOPS) or (not lasts and _is_called_before(module, attribute, node)):
        return []
    while True:
        for earlier in reversed(before(module, node)):
            match earlier:
                case ast.Assign() | ast.AnnAssign() if given := _given_by(module, earlier, text):
                    return given
                case ast.If(body=body, orelse=[]) if _asks_first(earlier, text):
                    return _given_in(module, body, attribute, lasts)
                case ast.Expr() if given := _given_by_call(module, earlier, attribute, lasts):
                    return given
            if earlier in changing or (not lasts and _runs([earlier])):
                return []
        above = module.parent(node)
        if not _leads_straight_to(above, node, lasts and above not in changing):
            return []
        assert isinstance(above, ast.stmt)
        node = above


def _given_in(
    module: Module, block: list[ast.stmt], asked: ast.Name | ast.Attribute, lasts: bool
) -> list[ast.expr]:
    """What the last statement of a block that gives it anything does, behind which nothing changes it."""
    text = spelled(asked)
    for statement in reversed(block):
        if given := _given_by(module, statement, text) or _given_by_call(module, statement, asked, lasts):
            return given
        stores = (n for n in walk([statement]) if isinstance(n, ast.Attribute) and spelled(n) == text)
        if any(not isinstance(one.ctx, ast.Load) for one in stores) or (not lasts and _runs([statement])):
            return []
    return []


def _given_by_call(
    module: Module, statement: ast.stmt, asked: ast.Name | ast.Attribute, lasts: bool
) -> list[ast.expr]:
    """What a function that is called gives a variable of the file, or a method an attribute of its object.

    Only one that cannot end without that, and with nothing behind it that may change it.
    """
    text, changing = spelled(asked), stores_of(module).around(asked)
    given: list[ast.expr] = []
    for each in ((function := _called(module, statement, asked)) and function.body) or ():
        may_change = each in changing or (not lasts and _runs([each]))
        may_end = _returns(each) and (may_change or not _asks_after(each, text))
        if found := _given_by(module, each, text):
            given = found
        if may_end if found or not given else may_change:
            return []
    return given


def _returns(statement: ast.stmt) -> bool:
    return any(isinstance(part, ast.Return) for part in walk([statement], without=LATER))


def _asks_after(statement: ast.stmt, text: str) -> bool:
    """Whether it ends a function where there is a value already: `if self.client: return`."""
    match statement:
        case ast.If(test=ast.Compare(ops=[ast.IsNot()]) as test, orelse=[]):
            return asks_for_none(test, text)
        case ast.If(test=test, orelse=[]):
            return spelled(test) == text
    return False


def _called(module: Module, statement: ast.stmt, asked: ast.Name | ast.Attribute) -> Function | None:
    """The function of the file, or the method of the same object, that a statement does nothing but call."""
    match statement:
        case ast.Expr(value=ast.Call(func=called)):
            kind: type[Function] = ast.FunctionDef
        case ast.Expr(value=ast.Await(value=ast.Call(func=called))):
            kind = ast.AsyncFunctionDef
        case _:
            return None
    found: list[ast.AST] = []
    around = module.function(asked)
    match called, asked:
        case ast.Name(), ast.Name() if not is_local(module, asked):
            found = [binding.node for binding in names_of(module).bindings(called)]
        case ast.Attribute(value=ast.Name(id="self"), attr=name), ast.Attribute(value=ast.Name(id="self")):
            owner = module.parent(around) if around else None
            methods = names_of(module).bindings_in(owner) if isinstance(owner, ast.ClassDef) else {}
            found = [binding.node for binding in methods.get(name, ())]
    match found:
        case [ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]) as function]:
            parts = [*walk(function.body, without=LATER)]
            own = isinstance(asked, ast.Attribute) or any(
                isinstance(part, ast.Global) and asked.id in part.names for part in parts
            )
            waits = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in parts)
            return function if own and not waits and isinstance(function, kind) else None
    return None


def _runs(nodes: Sequence[ast.AST]) -> bool:
    """Whether anything is called there."""
    return any(isinstance(part, _RUNNING) for part in walk(nodes))


def _leads_straight_to(above: ast.AST | None, node: ast.AST, lasts: bool) -> bool:
    """Whether a block begins when what stands before its statement is done, and nothing is called first."""
    match above:
        case ast.Try() | ast.TryStar():
            return node in above.body
        case ast.If(test=test):
            return lasts or not _runs([test])
        case ast.With() | ast.AsyncWith() | ast.For() | ast.AsyncFor() | ast.While():
            return lasts
    return False


def _is_called_before(module: Module, attribute: ast.Name | ast.Attribute, statement: ast.stmt) -> bool:
    """Whether a statement calls anything before it reads an attribute, or reads it later or often."""
    around = [*takewhile(lambda above: above is not statement, module.ancestors(attribute))]
    if any(isinstance(above, (ast.Lambda, *COMPREHENSIONS)) for above in around):
        return True
    place = (attribute.lineno, attribute.col_offset)
    running = (part for part in walk(_before_blocks(statement)) if isinstance(part, _RUNNING))
    inside = (part for part in running if part is not statement and part not in around)
    return any((part.lineno, part.col_offset) < place for part in inside)


def _before_blocks(statement: ast.stmt) -> Sequence[ast.AST]:
    """What is evaluated of a statement before its blocks, in which nothing runs before; all of any other."""
    match statement:
        case ast.If(test=first) | ast.Match(subject=first):
            return [first]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return items
    return [statement]


def filled_in(module: Module, name: ast.Name) -> ast.If | None:
    """The `if name is None: name = …` behind which no earlier value of a local name is None.

    Or one that asks `isinstance`: what it asks does not hold for an earlier value that is still there.
    """
    bindings = names_of(module).bindings(name)
    if not is_local(module, name) or any(isinstance(module.parent(b.node), ast.NamedExpr) for b in bindings):
        return None
    changing = stores_of(module).around(name)
    node: ast.AST = name
    for above in module.ancestors(name):
        for earlier in reversed(before(module, node)):
            if earlier in changing:
                if isinstance(earlier, ast.If) and _fills_in(module, earlier, name.id):
                    return earlier
                return None
        if isinstance(above, LATER) or changed_on_the_way(above, node, changing):
            return None
        node = above
    return None


def _fills_in(module: Module, statement: ast.If, name: str) -> bool:
    """Whether it gives the name another value where that is None, or of a class, or of none."""
    asks = _asks_first(statement, name) or any(_asks_for_class(t, name) for t in _either(statement.test))
    return asks and any(_given_by(module, each, name) for each in statement.body)


def _asks_first(statement: ast.If, text: str) -> bool:
    """Whether its body runs wherever something is None."""
    return any(asks_for_none(t, text) and not _is_not(t) for t in _either(statement.test))


def _either(test: ast.expr) -> list[ast.expr]:
    """The conditions one of which is enough."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]


def _asks_for_class(test: ast.expr, name: str) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call) | (ast.Call() as call):
            return spelled(call.func) == "isinstance" and bool(call.args) and spelled(call.args[0]) == name
    return False


def _is_not(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.IsNot, ast.NotEq))


def _given_by(module: Module, statement: ast.stmt, text: str) -> list[ast.expr]:
    """The values one of which a statement gives a name or attribute wherever what follows it runs; else none.

    The last statement of a block is what is looked at: one before it may not be the last to give it any.
    """
    blocks: list[list[ast.stmt]] = []
    match statement:
        case ast.Assign(targets=targets, value=value) if text in map(spelled, targets):
            return [value]
        case ast.AnnAssign(target=target, value=ast.expr() as value) if spelled(target) == text:
            return [value]
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
            blocks = [body, *(h.body for h in handlers if not isinstance(h.body[-1], LEAVING))]
        case ast.With(body=body, items=items) if not any(may_swallow_here(module, one) for one in items):
            blocks = [body]
        case ast.If(body=body, orelse=orelse) if orelse or _asks_first(statement, text):
            blocks = [body, orelse] if orelse else [body]
    given = [_given_by(module, block[-1], text) for block in blocks]
    return [value for values in given for value in values] if all(given) else []
