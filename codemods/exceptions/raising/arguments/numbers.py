"""What numbers make a call raise, and texts that numbers are read from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.answer import CERTAIN, POSSIBLE, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.sizes import is_made_of_read, is_moderate, is_nonzero
from codemods.exceptions.raising.sure.written import MOST_STEPS, bound_to
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.flow.conditions import holds_any
from codemods.exceptions.types.functions.signatures import given_at, spreads
from codemods.exceptions.types.kinds import DECIMALS, NUMBERS
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import is_same_again, one_or_more, spelled

OF_NUMBERS = {"builtins.int", "builtins.float", "builtins.complex"}
_READING: dict[str, type[int] | type[float]] = {"int": int, "float": float}
_DESCRIPTORS = {"os.fsync", "os.fdatasync", "os.fchdir", "os.fpathconf"}
_MAKING_WHOLE = {"builtins.int", "builtins.round", "math.floor", "math.ceil", "math.trunc"}
_NOT_FREE = ("group", "groupdict", "groups")  # what a pattern has found in a text


def numbers(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what numbers make a call raise: too large ones, and what is no file's number.

    That a number is huge is rare, unless it is what a text says: `file.read(int(header))`.
    """
    label = fact.name.removeprefix("builtins.")
    for node in _sizes(call, fact):
        kinds = kinds_of(walk, node)
        if "data" in kinds:
            walk.found.add("TypeError", f"`{label}`: `{spelled(node)}` may be no number")
        if (not kinds or kinds & (NUMBERS | {"data"})) and not is_moderate(walk, node):
            reason = f"`{label}`: `{spelled(node)}` may be too large"
            walk.found.add("OverflowError", reason, CERTAIN if is_made_of_read(walk, node) else RARE)
    if fact.sizes and not fact.parts and any(_spread(call)):
        reason = f"`{label}`: what `{spelled(call)}` spreads out may be too large"
        walk.found.add("OverflowError", reason, RARE)
    if fact.name in _DESCRIPTORS and call.args and not is_moderate(walk, call.args[0]):
        reason = f"`{label}`: `{spelled(call.args[0])}` may be negative: {fact.source}"
        walk.found.add("ValueError", reason, RARE if kinds_of(walk, call.args[0]) else CERTAIN)
    if fact.name in _MAKING_WHOLE and len(call.args) == 1:
        _infinite(walk, call.args[0], label)
    if fact.name == "builtins.divmod" and not (
        call.args[1:] and is_nonzero(walk.module, call.args[1], walk.project)
    ):
        walk.found.add("ZeroDivisionError", f"a division: `{spelled(call)}`")
    if fact.name == "builtins.range" and not _steps_on(walk, call):
        walk.found.add("ValueError", "`range`: its step may be 0", RARE)


def _steps_on(walk: Walk, call: ast.Call) -> bool:
    """Whether a range has a step that is not 0: the third argument, and 1 where there is none."""
    if spreads(call.args):
        return False
    return len(call.args) < 3 or is_nonzero(walk.module, call.args[2], walk.project)


def _sizes(call: ast.Call, fact: Fact) -> Iterator[ast.expr]:
    """The arguments that must not be huge."""
    if not fact.parts:
        yield from given_at(call, fact.sizes)
        return
    parts = [part for a in call.args for part in one_or_more(a)]
    yield from (part for place, part in enumerate(parts) if place in fact.sizes)


def _spread(call: ast.Call) -> Iterator[ast.expr]:
    """What is spread out in a call: `timedelta(**{unit: number})`."""
    yield from (given.value for given in call.args if isinstance(given, ast.Starred))
    yield from (keyword.value for keyword in call.keywords if keyword.arg is None)


def not_a_number(fact: Fact, kinds: list[set[str]]) -> tuple[str, ...]:
    """What `int` and `float` raise for text, and for what is neither text nor a number."""
    if fact.name not in OF_NUMBERS:
        return ()
    given = set().union(*kinds)
    if given <= NUMBERS:
        return ()
    if given <= NUMBERS | DECIMALS:  # NaN, and infinity
        return ("ValueError", "OverflowError") if fact.name == "builtins.int" else ("ValueError",)
    return ("ValueError",) if given <= NUMBERS | {"str", "bytes"} else fact.argument


def is_whole(fact: Fact, kinds: list[set[str]]) -> bool:
    """Whether it is `int` of text or of a whole number, which cannot be too large."""
    whole = {"str", "bytes", "int", "bool", "None"}
    return fact.name == "builtins.int" and all(kind and kind <= whole for kind in kinds)


def read_wrongly(call: ast.Call) -> bool:
    """Whether a number is read from a text that is written out and is none: `int("a")`."""
    match call:
        case ast.Call(func=ast.Name(id="int" | "float" as name), args=[ast.Constant(value=str(text))]):
            try:
                _READING[name](text)
            except ValueError:
                return True
    return False


def is_of_digits(module: Module, call: ast.Call) -> bool:
    """Whether it is asked before if a text is made of digits: those of powers are rare, and too many."""
    match call:
        case ast.Call(args=[text], keywords=[]) if is_same_again(text):
            asked = {f"{spelled(text)}.{name}()" for name in ("isdecimal", "isdigit")}
            return holds_any(module, text, asked)
    return False


def _infinite(walk: Walk, node: ast.expr, label: str) -> None:
    """Note that no whole number is made of the float that a free text says: `int(float("inf"))`."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _infinite(walk, left, label)
            _infinite(walk, right, label)
        case ast.Call(func=ast.Name(id="float") as function, args=[text], keywords=[]):
            if not names_of(walk.module).is_any(function, "builtins.float") or not _is_free(walk, text):
                return
            kinds = kinds_of(walk, text)
            if not is_of_digits(walk.module, node) and (not kinds or kinds & {"str", "bytes"}):
                reason = f"`{label}`: `{spelled(node)}` may be infinite, as `inf` and `1e999` are"
                walk.found.add("OverflowError", reason, CERTAIN if kinds else POSSIBLE)


def _is_free(walk: Walk, text: ast.expr, depth: int = 0) -> bool:
    """Whether a text is neither written out nor a part of one that has been taken apart."""
    match text:
        case ast.Constant() | ast.Subscript():
            return False
        case ast.Call(func=ast.Attribute(value=inner, attr=name)):
            return name not in _NOT_FREE and _is_free(walk, inner, depth)
        case ast.Name() if depth < MOST_STEPS:
            bound = bound_to(walk.module, text, walk.project) or []
            return all(_is_free(walk, one, depth + 1) for one in bound)
    return True
