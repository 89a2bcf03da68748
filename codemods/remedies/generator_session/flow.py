"""Where a session is used after it was opened, what it loads, and which statements need it open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from codemods.module import FUNCTIONS, LOOPS, Module
from codemods.names import names_of
from codemods.remedies.generator_session.provider import Refused, is_closer, mentions
from codemods.remedies.generator_session.run import Run

_TRIES = (ast.Try, ast.TryStar)
_WITHS = (ast.With, ast.AsyncWith)
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


def closing_run(module: Module, acquire: tuple[ast.stmt, ...], name: str, names: set[str]) -> Run | None:
    """The run up to where the code closes the session itself; None when it does not.

    `names` are the session's and its generator's.
    """
    later = _later(module, acquire[-1], name)
    for index, statement in enumerate(later):
        if isinstance(statement, _TRIES):
            closers = _closers(statement.finalbody, names)
            if _mention(closers, name):
                return Run(acquire, tuple(later[: index + 1]), frozenset(closers), statement)
        elif _mention(_closers([statement], names), name):
            return _straight_run(acquire, later, index, names)
    for index, statement in enumerate(later):
        if is_closer(statement, names):  # the generator alone is closed, which closes the session
            return _straight_run(acquire, later, index, names)
    around = module.parent(acquire[-1])
    if isinstance(around, _TRIES) and acquire[-1] in around.body:
        closers = _closers(around.finalbody, names)
        if _mention(closers, name):
            return Run(acquire, tuple(later), frozenset(closers), around)
    return None


def _straight_run(
    acquire: tuple[ast.stmt, ...], later: Sequence[ast.stmt], index: int, names: set[str]
) -> Run:
    """The run up to the closer at the index and those right behind it."""
    end = index + 1
    while end < len(later) and is_closer(later[end], names):
        end += 1
    body = later[:end]
    return Run(acquire, tuple(body), frozenset(_closers(body, names)))


def open_run(module: Module, acquire: tuple[ast.stmt, ...], name: str) -> Run:
    """The run up to the last statement of the block that uses the session or what came out of it."""
    later = _later(module, acquire[-1], name)
    used = {name, *loaded(later, name)}
    count = max((n + 1 for n, s in enumerate(later) if mentions(s, *used)), default=0)
    return Run(acquire, tuple(later[:count]))


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


def stray_uses(module: Module, run: Run, name: ast.Name) -> list[ast.Name]:
    """Uses of the variable outside of the run that may see its session, and see it otherwise than before.

    A function that shares the variable does not where the code closes the session itself: it finds
    the session open and closed at the same times as before.
    """
    names = names_of(module)
    shared_as_before = bool(run.closers) and not run.handlers_around
    ours = {id(n) for s in (*run.acquire, *run.body, *run.closers) for n in ast.walk(s)}
    uses = {id(use): use for b in names.bindings(name) for use in names.uses(b)}
    return [
        use
        for use in uses.values()
        if id(use) not in ours
        and not isinstance(use.ctx, ast.Store)
        and not (shared_as_before and _is_shared(module, run.acquire[-1], use))
        and _may_see(module, run.acquire[-1], use)
    ]


def _later(module: Module, statement: ast.stmt, name: str) -> list[ast.stmt]:
    """The statements behind it in its block, up to one that gives the name another value."""
    block, index = module.siblings(statement)
    later = block[index + 1 :]
    stop = next((n for n, s in enumerate(later) if _binds(s, name)), len(later))
    return later[:stop]


def _binds(statement: ast.stmt, name: str) -> bool:
    """Whether the statement gives the name a value whatever happens."""
    targets: list[ast.expr | None] = []
    if isinstance(statement, ast.Assign):
        targets = [*statement.targets]
    elif isinstance(statement, ast.AnnAssign) and statement.value:
        targets = [statement.target]
    elif isinstance(statement, _WITHS):
        targets = [item.optional_vars for item in statement.items]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _closers(block: Iterable[ast.stmt], names: set[str]) -> list[ast.stmt]:
    """The statements of the block that only close, also under `if session:`."""
    return [s for s in block if is_closer(s, names) or _is_guarded_closer(s, names)]


def _is_guarded_closer(statement: ast.stmt, names: set[str]) -> bool:
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    allowed = (ast.Name, ast.Load, ast.BoolOp, ast.And, ast.Compare, ast.IsNot, ast.Constant, ast.Attribute)
    for part in ast.walk(statement.test):
        if not isinstance(part, allowed) or (isinstance(part, ast.Name) and part.id not in names):
            return False
        if isinstance(part, ast.Attribute) and part.attr != "is_active":
            return False
        if isinstance(part, ast.Constant) and part.value is not None:
            return False
    return all(is_closer(s, names) for s in statement.body)


def _mention(statements: Iterable[ast.stmt], name: str) -> bool:
    return any(mentions(statement, name) for statement in statements)


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


# -- order of execution -------------------------------------------------------------------------------


def _may_see(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether the use may run after the acquisition with no other value given in between."""
    if _is_shared(module, acquire, use):
        return True
    if _is_bound_between(module, acquire, use):
        return False
    if _in_one_loop(module, acquire, use):
        return True
    return module.start(use) > module.start(acquire) and not _exclude_each_other(module, acquire, use)


def _is_shared(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether the use stands in a function inside of the one that opens the session, or the other way."""
    return module.scope(use) is not module.scope(acquire)


def _is_bound_between(module: Module, acquire: ast.stmt, use: ast.Name) -> bool:
    """Whether a statement before the use, in a block around it, gives the name another value for sure."""
    inside = {id(acquire), *(id(above) for above in module.ancestors(acquire))}
    node: ast.AST = use
    for above in (module.statement(use), *module.ancestors(module.statement(use))):
        if isinstance(above, (*FUNCTIONS, ast.Module)):
            return False
        if isinstance(above, _WITHS) and node in above.body and _binds(above, use.id):
            return True
        node = above
        if id(above) in inside:
            return False
        if not isinstance(above, ast.stmt):
            continue
        block, index = module.siblings(above)
        for earlier in reversed(block[:index]):
            if id(earlier) in inside:
                return False
            if _binds(earlier, use.id):
                return True
    return False


def _in_one_loop(module: Module, one: ast.AST, other: ast.AST) -> bool:
    loops = {id(a) for a in module.ancestors(one) if isinstance(a, LOOPS)}
    return any(id(above) in loops for above in module.ancestors(other))


def _exclude_each_other(module: Module, one: ast.AST, other: ast.AST) -> bool:
    """Whether the nodes stand in different branches of one `if` or `match`."""
    branches = {id(above): child for child, above in _steps(module, one)}
    for child, above in _steps(module, other):
        if id(above) not in branches:
            continue
        mine = branches[id(above)]
        if isinstance(above, ast.If):
            return (mine in above.body and child in above.orelse) or (
                mine in above.orelse and child in above.body
            )
        return isinstance(above, ast.Match) and mine is not child and above.subject not in (mine, child)
    return False


def _steps(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    child = node
    for above in module.ancestors(node):
        yield child, above
        child = above
