"""The ways out of a function: where code ends, and what stands around an exit that sees how it is left."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from codemods import control
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.remedies.exit_in_library.exits import Refused

_TRIES = (ast.Try, ast.TryStar)
_WITHS = (ast.With, ast.AsyncWith)

# Context managers to which it is all the same whether a block is left by an exception or by a return.
_INDIFFERENT = {
    "builtins.open",
    "concurrent.futures.ThreadPoolExecutor",
    "contextlib.closing",
    "contextlib.nullcontext",
    "contextlib.redirect_stderr",
    "contextlib.redirect_stdout",
    "gzip.open",
    "httpx.AsyncClient",
    "httpx.Client",
    "io.open",
    "os.fdopen",
    "os.scandir",
    "requests.Session",
    "socket.socket",
    "subprocess.Popen",
    "tarfile.open",
    "tempfile.NamedTemporaryFile",
    "tempfile.TemporaryDirectory",
    "tempfile.TemporaryFile",
    "warnings.catch_warnings",
    "zipfile.ZipFile",
}
_LOCK = re.compile(r"lock|mutex|semaphore", re.IGNORECASE)


def check_way_out(module: Module, function: Function, statement: ast.stmt, *, at_once: bool) -> None:
    """Raises Refused when leaving by a return where an exit was raised would be another thing.

    `at_once`: the exit is `os._exit`, which runs nothing of what stands around it.
    """
    where = f"{module.path}:{statement.lineno}"
    child: ast.AST = statement
    for above in module.ancestors(statement):
        if above is function:
            return
        if at_once and (isinstance(above, _WITHS) or getattr(above, "finalbody", None)):
            line = getattr(above, "lineno", 0)
            raise Refused(f"`os._exit` skips what line {line} does in the end, and a return would not")
        if isinstance(above, _WITHS):
            _check_with(module, above, where)
        elif isinstance(above, _TRIES):
            _check_try(module, above, child, where)
        elif isinstance(above, ast.ExceptHandler) and isinstance(module.parent(above), ast.TryStar):
            raise Refused(f"{where} stands in an `except*`, which cannot return")
        child = above


def catcher(module: Module, node: ast.AST) -> ast.ExceptHandler | None:
    """The handler in the same function that catches a SystemExit raised at the node."""
    around = control.tries_around(module, node, up_to=(ast.Lambda, *FUNCTIONS))
    handlers = (handler for tried in around for handler in tried.handlers)
    return next((handler for handler in handlers if _catches_exit(module, handler.type)), None)


def _check_try(module: Module, block: ast.Try | ast.TryStar, child: ast.AST, where: str) -> None:
    if child in block.finalbody:
        raise Refused(f"{where} stands in a `finally`, where a return swallows exceptions")
    for final in block.finalbody:
        if any(isinstance(n, (ast.Return, ast.Break, ast.Continue)) for n in ast.walk(final)):
            raise Refused(f"the `finally` at line {final.lineno} may swallow the exit today")
    for handler in block.handlers if child in block.body else ():
        if _catches_exit(module, handler.type):
            raise Refused(f"the handler at line {handler.lineno} catches the exit today")


def _check_with(module: Module, block: ast.With | ast.AsyncWith, where: str) -> None:
    for item in block.items:
        if not _is_indifferent(module, item.context_expr):
            text = ast.unparse(item.context_expr)
            raise Refused(
                f"{where} stands in `with {text}`, which would see a return where it sees an "
                "exception today (a transaction would be committed)"
            )


def _is_indifferent(module: Module, manager: ast.expr) -> bool:
    if not isinstance(manager, ast.Call):
        last = manager.attr if isinstance(manager, ast.Attribute) else getattr(manager, "id", "")
        return bool(_LOCK.search(last))
    if isinstance(manager.func, ast.Attribute) and manager.func.attr == "open":
        return True
    name = names_of(module).qualified(manager.func)
    if name == "contextlib.suppress":
        return not any(_catches_exit(module, argument) for argument in manager.args)
    return name in _INDIFFERENT


def _catches_exit(module: Module, caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_exit(module, element) for element in caught.elts)
    wide = ("builtins.BaseException", "builtins.SystemExit")
    return caught is None or names_of(module).is_any(caught, *wide)


def falls_through(module: Module, block: Sequence[ast.stmt], exits: Collection[ast.stmt]) -> bool:
    """Whether control can reach the end of the block; True when in doubt."""
    return control.falls_through(
        block,
        leaves=exits.__contains__,
        swallows=lambda item: not _is_indifferent(module, item.context_expr),
    )
