"""The loops that a key or the number of a place comes from, which make sure that it is there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from codemods.exceptions.raising.sure.shrinking import Lookup, Place, start
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import number
from codemods.module import Module
from codemods.names import Binding, names_of
from codemods.nodes import spelled

_COPYING = ("list", "sorted", "tuple", "set", "reversed")


def loops(lookup: Lookup, goes_over: Callable[[ast.expr, str, int, bool], bool]) -> Iterator[Place]:
    """The loop that the key comes from: over the keys, or over the numbers of the places."""
    module = lookup.module
    match lookup.key:
        case ast.Name() as key:
            offset = 0
        case ast.BinOp(left=ast.Name() as key, op=ast.Add(), right=ast.Constant(value=int(offset))):
            pass
        case ast.BinOp(left=ast.Name() as key, op=ast.Sub(), right=ast.Constant(value=int(taken))):
            offset = -taken
        case _:
            return
    bindings = reaching(module, key)
    if len(bindings) != 1:
        return
    loop, pair = _loop_of(module, bindings[0])
    if loop and goes_over(loop.iter, spelled(lookup.whole), offset, pair):
        yield start(loop if isinstance(loop, ast.For) else loop.iter)


def goes_over_keys(iterable: ast.expr, whole: str, offset: int, pair: bool) -> bool:
    match iterable:
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[]):
            return offset == 0 and name == ("items" if pair else "keys") and spelled(inner) == whole
        case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in _COPYING:
            return goes_over_keys(inner, whole, offset, pair)
    return offset == 0 and not pair and isinstance(iterable, ast.Name) and iterable.id == whole


def goes_over_places(iterable: ast.expr, whole: str, offset: int, pair: bool) -> bool:
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner], keywords=[]) if pair:
            return offset in (0, -1) and spelled(inner) == whole  # the last one stands before the first
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            return goes_over_places(inner, whole, offset, pair)
        case ast.Call(func=ast.Name(id="range"), args=[last]) if not pair:
            return offset >= -1 and _ends_before(last, whole, offset)
        case ast.Call(func=ast.Name(id="range"), args=[first, last, *steps]) if not pair:
            start, up = number(first), all((number(step) or 0) > 0 for step in steps)
            if start is None or start < 0 or start + offset < -1:  # below 0 there is a round without places
                return False
            return up and _ends_before(last, whole, offset)
    return False


def _ends_before(bound: ast.expr, whole: str, offset: int) -> bool:
    """Whether a number below the bound is a place even with the offset added."""
    match bound:
        case ast.Call():
            return spelled(bound) == f"len({whole})" and offset <= 0
        case ast.BinOp(left=length, op=ast.Sub(), right=ast.Constant(value=int(less))):
            return spelled(length) == f"len({whole})" and offset <= less
    return False


def is_natural(module: Module, index: ast.expr, asked: frozenset[str] = frozenset()) -> bool:
    """Whether a number is sure not to be negative: it counts something, or up from zero or more.

    `asked` are the names that it is already asked of: one that goes on from itself is as the others are.
    """
    match index:
        case ast.Constant(value=int(place)):
            return place >= 0
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(more))):
            return more >= 0 and is_natural(module, left, asked)
        case ast.Call(func=ast.Name(id="len") | ast.Attribute(attr="count")):
            return True
        case ast.Name():
            bindings = names_of(module).bindings(index)
            if index.id in asked:
                return True
            return bool(bindings) and all(_counts(module, one, asked | {index.id}) for one in bindings)
    return False


def _counts(module: Module, binding: Binding, asked: frozenset[str]) -> bool:
    match module.parent(binding.node):
        case ast.Assign(value=ast.Constant(value=int(first))):
            return first >= 0
        case ast.AugAssign(op=ast.Add(), value=ast.Constant(value=int(more))):
            return more >= 0
        case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=bounds)):
            told = not spreads(bounds)
            return told and (len(bounds) == 1 or (len(bounds) == 2 and is_natural(module, bounds[0], asked)))
    match _loop_of(module, binding):
        case ast.For(iter=ast.Call(func=ast.Name(id="enumerate"), args=[_, *begin], keywords=given)), True:
            starts = (*begin, *(keyword.value for keyword in given))
            return all(is_natural(module, one, asked) for one in starts)
    return False


def _loop_of(module: Module, binding: Binding) -> tuple[ast.For | ast.comprehension | None, bool]:
    """The loop that binds a name, and whether it is the first of a tuple: `for name, … in whole`."""
    target, above = binding.node, module.parent(binding.node)
    pair = isinstance(above, ast.Tuple) and above.elts[0] is target
    if pair and above:
        target, above = above, module.parent(above)
    if isinstance(above, (ast.For, ast.comprehension)) and above.target is target:
        return above, pair
    return None, pair
