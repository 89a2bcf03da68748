"""Whether anything may be taken out of a variable between two places, as the code runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from codemods.exceptions.types.writing import only_writes
from codemods.module import LOOPS, Module
from codemods.names import Binding, names_of
from codemods.nodes import spelled
from codemods.scopes import COMPREHENSIONS

Place: TypeAlias = tuple[int, int]
"""A line from 1 and a column from 0, as `ast` has them."""

_TAKING_OUT = frozenset(
    {"pop", "popitem", "popleft", "remove", "clear", "discard", "move_to_end", "rotate"}
    | {"difference_update", "intersection_update", "symmetric_difference_update", "__delitem__"}
)
_READING = frozenset(
    {"len", "sorted", "list", "tuple", "set", "frozenset", "dict", "enumerate", "range", "zip", "min", "max"}
    | {"sum", "any", "all", "str", "repr", "print", "isinstance", "bool", "map", "filter", "reversed", "type"}
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Something is looked for in `whole` by an expression: a key, the number of a place, or what it holds."""

    module: Module
    node: ast.expr
    whole: ast.expr
    key: ast.expr
    by_key: bool = False
    """Whether taking another one out leaves this one where it is."""

    @property
    def text(self) -> str:
        """How the same is written as a subscript."""
        return f"{spelled(self.whole)}[{spelled(self.key)}]"


def may_shrink(lookup: Lookup, since: Place) -> bool:
    """Whether anything may be taken out after a place and before the lookup, as the code runs."""
    assert isinstance(lookup.whole, ast.Name)
    binding, *_ = names_of(lookup.module).bindings(lookup.whole)
    return any(
        not keeps_all(lookup.module, use) and _runs_between(lookup, use, since)
        for use in _uses(lookup.module, binding, set())
    )


def _uses(module: Module, binding: Binding, seen: set[Binding]) -> Iterator[ast.Name]:
    """Where a variable is used, and where another is that got its value: `other = whole or []`."""
    names = names_of(module)
    seen.add(binding)
    for use in names.uses(binding):
        yield use
        others = [] if (target := _other_name(module, use)) is None else names.bindings(target)[:1]
        for other in (one for one in others if one not in seen):
            yield from (one for one in _uses(module, other, seen) if isinstance(one.ctx, ast.Load))


def _other_name(module: Module, use: ast.expr) -> ast.Name | None:
    """The variable that gets the value of another one there, if any does."""
    match module.parent(use):
        case ast.BoolOp() | ast.IfExp() as above:
            return _other_name(module, above)
        case ast.Assign(targets=[ast.Name() as target]) | ast.NamedExpr(target=target) if target is not use:
            return target
    return None


def keeps_all(module: Module, use: ast.expr) -> bool:
    """Whether a use of the variable only reads or adds."""
    if not isinstance(getattr(use, "ctx", ast.Load()), ast.Load):
        return False
    parent = module.parent(use)
    match parent:
        case ast.Attribute(attr=name):
            return name not in _TAKING_OUT and not name.startswith("__")
        case ast.Subscript(ctx=context, slice=index) if parent.value is use:
            return isinstance(context, ast.Load) or (
                isinstance(context, ast.Store) and not isinstance(index, ast.Slice)
            )
        case ast.Call() if only_writes(module, parent):
            return True
        case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_]):  # which give one of them back
            return False
        case ast.Call(func=ast.Name(id=name)):
            return name in _READING and use is not parent.func
        case ast.BoolOp() | ast.IfExp():
            return keeps_all(module, parent)
        case ast.Match(cases=cases):
            patterns = (part for case in cases for part in ast.walk(case.pattern))
            return not any(isinstance(part, ast.MatchAs) and part.name for part in patterns)
        case ast.Return():  # of a function inside, it hands the thing itself on
            bindings = names_of(module).bindings(use) if isinstance(use, ast.Name) else []
            return all(one.scope is module.scope(use) for one in bindings)
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() | ast.Call() | ast.keyword() | ast.Yield():
            return False
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.Await() | ast.Lambda() | ast.arguments():
            return False
    return True


def _runs_between(lookup: Lookup, use: ast.Name, since: Place) -> bool:
    """Whether a use may run after one place and before the lookup: also in the next round of a loop."""
    module, until = lookup.module, start(lookup.node)
    is_between = since < start(use) and _when(module, use) < until
    if is_between or module.scope(use) is not module.scope(lookup.node):
        return True
    own = lookup.by_key and _takes(module, use) == lookup.text
    loops = (above for above in module.ancestors(use) if isinstance(above, (*LOOPS, *COMPREHENSIONS)))
    return any(
        start(loop) <= until < _end(loop)
        and not start(loop) < since < _end(loop)
        and not (own and since == start(loop) and _binds_once(lookup, loop))  # the next is another key
        and not (isinstance(loop, LOOPS) and _leaves(module, use, loop))
        for loop in loops
    )


def _when(module: Module, use: ast.Name) -> Place:
    """Where a use runs: a name gets its value behind what is looked up for that, `parts = parts[0]`."""
    above = module.parent(use)
    is_target = isinstance(above, (ast.Assign, ast.AnnAssign)) and isinstance(use.ctx, ast.Store)
    return _end(above) if is_target and above else start(use)


def _binds_once(lookup: Lookup, loop: ast.AST) -> bool:
    """Whether a loop gives the key another value for each round, and none in it."""
    module, key = lookup.module, lookup.key
    mentions = names_of(module).mentions(key.id) if isinstance(key, ast.Name) else []
    bound = (one for one in mentions if not isinstance(one.ctx, ast.Load))
    return sum(loop in module.ancestors(one) for one in bound) == 1


def _leaves(module: Module, use: ast.Name, loop: ast.AST) -> bool:
    """Whether there is no other round of the loop once the use has run, whatever that raises."""
    inner = next(above for above in module.ancestors(use) if isinstance(above, LOOPS))
    ends = (ast.Return, ast.Raise, *((ast.Break,) if inner is loop else ()))
    node: ast.AST = module.statement(use)
    while node is not loop:
        above = module.parent(node)
        match above:
            case ast.Try(body=body, finalbody=final) | ast.TryStar(body=body, finalbody=final):
                if node in body or final:
                    return False
            case ast.With() | ast.AsyncWith() | None:
                return False
        block, place = module.siblings(node) if isinstance(node, ast.stmt) else ((), 0)
        for after in block[place:]:
            if isinstance(after, ends):
                return True
            if any(isinstance(part, ast.Continue) for part in ast.walk(after)):
                return False
        node = above
    return False


def _takes(module: Module, use: ast.Name) -> str | None:
    """The one key, written as a subscript, that a use takes out: `del whole[key]`, `whole.pop(key)`."""
    parent = module.parent(use)
    match parent, module.parent(parent) if parent else None:
        case ast.Subscript(ctx=ast.Del()), _:
            return spelled(parent)
        case ast.Attribute(attr="pop"), ast.Call(args=[key, *_]):
            return f"{use.id}[{spelled(key)}]"
    return None


def start(node: ast.AST) -> Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> Place:
    return getattr(node, "end_lineno", None) or 0, getattr(node, "end_col_offset", None) or 0
