"""`except:` without a type."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from codemods.exceptions import Choice, behind_except, earlier_types
from codemods.model import Applicability, Fix, Import
from codemods.module import Module
from codemods.names import names_of
from codemods.remedies._beyond import Kept, kept_beyond, not_kept
from codemods.remedies._clean_up import clean_up
from codemods.remedies._comments import said_all, said_not_base, said_why, speaks_of_surprise
from codemods.remedies._handlers import own_nodes, raises_again
from codemods.remedies._last_resort import end_of_the_line
from codemods.remedies._narrowing import (
    forwards_exception,
    names_base_exceptions,
    narrowing,
    nodes_of_body,
    try_of,
)
from codemods.remedy import Proposal, Remedy

_MESSAGE = "bare except: also catches KeyboardInterrupt and SystemExit"
_REPLACING = tuple(f"os.exec{letters}" for letters in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe"))
# What ends or leaves a function by an exception that is none: of a test, a page, a generator of results.
_OUTCOMES = (
    *("pytest.exit", "pytest.fail", "pytest.skip", "pytest.xfail", "pytest.importorskip"),
    *("streamlit.stop", "streamlit.rerun", "streamlit.experimental_rerun", "streamlit.switch_page"),
    *("twisted.internet.defer.returnValue", "prefect.pause_flow_run", "prefect.suspend_flow_run"),
)


class BareExcept(Remedy):
    """Name what a bare `except:` is there to catch.

    Why
        A bare `except:` also catches what must get through: Ctrl-C (KeyboardInterrupt), `sys.exit()`
        (SystemExit), the end of a generator and the cancellation of an asyncio task. And it hides
        mistakes, a misspelled name for instance, behind an answer that looks like a failed read.

    Before
        import json


        def load_state(path: str) -> dict:
            try:
                with open(path) as file:
                    return json.load(file)
            except:
                return {}


        def ask(client):
            try:
                return client.fetch()
            except:
                return None

    After
        import json


        def load_state(path: str) -> dict:
            try:
                with open(path) as file:
                    return json.load(file)
            except (OSError, ValueError):
                return {}


        def ask(client):
            try:
                return client.fetch()
            except Exception:
                return None

    Left alone
        - `except Exception:` and everything else that names a type (see `broad-except`)
        - a handler where `Exception` is a name of the file's own
        - one that must catch everything, and whose comment says why `BaseException` is not named (reported)

    Applicability
        `except Exception` is safe: it catches all it did but KeyboardInterrupt, SystemExit,
        GeneratorExit and CancelledError, which is what the remedy promises. Where the body is known to
        bring one of them (it exits or runs other code, waits for Ctrl-C, is a command of an interactive
        shell, awaits a task that was cancelled, sets an alarm whose handler raises one), or another that
        is no Exception (the project's own, a time limit of gevent), that one is written out and stays
        caught. It is unsafe where the body yields, for GeneratorExit may be meant, where the file sets
        such time limits elsewhere, where the handler closes or removes something, which Ctrl-C will
        skip, and where a handler before it takes out only one of KeyboardInterrupt and SystemExit.
        Types are written when everything in the body is known, and the handler does not tell of an
        "unexpected error". That is safe when nothing had to be assumed (an annotation, a package's
        documentation, the arguments a function is made for) and nothing that is very rare was left out,
        else unsafe.
        `except BaseException` means the same as before; it is written where the handler raises the
        exception again or hands it on, where it ends the process (`os._exit()`, in a child) or goes on
        as another program (`os.execv()`), and where earlier handlers leave nothing else.
    """

    subject = "Narrow what bare excepts catch"
    uncovers = False  # as for broad-except
    words = (
        r"\b(?:bare|naked)\W+except",
        r"\bexcept\s*:",
        r"\bexcepts?\b[^.]{0,20}\bwithout (?:a |any )?(?:exception )?type",
        r"\b(?:overly )?broad exception",
    )
    also_silenced_by = ("PyBroadException",)
    triggers = (b"except:", b"except :", b"except\t:", b"except\\", b"except  ")

    def visit_ExceptHandler(self, handler: ast.ExceptHandler, module: Module) -> Iterator[Proposal]:
        if handler.type is not None:
            return
        if names_of(module).visible("Exception", handler) or names_of(module).visible(
            "BaseException", handler
        ):
            reason = "Exception is a name of the file's own here; name the types that are meant"
            yield Proposal(handler, _MESSAGE, reason=reason)
        elif why := self._must_catch_all(handler, module):
            said = said_not_base(handler, module)
            reason = f"{why}; {said or 'this means the same as before and says that it is meant'}"
            fix = None if said else _fix(handler, module, "BaseException", Applicability.SAFE)
            yield Proposal(handler, _MESSAGE, fix, reason)
        else:
            yield self._narrowed(handler, module)

    def _must_catch_all(self, handler: ast.ExceptHandler, module: Module) -> str | None:
        """Why the handler has to go on catching everything."""
        if why := raises_again(module, handler):
            return why
        if names_base_exceptions(handler):
            return "the handler tells the exceptions apart itself"
        if forwards_exception(handler, module):
            return "the handler hands the exception on"
        if any(names_of(module).is_any(call.func, "os._exit") for call in _calls(handler.body)):
            return "the handler ends the process, which may be a child that must not go on"
        if any(names_of(module).is_any(call.func, *_REPLACING) for call in _calls(handler.body)):
            return "the handler goes on as another program, also after Ctrl-C"
        if {"Exception", "BaseException"} & set(earlier_types(handler, module, self.project)):
            return "a handler before it catches Exception already"
        return None

    def _narrowed(self, handler: ast.ExceptHandler, module: Module) -> Proposal:
        found = narrowing(handler, module, self.project)
        if place := end_of_the_line(handler, module):
            found = replace(found, choice=Choice(refusal=f"meant for every Exception, as {place}"))
        elif words := speaks_of_surprise(handler):
            meant = f"meant for every Exception: it tells of an `{words}`"
            found = replace(found, choice=Choice(refusal=meant))
        elif said_all(handler, module):
            found = replace(found, choice=Choice(refusal="meant for every Exception, as its comment says"))
        kept = kept_beyond(handler, module, self.project, found)
        names = found.choice.names or ("Exception",)
        wide_doubt = _told_apart(handler, module) or self._doubt(handler, module, kept)
        wide_doubt = wide_doubt or not_kept(handler, module, self.project, found, kept)
        wide_doubt = wide_doubt or said_why(handler, module, narrowed=False)
        doubt = wide_doubt or said_why(handler, module, narrowed=bool(found.choice.names))
        reasons = [
            *(one.told for one in kept),
            *([doubt] if doubt else []),
            *([f"types not narrowed: {found.choice.refusal}"] if found.choice.refusal else []),
        ]
        sure = Applicability.SAFE if found.choice.refusal else found.applicability
        applicability = Applicability.UNSAFE if doubt else sure
        beside = [one.text for one in kept]
        text, wide = _spelled(*names, *beside), _spelled("Exception", *beside)
        is_named = wide != "BaseException"
        needed = tuple(one.needed for one in kept if one.needed and is_named)
        imports = (*found.choice.imports, *needed) if is_named else ()
        fix = _fix(handler, module, text, applicability, imports)
        if found.choice.names:
            least = Applicability.UNSAFE if wide_doubt else Applicability.SAFE
            safer = replace(_fix(handler, module, wide, least, needed), message=_enough(wide))
            fix = replace(fix, safer=safer)
        return Proposal(handler, _enough(text), fix, "; ".join(reasons) or None, found.evidence)

    def _doubt(self, handler: ast.ExceptHandler, module: Module, kept: Sequence[Kept]) -> str | None:
        """Why even `except Exception` may not be what is meant."""
        names = names_of(module)
        interrupted = any(one.text in ("KeyboardInterrupt", "BaseException") for one in kept)
        interrupted = interrupted or self._ends_elsewhere(handler, module)
        if not interrupted and (called := clean_up(handler, module, self.project)):
            return f"`{called}` will not run on Ctrl-C or cancellation any more; `finally` may be its place"
        ends_before = "GeneratorExit" in earlier_types(handler, module, self.project)
        for node in nodes_of_body(handler, module):
            if isinstance(node, (ast.Yield, ast.YieldFrom)) and not ends_before:
                return (
                    "the body yields, and GeneratorExit, which ends a generator there, is not caught any more"
                )
            if isinstance(node, ast.Call) and names.is_any(node.func, *_OUTCOMES):
                return f"what `{ast.unparse(node.func)}` raises is no Exception and not caught any more"
        return None

    def _ends_elsewhere(self, handler: ast.ExceptHandler, module: Module) -> bool:
        """Whether what ends a program goes to a handler before it, and no task is cancelled there."""
        earlier = earlier_types(handler, module, self.project)
        in_task = isinstance(module.function(handler), ast.AsyncFunctionDef)
        return {"KeyboardInterrupt", "SystemExit"}.issubset(earlier) and not in_task


def _spelled(*types: str) -> str:
    """Types as an `except` names them."""
    if "BaseException" in types:
        return "BaseException"
    return behind_except([*dict.fromkeys(types)])


def _enough(text: str) -> str:
    return f"{_MESSAGE}; `except {text}` is enough"


def _fix(
    handler: ast.ExceptHandler,
    module: Module,
    text: str,
    applicability: Applicability,
    imports: tuple[Import, ...] = (),
) -> Fix:
    """The handler with a type."""
    start = module.start(handler) + len("except")
    end = start
    while module.data[end : end + 1] in (b" ", b"\t"):
        end += 1
    if module.data[end : end + 1] != b":":  # a backslash before the colon: it stays behind the type
        end = start
    return Fix((module.edit(start, end, f" {text}"),), imports, applicability)


def _told_apart(handler: ast.ExceptHandler, module: Module) -> str | None:
    """What it means when the handlers before it name one of the two that end a program, and not the other.

    By their spelling: a star import hides what a name stands for.
    """
    handlers = try_of(handler, module).handlers
    types = (h.type for h in handlers[: handlers.index(handler)] if h.type)
    spelled = {node.id for kind in types for node in ast.walk(kind) if isinstance(node, ast.Name)}
    match [name for name in ("KeyboardInterrupt", "SystemExit") if name in spelled]:
        case [name]:
            return f"a handler before it takes out {name} only, so the others may be meant to be caught"
    return None


def _calls(block: Iterable[ast.AST]) -> Iterator[ast.Call]:
    return (node for node in own_nodes(block) if isinstance(node, ast.Call))
