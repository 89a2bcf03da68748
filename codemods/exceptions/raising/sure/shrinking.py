"""Whether anything may be taken out of a variable between two places, as the code runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codemods.exceptions.types.flow.stores import handed, is_local
from codemods.exceptions.types.readonly import READING_BUILTINS, only_reads
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
_AS_LONG = frozenset({"index", "count", "copy", "sort", "reverse"})  # methods that leave as many in a list
_READING = READING_BUILTINS | {"range"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """Something is looked for in `whole` by an expression: a key, the number of a place, or what it holds."""

    module: Module
    node: ast.expr
    whole: ast.expr
    key: ast.expr
    by_key: bool = False
    """Whether taking another one out leaves this one where it is."""
    exact: bool = False
    """Whether nothing may be added either, for it is to be as long as it was."""

    @property
    def text(self) -> str:
        """How the same is written as a subscript."""
        return f"{spelled(self.whole)}[{spelled(self.key)}]"


def may_shrink(lookup: Lookup, since: Place) -> bool:
    """Whether anything may be taken out after a place and before the lookup, as the code runs."""
    module, whole = lookup.module, lookup.whole
    if isinstance(whole, ast.Attribute):
        taking = [one for one in module.attributes.get(whole.attr, ()) if _shrinks(module, one)]
        return _is_taken_out(lookup, since, taking)
    if not isinstance(whole, ast.Name):
        return False
    uses = [use for one in names_of(module).bindings(whole)[:1] for use in _uses(module, one, set())]
    if not is_local(module, whole):
        if _is_taken_out(lookup, since, [use for use in uses if _shrinks(module, use)]):
            return True
        uses = [use for use in uses if module.scope(use) is module.scope(whole)]
    changing = (use for use in uses if not keeps_all(module, use) or (lookup.exact and _adds(module, use)))
    return any(_runs_between(lookup, use, since) for use in changing)


def _adds(module: Module, use: ast.expr) -> bool:
    """Whether a use may put something in: `use.append(one)`."""
    above = module.parent(use)
    return isinstance(above, ast.Attribute) and above.attr not in _AS_LONG


def _is_taken_out(lookup: Lookup, since: Place, taking: Sequence[ast.expr]) -> bool:
    """Whether one of the places that take something out runs between, there or in a function of the file."""
    module, whole = lookup.module, lookup.whole
    text, around = spelled(whole), module.function(lookup.node)
    functions = {function.name: function for one in taking if (function := module.function(one))}
    calls: list[ast.Call] = module.nodes(ast.Call) if functions else []
    places: list[ast.expr] = [one for one in taking if spelled(one) == text]
    if isinstance(whole, ast.Attribute):
        places += [one for one in calls if spelled(whole.value) in handed(one, functions)]
    else:
        methods = {name for name, one in functions.items() if isinstance(module.parent(one), ast.ClassDef)}
        places += [one for one in calls if spelled(one.func) in functions or _last(one.func) in methods]
    return any(module.function(one) is around and since < start(one) < start(lookup.node) for one in places)


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ""


def _shrinks(module: Module, use: ast.expr) -> bool:
    """Whether a use is one that takes something out, `del use[key]`, `use.pop()`, or gives another value."""
    match module.parent(use):
        case ast.Assign(targets=targets):
            return use in targets
        case ast.Subscript(ctx=ast.Del()):
            return True
        case ast.Attribute(attr=name):
            return name in _TAKING_OUT
    return False


def _uses(module: Module, binding: Binding, seen: set[Binding]) -> Iterator[ast.expr]:
    """Where a variable is used, and where another is that has the same value: `other = whole or []`."""
    names = names_of(module)
    seen.add(binding)
    others: list[ast.expr] = []
    for use in names.uses(binding):
        yield use
        others += _named_as_well(module, use)
    sources = _sources(module, binding)
    for other in (*others, *sources, *_beside(module, binding)):
        if not isinstance(other, ast.Name):
            yield from _spelled_alike(module, other)
            continue
        for one in (one for one in names.bindings(other)[:1] if one not in seen):
            yield from (u for u in _uses(module, one, seen) if _is_read(u) and u not in sources)


def _is_read(use: ast.expr) -> bool:
    return isinstance(getattr(use, "ctx", ast.Load()), ast.Load)


def _named_as_well(module: Module, use: ast.expr) -> list[ast.Name]:
    """The variables that get the value of another one there."""
    match module.parent(use):
        case ast.BoolOp() | ast.IfExp() as above:
            return _named_as_well(module, above)
        case ast.Assign(targets=targets):
            return [one for one in targets if isinstance(one, ast.Name) and one is not use]
        case ast.NamedExpr(target=target) if target is not use:
            return [target]
        case ast.Tuple() as above if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load):
            pairs = [
                (value, target) for target, value in _pairs(module, above) if isinstance(target, ast.Name)
            ]
            return [target for value, target in pairs if value is use]
    return []


def _pairs(module: Module, values: ast.Tuple) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each target with its value: `a, b = one, other`."""
    match module.parent(values):
        case ast.Assign(targets=[ast.Tuple(elts=targets)]) if len(targets) == len(values.elts):
            yield from zip(targets, values.elts, strict=True)


def _sources(module: Module, binding: Binding) -> list[ast.expr]:
    """Where the value of a variable is read from that has another name there: `whole = self.parts`."""
    node, above = binding.node, module.parent(binding.node)
    match above:
        case ast.Assign(value=value) | ast.NamedExpr(value=value) | ast.AnnAssign(value=ast.expr() as value):
            found = [value]
        case ast.Tuple():
            statement = module.parent(above)
            values = statement.value if isinstance(statement, ast.Assign) else None
            pairs = _pairs(module, values) if isinstance(values, ast.Tuple) else ()
            found = [value for target, value in pairs if target is node]
        case _:
            return []
    parts: list[ast.expr] = []
    for value in found:
        match value:
            case ast.BoolOp(values=several):
                parts += several
            case ast.IfExp(body=one, orelse=other):
                parts += [one, other]
            case _:
                parts.append(value)
    return [part for part in parts if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))]


def _beside(module: Module, binding: Binding) -> list[ast.expr]:
    """The other variables that get the same value at once: `whole = other = []`."""
    match module.parent(binding.node):
        case ast.Assign(targets=targets) if binding.node in targets:
            return [one for one in targets if isinstance(one, ast.Name) and one is not binding.node]
    return []


def _spelled_alike(module: Module, source: ast.expr) -> Iterator[ast.expr]:
    """Where the same is read in the function, as far as its spelling tells."""
    text, scope = spelled(source), module.scope(source)
    nodes: Iterable[ast.expr] = module.nodes(type(source))
    if isinstance(source, ast.Attribute):
        nodes = module.attributes.get(source.attr, ())
    yield from (
        one for one in nodes if one is not source and module.scope(one) is scope and spelled(one) == text
    )


def keeps_all(module: Module, use: ast.expr) -> bool:
    """Whether a use of the variable only reads or adds."""
    if not _is_read(use):
        return False
    parent = module.parent(use)
    match parent:
        case ast.Attribute(attr=name):
            return name not in _TAKING_OUT and not name.startswith("__")
        case ast.Subscript(ctx=context, slice=index) if parent.value is use:
            return isinstance(context, ast.Load) or (
                isinstance(context, ast.Store) and not isinstance(index, ast.Slice)
            )
        case ast.Call() | ast.keyword() if only_reads(module, parent):
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


def _runs_between(lookup: Lookup, use: ast.expr, since: Place) -> bool:
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


def _when(module: Module, use: ast.expr) -> Place:
    """Where a use runs: a call, and a name that gets its value, behind what is looked up for that.

    `parts = parts[0]`, `show(parts, parts[0])`.
    """
    above = module.parent(use)
    is_target = isinstance(above, (ast.Assign, ast.AnnAssign)) and not _is_read(use)
    is_given = isinstance(above, ast.Call) and use in above.args
    return _end(above) if above and (is_target or is_given) else start(use)


def _binds_once(lookup: Lookup, loop: ast.AST) -> bool:
    """Whether a loop gives the key another value for each round, and none in it."""
    module, key = lookup.module, lookup.key
    mentions = names_of(module).mentions(key.id) if isinstance(key, ast.Name) else []
    bound = (one for one in mentions if not isinstance(one.ctx, ast.Load))
    return sum(loop in module.ancestors(one) for one in bound) == 1


def _leaves(module: Module, use: ast.expr, loop: ast.AST) -> bool:
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


def _takes(module: Module, use: ast.expr) -> str | None:
    """The one key, written as a subscript, that a use takes out: `del whole[key]`, `whole.pop(key)`."""
    parent = module.parent(use)
    match parent, module.parent(parent) if parent else None:
        case ast.Subscript(ctx=ast.Del()), _:
            return spelled(parent)
        case ast.Attribute(attr="pop"), ast.Call(args=[key, *_]):
            return f"{spelled(use)}[{spelled(key)}]"
    return None


def start(node: ast.AST) -> Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> Place:
    return getattr(node, "end_lineno", None) or 0, getattr(node, "end_col_offset", None) or 0
