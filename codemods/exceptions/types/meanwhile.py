"""Whether a value may be None where it is used, by what is done with it before and said of it after."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import takewhile

from codemods.exceptions.hierarchy import BROAD
from codemods.exceptions.types.endings import may_swallow_here
from codemods.exceptions.types.stores import before, changed_on_the_way, stores_of
from codemods.module import FUNCTIONS, LEAVING, LOOPS, Module
from codemods.names import names_of
from codemods.nodes import constant_last, spelled, walk
from codemods.scopes import COMPREHENSIONS

# What takes no None for its first argument, in any version and on any platform.
_OF_PATHS = ("basename", "dirname", "exists", "getsize", "isdir", "isfile", "join", "split", "splitext")
_BUILTINS = ("float", "int", "iter", "len", "open", "sorted")
_REFUSING = (*map("os.path.{}".format, _OF_PATHS), *map("builtins.{}".format, _BUILTINS))
_LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
_RUNNING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)  # what may run anything


def may_turn_none(module: Module, attribute: ast.Name | ast.Attribute) -> bool:
    """Whether a handler around asks if the attribute is None: others set it while the body runs."""
    text = spelled(attribute)
    node: ast.AST = attribute
    for above in module.ancestors(attribute):
        if isinstance(above, (ast.Try, ast.TryStar)) and node in above.body:
            inside = walk(above.handlers, without=_LATER)
            tests = (n.test for n in inside if isinstance(n, (ast.If, ast.IfExp, ast.While)))
            if any(_asks_for_none(part, text) for test in tests for part in ast.walk(test)):
                return True
        if isinstance(above, _LATER):
            return False
        node = above
    return False


def _asks_for_none(part: ast.AST, text: str) -> bool:
    match constant_last(part) if isinstance(part, ast.Compare) else part:
        case ast.Compare(
            left=left,
            ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq()],
            comparators=[ast.Constant(value=None)],
        ):
            return spelled(left) == text
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return spelled(operand) == text
    return False


def fails_again(module: Module, value: ast.expr) -> bool:
    """Whether the handler for all errors around also does with a value what nobody can do with None.

    `session.rollback()` in it: whoever wrote that has not thought of a session that is None.
    """
    text = spelled(value)
    node: ast.AST = value
    for above in module.ancestors(value):
        if isinstance(above, (ast.Try, ast.TryStar)) and node in above.body:
            broad = [h for h in above.handlers if h.type is None or spelled(h.type) in BROAD]
            if broad:
                return any(_uses(module, _evaluated(each), text) for each in broad[0].body)
        if isinstance(above, _LATER):
            return False
        node = above
    return False


def was_used(module: Module, expression: ast.Name | ast.Attribute) -> bool:
    """Whether code that has run before did with the value what nobody can do with None.

    Only for what no other function can change: local names, and what is read through them.
    """
    root = next((n for n in ast.walk(expression) if isinstance(n, ast.Name)), None)
    if root is None or not is_local(module, root):
        return False
    text = spelled(expression)
    return any(_uses(module, nodes, text) for nodes in _evaluated_before(module, expression))


def was_read(module: Module, attribute: ast.Attribute) -> bool:
    """Whether code that has run before has read the attribute, so that it is there."""
    text = spelled(attribute)
    return any(
        isinstance(node, ast.Attribute) and spelled(node) == text
        for nodes in _evaluated_before(module, attribute)
        for node in evaluated_in(nodes)
    )


def just_given(module: Module, attribute: ast.Name | ast.Attribute, lasts: bool = False) -> list[ast.expr]:
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
                    return _given_in(module, body, text, lasts)
            if earlier in changing or (not lasts and _runs([earlier])):
                return []
        above = module.parent(node)
        if not _leads_straight_to(above, node, lasts and above not in changing):
            return []
        assert isinstance(above, ast.stmt)
        node = above


def _given_in(module: Module, block: list[ast.stmt], text: str, lasts: bool) -> list[ast.expr]:
    """What the last statement of a block that gives it anything does, behind which nothing changes it."""
    for statement in reversed(block):
        if given := _given_by(module, statement, text):
            return given
        stores = (n for n in walk([statement]) if isinstance(n, ast.Attribute) and spelled(n) == text)
        if any(not isinstance(one.ctx, ast.Load) for one in stores) or (not lasts and _runs([statement])):
            return []
    return []


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
    running = (part for part in walk([statement]) if isinstance(part, _RUNNING) and part not in around)
    return any((part.lineno, part.col_offset) < place for part in running)


def _evaluated_before(module: Module, expression: ast.Name | ast.Attribute) -> Iterator[list[ast.AST]]:
    """What was evaluated before the expression, since it got its value, nearest first."""
    changing = stores_of(module).around(expression)
    node: ast.AST = expression
    for above in module.ancestors(expression):
        for earlier in reversed(before(module, node)):
            if earlier in changing:
                return
            yield _evaluated(earlier)
        if isinstance(above, _LATER) or (isinstance(above, LOOPS) and above in changing):
            return
        if isinstance(node, ast.stmt) and node in getattr(above, "body", ()):
            yield _evaluated(above)
        if changed_on_the_way(above, node, changing):
            return
        node = above


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
        if isinstance(above, _LATER) or changed_on_the_way(above, node, changing):
            return None
        node = above
    return None


def _fills_in(module: Module, statement: ast.If, name: str) -> bool:
    """Whether it gives the name another value where that is None, or of a class, or of none."""
    asks = _asks_first(statement, name) or any(_asks_for_class(t, name) for t in _either(statement.test))
    return asks and any(_given_by(module, each, name) for each in statement.body)


def _asks_first(statement: ast.If, text: str) -> bool:
    """Whether its body runs wherever something is None."""
    return any(_asks_for_none(t, text) and not _is_not(t) for t in _either(statement.test))


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


def is_local(module: Module, name: ast.Name) -> bool:
    """Whether a name is a variable of the function that it stands in, and `self` and `cls` are none."""
    scope = module.scope(name)
    bindings = names_of(module).bindings(name)
    local = bool(bindings) and all(names_of(module).scope(b.node) is scope for b in bindings)
    return local and isinstance(scope, FUNCTIONS) and name.id not in ("self", "cls")


def _evaluated(statement: ast.AST) -> list[ast.AST]:
    """What is evaluated whenever a statement begins: all of a simple one."""
    match statement:
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
            return [ast.Starred(iterable)]  # goes through it, as this does
        case ast.If(test=first) | ast.While(test=first) | ast.Match(subject=first):
            return [first]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [items[0].context_expr]
        case ast.Try() | ast.TryStar() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return []
        case ast.stmt():
            return [statement]
    return []  # a handler, a case


def _uses(module: Module, nodes: Sequence[ast.AST], text: str) -> bool:
    for node in evaluated_in(nodes):
        match node:
            case ast.Attribute(value=used) | ast.Subscript(value=used) | ast.Starred(value=used):
                found = spelled(used) == text
            case ast.Compare(ops=[*_, ast.In() | ast.NotIn()], comparators=[*_, used]):
                found = spelled(used) == text
            case ast.Call(func=called, args=[used, *_]) if spelled(used) == text:
                found = names_of(module).is_any(called, *_REFUSING)
            case _:
                found = False
        if found:
            return True
    return False


def evaluated_in(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that are evaluated when all goes well, whatever the values are."""
    for node in walk(nodes, without=(*_LATER, ast.BoolOp, ast.Compare, ast.IfExp, *COMPREHENSIONS)):
        yield node
        if isinstance(node, ast.BoolOp):
            yield from evaluated_in(node.values[:1])
        elif isinstance(node, ast.Compare):  # `a < b < c` may end with `a < b`
            yield from evaluated_in([node.left, node.comparators[0]])
        elif isinstance(node, ast.IfExp):
            yield from evaluated_in([node.test])
        elif isinstance(node, COMPREHENSIONS):
            yield from evaluated_in([node.generators[0].iter])
