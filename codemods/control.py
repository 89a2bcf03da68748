"""Where control goes: whether it can reach the end of a block, and leave a loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from codemods.module import FUNCTIONS, LEAVING, LOOPS, SCOPES, Module
from codemods.names import names_of
from codemods.nodes import children, walk

EXITS = ("sys.exit", "builtins.exit", "builtins.quit")  # by SystemExit
ENDINGS = (*EXITS, "os._exit", "os.abort")  # what ends the program, by an exception or at once
# What does nothing but raise: an answer to a request, the end of a test.
RAISING = (
    *("flask.abort", "werkzeug.exceptions.abort", "bottle.abort", "pecan.abort", "quart.abort"),
    *("flask_restful.abort", "flask_restplus.abort", "flask_restx.abort", "flask_smorest.abort"),
    *("pylons.controllers.util.abort", "typing.assert_never", "typing_extensions.assert_never"),
    *("pytest.fail", "pytest.skip", "pytest.exit"),  # `xfail` goes on with --runxfail
)
_PARSERS = ("argparse.ArgumentParser", "optparse.OptionParser")
_OF_PARSERS = ("error", "exit")  # what ends the program, `error` by way of `exit`

_RESULTS = (ast.Return, ast.Yield, ast.YieldFrom)

Leaves = Callable[[ast.stmt], bool]
Swallows = Callable[[ast.withitem], bool]


def falls_through(block: Sequence[ast.stmt], leaves: Leaves, swallows: Swallows) -> bool:
    """Whether control can reach the end of the block; True when in doubt.

    `leaves` tells other statements from which nothing goes on, such as `sys.exit()`; `swallows` whether a
    context manager may end the exception that ends its block.
    """
    return not any(_never_ends(statement, leaves, swallows) for statement in block)


def ends_program(module: Module, statement: ast.stmt) -> bool:
    """Whether a statement is nothing but a call that ends the program: `sys.exit(1)`."""
    match statement:
        case ast.Expr(value=ast.Call(func=called)):
            return names_of(module).is_any(called, *ENDINGS)
    return False


def leaves_block(module: Module, statement: ast.stmt) -> bool:
    """Whether nothing after it in its block runs: `return`, or what ends the program, or only raises."""
    return isinstance(statement, LEAVING) or ends_program(module, statement) or _raises(module, statement)


def _raises(module: Module, statement: ast.stmt) -> bool:
    """Whether a statement only calls what always raises, also a function of the file: `abort(404)`."""
    match statement:
        case ast.Expr(value=ast.Call(func=called)):
            names = names_of(module)
            bound = names.bindings(called) if isinstance(called, ast.Name) else []
            own = len(bound) == 1 and bound[0].scope is module.tree and always_raises(bound[0].node)
            return own or names.is_any(called, *RAISING) or _is_of_parser(module, called)
    return False


def _is_of_parser(module: Module, called: ast.expr) -> bool:
    """Whether it is `parser.error`, of a parser of the command line that alone gives the name its value.

    Not where the file has another function in the place of `error` or `exit`.
    """
    match called:
        case ast.Attribute(value=ast.Name() as parser, attr="error" | "exit"):
            named = (one for name in _OF_PARSERS for one in module.attributes.get(name, ()))
            if any(isinstance(one.ctx, ast.Store) for one in named):
                return False
            bound = names_of(module).bindings(parser)
            made = module.parent(bound[0].node) if len(bound) == 1 else None
            match made:
                case ast.Assign(targets=[ast.Name()], value=ast.Call(func=maker)):
                    return names_of(module).is_any(maker, *_PARSERS)
    return False


def tries_around(
    module: Module, node: ast.AST, *, up_to: tuple[type[ast.AST], ...] = ()
) -> Iterator[ast.Try | ast.TryStar]:
    """The `try` statements whose body the node is in, the nearest first.

    Those around a node of the kinds `up_to` are not among them.
    """
    below = node
    for above in module.ancestors(node):
        if isinstance(above, (ast.Try, ast.TryStar)) and below in above.body:
            yield above
        if isinstance(above, up_to):
            return
        below = above


def always_raises(node: ast.AST) -> bool:
    """Whether it is a function that ends by a `raise`, whatever is given.

    Not one that is there for others to put theirs in its place: `raise NotImplementedError`.
    """
    match node:
        case ast.FunctionDef(body=[*_, ast.Raise() as last], decorator_list=marks):
            open_to_all = any(isinstance(n, ast.Name) and n.id == "NotImplementedError" for n in walk([last]))
            results = any(isinstance(n, _RESULTS) for n in walk(node.body, without=SCOPES))
            return all(map(_is_plain, marks)) and not open_to_all and not results
    return False


def _is_plain(decorator: ast.expr) -> bool:
    """Whether a decorator leaves what a function does as it is."""
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod")


def goes_round(loop: ast.While, *ends: type[ast.stmt]) -> bool:
    """Whether no statement of these kinds ends the loop from inside."""
    return not any(isinstance(node, ends) for node in walk(loop.body, without=FUNCTIONS))


def _never_ends(statement: ast.stmt, leaves: Leaves, swallows: Swallows) -> bool:
    """Whether the statement after this one is surely never reached."""

    def falls(block: Sequence[ast.stmt]) -> bool:
        return falls_through(block, leaves, swallows)

    if leaves(statement):
        return True
    match statement:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
        case ast.If(body=body, orelse=orelse):
            return not (falls(body) or falls(orelse))
        case ast.With(body=body, items=items) | ast.AsyncWith(body=body, items=items):
            return not (falls(body) or any(map(swallows, items)))
        case ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=final):
            blocks = [[*body, *orelse], *(handler.body for handler in handlers)]
            return not falls(final) or not any(map(falls, blocks))
        case ast.Match(cases=cases) if any(_matches_all(case) for case in cases):
            return not any(falls(case.body) for case in cases)
        case ast.While(test=ast.Constant(value=value)) if value:
            return not _has_break(statement)
        case ast.For(orelse=orelse) | ast.While(orelse=orelse) if orelse:
            return not (falls(orelse) or _has_break(statement))
    return False


def _matches_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


def breaks_of(loop: ast.For | ast.While) -> Iterator[ast.Break]:
    """The `break`s that end the loop, not those of other loops in it."""
    waiting: list[ast.AST] = [*loop.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break):
            yield node
        elif isinstance(node, LOOPS):
            waiting += node.orelse
        elif not isinstance(node, (ast.expr, *SCOPES)):
            waiting += children(node)


def _has_break(loop: ast.For | ast.While) -> bool:
    return any(breaks_of(loop))
