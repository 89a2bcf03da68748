"""What only a handler for everything catches, and a body is known to bring: it has to stay caught."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeGuard

from codemods.control import EXITS, goes_round
from codemods.exceptions import (
    MayRaise,
    alarm_before,
    bare_name,
    brought_about,
    earlier_types,
    may_exit,
    no_exceptions,
    raised_here,
    spelled_type,
    unread_exit,
)
from codemods.model import Import
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.nodes import walk
from codemods.project import Definition, Project
from codemods.remedies._cancelled import awaits_cancelled, uses_asyncio
from codemods.remedies._handlers import own_nodes, ways_out
from codemods.remedies._last_resort import OF_ENDLESS_LOOP, can_mean, last_resort
from codemods.remedies._narrowing import Narrowing, nodes_of_body, try_of

_WAITS = {"mainloop", "serve_forever", "run_forever", "getch", "getpass", "start_polling", "raw_input"}
_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_TAKES_TIME = (
    ast.Call,
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.With,
    ast.AsyncWith,
    ast.comprehension,
    *_LOOPS,
)
# What nobody has the time to press Ctrl-C in.
_AT_ONCE = tuple(f"builtins.{name}" for name in ("int", "float", "complex", "str", "len", "ord", "chr"))
_ENDS = (ast.Return, ast.Pass)
_ENDING = re.compile(r"(?i)exit|quit|interrupt|abort|cancel|stop")  # `raise UserQuit`
_SENDING = ("_thread.interrupt_main", "thread.interrupt_main")
_EXITING = {"parse_args", "parse_known_args"}  # sys.exit() and the project's own exits are in the answer
_PARSERS = (b"argparse", b"optparse", b"click", b"docopt")


@dataclass(frozen=True, slots=True)
class Kept:
    """A type that is no Exception, how the handler writes it, and why it stays."""

    type: str
    text: str
    why: str
    needed: Import | None = None

    @property
    def told(self) -> str:
        return f"{self.text} stays caught: {self.why}"


def kept_beyond(
    handler: ast.ExceptHandler, module: Module, project: Project, found: Narrowing
) -> tuple[Kept, ...]:
    """What stays caught beside Exception, each type once, unless a handler before has it.

    Whether that is meant or the fault nobody can tell, so it stays: written out, it can be seen.
    """
    caught = earlier_types(handler, module, project)
    kept: dict[str, Kept] = {}
    for name, why in _relied_on(handler, module, project, found, caught):
        if name not in caught and name not in kept:
            spelling = spelled_type(name, handler, module, project)
            if spelling:
                kept[name] = Kept(name, spelling.text, why, spelling.needed)
            else:
                hint = "" if name == "BaseException" else f" ({bare_name(name)} has no name there)"
                kept[name] = Kept(name, "BaseException", f"{why}{hint}")
    return tuple(kept.values())


def not_kept(
    handler: ast.ExceptHandler, module: Module, project: Project, found: Narrowing, kept: Sequence[Kept]
) -> str | None:
    """Which exception that is none may come out of the body though nothing says so."""
    there = {one.type for one in kept} | set(earlier_types(handler, module, project))
    for exception, what in brought_about(module):
        if exception not in there:
            return f"{exception}, which `{what}` brings, is no Exception and not caught any more"
    for exception in raised_here(module, project, there) if found.answer.missing else ():
        return f"{bare_name(exception)}, which the file raises, is no Exception and not caught any more"
    return None


def _relied_on(
    handler: ast.ExceptHandler, module: Module, project: Project, found: Narrowing, caught: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The types, and why they come."""
    in_thread = _in_thread(handler, module, project)
    answer = found.answer
    if answer.missing:  # the search for it may have ended there
        answer = may_exit(try_of(handler, module).body, module, project)
    for raised in no_exceptions(answer, module, project, caught):
        if not (in_thread and raised.is_for_main_thread):
            yield raised.type, raised.evidence
    if alarm := alarm_before(module, try_of(handler, module)):
        at_alarm = may_exit([module.statement(alarm)], module, project)
        for raised in no_exceptions(at_alarm, module, project, caught):
            yield raised.type, raised.evidence
    for node in nodes_of_body(handler, module):
        if isinstance(node, ast.Call):
            yield from _of_call(node, module, project, answer)
        has_end = _has_an_end(node)
        if _is_endless(node) and not in_thread and not (has_end and _only_translates(handler, module)):
            loop = "loop" if has_end else "endless loop"
            yield "KeyboardInterrupt", f"Ctrl-C ends the {loop} in the body"
    if in_thread and (job := _job(handler, module)):
        yield "SystemExit", f"`{job}` may exit, which would end a thread that others count on"
    if _takes_time(handler, module) and (sent := _interrupts(module)):
        yield "KeyboardInterrupt", f"`{ast.unparse(sent)}` (line {sent.lineno}) sends it"
    if not in_thread and _leaves_endless_loop(handler, module):
        yield "KeyboardInterrupt", "Ctrl-C ends the endless loop that the handler leaves"
    if found.choice.refusal and _ends_command(handler, module, project):  # else it is over at once
        yield "KeyboardInterrupt", "Ctrl-C ends a command of the shell, and the shell goes on"
    if awaits_cancelled(try_of(handler, module), module):
        # What is awaited without asyncio may be a task of something else.
        cancelled = "asyncio.CancelledError" if uses_asyncio(module) else "BaseException"
        yield cancelled, "the body awaits a task that was cancelled before"


def _of_call(call: ast.Call, module: Module, project: Project, answer: MayRaise) -> Iterator[tuple[str, str]]:
    spelled = ast.unparse(call.func)
    name = spelled.rpartition(".")[2]
    if name in _EXITING and _may_parse(call, module, project):
        yield "SystemExit", f"`{spelled}` exits"
    is_unknown = any(one.startswith(f"calls `{spelled}`, whose") for one in answer.missing)
    if is_unknown and "." in spelled and (path := unread_exit(name, module, project)):
        yield "SystemExit", f"`{name}` in `{path}`, which cannot be read here, may exit"
    if name in _WAITS or (name == "start" and "IOLoop." in spelled):
        yield "KeyboardInterrupt", f"Ctrl-C ends `{spelled}`"


def _may_parse(call: ast.Call, module: Module, project: Project) -> bool:
    """Whether it is no function of the project's own that only has the name of one that parses and exits."""
    own = project.definition(module, call.func)
    if own is None or any(parser in own.module.data for parser in _PARSERS):
        return True
    calls = (node.func for node in walk([own.node]) if isinstance(node, ast.Call))
    return any(ast.unparse(called).rpartition(".")[2] in _EXITING for called in calls)


def _in_thread(handler: ast.ExceptHandler, module: Module, project: Project) -> bool:
    """Whether nothing but a thread is known to run the function: as `run()` of one, or as its target."""
    function, names = module.function(handler), names_of(module)
    above = module.parent(function) if function else None
    if function is None:
        return False
    if isinstance(above, ast.ClassDef) and function.name == "run":
        calls = (module.parent(use) for use in module.attributes.get("run", ()))
        by_hand = any(isinstance(call, ast.Call) and not call.args + call.keywords for call in calls)
        return not by_hand and any(names.is_any(base, "threading.Thread") for base in above.bases)
    uses = names.occurrences(function.name)
    if not all(_is_target(use, module) for use in uses):
        return False
    is_used = any(can_mean(use, function, module) for use in uses)
    return is_used and project.paths_mentioning(function.name) == [module.path]


def _job(handler: ast.ExceptHandler, module: Module) -> str | None:
    """What a thread was handed to run, where its handler lets it go on with the next one."""
    if last_resort(handler, module) != OF_ENDLESS_LOOP:
        return None
    function = module.function(handler)
    stored = {node.id for node in ast.walk(function or module.tree) if _is_stored(node)}
    called = (node.func for node in nodes_of_body(handler, module) if isinstance(node, ast.Call))
    return next((func.id for func in called if isinstance(func, ast.Name) and func.id in stored), None)


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_target(use: ast.expr, module: Module) -> bool:
    """Whether a function is what a thread is made to run: `Thread(target=work)`."""
    match module.parent(use):
        case ast.keyword(arg="target") as keyword:
            call = module.parent(keyword)
            return isinstance(call, ast.Call) and names_of(module).is_any(call.func, "threading.Thread")
    return False


def _leaves_endless_loop(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the handler is a way out of an endless loop around its `try`, which Ctrl-C may be to end.

    It hits where time is spent: hardly ever a body that only looks something up.
    """
    if not _takes_time(handler, module):
        return False
    around = takewhile(lambda above: not isinstance(above, FUNCTIONS), module.ancestors(handler))
    loops = [above for above in around if isinstance(above, _LOOPS)]
    if all(map(_has_an_end, filter(_is_endless, loops))) and _only_translates(handler, module):
        return False
    nodes = [*walk(handler.body, without=(*FUNCTIONS, ast.Lambda, *_LOOPS))]
    exits = (c for c in nodes if isinstance(c, ast.Call) and names_of(module).is_any(c.func, *EXITS))
    if any(exits) or any(isinstance(node, (ast.Return, ast.Raise)) for node in nodes if not _is_again(node)):
        return any(map(_is_endless, loops))
    return any(isinstance(node, ast.Break) for node in nodes) and any(map(_is_endless, loops[:1]))


def _is_again(node: ast.AST) -> bool:
    """Whether it raises again what was caught: Ctrl-C leaves the loop that way without being caught, too."""
    return isinstance(node, ast.Raise) and node.exc is None


def _ends_command(handler: ast.ExceptHandler, module: Module, project: Project) -> bool:
    """Whether the handler is the end of a command of a `cmd.Cmd`: whoever stops one wants the next prompt."""
    function, statement = module.function(handler), try_of(handler, module)
    above = module.parent(function) if function else None
    if not isinstance(above, ast.ClassDef) or not isinstance(function, FUNCTIONS):
        return False
    if statement not in function.body or not _is_command(function):
        return False
    behind = function.body[function.body.index(statement) + 1 :]
    leaves = isinstance(handler.body[-1], ast.Return) or all(isinstance(s, _ENDS) for s in behind)
    _, bases = project.ancestry(Definition(module, above))
    return _takes_time(handler, module) and leaves and any(base.rpartition(".")[2] == "Cmd" for base in bases)


def _is_command(function: Function) -> bool:
    """Whether a shell calls it with what was typed, by its name and what it takes."""
    takes = function.args.args[: len(function.args.args) - len(function.args.defaults)]
    return len(takes) <= 2 and (function.name.startswith("do_") or function.name in ("default", "emptyline"))


def _takes_time(handler: ast.ExceptHandler, module: Module) -> bool:
    names = names_of(module)
    slow = (node for node in nodes_of_body(handler, module) if isinstance(node, _TAKES_TIME))
    return not all(isinstance(node, ast.Call) and names.is_any(node.func, *_AT_ONCE) for node in slow)


def _interrupts(module: Module) -> ast.expr | None:
    """Where the file has a thread that sends Ctrl-C to the main one, which is how a time limit may be set."""
    names = names_of(module)
    return next((one for one in names.occurrences("interrupt_main") if names.is_any(one, *_SENDING)), None)


def _is_endless(node: ast.AST) -> bool:
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)


def _has_an_end(loop: ast.AST) -> bool:
    """Whether the loop can end by itself, as one that reads until nothing comes any more."""
    return isinstance(loop, ast.While) and not goes_round(loop, ast.Break, ast.Return)


def _only_translates(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the handler does nothing but raise an error of its own, which tells of no end of a program."""
    raised = [node.exc for node in own_nodes(handler.body) if isinstance(node, ast.Raise)]
    ending = (_ENDING.search(ast.unparse(exc).partition("(")[0]) for exc in raised if exc)
    return ways_out(module, handler.body, handler.name) == {"raise"} and not any(ending)
