"""What looking something up, putting it there and deleting it raises, where the tables tell of the method."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import AS_DOCUMENTED, CERTAIN, POSSIBLE, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.facts import MISTAKES
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk, is_looked_up, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.kinds import LOOSE
from codemods.exceptions.types.library.groups import has_group
from codemods.nodes import spelled

_METHODS = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}
_ASSIGNED = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_DOING = {"__getitem__": "looks up", "__setitem__": "sets", "__delitem__": "deletes"}


def methods_of(walk: Walk, node: ast.Subscript) -> list[str]:
    """The methods that a subscript runs: `value[key] += 1` looks up as well."""
    asked = [_METHODS[type(node.ctx)], *(["__getitem__"] if is_looked_up(walk, node) else ())]
    return list(dict.fromkeys(asked))


def is_told(kind: str) -> bool:
    """Whether the tables know what looking something up raises."""
    return tables().fact(kind, "__getitem__") is not None


def told_item(walk: Walk, node: ast.Subscript, kind: str, without: tuple[str, ...] = ()) -> None:
    """Note what the tables tell of it; `without` what the caller knows better."""
    for method in methods_of(walk, node):
        if fact := tables().fact(kind, method):
            _told(walk, node, fact, without)
        else:
            what = f"{_DOING[method]} `{spelled(node)}` of a `{kind}`, which is not in the tables"
            walk.found.missing[what] = None


def _told(walk: Walk, node: ast.Subscript, fact: Fact, without: tuple[str, ...]) -> None:
    reason = f"`{spelled(node)}`: {fact.source}"
    for name in (name for name in fact.raises if name not in without):
        walk.found.add(name, reason)
    unfit = _unfit(walk, node, fact) if fact.argument else None
    for name in fact.argument if unfit else ():
        walk.found.add(name, f"`{spelled(node)}`: it takes text only", unfit or CERTAIN)
    for name in (*_rare(walk, node, fact), *fact.content):
        walk.found.add(name, reason, RARE)
    if fact.external:
        walk.found.assumed[f"`{fact.name}` {AS_DOCUMENTED}"] = None


def _rare(walk: Walk, node: ast.Subscript, fact: Fact) -> tuple[str, ...]:
    """What nobody names: nothing of what is written out, or a first; mistakes where a type is unknown."""
    if fact.name.endswith("__getitem__"):
        first = isinstance(node.slice, ast.Constant) and node.slice.value == 0  # of all that have numbers
        is_group = fact.name.startswith("re.Match.") and has_group(
            walk.values, walk.module, node.value, node.slice
        )
        return () if first or is_group else fact.rare
    given = _given(walk, node, fact)
    if all(one and values_written(walk.module, one, walk.project) is not None for one in given):
        return ()
    kinds = [kinds_of(walk, one) if one else set() for one in given]
    loose = any(not kind or kind & LOOSE for kind in kinds)
    return tuple(name for name in fact.rare if loose or name not in MISTAKES)


def _given(walk: Walk, node: ast.Subscript, fact: Fact) -> list[ast.expr | None]:
    """The key, and what is put there; None where nobody sees it."""
    if not fact.name.endswith("__setitem__"):
        return [node.slice]
    parent = walk.module.parent(node)
    return [node.slice, parent.value if isinstance(parent, _ASSIGNED) else None]


def _unfit(walk: Walk, node: ast.Subscript, fact: Fact) -> float | None:
    """How sure it is that something is given that is no text; what nobody knows is likely to be meant."""
    given = _given(walk, node, fact)
    kinds = [kinds_of(walk, one) if one else set() for one in given]
    if any(kind - {"str"} for kind in kinds):
        return CERTAIN
    if isinstance(node.ctx, ast.Del) and not isinstance(node.slice, ast.Constant):
        walk.found.assumed[f"`{spelled(node)}` gets what it is made for"] = None
    if all(kinds) or not isinstance(node.ctx, ast.Store):
        return None
    walk.found.assumed[f"`{spelled(node)}` gets plain values"] = None
    return POSSIBLE
