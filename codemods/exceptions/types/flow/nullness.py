"""Whether a value may be None, or no mapping, by what is done with it before and said of it after."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.control import tries_around
from codemods.exceptions.hierarchy import BROAD
from codemods.exceptions.types.flow.evaluation import LATER, evaluated_by, evaluated_in
from codemods.exceptions.types.flow.stores import before, changed_on_the_way, is_local, stores_of
from codemods.module import LOOPS, Module
from codemods.names import names_of
from codemods.nodes import constant_last, spelled, walk

# What takes no None for its first argument, in any version and on any platform.
_OF_PATHS = ("basename", "dirname", "exists", "getsize", "isdir", "isfile", "join", "split", "splitext")
_BUILTINS = ("float", "int", "iter", "len", "open", "sorted")
_REFUSING = (*map("os.path.{}".format, _OF_PATHS), *map("builtins.{}".format, _BUILTINS))


def may_turn_none(module: Module, attribute: ast.Name | ast.Attribute) -> bool:
    """Whether a handler around asks if the attribute is None: others set it while the body runs."""
    text = spelled(attribute)
    around = tries_around(module, attribute, up_to=LATER)
    return any(text in module.derive(_asked_for_none, tried) for tried in around)


def _asked_for_none(_: Module, tried: ast.Try | ast.TryStar) -> set[str | None]:
    """What the handlers of a `try` ask for None, as it is spelled."""
    inside = walk(tried.handlers, without=LATER)
    tests = (node.test for node in inside if isinstance(node, (ast.If, ast.IfExp, ast.While)))
    return {_asked(part) for test in tests for part in ast.walk(test)}


def asks_for_none(part: ast.AST, text: str) -> bool:
    return _asked(part) == text


def _asked(part: ast.AST) -> str | None:
    """What a condition asks for None, as it is spelled."""
    match constant_last(part) if isinstance(part, ast.Compare) else part:
        case (
            ast.Compare(
                left=asked,
                ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq()],
                comparators=[ast.Constant(value=None)],
            )
            | ast.UnaryOp(op=ast.Not(), operand=asked)
        ):
            return spelled(asked)
    return None


def fails_again(module: Module, value: ast.expr) -> bool:
    """Whether the handler for all errors around also does with a value what nobody can do with None.

    `session.rollback()` in it: whoever wrote that has not thought of a session that is None.
    """
    handlers = (h for tried in tries_around(module, value, up_to=LATER) for h in tried.handlers)
    broad = next((h for h in handlers if h.type is None or spelled(h.type) in BROAD), None)
    if broad is None:
        return False
    text, uses = spelled(value), module.derive(_Uses)
    return any(text in uses.of(each) for each in broad.body)


def was_used(module: Module, expression: ast.Name | ast.Attribute) -> bool:
    """Whether code that has run before did with the value what nobody can do with None.

    Only for what no other function can change: local names, and what is read through them.
    """
    root = next((n for n in ast.walk(expression) if isinstance(n, ast.Name)), None)
    if root is None or not is_local(module, root):
        return False
    text, uses = spelled(expression), module.derive(_Uses)
    return any(text in uses.of(statement) for statement in _run_before(module, expression))


def was_read(module: Module, attribute: ast.Attribute) -> bool:
    """Whether code that has run before has read the attribute, so that it is there."""
    text = spelled(attribute)
    return any(
        isinstance(node, ast.Attribute) and spelled(node) == text
        for node in _evaluated_before(module, attribute)
    )


def is_mapping_by_use(module: Module, expression: ast.expr) -> bool:
    """Whether code that has run before has looked up a text in a local variable: it is no list or number."""
    if not isinstance(expression, ast.Name) or not is_local(module, expression):
        return False
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and spelled(node.value) == expression.id
        for node in _evaluated_before(module, expression)
    )


def _evaluated_before(module: Module, expression: ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    """What has been evaluated before the expression, since it got its value, nearest statement first."""
    for statement in _run_before(module, expression):
        yield from evaluated_in(evaluated_by(statement))


def _run_before(module: Module, expression: ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    """The statements that began before the expression, since it got its value, nearest first."""
    changing = stores_of(module).around(expression)
    node: ast.AST = expression
    for above in module.ancestors(expression):
        for earlier in reversed(before(module, node)):
            if earlier in changing:
                return
            yield earlier
        if isinstance(above, LATER) or (isinstance(above, LOOPS) and above in changing):
            return
        if isinstance(node, ast.stmt) and node in getattr(above, "body", ()):
            yield above
        if changed_on_the_way(above, node, changing):
            return
        node = above


class _Uses:
    """The values, as they are spelled, with which statements do what nobody can do with None."""

    def __init__(self, module: Module) -> None:
        self._names = names_of(module)
        self._found: dict[ast.AST, set[str]] = {}

    def of(self, statement: ast.AST) -> set[str]:
        if statement not in self._found:
            used = map(self._used, evaluated_in(evaluated_by(statement)))
            self._found[statement] = {spelled(value) for value in used if value}
        return self._found[statement]

    def _used(self, node: ast.AST) -> ast.expr | None:
        match node:
            case ast.Attribute(value=used, attr=name) if not hasattr(None, name):
                return used
            case ast.Subscript(value=used) | ast.Starred(value=used):
                return used
            case ast.Compare(ops=[*_, ast.In() | ast.NotIn()], comparators=[*_, used]):
                return used
            case ast.Call(func=called, args=[used, *_]) if self._names.is_any(called, *_REFUSING):
                return used
        return None
