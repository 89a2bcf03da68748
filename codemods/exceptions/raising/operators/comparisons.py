"""What comparing can raise, by the types of what is compared."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, POSSIBLE, RARE
from codemods.exceptions.raising.dispatch import runs_own
from codemods.exceptions.raising.operators.hashing import hashed
from codemods.exceptions.raising.operators.iterating import own_iterator
from codemods.exceptions.raising.operators.operations import (
    add_told,
    are_alike,
    decimal_compared,
    makes_expression,
)
from codemods.exceptions.raising.operators.ordering import decimals_compared, most_parts, unordered_parts
from codemods.exceptions.raising.operators.special import EQUALITY, may_decline, runs_on_all, with_held
from codemods.exceptions.raising.sure.sizes import is_byte
from codemods.exceptions.raising.sure.time_zones import go_together
from codemods.exceptions.raising.walk import Walk, each_type, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.kinds import (
    BYTES,
    DECIMALS,
    ITERABLE,
    LOOSE,
    MAPPINGS,
    NUMBERS,
    SEQUENCES,
    SETS,
    join,
    names_in,
)
from codemods.nodes import spelled

_ORDERED = NUMBERS | {"str", "bytes", "list", "tuple", "set"}
# Types that are ordered among their own, and raise TypeError beside any other of these.
_COMPARED = _ORDERED | {"dict", "datetime.datetime", "datetime.timedelta", "datetime.time"}
_MOMENTS = {"datetime.datetime"}
# What never raises when it is compared for equality, nor makes the other side do it.
_PLAIN = NUMBERS | SEQUENCES | MAPPINGS | SETS | {"None", "data"}
_HELD_BY = {"str": {"str"}, **dict.fromkeys(BYTES, BYTES | {"int"})}
_LOOKED_UP = MAPPINGS | SETS | {"collections.defaultdict", "dict_view"}  # by a hash
_ORDERS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("__lt__", "__gt__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.GtE: ("__ge__", "__le__"),
}


def compare(walk: Walk, node: ast.Compare) -> None:
    """`left < right`, `left == right`, `left in right` and so on; `is` raises nothing."""
    operands = [node.left, *node.comparators]
    for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            _equal(walk, left, right)
        elif isinstance(operator, (ast.In, ast.NotIn)):
            _contains(walk, left, right, f"`{spelled(node)}`")
        elif not isinstance(operator, (ast.Is, ast.IsNot)):
            _ordered(walk, left, right, _ORDERS[type(operator)], f"`{spelled(node)}`")


def _equal(walk: Walk, left: ast.expr, right: ast.expr, other: str = "") -> None:
    """`==` asks the classes of both sides; of an unknown one it is an assumption that it answers.

    `other` is what the right side is called, where it is not what is compared but holds it.
    """
    strange = []
    for node in (left, right):
        value = walk.values.of(walk.module, node)
        runs_on_all(walk, node, EQUALITY, "compares")
        if not names_in(value) <= _PLAIN or not value:
            strange.append(node)
    known = all(walk.values.of(walk.module, node) for node in strange)
    if not known:
        label = f"`{spelled(left)}` and {other or f'`{spelled(right)}`'}"
        walk.found.assumed[f"comparing {label} for equality raises nothing"] = None


def _ordered(walk: Walk, left: ast.expr, right: ast.expr, methods: tuple[str, str], label: str) -> None:
    one, other = kinds_of(walk, left), kinds_of(walk, right)
    own = [
        runs_own(walk, node, kind, [method], "compares")
        for node, method in zip((left, right), methods, strict=True)
        for kind in each_type(walk, node)
    ]
    declines = any(
        may_decline(walk, kind, methods) for node in (left, right) for kind in each_type(walk, node)
    )
    if declines and not are_alike(walk, left, right):
        walk.found.add("TypeError", f"{label}: one may decline")
    if any(own) or makes_expression(one, other):
        return
    both = one | other
    if not one or not other:
        walk.found.guess(f"compares {label}, whose types are unknown", "TypeError")
    elif both & LOOSE:
        walk.found.add("TypeError", f"{label}: one may be of another type")
        if both & DECIMALS:
            decimal_compared(walk, label)
    elif both & DECIMALS and both <= NUMBERS | DECIMALS:
        decimal_compared(walk, label)
    elif one == other and one <= {"list", "tuple"}:
        _parts_ordered(walk, left, right, methods, label)
    elif both <= NUMBERS:
        if "complex" in both:
            walk.found.add("TypeError", f"{label}: complex numbers have no order")
    elif len(both) > 1 or not both <= _ORDERED:
        _ordered_by_table(walk, left, right, both, label)


def _ordered_by_table(walk: Walk, left: ast.expr, right: ast.expr, kinds: set[str], label: str) -> None:
    """Note what comparing values of these types raises, by what the tables tell of one that has an order."""
    told = tables().fact(min(kinds), "__lt__") if len(kinds) == 1 else None
    if told is None and kinds <= _COMPARED:
        walk.found.add("TypeError", f"{label} compares {', '.join(sorted(kinds))}")
    elif told is None:
        walk.found.guess(f"compares {label}: {', '.join(sorted(kinds))}", "TypeError")
    elif kinds != _MOMENTS or not go_together(walk, left, right):
        add_told(walk, told, label)


def _parts_ordered(walk: Walk, left: ast.expr, right: ast.expr, methods: tuple[str, str], label: str) -> None:
    """Two lists or tuples are ordered by the first parts of them that differ."""
    for node, method in zip((left, right), methods, strict=True):
        runs_on_all(walk, node, [method], "compares")
    both = join(walk.values.of(walk.module, node) for node in (left, right))
    decimals_compared(walk, [both], label)
    may_fail, unknown = unordered_parts(walk, both, most_parts(left, right))
    if unknown:
        walk.found.guess(f"compares {label}, and not all of their parts are known", "TypeError")
    if may_fail:
        walk.found.add("TypeError", f"{label}: what is in them may be of types without an order")


def _contains(walk: Walk, left: ast.expr, right: ast.expr, label: str) -> None:
    one, other = kinds_of(walk, left), kinds_of(walk, right)
    holders = walk.values.of(walk.module, right)
    own = [
        runs_own(walk, right, kind, ("__contains__",), "looks into") or own_iterator(walk, right, kind)
        for kind in holders
        if kind.definition
    ]
    if any(own):
        return
    if not other:
        walk.found.guess(f"tests {label}, whose type is unknown", "TypeError")
    elif other & LOOSE:
        walk.found.add("TypeError", f"{label}: not every type can be looked into")
    else:
        if not all(one and one <= _HELD_BY[kind] for kind in other & _HELD_BY.keys()):
            reason = f"{label}: text holds nothing but text, and bytes hold none"
            walk.found.add("TypeError", reason, CERTAIN if one else POSSIBLE)
        if other & BYTES and "int" in one and not is_byte(left):
            walk.found.add("ValueError", f"{label}: the number may be no byte", RARE)
        if other & _LOOKED_UP:
            hashed(walk, [left])
    if not all(kind in ITERABLE | LOOSE or tables().fact(kind, "__contains__") for kind in other):
        walk.found.guess(f"tests {label}, whose type is unknown", "TypeError")
    for kind in other:
        if (fact := tables().fact(kind, "__contains__")) and kind not in ITERABLE:
            wrong = () if one and not one & LOOSE else fact.argument
            for name in (*fact.raises, *wrong):
                walk.found.add(name, f"{label}: {fact.source}")
    if not one <= _PLAIN or not one or any(kind.definition for kind in with_held(walk, holders)):
        _equal(walk, left, right, f"what is in `{spelled(right)}`")
