"""What a handler that catches everything could name instead, and the words for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codemods.exceptions import (
    Choice,
    MayRaise,
    Raised,
    alarm_before,
    bare_name,
    choose,
    earlier_types,
    may_raise,
    met,
)
from codemods.model import Applicability
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.project import Project
from codemods.pythons import pythons_of
from codemods.remedies._comments import said_python_2
from codemods.remedies._handlers import own_nodes
from codemods.remedies._python_2 import for_python_2

_RERAISES = re.compile(r"re_?raise")
_QUOTED = re.compile(r"`[^`]*`")
_MOST_SHOWN = 3  # reasons, where nothing rests on them
_LEVELS = "debug|info|warn|warning|error|exception|critical"
_TELLING = re.compile(
    rf"(?i)\b(log|_?logger|logging|_log|print\w*|_?log_(?:{_LEVELS})|\w*log(?:ger)?(?:_\w+)?\.(?:{_LEVELS}))\b"
)
# Functions by whose name they make a text of what they get: `ustr`, `to_text`, `textutil.format_exception`.
_MAKING_TEXT = re.compile(
    r"(?:^|[._])(?:u?str|unicode|text_type|format_exc(?:eption)?)$"
    r"|(?:^|[._])(?:ensure|error|exc|exception|force|safe|smart|to)_(?:native|str|string|text|unicode)$"
)
# What says that Python 2 does not have what the body asks for.
_LACKING = {"ImportError", "ModuleNotFoundError", "AttributeError", "NameError"}
_FORWARDS = ("set_exception", "throw", "athrow")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the body may raise, what of it is known to come to the handler, and what to write for it."""

    answer: MayRaise
    known: tuple[Raised, ...]
    choice: Choice

    @property
    def applicability(self) -> Applicability:
        """SAFE only where nothing was assumed and nothing rare is left out."""
        sure = not self.answer.assumed and not self.choice.left_out
        sure = sure and all(raised.confidence == 1 for raised in self.choice.raised)
        return Applicability.SAFE if sure else Applicability.UNSAFE

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why each type can come out, what was taken for granted and what is left out.

        Where no types are written nothing rests on all that, and a few of them are enough.
        """
        reasons = [*_reasons(self.choice.raised or self.known)]
        if self.choice.refusal:
            more = len(reasons) - _MOST_SHOWN
            return (*reasons[:_MOST_SHOWN], *([f"and {more} more"] if more > 0 else []))
        return (
            *reasons,
            *(f"assumed: {text}" for text in _gathered(self.answer.assumed)),
            *(f"left out as too rare: {text}" for text in _reasons(self.choice.left_out)),
        )


def _reasons(found: Iterable[Raised]) -> Iterator[str]:
    """Why types can come out, those in one line that come for the same reason."""
    types: dict[str, list[str]] = {}
    for raised in found:
        types.setdefault(raised.evidence, []).append(bare_name(raised.type))
    yield from (f"{', '.join(names)}: {evidence}" for evidence, names in types.items())


def _gathered(sentences: Sequence[str]) -> Iterator[str]:
    """Of sentences that differ only in the code they quote the first, and how many there are like it."""
    alike: dict[str, list[str]] = {}
    for sentence in sentences:
        alike.setdefault(_QUOTED.sub("", sentence), []).append(sentence)
    for first, *others in alike.values():
        yield f"{first}, and {len(others)} more like it" if others else first


def narrowing(handler: ast.ExceptHandler, module: Module, project: Project) -> Narrowing:
    """What the handler's `try` may raise that no handler before it catches, and how to write it."""
    statement = try_of(handler, module)
    answer = may_raise(statement.body, module, project, thorough=False)
    caught = earlier_types(handler, module, project)
    choice = choose(answer, handler, module, project, caught)
    known = met(answer, handler, module, project)
    if alarm := alarm_before(module, statement):
        called = ast.unparse(alarm.func)
        refusal = f"`{called}` (line {alarm.lineno}) may end it with what the handler of the signal raises"
        return Narrowing(answer, known, Choice(refusal=refusal))
    is_other = choice.types and _LACKING.isdisjoint(choice.types)
    if is_other and (said := said_python_2(handler, module)):
        return Narrowing(answer, known, Choice(refusal=said))
    if older := pythons_of(project).python_2(module.path) if choice.types else None:
        choice, assumed = for_python_2(choice, older, statement.body, module)
        answer = replace(answer, assumed=(*answer.assumed, *assumed))
    return Narrowing(answer, known, choice)


def try_of(handler: ast.ExceptHandler, module: Module) -> ast.Try | ast.TryStar:
    statement = module.parent(handler)
    assert isinstance(statement, (ast.Try, ast.TryStar))
    return statement


def nodes_of_body(handler: ast.ExceptHandler, module: Module) -> Iterator[ast.AST]:
    """The nodes of the `try` body that run there: not those inside nested functions and classes."""
    return own_nodes(try_of(handler, module).body)


def forwards_exception(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the handler hands the exception itself on: stores it, gives it to a future, raises it.

    Printing and logging is not handing on.
    """
    names = names_of(module)
    for node in own_nodes(handler.body):
        if not isinstance(node, ast.Call):
            continue
        if names.is_any(node.func, "sys.exc_info", "sys.exception") and not _is_told(node, module):
            return True
        if isinstance(node.func, ast.Attribute) and node.func.attr in _FORWARDS:
            return True
        if _RERAISES.search(ast.unparse(node.func)):  # `with save_and_reraise_exception():`
            return True
    return False


def _is_told(call: ast.Call, module: Module) -> bool:
    """Whether what a call gives is only told, also where it is given a name first."""
    if _asks_for_trace(call, module):
        return True
    names, given = names_of(module), _names_given(call, module)
    uses = [use for name in given for use in names.uses(names.binding(name))]
    read = [use for use in uses if isinstance(use.ctx, ast.Load) and not _reads_part(use, module)]
    return is_only_told(call, module) or (bool(given) and all(is_only_told(use, module) for use in read))


def _asks_for_trace(call: ast.Call, module: Module) -> bool:
    """Whether it is `sys.exc_info()[2]`: nobody can raise the exception again who has only its trace."""
    match module.parent(call):
        case ast.Subscript(slice=ast.Constant(value=2)):
            return True
    return False


def _reads_part(use: ast.Name, module: Module) -> bool:
    """Whether only what the exception says of itself is read: `error.errno`, not the `code` of an exit."""
    above = module.parent(use)
    if not isinstance(above, ast.Attribute) or not isinstance(above.ctx, ast.Load):
        return False
    return above.attr not in ("with_traceback", "__traceback__", "__class__", "code")


def _names_given(call: ast.Call, module: Module) -> list[ast.Name]:
    """The local names that all or a part of what a call gives is bound to: `_, error, _ = sys.exc_info()`.

    The last of three is only its trace, whatever becomes of that.
    """
    value: ast.AST = call
    if isinstance(above := module.parent(call), ast.Subscript) and above.value is call:
        value = above
    match module.parent(value):
        case ast.Assign(targets=[ast.Name() as name], value=given) if given is value:
            names: list[ast.expr] = [name]
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=given) if given is value:
            pass
        case _:
            return []
    plain = [name for name in names if isinstance(name, ast.Name)]
    shared = {name for statement in module.nodes(ast.Global) for name in statement.names}
    local = all(isinstance(module.scope(name), FUNCTIONS) and name.id not in shared for name in plain)
    kept = plain[:2] if value is call else plain
    return kept if local and len(plain) == len(names) else []


def is_only_told(node: ast.AST, module: Module) -> bool:
    """Whether the value ends in a print, a log call, a text or a traceback function."""
    told = ("builtins.print", "builtins.str", "builtins.repr", "builtins.type", "six.text_type")
    below = node
    for above in module.ancestors(node):
        match above:
            case ast.BinOp(left=text, op=ast.Mod()) if text is not below:
                return True
            case ast.Call(func=ast.Attribute(attr="format") as filled) if filled is not below:
                return True
            case ast.Attribute(attr="__name__"):
                return True
        if isinstance(above, ast.Call):
            dotted = names_of(module).qualified(above.func) or ""
            spelled = ast.unparse(above.func)
            if dotted in told or dotted.startswith(("traceback.", "logging.")):
                return True
            if (
                _MAKING_TEXT.search(spelled)
                or _TELLING.search(spelled)
                or any(map(_asks_for_traceback, above.keywords))
            ):
                return True
        if isinstance(above, ast.JoinedStr):
            return True
        if isinstance(above, ast.stmt):
            return False
        below = above
    return False


def _asks_for_traceback(given: ast.keyword) -> bool:
    """Whether it is `exc_info=True`, as of a log call: `error = logger.error` has no name that says so."""
    return given.arg == "exc_info" and isinstance(given.value, ast.Constant) and given.value.value is True


def names_base_exceptions(handler: ast.ExceptHandler) -> bool:
    """Whether the handler itself tells KeyboardInterrupt and its like from other exceptions.

    One that it raises says nothing of those it gets.
    """
    wanted = {"KeyboardInterrupt", "SystemExit", "GeneratorExit", "CancelledError", "BaseException"}
    raises = [node.exc for node in own_nodes(handler.body) if isinstance(node, ast.Raise)]
    made = [exc.func if isinstance(exc, ast.Call) else exc for exc in raises]
    for node in own_nodes(handler.body):
        if node in made:
            continue
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
        if name in wanted:
            return True
    return False
