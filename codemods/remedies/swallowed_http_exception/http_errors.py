"""The HTTP errors of FastAPI, Starlette and Werkzeug: which leave a piece of code, and who catches them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TypeAlias

from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.nodes import children, spelled, types_of
from codemods.project import Definition, Project
from codemods.remedies._handlers import is_abort, own_nodes, ways_out

# Where each family's HTTPException comes from: the module people import it from stands first.
FAMILIES = {
    "fastapi": ("fastapi", "fastapi.exceptions"),
    "starlette": ("starlette.exceptions",),
    "werkzeug": ("werkzeug.exceptions",),
}
_NOT_HTTP = {"Aborter"}  # a class of werkzeug.exceptions that is no HTTP error
_BROAD = ("builtins.Exception", "builtins.BaseException")
_SWALLOWING_WITH = ("contextlib.suppress", "pytest.raises")
_RUNS_ELSEWHERE = (*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.GeneratorExp, ast.TryStar)
_MAX_CALLS = 3  # how many calls deep a raise is looked for

_Owner: TypeAlias = ast.Try | ast.ExceptHandler | Function
_Event: TypeAlias = ast.Raise | ast.Call | ast.Try


@dataclass(frozen=True, slots=True)
class Raised:
    """An HTTP error on its way: where it starts, of which family, and the class if it is the project's."""

    module: Module
    node: ast.Raise | ast.Call
    family: str
    dotted: str
    status: int | None
    own_class: bool = False

    @property
    def text(self) -> str:
        name = "HTTPException" if self.dotted.endswith("abort") else self.dotted.rpartition(".")[2]
        return f"{name} {self.status}" if self.status else name


class HttpErrors:
    """Follows HTTP errors through the code of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._events: dict[_Owner, list[_Event]] = {}
        self._callees: dict[ast.Call, tuple[Module, Function] | None] = {}
        self._leaving: dict[tuple[_Owner, int], list[Raised]] = {}
        self._passing: dict[tuple[ast.Try, int], list[Raised]] = {}

    # -- which HTTP errors arrive -----------------------------------------------------------------

    def leaving(self, module: Module, owner: _Owner, depth: int = _MAX_CALLS) -> list[Raised]:
        """The HTTP errors that leave the body of a `try`, a handler or a function."""
        key = owner, depth
        if key not in self._leaving:
            if owner not in self._events:  # the same ones at any depth
                self._events[owner] = list(self._events_in(module, owner.body))
            self._leaving[key] = list(self._raised_by(module, self._events[owner], depth))
        return self._leaving[key]

    def _events_in(self, module: Module, block: Iterable[ast.AST]) -> Iterator[_Event]:
        """The `raise` statements, calls and whole `try` statements that run where the block does."""
        waiting = [*block][::-1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Try):
                yield node
                continue
            if isinstance(node, _RUNS_ELSEWHERE):
                continue
            if isinstance(node, (ast.With, ast.AsyncWith)) and self._may_swallow(module, node):
                continue
            if isinstance(node, (ast.Raise, ast.Call)):
                yield node
            waiting += children(node)[::-1]

    def _raised_by(self, module: Module, events: Iterable[_Event], depth: int) -> Iterator[Raised]:
        for event in events:
            if isinstance(event, ast.Try):
                yield from self._leaving_try(module, event, depth)
            elif isinstance(event, ast.Call):
                yield from self._raised_by_call(module, event, depth)
            elif raised := self._raised(module, event):
                yield raised

    def _leaving_try(self, module: Module, node: ast.Try, depth: int) -> list[Raised]:
        """What leaves a whole `try`: not what its handlers catch, unless they only pass it on."""
        key = node, depth
        if key not in self._passing:
            self._passing[key] = list(self._passing_try(module, node, depth))
        return self._passing[key]

    def _passing_try(self, module: Module, node: ast.Try, depth: int) -> Iterator[Raised]:
        ending = own_nodes(node.finalbody)
        if any(isinstance(inner, (ast.Return, ast.Break, ast.Continue)) for inner in ending):
            return
        for raised in self.leaving(module, node, depth):
            handler = self.catcher(module, node.handlers, raised)
            if handler is None or ways_out(module, handler.body, handler.name) == {"re-raise"}:
                yield raised
        for handler in node.handlers:
            yield from self.leaving(module, handler, depth)
        rest = self._events_in(module, [*node.orelse, *node.finalbody])
        yield from self._raised_by(module, rest, depth)

    def _may_swallow(self, module: Module, node: ast.With | ast.AsyncWith) -> bool:
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        return any(names_of(module).is_any(call.func, *_SWALLOWING_WITH) for call in calls)

    def _raised_by_call(self, module: Module, call: ast.Call, depth: int) -> Iterator[Raised]:
        names = names_of(module)
        if is_abort(module, call):
            dotted = names.qualified(call.func) or ""
            yield Raised(module, call, "werkzeug", dotted, status_of(call))
            return
        if depth == 0:
            return
        if call not in self._callees:  # asked again at every depth
            self._callees[call] = self._callee(module, call)
        if callee := self._callees[call]:
            yield from self.leaving(*callee, depth - 1)

    def _callee(self, module: Module, call: ast.Call) -> tuple[Module, Function] | None:
        """The function whose body the call runs, when that is certain."""
        callee = self.project.definition(module, call.func)
        if callee and isinstance(callee.node, FUNCTIONS) and _runs_here(module, call, callee.node):
            return callee.module, callee.node
        return None

    def _raised(self, module: Module, node: ast.Raise) -> Raised | None:
        """The HTTP error that a `raise` statement raises, also by a variable that holds one."""
        value = node.exc
        if isinstance(value, ast.Name):
            assigned = [module.parent(b.node) for b in names_of(module).bindings(value)]
            if assigned and all(isinstance(a, ast.Assign) for a in assigned):
                values = [a.value for a in assigned if isinstance(a, ast.Assign)]
                value = values[0] if all(self._class_of(module, v) for v in values) else value
        found = self._class_of(module, value) if value else None
        if found is None:
            return None
        family, dotted, own_class = found
        return Raised(module, node, family, dotted, status_of(value), own_class)

    def _class_of(self, module: Module, value: ast.expr | None) -> tuple[str, str, bool] | None:
        """Family, dotted name and whether it is the project's own, of an HTTP error class or a call of it."""
        expression = value.func if isinstance(value, ast.Call) else value
        if expression is None:
            return None
        dotted = names_of(module).qualified(expression)
        if family := family_of(dotted):
            return family, dotted or "", False
        family = self._own_family(self.project.definition(module, expression))
        return (family, dotted or ast.unparse(expression), True) if family else None

    def _own_family(self, defined: Definition | None, depth: int = _MAX_CALLS) -> str | None:
        """The family of a class of the project that derives from an HTTP error."""
        if defined is None or not isinstance(defined.node, ast.ClassDef) or depth == 0:
            return None
        for base in defined.node.bases:
            above = self.project.definition(defined.module, base)
            family = family_of(names_of(defined.module).qualified(base)) or self._own_family(above, depth - 1)
            if family:
                return family
        return None

    # -- who catches them -------------------------------------------------------------------------

    def catcher(
        self, module: Module, handlers: Sequence[ast.ExceptHandler], raised: Raised
    ) -> ast.ExceptHandler | None:
        """The first handler that catches the error, or may."""
        return next((h for h in handlers if self._may_catch(module, h, raised)), None)

    def _may_catch(self, module: Module, handler: ast.ExceptHandler, raised: Raised) -> bool:
        if self.is_broad(module, handler):
            return True
        return any(self._names(module, kind, raised) for kind in types_of(handler))

    def _names(self, module: Module, kind: ast.expr, raised: Raised) -> bool:
        """Whether a class in an `except` may be one of those that the error is an instance of."""
        dotted = names_of(module).qualified(kind)
        if _says_http(module, kind):
            return True
        if family := family_of(dotted):
            alike = dotted == raised.dotted or raised.own_class or raised.dotted.endswith("abort")
            return family == raised.family and alike
        defined = self.project.definition(module, kind)
        if defined:
            return raised.own_class and bool(self._own_family(defined))
        return dotted is None  # a variable: it may hold anything

    def is_broad(self, module: Module, handler: ast.ExceptHandler) -> bool:
        """Whether it catches everything, without a word of HTTPException."""
        kinds = types_of(handler)
        if any(_says_http(module, kind) for kind in kinds):
            return False
        return handler.type is None or any(names_of(module).is_any(kind, *_BROAD) for kind in kinds)


def family_of(dotted: str | None) -> str | None:
    """The family of a dotted name that is an HTTP error class of a framework."""
    origin, _, name = (dotted or "").rpartition(".")
    if origin == "werkzeug.exceptions" and name[:1].isupper() and name not in _NOT_HTTP:
        return "werkzeug"
    found = (family for family, origins in FAMILIES.items() if origin in origins)
    return next(found, None) if name == "HTTPException" else None


def status_of(value: ast.expr | None) -> int | None:
    """The status that an HTTP error is made with, when it is written out."""
    if not isinstance(value, ast.Call):
        return None
    by_name = [keyword.value for keyword in value.keywords if keyword.arg in ("status_code", "code")]
    for given in [*by_name, *value.args[:1]]:
        if isinstance(given, ast.Constant) and isinstance(given.value, int):
            return given.value
        if found := re.search(r"HTTP_(\d{3})_", ast.unparse(given)):
            return int(found[1])
        if isinstance(given, ast.Attribute) and given.attr in HTTPStatus.__members__:
            return HTTPStatus[given.attr].value
    return None


def _says_http(module: Module, kind: ast.expr) -> bool:
    """Whether it is an HTTPException of whatever package, by its own name or by that of its alias."""
    names = (names_of(module).qualified(kind) or "", spelled(kind))
    return any(name.endswith("HTTPException") for name in names)


def _runs_here(module: Module, call: ast.Call, function: Function) -> bool:
    """Whether the call runs the function's body as it stands: no generator, awaited, not decorated."""
    awaited = isinstance(module.parent(call), ast.Await) == isinstance(function, ast.AsyncFunctionDef)
    return awaited and _is_plain(function)


@lru_cache(maxsize=10_000)
def _is_plain(function: Function) -> bool:
    plain = all(spelled(d) in ("staticmethod", "classmethod") for d in function.decorator_list)
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function.body))
    return plain and not yields
