"""`except Exception:` where the body can only raise a few types."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.exceptions import Choice, bare_name, behind_except, is_met, resolve_type
from codemods.model import Applicability, Fix
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more, types_of, walk
from codemods.project import Project
from codemods.remedies._beyond import Kept, kept_beyond
from codemods.remedies._clean_up import clean_up
from codemods.remedies._comments import said_all, said_base, said_why, speaks_of_surprise
from codemods.remedies._handlers import goes_on, own_nodes, raises_again, ways_out
from codemods.remedies._last_resort import OF_ENDLESS_LOOP, is_kept_up_outside, last_resort
from codemods.remedies._narrowing import Narrowing, forwards_exception, is_only_told, narrowing, try_of
from codemods.remedy import Proposal, Remedy

_ENDINGS = ("KeyboardInterrupt", "SystemExit", "GeneratorExit")
_BROAD = {"builtins.Exception": "Exception", "builtins.BaseException": "BaseException"}


class BroadExcept(Remedy):
    """Name the types that an `except Exception:` is there for.

    Why
        A handler for everything also takes the mistakes of the code inside: a misspelled attribute or a
        wrong argument looks like a failed read, and is found much later, far away.

    Before
        import json


        def load_state(path: str) -> dict:
            try:
                with open(path) as file:
                    return json.load(file)
            except Exception:
                return {}

    After
        import json


        def load_state(path: str) -> dict:
            try:
                with open(path) as file:
                    return json.load(file)
            except (OSError, ValueError):
                return {}

    Left alone
        - a body that calls anything unknown: listed with what the calls before that raise
        - a body where only slips in the code (TypeError, AttributeError, IndexError, KeyError) would be left
          to name, because its other errors are rare, caught before, or those of packages
        - the last resort of a program, a request handler, a thread, a worker loop, a test or a clean-up
        - a handler that raises again, hands the exception on, or tells of an "unexpected error"
        - a handler that asks whether it got a type which the body is not known to raise
        - a handler whose comment says that it is for anything, or all errors
        - an `except BaseException` that closes or removes something, whose comment names what it is for, or
          that is for all that a handler for KeyboardInterrupt or SystemExit before it leaves
        - `except* Exception`, whose groups may hold anything

    Applicability
        Always unsafe: the handler may be meant for what nobody thought of, or for what a test makes the
        body raise. Where the answer is not complete a person must decide.
    """

    subject = "Narrow what broad handlers catch"
    is_refactoring = True
    is_always_unsafe = True
    uncovers = False  # what a handler inside lets out now is what a handler outside was not to name
    words = (
        r"\b(?:overly |too )?(?:broad|generic|catch-?all|blanket)\b[^.]{0,20}\bexcept",
        r"\bexcept(?:s|ions?)?\b[^.]{0,20}\btoo broad",
        r"\bexcept Exception\b",
    )
    triggers = (b"Exception",)
    also_silenced_by = ("py/catch-base-exception",)

    def visit_ExceptHandler(self, handler: ast.ExceptHandler, module: Module) -> Iterator[Proposal]:
        broad = _broad_type(handler, module)
        if broad is None:
            return
        message = f"except {broad}: also catches the mistakes of the code inside"
        reason = self._meant(handler, module)
        if broad == "BaseException":
            reason = reason or said_base(handler, module) or _for_the_rest(handler, module)
        if reason:
            yield Proposal(handler, message, reason=reason)
            return
        found = narrowing(handler, module, self.project)
        if found.choice.refusal:
            reason = f"not narrowed: {found.choice.refusal}{_known(found, found.choice.refusal)}"
            yield Proposal(handler, message, reason=reason, evidence=found.evidence)
            return
        if stranger := self._asked_for(handler, module, found.choice):
            reason = f"not narrowed: the handler asks for {stranger}, which is not known to come out"
            yield Proposal(handler, message, reason=reason, evidence=found.evidence)
            return
        assert handler.type is not None
        beyond = kept_beyond(handler, module, self.project, found) if broad == "BaseException" else ()
        if broad == "BaseException" and (lost := _lost(handler, module, self.project, beyond)):
            yield Proposal(handler, message, reason=f"not narrowed: {lost}", evidence=found.evidence)
            return
        names = [*found.choice.names]
        names += [one.text for one in beyond if one.text not in names]
        text = behind_except(names)
        edit = module.replace(handler.type, _apart(handler.type, module, text))
        imports = (*found.choice.imports, *(one.needed for one in beyond if one.needed))
        fix = Fix((edit,), imports, Applicability.UNSAFE)
        said = [one.told for one in beyond]
        said += filter(None, [said_why(handler, module, narrowed=True)])
        reason = "; ".join(said) or None
        yield Proposal(handler, f"{message}; `except {text}` is enough", fix, reason, found.evidence)

    def _asked_for(self, handler: ast.ExceptHandler, module: Module, choice: Choice) -> str | None:
        """The type that the handler asks for, `isinstance(error, Timeout)`, though it would not get it."""
        for node in own_nodes(handler.body):
            match node:
                case ast.Call(func=function, args=[ast.Name(id=asked), kinds]):
                    is_test = names_of(module).is_any(function, "builtins.isinstance")
                case ast.Compare(
                    left=ast.Call(func=function, args=[ast.Name(id=asked)]),
                    ops=[ast.Eq() | ast.Is()],
                    comparators=[kinds],
                ):
                    is_test = names_of(module).is_any(function, "builtins.type")
                case _:
                    continue
            for kind in one_or_more(kinds):
                name = resolve_type(kind, module, self.project)
                met = name and is_met(name, choice, module, self.project)
                if is_test and asked == handler.name and not met:
                    return module.source(kind)
        return None

    def _meant(self, handler: ast.ExceptHandler, module: Module) -> str | None:
        """Why the handler is right as it is."""
        if isinstance(try_of(handler, module), ast.TryStar):
            return "the members of an exception group may be of any type"
        if not goes_on(ways := ways_out(module, handler.body, handler.name)) and "return" not in ways:
            return "the handler lets an exception out: nothing is swallowed"
        if why := raises_again(module, handler):
            return why
        if forwards_exception(handler, module) or _hands_on(handler, module):
            return "the handler hands the exception on"
        place = last_resort(handler, module)
        if place and not (place == OF_ENDLESS_LOOP and is_kept_up_outside(handler, module)):
            return f"{place}: right to catch everything"
        if words := speaks_of_surprise(handler):
            return f"it tells of an `{words}`: right to catch everything"
        return said_all(handler, module)


def _apart(kind: ast.expr, module: Module, text: str) -> str:
    """A type in the place of another, with spaces where the words beside it touch its parentheses."""
    start, end = module.start(kind), module.end(kind)
    before = " " if module.data[start - 1 : start].isalpha() else ""
    behind = " " if module.data[end : end + 1].isalpha() else ""
    return f"{before}{text}{behind}"


def _broad_type(handler: ast.ExceptHandler, module: Module) -> str | None:
    """The broad type that the handler names, alone or among others."""
    dotted = [names_of(module).qualified(part) for part in types_of(handler)]
    return next((_BROAD[name] for name in dotted if name in _BROAD), None)


def _for_the_rest(handler: ast.ExceptHandler, module: Module) -> str | None:
    """Why a handler for BaseException means all that is left: one before it answers what ends a program."""
    handlers = try_of(handler, module).handlers
    for other in handlers[: handlers.index(handler)]:
        dotted = [names_of(module).qualified(part) for part in types_of(other)]
        taken = next((ending for ending in _ENDINGS if f"builtins.{ending}" in dotted), None)
        if taken and ways_out(module, other.body, other.name) != {"re-raise"}:
            return f"a handler before it takes out {taken}: right to catch all the rest"
    return None


def _lost(handler: ast.ExceptHandler, module: Module, project: Project, beyond: Sequence[Kept]) -> str | None:
    """What a handler for BaseException does for what is no Exception, and would do for it no more."""
    if unnamed := [one.type for one in beyond if one.text == "BaseException"]:
        return f"{bare_name(unnamed[0])}, which is no Exception, has no name there"
    interrupted = any(one.text == "KeyboardInterrupt" for one in beyond)
    if not interrupted and (called := clean_up(handler, module, project)):
        return f"`{called}` would not run on Ctrl-C or cancellation any more"
    return None


def _hands_on(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the exception object itself is stored, returned, or given to a function but to be told."""
    for node in _reads(handler):
        match module.parent(node):
            case ast.Assign() | ast.Return() | ast.Yield():
                return True
            case ast.Tuple() | ast.List() | ast.Dict() if not is_only_told(node, module):
                return True
            case ast.Call() | ast.keyword() if not is_only_told(node, module) and not _is_asked(node, module):
                return True
    return False


def _reads(handler: ast.ExceptHandler) -> Iterator[ast.Name]:
    """Where the handler reads its exception, until the name is given to something else."""
    for statement in handler.body:
        for node in walk([statement]):
            if isinstance(node, ast.Name) and node.id == handler.name and isinstance(node.ctx, ast.Load):
                yield node
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == handler.name:
                if not _may_be(value, name):
                    return


def _may_be(value: ast.expr, name: str) -> bool:
    """Whether it may be what a name stands for: `error if isinstance(error, Ours) else Ours(error)`."""
    match value:
        case ast.Name(id=known):
            return known == name
        case ast.IfExp(body=one, orelse=other):
            return _may_be(one, name) or _may_be(other, name)
        case ast.BoolOp(values=values):
            return any(_may_be(part, name) for part in values)
    return False


def _is_asked(node: ast.Name, module: Module) -> bool:
    """Whether a call only asks what the exception is, or puts it into a new one: `getattr(e, "errno")`."""
    call = next(above for above in module.ancestors(node) if isinstance(above, ast.Call))
    dotted = names_of(module).qualified(call.func) or ""
    return dotted.startswith("builtins.") or ast.unparse(call.func).rpartition(".")[2][:1].isupper()


def _known(found: Narrowing, refusal: str) -> str:
    """What is known to come out, may, and may be guessed, where the refusal does not say it all already."""
    told = {*refusal.translate({ord(sign): " " for sign in ",;"}).split()}
    said: dict[str, dict[str, None]] = {"known to come out": {}, "possible": {}, "a guess": {}}
    for raised in found.known:
        sure = "known to come out" if raised.is_known else "possible"
        said["a guess" if raised.is_guessed else sure][bare_name(raised.type)] = None
    return "".join(
        f"; {what}: {', '.join(names)}" for what, names in said.items() if not names.keys() <= told
    )
