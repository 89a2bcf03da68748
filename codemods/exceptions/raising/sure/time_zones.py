"""Whether moments are sure to go together: all of them with a time zone, or all of them without."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import MOST_STEPS
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.classes.attributes import assigned, bound_in, class_values
from codemods.exceptions.types.classes.bases import lineage
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.flow.stores import is_of_own_instance, stores_of
from codemods.exceptions.types.functions.signatures import given_at, spreads
from codemods.module import Module
from codemods.names import Binding, names_of
from codemods.nodes import is_none

_MOMENT = "datetime.datetime"
_WITHOUT = tuple(f"{_MOMENT}.{name}" for name in ("utcnow", "today", "utcfromtimestamp"))
# The position of the time zone.
_ASKED = {f"{_MOMENT}.now": 0, f"{_MOMENT}.fromtimestamp": 1, f"{_MOMENT}.combine": 2, _MOMENT: 7}
_OF_NOW = tuple(f"{_MOMENT}.{name}" for name in ("now", "utcnow", "today"))
_ZONES = ("datetime.timezone.utc", "datetime.UTC")
_MADE_ZONES = ("datetime.timezone", "zoneinfo.ZoneInfo")


def go_together(walk: Walk, *moments: ast.expr) -> bool:
    """Whether `datetime` objects can be compared with each other and subtracted."""
    zoned = {_is_zoned(walk, walk.module, moment, MOST_STEPS) for moment in moments}
    return len(zoned) == 1 and None not in zoned


def has_timestamp(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether `moment.timestamp()` asks the platform nothing, or for a moment that it has just told."""
    if fact.name != f"{_MOMENT}.timestamp" or not isinstance(call.func, ast.Attribute):
        return False
    moment = call.func.value
    zoned = _is_zoned(walk, walk.module, moment, MOST_STEPS)
    return zoned is True or (zoned is False and _is_of_now(walk.module, moment))


def _is_of_now(module: Module, moment: ast.expr) -> bool:
    """Whether it is what the clock says: `datetime.now()`."""
    if isinstance(moment, ast.Name):
        given = [_given(module, one) for one in reaching(module, moment)]
        return bool(given) and all(isinstance(one, ast.Call) and _is_of_now(module, one) for one in given)
    return isinstance(moment, ast.Call) and names_of(module).is_any(moment.func, *_OF_NOW)


def _is_zoned(walk: Walk, module: Module, node: ast.expr, steps: int) -> bool | None:
    """Whether a moment has a time zone; None where that is not sure."""
    match node:
        case ast.Call(func=function) if dotted := names_of(module).qualified(function):
            return _of_call(module, node, dotted)
        case ast.Call(func=ast.Attribute(value=moment, attr="replace")) if steps:
            given = _zone(node, 7)
            return _by_zone(module, given) if given else _is_zoned(walk, module, moment, steps - 1)
        case ast.Call(func=ast.Attribute(attr="astimezone")):
            return True
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right) if module is walk.module:
            moments = [part for part in (left, right) if kinds_of(walk, part) != {"datetime.timedelta"}]
            return _is_zoned(walk, module, moments[0], steps) if len(moments) == 1 else None
        case ast.Name() if steps:
            values = [_given(module, one) for one in reaching(module, node)]
            return _all_alike(walk, module, values, steps - 1)
        case ast.Attribute(attr=name) if steps:
            return _of_attribute(walk, module, node, name, steps - 1)
    return None


def _given(module: Module, binding: Binding) -> ast.expr | None:
    """The value of a plain assignment."""
    match module.parent(binding.node):
        case ast.Assign(targets=targets, value=value) if binding.node in targets:
            return value
        case ast.AnnAssign(value=value):
            return value
    return None


def _of_call(module: Module, call: ast.Call, dotted: str) -> bool | None:
    """What is known of a call of something from outside of the project."""
    if dotted in _WITHOUT:
        return False
    if dotted == f"{_MOMENT}.strptime":
        return _of_format(call.args[1] if len(call.args) > 1 else None)
    if dotted == f"{_MOMENT}.combine" and not _zone(call, _ASKED[dotted]):
        return None  # that of the time of day
    return _by_zone(module, _zone(call, _ASKED[dotted])) if dotted in _ASKED else None


def _of_format(form: ast.expr | None) -> bool | None:
    """What a format asks for: only `%z` gives a time zone, and it must be there."""
    match form:
        case ast.Constant(value=str(text)):
            directives = text.replace("%%", "")
            return None if "%:z" in directives else "%z" in directives
    return None


def _zone(call: ast.Call, place: int) -> list[ast.expr]:
    """What a call gives for the time zone, by its position or name; more than that where it is unclear."""
    if spreads(call.args):
        return call.args
    return [*given_at(call, (place, "tz", "tzinfo", None))]


def _by_zone(module: Module, given: list[ast.expr]) -> bool | None:
    if all(map(is_none, given)):
        return False
    names = names_of(module)
    zone = given[0].func if isinstance(given[0], ast.Call) else given[0]
    wanted = _MADE_ZONES if isinstance(given[0], ast.Call) else _ZONES
    return True if names.is_any(zone, *wanted) else None


def _of_attribute(walk: Walk, module: Module, node: ast.Attribute, name: str, steps: int) -> bool | None:
    """What the methods of the class, those above it and those below it give `self.name`."""
    found: set[bool | None] = set()
    for kind in walk.values.of(module, node.value):
        below = walk.outline.descendants(kind.definition) if kind.definition else None
        if kind.definition is None or below is None:
            return None
        for owner in (*lineage(walk.values, kind.definition)[0], *below):
            if any(
                not is_of_own_instance(owner.module, store)
                for store in stores_of(owner.module).attributes(name)
            ):
                return None
            given = [*assigned(owner, name), *class_values(owner, bound_in(owner).get(name, ()))]
            values = [origin[1] if origin else None for origin in given]
            if any(value is None or not is_none(value) for value in values):
                found.add(_all_alike(walk, owner.module, values, steps))
    return found.pop() if len(found) == 1 else None


def _all_alike(walk: Walk, module: Module, values: list[ast.expr | None], steps: int) -> bool | None:
    """Whether all have a time zone, or none has; what is None itself says nothing."""
    told = [value for value in values if value is None or not is_none(value)]
    found = {_is_zoned(walk, module, value, steps) if value else None for value in told}
    return found.pop() if len(found) == 1 else None
