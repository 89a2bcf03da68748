"""The remedy generator-session: sessions that `next()` takes out of a generator, which nobody then ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemods.model import Applicability, Edit, Fix
from codemods.module import Module, Unreadable
from codemods.names import names_of
from codemods.project import Project
from codemods.remedies.generator_session.extent import closing_run, open_run
from codemods.remedies.generator_session.flow import escapes, loaded
from codemods.remedies.generator_session.imports import access, patched_in
from codemods.remedies.generator_session.manager import manager_of
from codemods.remedies.generator_session.opening import (
    Opening,
    acquisition,
    is_left_to_others,
    opening_at,
    target_of,
    value_of,
)
from codemods.remedies.generator_session.provider import (
    Provider,
    Refused,
    is_closer,
    mentions,
    provider_of,
)
from codemods.remedies.generator_session.reaching import stray_uses
from codemods.remedies.generator_session.run import Header, Run
from codemods.remedy import Proposal, Remedy

_SESSION_NAME = re.compile(r"(^|_)(db|session|conn|connection)(_|$)")
_NEVER_CLOSED = "nothing closes the session today; an object that is read after the block may need it again"

_CLOSED_AT_TIMES = (
    "the code closes the session on some ways out, now it is closed on all; "
    "an object that is read after the block may need it again"
)


class GeneratorSession(Remedy):
    """Hold a session in a `with` instead of taking it out of its generator by `next()`.

    Why
        `get_db` is written for a framework that runs the generator to its end. After `next(get_db())`
        the generator is thrown away: it closes the session at once, or whenever it is collected, and
        the code goes on with a closed session that opens itself again. On an error nobody gives that
        connection back, until the pool is empty and every request waits.

    Before
        def get_db():
            db = SessionLocal()
            try:
                yield db
            finally:
                db.close()


        def rename(user_id, name):
            db = next(get_db())
            db.get(User, user_id).name = name
            db.commit()
            db.close()

    After
        from contextlib import contextmanager


        def get_db():
            db = SessionLocal()
            try:
                yield db
            finally:
                db.close()


        get_db_context = contextmanager(get_db)


        def rename(user_id, name):
            with get_db_context() as db:
                db.get(User, user_id).name = name
                db.commit()

    Left alone
        - `get_db` itself stays a generator, because frameworks depend on it.
        - `with next(get_db()) as db:`, and a generator that a `finally` closes or that is resumed.
        - Generators that have nothing to clean up behind the yield.
        - Reported only: sessions that are returned, stored, global, handed to a thread or task, or used
          after the block or by the handlers around it; generators that yield several times, inside a
          transaction, or whose `except` swallows errors.

    Applicability
        Safe where the code closes the session itself, at the same place as before. Unsafe where it
        never did (an object that is read later may need the session again), where the generator does
        more than close behind its yield (a commit that never ran now does), and where a test patches
        `get_db` in the changed file.
    """

    subject = "Close database sessions on every way out"
    words = (
        r"\bnext\(\s*\w*get_(?:db|session|\w+)\(?",
        r"\bgenerator\b[^.]{0,60}\bsession|\bsession\b[^.]{0,60}\bgenerator",
    )
    triggers = (b"next(", b"next__(")

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        opening = opening_at(module, node)
        if opening is None or is_left_to_others(module, opening):
            return
        called = ast.unparse(opening.source.func)
        message = (
            f"`next` does not run `{called}` to its end: the session is closed at the wrong time, or never"
        )
        try:
            provider = _provider(self.project, module, opening)
            if provider is not None:
                yield from _proposals(self.project, module, opening, provider, message)
        except Refused as refusal:
            yield Proposal(node, message, reason=str(refusal))
        except (OSError, Unreadable) as error:
            yield Proposal(node, message, reason=f"a file that it leads to cannot be read: {error}")


def _provider(project: Project, module: Module, opening: Opening) -> Provider | None:
    """The project's generator function behind the opening. Raises Refused for what may be one."""
    function = opening.source.func
    definition = project.definition(module, function)
    if definition:
        return provider_of(project, definition)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if not _SESSION_NAME.search(name):
        return None
    bindings = names_of(module).bindings(function) if isinstance(function, ast.Name) else []
    if any(isinstance(b.node, (ast.arg, ast.Name)) for b in bindings):
        return None
    raise Refused(f"`{name}` is not one function that this project defines, so what it does is not known")


def _proposals(
    project: Project, module: Module, opening: Opening, provider: Provider, message: str
) -> Iterator[Proposal]:
    """What to say of an opening. Raises Refused."""
    call, name, awaited = opening.call, provider.node.name, value_of(module, opening)
    if opening.is_async != provider.is_async or (opening.is_async and awaited is call):
        raise Refused(
            f"`{name}` is {'an async' if provider.is_async else 'a plain'} generator: check the call"
        )
    target = target_of(module, awaited)
    if len(call.args) > 1:
        raise Refused("`next` is given a default, which a `with` has no place for")
    from codemods.remedies.generator_session.block import wrap  # imports LibCST: see surgery

    run, notes = _run(module, opening, target, provider)
    notes += [*provider.notes, *patched_in(project, module, opening.source.func, provider)]
    manager = manager_of(provider)
    way = access(project, module, opening.source, provider, manager.name)
    used = any(mentions(part, target.id) for part in _remaining(run)) or _is_used_elsewhere(
        module, run, target
    )
    header = Header(opening.source, way.text, target.id if used else None, provider.is_async)
    edits = (*wrap(module, run, header), *manager.edits, *way.edits, *_dead_store(module, run, target))
    applicability = Applicability.UNSAFE if notes else Applicability.SAFE
    line = provider.module.span(provider.node).line
    yield Proposal(
        call,
        message,
        Fix(edits, (*manager.imports, *way.imports), applicability),
        "; ".join(dict.fromkeys(notes)) or None,
        (f"{provider.module.path}:{line}: `{name}` yields `{provider.session}` once, cleanup follows",),
    )


def _run(module: Module, opening: Opening, target: ast.Name, provider: Provider) -> tuple[Run, list[str]]:
    """The statements that go under the `with`, and what a reviewer should know of it. Raises Refused."""
    acquire = acquisition(module, opening, target)
    names = {target.id, *([opening.generator.id] if opening.generator else [])}
    notes = []
    run = closing_run(module, acquire, target.id, names)
    if run is None:
        run = open_run(module, acquire, target.id)
        closed = any(is_closer(part, names) for s in run.body for part in ast.walk(s))
        notes = [_CLOSED_AT_TIMES if closed else _NEVER_CLOSED, *escapes(run, target.id)]
    elif run.closing is None:
        notes = list(escapes(run, target.id))
    if not provider.closes:
        notes.append(
            f"`{provider.node.name}` may not close the session itself, so the code goes on closing it"
        )
        run = replace(run, closers=frozenset(), closing=None) if not run.is_inside_closing else run
    _check_uses(module, run, target)
    _check_generator(module, opening, run)
    _check_last_line(module, run)
    notes += [*_handlers_around(run, target.id), *_order_of_closing(run)]
    if any(isinstance(n, ast.Attribute) and n.attr == "is_active" for c in run.closers for n in ast.walk(c)):
        notes.append("the session was closed only while it `is_active`")
    return run, notes


def _check_uses(module: Module, run: Run, target: ast.Name) -> None:
    inner = {node for statement in run.body for node in ast.walk(statement)}
    if any(binding.node in inner for binding in names_of(module).bindings(target)):
        raise Refused(f"`{target.id}` is given another value in this block")
    stray = stray_uses(module, run, target)
    if stray:
        line = module.span(stray[0]).line
        raise Refused(f"`{target.id}` is used outside of the block in which it is opened, at line {line}")


def _check_generator(module: Module, opening: Opening, run: Run) -> None:
    """Raises Refused when a use of the generator's variable would stay, which nothing binds any more."""
    if opening.generator is None:
        return
    names = names_of(module)
    gone = {node for s in (*run.acquire, *run.closers) for node in ast.walk(s)}
    for use in (u for b in names.bindings(opening.generator) for u in names.uses(b)):
        if use not in gone:
            raise Refused(f"`{use.id}` is also used at line {use.lineno}: close it in one `finally` instead")


def _check_last_line(module: Module, run: Run) -> None:
    block, index = module.siblings(run.last)
    if index + 1 < len(block) and block[index + 1].lineno == run.last.end_lineno:
        raise Refused("what follows stands on the last line that uses the session: give it a line of its own")


def _handlers_around(run: Run, name: str) -> Iterator[str]:
    """What the `try` around the run still does after the session is closed. Raises Refused."""
    objects = loaded(run.body, name)
    if any(mentions(part, *objects) for part in run.handlers_around):
        raise Refused("the handlers of the `try` around it read what the session loaded")
    if run.handlers_around:
        yield "the session is closed before the handlers of the `try` around it run, not after them"


def _order_of_closing(run: Run) -> Iterator[str]:
    """Whether closing and the rest of the `finally` change places."""
    closes = [statement in run.closers for statement in run.closing.finalbody] if run.closing else []
    if run.is_inside_closing and closes != sorted(closes, reverse=True):
        yield "the session is closed before the rest of the `finally`, not after it"
    if not run.is_inside_closing and closes != sorted(closes):
        yield "the session is closed after the rest of the `finally`, not before it"


def _is_used_elsewhere(module: Module, run: Run, target: ast.Name) -> bool:
    """Whether code outside of the run, such as a function that it calls, reads the variable."""
    names = names_of(module)
    ours = run.nodes()
    uses = (use for b in names.bindings(target) for use in names.uses(b))
    return any(isinstance(use.ctx, ast.Load) and use not in ours for use in uses)


def _remaining(run: Run) -> list[ast.AST]:
    """The parts of the run that stay when its closers go."""
    parts: list[ast.AST] = []
    for statement in run.body:
        if statement is run.closing:
            parts += [c for c in ast.iter_child_nodes(statement) if c not in run.closers]
        elif statement not in run.closers:
            parts.append(statement)
    return parts


def _dead_store(module: Module, run: Run, target: ast.Name) -> Iterator[Edit]:
    """The removal of `db = None`, which only `if db: db.close()` in the `finally` had a use for."""
    names = names_of(module)
    if not run.is_inside_closing or any(not isinstance(c, ast.If) for c in run.closers):
        return
    ours = run.nodes()
    others = [u for b in names.bindings(target) for u in names.uses(b) if u not in ours]
    for use in dict.fromkeys(others):
        statement = module.statement(use)
        line = module.line(statement.lineno).strip()
        if line == f"{target.id} = None".encode() and all(u is use for u in others):
            start = module.line_starts[statement.lineno - 1]
            yield Edit(module.path, start, module.line_starts[statement.lineno], b"")
