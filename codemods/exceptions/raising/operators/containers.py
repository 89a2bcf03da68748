"""What subscripts can raise, by the types of what they look into."""

from __future__ import annotations

import ast
import builtins
import re

from codemods.exceptions.answer import CERTAIN, GUESSED, LIKELY, RARE
from codemods.exceptions.raising.dispatch import runs_own
from codemods.exceptions.raising.operators.hashing import UNHASHABLE, hashed
from codemods.exceptions.raising.operators.items import is_told, methods_of, told_item
from codemods.exceptions.raising.sure.places import is_first_of_python, is_there
from codemods.exceptions.raising.sure.presence import has_index, has_key
from codemods.exceptions.raising.sure.sizes import is_byte
from codemods.exceptions.raising.walk import Walk, each_type, is_looked_up, kinds_of, type_names
from codemods.exceptions.types.classes.bases import has_own, is_enum, outer_types
from codemods.exceptions.types.flow.bindings import class_behind
from codemods.exceptions.types.flow.nullness import is_mapping_by_use
from codemods.exceptions.types.kinds import (
    BYTES,
    LOOSE,
    MAPPINGS,
    NUMBERS,
    SEQUENCES,
    SETS,
    as_tuple,
    names_in,
    number,
)
from codemods.exceptions.types.notation import Type
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more, spelled

_NO_INDEX = UNHASHABLE | {"str", "bytes", "float", "tuple", "frozenset"}
_NO_BOUND = SEQUENCES | MAPPINGS | SETS | {"float", "data"}  # none of them is where a slice begins or ends
_GENERIC = ("typing.", "typing_extensions.", "collections.abc.")
_CLASS = re.compile(r"_?[A-Z]\w*[a-z]")
_CONSTANT = {"tuple", "str", "bytes", "range"}


def subscript(walk: Walk, node: ast.Subscript) -> None:
    """`value[index]`, loaded, stored or deleted."""
    if _is_type_expression(walk.module, node):
        return
    owner = class_behind(walk.values, walk.module, node.value)
    index = kinds_of(walk, node.slice) if not isinstance(node.slice, ast.Slice) else {"slice"}
    match node.slice:
        case ast.Slice(step=ast.expr() as step) if not number(step):
            walk.found.add("ValueError", f"`{spelled(node)}`: the step may be zero", RARE)
    if owner and is_enum(walk.values, owner):
        walk.found.add("KeyError", f"`{spelled(node)}`: there may be no such member")
        if not index or "data" in index:
            walk.found.add("TypeError", f"`{spelled(node)}`: the name may be unhashable", RARE)
        return
    kinds = kinds_of(walk, node.value)
    if not kinds:
        _of_unknown(walk, node, index)
    for kind in each_type(walk, node.value):
        if kind.definition is None:
            _subscript_of(walk, node, kind, index)
        else:
            _subscript_of_own(walk, node, kind, index)


def _subscript_of_own(walk: Walk, node: ast.Subscript, kind: Type, index: set[str]) -> None:
    """A lookup in an instance of a project's class."""
    assert kind.definition
    methods = methods_of(walk, node)
    bases = outer_types(walk.values, kind.definition)
    if all(walk.values.member(kind.definition, method).found for method in methods):
        for method in methods:
            runs_own(walk, node.value, kind, [method], "looks up")
    elif "__getitem__" in methods and bases & MAPPINGS and _makes_missing(walk, node.value, kind):
        return
    elif plain := sorted(bases & (MAPPINGS | SEQUENCES)):
        _subscript_of(walk, node, Type(plain[0]), index)
    elif all(has_own(walk.values, kind.definition, method) for method in methods):
        _of_unknown(walk, node, index)
    else:
        walk.found.add("TypeError", f"`{spelled(node)}`: `{kind.name}` defines no `{methods[0]}`")


def _makes_missing(walk: Walk, node: ast.expr, kind: Type) -> bool:
    """Whether a class of the project says what a missing key gives; what that raises is noted."""
    assert kind.definition
    told = walk.values.member(kind.definition, "__missing__").found
    return told and runs_own(walk, node, kind, ["__missing__"], "looks up")


def _subscript_of(walk: Walk, node: ast.Subscript, whole: Type, index: set[str]) -> None:
    whole = as_tuple(whole)
    label, kind = f"`{spelled(node)}`", whole.name
    if kind == "data":
        _subscript_of_data(walk, node, index)
    elif kind == "None":
        walk.found.add("TypeError", f"{label}: it may be None")
    elif kind in SEQUENCES:
        if not is_there(walk, node, whole) and not has_index(walk, node):
            _subscript_of_sequence(walk, node, index, kind)
        if isinstance(node.ctx, ast.Store) and kind in BYTES:
            _byte_stored(walk, node)
        if not isinstance(node.ctx, ast.Load) and kind in _CONSTANT:
            walk.found.add("TypeError", f"{label}: a {kind} cannot be changed")
    elif kind in MAPPINGS:
        counts = kind == "collections.Counter"  # what it does not hold is there 0 times
        if not _only_stores(walk, node) and not counts and not has_key(walk, node):
            walk.found.add("KeyError", f"{label}: the key may be missing")
        hashed(walk, [node.slice])
        if index == {"slice"}:  # a key since 3.12
            walk.found.add("TypeError", f"{label}: a dict holds nothing at a slice")
        if is_told(kind):  # environment variables, which are text
            told_item(walk, node, kind, without=("KeyError",))
    elif kind == "collections.defaultdict":
        hashed(walk, [node.slice])
        if isinstance(node.ctx, ast.Del):
            if not has_key(walk, node):
                walk.found.add("KeyError", f"{label}: the key may be missing")
        elif not _only_stores(walk, node) and not _has_plain_factory(walk, node.value):
            walk.found.missing[f"looks up {label} in a defaultdict, whose factory may do anything"] = None
    elif is_told(kind):
        told_item(walk, node, kind)
    else:
        walk.found.missing[f"looks up {label} in a `{kind}`, whose items are not in the tables"] = None


def _only_stores(walk: Walk, node: ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Store) and not is_looked_up(walk, node)


def _has_plain_factory(walk: Walk, node: ast.expr) -> bool:
    """Whether a defaultdict makes what is missing by what raises nothing: a builtin type, `lambda: 0`."""
    kinds = (k for k in walk.values.of(walk.module, node) if k.name == "collections.defaultdict")
    return all(len(kind.arguments) > 1 and not kind.assumed for kind in kinds)


def _of_unknown(walk: Walk, node: ast.Subscript, index: set[str]) -> None:
    """What looking something up in a value of which nothing is known may well raise."""
    why = f"looks up `{spelled(node)}`, whose type is unknown"
    seen = names_in(walk.values.seen(walk.module, node.value), in_part=True)
    walk.found.guess(why, "TypeError", confidence=RARE)
    if index == {"slice"} or _only_stores(walk, node) or _is_of_types(walk.module, node):
        return
    negative = isinstance(node.slice, ast.UnaryOp)
    if seen & MAPPINGS or not (seen & SEQUENCES or negative or index == {"int"}):
        walk.found.guess(why, "KeyError", confidence=LIKELY)
    if not seen & MAPPINGS and (seen & SEQUENCES or negative or not index - {"int"}):
        walk.found.guess(why, "IndexError", confidence=GUESSED)


def _subscript_of_data(walk: Walk, node: ast.Subscript, index: set[str]) -> None:
    label = f"`{spelled(node)}`"
    if index != {"str"} or not is_mapping_by_use(walk.module, node.value):
        walk.found.add("TypeError", f"{label}: data of any type")
    if index == {"slice"}:  # which may be a key since 3.12
        walk.found.add("KeyError", f"{label}: a dict holds nothing at a slice")
        return
    asked_for = has_key(walk, node)  # so it is taken for a mapping
    long_enough = has_index(walk, node)  # so it is taken for a list
    if not _only_stores(walk, node) and not asked_for:
        walk.found.add("KeyError", f"{label}: the key may be missing", RARE if long_enough else CERTAIN)
    if index != {"str"} and not long_enough:
        reason = f"{label}: the list may be shorter"
        walk.found.add("IndexError", reason, RARE if asked_for else CERTAIN)


def _subscript_of_sequence(walk: Walk, node: ast.Subscript, index: set[str], kind: str) -> None:
    label = f"`{spelled(node)}`"
    if index == {"slice"}:
        if names_in(walk.values.of(walk.module, node.value), in_part=True) & {"collections.deque"}:
            walk.found.add("TypeError", f"{label}: a deque has no slices")
        _sliced(walk, node, label)
        return
    for place in each_type(walk, node.slice):
        if place.definition and not runs_own(walk, node.slice, place, ("__index__",), "an index is"):
            walk.found.add("TypeError", f"{label}: `{place.name}` is no index")
    if not index or index - _NO_INDEX or kind == "tuple":  # a `sqlite3.Row` takes names in its place
        sure = RARE if is_first_of_python(walk, node) else CERTAIN
        walk.found.add("IndexError", f"{label}: the index may be out of range", sure)
    if not index or index & (LOOSE | _NO_INDEX):
        sure = CERTAIN if index & _NO_INDEX else RARE
        walk.found.add("TypeError", f"{label}: the index may be no number", sure)


def _byte_stored(walk: Walk, node: ast.Subscript) -> None:
    """Note what `data[index] = value` raises for a value that is no byte."""
    parent = walk.module.parent(node)
    value = parent.value if isinstance(parent, ast.Assign) else None
    if isinstance(node.slice, ast.Slice):
        return
    if value is None or not is_byte(value):
        walk.found.add("ValueError", f"`{spelled(node)}`: the value may be no byte")
    kinds = type_names(walk, value) if value is not None else set()
    if not kinds or not kinds <= {"int", "bool"}:
        reason = f"`{spelled(node)}`: the value may be no number"
        walk.found.add("TypeError", reason, CERTAIN if kinds else RARE)


def _sliced(walk: Walk, node: ast.Subscript, label: str) -> None:
    """Note what the parts of a slice raise, and giving one with steps another number of items."""
    match node.slice:
        case ast.Slice(lower, upper, step):
            parts = [part for part in (lower, upper, step) if part is not None]
        case _:
            return
    if isinstance(node.ctx, ast.Store):
        _put_in(walk, node, label)
    bounds = [kinds_of(walk, part) for part in parts]
    is_strange = any(bound & _NO_BOUND for bound in bounds)
    if is_strange or not all(bounds):
        sure = CERTAIN if is_strange else RARE
        walk.found.add("TypeError", f"{label}: a part of the slice may be no whole number", sure)
    if isinstance(node.ctx, ast.Store) and step is not None and not _is_one(step):
        walk.found.add("ValueError", f"{label}: what is put in may have more or fewer items")


def _put_in(walk: Walk, node: ast.Subscript, label: str) -> None:
    """Note what giving a slice a value raises that cannot be gone through, or holds what are no bytes."""
    parent = walk.module.parent(node)
    if not isinstance(parent, ast.Assign):
        return
    value = kinds_of(walk, parent.value)
    if value & (NUMBERS | LOOSE):
        walk.found.add("TypeError", f"{label}: what is put in may hold nothing")
    if "bytearray" in type_names(walk, node.value) and not (value and value <= BYTES):
        for name in ("TypeError", "ValueError"):
            walk.found.add(name, f"{label}: what is put in may be no bytes", CERTAIN if value else RARE)


def _is_one(step: ast.expr) -> bool:
    return isinstance(step, ast.Constant) and step.value in (1, None)


def _is_type_expression(module: Module, node: ast.Subscript) -> bool:
    """`list[int]` or `Mapping[str, Any]`, in a cast or an annotation that is evaluated."""
    dotted = names_of(module).qualified(node.value) or ""
    builtin = dotted.removeprefix("builtins.") in {"list", "dict", "set", "tuple", "type", "frozenset"}
    return builtin or dotted.startswith(_GENERIC)


def _is_of_types(module: Module, node: ast.Subscript) -> bool:
    """Whether it is spelled like a generic class and what it is of: `Deferred[str]`."""
    kinds = [names_of(module).qualified(part) or "" for part in one_or_more(node.slice)]
    classes = (getattr(builtins, kind.removeprefix("builtins."), None) for kind in kinds)
    name = spelled(node.value).rpartition(".")[2]
    return bool(_CLASS.match(name)) and all(isinstance(one, type) for one in classes)
