"""An HTTPException that the handler around it turns into something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.model import Applicability, Edit, Fix
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.project import Project
from codemods.remedies._handlers import goes_on, has_effects, is_abort, looks_into, own_nodes, ways_out
from codemods.remedies.swallowed_http_exception.edits import (
    check_before_last_raise,
    clause_before,
    spelling,
)
from codemods.remedies.swallowed_http_exception.http_errors import (
    HttpErrors,
    Raised,
    family_of,
    status_of,
)
from codemods.remedy import Proposal, Remedy

# The server errors that Werkzeug has a class for.
_SERVER_ERRORS = {
    "InternalServerError",
    "NotImplemented",
    "BadGateway",
    "ServiceUnavailable",
    "GatewayTimeout",
}
_TELLING = {"status_code", "detail", "code", "description", "get_response", "response"}
_NO_NAME = "HTTPException has no name that means it here; import it at the top of the file first"
_SAME_STATUS = "both answer with a server error; look whether the handler hides details on purpose"
_KEEPS_CLEANUP = (
    "the handler does more than answer, and `except {name}: raise` before it would skip that; "
    "repeat what must still happen in such a clause, or pass the error on after it"
)


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
        Reported without a fix: a handler that goes on or returns None and the like, that re-raises on
        some ways, that hands the exception to a function which may look into it, that cleans up and
        then returns, or that is in a middleware, where nothing else answers to an HTTPException; and
        an error that a called function raises where the handler returns.

    Applicability
        Safe where the handler answers with a server error (5xx): the status that the code means then
        reaches the client, which is what the remedy promises; the expected error is no longer logged
        as a failure. Where the handler also cleans up, that stays: the check then stands in the
        handler, before its last `raise`. Unsafe where the handler answers with a status below 500
        (it may hide the difference on purpose), raises an exception of another kind, or returns, and
        where it replaces one server error of a called function by another.
    """

    subject = "Let HTTP errors pass the handler for everything else"
    words = (
        r"\bHTTPExceptions?\b[^.]{0,80}\b(?:swallow|mask|caught|catch|hidden|convert|turn|become|re-?wrap|lost|overrid)",
        r"\b(?:swallow|mask|catch|caught|hid(?:e|den)|convert|turn|wrap|overrid)\w*\b[^.]{0,80}\bHTTPException",
    )
    triggers = (b"HTTPException", b"abort(", b"werkzeug")

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._errors = HttpErrors(project)

    def visit_Try(self, node: ast.Try, module: Module) -> Iterator[Proposal]:
        caught: dict[ast.ExceptHandler, list[Raised]] = {}
        broad = any(self._errors.is_broad(module, handler) for handler in node.handlers)
        if broad and not any(isinstance(inner, ast.Return) for inner in own_nodes(node.finalbody)):
            for raised in self._errors.leaving(module, node):
                handler = self._errors.catcher(module, node.handlers, raised)
                if handler and self._errors.is_broad(module, handler):
                    caught.setdefault(handler, []).append(raised)
        for handler, errors in caught.items():
            yield from self._judge(module, node, handler, errors)

    # -- what the handler makes of them -----------------------------------------------------------

    def _judge(
        self, module: Module, node: ast.Try, handler: ast.ExceptHandler, errors: list[Raised]
    ) -> Iterator[Proposal]:
        ways = _ways(module, handler)
        if ways == {"re-raise"} or _asks_for_type(handler):
            return
        direct = [e for e in errors if e.module is module and node in module.ancestors(e.node)]
        if goes_on(ways) and not direct:
            return  # a guard round a call: that it goes on is the point of it
        reason = _reason_against(module, handler, ways, bool(direct))
        fix = None
        if reason is None:
            fix, reason = self._fix(module, handler, errors, ways)
        if fix and not reason and not direct and all((e.status or 0) >= 500 for e in errors):
            fix, reason = replace(fix, applicability=Applicability.UNSAFE), _SAME_STATUS
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
        self, module: Module, handler: ast.ExceptHandler, errors: list[Raised], ways: set[str]
    ) -> tuple[Fix | None, str | None]:
        """The fix and what a reviewer should look at; without a fix, why there is none."""
        name, imports = spelling(module, handler, errors)
        if name is None:
            return None, _NO_NAME
        edits: tuple[Edit, ...] | None
        if has_effects(module, handler):
            edits = check_before_last_raise(module, handler, name) if ways == {"raise"} else None
            if edits is None:
                return None, _KEEPS_CLEANUP.format(name=name)
        else:
            edits = (clause_before(module, handler, name),)
        unsafe = _doubt(module, handler, ways)
        return Fix(edits, imports, Applicability.UNSAFE if unsafe else Applicability.SAFE), unsafe


def _ways(module: Module, handler: ast.ExceptHandler) -> set[str]:
    """How the handler can be left. Returning what is no response, None or False say, is going on."""
    returned = [node.value for node in own_nodes(handler.body) if isinstance(node, ast.Return)]
    others = {"leave"} if not all(_is_response(value) for value in returned) else set()
    return ways_out(module, handler.body, handler.name) | others


def _is_response(value: ast.expr | None) -> bool:
    """Whether it looks like an answer to a request: made by a call, a dictionary, or with a status."""
    match value:
        case ast.Call() | ast.Dict() | ast.Await():
            return True
        case ast.Tuple(elts=[_, *_, ast.Constant(value=int(status))]):
            return status >= 400
    return False


def _reason_against(module: Module, handler: ast.ExceptHandler, ways: set[str], direct: bool) -> str | None:
    """Why a person must decide; None when nothing speaks against a fix."""
    if goes_on(ways):
        return "the handler goes on with a value of its own; say whether an HTTP error should end the request"
    if "re-raise" in ways:
        return "the handler re-raises on some ways only; say whether an HTTP error should take that way"
    if "return" in ways and not direct:
        return "the handler answers for a function that it calls; say whether its HTTP error should pass"
    if helper := looks_into(module, handler):
        return f"`{helper}` gets the exception and may answer with its status; if not, let it pass by hand"
    if _is_in_middleware(module, handler):
        return "a middleware stands outside of what answers to HTTP errors; one that passes is a plain 500"
    return None


def _is_in_middleware(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler is in a middleware, or in what one of the file calls."""
    function = module.function(handler)
    if function is None:
        return False
    functions: list[Function] = module.nodes(*FUNCTIONS)
    own = isinstance(module.parent(function), ast.ClassDef)
    return any(_is_middleware(f) and (f is function or _calls(f, function.name, own)) for f in functions)


def _is_middleware(function: Function) -> bool:
    arguments = (a.arg for a in (*function.args.args, *function.args.kwonlyargs))
    decorators = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return "call_next" in arguments or any(getattr(d, "attr", "") == "middleware" for d in decorators)


def _calls(function: Function, name: str, own: bool) -> bool:
    """Whether a function calls another of the file by its name, or a method of its own object."""
    text = f"self.{name}" if own else name
    return any(isinstance(n, ast.Call) and ast.unparse(n.func) == text for n in own_nodes(function.body))


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
    for node in own_nodes(handler.body):
        if isinstance(node, ast.Call) and is_abort(module, node):
            yield str(status_of(node) or "with abort")
        elif isinstance(node, ast.Raise):
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            dotted = names_of(module).qualified(kind) if kind else None
            known = dotted and family_of(dotted)
            yield str(status_of(node.exc) or (dotted or "").rpartition(".")[2]) if known else None


def _asks_for_type(handler: ast.ExceptHandler) -> bool:
    """Whether the handler itself tells HTTP errors from others."""
    for node in own_nodes(handler.body):
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
