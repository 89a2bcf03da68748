"""Whether a function of the project takes what a call gives it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.exceptions.answer import BY_ARGUMENT, RARE, MayRaise
from codemods.exceptions.raising.arguments.fitting import GETS_NONE
from codemods.exceptions.raising.arguments.given_none import brought_by_none
from codemods.exceptions.raising.walk import Walk, short, type_names
from codemods.exceptions.types import notation
from codemods.exceptions.types.classes.bases import PLAIN_BASES, outer_bases
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.decorators import is_property, strange_decorators
from codemods.exceptions.types.functions.signatures import bound_to, call_of, fields_of, fits, written
from codemods.exceptions.types.kinds import ITERABLE, NUMBERS, names_in
from codemods.exceptions.types.targets import Call
from codemods.module import FUNCTIONS
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.nodes import walk as walk_nodes
from codemods.project import Definition

_TEXTS = frozenset({"str", "bytes"})
_TOLD_APART = NUMBERS | ITERABLE


def call_checked(walk: Walk, node: ast.Call, definition: Definition) -> None:
    """Note what is wrong with the arguments: too few, too many, or none of what the annotations say.

    What a function does with an argument that its annotation excludes is not known from the annotation.
    """
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    function = _run_by(walk, definition)
    plain = isinstance(node.func, ast.Name) and _is_other_name(walk, node.func)
    if function is None or not (plain or _is_named(node.func, name, definition)):
        return
    call = call_of(walk.project, walk.module, node, function)
    if not fits(call, function):
        walk.found.add("TypeError", f"`{name}` does not take the arguments of `{short(node)}`")
        return
    if spread := _spread(call, function):
        walk.found.add("TypeError", f"`{name}` may not take what `{spread}` holds", RARE)
    for argument, value in written(call, function):
        if _is_excluded(walk, value, argument, function) and not _is_asked(argument, function):
            said = f"which `{argument.arg}` of `{name}` is not said to be"
            walk.found.missing[f"gives `{short(value)}`, {said}"] = None
        if argument.annotation and "None" in type_names(walk, value):
            why = f"gives `{short(value)}`, which may be None, for `{argument.arg}` of `{name}`"
            for kind in sorted(brought_by_none(walk, argument, function)):
                walk.found.add(kind, why, BY_ARGUMENT)
        if _is_none_handed_on(walk, value, argument, function):
            told = (r for r in walk.function(function).raised if f" {GETS_NONE} " in r.evidence)
            surer = tuple(replace(r, confidence=max(r.confidence, BY_ARGUMENT)) for r in told)
            walk.found.merge(MayRaise(surer), f"calls `{name}`")


def _is_other_name(walk: Walk, name: ast.Name) -> bool:
    """Whether it is bound to a function or class of the project by its own name: `run = start`."""
    above = [walk.module.parent(binding.node) for binding in reaching(walk.module, name)]
    values = [
        one.value for one in above if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    ]
    told = [v for v in values if isinstance(v, ast.Name) and walk.project.definition(walk.module, v)]
    return 0 < len(told) == len(above)


def _is_named(called: ast.expr, name: str, definition: Definition) -> bool:
    """Whether it is called by its own name, and not through `partial` or the like."""
    if isinstance(definition.node, ast.ClassDef) and name == "cls":
        return True
    return name == definition.node.name or (definition.node.name == "__call__" and not _is_made(called))


def _is_made(called: ast.expr) -> bool:
    """Whether what is called is an attribute, or made by a function that is told nothing of: `partial(f)`."""
    return isinstance(called, ast.Attribute) or (
        isinstance(called, ast.Call) and not spelled(called.func).rpartition(".")[2][:1].isupper()
    )


def _spread(call: Call, function: Definition) -> str:
    """What is spread out in a call of a function that does not take any number of arguments."""
    assert isinstance(function.node, FUNCTIONS)
    takes = function.node.args
    stars = [one for one in call.arguments if isinstance(one, ast.Starred) and not takes.vararg]
    named = takes.args[len(takes.posonlyargs) == 0 and bound_to(function) != "nothing" :] or takes.kwonlyargs
    pairs = [one.value for one in call.keywords if one.arg is None and (named or not takes.kwarg)]
    return next((f"*{short(one.value)}" for one in stars), "") or next((f"**{short(p)}" for p in pairs), "")


def _run_by(walk: Walk, definition: Definition) -> Definition | None:
    """The function that a call runs; of a class its `__init__`, if that alone makes an instance."""
    node = definition.node
    if isinstance(node, FUNCTIONS):
        return None if strange_decorators(definition) or is_property(definition) else definition
    inside = names_of(definition.module).bindings_in(node)
    if fields := fields_of(definition):
        return fields
    makers = [binding.node for binding in inside.get("__init__", ())]
    if len(makers) != 1 or not isinstance(makers[0], FUNCTIONS) or "__new__" in inside or node.keywords:
        return None
    if not PLAIN_BASES.issuperset(outer_bases(walk.values, definition)):
        return None  # an Enum has another way to make its members
    maker = Definition(definition.module, makers[0])
    return None if strange_decorators(definition) or strange_decorators(maker) else maker


def _is_asked(argument: ast.arg, function: Definition) -> bool:
    """Whether the function looks at the type of the argument itself: `isinstance(path, str)`."""
    return any(
        isinstance(call.func, ast.Name)
        and call.func.id in ("isinstance", "type")
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id == argument.arg
        for call in _calls_in(function)
        if call.args
    )


def _is_excluded(walk: Walk, value: ast.expr, argument: ast.arg, function: Definition) -> bool:
    """Whether a value is of another builtin type than the annotation allows; some stand for others."""
    if argument.annotation is None:
        return False
    allowed = names_in(notation.of(walk.project, function.module, argument.annotation)) - {"None"}
    kinds = type_names(walk, value) - {"None"}
    if not kinds or not allowed or not kinds | allowed <= _TOLD_APART:
        return False
    if allowed & (ITERABLE - _TEXTS):
        return not kinds & ITERABLE
    return not any(kinds <= group and allowed & group for group in (NUMBERS, {"str"}, {"bytes", "bytearray"}))


def _is_none_handed_on(walk: Walk, value: ast.expr, argument: ast.arg, function: Definition) -> bool:
    """Whether a value may be None and the function gives it to another as it is."""
    if "None" not in names_in(walk.values.seen(walk.module, value), in_part=True):
        return False
    given = (one for call in _calls_in(function) for one in call.args)
    return any(isinstance(one, ast.Name) and one.id == argument.arg for one in given)


def _calls_in(function: Definition) -> Iterator[ast.Call]:
    return (node for node in walk_nodes([function.node]) if isinstance(node, ast.Call))
