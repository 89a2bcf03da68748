"""Whether what is in lists and tuples has an order: they are ordered by the first parts that differ."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.exceptions.types.kinds import LOOSE, MAPPINGS, NUMBERS, at_place, has_place, join, names_in
from codemods.exceptions.types.notation import NOTHING, Value, known

_TEXTS = {"str", "bytes"}
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
