"""Which arguments of a call are functions that it calls in turn, told by tables or names, and with what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.arguments.numbers import OF_NUMBERS, not_a_number
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.functions.callbacks import compared_by_key
from codemods.exceptions.types.kinds import element, names_in
from codemods.exceptions.types.notation import UNKNOWN, known

Functions: TypeAlias = dict[int | str, ast.expr]
# What functions in the tables call the parameters through which they call what they are given.
_CALLED = {"object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant", "opener"}
_CALLED |= {"preexec_fn", "copy_function", "ignore", "onerror", "onexc", "factory", "cls"}
_WITH_LENGTH = {"str", "bytes", "bytearray", "list", "tuple", "dict", "set", "frozenset"}
_NEVER_CALLED = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set)  # `ignore=404`


def functions_given(walk: Walk, call: ast.Call, fact: Fact) -> Functions:
    """The functions that a call hands over to be called, each by its place or its name."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    named = {**dict(_by_place(walk, call, fact)), **named}
    called = {name for name in named if name in _CALLED}
    if fact.name.startswith("json.") and "default" in named:
        called.add("default")
    found: Functions = {}
    for place in dict.fromkeys([*fact.calls, *sorted(called)]):
        given = named.get(place) if isinstance(place, str) else next(iter(call.args[place:]), None)
        if given is not None and given not in found.values() and not isinstance(given, _NEVER_CALLED):
            found[place] = given
    return found


def _by_place(walk: Walk, call: ast.Call, fact: Fact) -> Iterator[tuple[str, ast.expr]]:
    """The arguments that are given without a name, by the names that typeshed has for them.

    No function that calls what it is given takes that first under one of the common names.
    """
    if len(call.args) < 2 and not any(isinstance(place, str) for place in fact.calls):
        return
    for taken in walk.values.takes(fact):
        if taken.keys().isdisjoint((*_CALLED, *fact.calls)):
            continue
        names = [name for name in taken if not name.isdigit()]
        positions = sum(name.isdigit() for name in taken)
        for name, value in zip(names[:positions], call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            yield name, value


def fits_each(walk: Walk, call: ast.Call, told: Fact) -> bool:
    """Whether it is for each of many that it takes: `map(str.strip, lines)`, `sorted(lines, key=len)`."""
    if told.name == "builtins.len" and (each := _each(walk, call)):
        return each <= _WITH_LENGTH
    top, _, method = told.name.partition(".")
    holder = method.rpartition(".")[0]
    return top == "builtins" and bool(holder) and _each(walk, call) == {holder}


def of_each(walk: Walk, call: ast.Call, told: Fact) -> tuple[str, ...]:
    """What it raises for one of many that does not fit; a text may be no number: `map(int, parts)`."""
    each = _each(walk, call)
    return not_a_number(told, [each]) if each and told.name in OF_NUMBERS else told.argument


def _each(walk: Walk, call: ast.Call) -> set[str]:
    """The names of the types of the many whose function a call gets; none when nobody knows."""
    if any(keyword.arg == "key" for keyword in call.keywords):  # of `sorted` and the like
        return names_in(known(compared_by_key(walk.values, walk.module, call)))
    many = walk.values.of(walk.module, call.args[-1]) if len(call.args) == 2 else UNKNOWN
    return names_in(known(element(many)))
