"""Whether values can be ordered or added up: lists and tuples go by the first parts that differ."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.operators.operations import decimal_compared
from codemods.exceptions.raising.operators.special import with_held
from codemods.exceptions.raising.sure.time_zones import go_together
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.results import of_result
from codemods.exceptions.types.functions.signatures import argument_of, spreads
from codemods.exceptions.types.kinds import (
    BYTES,
    DECIMALS,
    LOOSE,
    MAPPINGS,
    NUMBERS,
    SEQUENCES,
    SETS,
    at_place,
    element,
    has_place,
    held_in,
    join,
    names_in,
    plain,
)
from codemods.exceptions.types.notation import NONE, NOTHING, UNKNOWN, Value, known
from codemods.exceptions.types.operators import fit
from codemods.names import names_of
from codemods.nodes import is_none, spelled

_REAL = NUMBERS - {"complex"} | DECIMALS | {"fractions.Fraction"}
# Types that have an order, also among each other.
_TOGETHER = (_REAL, {"str"}, BYTES, {"list"}, {"tuple"}, SETS, {"collections.deque"})
_JOINED = SEQUENCES - {"str", "bytes", "bytearray"}  # what `sum` adds up beside numbers
_MOMENTS = {"datetime.datetime", "datetime.time"}  # which have one if all of them have a time zone, or none
_COMPARING = {"list.sort", "builtins.sorted", "builtins.min", "builtins.max"}
_COMPARING |= {"heapq.nlargest", "heapq.nsmallest", "statistics.median_low", "statistics.median_high"}
_SUM = "builtins.sum"
_JOINS = {"str.join": {"str", "data"}, "bytes.join": BYTES | {"data"}}
_HASHING = {
    *("builtins.dict", "builtins.set", "builtins.frozenset", "builtins.dict.fromkeys"),
    *("set.union", "set.update"),
}
_OF_MANY = {"builtins.min", "builtins.max"}  # of the arguments themselves, when there are several
_HELD_APART = {"items", "most_common"}  # each pair of a mapping has a key of its own


def unordered_parts(walk: Walk, value: Value, most: int | None = None) -> tuple[bool, bool]:
    """Of values that are compared with each other: whether parts may have no order, or are not known.

    `most` parts come to that. What the classes of the project say of their order is not looked at.
    """
    parts = [*_parts(value, most)]
    may_fail = any(names_in(part) & LOOSE or _is_unordered(walk, part) for part in parts)
    return may_fail, not all(map(names_in, parts))


def _is_unordered(walk: Walk, value: Value) -> bool:
    """Whether types of others may have no order, or none among each other."""
    names = {kind.name for kind in value - NOTHING if kind.definition is None} - LOOSE
    if any(names <= group for group in _TOGETHER):
        return False
    if all(name.startswith("pathlib.") for name in names):
        return False
    return len(names) > 1 or bool(names & _MOMENTS) or not all(_has_order(walk, name) for name in names)


def _has_order(walk: Walk, name: str) -> bool:
    return tables().fact(name, "__lt__") is not None or walk.values.typed(f"{name}.__lt__") is not None


def most_parts(*nodes: ast.expr) -> int | None:
    """How many parts come to be compared, where a tuple is written out; None where that is open."""
    written = [node.elts for node in nodes if isinstance(node, ast.Tuple)]
    told = (len(parts) for parts in written if not spreads(parts))
    return min(told, default=None)


def _in_doubt(walk: Walk, holders: Sequence[ast.expr], values: Iterable[Value]) -> tuple[bool, bool]:
    """As `unordered_parts`, of the values that a call such as `sorted` compares, which come from `holders`.

    Parts behind those that are all different are never reached.
    """
    if all(map(_differ_at_once, holders)):
        return False, False
    both = join(values)
    may_fail, unknown = unordered_parts(walk, both)
    return may_fail, unknown or any(kind.definition for part in _parts(both) for kind in part)


def decimals_compared(walk: Walk, values: Iterable[Value], label: str) -> None:
    """Note what ordering decimals raises, where some are among the values or in what these hold."""
    if any(kind.name in DECIMALS for value in values for kind in with_held(walk, value)):
        decimal_compared(walk, label)


def _key(call: ast.Call) -> ast.expr | None:
    """The function whose results a call such as `sorted` compares in the place of what it gets."""
    key = argument_of(call, None, "key")
    return None if is_none(key) else key


def _given_by(walk: Walk, key: ast.expr) -> Value:
    """What a `key` gives."""
    if isinstance(key, ast.Lambda):
        return _of_body(walk, key.body)
    target = walk.values.target(walk.module, key)
    if [fact.name for fact in target.facts] == ["dict.get"] and isinstance(key, ast.Attribute):
        return held_in(walk.values.of(walk.module, key.value))  # `max(counts, key=counts.get)`
    made = [*target.makes, *map(walk.values.returned, target.facts)]
    made += [of_result(walk.values, definition) for definition in target.definitions]
    return join(made) if made and target.known else UNKNOWN


def _of_body(walk: Walk, body: ast.expr) -> Value:
    """What a `lambda` gives to compare; in `(x is None, x)` no None meets anything but another one."""
    value = walk.values.of(walk.module, body)
    if not isinstance(body, ast.Tuple) or spreads(body.elts):
        return value
    asked: set[str] = set()
    parts = []
    for part in body.elts:
        given = walk.values.of(walk.module, part)
        parts.append(given - NONE or given if spelled(part) in asked else given)
        match part:
            case ast.Compare(left=left, comparators=[other]) if is_none(other):
                asked.add(spelled(left))
    return plain("tuple", *parts)


def _order_by(walk: Walk, fact: Fact, value: Value) -> None:
    """Note what comparing the results of a `key` raises."""
    label = fact.name.removeprefix("builtins.")
    may_fail, unknown = unordered_parts(walk, value)
    parts = [value, *_parts(value)]
    if unknown or not value or any(kind.definition for part in parts for kind in part):
        _compares_unknown(walk, fact)
    if may_fail or names_in(value) & LOOSE or _is_unordered(walk, value):
        walk.found.add("TypeError", f"`{label}`: what its `key` gives may have no order")
    decimals_compared(walk, parts, f"`{label}`")


def _compares_unknown(walk: Walk, fact: Fact) -> None:
    label = fact.name.removeprefix("builtins.")
    walk.found.missing[f"compares or adds in `{label}`, and the types are unknown"] = None


def _parts(value: Value, most: int | None = None) -> Iterator[Value]:
    """What stands at each place of the lists and tuples among the values, and what that holds in turn."""
    held = [kind for kind in known(value - NOTHING) if kind.name in ("list", "tuple")]
    told = [kind for kind in held if has_place(kind, 0)]
    places = max([1 if held else 0, *(len(kind.arguments) for kind in told)])
    for place in range(places if most is None else min(places, most)):
        part = join(at_place(kind, place) for kind in held if kind not in told or has_place(kind, place))
        yield part
        yield from _parts(part)


def _differ_at_once(holder: ast.expr) -> bool:
    """Whether the first parts of what is in it are all different: `d.items()`, `enumerate(x)`."""
    match holder:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _HELD_APART
        case ast.Call(func=ast.Name(id="enumerate")):
            return True
    return False


def elements(walk: Walk, call: ast.Call, given: list[ast.expr], fact: Fact) -> bool:
    """Whether what is in the arguments may be of a type that cannot be compared, added or hashed."""
    compares = fact.name in _COMPARING
    if compares and (key := _key(call)) is not None:
        _order_by(walk, fact, _given_by(walk, key))
        return False
    single = fact.name not in _OF_MANY or len(call.args) == 1
    holders = _holders(walk, call, given, fact, single=single)
    values = [walk.values.of(walk.module, holder) for holder in holders]
    inside = [known(element(value)) if single else value for value in values]
    inside += [] if single or not all(inside) else [join(inside)]  # those of one kind, and of another
    fails, hidden = (
        _in_doubt(walk, holders, inside if single else inside[-1:]) if compares else (False, False)
    )
    strange = hidden or any(not value or any(kind.definition for kind in value) for value in inside)
    if strange and (compares or fact.name == _SUM):  # `__lt__` may raise anything, `__hash__` a TypeError
        _compares_unknown(walk, fact)
    if (joined := _JOINS.get(fact.name)) and any(names_in(value) - joined for value in inside):
        return True
    if fails or hidden or (fact.name == _SUM and not _adds_up(walk, call)):
        return True
    if compares:
        decimals_compared(walk, inside, f"`{fact.name.removeprefix('builtins.')}`")
        if not _are_moments(walk, call, inside):
            fails = any(_is_unordered(walk, value) for value in inside)
    return fails or any(not value or names_in(value) & LOOSE for value in inside)


def _holders(
    walk: Walk, call: ast.Call, given: list[ast.expr], fact: Fact, *, single: bool
) -> list[ast.expr]:
    """What holds the elements, or is one of them; for hashing not what has hashed them before."""
    holders = [a for a in given if not (single and isinstance(a, ast.Constant))]
    if not given and isinstance(call.func, ast.Attribute) and not names_of(walk.module).qualified(call.func):
        holders = [call.func.value]  # `values.sort()`
    return [one for one in holders if fact.name not in _HASHING or not _holds_hashed(walk, one)]


def _are_moments(walk: Walk, call: ast.Call, values: Iterable[Value]) -> bool:
    """Whether moments are compared that stand there one by one, and all have a time zone or none has."""
    names = set().union(*map(names_in, values))
    return names == {"datetime.datetime"} and len(call.args) > 1 and go_together(walk, *call.args)


def _adds_up(walk: Walk, call: ast.Call) -> bool:
    """Whether what `sum` goes through can be added to what it begins with, a number if that is not told."""
    match [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
        case []:
            first = {"int"}
        case [start]:
            first = type_names(walk, start)
        case _:
            return False
    held = element(walk.values.of(walk.module, call.args[0])) if call.args else NOTHING
    added = names_in(held - NOTHING)
    both = added | first
    if both & DECIMALS:  # which go with whole numbers only
        return both <= DECIMALS | {"int", "bool"}
    return both <= _REAL | {"complex"} or (both <= _JOINED and fit(first, ast.Add(), added))


def _holds_hashed(walk: Walk, holder: ast.expr) -> bool:
    """Whether what is in it has been hashed before: the keys of a dict, the members of a set."""
    kinds = type_names(walk, holder)
    return bool(kinds) and kinds <= MAPPINGS | SETS
