"""Numbers that are read from texts, which may say none, or one that is infinite."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, POSSIBLE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import MOST_STEPS, bound_to
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.flow.conditions import true_tests
from codemods.exceptions.types.kinds import DECIMALS, NUMBERS
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import is_same_again, spelled

OF_NUMBERS = {"builtins.int", "builtins.float", "builtins.complex"}
_READING: dict[str, type[int] | type[float]] = {"int": int, "float": float}
_NOT_FREE = ("group", "groupdict", "groups")  # what a pattern has found in a text


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
            return any(spelled(test) in asked for test in true_tests(module, text))
    return False


def infinite(walk: Walk, node: ast.expr, label: str) -> None:
    """Note that no whole number is made of the float that a free text says: `int(float("inf"))`."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            infinite(walk, left, label)
            infinite(walk, right, label)
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
