"""Is a route there that the report says is missing? Flask, FastAPI, Starlette, aiohttp and Django."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, excerpt, spot
from codemods.module import Module

_MISSING = re.compile(
    r"\b(?:missing|no|lacks?|without)\s+(?:an?\s+|the\s+)?(?:(?!on\b|in\b|for\b|to\b|at\b|of\b)[\w/`'\"<>{}:-]+\s+){0,3}"
    r"(?:end-?points?|routes?)\b"
    r"|\b(?:end-?points?|routes?)\b[^.]{0,60}?\b(?:(?:is|are|was|were)\s+(?:\w+\s+)?)?"
    r"(?:missing|undefined|absent|not\s+(?:\w+\s+)?(?:defined|implemented|present|found|registered|there)"
    r"|(?:does|do)(?:\s+not|n't)\s+(?:even\s+)?exist|(?:isn't|aren't)\s+(?:defined|implemented|registered))",
    re.IGNORECASE,
)
_METHOD = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE)\b")
_PARAMETER = "{}"
_PATH = re.compile(r"(?<![\w.:/])/[A-Za-z][\w/{}<>:.-]*")
_REGISTERS = {"route", "get", "post", "put", "delete", "patch", "head", "options", "websocket", "api_route"}
_REGISTERS |= {"add_url_rule", "add_api_route", "add_route", "add_get", "add_post", "add_put", "add_delete"}
_REGISTERS |= {"path", "re_path", "url", "Route", "WebSocketRoute"}


def look(case: Case) -> Iterator[Sight]:
    if not any(_MISSING.search(sentence) for sentence in case.prose.headline):
        return
    paths = {p.rstrip("/.:") for s in case.prose.core if _MISSING.search(s) for p in _PATH.findall(s)}
    paths = paths or {p.rstrip("/.:") for p in _PATH.findall(case.prose.claim)}
    wanted = {_shape(p) for p in paths if not p.endswith((".py", ".yml", ".yaml", ".js"))}
    if len(wanted) != 1:
        return
    (path,) = wanted
    methods = set(_METHOD.findall("\n".join(case.prose.headline)))
    fixed = [part for part in path.split("/") if part and part != _PARAMETER]
    found = [
        (module, call)
        for module in (case.code.mentioning(fixed[-1]) if fixed else ())
        for call, route in _routes(module)
        if (_shape(route) == path or _is_end_of(path, _shape(route), module)) and _accepts(call, methods)
    ]
    for module, call in found[:3]:
        yield Sight(f"the route is there: {excerpt(module, call)} at {spot(module, call)}", True)
    if not found:
        yield Sight(f"no route {path} is defined", False)


def _routes(module: Module) -> Iterator[tuple[ast.Call, str]]:
    for call in module.nodes(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0] if call.args else None
        if name not in _REGISTERS or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        django = name in ("path", "re_path", "url")
        if first.value.startswith("/") or django:
            yield call, f"/{first.value.strip('/^$')}"


def _accepts(call: ast.Call, methods: set[str]) -> bool:
    """Whether the route is for the methods that the report names; for any when it names none."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = next((k.value for k in call.keywords if k.arg == "methods"), None)
    if not methods or name in ("path", "re_path", "url"):
        return True
    accepted = ast.unparse(given).upper() if given else name.removeprefix("add_").upper()
    return all(m in accepted or (m == "GET" and accepted in ("ROUTE", "URL_RULE")) for m in methods)


def _is_end_of(path: str, route: str, module: Module) -> bool:
    """Whether a path ends with the route, and its beginning is written in the same file as a prefix."""
    rest = path.removesuffix(route)
    return rest != path and any(
        isinstance(k.value, ast.Constant) and k.value.value == rest
        for k in module.nodes(ast.keyword)
        if k.arg in ("prefix", "url_prefix")
    )


def _shape(route: str) -> str:
    """The path with its parameters made equal, however the framework writes them."""
    return re.sub(r"<[^>]*>|\{[^}]*\}|:\w+", _PARAMETER, route).rstrip("/") or "/"
