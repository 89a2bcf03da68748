"""Which conditions hold where an expression stands: of the `if`, `while`, `assert` and `match` around it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from codemods.control import leaves_block
from codemods.exceptions.types.flow.stores import before, changed_on_the_way, stores_of
from codemods.module import SCOPES, Module
from codemods.nodes import constant_last, spelled
from codemods.scopes import COMPREHENSIONS

# Where tests of what stands inside are, and where looking for them ends.
_LOOKED_AT = frozenset((ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.match_case, *SCOPES, *COMPREHENSIONS))
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}


def true_tests(module: Module, expression: ast.expr) -> Iterator[ast.expr]:
    """The conditions that hold where the expression stands, nearest first.

    A block that binds one of its names again, up to the end of the statement that the expression stands in,
    is not looked at closely: the tests above do not count.
    """
    changing = stores_of(module).around(expression)
    node: ast.AST = expression
    for above in module.ancestors(expression):
        if above.__class__ not in _LOOKED_AT and not isinstance(node, ast.stmt):
            if changed_on_the_way(above, node, changing):
                return
            node = above
            continue
        if node in changing and isinstance(node, ast.stmt) and is_bound_inside(module, node, changing):
            return
        earlier = _run_before(module, above, node)
        yield from _held_behind(module, earlier, changing)
        if any(statement in changing for statement in earlier):
            return
        if above.__class__ in _LOOKED_AT:
            if node in changing and _is_given_another(module, above, node, expression, changing):
                return
            yield from _held_in(module, above, node, changing)
        if isinstance(above, SCOPES):
            return
        if changed_on_the_way(above, node, changing):
            return
        node = above


def _is_given_another(
    module: Module, above: ast.AST, node: ast.AST, expression: ast.expr, changing: Collection[ast.AST]
) -> bool:
    """Whether the test of `above` may not be true any more, for its part `node` gives another value."""
    match above:
        case ast.If(test=test):
            return node is not test and not _changes_later(module, expression, changing)
        case ast.While(body=body):
            return node in body
        case ast.match_case():
            return isinstance(node, ast.stmt)
    return False


def _held_in(
    module: Module, above: ast.AST, node: ast.AST, changing: Collection[ast.AST]
) -> Iterable[ast.expr]:
    """What holds in the part `node` of what tests something, the last first."""
    match above:
        case ast.If(test=test, body=body) if node is not test:
            return reversed((_conjuncts if node in body else negated)(test, changing))
        case ast.While(test=test, body=body) if node in body:
            return reversed(_conjuncts(test, changing))
        case ast.match_case() if isinstance(node, ast.stmt):
            return _matched(module, above)
        case ast.IfExp(test=test, body=one) if node is not test:
            return reversed((_conjuncts if node is one else negated)(test, changing))
        case ast.BoolOp(op=operator, values=values) if node in values:
            earlier = _from_last(values[: values.index(node)], changing)
            holds = _conjuncts if isinstance(operator, ast.And) else negated
            return (part for test in earlier[::-1] for part in reversed(holds(test, changing)))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            if not isinstance(node, ast.comprehension):
                return (test for clause in above.generators for test in clause.ifs)
    return ()


def holds_any(module: Module, expression: ast.expr, tests: Collection[str]) -> bool:
    """Whether one of these conditions, as they are spelled, holds where the expression stands."""
    return any(spelled(test) in tests for test in true_tests(module, expression))


def _matched(module: Module, case: ast.match_case) -> Iterator[ast.expr]:
    """What a `case` says of the subject, in the words of `isinstance` and `is not None`."""
    statement = module.parent(case)
    assert isinstance(statement, ast.Match)
    if classes := _classes(case.pattern):
        yield _isinstance(statement.subject, classes)
    for earlier in statement.cases[: statement.cases.index(case)]:
        match earlier:
            case ast.match_case(pattern=ast.MatchSingleton(value=None), guard=None):
                yield ast.Compare(statement.subject, [ast.IsNot()], [ast.Constant(None)])
            case ast.match_case(pattern=ast.MatchClass(cls=kind, patterns=[], kwd_patterns=[]), guard=None):
                yield ast.UnaryOp(ast.Not(), _isinstance(statement.subject, [kind]))


def _isinstance(tested: ast.expr, classes: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name("isinstance"), [tested, ast.Tuple(classes)], [])


def _classes(pattern: ast.pattern) -> list[ast.expr]:
    """The classes one of which a value is an instance of that the pattern matches; none: of any."""
    match pattern:
        case ast.MatchClass(cls=kind):
            return [kind]
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _classes(inner)
        case ast.MatchOr(patterns=parts):
            found = [_classes(part) for part in parts]
            return [kind for one in found for kind in one] if all(found) else []
    return []


def _run_before(module: Module, above: ast.AST, node: ast.AST) -> list[ast.stmt]:
    """The statements before one in its block, and before its `else` in the body of the `try`."""
    match above:
        case ast.Try() | ast.TryStar() if node in above.orelse:
            return [*above.body, *before(module, node)]
    return before(module, node)


def _held_behind(
    module: Module, statements: list[ast.stmt], changing: Collection[ast.AST]
) -> Iterator[ast.expr]:
    """What holds where all of these have run, nearest first, up to one that gives another value."""
    for statement in reversed(statements):
        if isinstance(statement, (ast.If, ast.Assert)):
            yield from reversed(_held_after(module, statement, changing))
        elif isinstance(statement, (ast.Try, ast.TryStar)) and _has_run(module, statement):
            run = [*statement.body, *statement.orelse, *statement.finalbody]
            yield from _held_behind(module, run, changing)
        if statement in changing:
            return


def _has_run(module: Module, statement: ast.Try | ast.TryStar) -> bool:
    """Whether what comes behind a `try` is reached only where nothing in its body went wrong."""
    return all(leaves_block(module, handler.body[-1]) for handler in statement.handlers)


def _held_after(
    module: Module, statement: ast.If | ast.Assert, changing: Collection[ast.AST]
) -> list[ast.expr]:
    """What holds behind `assert test`, or behind `if test: return`."""
    if isinstance(statement, ast.Assert):
        return _conjuncts(statement.test, changing)
    if not statement.orelse and leaves_block(module, statement.body[-1]):
        return negated(statement.test, changing)
    return []


def negated(test: ast.expr, changing: Collection[ast.AST] = ()) -> list[ast.expr]:
    """What holds where a test does not, and nothing of it is said of values that it changes behind that."""
    match constant_last(test):
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _conjuncts(inner, changing)
        case ast.BoolOp(op=ast.Or(), values=values):
            return [part for value in _from_last(values, changing) for part in negated(value, changing)]
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None) as none]):
            return [ast.Compare(left, [ast.IsNot()], [none])]
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type")) as left, ops=[ast.IsNot()], comparators=kinds
        ):
            return [ast.copy_location(ast.Compare(left, [ast.Is()], kinds), test)]
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if operator.__class__ in _OPPOSITE:
            opposite = _OPPOSITE[operator.__class__]()
            return [ast.copy_location(ast.Compare(left, [opposite], [right]), test)]
        case ast.Call(func=ast.Name(id="isinstance")):
            return [ast.UnaryOp(ast.Not(), test)]
    return []


def _conjuncts(test: ast.expr, changing: Collection[ast.AST]) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [part for value in _from_last(test.values, changing) for part in _conjuncts(value, changing)]
    return [constant_last(test)]


def _from_last(values: list[ast.expr], changing: Collection[ast.AST]) -> list[ast.expr]:
    """The last that gives another value, and those behind it: `x := ask()` of `x and (x := ask())`."""
    return values[max((place for place, value in enumerate(values) if value in changing), default=0) :]


def _changes_later(module: Module, expression: ast.expr, changing: Collection[ast.AST]) -> bool:
    """Whether the statement around a name or attribute gives it another value only behind it, if at all.

    `name = int(name)` gives it another value when all the rest is done, also in the body of a `try` whose
    handlers bind it: what may run before, in the statements around, has been looked at on the way.
    """
    own = module.statement(expression)
    is_later = own not in changing or _is_in_value(own, expression)
    return is_later and isinstance(expression, (ast.Name, ast.Attribute))


def is_bound_inside(module: Module, statement: ast.stmt, changing: Collection[ast.AST]) -> bool:
    """Whether an expression of the statement itself gives another value: `print(x := ask(), x)`."""
    return any(isinstance(one, ast.NamedExpr) and module.statement(one) is statement for one in changing)


def _is_in_value(statement: ast.AST, expression: ast.expr) -> bool:
    """Whether it is a part of what an assignment binds, and binds nothing in it."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    parts = [*ast.walk(statement.value)]
    return any(part is expression for part in parts) and not any(isinstance(p, ast.NamedExpr) for p in parts)
