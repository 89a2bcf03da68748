"""What an exception handler does: how it can be left, and whether it does more than log and answer."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.control import RAISING
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.nodes import walk

_ABORTS = ("flask.abort", "werkzeug.exceptions.abort")
_LOG_METHODS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"}
_TEXT_METHODS = {"lower", "upper", "strip", "split", "format", "join", "startswith", "endswith", "replace"}
_HARMLESS_ROOTS = ("builtins.", "traceback.", "logging.", "uuid.", "datetime.", "time.", "sys.exc_info")
_HARMFUL = ("builtins.setattr", "builtins.delattr", "builtins.open", "builtins.exec", "builtins.next")


def ways_out(module: Module, block: Sequence[ast.stmt], name: str | None) -> set[str]:
    """How a block can be left: "raise", "re-raise", "return", "leave" (a loop) or "next" (at its end)."""
    ways = {"next"}
    for statement in block:
        ways = ways - {"next"} | _ways_of(module, statement, name)
        if "next" not in ways:
            break
    return ways


def _ways_of(module: Module, statement: ast.stmt, name: str | None) -> set[str]:
    match statement:
        case ast.Raise(exc=None):
            return {"re-raise"}
        case ast.Raise(exc=ast.Name(id=raised)) if raised == name:
            return {"re-raise"}
        case ast.Raise(
            exc=ast.Call(func=ast.Attribute(value=ast.Name(id=raised), attr="with_traceback"))
        ) if raised == name:
            return {"re-raise"}
        case ast.Raise():
            return {"raise"}
        case ast.Expr(value=value) | ast.Return(value=value) if only_raises(module, value):
            return {"raise"}
        case ast.Return():
            return {"return"}
        case ast.Break() | ast.Continue():
            return {"leave"}
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {"next"}
        case ast.If():
            return ways_out(module, statement.body, name) | ways_out(module, statement.orelse, name)
        case ast.With() | ast.AsyncWith():
            return ways_out(module, statement.body, name)
    simple = (n for n in own_nodes([statement]) if isinstance(n, ast.stmt) and not hasattr(n, "body"))
    # A loop, `try` or `match` may do any of what it holds, or nothing.
    return {"next"}.union(*(_ways_of(module, each, name) for each in simple if each is not statement))


def goes_on(ways: set[str]) -> bool:
    return bool(ways & {"next", "leave"})


def raises_again(module: Module, handler: ast.ExceptHandler) -> str | None:
    """How the handler raises its exception again, if it does: always, or unless its own clean-up fails."""
    if ways_out(module, handler.body, handler.name) == {"re-raise"}:
        return "the handler raises the exception again"
    *before, last = handler.body
    nested = [node for node in own_nodes(before) if isinstance(node, ast.ExceptHandler)]
    failing = {id(node) for one in nested for node in ast.walk(one)}
    leaves = (n for n in own_nodes(before) if isinstance(n, (ast.Return, ast.Break, ast.Continue)))
    if ways_out(module, [last], handler.name) != {"re-raise"} or any(id(n) not in failing for n in leaves):
        return None
    return "the handler raises the exception again, unless its own clean-up fails"


def looks_into(module: Module, handler: ast.ExceptHandler) -> str | None:
    """The function, if any, that gets the exception and whose result could depend on what it is."""
    for node in own_nodes(handler.body):
        if not isinstance(node, ast.Call) or _is_result_unused(module, node):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(isinstance(value, ast.Name) and value.id == handler.name for value in given):
            continue
        kinds = node.args[1:] if names_of(module).is_any(node.func, "builtins.isinstance") else []
        unknown = any(names_of(module).qualified(kind) is None for kind in kinds)
        if unknown or not (_is_harmless(module, node) or _is_constructor(node)):
            return ast.unparse(node.func)
    return None


def _is_result_unused(module: Module, call: ast.Call) -> bool:
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    return isinstance(parent, ast.Expr)


def has_effects(module: Module, block: ast.ExceptHandler | Function) -> bool:
    """Whether a handler or function does more than log and answer: what an HTTP error must not skip."""
    for node in own_nodes(block.body):
        if isinstance(node, (ast.Delete, ast.Global, ast.Nonlocal, ast.With, ast.AsyncWith, ast.Yield)):
            return True
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Name) and _tells_others(module, block, node):
            return True
        if isinstance(node, ast.Call) and not (
            _is_harmless(module, node) or _is_constructor(node) or is_abort(module, node)
        ):
            return True
    return False


def _tells_others(module: Module, block: ast.ExceptHandler | Function, name: ast.Name) -> bool:
    """Whether it is given a value that other functions, a `finally` or a handler around may read."""
    if isinstance(name.ctx, ast.Load):
        return False
    names, scope = names_of(module), module.scope(name)
    if name.id not in names.bindings_in(scope) or not isinstance(scope, FUNCTIONS):
        return True
    readers: list[ast.AST] = []
    child: ast.AST = block
    for above in module.ancestors(block):
        if isinstance(above, (ast.Try, ast.TryStar)):
            readers += above.finalbody
            readers += above.handlers if child in above.body else ()
        child = above
    inside = {id(node) for reader in readers for node in ast.walk(reader)}
    uses = (use for binding in names.bindings(name) for use in names.uses(binding))
    return any(id(use) in inside or module.scope(use) is not scope for use in uses)


def _is_constructor(call: ast.Call) -> bool:
    """Whether it makes an exception or a response: classes, by their spelling, and Flask's two functions."""
    name = ast.unparse(call.func).rpartition(".")[2]
    return name[:1].isupper() or name in ("jsonify", "make_response")


def _is_harmless(module: Module, call: ast.Call) -> bool:
    """A call that reads, formats or logs."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _LOG_METHODS | _TEXT_METHODS:
        return True
    dotted = names_of(module).qualified(call.func) or ""
    return dotted.startswith(_HARMLESS_ROOTS) and dotted not in _HARMFUL


def is_abort(module: Module, value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and names_of(module).is_any(value.func, *_ABORTS)


def only_raises(module: Module, value: ast.expr | None) -> bool:
    """Whether a call does nothing but raise, as what answers a request does in many frameworks."""
    return isinstance(value, ast.Call) and names_of(module).is_any(value.func, *RAISING)


def own_nodes(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a block, in the order of the code, but those inside nested functions and classes."""
    return walk(block, without=(*FUNCTIONS, ast.ClassDef, ast.Lambda))
