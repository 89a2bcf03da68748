"""Whether a local variable is sure to have a value where it is read."""

from __future__ import annotations

import ast
from typing import TypeAlias

from codemods.control import leaves_block
from codemods.exceptions.types.flow.stores import before
from codemods.exceptions.types.functions.endings import may_swallow
from codemods.exceptions.types.targets import Inference
from codemods.module import LOOPS, SCOPES, Module
from codemods.names import names_of
from codemods.nodes import walk
from codemods.scopes import COMPREHENSIONS

_Names: TypeAlias = frozenset[str] | None  # None where nothing follows that could miss one
# What has a say in names of expressions right inside of it, not only in those of statements.
_AROUND_PARTS = frozenset((ast.ExceptHandler, ast.match_case, ast.Try, ast.TryStar, *SCOPES))


def is_bound(values: Inference, module: Module, name: ast.Name) -> bool:
    """Whether a local variable is sure to have a value where `name` reads it.

    Variables of outer scopes, and those of comprehensions, are taken to have one.
    """
    names = names_of(module)
    bindings = names.bindings(name)
    inside = [names.scope(binding.node) for binding in bindings[:1]]
    holders = [bindings[0].scope if isinstance(one, COMPREHENSIONS) else one for one in inside]
    local = names.scope(name) in holders  # also what `:=` binds in a comprehension
    if not local or isinstance(names.scope(name), COMPREHENSIONS):
        return True
    assigned, scope = module.derive(_Assigned, values), names.scope(name)
    is_argument = any(isinstance(binding.node, ast.arg) for binding in bindings)
    if is_argument and name.id not in assigned.lost_by(scope):
        return True
    walruses = [n for n in module.nodes(ast.NamedExpr) if n.target.id == name.id]
    node: ast.AST = name
    for above in module.ancestors(name):
        statement = isinstance(node, (ast.stmt, ast.withitem))
        if not (walruses or statement or above.__class__ in _AROUND_PARTS):
            node = above
            continue
        if isinstance(node, ast.stmt):
            for earlier in reversed(before(module, node)):
                if (given := assigned.by(earlier)) is None or name.id in given:
                    return True
                if name.id in assigned.lost_by(earlier):
                    return False
        if name.id in assigned.by_entering(above, node):
            return True
        if any(walrus in walk(_tests(above, node)) for walrus in walruses):
            return True
        if above is scope or name.id in assigned.lost_around(above, node):
            return above is scope and is_argument
        node = above
    return False


def is_of_file(module: Module, name: ast.Name) -> bool:
    """Whether it is a variable of the file that a function names: `global name`."""
    found = names_of(module).bindings(name)
    return bool(found) and found[0].scope is module.tree and module.function(name) is not None


def is_made_by_functions(module: Module, name: ast.Name) -> bool:
    """Whether only other functions give a variable of the file a value: `global name`."""
    names = names_of(module)
    found = names.bindings(name)
    if not found or found[0].scope in (module.tree, names.scope(name)):
        return False
    if found != names.bindings_in(module.tree).get(name.id):
        return False
    functions = {module.function(one.node) for one in found}
    return functions.isdisjoint({None, module.function(name)})


def _tests(above: ast.AST, node: ast.AST) -> list[ast.expr]:
    """The conditions that were looked at before `node` ran."""
    if isinstance(above, (ast.If, ast.While, ast.IfExp)):
        return [above.test]
    if isinstance(above, ast.BoolOp) and node in above.values:
        return above.values[: above.values.index(node)]
    return []


def _entered(block: ast.With | ast.AsyncWith, node: ast.AST) -> list[ast.withitem]:
    """What a `with` has entered before one of its parts runs: `with open(path) as file, reading(file):`."""
    return block.items[: block.items.index(node)] if isinstance(node, ast.withitem) else block.items


class _Assigned:
    """The names that have a value after each statement of a file, whenever what follows it runs."""

    def __init__(self, module: Module, values: Inference) -> None:
        self._module, self._values = module, values
        self._by: dict[ast.stmt, _Names] = {}
        # The names that each statement may take the value of: `del name`, the end of `except … as name`.
        self._lost: dict[ast.AST, set[str]] = {}
        for name in walk(module.nodes(ast.Delete)):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Del):
                self._loses(name, name.id)
        for handler in module.nodes(ast.ExceptHandler):
            if handler.name:
                self._loses(handler, handler.name)

    def _loses(self, node: ast.AST, name: str) -> None:
        for above in (node, *self._module.ancestors(node)):
            self._lost.setdefault(above, set()).add(name)
            if isinstance(above, SCOPES):
                break

    def lost_by(self, statement: ast.AST) -> set[str]:
        """The names that may have no value any more after a statement."""
        return self._lost.get(statement, set())

    def lost_around(self, above: ast.AST, node: ast.AST) -> set[str]:
        """The names that parts of a loop or `try` may have taken the value of before another one begins."""
        if isinstance(above, LOOPS):
            return self.lost_by(above)
        if isinstance(above, (ast.Try, ast.TryStar)) and node not in above.body:
            return set().union(*map(self.lost_by, above.body))
        return set()

    def by(self, statement: ast.stmt) -> _Names:
        if statement not in self._by:
            self._by[statement] = self._read(statement)
        return self._by[statement]

    def _read(self, statement: ast.stmt) -> _Names:
        match statement:
            case ast.Assign(targets=targets):
                return _in(*targets)
            case ast.AnnAssign(target=target, value=value):
                return _in(target) if value else frozenset()
            case ast.AugAssign(target=target):
                return _in(target)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                return frozenset(a.asname or a.name.partition(".")[0] for a in aliases)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return frozenset({statement.name})
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                inside = self.by_block(body)
                if any(may_swallow(self._values, self._module, item) for item in items):
                    inside = frozenset()
                return _either(_given(items), inside)
            case ast.If(body=body, orelse=orelse):
                return _both([self.by_block(body), self.by_block(orelse)])
            case ast.Try():
                blocks = [[*statement.body, *statement.orelse], *(h.body for h in statement.handlers)]
                return _either(self.by_block(statement.finalbody), _both([*map(self.by_block, blocks)]))
            case ast.Match(
                cases=[*_, ast.match_case(pattern=ast.MatchAs(pattern=None), guard=None)] as cases
            ):
                return _both([_either(_captured(case), self.by_block(case.body)) for case in cases])
            case ast.For(target=target, orelse=[_, *_] as orelse) if self.by_block(orelse) is None:
                return _in(target)  # behind it one has left the loop by `break`
            case ast.While(test=ast.Constant(value=True), body=[first, *_]):
                return self.by(first)
        return frozenset()

    def by_entering(self, above: ast.AST, node: ast.AST) -> frozenset[str]:
        """The names that have a value once control has come to the part `node` of something."""
        match above:
            case ast.For(target=target, body=body) | ast.AsyncFor(target=target, body=body) if node in body:
                return _in(target)
            case ast.With() | ast.AsyncWith():
                return _given(_entered(above, node))
            case ast.ExceptHandler(name=str(name)):
                return frozenset({name})
            case ast.match_case(pattern=pattern) if node is not pattern:
                return _captured(above)
            case ast.Try(body=body, orelse=orelse) | ast.TryStar(body=body, orelse=orelse) if node in orelse:
                return self.by_block(body) or frozenset()
        return frozenset()

    def by_block(self, block: list[ast.stmt]) -> _Names:
        """The names that have a value after a block."""
        if any(leaves_block(self._module, statement) for statement in block):
            return None
        names: _Names = frozenset()
        for statement in block:
            given = self.by(statement)
            names = _either(names and names - self.lost_by(statement), given)
        return names


def _either(*parts: _Names) -> _Names:
    given = [part for part in parts if part is not None]
    return frozenset().union(*given) if len(given) == len(parts) else None


def _both(parts: list[_Names]) -> _Names:
    given = [part for part in parts if part is not None]
    return frozenset.intersection(*given) if given else None


def _captured(case: ast.match_case) -> frozenset[str]:
    """The names that the pattern of a case binds."""
    names = (getattr(part, key, None) for part in walk([case.pattern]) for key in ("name", "rest"))
    return frozenset(name for name in names if name)


def _in(*targets: ast.expr) -> frozenset[str]:
    return frozenset(node.id for node in walk(targets) if isinstance(node, ast.Name))


def _given(items: list[ast.withitem]) -> frozenset[str]:
    return _in(*(item.optional_vars for item in items if item.optional_vars))
