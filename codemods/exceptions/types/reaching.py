"""Which of a name's bindings a use can see."""

from __future__ import annotations

import ast

from codemods.exceptions.types.meanwhile import evaluated_in
from codemods.exceptions.types.stores import before, only_after
from codemods.module import LOOPS, SCOPES, Module
from codemods.names import Binding, names_of

# Context managers that let every exception pass.
_PASSING_ON = {f"{module}.open" for module in ("builtins", "io", "codecs", "gzip", "bz2", "lzma", "tarfile")}
_PASSING_ON |= {"zipfile.ZipFile", "urllib.request.urlopen", "socket.socket", "tempfile.TemporaryDirectory"}
_PASSING_ON |= {"tempfile.NamedTemporaryFile", "subprocess.Popen"}
_ALWAYS_BIND = (ast.Assign, ast.AnnAssign, ast.With, ast.Import, ast.ImportFrom)


def reaching(module: Module, name: ast.Name) -> list[Binding]:
    """The bindings whose value `name` may have: the last one when it surely ran before, else all so far."""
    found = _reaching(module, name)
    return [one for one in found if not only_after(module, one, name)] or found if len(found) > 1 else found


def _reaching(module: Module, name: ast.Name) -> list[Binding]:
    names = names_of(module)
    bindings = names.bindings(name)
    if len(bindings) < 2 or names.scope(name) is not names.scope(bindings[0].node):
        return bindings
    by_statement: dict[ast.AST, list[Binding]] = {}
    for binding in bindings:
        if not isinstance(binding.node, ast.arg):
            by_statement.setdefault(module.statement(binding.node), []).append(binding)
    around = {above for statement in by_statement for above in module.ancestors(statement)}
    node: ast.AST = module.statement(name)
    if isinstance(node, ast.While) and node in around:  # in its test, which each round comes back to
        return bindings
    own = by_statement.get(node, [])
    if any(isinstance(module.parent(binding.node), ast.NamedExpr) for binding in own):
        return bindings
    first_of_all = not own or isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
    parent = module.parent(node)
    while parent is not None:
        for earlier in reversed(before(module, node)):
            if earlier in around:
                return _bound_last(module, earlier, by_statement, around) or bindings
            if found := by_statement.get(earlier):
                sure = isinstance(earlier, _ALWAYS_BIND) and _evaluated(earlier, found)
                return found if sure else bindings
        if isinstance(parent, ast.match_case):
            captured = [binding for binding in bindings if _is_in(module, binding.node, parent.pattern)]
            if captured:
                return captured
        if isinstance(parent, SCOPES):
            given = [binding for binding in bindings if isinstance(binding.node, ast.arg)]
            return given if given and first_of_all else bindings
        if parent in by_statement and not (isinstance(parent, ast.Try) and node in parent.body):
            return by_statement[parent] if _binds_first(parent, node, by_statement[parent]) else bindings
        if parent in around and _may_run_before(parent, node):
            return bindings
        first_of_all = first_of_all and parent not in by_statement
        node, parent = parent, module.parent(parent)
    return bindings


def _binds_first(parent: ast.AST, node: ast.AST, bound: list[Binding]) -> bool:
    """Whether a statement is sure to bind the name before it comes to a block of it."""
    match parent:
        case ast.For() | ast.AsyncFor():
            return node in parent.body
        case ast.With() | ast.AsyncWith():
            return True
        case ast.Try() | ast.TryStar():
            return len(bound) == 1 and bound[0].node is node and node in parent.handlers
        case ast.If(test=asked) | ast.While(test=asked) | ast.Match(subject=asked):
            return _evaluated(asked, bound)
    return False


def _evaluated(node: ast.AST, bound: list[Binding]) -> bool:
    """Whether one of the bindings is not in a part that may be left out: not `flag and (x := 1)`."""
    nodes = {*evaluated_in([node])}
    return any(binding.node in nodes for binding in bound)


def _bound_last(
    module: Module, block: ast.stmt, by_statement: dict[ast.AST, list[Binding]], around: set[ast.AST]
) -> list[Binding]:
    """What the body of a `with` binds last, where it surely came to its end."""
    if not isinstance(block, ast.With) or not all(_passes_on(module, item) for item in block.items):
        return []
    for statement in reversed(block.body):
        if statement in around:
            return _bound_last(module, statement, by_statement, around)
        if found := by_statement.get(statement):
            return found if isinstance(statement, _ALWAYS_BIND) and _evaluated(statement, found) else []
    return []


def _passes_on(module: Module, item: ast.withitem) -> bool:
    """Whether a context manager is known for not ending the exception that ends its block: `open(path)`."""
    match item.context_expr:
        case ast.Call(func=function):
            return names_of(module).is_any(function, *_PASSING_ON)
    return False


def _may_run_before(parent: ast.AST, node: ast.AST) -> bool:
    """Whether what stands below or beside `node` in a block may have run before it: not in a `try`'s body."""
    if isinstance(parent, ast.Try):
        return node not in parent.body
    return isinstance(parent, LOOPS)


def _is_in(module: Module, node: ast.AST, pattern: ast.pattern) -> bool:
    return node is pattern or pattern in module.ancestors(node)
