"""Going through a value: `for`, `async for`, `*values`; and what a loop must not do meanwhile."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.exceptions.answer import Found
from codemods.exceptions.raising.arguments.streams import iterated
from codemods.exceptions.raising.dispatch import awaited, run, runs_own
from codemods.exceptions.raising.walk import Walk, kinds_of, type_names
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.functions.results import of_result
from codemods.exceptions.types.functions.signatures import written
from codemods.exceptions.types.kinds import ITERABLE, LOOSE, MAPPINGS, SETS, as_tuple, names_in
from codemods.exceptions.types.notation import Type, Value, known, ordered
from codemods.exceptions.types.targets import Call
from codemods.module import FUNCTIONS
from codemods.nodes import spelled
from codemods.nodes import walk as walk_nodes
from codemods.project import Definition

_RESIZING = {"pop", "popitem", "clear", "update", "setdefault", "add", "remove", "discard"}
_OF_DEQUE = {"append", "appendleft", "popleft", "extend", "extendleft", "insert", "rotate"}
# What begins an iteration, goes on with it, and ends it: that does not come out.
_AT_ONCE = ("__iter__", "__next__", "StopIteration")
_IN_TURN = ("__aiter__", "__anext__", "StopAsyncIteration")
_CHANGED = 0.1  # how likely somebody names the RuntimeError of a dict that was changed in a loop


def started_elsewhere(walk: Walk, node: ast.expr) -> None:
    """Note that going on with an iterator which a variable holds runs what it was made of."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return
    if "Iterator" in type_names(walk, node):
        walk.found.missing[f"goes on with the iterator `{spelled(node)}`, which may run anything"] = None


def iterate(walk: Walk, node: ast.expr, *, in_turn: bool = False) -> None:
    """`for … in node`, `*node`; `in_turn`: `async for … in node`."""
    started_elsewhere(walk, node)
    label = f"`{spelled(node)}`"
    value = walk.values.of(walk.module, node)
    kinds = kinds_of(walk, node)
    if not kinds:
        seen = walk.values.seen(walk.module, node)
        walk.found.guess(f"iterates over {label}, whose type is unknown", "TypeError")
        own = [kind.definition for kind in seen if kind.definition]
        for definition in own:
            run(walk, walk.values.member(definition, "__iter__").definitions)
    for kind in map(as_tuple, ordered(value)):
        if kind.name in LOOSE:
            walk.found.add("TypeError", f"iterates over {label}, which may be of another type")
        elif kind.name in ITERABLE:
            if in_turn and kind.name != "Iterator":
                walk.found.add("TypeError", f"iterates over {label} by `async for`, which has no `__aiter__`")
        elif kind.definition:
            own_iterator(walk, node, kind, in_turn=in_turn)
        elif tables().fact(kind.name, "__iter__"):
            continue
        else:
            walk.found.missing[f"iterates over {label}, whose type is unknown"] = None
    iterated(walk, node, f"iterates over {label}")


def own_iterator(walk: Walk, node: ast.expr, kind: Type, *, in_turn: bool = False) -> bool:
    """Iterating over an instance of a project's class: `__iter__`, and `__next__` of what it gives.

    Whether that is possible; a TypeError is noted where it is not. `in_turn`: by `async for`.
    """
    assert kind.definition
    begin, step, end = _IN_TURN if in_turn else _AT_ONCE
    begins = walk.values.member(kind.definition, begin).definitions
    outer = walk.apart()
    methods = (begin,) if in_turn else (begin, "__getitem__")
    is_possible = runs_own(walk, node, kind, methods, "iterates over")
    if begins:
        outer.merge(walk.found)
        walk.found = Found(outer.path, outer.line)
        for definition in begins:
            _steps(walk, node, _begun(walk, definition, kind), step)
    for ended in (end,) if begins else (end, "IndexError"):
        walk.found.raised.pop(ended, None)
    outer.merge(walk.found)
    walk.found = outer
    if not is_possible:
        walk.found.add("TypeError", f"iterates over `{spelled(node)}`, which defines no `{begin}`")
    return is_possible


def _begun(walk: Walk, definition: Definition, kind: Type) -> Value:
    """What begins an iteration over a value of that type: it itself, where the function gives `self`.

    `Iterator` as an annotation does not tell whose steps are run.
    """
    owner = definition.module.parent(definition.node)
    given = of_result(walk.values, definition)
    for result in results_of(definition):
        if isinstance(result, ast.Return) and result.value:
            seen = walk.values.seen(definition.module, result.value)
            given |= {one for one in seen if one.definition}
    return given | {kind for one in given if one.definition and one.definition.node is owner}


def _steps(walk: Walk, node: ast.expr, given: Value, step: str) -> None:
    """Note what going on with what begins an iteration raises."""
    for kind in ordered(given):
        if kind.definition and not runs_own(walk, node, kind, (step,), "iterates over"):
            _steps_below(walk, node, kind.definition, given, step)
        if kind.definition and step in _IN_TURN:
            awaited(walk, node, walk.values.member(kind.definition, step).definitions)
    if not known(given) or not all(kind.definition or kind.name in ITERABLE for kind in given):
        walk.found.missing[f"iterates over `{spelled(node)}`, by an unknown iterator"] = None


def _steps_below(walk: Walk, node: ast.expr, owner: Definition, given: Value, step: str) -> None:
    """Note what comes of a class without the step: it may stand for the classes below that have one."""
    below = walk.outline.descendants(owner)
    if below is None:
        walk.found.missing[f"iterates over `{spelled(node)}`, which may be of one of many classes"] = None
        return
    steps = [one for child in below for one in walk.values.member(child, step).definitions]
    if not steps:
        walk.found.add("TypeError", f"iterates over `{spelled(node)}`: `{owner.node.name}` has no `{step}`")
    elif not any(kind.definition in below for kind in given):  # else that one is meant
        run(walk, steps)


def changed_in_loop(walk: Walk, node: ast.For | ast.AsyncFor) -> None:
    """Note that a dict or set must not change its size while it is gone through."""
    holder: ast.expr = node.iter
    match node.iter:
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys" | "values"), args=[]):
            holder = inner
    if not isinstance(holder, (ast.Name, ast.Attribute)):
        return
    kinds = names_in(walk.values.seen(walk.module, holder), in_part=True)
    resizing = _RESIZING | (_OF_DEQUE if "collections.deque" in kinds else set())
    if kinds and not kinds & (MAPPINGS | SETS | {"data", "collections.defaultdict", "collections.deque"}):
        return
    text = spelled(holder)
    if _is_resized(node.body, text, resizing) or _is_resized_by_call(walk, node, text, resizing):
        reason = f"`{text}` may change its size while it is gone through"
        walk.found.add("RuntimeError", reason, _CHANGED)


def _is_resized(block: Iterable[ast.AST], text: str, resizing: set[str]) -> bool:
    """Whether something is put into a container there, or taken out of it."""
    for part in walk_nodes(block):
        match part:
            case ast.Subscript(value=whole, ctx=ast.Store() | ast.Del()) if spelled(whole) == text:
                return True
            case ast.Call(func=ast.Attribute(value=whole, attr=name)) if name in resizing:
                if spelled(whole) == text:
                    return True
    return False


def _is_resized_by_call(walk: Walk, node: ast.For | ast.AsyncFor, text: str, resizing: set[str]) -> bool:
    """The same, by functions that a loop calls: with the container, or on `self` that has it."""
    for call in (part for part in walk_nodes(node.body) if isinstance(part, ast.Call)):
        handed = any(spelled(given) == text for given in call.args)
        on_self = text.startswith("self.") and spelled(call.func).startswith("self.")
        for definition in walk.values.target(walk.module, call.func).definitions if handed or on_self else ():
            if not isinstance(definition.node, FUNCTIONS):
                continue
            asked = Call(walk.module, call.args, call.keywords)
            names = [argument.arg for argument, value in written(asked, definition) if spelled(value) == text]
            changed = [*names, *([text] if on_self else [])]
            if any(_is_resized(definition.node.body, name, resizing) for name in changed):
                return True
    return False
