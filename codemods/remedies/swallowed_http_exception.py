"""An HTTPException that the handler around it turns into something else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from codemods import surgery
from codemods.model import Applicability, Edit, Fix, Import
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.project import Definition, Project
from codemods.remedy import Proposal, Remedy

# Where each family's HTTPException comes from: the module people import it from stands first.
_FAMILIES = {
    "fastapi": ("fastapi", "fastapi.exceptions"),
    "starlette": ("starlette.exceptions",),
    "werkzeug": ("werkzeug.exceptions",),
}
_ABORTS = ("flask.abort", "werkzeug.exceptions.abort")
# What `werkzeug.exceptions` holds that is no HTTP error, and the server errors it has a class for.
_NOT_HTTP = {"abort", "default_exceptions", "Aborter"}
_SERVER_ERRORS = {
    "InternalServerError",
    "NotImplemented",
    "BadGateway",
    "ServiceUnavailable",
    "GatewayTimeout",
}
_BROAD = ("builtins.Exception", "builtins.BaseException")
_SWALLOWING_WITH = ("contextlib.suppress", "pytest.raises")
_MAX_CALLS = 3  # how many calls deep a raise is looked for

_TELLING = {"status_code", "detail", "code", "description", "get_response", "response"}
_LOG_METHODS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"}
_TEXT_METHODS = {"lower", "upper", "strip", "split", "format", "join", "startswith", "endswith", "replace"}
_HARMLESS_ROOTS = ("builtins.", "traceback.", "logging.", "uuid.", "datetime.", "time.", "sys.exc_info")
_HARMFUL = ("builtins.setattr", "builtins.delattr", "builtins.open", "builtins.exec", "builtins.next")


@dataclass(frozen=True, slots=True)
class _Raised:
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


class SwallowedHttpException(Remedy):
    """Let an HTTPException pass a handler for everything else.

    Why
        `except Exception` catches the HTTPException that was raised on purpose in the same `try`:
        the client gets a 500 for what is a 404, and the log an error for what is none.

    Before
        from fastapi import HTTPException


        def read_item(item_id, items, logger):
            try:
                if item_id not in items:
                    raise HTTPException(status_code=404, detail="no such item")
                return items[item_id].load()
            except Exception as error:
                logger.error("cannot read %s: %s", item_id, error)
                raise HTTPException(status_code=500, detail="cannot read the item")

    After
        from fastapi import HTTPException


        def read_item(item_id, items, logger):
            try:
                if item_id not in items:
                    raise HTTPException(status_code=404, detail="no such item")
                return items[item_id].load()
            except HTTPException:
                raise
            except Exception as error:
                logger.error("cannot read %s: %s", item_id, error)
                raise HTTPException(status_code=500, detail="cannot read the item")

    Left alone
        - a handler that re-raises, asks for the type of the exception, or reads its `status_code`
        - an HTTPException that an inner `try` or an earlier handler catches, or that is raised in a
          nested function, in `else`, in `finally` or in another handler
        - `except*`
        Reported without a fix: a handler that goes on with a value of its own, that re-raises on some
        ways, that hands the exception to a function which may look into it, or that cleans up and
        then returns; and an error that a called function raises where the handler returns.

    Applicability
        Safe where the handler answers with a server error (5xx): the status that the code means then
        reaches the client, which is what the remedy promises; the expected error is no longer logged
        as a failure. Where the handler also cleans up, that stays: the check then stands in the
        handler, before its last `raise`. Unsafe where the handler answers with a status below 500
        (it may hide the difference on purpose), raises an exception of another kind, or returns.
    """

    triggers = (b"HTTPException", b"abort(", b"werkzeug")

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._known: dict[tuple[ast.AST, int], list[_Raised]] = {}

    def visit_Try(self, node: ast.Try, module: Module) -> Iterator[Proposal]:
        if not any(self._is_broad(module, handler) for handler in node.handlers):
            return
        caught: dict[ast.ExceptHandler, list[_Raised]] = {}
        for raised in self._raised_in(module, node.body, _MAX_CALLS):
            handler = self._catcher(module, node.handlers, raised)
            if handler and self._is_broad(module, handler):
                caught.setdefault(handler, []).append(raised)
        for handler, errors in caught.items():
            yield from self._judge(module, node, handler, errors)

    # -- which HTTP errors arrive -----------------------------------------------------------------

    def _raised_in(self, module: Module, block: Iterable[ast.AST], depth: int) -> Iterator[_Raised]:
        """The HTTP errors that leave the statements or expressions of a block."""
        for node in block:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.GeneratorExp, ast.TryStar)):
                continue
            if isinstance(node, ast.Try):
                yield from self._leaving_try(module, node, depth)
                continue
            if isinstance(node, (ast.With, ast.AsyncWith)) and self._may_swallow(module, node):
                continue
            if isinstance(node, ast.Raise) and (raised := self._raised(module, node)):
                yield raised
            elif isinstance(node, ast.Call):
                yield from self._raised_by_call(module, node, depth)
            yield from self._raised_in(module, ast.iter_child_nodes(node), depth)

    def _leaving_try(self, module: Module, node: ast.Try, depth: int) -> Iterator[_Raised]:
        """What leaves a whole `try`: not what its handlers catch, unless they only pass it on."""
        ending = _own_nodes(node.finalbody)
        if any(isinstance(inner, (ast.Return, ast.Break, ast.Continue)) for inner in ending):
            return
        for raised in self._raised_in(module, node.body, depth):
            handler = self._catcher(module, node.handlers, raised)
            if handler is None or _ways(module, handler.body, handler.name) == {"re-raise"}:
                yield raised
        for handler in node.handlers:
            yield from self._raised_in(module, handler.body, depth)
        yield from self._raised_in(module, [*node.orelse, *node.finalbody], depth)

    def _may_swallow(self, module: Module, node: ast.With | ast.AsyncWith) -> bool:
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        return any(names_of(module).is_any(call.func, *_SWALLOWING_WITH) for call in calls)

    def _raised_by_call(self, module: Module, call: ast.Call, depth: int) -> Iterator[_Raised]:
        names = names_of(module)
        if names.is_any(call.func, *_ABORTS):
            dotted = names.qualified(call.func) or ""
            yield _Raised(module, call, "werkzeug", dotted, _status(call))
            return
        if depth == 0:
            return
        callee = self.project.definition(module, call.func)
        if callee and isinstance(callee.node, FUNCTIONS) and _runs_here(module, call, callee.node):
            key = callee.node, depth
            if key not in self._known:
                self._known[key] = list(self._raised_in(callee.module, callee.node.body, depth - 1))
            yield from self._known[key]

    def _raised(self, module: Module, node: ast.Raise) -> _Raised | None:
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
        return _Raised(module, node, family, dotted, _status(value), own_class)

    def _class_of(self, module: Module, value: ast.expr | None) -> tuple[str, str, bool] | None:
        """Family, dotted name and whether it is the project's own, of an HTTP error class or a call of it."""
        expression = value.func if isinstance(value, ast.Call) else value
        if expression is None:
            return None
        dotted = names_of(module).qualified(expression)
        if family := _family(dotted):
            return family, dotted or "", False
        family = self._own_family(self.project.definition(module, expression))
        return (family, dotted or ast.unparse(expression), True) if family else None

    def _own_family(self, defined: Definition | None, depth: int = _MAX_CALLS) -> str | None:
        """The family of a class of the project that derives from an HTTP error."""
        if defined is None or not isinstance(defined.node, ast.ClassDef) or depth == 0:
            return None
        for base in defined.node.bases:
            above = self.project.definition(defined.module, base)
            family = _family(names_of(defined.module).qualified(base)) or self._own_family(above, depth - 1)
            if family:
                return family
        return None

    # -- who catches them -------------------------------------------------------------------------

    def _catcher(
        self, module: Module, handlers: Sequence[ast.ExceptHandler], raised: _Raised
    ) -> ast.ExceptHandler | None:
        """The first handler that catches the error, or may."""
        return next((h for h in handlers if self._may_catch(module, h, raised)), None)

    def _may_catch(self, module: Module, handler: ast.ExceptHandler, raised: _Raised) -> bool:
        if self._is_broad(module, handler):
            return True
        return any(self._names(module, kind, raised) for kind in _types(handler))

    def _names(self, module: Module, kind: ast.expr, raised: _Raised) -> bool:
        """Whether a class in an `except` may be one of those that the error is an instance of."""
        dotted = names_of(module).qualified(kind)
        if ast.unparse(kind).endswith("HTTPException"):
            return True
        if family := _family(dotted):
            alike = dotted == raised.dotted or raised.own_class or raised.dotted in _ABORTS
            return family == raised.family and alike
        defined = self.project.definition(module, kind)
        if defined:
            return raised.own_class and bool(self._own_family(defined))
        return dotted is None  # a variable: it may hold anything

    def _is_broad(self, module: Module, handler: ast.ExceptHandler) -> bool:
        """Whether it catches everything, without a word of HTTPException."""
        kinds = _types(handler)
        if any(ast.unparse(kind).endswith("HTTPException") for kind in kinds):
            return False
        return handler.type is None or any(names_of(module).is_any(kind, *_BROAD) for kind in kinds)

    # -- what the handler makes of them -----------------------------------------------------------

    def _judge(
        self, module: Module, node: ast.Try, handler: ast.ExceptHandler, errors: list[_Raised]
    ) -> Iterator[Proposal]:
        ways = _ways(module, handler.body, handler.name)
        if ways == {"re-raise"} or _asks_for_type(handler):
            return
        direct = [e for e in errors if e.module is module and _stands_in(module, e.node, node)]
        if _goes_on(ways) and not direct:
            return  # a guard round a call: that it goes on is the point of it
        reason = _reason_against(module, handler, ways, bool(direct))
        fix = None
        if reason is None:
            fix, reason = self._fix(module, handler, errors, ways)
        first = errors[0]
        place = f"line {first.node.lineno}"
        place += "" if first.module is module else f" of {first.module.path}"
        yield Proposal(
            node=handler,
            message=f"{first.text} of {place} does not reach the client: this handler replaces it",
            fix=fix,
            reason=reason,
            evidence=tuple(dict.fromkeys(f"{e.module.path}:{e.node.lineno} raises {e.text}" for e in errors)),
        )

    def _fix(
        self, module: Module, handler: ast.ExceptHandler, errors: list[_Raised], ways: set[str]
    ) -> tuple[Fix | None, str | None]:
        """The fix and what a reviewer should look at; without a fix, why there is none."""
        name, imports = _spelling(module, handler, errors)
        if name is None:
            return (
                None,
                "HTTPException has no name that means it here; import it at the top of the file first",
            )
        edits: tuple[Edit, ...] | None
        if _has_effects(module, handler):
            edits = _check_before_last_raise(module, handler, name) if ways == {"raise"} else None
            if edits is None:
                return None, _KEEPS_CLEANUP.format(name=name)
        else:
            edits = (_clause_before(module, handler, name),)
        unsafe = _doubt(module, handler, ways)
        return Fix(edits, imports, Applicability.UNSAFE if unsafe else Applicability.SAFE), unsafe


_KEEPS_CLEANUP = (
    "the handler does more than answer, and `except {name}: raise` before it would skip that; "
    "repeat what must still happen in such a clause, or pass the error on after it"
)


# -- the handler ------------------------------------------------------------------------------------


def _reason_against(module: Module, handler: ast.ExceptHandler, ways: set[str], direct: bool) -> str | None:
    """Why a person must decide; None when nothing speaks against a fix."""
    if _goes_on(ways):
        return (
            "the handler goes on with a value of its own; say whether the HTTP error should end the request"
        )
    if "re-raise" in ways:
        return "the handler re-raises on some ways only; say whether an HTTP error should take that way"
    if "return" in ways and not direct:
        return "the handler answers for a function that it calls; say whether its HTTP error should pass"
    if helper := _looks_into(module, handler):
        return f"`{helper}` gets the exception and may answer with its status; if not, let it pass by hand"
    return None


def _doubt(module: Module, handler: ast.ExceptHandler, ways: set[str]) -> str | None:
    """What makes the fix unsafe: anything but a server error as the handler's only answer."""
    if "return" in ways:
        return "the handler returns its own response; with the fix the framework's error handler answers"
    for answer in _answers(module, handler):
        if answer is None:
            return "the handler raises an exception of another kind, which a caller may wait for"
        if not answer.startswith("5") and answer not in _SERVER_ERRORS:
            return f"the handler answers {answer}; look whether it hides the difference on purpose"
    return None


def _answers(module: Module, handler: ast.ExceptHandler) -> Iterator[str | None]:
    """The status, or else the name, of each HTTP error that the handler raises; None for other exceptions."""
    for node in _own_nodes(handler.body):
        if isinstance(node, ast.Call) and _is_abort(module, node):
            yield str(_status(node) or "with abort")
        elif isinstance(node, ast.Raise):
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            dotted = names_of(module).qualified(kind) if kind else None
            known = dotted and _family(dotted)
            yield str(_status(node.exc) or (dotted or "").rpartition(".")[2]) if known else None


def _ways(module: Module, block: Sequence[ast.stmt], name: str | None) -> set[str]:
    """How a block can be left: "raise", "re-raise", "return", "leave" (a loop) or "next" (at its end)."""
    ways = {"next"}
    for statement in block:
        ways = ways - {"next"} | _ways_of(module, statement, name)
        if "next" not in ways:
            break
    return ways


def _ways_of(module: Module, statement: ast.stmt, name: str | None) -> set[str]:
    match statement:
        case ast.Raise(exc=None):
            return {"re-raise"}
        case ast.Raise(exc=ast.Name(id=raised)) if raised == name:
            return {"re-raise"}
        case ast.Raise():
            return {"raise"}
        case ast.Expr(value=value) | ast.Return(value=value) if _is_abort(module, value):
            return {"raise"}
        case ast.Return():
            return {"return"}
        case ast.Break() | ast.Continue():
            return {"leave"}
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {"next"}
        case ast.If():
            return _ways(module, statement.body, name) | _ways(module, statement.orelse, name)
        case ast.With() | ast.AsyncWith():
            return _ways(module, statement.body, name)
    inner = [node for node in _own_nodes([statement]) if isinstance(node, ast.stmt) and node is not statement]
    # A loop, `try` or `match` may do any of what it holds, or nothing.
    return {"next"}.union(*(_ways(module, [node], name) for node in inner))


def _goes_on(ways: set[str]) -> bool:
    return bool(ways & {"next", "leave"})


def _asks_for_type(handler: ast.ExceptHandler) -> bool:
    """Whether the handler itself tells HTTP errors from others."""
    for node in _own_nodes(handler.body):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                if name == handler.name and attribute in _TELLING:
                    return True
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=attribute), *_]
            ):
                if attribute in _TELLING:
                    return True
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass")) | ast.Compare() | ast.MatchClass():
                if "HTTPException" in ast.unparse(node):
                    return True
            case ast.ExceptHandler(type=ast.expr() as kind) if "HTTPException" in ast.unparse(kind):
                return True
    return False


def _looks_into(module: Module, handler: ast.ExceptHandler) -> str | None:
    """The function, if any, that gets the exception and could look at its status."""
    for node in _own_nodes(handler.body):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(isinstance(value, ast.Name) and value.id == handler.name for value in given):
            continue
        kinds = node.args[1:] if names_of(module).is_any(node.func, "builtins.isinstance") else []
        unknown = any(names_of(module).qualified(kind) is None for kind in kinds)
        if unknown or not (_is_harmless(module, node) or _is_constructor(node)):
            return ast.unparse(node.func)
    return None


def _has_effects(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler does more than log and answer: what an HTTP error must not skip."""
    for node in _own_nodes(handler.body):
        if isinstance(node, (ast.Delete, ast.Global, ast.Nonlocal, ast.With, ast.AsyncWith, ast.Yield)):
            return True
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Call) and not (_is_harmless(module, node) or _is_constructor(node)):
            return not _is_abort(module, node)
    return False


def _is_constructor(call: ast.Call) -> bool:
    """Whether it makes an exception or a response: classes, by their spelling, and Flask's two functions."""
    name = ast.unparse(call.func).rpartition(".")[2]
    return name[:1].isupper() or name in ("jsonify", "make_response")


def _is_harmless(module: Module, call: ast.Call) -> bool:
    """A call that reads, formats or logs."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _LOG_METHODS | _TEXT_METHODS:
        return True
    dotted = names_of(module).qualified(call.func) or ""
    return dotted.startswith(_HARMLESS_ROOTS) and dotted not in _HARMFUL


# -- the edits --------------------------------------------------------------------------------------


def _clause_before(module: Module, handler: ast.ExceptHandler, name: str) -> Edit:
    return _insert_above(module, handler, f"except {name}:\n{module.indent}raise")


def _check_before_last_raise(
    module: Module, handler: ast.ExceptHandler, name: str
) -> tuple[Edit, ...] | None:
    """Let the error pass after the handler's cleanup; None when its shape does not allow it."""
    last = handler.body[-1]
    rebound = any(
        isinstance(node, ast.Name) and node.id == handler.name and not isinstance(node.ctx, ast.Load)
        for node in _own_nodes(handler.body)
    )
    if handler.type is None or rebound or not module.starts_line(last):
        return None
    if not isinstance(last, (ast.Raise, ast.Expr)):
        return None
    caught = handler.name or names_of(module).fresh("error")
    check = _insert_above(module, last, f"if isinstance({caught}, {name}):\n{module.indent}raise")
    if handler.name:
        return (check,)
    end = module.end(handler.type)
    return module.edit(end, end, f" as {caught}"), check


def _insert_above(module: Module, node: ast.stmt | ast.excepthandler, lines: str) -> Edit:
    """Insert lines before the node and before the comments that stand directly above it, alike indented."""
    first = node.lineno
    margin = module.indentation(node).encode()
    while first > 1 and module.line(first - 1).startswith(margin + b"#"):
        first -= 1
    at = module.line_starts[first - 1]
    return module.edit(at, at, surgery.indent(lines, module.indentation(node)))


def _spelling(
    module: Module, handler: ast.ExceptHandler, errors: list[_Raised]
) -> tuple[str | None, tuple[Import, ...]]:
    """How HTTPException is written where the handler stands, and the imports for it."""
    families = {e.family for e in errors}
    if "starlette" in families:
        families.discard("fastapi")  # FastAPI's class derives from Starlette's
    spelled: list[str] = []
    imports: list[Import] = []
    for family in sorted(families):
        name = _visible(module, handler, family, errors)
        if name is None and not names_of(module).visible("HTTPException", handler) and not imports:
            name = "HTTPException"
            imports.append(Import(module.path, _FAMILIES[family][0], name))
        if name is None:
            return None, ()
        spelled.append(name)
    return spelled[0] if len(spelled) == 1 else f"({', '.join(spelled)})", tuple(imports)


def _visible(module: Module, handler: ast.ExceptHandler, family: str, errors: list[_Raised]) -> str | None:
    """The name HTTPException has already: as the code raises it, or as the file imports it."""
    names = names_of(module)
    # FastAPI's class derives from Starlette's, so that one will do as well.
    sources = (*_FAMILIES[family], *_FAMILIES["starlette"]) if family == "fastapi" else _FAMILIES[family]
    bases = [f"{source}.HTTPException" for source in sources]
    for error in errors:
        value = error.node.exc if isinstance(error.node, ast.Raise) else None
        kind = value.func if isinstance(value, ast.Call) else value
        if error.module is module and kind and names.is_any(kind, *bases):
            text = module.source(kind)
            if _is_bound_at(module, text.partition(".")[0], handler):
                return text
    for name, bindings in names.bindings_in(module.tree).items():
        for alias in (b.node for b in bindings if isinstance(b.node, ast.alias)):
            statement = module.statement(alias)
            origin = (
                bindings[0].target if alias.asname or isinstance(statement, ast.ImportFrom) else alias.name
            )
            text = name if origin in bases else f"{alias.asname or alias.name}.HTTPException"
            if origin in (*bases, *sources) and _is_bound_at(module, name, handler):
                return text
    return None


def _is_bound_at(module: Module, name: str, handler: ast.ExceptHandler) -> bool:
    """Whether imports alone bind the name where the handler stands, and have run by then."""
    bindings = names_of(module).visible(name, handler)
    around = set(module.ancestors(handler))
    for binding in bindings:
        if not isinstance(binding.node, ast.alias):
            return False
        statement = module.statement(binding.node)
        block, at = module.siblings(statement)
        at_top = binding.scope is module.tree and isinstance(module.parent(statement), (ast.Module, ast.Try))
        if not (around & set(block[at + 1 :]) or (at_top and module.function(handler))):
            return False
    return bool(bindings)


# -- small questions --------------------------------------------------------------------------------


def _family(dotted: str | None) -> str | None:
    """The family of a dotted name that is an HTTP error class of a framework."""
    origin, _, name = (dotted or "").rpartition(".")
    if origin == "werkzeug.exceptions" and name[:1].isupper() and name not in _NOT_HTTP:
        return "werkzeug"
    found = (family for family, origins in _FAMILIES.items() if origin in origins)
    return next(found, None) if name == "HTTPException" else None


def _status(value: ast.expr | None) -> int | None:
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


def _types(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The classes that an `except` names."""
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return [handler.type] if handler.type else []


def _is_abort(module: Module, value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and names_of(module).is_any(value.func, *_ABORTS)


def _runs_here(module: Module, call: ast.Call, function: Function) -> bool:
    """Whether the call runs the function's body as it stands: no generator, awaited, not decorated."""
    plain = all(ast.unparse(d) in ("staticmethod", "classmethod") for d in function.decorator_list)
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own_nodes(function.body))
    awaited = isinstance(module.parent(call), ast.Await) == isinstance(function, ast.AsyncFunctionDef)
    return plain and awaited and not yields


def _stands_in(module: Module, node: ast.AST, around: ast.AST) -> bool:
    return any(above is around for above in module.ancestors(node))


def _own_nodes(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a block but those inside nested functions and classes."""
    for node in block:
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _own_nodes(ast.iter_child_nodes(node))
