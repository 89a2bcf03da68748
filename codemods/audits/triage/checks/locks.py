"""Is a lock held where the report says it is not released; is state without one that the report says is?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, excerpt, line_of, spot
from codemods.definitions import Definition
from codemods.layout import is_test
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.nodes import walk

_NOT_RELEASED = re.compile(
    r"\b(?:locks?|mutex|semaphore)\b[^.]{0,60}\b(?:not|never|n't)\s+(?:\w+\s+)?(?:released?|unlocked?)\b"
    r"|\bleak\w*\b[^.]{0,20}\block\b|\block\b[^.]{0,30}\bleak",
    re.IGNORECASE,
)
_EARLY = re.compile(r"\bearly\s+(?:exit|return)|\b(?:exits?|returns?)\s+early\b", re.IGNORECASE)
_UNLOCKED = re.compile(
    r"\brace\b|\bnot\s+thread-?safe\b|\bthread[- ](?:un)?safe"
    r"|\b(?:without|no|missing|lacks?)\s+(?:\w+\s+){0,2}(?:locks?|locking|synchroni[sz]ation)\b",
    re.IGNORECASE,
)
_ACQUIRES = {"acquire", "flock", "lockf"}
_LOCK = re.compile(r"lock|mutex|semaphore|condition", re.IGNORECASE)
_CHANGES = {
    "append",
    "add",
    "update",
    "pop",
    "popitem",
    "clear",
    "remove",
    "discard",
    "setdefault",
    "extend",
    "insert",
}
_DEPTH = 4  # calls to follow


def look(case: Case) -> Iterator[Sight]:
    headline = "\n".join(case.prose.headline)
    if _NOT_RELEASED.search(headline) and _EARLY.search(headline):
        yield from _held_at_exit(case)
    if _UNLOCKED.search(headline):
        for name in case.prose.quoted_names:
            yield from _changes_under_lock(case, name)


# -- a way out that comes before the lock is taken ------------------------------------------------------


def _held_at_exit(case: Case) -> Iterator[Sight]:
    """It refutes when no lock can be held at the returns in the lines: none is taken on the way there."""
    for module in case.modules:
        for node in _exits(case, module):
            function = module.function(node)
            if function is None or not _is_entry(case, module, function):
                continue
            taken = _first_acquisition(case, module, function)
            if taken and taken[0] > line_of(node):
                line, where = taken
                text = f"no lock is held at {spot(module, node)}: it is taken later, at line {line}"
                yield Sight(text + (f" ({where})" if where else ""), True)


def _exits(case: Case, module: Module) -> list[ast.Return]:
    """The returns in the cited lines, or right below them."""
    ranges = case.ranges(module)
    return [node for node in module.nodes(ast.Return) if any(a <= node.lineno <= b + 2 for a, b in ranges)]


def _is_entry(case: Case, module: Module, function: Function) -> bool:
    """Whether nothing of the project calls the function but the module itself when it is run."""
    references, unreadable = case.code.project.references(Definition(module, function))
    return not unreadable and all(
        reference.module.function(reference.node) is None or is_test(reference.module.path)
        for reference in references
    )


def _first_acquisition(case: Case, module: Module, function: Function) -> tuple[int, str] | None:
    """The line of the function at which a lock is first taken, itself or in what it calls; and where."""
    found = []
    for node in walk(function.body, without=(*FUNCTIONS, ast.Lambda, ast.ClassDef)):
        if isinstance(node, ast.Call):
            where = _acquires(case, module, node, _DEPTH, set())
            if where is not None:
                found.append((node.lineno, where))
    return min(found, default=None)


def _acquires(case: Case, module: Module, call: ast.Call, depth: int, seen: set[ast.AST]) -> str | None:
    """Where a call takes a lock: '' for the call itself, else the place in the project; None when nowhere."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _ACQUIRES:
        return ""
    definition = case.code.project.definition(module, call.func) if depth else None
    if definition is None or definition.node in seen or not isinstance(definition.node, FUNCTIONS):
        return None
    seen.add(definition.node)
    for node in walk(definition.node.body, without=(*FUNCTIONS, ast.Lambda, ast.ClassDef)):
        if isinstance(node, ast.Call):
            where = _acquires(case, definition.module, node, depth - 1, seen)
            if where is not None:
                return where or spot(definition.module, node)
    return None


# -- state that is only changed under a lock ------------------------------------------------------------


def _changes_under_lock(case: Case, name: str) -> Iterator[Sight]:
    """It refutes when functions of the file change the variable, and none uses it without a lock."""
    last = name.rpartition(".")[2]
    for module in case.modules:
        uses = [node for node in names_of(module).occurrences(last) if _is_shared(module, node, last)]
        changes = [node for node in uses if _is_change(module, node)]
        locks = {node: lock for node in uses if (lock := _lock_around(module, node))}
        if changes and len(locks) == len(uses):
            shown = "; ".join(
                f"{spot(module, node)} under {excerpt(module, locks[node])}" for node in changes[:3]
            )
            yield Sight(f"{name} is only used under a lock in {module.path}: {shown}", True)
        else:
            bare = [node for node in changes if node not in locks]
            yield from (
                Sight(f"{name} is changed without a lock at {spot(module, node)}", False) for node in bare[:2]
            )


def _is_shared(module: Module, node: ast.Name | ast.Attribute, name: str) -> bool:
    """Whether a use stands in a function that other threads may run too, and is no local of it."""
    function = module.function(node)
    if function is None or function.name == "__init__":
        return False
    bound = names_of(module).bindings(node) if isinstance(node, ast.Name) else []
    return all(binding.scope is not function for binding in bound) or _is_global(function, name)


def _is_change(module: Module, node: ast.Name | ast.Attribute) -> bool:
    """Whether a use binds the variable anew, or changes what it holds."""
    parent = module.parent(node)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, (ast.Store, ast.Del)) and parent.value is node
    changes = isinstance(parent, ast.Attribute) and parent.attr in _CHANGES
    return changes or isinstance(node.ctx, (ast.Store, ast.Del))


def _is_global(function: Function, name: str) -> bool:
    return any(isinstance(n, (ast.Global, ast.Nonlocal)) and name in n.names for n in walk(function.body))


def _lock_around(module: Module, node: ast.AST) -> ast.expr | None:
    for above in module.ancestors(node):
        if isinstance(above, FUNCTIONS):
            return None
        if isinstance(above, (ast.With, ast.AsyncWith)):
            for item in above.items:
                if _LOCK.search(ast.unparse(item.context_expr)):
                    return item.context_expr
    return None
