"""What comes out of a session, and whether that or the session itself leaves its block."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from codemods.module import FUNCTIONS
from codemods.remedies.generator_session.provider import Refused, mentions
from codemods.remedies.generator_session.run import Run

_FORS = (ast.For, ast.AsyncFor, ast.comprehension)
_PLAIN_CALLS = {"bool", "count", "float", "int", "len", "repr", "str", "sum"}
_KEEPING_CALLS = {"add", "append", "extend", "insert", "setdefault", "update"}
_LAZY_FUNCTIONS = {"filter", "iter", "map", "zip"}
_LAZY_METHODS = {"stream", "stream_scalars", "yield_per"}
_LATER = re.compile(
    r"(Thread|Process|Timer|submit|create_task|ensure_future|add_task|apply_async|delay|start_soon|add_job"
    r"|call_later|call_soon|run_coroutine_threadsafe|run_in_executor|partial|callback)\Z"
)
_HOLDS_ITS_ARGUMENT = re.compile(r"(service|repository|repo|manager|client|store|dao|uow)\Z", re.IGNORECASE)


def loaded(statements: Sequence[ast.stmt], name: str) -> set[str]:
    """The names that get their value from the session, at any remove."""
    found = {name}
    while True:
        new = {n for s in statements for node in ast.walk(s) for n in _passed_on(node, found)} - found
        if not new:
            return found - {name}
        found |= new


def escapes(run: Run, name: str) -> Iterator[str]:
    """What a session that nobody closes hands out of its block, in words. Raises Refused if itself."""
    carriers = {name}
    for node in (node for s in run.body for node in ast.walk(s)):
        if isinstance(node, ast.Assign) and _is_kept(node.value, carriers):
            if any(not isinstance(target, ast.Name) for target in node.targets):
                raise Refused(f"`{name}` is stored and outlives this block")
            carriers |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    out = loaded(run.body, name)
    _refuse_later_users(run, carriers)
    for node in (node for s in run.body for node in ast.walk(s)):
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            verb = "returned" if isinstance(node, ast.Return) else "yielded"
            if _is_kept(node.value, carriers):
                raise Refused(f"`{name}` is {verb}, so whoever gets it must close it")
            if _carries(node.value, {name, *out}):
                if _is_lazy(node.value):
                    raise Refused(f"what is {verb} reads from `{name}` later, when it would be closed")
                yield f"what is {verb} comes out of the session"
        if isinstance(node, (*FUNCTIONS, ast.Lambda)) and mentions(node, *carriers):
            raise Refused(f"`{name}` is used by a function defined here, which may outlive this block")


def _refuse_later_users(run: Run, carriers: set[str]) -> None:
    """Raise Refused when a thread, task or callback gets the session and may use it behind the block."""
    calls = (node for s in run.body for node in ast.walk(s) if isinstance(node, ast.Call))
    for call in calls if not run.closers else ():
        if _LATER.match(_called(call)) and any(mentions(p, *carriers) for p in (*call.args, *call.keywords)):
            raise Refused(f"`{_called(call)}` gets the session, which may be needed longer than this block")


def _passed_on(node: ast.AST, sources: set[str]) -> Iterator[str]:
    """The names that this node gives something out of the sources."""
    targets: Sequence[ast.expr | None] = ()
    value: ast.expr | None = None
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        targets, value = [node.target], node.value
    elif isinstance(node, _FORS):
        targets, value = [node.target], node.iter
    elif isinstance(node, ast.withitem):
        targets, value = [node.optional_vars], node.context_expr
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _KEEPING_CALLS
        and any(_carries(argument, sources) for argument in node.args)
    ):
        yield from _roots(node.func.value)
    if value is not None and _carries(value, sources):
        for target in targets:
            yield from _roots(target) if target is not None else ()


def _roots(target: ast.expr) -> Iterator[str]:
    """The names that an assignment to the target changes: `d` of `d[k]`, all of a tuple."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Subscript):
        yield from _roots(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _roots(element)
    elif isinstance(target, ast.Starred):
        yield from _roots(target.value)


def _carries(value: ast.expr, sources: set[str]) -> bool:
    """Whether the value can hold an object out of the sources; numbers, strings and truths cannot."""
    if isinstance(value, ast.Await):
        return _carries(value.value, sources)
    if isinstance(value, (ast.Compare, ast.JoinedStr, ast.Constant)):
        return False
    if isinstance(value, ast.Call) and _called(value) in _PLAIN_CALLS:
        return False
    return mentions(value, *sources)


def _is_kept(value: ast.expr, carriers: set[str]) -> bool:
    """Whether the value is or holds a carrier: the name, a display with it, `Repository(db)`."""
    if isinstance(value, ast.Name):
        return value.id in carriers
    if isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return any(_is_kept(element, carriers) for element in value.elts)
    if isinstance(value, ast.Dict):
        return any(_is_kept(element, carriers) for element in value.values)
    if isinstance(value, ast.Call):
        called = _called(value)
        arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
        keeps = called[:1].isupper() or _HOLDS_ITS_ARGUMENT.search(called)
        return bool(keeps) and any(_is_kept(a, carriers) for a in arguments)
    return False


def _is_lazy(value: ast.expr) -> bool:
    """Whether the value asks the session only when it is looped over."""
    match value:
        case ast.Call(func=ast.Name(id=function)):
            return function in _LAZY_FUNCTIONS
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in _LAZY_METHODS
    return isinstance(value, ast.GeneratorExp)


def _called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
