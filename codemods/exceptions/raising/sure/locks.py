"""Locks that are held where they are released, waited for or notified of."""

from __future__ import annotations

import ast

from codemods.exceptions.types.flow.stores import before
from codemods.module import SCOPES, Module
from codemods.nodes import spelled

_OF_CONDITIONS = ("wait", "wait_for", "notify", "notify_all")
NEEDS_LOCK = frozenset(  # else a RuntimeError
    {
        *("threading.Lock.release", "threading.Condition.release", "threading.Condition.notifyAll"),
        *(f"threading.Condition.{name}" for name in _OF_CONDITIONS),
        *("asyncio.Lock.release", "asyncio.Lock.wait", "asyncio.Lock.notify", "asyncio.Lock.notify_all"),
    }
)


def is_held(module: Module, call: ast.Call) -> bool:
    """Whether code around or before takes the lock whose method is called: `with lock:`, `lock.acquire()`."""
    if not isinstance(call.func, ast.Attribute):
        return False
    lock, releases = spelled(call.func.value), call.func.attr == "release"
    node: ast.AST = call
    for above in module.ancestors(call):
        if any(_takes(statement, lock) for statement in before(module, node)):
            return True
        match above:
            case ast.With(items=items) | ast.AsyncWith(items=items) if not releases and node in above.body:
                if lock in (spelled(item.context_expr) for item in items):
                    return True
            case ast.If(test=ast.Call(func=ast.Attribute(value=held, attr="acquire")), body=body):
                if node in body and spelled(held) == lock:
                    return True
            case ast.Try(body=[first, *_], finalbody=last) if node in last and _takes(first, lock):
                return True
        if isinstance(above, SCOPES):
            return False
        node = above
    return False


def _takes(statement: ast.stmt, lock: str) -> bool:
    """Whether a statement is `lock.acquire()`, which waits for good."""
    match statement:
        case ast.Expr(value=ast.Await(value=taken) | taken):
            match taken:
                case ast.Call(func=ast.Attribute(value=held, attr="acquire"), args=[], keywords=[]):
                    return spelled(held) == lock
    return False
