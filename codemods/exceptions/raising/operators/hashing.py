"""What is hashed: keys of a dict, members of a set, arguments of a function that remembers its answers."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.dispatch import runs_own
from codemods.exceptions.raising.operators.special import EQUALITY, with_held
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import lineage, owner_of
from codemods.exceptions.types.functions.decorators import is_decorated
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import LOOSE, MAPPINGS, element
from codemods.exceptions.types.notation import Value, known
from codemods.nodes import spelled
from codemods.project import Definition

UNHASHABLE = {
    "list",
    "set",
    "bytearray",
    "collections.deque",
    "collections.defaultdict",
    "dict_view",
    *MAPPINGS,
}
_HASHED_WITH_PARTS = ("tuple", "frozenset")
_REMEMBER = ("functools.lru_cache", "functools.cache")


def hashed(walk: Walk, keys: Iterable[ast.expr | None]) -> None:
    """Keys of a dict and members of a set, as they are written out; None stands for `**others`."""
    for key in keys:
        if key is not None and not isinstance(key, (ast.Constant, ast.Slice)):
            kinds_of(walk, key)
            _hashed(walk, key, walk.values.of(walk.module, key))


def hashed_by(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """What a function of the tables hashes: its arguments, or what is in them where it goes through them."""
    for node in given_at(call, fact.hashes):
        if not fact.elements:
            hashed(walk, [node])
        elif held := known(element(walk.values.of(walk.module, node))):
            _hashed(walk, node, held)


def arguments_hashed(walk: Walk, call: ast.Call, definition: Definition) -> None:
    """What calling a function hashes that remembers its answers: `@lru_cache`."""
    if is_decorated(definition, *_REMEMBER):
        is_method = owner_of(definition) is not None
        holders = [call.func.value] if is_method and isinstance(call.func, ast.Attribute) else []
        hashed(walk, [*holders, *call.args, *(keyword.value for keyword in call.keywords)])


def _hashed(walk: Walk, node: ast.expr, value: Value) -> None:
    label = f"`{spelled(node)}`"
    parts = [*with_held(walk, value, *_HASHED_WITH_PARTS)]
    names = {kind.name for kind in parts}
    unhashable = any(one in UNHASHABLE or _is_told_unhashable(walk, one) for one in names)
    if not known(value) or names & (LOOSE - {"None"}) or unhashable:
        sure = CERTAIN if unhashable else RARE
        walk.found.add("TypeError", f"{label} may be unhashable", sure)
    for kind in parts:
        if kind.definition and _is_unhashable(walk, kind.definition):
            walk.found.add("TypeError", f"{label}: `{kind.name}` cannot be hashed")
        elif kind.definition and walk.values.member(kind.definition, "__hash__").definitions:
            runs_own(walk, node, kind, ["__hash__"], "hashes")
            runs_own(walk, node, kind, EQUALITY, "compares")


def _is_told_unhashable(walk: Walk, name: str) -> bool:
    """Whether typeshed says of a type that it has None for its `__hash__`."""
    told = walk.values.typed(f"{name}.__hash__")
    return told is not None and told.is_value


def _is_unhashable(walk: Walk, definition: Definition) -> bool:
    """Whether the first class, from this one up, that says how it is compared says that it is not hashed."""
    for one in lineage(walk.values, definition)[0]:
        if (told := _says_unhashable(walk, one)) is not None:
            return told
    return False


def _says_unhashable(walk: Walk, definition: Definition) -> bool | None:
    """Whether the class defines `__eq__` and no `__hash__`, by hand or as a dataclass that is not frozen.

    None where it says nothing of either.
    """
    bound = bound_in(definition)
    if "__hash__" in bound:
        return not walk.values.member(definition, "__hash__").definitions
    decorators = [spelled(d) for d in definition.node.decorator_list]
    made = any("dataclass" in d and "frozen" not in d and "eq=False" not in d for d in decorators)
    return True if made or "__eq__" in bound else None
