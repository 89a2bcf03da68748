"""Whether what is looked up is sure to be there: a test, a loop or a statement before says so.

`if key in counts: counts[key]`, `for number in range(len(lines)): lines[number]`, `if not parts: return`
before `parts[0]`; or the same was looked up there. Only of local variables, and only where nothing may
have been taken out since: others can change what is read through an attribute.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.loops import goes_over_keys, goes_over_places, is_natural, loops
from codemods.exceptions.raising.sure.places import is_there
from codemods.exceptions.raising.sure.shrinking import Lookup, Place, keeps_all, may_shrink, start
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.flow.conditions import is_bound_inside, true_tests
from codemods.exceptions.types.flow.evaluation import LATER, evaluated_in
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.flow.stores import before, changed_on_the_way, is_local, stores_of
from codemods.exceptions.types.flow.tested import is_tested
from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import number
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import is_same_again, spelled, walk

_MEASURED = frozenset({"str", "bytes", "tuple", "list", "dict", "set", "frozenset"})
_IN_A_ROW = frozenset({"str", "bytes", "tuple", "list"})
_FIXED = frozenset({"str", "bytes", "tuple", "range"})
# What takes anything out, and what asks for one thing that has to be in.
_TAKING_ANY = {"list.pop", "collections.deque.pop", "collections.deque.popleft", "set.pop", "dict.popitem"}
_FINDING = {"dict.pop", "set.remove", "list.remove", "list.index", "tuple.index", "str.index", "str.rindex"}


def has_key(walk: Walk, node: ast.Subscript) -> bool:
    """Whether the key that is looked up in a mapping is there wherever the lookup is reached."""
    return _holds(Lookup(walk.module, node, node.value, node.slice, by_key=True))


def has_index(walk: Walk, node: ast.Subscript) -> bool:
    """Whether a sequence has a place of that number wherever the lookup is reached."""
    fixed = type_names(walk, node.value) <= _FIXED
    lookup = Lookup(walk.module, node, node.value, node.slice)
    return _has_place(lookup, fixed) or _is_made_with(walk, lookup) or _is_on_command_line(lookup)


def is_filled(walk: Walk, length: ast.expr) -> bool:
    """Whether a length is of what holds something there: `sum(rows) / len(rows)` behind `if rows:`."""
    match length:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name() as whole], keywords=[]):
            kinds = type_names(walk, whole)
            lookup = Lookup(walk.module, length, whole, ast.Constant(0))
            return bool(kinds) and kinds <= _MEASURED and _has_place(lookup, kinds <= _FIXED)
    return False


def has_parts(walk: Walk, node: ast.expr, count: int, exact: bool) -> bool:
    """Whether there are as many parts as are taken apart there, or, if not `exact`, at least as many.

    `if len(parts) == 2: a, b = parts`, `if len(parts) > 2: a, b = parts[:2]`.
    """
    bounds = _bounds(node)
    kinds = type_names(walk, bounds[0]) if bounds else set()
    if not bounds or not kinds or not kinds <= _IN_A_ROW:
        return False
    whole, begin, most = bounds
    lookup = Lookup(walk.module, node, whole, ast.Constant(-count if begin < 0 else begin + count - 1))
    if most == count or (not exact and (most is None or most > count)):
        return not count or _has_place(lookup, kinds <= _FIXED)
    return exact and most is None and _is_as_long(lookup, whole, begin + count, kinds <= _FIXED)


def _bounds(node: ast.expr) -> tuple[ast.Name, int, int | None] | None:
    """Of what parts are taken, where they begin and how many there are at most: `parts[1:3]`."""
    match node:
        case ast.Name():
            return node, 0, None
        case ast.Subscript(value=ast.Name() as whole, slice=ast.Slice(lower, upper, step=None)):
            begin, end = number(lower) if lower else 0, number(upper) if upper else None
            if begin is not None and upper is None:
                return whole, begin, -begin if begin < 0 else None
            if begin is not None and end is not None and 0 <= begin <= end:
                return whole, begin, end - begin
    return None


def _is_as_long(lookup: Lookup, whole: ast.Name, length: int, fixed: bool) -> bool:
    """Whether a test says how long a local sequence is, which it then stays."""
    told = (f"len({whole.id}) == {length}", f"{length} == len({whole.id})")
    tests = _tests(lookup, lambda test: spelled(test) in told)
    kept = replace(lookup, exact=True)
    is_own = is_local(lookup.module, whole)
    return is_own and any(fixed or not may_shrink(kept, place) for place in tests)


def _is_on_command_line(lookup: Lookup) -> bool:
    """Whether a test asks for the length of `sys.argv`, which the file leaves as it is."""
    module = lookup.module
    if names_of(module).qualified(lookup.whole) != "sys.argv":
        return False
    uses = [*module.attributes.get("argv", ()), *names_of(module).mentions("argv")]
    return all(keeps_all(module, use) for use in uses) and any(
        _tests(lookup, lambda test: _leaves_room(lookup, test))
    )


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


def finds(module: Module, call: ast.Call, fact: Fact) -> bool:
    """Whether a method finds what it asks for: `stack.pop()` in `while stack:`, `text.index(x)`."""
    match call:
        case ast.Call(func=ast.Attribute(value=whole), args=[], keywords=[]) if fact.name in _TAKING_ANY:
            return _has_place(Lookup(module, call, whole, ast.Constant(0)))
        case ast.Call(func=ast.Attribute(value=whole), args=[place], keywords=[]) if fact.name == "list.pop":
            return _has_place(Lookup(module, call, whole, place))
        case ast.Call(func=ast.Attribute(value=whole), args=[held], keywords=[]) if fact.name in _FINDING:
            return _holds(Lookup(module, call, whole, held, by_key=fact.name.startswith("dict.")))
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
    tests = _tests(
        lookup, lambda test: _given(test, lookup) in words or (lookup.by_key and _looks_up(test, lookup))
    )
    if not isinstance(lookup.whole, ast.Name) or not is_local(module, lookup.whole):
        return any(not may_shrink(lookup, place) for place in tests)
    found = [*tests, *loops(lookup, goes_over_keys), *(_stores(lookup) if lookup.by_key else ())]
    return any(not may_shrink(lookup, place) for place in found)


def _given(test: ast.expr, lookup: Lookup) -> str:
    """What is true or no None by a test, whether it gets a name or not: `(x := d.get(k)) is not None`."""
    match test:
        case ast.Compare(
            left=ast.Call() | ast.NamedExpr(value=ast.Call()) as left,
            ops=[ast.IsNot() | ast.NotEq()],
            comparators=[ast.Constant(value=None)],
        ):
            return _given(left, lookup)
        case ast.NamedExpr(target=target, value=value):
            names = (part.id for part in walk([lookup.node]) if isinstance(part, ast.Name))
            return "" if target.id in names else spelled(value)
    return spelled(test)


def _has_place(lookup: Lookup, fixed: bool = False) -> bool:
    """`fixed`: whether the sequence can never change."""
    if _is_index_in(lookup.whole, lookup.key):
        return True
    tests = _tests(lookup, lambda test: _leaves_room(lookup, test) or _looks_up(test, lookup))
    if not isinstance(lookup.whole, ast.Name):
        return False
    if not is_local(lookup.module, lookup.whole):
        at_top = lookup.module.scope(lookup.node) is lookup.module.tree
        return at_top and any(not may_shrink(lookup, place) for place in tests)
    found = [*tests, *loops(lookup, goes_over_places), *_stores(lookup), *_asked(lookup)]
    return any(fixed or not may_shrink(lookup, place) for place in found)


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
    return spelled(test) in told and is_natural(lookup.module, lookup.key)


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
    own = module.statement(inside)
    if not is_same_again(lookup.key) or (own in changing and is_bound_inside(module, own, changing)):
        return
    for above in module.ancestors(lookup.node):
        for earlier in reversed(before(module, inside)):
            if _puts(earlier, lookup.text) and not (isinstance(earlier, ast.If) and earlier in changing):
                yield start(earlier)
            if earlier in changing:
                return
            if _looks_up(getattr(earlier, "value", None), lookup):
                yield start(earlier)
        if isinstance(above, (*LATER, ast.GeneratorExp)):
            return
        if changed_on_the_way(above, inside, changing):
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
            told = not spreads(parts)
            return told and any(f"{name}[{at}]" == text for at in range(-len(parts), len(parts)))
        case ast.Assign(targets=targets):
            return any(isinstance(t, ast.Subscript) and spelled(t) == text for t in targets)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=whole, attr="setdefault"), args=[key, *_])):
            return f"{spelled(whole)}[{spelled(key)}]" == text
        case ast.If(test=ast.Compare(left=key, ops=[ast.NotIn()], comparators=[whole]), body=body):
            own = f"{spelled(whole)}[{spelled(key)}]" == text
            return own and any(_puts(each, text) for each in body)
    return False
