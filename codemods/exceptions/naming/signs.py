"""What a `try` looks like to a reader: the signs from which people guess what its handler is for.

A sign is a short text, `kind:value`: `call:json.loads`, `does:socket.socket.recv` (a method whose receiver
is known), `item:str` (a subscript with a string), `handler:return None`, `word:timeout` in a message of
the handler. The signs of one `try` are a set, in which each stands once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.exceptions.naming.body import ELSEWHERE, Body, kind_of_index
from codemods.exceptions.naming.surroundings import around, of_handler
from codemods.exceptions.naming.words import words_in
from codemods.exceptions.types.notation import Type
from codemods.exceptions.types.values import values_of
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import walk
from codemods.project import Project


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one `try`, and what is looked up by name."""

    all: frozenset[str]
    keys: frozenset[str]
    """Those by which it is compared with other handlers of the project."""
    words: frozenset[str]
    """What is spoken of: in the names of what is called and of the function, in messages and comments."""
    spoken: frozenset[str]
    """Names that the handler or the documentation mentions, which may be those of exceptions."""
    called: tuple[str, ...]
    """The last names of what is called in the body, in order."""
    dotted: tuple[str, ...]
    """The dotted names of imports and builtins that the body mentions."""


def signs_of(handler: ast.ExceptHandler, module: Module, project: Project) -> Signs:
    """The signs of a handler and of its `try`."""
    statement = module.parent(handler)
    assert isinstance(statement, (ast.Try, ast.TryStar))
    body = Body(module, statement.body)
    parts = {word for name in body.called for word in words_in(name)}
    found = {*body.signs, *(f"part:{word}" for word in parts), *_typed(statement, module, project)}
    if len(statement.body) == 1:
        found.add(f"one:{type(statement.body[0]).__name__}")
        found |= {f"only-{sign}" for sign in body.keys}
    written = {*of_handler(handler, statement, module), *around(statement, module)}
    return Signs(
        all=frozenset(found | written),
        keys=frozenset(body.keys),
        words=frozenset(parts | _values(written, "word", "function")),
        spoken=frozenset(_values(written, "mentions", "documented")),
        called=tuple(dict.fromkeys(body.called)),
        dotted=tuple(dict.fromkeys(body.dotted)),
    )


def keys_of(statement: ast.Try | ast.TryStar, module: Module) -> frozenset[str]:
    """The signs by which the bodies of two `try` are compared."""
    return frozenset(Body(module, statement.body).keys)


def _values(signs: set[str], *kinds: str) -> set[str]:
    parted = (sign.partition(":") for sign in signs)
    return {value for kind, _, value in parted if kind in kinds}


def _typed(statement: ast.Try | ast.TryStar, module: Module, project: Project) -> Iterator[str]:
    """What the calls and lookups of the body are, where the types of their receivers are known."""
    values, names = values_of(project), names_of(module)
    for node in walk(statement.body, without=ELSEWHERE):
        match node:
            case ast.Call(func=ast.Attribute() as func) if not names.qualified(func):
                target = values.target(module, func)
                yield from (f"does:{fact.name}" for fact in target.facts)
                if target.definitions:
                    yield "does:own"
            case ast.Call(func=ast.Name() as func, args=[first, *_]):
                called = (names.qualified(func) or "").removeprefix("builtins.")
                for kind in values.of(module, first) if called else ():
                    yield f"given:{called}({_kind_name(kind)})"
            case ast.Subscript(value=whole, slice=index):
                for kind in values.of(module, whole):
                    yield f"item-of:{_kind_name(kind)}[{kind_of_index(index)}]"


def _kind_name(kind: Type) -> str:
    return "own" if kind.definition else kind.name
