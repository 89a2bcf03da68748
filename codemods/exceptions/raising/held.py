"""Whether what is looked up is sure to be there: a test, a loop or a statement before says so.

`if key in counts: counts[key]`, `for number in range(len(lines)): lines[number]`, `if not parts: return`
before `parts[0]`; or the same was looked up there. Only of local variables, and only where nothing may
have been taken out since: others can change what is read through an attribute.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from codemods.exceptions.raising.places import is_there
from codemods.exceptions.raising.shrinking import Lookup, Place, may_shrink, start
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.conditions import true_tests
from codemods.exceptions.types.kinds import names_in, number
from codemods.exceptions.types.looked_at import is_tested
from codemods.exceptions.types.meanwhile import evaluated_in, is_local
from codemods.exceptions.types.reaching import reaching
from codemods.exceptions.types.stores import before, stores_of
from codemods.module import FUNCTIONS, LOOPS, Module
from codemods.names import Binding, names_of
from codemods.nodes import is_same_again, spelled, walk

_FIXED = frozenset({"str", "bytes", "tuple", "range"})
# What takes anything out, and what asks for one thing that has to be in.
_TAKING_ANY = {"list.pop", "collections.deque.pop", "collections.deque.popleft", "set.pop", "dict.popitem"}
_FINDING = {"dict.pop", "set.remove", "list.remove", "list.index", "tuple.index", "str.index", "str.rindex"}
_COPYING = ("list", "sorted", "tuple", "set", "reversed")


def has_key(walk: Walk, node: ast.Subscript) -> bool:
    """Whether the key that is looked up in a mapping is there wherever the lookup is reached."""
    return _holds(Lookup(walk.module, node, node.value, node.slice, by_key=True))


def has_index(walk: Walk, node: ast.Subscript) -> bool:
    """Whether a sequence has a place of that number wherever the lookup is reached."""
    fixed = names_in(walk.values.of(walk.module, node.value)) <= _FIXED
    lookup = Lookup(walk.module, node, node.value, node.slice)
    return _has_place(lookup, fixed) or _is_made_with(walk, lookup)


def _is_made_with(walk: Walk, lookup: Lookup) -> bool:
    """Whether what made the sequence always gives one with that place: `parts = text.split("|")`."""
    if not isinstance(lookup.whole, ast.Name) or not is_local(lookup.module, lookup.whole):
        return False
    made = [lookup.module.parent(binding.node) for binding in reaching(lookup.module, lookup.whole)]
    match made:
        case [ast.Assign(targets=[ast.Name()], value=ast.Call() as call) as statement]:
            place = ast.Subscript(call, lookup.key, ast.Load())
            kinds = walk.values.of(walk.module, call)
            there = bool(kinds) and all(is_there(walk, place, kind) for kind in kinds)
            return there and not may_shrink(lookup, start(statement))
    return False


def finds(module: Module, call: ast.Call, name: str) -> bool:
    """Whether a method finds what it asks for: `stack.pop()` in `while stack:`, `text.index(x)`."""
    match call:
        case ast.Call(func=ast.Attribute(value=whole), args=[], keywords=[]) if name in _TAKING_ANY:
            return _has_place(Lookup(module, call, whole, ast.Constant(0)))
        case ast.Call(func=ast.Attribute(value=whole), args=[place], keywords=[]) if name == "list.pop":
            return _has_place(Lookup(module, call, whole, place))
        case ast.Call(func=ast.Attribute(value=whole), args=[held], keywords=[]) if name in _FINDING:
            return _holds(Lookup(module, call, whole, held, by_key=name.startswith("dict.")))
    return False


def _is_index_in(whole: ast.expr, place: ast.expr) -> bool:
    """Whether the sequence itself tells a place: `parts[parts.index(one)]`, `parts[number % len(parts)]`."""
    match place:
        case ast.Call(func=ast.Attribute(value=asked, attr="index")):
            pass
        case ast.BinOp(left=left, op=ast.Mod(), right=ast.Call(func=ast.Name(id="len"), args=[asked])):
            if isinstance(left, (ast.Constant, ast.JoinedStr)):  # `"%d" % len(parts)`
                return False
        case _:
            return False
    return isinstance(asked, (ast.Name, ast.Attribute)) and spelled(asked) == spelled(whole)


def _holds(lookup: Lookup) -> bool:
    module, whole, key = lookup.module, spelled(lookup.whole), spelled(lookup.key)
    words = (f"{key} in {whole}", f"{key} in {whole}.keys()", f"{whole}.get({key})")
    tests = _tests(lookup, lambda test: spelled(test) in words or (lookup.by_key and _looks_up(test, lookup)))
    if not isinstance(lookup.whole, ast.Name) or not is_local(module, lookup.whole):
        return any(tests)
    found = [*tests, *_loops(lookup, _goes_over_keys), *(_stores(lookup) if lookup.by_key else ())]
    return any(not may_shrink(lookup, place) for place in found)


def _has_place(lookup: Lookup, fixed: bool = False) -> bool:
    """`fixed`: whether the sequence can never change."""
    if _is_index_in(lookup.whole, lookup.key):
        return True
    if not isinstance(lookup.whole, ast.Name) or not is_local(lookup.module, lookup.whole):
        return False
    tests = _tests(lookup, lambda test: _leaves_room(lookup, test) or _looks_up(test, lookup))
    found = [*tests, *_loops(lookup, _goes_over_places), *_stores(lookup), *_asked(lookup)]
    return any(fixed or not may_shrink(lookup, place) for place in found)


def _is_natural(module: Module, index: ast.expr) -> bool:
    """Whether a number is sure not to be negative: it counts up from zero or more."""
    match index:
        case ast.Constant(value=int(place)):
            return place >= 0
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(more))):
            return more >= 0 and _is_natural(module, left)
        case ast.Name():
            bindings = names_of(module).bindings(index)
            return bool(bindings) and all(_counts(module, one) for one in bindings)
    return False


def _counts(module: Module, binding: Binding) -> bool:
    match module.parent(binding.node):
        case ast.Assign(value=ast.Constant(value=int(first))):
            return first >= 0
        case ast.AugAssign(op=ast.Add(), value=ast.Constant(value=int(more))):
            return more >= 0
        case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=bounds)):
            return len(bounds) == 1 or (len(bounds) == 2 and _is_natural(module, bounds[0]))
    loop, pair = _loop_of(module, binding)
    return pair and isinstance(loop, ast.For) and _is_call(loop.iter, "enumerate")


def _loop_of(module: Module, binding: Binding) -> tuple[ast.For | ast.comprehension | None, bool]:
    """The loop that binds a name, and whether it is the first of a tuple: `for name, … in whole`."""
    target, above = binding.node, module.parent(binding.node)
    pair = isinstance(above, ast.Tuple) and above.elts[0] is target
    if pair and above:
        target, above = above, module.parent(above)
    if isinstance(above, (ast.For, ast.comprehension)) and above.target is target:
        return above, pair
    return None, pair


# -- what says that it is there: where it does, each gives its place in the file ----------------------------


def _tests(lookup: Lookup, says: Callable[[ast.expr], bool]) -> Iterator[Place]:
    """The conditions that hold there and say so."""
    if is_tested(lookup.module, lookup.whole):
        yield from (start(test) for test in true_tests(lookup.module, lookup.node) if says(test))


def _leaves_room(lookup: Lookup, test: ast.expr) -> bool:
    """Whether a test says that a sequence is long enough: `parts`, `len(parts) > 1`, `i < len(parts)`."""
    whole, key, index = spelled(lookup.whole), spelled(lookup.key), number(lookup.key)
    if index is not None:
        return (index in (0, -1) and spelled(test) == whole) or index in _room(test, f"len({whole})")
    told = (f"{key} < len({whole})", f"len({whole}) > {key}")
    return spelled(test) in told and _is_natural(lookup.module, lookup.key)


def _room(test: ast.expr, length: str) -> range:
    """The places that are there where a test of the length holds, from both ends."""
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=int(least))]):
            at_least = isinstance(operator, (ast.GtE, ast.Eq))
            more = isinstance(operator, ast.Gt) or (isinstance(operator, ast.NotEq) and least == 0)
        case ast.Compare(left=ast.Constant(value=int(least)), ops=[operator], comparators=[left]):
            at_least, more = isinstance(operator, (ast.LtE, ast.Eq)), isinstance(operator, ast.Lt)
        case ast.Call():
            left, least, at_least, more = test, 0, False, True
        case _:
            return range(0)
    if spelled(left) != length or not (at_least or more):
        return range(0)
    return range(-least - more, least + more)


def _loops(lookup: Lookup, goes_over: Callable[[ast.expr, str, int, bool], bool]) -> Iterator[Place]:
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


def _goes_over_keys(iterable: ast.expr, whole: str, offset: int, pair: bool) -> bool:
    match iterable:
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[]):
            return offset == 0 and name == ("items" if pair else "keys") and spelled(inner) == whole
        case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in _COPYING:
            return _goes_over_keys(inner, whole, offset, pair)
    return offset == 0 and not pair and isinstance(iterable, ast.Name) and iterable.id == whole


def _goes_over_places(iterable: ast.expr, whole: str, offset: int, pair: bool) -> bool:
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner], keywords=[]) if pair:
            return offset == 0 and spelled(inner) == whole
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            return _goes_over_places(inner, whole, offset, pair)
        case ast.Call(func=ast.Name(id="range"), args=[last]) if not pair:
            return offset >= 0 and _ends_before(last, whole, offset)
        case ast.Call(func=ast.Name(id="range"), args=[first, last, *_]) if not pair:
            start = number(first)
            return start is not None and start + offset >= 0 and _ends_before(last, whole, offset)
    return False


def _ends_before(bound: ast.expr, whole: str, offset: int) -> bool:
    """Whether a number below the bound is a place even with the offset added."""
    match bound:
        case ast.Call():
            return spelled(bound) == f"len({whole})" and offset <= 0
        case ast.BinOp(left=length, op=ast.Sub(), right=ast.Constant(value=int(less))):
            return spelled(length) == f"len({whole})" and offset <= less
    return False


def _is_call(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Call) and spelled(node.func) == name


def _asked(lookup: Lookup) -> Iterator[Place]:
    """The statement that has asked the sequence for the place: `at = parts.index(one)`."""
    bindings = reaching(lookup.module, lookup.key) if isinstance(lookup.key, ast.Name) else []
    match [lookup.module.parent(binding.node) for binding in bindings]:
        case [ast.Assign(targets=[ast.Name()], value=value) as statement]:
            if _is_index_in(lookup.whole, value):
                yield start(statement)


def _stores(lookup: Lookup) -> Iterator[Place]:
    """The statements that have put it there before, or found it: `whole[key] = …`, `print(whole[key])`."""
    module, changing = lookup.module, stores_of(lookup.module).around(lookup.node)
    inside: ast.AST = lookup.node
    for above in module.ancestors(lookup.node):
        for earlier in reversed(before(module, inside)):
            if _puts(earlier, lookup.text):
                yield start(earlier)
            if earlier in changing:
                return
            if _looks_up(getattr(earlier, "value", None), lookup):
                yield start(earlier)
        if isinstance(above, (*FUNCTIONS, *LOOPS, ast.Lambda, ast.ClassDef)):
            return
        inside = above


def _looks_up(node: ast.AST | None, lookup: Lookup) -> bool:
    """Whether evaluating an expression is sure to look the same up, and gives nothing another value."""
    if node is None or not is_same_again(lookup.key):
        return False
    if any(isinstance(part, ast.NamedExpr) for part in walk([node])):
        return False
    return any(
        isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load) and spelled(part) == lookup.text
        for part in evaluated_in([node])
    )


def _puts(statement: ast.stmt, text: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)):
            return any(isinstance(key, ast.Constant) and f"{name}[{spelled(key)}]" == text for key in keys)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=parts)):
            told = not any(isinstance(part, ast.Starred) for part in parts)
            return told and any(f"{name}[{at}]" == text for at in range(-len(parts), len(parts)))
        case ast.Assign(targets=targets):
            return any(isinstance(t, ast.Subscript) and spelled(t) == text for t in targets)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=whole, attr="setdefault"), args=[key, *_])):
            return f"{spelled(whole)}[{spelled(key)}]" == text
        case ast.If(test=ast.Compare(left=key, ops=[ast.NotIn()], comparators=[whole]), body=body):
            own = f"{spelled(whole)}[{spelled(key)}]" == text
            return own and any(_puts(each, text) for each in body)
    return False
