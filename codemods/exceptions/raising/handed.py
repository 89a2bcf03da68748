"""Which arguments of a call are functions that it calls in turn, told by a table or by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk

Functions: TypeAlias = dict[int | str, ast.expr]
# What functions in the tables call the parameters through which they call what they are given.
_CALLED = {"object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant", "opener"}
_CALLED |= {"preexec_fn", "copy_function", "ignore", "onerror", "onexc", "factory", "cls"}
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
