"""What a block or a function may raise, told in full: why, what is caught where, what is not known."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from codemods.exceptions.answer import RARE, MayRaise, Raised
from codemods.exceptions.choice import Choice, choose
from codemods.exceptions.hierarchy import BROAD, Hierarchy, handler_types, hierarchy_at
from codemods.exceptions.naming import Guess, guess
from codemods.exceptions.raising.analysis import called, may_raise
from codemods.exceptions.raising.walk import short
from codemods.module import FUNCTIONS, Function, Module
from codemods.nodes import spelled
from codemods.project import Definition, Project

Try: TypeAlias = ast.Try | ast.TryStar
Block: TypeAlias = Try | ast.With | ast.AsyncWith | Function | ast.ClassDef | ast.Module

_WITHS = (ast.With, ast.AsyncWith)
_TRIES = (ast.Try, ast.TryStar)
_QUOTED = re.compile(r"`([^`]*)`")
_ELSEWHERE = re.compile(r" in `[^`]*` \([^()]*:\d+\)$")
_LINES_OUTSIDE = (*FUNCTIONS, ast.ClassDef, ast.Lambda)


class NoSuchPlace(Exception):
    """There is nothing to explain at that place; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is explained: the body of a `try`, a `with`, a function, a class (making one), or a file."""

    module: Module = field(repr=False)
    node: Block = field(repr=False)
    kind: str
    name: str  # the dotted name of the definitions around it, itself included; '' at the top of the file
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Caught:
    """What an `except` inside of the block keeps in: the clause, its line, and the types it catches there."""

    clause: str
    line: int
    raised: tuple[Raised, ...]


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler of the `try`: what of its body it catches, and its types that nothing known can raise.

    Of what is in `part` it catches the kinds that it names: FileNotFoundErrors, where OSError may come. Where
    it is not `known` which types it names, all of them or some, it may catch more.
    """

    clause: str
    line: int
    catches: tuple[Raised, ...]
    idle: tuple[str, ...]
    known: bool = True
    part: tuple[Raised, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that nobody knows about, and the line it is in; None where the text says so itself."""

    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write in the handler at `line`, which catches everything; None: in one more handler."""

    line: int | None
    choice: Choice
    guess: Guess | None = None  # what people name at such code, where not all is known


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say about a place. `passing` is what none of the `handlers` catches."""

    place: Place
    answer: MayRaise
    unknown: tuple[Unknown, ...] = ()
    caught: tuple[Caught, ...] = ()
    handlers: tuple[Handler, ...] = ()
    passing: tuple[Raised, ...] = ()
    advice: Advice | None = None


def place_at(module: Module, line: int) -> Place:
    """The innermost body of a `try`, `with`, function or file that holds the line.

    The line of an `except` stands for its `try`. Raises NoSuchPlace for a line that is not in the file.
    """
    last = _last_line(module)
    if not 1 <= line <= last:
        raise NoSuchPlace(f"{module.path} has {last} lines: there is no line {line}")
    blocks: list[Block] = module.nodes(*_TRIES, *_WITHS, *FUNCTIONS)
    around = [(first, block) for block in blocks for first, end in _reaches(block) if first <= line <= end]
    # The innermost is the one that begins last; of two in one line, the one further right.
    block = max(around, key=lambda pair: (pair[0], _column(pair[1])), default=(0, module.tree))[1]
    return _place(module, block)


def place_named(module: Module, name: str) -> Place:
    """The function, method or class of a dotted name in the file. Raises NoSuchPlace."""
    definitions: list[Function | ast.ClassDef] = module.nodes(*FUNCTIONS, ast.ClassDef)
    known = {module.qualified_name(node): node for node in definitions}
    if name not in known:
        by_last = [full for full in known if full.rpartition(".")[2] == name.rpartition(".")[2]]
        close = by_last or get_close_matches(name, list(known), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else "give a line (FILE:LINE) or another name"
        raise NoSuchPlace(f"{module.path} defines no {name}: {hint}")
    return _place(module, known[name])


def explain(place: Place, project: Project) -> Explanation:
    """What the place may raise, and what becomes of it."""
    node, module = place.node, place.module
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        answer = called(Definition(module, node), project)
        body = [] if isinstance(node, ast.ClassDef) else node.body
        unknown = _unknown(answer, body, f" in `{node.name}` ({module.path}:{node.lineno})")
        return Explanation(place, answer, unknown, _caught_in(body, module, project))
    body = [node] if isinstance(node, _WITHS) else node.body
    answer = may_raise(body, module, project)
    unknown, caught = _unknown(answer, body), _caught_in(body, module, project)
    if not isinstance(node, _TRIES):
        return Explanation(place, answer, unknown, caught)
    handlers, passing = _through(node, answer, module, hierarchy_at(project, module.path))
    advice = _advice(node, answer, passing, module, project)
    return Explanation(place, answer, unknown, caught, handlers, passing, advice)


# -- finding the place --------------------------------------------------------------------------------


def _reaches(block: Block) -> Iterator[tuple[int, int]]:
    """The runs of lines that stand for a block."""
    match block:
        case ast.Try() | ast.TryStar():
            yield block.lineno, _end(block.body[-1])
            for handler in block.handlers:
                yield handler.lineno, max(handler.lineno, handler.body[0].lineno - 1)
        case ast.Module():
            return
        case _:
            first = min((d.lineno for d in getattr(block, "decorator_list", ())), default=block.lineno)
            yield first, _end(block)


def _last_line(module: Module) -> int:
    """The number of lines, that of an empty file 0."""
    return len(module.line_starts) - (module.line_starts[-1] == len(module.data))


def _end(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def _column(block: Block) -> int:
    return -1 if isinstance(block, ast.Module) else block.col_offset


def _place(module: Module, block: Block) -> Place:
    if isinstance(block, ast.Module):
        return Place(module, block, "file", "", 1, _last_line(module))
    kinds: dict[type[ast.stmt], str] = {ast.ClassDef: "class"}
    kinds |= dict.fromkeys(FUNCTIONS, "function") | dict.fromkeys(_WITHS, "with")
    kinds |= dict.fromkeys(_TRIES, "try")
    end = _end(block.body[-1]) if isinstance(block, _TRIES) else _end(block)
    return Place(module, block, kinds[type(block)], module.qualified_name(block), block.lineno, end)


# -- what nobody knows ----------------------------------------------------------------------------------


def _unknown(answer: MayRaise, statements: Iterable[ast.stmt], here: str = "") -> tuple[Unknown, ...]:
    """What is missing, first in the order of the lines what stands in the statements themselves.

    `here` is how texts end that speak of them; those of functions that they call have another end.
    """
    lines: dict[str, int] = {}
    for node in (n for statement in statements for n in ast.walk(statement)):
        if isinstance(node, ast.expr):
            text = short(node)
            lines[text] = min(node.lineno, lines.get(text, node.lineno))
    texts = (why.removesuffix(here) for why in answer.missing)
    found = [Unknown(text, None if _ELSEWHERE.search(text) else _line(text, lines)) for text in texts]
    return tuple(sorted(found, key=lambda one: one.line or math.inf))


def _line(text: str, lines: dict[str, int]) -> int | None:
    quoted = _QUOTED.search(text)
    return lines.get(quoted.group(1)) if quoted else None


# -- what is caught -----------------------------------------------------------------------------------


def _caught_in(statements: Iterable[ast.stmt], module: Module, project: Project) -> tuple[Caught, ...]:
    """What the handlers inside of the statements catch, but for those of functions defined there."""
    found = []
    for inner in _tries_in(statements):
        answer = may_raise(inner.body, module, project)
        handlers, _ = _through(inner, answer, module, hierarchy_at(project, module.path))
        found += [Caught(h.clause, h.line, h.catches) for h in handlers if h.catches]
    return tuple(sorted(found, key=lambda caught: caught.line))


def _tries_in(statements: Iterable[ast.stmt]) -> Iterator[Try]:
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _TRIES):
            yield node
        if not isinstance(node, _LINES_OUTSIDE):
            waiting += ast.iter_child_nodes(node)


def _through(
    node: Try, answer: MayRaise, module: Module, hierarchy: Hierarchy
) -> tuple[tuple[Handler, ...], tuple[Raised, ...]]:
    """What each handler catches of what comes up to it, and what passes all of them."""
    left = list(answer.raised)
    handlers = []
    for handler in node.handlers:
        names = handler_types(hierarchy, module, handler)
        caught = [raised for raised in left if hierarchy.is_a(raised.type, *names)]
        left = [raised for raised in left if raised not in caught]
        part = [raised for raised in left if any(hierarchy.is_a(name, raised.type) for name in names)]
        idle = (n for n in names if n not in BROAD and not _meets(n, (*caught, *part), hierarchy))
        known = len(names) == (len(handler.type.elts) if isinstance(handler.type, ast.Tuple) else 1)
        clause = _clause(handler)
        handlers.append(Handler(clause, handler.lineno, tuple(caught), tuple(idle), known, tuple(part)))
    return tuple(handlers), tuple(left)


def _meets(name: str, raised: Iterable[Raised], hierarchy: Hierarchy) -> bool:
    """Whether any of them may be caught by the name."""
    return any(hierarchy.is_a(one.type, name) or hierarchy.is_a(name, one.type) for one in raised)


def _clause(handler: ast.ExceptHandler) -> str:
    return f"except {spelled(handler.type)}" if handler.type else "except"


def _advice(
    node: Try, answer: MayRaise, passing: Sequence[Raised], module: Module, project: Project
) -> Advice | None:
    """What to write in the handler that catches everything, else in one more for what passes them all."""
    hierarchy = hierarchy_at(project, module.path)
    earlier: list[str] = []
    for handler in node.handlers:
        names = handler_types(hierarchy, module, handler)
        if not set(BROAD).isdisjoint(names):
            choice = choose(answer, handler, module, project, earlier)
            likely = None if answer.complete else guess(handler, module, project, answer, earlier)
            return Advice(handler.lineno, choice, likely)
        earlier += names
    if not node.handlers or not any(raised.confidence > RARE for raised in passing):
        return None
    return Advice(None, choose(answer, node.handlers[-1], module, project, earlier))
