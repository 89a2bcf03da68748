"""The generator functions that hand out a session, and what a `with` would make them do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.module import FUNCTIONS, LOOPS, Function, Module
from codemods.names import names_of
from codemods.project import Definition, Project
from codemods.remedies._handlers import own_nodes


class Refused(Exception):
    """Why a place is only reported, in words a maintainer can act on."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A generator function that yields one session and cleans up behind it.

    `closes`: it closes the session itself, whatever happens. `notes` say what a `with` makes it do
    that `next()` alone never did.
    """

    module: Module
    node: Function
    session: str
    closes: bool
    notes: tuple[str, ...]

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def decorator(self) -> str:
        return "asynccontextmanager" if self.is_async else "contextmanager"


def provider_of(project: Project, definition: Definition) -> Provider | None:
    """The provider that a definition is; None when it is something else. Raises Refused."""
    module, node = definition.module, definition.node
    if not isinstance(node, FUNCTIONS):
        return None
    yields = [y for y in own_nodes(node.body) if isinstance(y, ast.Yield)]
    sessions = [y for y in yields if _cleanup_of(module, node, y)]
    if not sessions or _is_context_manager(module, node):
        return None
    name, (first, *_) = node.name, sessions
    if len(yields) > 1:
        raise Refused(f"`{name}` has {len(yields)} yields; a context manager is made of a generator with one")
    if any(isinstance(above, LOOPS) for above in _inside(module, node, first)):
        raise Refused(f"`{name}` yields in a loop; a context manager is made of a generator that yields once")
    if node.decorator_list:
        raise Refused(f"`{name}` is decorated; what the decorator makes of it is not known here")
    if module.scope(node) is not module.tree:
        raise Refused(f"`{name}` is not defined at module level, so no context manager can stand beside it")
    assert isinstance(first.value, ast.Name)
    notes = tuple(_notes(project, module, node, first))
    return Provider(module, node, first.value.id, _closes(project, module, node, first), notes)


def _inside(module: Module, function: Function, node: ast.AST) -> Iterator[ast.AST]:
    """What stands around the node inside the function, innermost first."""
    for above in module.ancestors(node):
        if above is function:
            return
        yield above


def _cleanup_of(module: Module, function: Function, node: ast.Yield) -> bool:
    """Whether a plain name is yielded that code behind the yield cleans up."""
    if not isinstance(node.value, ast.Name):
        return False
    name = node.value.id
    for above in _inside(module, function, node):
        if isinstance(above, (ast.With, ast.AsyncWith)) and _gives(above, name):
            return True
        cleaning = [*above.finalbody, *above.handlers] if isinstance(above, ast.Try) else []
        if any(mentions(part, name) for part in cleaning):
            return True
        if isinstance(above, LOOPS):
            return False  # what follows in a loop may be no cleanup but the next round
    behind = (s for _, later in _behind_yield(module, function, node) for s in later)
    return any(is_closer(statement, {name}) for statement in behind)


def _gives(statement: ast.With | ast.AsyncWith, name: str) -> bool:
    targets = [item.optional_vars for item in statement.items]
    return any(isinstance(t, ast.Name) and t.id == name for t in targets)


def _behind_yield(
    module: Module, function: Function, node: ast.Yield
) -> Iterator[tuple[ast.AST, list[ast.stmt]]]:
    """The statements that run after the yield when nothing fails, but for `finally`: by what holds them."""
    inner: ast.AST = module.statement(node)
    for above in [*_inside(module, function, inner), function]:
        if isinstance(inner, ast.stmt) and not isinstance(above, ast.Module):
            block, index = module.siblings(inner)
            yield above, block[index + 1 :]
        if isinstance(above, ast.Try) and inner in above.body:
            yield above, above.orelse
        inner = above


def _is_context_manager(module: Module, function: Function) -> bool:
    names = names_of(module)
    decorators = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
    return any(names.is_any(d, *decorators) for d in function.decorator_list)


def _closes(project: Project, module: Module, function: Function, node: ast.Yield) -> bool:
    """Whether the session is closed on every way out: by `finally` or by its own `with`."""
    assert isinstance(node.value, ast.Name)
    name = node.value.id
    for above in _inside(module, function, node):
        if isinstance(above, (ast.With, ast.AsyncWith)) and _gives(above, name):
            return all(_is_session_factory(project, module, item.context_expr) for item in above.items)
        final = above.finalbody if isinstance(above, ast.Try) else []
        if any(is_closer(part, {name}) for statement in final for part in ast.walk(statement)):
            return True
    return False


def _notes(project: Project, module: Module, function: Function, node: ast.Yield) -> Iterator[str]:
    """What becomes different when the generator goes on behind its yield. Raises Refused."""
    name = function.name
    assert isinstance(node.value, ast.Name)
    for _, later in _behind_yield(module, function, node):
        for statement in later:
            if not is_closer(statement, {node.value.id}):
                code = ast.unparse(statement).partition("\n")[0]
                yield f"`{name}` runs `{code}` behind its yield, which `next()` never reached"
    for above in _inside(module, function, node):
        if isinstance(above, ast.Try):
            yield from _notes_of_try(name, node.value.id, above)
        if isinstance(above, (ast.With, ast.AsyncWith)):
            for item in above.items:
                code = ast.unparse(item.context_expr)
                if re.search(r"\bbegin(_nested)?\(", code):
                    raise Refused(
                        f"`{name}` yields inside `{code}`, where a commit of the code's own would fail"
                    )
                if not _is_session_factory(project, module, item.context_expr):
                    yield f"`{name}` leaves `with {code}`, which may do something else than close it"


def _notes_of_try(name: str, session: str, statement: ast.Try) -> Iterator[str]:
    for handler in statement.handlers:
        caught = ast.unparse(handler.type) if handler.type else "everything"
        last = handler.body[-1]
        if caught == "GeneratorExit":
            continue
        if not isinstance(last, ast.Raise) or any(isinstance(n, ast.Return) for n in ast.walk(handler)):
            raise Refused(
                f"`{name}` catches {caught} and does not raise it again: a `with` would swallow errors"
            )
        for more in handler.body[:-1]:
            if ast.unparse(more).removeprefix("await ") != f"{session}.rollback()":
                code = ast.unparse(more).partition("\n")[0]
                yield f"`{name}` runs `{code}` on an error, which `next()` never reached"
        raised = last.exc.id if isinstance(last.exc, ast.Name) else None
        if last.exc is not None and raised != handler.name:
            yield f"`{name}` turns {caught} into `{ast.unparse(last)}`"
    for part in (p for s in statement.finalbody for p in ast.walk(s)):
        if isinstance(part, ast.Return):
            raise Refused(f"`{name}` returns in its finally: a `with` would swallow errors")
        if isinstance(part, ast.Attribute) and part.attr == "commit":
            yield f"`{name}` commits in its finally, now after the work and not before it"


def _is_session_factory(project: Project, module: Module, expression: ast.expr) -> bool:
    """Whether it makes a session, whose `with` only closes: not `Session.begin()` or `session_scope()`.

    Known by its class name (`AsyncSession(engine)`, `SessionLocal()`) or by the `sessionmaker` behind it.
    """
    if not isinstance(expression, ast.Call) or project.definition(module, expression.func):
        return False
    called = ast.unparse(expression.func).rpartition(".")[2]
    if called[:1].isupper() and "Session" in called:
        return True
    return isinstance(expression.func, ast.Name) and _is_sessionmaker(project, module, expression.func)


def _is_sessionmaker(project: Project, module: Module, name: ast.Name) -> bool:
    """Whether the name, of this file or of the one it is imported from, is assigned a `sessionmaker(…)`."""
    for binding in names_of(module).bindings(name):
        home, bindings = module, [binding]
        if binding.target:
            origin, _, own_name = binding.target.rpartition(".")
            path = project.path_of(origin if origin.strip(".") else f"{origin}.", module.path)
            home = project.module(path) if path else module
            bindings = names_of(home).bindings_in(home.tree).get(own_name, []) if path else []
        for assignment in (home.parent(b.node) for b in bindings):
            value = assignment.value if isinstance(assignment, ast.Assign) else None
            if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("sessionmaker"):
                return True
    return False


# -- small questions about code -----------------------------------------------------------------------


def mentions(node: ast.AST, *names: str) -> bool:
    """Whether one of the names is written somewhere in the node."""
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def is_closer(node: ast.AST, names: set[str]) -> bool:
    """Whether it is a statement `name.close()` or `await name.aclose()`, and no more, of one of the names."""
    if not isinstance(node, ast.Expr):
        return False
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    return (
        isinstance(call, ast.Call)
        and not call.args
        and not call.keywords
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("close", "aclose")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in names
    )
