"""Whether values can be ordered or added up: lists and tuples go by the first parts that differ."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.kinds import (
    LOOSE,
    MAPPINGS,
    NUMBERS,
    SETS,
    at_place,
    element,
    has_place,
    join,
    names_in,
)
from codemods.exceptions.types.notation import NOTHING, Value, known
from codemods.names import names_of

_TEXTS = {"str", "bytes"}
_COMPARING = {"list.sort", "builtins.sorted", "builtins.min", "builtins.max", "builtins.sum"}
_HASHING = {
    *("builtins.dict", "builtins.set", "builtins.frozenset", "builtins.dict.fromkeys"),
    *("set.union", "set.update"),
}
_OF_MANY = {"builtins.min", "builtins.max"}  # of the arguments themselves, when there are several
_HELD_APART = {"items", "most_common"}  # each pair of a mapping has a key of its own


def unordered_parts(value: Value, most: int | None = None) -> tuple[bool, bool]:
    """Of values that are compared with each other: whether parts may have no order, or are not known.

    `most` parts come to that. What the classes of the project say of their order is not looked at.
    """
    parts = [names_in(part) for part in _parts(value, most)]
    may_fail = any(names & (LOOSE | MAPPINGS) or (names & _TEXTS and names & NUMBERS) for names in parts)
    return may_fail, not all(parts)


def most_parts(*nodes: ast.expr) -> int | None:
    """How many parts come to be compared, where a tuple is written out; None where that is open."""
    written = [node.elts for node in nodes if isinstance(node, ast.Tuple)]
    told = (len(parts) for parts in written if not any(isinstance(part, ast.Starred) for part in parts))
    return min(told, default=None)


def in_doubt(call: ast.Call, holders: Sequence[ast.expr], values: Iterable[Value]) -> tuple[bool, bool]:
    """As `unordered_parts`, of the values that a call such as `sorted` compares, which come from `holders`.

    A `key` is compared in their place, and parts behind those that are all different are never reached.
    """
    if any(keyword.arg == "key" for keyword in call.keywords) or all(map(_differ_at_once, holders)):
        return False, False
    both = join(values)
    may_fail, unknown = unordered_parts(both)
    return may_fail, unknown or any(kind.definition for part in _parts(both) for kind in part)


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
    holders = [a for a in given if not isinstance(a, ast.Constant)]
    of_module = names_of(walk.module).qualified(call.func) is not None
    if not given and isinstance(call.func, ast.Attribute) and not of_module:  # `values.sort()`
        holders = [call.func.value]
    single = fact.name not in _OF_MANY or len(call.args) == 1
    if fact.name in _HASHING:
        holders = [one for one in holders if not _holds_hashed(walk, one)]
    given_values = [walk.values.of(walk.module, holder) for holder in holders]
    inside = [known(element(value)) if single else value for value in given_values]
    inside += [] if single or not all(inside) else [join(inside)]  # those of one kind, and of another
    compared = inside[: len(holders)] if single else inside[-1:]
    fails, hidden = in_doubt(call, holders, compared) if fact.name in _COMPARING else (False, False)
    strange = hidden or any(not value or any(kind.definition for kind in value) for value in inside)
    if strange and fact.name in _COMPARING:  # `__lt__` may raise anything, `__hash__` a TypeError
        label = fact.name.removeprefix("builtins.")
        walk.found.missing[f"compares or adds in `{label}`, and the types are unknown"] = None
    if fact.name == "str.join" and any(names_in(value) - {"str", "data"} for value in inside):
        return True
    if fails or hidden:
        return True
    return any(not value or names_in(value) & LOOSE or _is_mixed(fact, names_in(value)) for value in inside)


def _holds_hashed(walk: Walk, holder: ast.expr) -> bool:
    """Whether what is in it has been hashed before: the keys of a dict, the members of a set."""
    kinds = names_in(walk.values.of(walk.module, holder))
    return bool(kinds) and kinds <= MAPPINGS | SETS


def _is_mixed(fact: Fact, kinds: set[str]) -> bool:
    """Whether plain values are of types that cannot be compared with each other, or added up."""
    if fact.name == "builtins.sum":
        return bool(kinds & _TEXTS)
    if fact.name in _COMPARING and kinds & MAPPINGS:
        return True
    versions = {kind for kind in kinds if kind.startswith("ipaddress.")}
    of_texts = bool(kinds & _TEXTS) and len(kinds - NUMBERS) + bool(kinds & NUMBERS) > 1
    return fact.name in _COMPARING and (of_texts or len(versions) > 1)
