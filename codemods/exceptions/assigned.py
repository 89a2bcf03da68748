"""Whether a local variable is sure to have a value where it is read."""

from __future__ import annotations

import ast

from codemods.exceptions.reaching import before
from codemods.module import SCOPES, Module, walk
from codemods.names import COMPREHENSIONS, names_of


def is_bound(module: Module, name: ast.Name) -> bool:
    """Whether a local variable is sure to have a value where `name` reads it.

    Variables of outer scopes, and those of comprehensions, are taken to have one.
    """
    names = names_of(module)
    bindings = names.bindings(name)
    local = bindings and names.scope(name) is names.scope(bindings[0].node)
    if not local or isinstance(names.scope(name), COMPREHENSIONS):
        return True
    if any(isinstance(binding.node, ast.arg) for binding in bindings):
        return True
    walruses = [n for n in module.nodes(ast.NamedExpr) if n.target.id == name.id]
    node: ast.AST = name
    for above in module.ancestors(name):
        if isinstance(above, (ast.For, ast.AsyncFor)) and node in above.body and _in(above.target, name.id):
            return True
        if (
            isinstance(above, (ast.With, ast.AsyncWith))
            and node in above.body
            and _gives(above.items, name.id)
        ):
            return True
        if isinstance(above, ast.ExceptHandler) and above.name == name.id:
            return True
        if isinstance(above, ast.match_case) and node is not above.pattern and _captures(above, name.id):
            return True
        if any(walrus in walk(_tests(above, node)) for walrus in walruses):
            return True
        if any(assigns(earlier, name.id) for earlier in before(above, node)):
            return True
        if isinstance(above, SCOPES):
            return False
        node = above
    return False


def _tests(above: ast.AST, node: ast.AST) -> list[ast.expr]:
    """The conditions that were looked at before `node` ran."""
    if isinstance(above, (ast.If, ast.While, ast.IfExp)):
        return [above.test]
    if isinstance(above, ast.BoolOp) and node in above.values:
        return above.values[: above.values.index(node)]
    return []


def assigns(statement: ast.stmt, name: str) -> bool:
    """Whether the name has a value after the statement, whenever what follows it runs."""
    match statement:
        case ast.Assign(targets=targets):
            return any(_in(target, name) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            return value is not None and _in(target, name)
        case ast.AugAssign(target=target):
            return _in(target, name)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((a.asname or a.name.partition(".")[0]) == name for a in aliases)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement.name == name
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            return _gives(items, name) or _block_assigns(body, name)
        case ast.If(body=body, orelse=orelse):
            return _block_assigns(body, name) and _block_assigns(orelse, name)
        case ast.Try():
            blocks = [[*statement.body, *statement.orelse], *(h.body for h in statement.handlers)]
            last = _block_assigns(statement.finalbody, name) if statement.finalbody else False
            return last or all(_block_assigns(block, name) for block in blocks)
        case ast.Match(cases=cases):
            final = cases[-1]
            takes_all = (
                final.guard is None and isinstance(final.pattern, ast.MatchAs) and not final.pattern.pattern
            )
            return takes_all and all(
                _captures(case, name) or _block_assigns(case.body, name) for case in cases
            )
        case ast.While(test=ast.Constant(value=True), body=body):
            return bool(body) and assigns(body[0], name)
    return False


def _block_assigns(block: list[ast.stmt], name: str) -> bool:
    leaves = (ast.Return, ast.Raise, ast.Continue, ast.Break)
    return any(assigns(s, name) or isinstance(s, leaves) for s in block)


def _captures(case: ast.match_case, name: str) -> bool:
    """Whether the pattern of a case binds the name."""
    return any(
        name in (getattr(part, "name", None), getattr(part, "rest", None)) for part in walk([case.pattern])
    )


def _in(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Name):
        return target.id == name
    return any(isinstance(n, ast.Name) and n.id == name for n in walk([target]))


def _gives(items: list[ast.withitem], name: str) -> bool:
    return any(item.optional_vars and _in(item.optional_vars, name) for item in items)
