"""Which of a name's bindings a use can see, and which tests hold there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.meanwhile import evaluated_in
from codemods.exceptions.types.stores import before, changed_on_the_way, only_after, stores_of
from codemods.module import FUNCTIONS, LOOPS, SCOPES, Module
from codemods.names import COMPREHENSIONS, Binding, names_of

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
# Context managers that let every exception pass.
_PASSING_ON = {f"{module}.open" for module in ("builtins", "io", "codecs", "gzip", "bz2", "lzma", "tarfile")}
_PASSING_ON |= {"zipfile.ZipFile", "urllib.request.urlopen", "socket.socket", "tempfile.TemporaryDirectory"}
_PASSING_ON |= {"tempfile.NamedTemporaryFile", "subprocess.Popen"}
_ALWAYS_BIND = (ast.Assign, ast.AnnAssign, ast.With, ast.Import, ast.ImportFrom)


def reaching(module: Module, name: ast.Name) -> list[Binding]:
    """The bindings whose value `name` may have: the last one when it surely ran before, else all so far."""
    found = _reaching(module, name)
    return [one for one in found if not only_after(module, one, name)] or found if len(found) > 1 else found


def _reaching(module: Module, name: ast.Name) -> list[Binding]:
    names = names_of(module)
    bindings = names.bindings(name)
    if len(bindings) < 2 or names.scope(name) is not names.scope(bindings[0].node):
        return bindings
    by_statement: dict[ast.AST, list[Binding]] = {}
    for binding in bindings:
        if not isinstance(binding.node, ast.arg):
            by_statement.setdefault(module.statement(binding.node), []).append(binding)
    around = {above for statement in by_statement for above in module.ancestors(statement)}
    node: ast.AST = module.statement(name)
    if isinstance(node, ast.While) and node in around:  # in its test, which each round comes back to
        return bindings
    own = by_statement.get(node, [])
    if any(isinstance(module.parent(binding.node), ast.NamedExpr) for binding in own):
        return bindings
    first_of_all = not own or isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
    parent = module.parent(node)
    while parent is not None:
        for earlier in reversed(before(module, node)):
            if earlier in around:
                return _bound_last(module, earlier, by_statement, around) or bindings
            if found := by_statement.get(earlier):
                sure = isinstance(earlier, _ALWAYS_BIND) and _evaluated(earlier, found)
                return found if sure else bindings
        if isinstance(parent, ast.match_case):
            captured = [binding for binding in bindings if _is_in(module, binding.node, parent.pattern)]
            if captured:
                return captured
        if isinstance(parent, SCOPES):
            given = [binding for binding in bindings if isinstance(binding.node, ast.arg)]
            return given if given and first_of_all else bindings
        if parent in by_statement and not (isinstance(parent, ast.Try) and node in parent.body):
            return by_statement[parent] if _binds_first(parent, node, by_statement[parent]) else bindings
        if parent in around and _may_run_before(parent, node):
            return bindings
        first_of_all = first_of_all and parent not in by_statement
        node, parent = parent, module.parent(parent)
    return bindings


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
            return _evaluated(asked, bound)
    return False


def _evaluated(node: ast.AST, bound: list[Binding]) -> bool:
    """Whether one of the bindings is not in a part that may be left out: not `flag and (x := 1)`."""
    nodes = {*evaluated_in([node])}
    return any(binding.node in nodes for binding in bound)


def _bound_last(
    module: Module, block: ast.stmt, by_statement: dict[ast.AST, list[Binding]], around: set[ast.AST]
) -> list[Binding]:
    """What the body of a `with` binds last, where it surely came to its end."""
    if not isinstance(block, ast.With) or not all(_passes_on(module, item) for item in block.items):
        return []
    for statement in reversed(block.body):
        if statement in around:
            return _bound_last(module, statement, by_statement, around)
        if found := by_statement.get(statement):
            return found if isinstance(statement, _ALWAYS_BIND) and _evaluated(statement, found) else []
    return []


def _passes_on(module: Module, item: ast.withitem) -> bool:
    """Whether a context manager is known for not ending the exception that ends its block: `open(path)`."""
    match item.context_expr:
        case ast.Call(func=function):
            return names_of(module).is_any(function, *_PASSING_ON)
    return False


def _may_run_before(parent: ast.AST, node: ast.AST) -> bool:
    """Whether what stands below or beside `node` in a block may have run before it: not in a `try`'s body."""
    if isinstance(parent, ast.Try):
        return node not in parent.body
    return isinstance(parent, LOOPS)


def _is_in(module: Module, node: ast.AST, pattern: ast.pattern) -> bool:
    return node is pattern or pattern in module.ancestors(node)


def _until(block: list[ast.stmt], node: ast.AST, expression: ast.expr | None = None) -> list[ast.stmt]:
    """The statements of a block up to this one, and this one: not where it binds the name of an expression.

    `name = int(name)` gives it another value when all the rest is done.
    """
    last = getattr(node, "lineno", 0)
    binds = isinstance(expression, ast.Name) and _is_in_value(node, expression)
    return [s for s in block if s.lineno <= last and not (binds and s is node)]


def _is_in_value(statement: ast.AST, expression: ast.Name) -> bool:
    """Whether it is a part of what an assignment binds, and binds nothing in it."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    parts = [*ast.walk(statement.value)]
    return any(part is expression for part in parts) and not any(isinstance(p, ast.NamedExpr) for p in parts)


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
        if isinstance(above, ast.If) and node is not above.test:
            block = above.body if node in above.body else above.orelse
            if not changing.isdisjoint(_until(block, node, expression)):
                return
            yield from reversed(_conjuncts(above.test) if node in above.body else negated(above.test))
        elif isinstance(above, ast.While) and node in above.body:
            if not changing.isdisjoint(_until(above.body, node)):
                return
            yield from reversed(_conjuncts(above.test))
        elif isinstance(above, ast.match_case) and isinstance(node, ast.stmt):
            if not changing.isdisjoint(_until(above.body, node)):
                return
            yield from _matched(module, above)
        elif isinstance(above, ast.IfExp) and node is not above.test:
            yield from reversed(_conjuncts(above.test) if node is above.body else negated(above.test))
        elif isinstance(above, ast.BoolOp) and node in above.values:
            earlier_ones = above.values[: above.values.index(node)][::-1]
            hold = _conjuncts if isinstance(above.op, ast.And) else negated
            yield from (part for test in earlier_ones for part in reversed(hold(test)))
        elif isinstance(above, COMPREHENSIONS) and not isinstance(node, ast.comprehension):
            yield from (test for clause in above.generators for test in clause.ifs)
        for earlier in reversed(before(module, node)):
            if isinstance(earlier, (ast.If, ast.Assert)):
                yield from reversed(_held_after(earlier))
            if earlier in changing:
                return
        if isinstance(above, (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.Module)):
            return
        if changed_on_the_way(above, node, changing):
            return
        node = above


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


def _held_after(statement: ast.If | ast.Assert) -> list[ast.expr]:
    """What holds behind `assert test`, or behind `if test: return`."""
    leaves = (ast.Return, ast.Raise, ast.Continue, ast.Break)
    if isinstance(statement, ast.Assert):
        return _conjuncts(statement.test)
    if not statement.orelse and isinstance(statement.body[-1], leaves):
        return negated(statement.test)
    return []


def negated(test: ast.expr) -> list[ast.expr]:
    """What holds where a test does not."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _conjuncts(inner)
        case ast.BoolOp(op=ast.Or(), values=values):
            return [part for value in values for part in negated(value)]
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None) as none]):
            return [ast.Compare(left, [ast.IsNot()], [none])]
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if operator.__class__ in _OPPOSITE:
            opposite = _OPPOSITE[operator.__class__]()
            return [ast.copy_location(ast.Compare(left, [opposite], [right]), test)]
        case ast.Call(func=ast.Name(id="isinstance")):
            return [ast.UnaryOp(ast.Not(), test)]
    return []


def _conjuncts(test: ast.expr) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [part for value in test.values for part in _conjuncts(value)]
    return [test]
