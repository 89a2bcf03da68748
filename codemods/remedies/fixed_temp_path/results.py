"""What the functions that got a path gave back, where that goes, and whether it may need the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.operations import COLLECTORS, Operation
from codemods.remedies.fixed_temp_path.paths import Refused

_HOLDS_A_FILE = re.compile(r"path|file|folder|dir\Z|directory", re.IGNORECASE)  # names of variables
_MAKES_A_FILE = re.compile(  # names of functions
    r"convert|transcode|extract(?!\w*(text|data|info|features|table))|export|render|compress|resize|split_|save",
    re.IGNORECASE,
)


_LISTINGS = {"glob", "iterdir", "rglob", "scandir", "walk"}  # what they give are paths below
_COPIES = {"copy", "copy2", "copyfile", "copytree", "move"}  # they give the path of the copy
_OPEN = {"open", "ZipFile", "GzipFile"}


@dataclass(frozen=True, slots=True)
class Results:
    """What unknown functions that got the path gave back: by the variable that holds it, or handed on."""

    held: Sequence[tuple[ast.Name, str]]
    handed_on: Sequence[str]

    @classmethod
    def of(cls, module: Module, operations: Iterable[Operation], *, and_paths: bool = False) -> Results:
        """`and_paths`: also what known functions gave back, when that is a path or a file still open."""
        calls = [o.call for o in operations if o.kind == "unknown" or (and_paths and _gives_it(module, o))]
        return cls._bound(module, [(call, ast.unparse(call.func)) for call in calls])

    @classmethod
    def _bound(cls, module: Module, values: Iterable[tuple[ast.expr, str]]) -> Results:
        """Where the statements around the values put what they make of them."""
        held: list[tuple[ast.Name, str]] = []
        handed_on: list[str] = []
        for value, callee in values:
            statement = module.statement(value)
            if isinstance(statement, ast.Return) or _is_collected(module, value):
                handed_on.append(callee)
            for node in (n for target in _targets(statement) for n in ast.walk(target)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    held.append((node, callee))
                elif isinstance(node, (ast.Attribute, ast.Subscript)):
                    handed_on.append(callee)
        return cls(held, handed_on)

    def spread(self, module: Module) -> Results:
        """These results, and all that is made of them."""
        held, handed_on = dict(self.held), [*self.handed_on]
        pending = list(held.items())
        while pending:
            name, callee = pending.pop()
            more = self._bound(module, [(use, callee) for use in self._loads(module, name)])
            handed_on += more.handed_on
            pending += [(n, c) for n, c in more.held if n not in held]
            held |= dict(more.held)
        return Results(tuple(held.items()), handed_on)

    def uses(self, module: Module) -> list[ast.Name]:
        """Every later use of a variable that holds such a result."""
        return [use for name, _ in self.held for use in self._loads(module, name)]

    def surviving(self, module: Module, run: Sequence[ast.stmt]) -> str | None:
        """A warning when such a result is used after the run; Refused when it looks like a second file."""
        callees = list(self.handed_on)
        for name, callee in self.held:
            loads = self._loads(module, name)
            returned = any(isinstance(module.statement(use), ast.Return) for use in loads)
            if returned or any(not any(s in run for s in module.ancestors(use)) for use in loads):
                callees.append(callee)
                if _HOLDS_A_FILE.search(name.id):
                    raise Refused(
                        f"`{name.id}` may be a second file beside it: find out who removes that one"
                    )
        if maker := next((c for c in callees if _MAKES_A_FILE.search(c.rpartition(".")[2])), None):
            raise Refused(f"`{maker}` may make a second file beside it: find out who removes that one")
        return (
            f"make sure that what `{callees[0]}` gives back names no second file beside it"
            if callees
            else None
        )

    def refuse_returned(self, module: Module) -> None:
        """Raise Refused when such a result leaves the function: it may be read from the file later."""
        returned = (
            c
            for n, c in self.held
            for u in self._loads(module, n)
            if isinstance(module.statement(u), ast.Return)
        )
        for callee in (*self.handed_on, *returned):
            raise Refused(f"what `{callee}` gives back leaves the function, and may still need the file")

    @staticmethod
    def _loads(module: Module, name: ast.Name) -> list[ast.Name]:
        names = names_of(module)
        bindings = [b for b in names.bindings(name) if b.node is name]
        return [
            u
            for b in bindings
            for u in names.uses(b)
            if isinstance(u.ctx, ast.Load) and module.start(u) > module.start(name)
        ]


def _gives_it(module: Module, done: Operation) -> bool:
    """Whether the operation gives back a path in the directory, or the open file and nothing read from it."""
    function = done.call.func
    last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if last in _OPEN:
        return isinstance(module.parent(done.call), (ast.Return, ast.Assign)) and not any(
            isinstance(target, ast.Name) for target in _targets(module.statement(done.call))
        )
    return last in _LISTINGS or (last in _COPIES and done.kind == "write")


def _is_collected(module: Module, value: ast.expr) -> bool:
    """Whether a value, or a path made of it, is put into a collection: `found.append(value)`."""
    call = module.parent(value)
    while isinstance(call, ast.Await) or (
        isinstance(call, ast.Call) and names_of(module).is_any(call.func, "os.path.join", "builtins.str")
    ):
        value, call = call, module.parent(call)
    method = call.func if isinstance(call, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in COLLECTORS and method.value is not value


def _targets(statement: ast.stmt) -> list[ast.expr]:
    """What a statement gives values to."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars]
    return []
