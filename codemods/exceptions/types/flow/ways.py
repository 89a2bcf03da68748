"""Which bindings of a name a block of statements may end with, whichever way it takes to its end."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise, takewhile

from codemods.control import breaks_of, ends_program, falls_through
from codemods.exceptions.types.flow.evaluation import evaluated_in
from codemods.module import Module
from codemods.names import Binding, names_of

# Context managers that let every exception pass.
_PASSING_ON = {f"{module}.open" for module in ("builtins", "io", "codecs", "gzip", "bz2", "lzma", "tarfile")}
_PASSING_ON |= {"zipfile.ZipFile", "urllib.request.urlopen", "socket.socket", "tempfile.TemporaryDirectory"}
_PASSING_ON |= {"tempfile.NamedTemporaryFile", "subprocess.Popen"}
_ALWAYS_BIND = (ast.Assign, ast.AnnAssign, ast.With, ast.Import, ast.ImportFrom)


class Ways:
    """The bindings of one name by their statements, and the ways through what these stand in."""

    def __init__(self, module: Module, bindings: Sequence[Binding]) -> None:
        self.module = module
        self.by_statement: dict[ast.AST, list[Binding]] = {}
        for binding in bindings:
            if not isinstance(binding.node, ast.arg):
                self.by_statement.setdefault(module.statement(binding.node), []).append(binding)
        self.around: dict[ast.AST, list[Binding]] = {}
        """The nodes that these statements stand in, with the bindings below them."""
        for statement, bound in self.by_statement.items():
            for above in module.ancestors(statement):
                self.around.setdefault(above, []).extend(bound)
        self.scopes = {module.scope(statement) for statement in self.by_statement}
        self._past: dict[ast.AST, list[Binding] | None] = {}

    def through(self, block: Sequence[ast.stmt]) -> list[Binding] | None:
        """What the block may end with; nothing where it never does, None where it may be an earlier value."""
        since: list[Binding] = []
        for statement in reversed(block):
            if not self._falls(statement):
                return []
            if statement in self.around or statement in self.by_statement:
                if (found := self.past(statement)) is not None:
                    return [*found, *since]
                since = [*self.inside(statement), *since]
        return None

    def past(self, statement: ast.stmt) -> list[Binding] | None:
        """As `through`, of a statement that binds the name or holds one that does."""
        if statement not in self._past:
            self._past[statement] = self._worked_out(statement)
        return self._past[statement]

    def _worked_out(self, statement: ast.stmt) -> list[Binding] | None:
        own = self.by_statement.get(statement, ())
        if own and not (isinstance(statement, _ALWAYS_BIND) and evaluates(statement, own)):
            return None
        return self._inside(statement) if statement in self.around else [*own]

    def inside(self, statement: ast.stmt) -> list[Binding]:
        """All bindings by the statement and what it holds, one of which may be the last that has run."""
        return [*self.by_statement.get(statement, ()), *self.around.get(statement, ())]

    def _inside(self, statement: ast.stmt) -> list[Binding] | None:
        match statement:
            case ast.If(body=body, orelse=orelse):
                return _together([self.through(body), self.through(orelse)])
            case ast.With(body=body, items=items) if all(self._passes_on(item) for item in items):
                return self.through(body)
            case ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=final):
                if self._binds(final):
                    return self.through(final)
                blocks = [[*body, *orelse], *(handler.body for handler in handlers)]
                return _together(map(self.through, blocks))
            case ast.While(test=ast.Constant(value=value)) if value:
                return _together([self._up_to(one, statement) for one in breaks_of(statement)])
        return None

    def _up_to(self, node: ast.stmt, loop: ast.While) -> list[Binding] | None:
        """What the name may stand for where a statement in the loop is reached, and left for its end."""
        above = [*takewhile(lambda one: one is not loop, self.module.ancestors(node))]
        if any(isinstance(one, ast.Try) and self._binds(one.finalbody) for one in above):
            return None
        for inner, outer in pairwise([node, *above, loop]):
            if isinstance(inner, ast.stmt) and (found := self._before(inner)) is not None:
                return found
            in_body = isinstance(outer, ast.Try) and inner in outer.body
            if outer in self.by_statement or not (isinstance(outer, ast.If) or in_body):
                return None
        return None

    def _before(self, statement: ast.stmt) -> list[Binding] | None:
        block, place = self.module.siblings(statement)
        return self.through(block[:place])

    def _binds(self, block: Iterable[ast.stmt]) -> bool:
        return any(one in self.around or one in self.by_statement for one in block)

    def _falls(self, statement: ast.stmt) -> bool:
        leaves = partial(ends_program, self.module)
        return falls_through([statement], leaves, lambda item: not self._passes_on(item))

    def _passes_on(self, item: ast.withitem) -> bool:
        """Whether a context manager is known for not ending the exception of its block: `open(path)`."""
        match item.context_expr:
            case ast.Call(func=function):
                return names_of(self.module).is_any(function, *_PASSING_ON)
        return False


class _Variables:
    """The ways of the file's variables, by the node of the first binding of each."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._ways: dict[ast.AST, Ways] = {}

    def ways(self, bindings: Sequence[Binding]) -> Ways:
        first = bindings[0].node
        if first not in self._ways:
            self._ways[first] = Ways(self._module, bindings)
        return self._ways[first]


def ways_of(module: Module, bindings: Sequence[Binding]) -> Ways:
    """The ways of a name, of which these are all bindings."""
    return module.derive(_Variables).ways(bindings)


def evaluates(node: ast.AST, bound: Iterable[Binding]) -> bool:
    """Whether one of the bindings is not in a part that may be left out: not `flag and (x := 1)`."""
    nodes = {binding.node for binding in bound}
    return any(part in nodes for part in evaluated_in([node]))


def _together(ways: Iterable[list[Binding] | None]) -> list[Binding] | None:
    found: dict[Binding, None] = {}
    for way in ways:
        if way is None:
            return None
        found |= dict.fromkeys(way)
    return [*found]
