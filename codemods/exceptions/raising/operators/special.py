"""Special methods of the project's classes that builtins run, on a value and on what it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.answer import RARE
from codemods.exceptions.raising.dispatch import read, runs_own
from codemods.exceptions.raising.walk import Walk, each_type
from codemods.exceptions.types import notation
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import lineage
from codemods.exceptions.types.functions.decorators import is_decorated
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.functions.signatures import DATACLASS, NAMED_TUPLES
from codemods.exceptions.types.notation import Type, Value, known, ordered
from codemods.names import names_of
from codemods.project import Definition

EQUALITY = ("__eq__", "__ne__")
TRUTH = ("__bool__", "__len__")
WRITTEN = ("__str__", "__repr__", "__format__")
ASKED = ("__getattr__", "__getattribute__")  # for attributes
# What makes a number, bytes or another copy of a value.
CONVERTS = (
    *("__int__", "__float__", "__complex__", "__index__", "__trunc__", "__floor__", "__ceil__", "__round__"),
    *("__abs__", "__divmod__", "__rdivmod__", "__pow__", "__rpow__", "__bytes__", "__fspath__", "__dir__"),
)
COPIES = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__")
_RUN_BY = {
    **dict.fromkeys(("copy.", "pickle."), COPIES),
    **dict.fromkeys(("heapq.", "bisect."), ("__lt__", "__gt__")),
    "contextlib.ExitStack.push": ("__exit__",),
}


def with_held(walk: Walk, value: Value, *holders: str) -> Iterator[Type]:
    """The types, and those of what they hold: two lists are equal when what is in them is.

    `holders`: the only types whose parts count, beside the project's own; all if there are none.
    """
    found = dict.fromkeys(ordered(value))
    waiting = [*found]
    while waiting:
        kind = waiting.pop()
        parts = kind.arguments if not holders or kind.name in holders else ()
        inner = [one for held in (*parts, *fields(walk, kind.definition)) for one in ordered(known(held))]
        waiting += [one for one in dict.fromkeys(inner) if one not in found]
        found |= dict.fromkeys(inner)
    yield from found


def fields(walk: Walk, owner: Definition | None) -> Iterator[Value]:
    """What the fields of a dataclass or a NamedTuple hold, by their annotations."""
    if owner is None or not isinstance(owner.node, ast.ClassDef) or not _is_made_of_fields(owner):
        return
    for statement in owner.node.body:
        if isinstance(statement, ast.AnnAssign):
            yield notation.of(walk.project, owner.module, statement.annotation)


def _is_made_of_fields(owner: Definition) -> bool:
    """Whether a class is written, compared and hashed by its fields."""
    assert isinstance(owner.node, ast.ClassDef)
    names = names_of(owner.module)
    is_tuple = any(names.is_any(base, *NAMED_TUPLES) for base in owner.node.bases)
    return is_tuple or is_decorated(owner, DATACLASS)


def runs_on_all(walk: Walk, node: ast.expr, methods: Iterable[str], does: str) -> None:
    """Note what these methods raise, where the classes of a value or of what it holds define them."""
    for kind in with_held(walk, walk.values.of(walk.module, node)):
        runs_own(walk, node, kind, methods, does)


def written_out(walk: Walk, node: ast.expr) -> None:
    """Note that `str()` and the like run a method that the class of a value defines."""
    runs_on_all(walk, node, WRITTEN, "writes out")


def measured(walk: Walk, node: ast.expr, kind: Type) -> None:
    """Note what asking for the length raises, if there is one: `len(x)`, `list(x)`, `if x`."""
    for one in walk.values.member(kind.definition, "__len__").definitions if kind.definition else ():
        runs_own(walk, node, kind, ("__len__",), "measures")
        if not all(map(_is_length, results_of(one))):
            walk.found.add("ValueError", f"`{kind.name}.__len__` must not be negative", RARE)


def _is_length(result: ast.Return | ast.Yield | ast.YieldFrom) -> bool:
    match result.value:
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Constant(value=int(length)):
            return length >= 0
    return False


def may_decline(walk: Walk, kind: Type, methods: Iterable[str]) -> bool:
    """Whether one of these methods of a class may give NotImplemented."""
    found = (walk.values.member(kind.definition, name) for name in methods if kind.definition)
    results = (r for target in found for one in target.definitions for r in results_of(one))
    parts = (part for r in results if r.value for part in ast.walk(r.value))
    return any(isinstance(part, ast.Name) and part.id == "NotImplemented" for part in parts)


def asked_for(walk: Walk, call: ast.Call) -> None:
    """Note what `hasattr` runs, whose AttributeError says no: a property, or what is there for any name."""
    outer = walk.apart()
    for kind in each_type(walk, call.args[0]) if call.args else ():
        runs_own(walk, call.args[0], kind, ASKED, "asks for an attribute of")
        if owner := kind.definition:
            names = _names_asked_for(walk, call.args[1:], owner)
            read(walk, (one for name in names for one in walk.values.member(owner, name).definitions))
    walk.found.raised.pop("AttributeError", None)
    outer.merge(walk.found)
    walk.found = outer


def _names_asked_for(walk: Walk, given: list[ast.expr], owner: Definition) -> Iterable[str]:
    """The name that is written out, else all that a class has."""
    match given:
        case [ast.Constant(value=str(name))]:
            return [name]
    classes = lineage(walk.values, owner)[0]
    return sorted({name for one in classes for name in bound_in(one)})


def converted(walk: Walk, node: ast.expr, label: str) -> None:
    """Note what a function of the tables may run of a value's class that it makes a number or a copy of."""
    value = walk.values.of(walk.module, node)
    methods = next((run for start, run in _RUN_BY.items() if label.startswith(start)), CONVERTS)
    for kind in ordered(value) if methods is CONVERTS else with_held(walk, value):
        if kind.definition and label.startswith("operator."):
            walk.found.missing[f"calls `{label}` on a `{kind.name}`"] = None
        for method in methods:
            if kind.definition and walk.values.member(kind.definition, method).definitions:
                runs_own(walk, node, kind, (method,), f"calls `{label}` on")
