"""`raise`, and `try`: what its handlers catch, and what passes them."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import RARE, Found
from codemods.exceptions.hierarchy import BROAD, canonical, handler_types, hierarchy_at
from codemods.exceptions.raising.arguments.by_signature import call_checked
from codemods.exceptions.raising.arguments.decided import decided_by
from codemods.exceptions.raising.walk import Visitors, Walk, kinds_of, short
from codemods.exceptions.types.notation import NONE, known, ordered
from codemods.module import LEAVING
from codemods.names import names_of


def _raise(walk: Walk, node: ast.Raise) -> None:
    if node.exc is None or _is_caught_name(walk, node.exc):
        if caught := _caught_by(walk, node.exc):
            walk.found.merge(caught)
        else:
            walk.found.missing["raises again what was caught outside"] = None
        return
    walk.generic_visit(node)
    if node.cause and _is_none_of_errors(walk, node.cause):
        walk.found.add("TypeError", f"`{short(node)}`: no exception is the cause", RARE)
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    where = f"raise {short(kind)} (line {node.lineno})"
    name = walk.hierarchy.resolve(walk.module, kind)
    if name is None:
        _raise_value(walk, node.exc, where)
        return
    walk.found.add(name, where, only_for=decided_by(walk, node))
    definition = walk.hierarchy.definition(name)
    if definition and not isinstance(node.exc, ast.Call):  # raising a class makes an instance
        call_checked(walk, ast.Call(node.exc, [], []), definition)


def _raise_value(walk: Walk, raised: ast.expr, where: str) -> None:
    """Note what raising something raises of which only the type is known."""
    kinds_of(walk, raised)  # by what an annotation says
    value = walk.values.of(walk.module, raised)
    if value >= NONE:
        walk.found.add("TypeError", f"{where}: it may be None", RARE)
    names = _types_of(walk, raised)
    for name in names:
        walk.found.add(name, where)
    if not names or not value:
        walk.found.missing[f"raises `{short(raised)}`, whose type is unknown"] = None


def _is_none_of_errors(walk: Walk, cause: ast.expr) -> bool:
    """Whether what an exception is raised from may be neither None nor an exception."""
    value = walk.values.seen(walk.module, cause) - NONE
    return (
        bool(known(value)) and not walk.hierarchy.resolve(walk.module, cause) and not _types_of(walk, cause)
    )


def _types_of(walk: Walk, raised: ast.expr) -> list[str]:
    """The exceptions that a value may be, as an instance or as a class."""
    found: list[str] = []
    for kind in ordered(walk.values.seen(walk.module, raised)):
        for inner in kind.arguments[0] if kind.name == "type" and kind.arguments else {kind}:
            name = walk.hierarchy.own_name(inner.definition) if inner.definition else canonical(inner.name)
            if "BaseException" in walk.hierarchy.ancestors(name):
                found.append(name)
    return found


def _caught_by(walk: Walk, name: ast.expr | None) -> Found | None:
    """What the handler around us has caught that binds the name; the innermost one where it is left out."""
    for handler, caught in reversed(walk.caught):
        if name is None or (isinstance(name, ast.Name) and handler.name == name.id):
            return caught
    return None


def _is_caught_name(walk: Walk, expression: ast.expr) -> bool:
    """Whether it is the `e` of the `except … as e` around it."""
    if not isinstance(expression, ast.Name):
        return False
    bindings = names_of(walk.module).bindings(expression)
    return bool(walk.caught and bindings) and all(isinstance(b.node, ast.ExceptHandler) for b in bindings)


def _try(walk: Walk, node: ast.Try | ast.TryStar) -> None:
    if any(isinstance(statement, LEAVING) for statement in node.finalbody):
        outer = walk.apart()  # control goes elsewhere, whatever comes out
        _tried(walk, node)
        outer.assumed |= walk.found.assumed
        walk.found = outer
    else:
        _tried(walk, node)
    for statement in node.finalbody:
        walk.visit(statement)


def _tried(walk: Walk, node: ast.Try | ast.TryStar) -> None:
    """What comes out of the body, its handlers and its `else`."""
    rest, in_circle = walk.context.following.watched(lambda: walk.part(node.body))
    for handler in node.handlers:
        caught, rest = _split(walk, rest, handler, in_circle)
        walk.caught.append((handler, caught))
        own = walk.part(handler.body)
        walk.caught.pop()
        walk.found.merge(own)
        if own.raised and isinstance(node, ast.TryStar):
            walk.found.add("ExceptionGroup", "what an `except*` raises comes out in a group")
        if handler.type:
            walk.visit(handler.type)
    walk.found.merge(rest)
    for statement in node.orelse:
        walk.visit(statement)


def _split(walk: Walk, found: Found, handler: ast.ExceptHandler, in_circle: bool) -> tuple[Found, Found]:
    """What the handler catches of it, and what passes.

    Whoever writes a handler knows what comes; not so in a circle, where what comes is not all known yet.
    """
    hierarchy = hierarchy_at(walk.hierarchy.project, walk.module.path)
    names = handler_types(hierarchy, walk.module, handler)
    caught, rest = (Found(walk.module.path, handler.lineno) for _ in range(2))
    rest.assumed = found.assumed
    for raised in found.raised.values():
        side = caught if hierarchy.is_a(hierarchy.merged(raised.type), *names) else rest
        side.keep(raised)
    if not set(BROAD).isdisjoint(names):
        caught.missing = found.missing
        return caught, rest
    rest.missing = found.missing
    for name in names:
        if found.missing or not (caught.raised or in_circle):
            caught.add(name, f"except {short(handler.type)} (line {handler.lineno})")
    if not names:
        caught.missing["raises again what an `except` caught whose types are unknown"] = None
    return caught, rest


VISITORS: Visitors = {ast.Raise: _raise, ast.Try: _try, ast.TryStar: _try}
