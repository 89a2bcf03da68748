"""Where a handler for everything is right: at the end of the line, where nobody else would catch."""

from __future__ import annotations

import ast
import re

from codemods.control import goes_round
from codemods.layout import is_test
from codemods.module import FUNCTIONS, LOOPS, Function, Module
from codemods.names import names_of
from codemods.nodes import spelled, types_of, walk
from codemods.remedies._handlers import own_nodes, ways_out
from codemods.remedies._narrowing import try_of

_ROUTES = {"route", "get", "post", "put", "delete", "patch", "head", "options", "websocket", "api_route"}
_HANDLERS = {"errorhandler", "exception_handler", "middleware", "on_event", "before_request", "after_request"}
_COMMANDS = {"command", "group", "callback"}
_TASKS = {"task", "shared_task", "actor", "job", "periodic_task", "loop", "event", "listen", "receiver"}
_DECORATED = {
    **dict.fromkeys(_ROUTES, "the last resort of a request handler"),
    **dict.fromkeys(_HANDLERS, "the last resort of a request handler"),
    **dict.fromkeys(_COMMANDS, "the last resort of a command"),
    **dict.fromkeys(_TASKS, "the last resort of a task"),
    "fixture": "part of a test",
}
_METHODS = {
    **dict.fromkeys(("__del__", "__exit__", "__aexit__"), "a clean-up that must not fail"),
    "emit": "a log handler, which must not fail",
}
_SWITCH = re.compile(
    r"(?i)(^|_)(stop|shut|shutdown|run|running|alive|exit|quit|cancel|terminat|active|is_set)"
)
_OUT = (ast.Break, ast.Return)
_ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_BROAD = ("builtins.Exception", "builtins.BaseException")
OF_ENDLESS_LOOP = "the last resort of an endless loop"
_MAIN_NAMES = {"main", "_main", "amain", "async_main", "cli"}
_STARTERS = {"Thread", "Process", "Timer", "submit", "run_in_executor", "create_task", "ensure_future"}
_STARTERS |= {"add_job", "add_task", "start_new_thread", "apply_async", "call_soon", "add_done_callback"}
_STARTERS |= {"register", "signal", "run_coroutine_threadsafe", "after", "call_later"}


def last_resort(handler: ast.ExceptHandler, module: Module) -> str | None:
    """What the handler is the last resort of; None when it is an ordinary one."""
    if is_test(module.path):
        return "part of a test"
    statement = try_of(handler, module)
    loops = (node for node in statement.body if isinstance(node, ast.While))
    around: list[ast.AST] = [loop for loop in loops if goes_round(loop, ast.Break, ast.Return)]
    for above in module.ancestors(handler):
        if isinstance(above, (*FUNCTIONS, ast.Lambda)):
            break
        around.append(above)
    endless = [node for node in around if isinstance(node, ast.While) and _is_endless(node)]
    kept_up = [loop for loop in endless if not _is_left(loop, handler, module)]
    if kept_up:
        return OF_ENDLESS_LOOP
    function = module.function(handler)
    if endless and function and (place := _of_function(function, module)):
        return place
    return end_of_the_line(handler, module)


def _is_left(loop: ast.While, handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a handler in a `while True:` ends the loop, by itself or by the `break` behind its `try`."""
    inner = next((above for above in module.ancestors(handler) if isinstance(above, LOOPS)), None)
    if inner is None or not isinstance(loop.test, ast.Constant) or loop not in module.ancestors(handler):
        return False
    ends = (ast.Return, ast.Break) if inner is loop else (ast.Return,)
    block, place = module.siblings(try_of(handler, module))
    for after in (*handler.body, *block[place + 1 :]):
        if any(isinstance(node, ast.Continue) for node in own_nodes([after])):
            return False
        if isinstance(after, ends):
            return True
    return False


def is_kept_up_outside(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the round of an endless loop has another handler, around this one, that keeps the loop up."""
    node: ast.AST = try_of(handler, module)
    for above in module.ancestors(node):
        if isinstance(above, FUNCTIONS) or (isinstance(above, ast.While) and _is_endless(above)):
            return False
        if (
            isinstance(above, ast.Try)
            and node in above.body
            and any(_keeps_up(h, module) for h in above.handlers)
        ):
            return True
        node = above
    return False


def _keeps_up(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a handler catches every Exception and always goes on."""
    kinds = types_of(handler)
    broad = not kinds or any(names_of(module).is_any(kind, *_BROAD) for kind in kinds)
    return broad and ways_out(module, handler.body, handler.name) <= {"next", "leave"}


def _is_endless(loop: ast.While) -> bool:
    """Whether a loop goes on until somebody stops it, and not until it works or by what it counts."""
    counted = {spelled(part.target) for part in loop.body if isinstance(part, ast.AugAssign)}
    leaving = (
        part.test for part in loop.body if isinstance(part, ast.If) and isinstance(part.body[-1], _OUT)
    )
    if not _goes_on_for_good(loop.test) or any(map(_is_left_once_it_works, loop.body)):
        return False
    return not any(
        _comes_to_an_end(test) and not counted.isdisjoint(map(spelled, walk([test]))) for test in leaving
    )


def _is_left_once_it_works(statement: ast.stmt) -> bool:
    """Whether it tries what ends the loop as soon as nothing goes wrong: `try: connect(); break`."""
    return isinstance(statement, ast.Try) and isinstance((statement.orelse or statement.body)[-1], _OUT)


def _goes_on_for_good(test: ast.expr) -> bool:
    """`while True`, `while not self._stop.is_set()`, `while self.running`; not `while start < stop`."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(map(_goes_on_for_good, test.values))
    if _comes_to_an_end(test):
        return False
    asked = [node for node in ast.walk(test) if isinstance(node, (ast.Name, ast.Attribute))]
    return any(_SWITCH.search(n.id if isinstance(n, ast.Name) else n.attr) for n in asked)


def _comes_to_an_end(test: ast.expr) -> bool:
    """Whether a part of a condition holds for so many rounds or so long: `running and tries < 5`."""
    match test:
        case ast.BoolOp(values=parts):
            return any(map(_comes_to_an_end, parts))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _comes_to_an_end(inner)
        case ast.Compare(ops=operators):
            return any(isinstance(operator, _ORDERING) for operator in operators)
    return False


def end_of_the_line(handler: ast.ExceptHandler, module: Module) -> str | None:
    """What nobody calls who could catch, when the handler's `try` stands in it without another block."""
    statement = try_of(handler, module)
    function, above = module.function(handler), module.parent(statement)
    if function is None:
        place = "the last resort of a program" if _is_main_guard(above) else None
    else:
        place = _of_function(function, module) if above is function else None
    block, number = module.siblings(statement)
    if place and not all(isinstance(other, (ast.Return, ast.Pass)) for other in block[number + 1 :]):
        return (
            place.replace("the last resort of ", "part of ") + ", around which no code of the project catches"
        )
    return place


def _of_function(function: Function, module: Module) -> str | None:
    """What a function is that nobody calls who could catch."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        on_object = isinstance(called, ast.Attribute) or last in _TASKS | _COMMANDS | {"fixture"}
        if last in _DECORATED and on_object:
            return _DECORATED[last]
    if isinstance(module.parent(function), ast.ClassDef):
        if function.name in _METHODS:
            return _METHODS[function.name]
        if function.name == "run" and _is_thread(module.parent(function), module):
            return "the last resort of a thread"
    if function.name in _MAIN_NAMES:
        return "the last resort of a program"
    return "the last resort of a thread or callback" if _is_started(function, module) else None


def _is_thread(node: ast.AST | None, module: Module) -> bool:
    assert isinstance(node, ast.ClassDef)
    names = names_of(module)
    kinds = ("threading.Thread", "multiprocessing.Process", "threading.Timer")
    spelled = any(ast.unparse(base).endswith(("Thread", "Process", "QRunnable")) for base in node.bases)
    return spelled or any(names.is_any(base, *kinds) for base in node.bases)


def _is_started(function: Function, module: Module) -> bool:
    """Whether the file hands the function to something that runs it later, with nobody to catch."""
    uses = names_of(module).occurrences(function.name)
    for use in (one for one in uses if can_mean(one, function, module)):
        node: ast.AST | None = use
        above = module.parent(use)
        if isinstance(above, ast.Call) and above.func is use:  # create_task(work()), after it was called
            node, above = above, module.parent(above)
        if isinstance(above, ast.keyword):
            above = module.parent(above)
        if isinstance(above, ast.Call) and above.func is not node:
            name = ast.unparse(above.func).rpartition(".")[2]
            if name in _STARTERS:
                return True
    return False


def can_mean(use: ast.Name | ast.Attribute, function: Function, module: Module) -> bool:
    """Whether what is spelled like a function may be it: not `server.start` for one outside of classes.

    Nor what a method reads of something that its own object holds: `self.server.start`.
    """
    if isinstance(use, ast.Name):
        return any(binding.node is function for binding in names_of(module).bindings(use))
    owner = module.parent(function)
    if not isinstance(owner, ast.ClassDef):
        return False
    return not isinstance(use.value, ast.Attribute) or owner not in module.ancestors(use)


def _is_main_guard(node: ast.AST | None) -> bool:
    """`if __name__ == "__main__":`"""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
