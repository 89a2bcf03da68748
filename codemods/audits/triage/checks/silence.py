"""Is a failure told that the report says is swallowed silently?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, definitions, excerpt, line_of, spot
from codemods.module import Function, Module
from codemods.nodes import walk

_SILENT = re.compile(
    r"\b(?:silent(?:ly)?|swallow(?:s|ed|ing)?"
    r"|(?:no|without|missing)\s+(?:any\s+)?(?:logging|logs?|log message|indication)"
    r"|(?:not|never)\s+logged|unlogged)\b",
    re.IGNORECASE,
)
_FAILURE = re.compile(r"\b(?:fail\w*|errors?|exceptions?)\b", re.IGNORECASE)
_TELLS = re.compile(
    r"(?:.*[._])?(?:log|info|warn|warning|error|exception|critical|fatal|print|print_exc|capture_exception)"
    r"|log_(?!debug|trace)\w+|(?:self\.)?_?log(?!.*debug)\w*"
)


def look(case: Case) -> Iterator[Sight]:
    if not any(_SILENT.search(s) and _FAILURE.search(s) for s in case.prose.headline):
        return
    seen = [*_handlers(case)]
    if not seen:
        return
    silent = [(module, handler) for module, handler in seen if not _tells(handler)]
    if silent:
        yield from (Sight(f"{spot(m, h)} says nothing: {excerpt(m, h)}", False) for m, h in silent[:3])
    else:
        shown = "; ".join(f"{spot(m, t)} {excerpt(m, t)}" for m, h in seen[:3] if (t := _telling(h)))
        yield Sight(f"the failure is told: {shown}", True)


def _handlers(case: Case) -> Iterator[tuple[Module, ast.ExceptHandler]]:
    """The handlers at the places; without any, those of the one function that is called there and named."""
    here = [
        (module, handler)
        for module in case.modules
        for handler in module.nodes(ast.ExceptHandler)
        if any(_is_for(handler, module, lines) for lines in case.ranges(module))
    ]
    if here:
        yield from here
        return
    for module, function in _callee(case):
        yield from ((module, node) for node in walk([function]) if isinstance(node, ast.ExceptHandler))


def _is_for(handler: ast.ExceptHandler, module: Module, lines: tuple[int, int]) -> bool:
    """Whether a handler begins in the lines, or they lie in the body that it is for."""
    above = module.parent(handler)
    body = above.body if isinstance(above, (ast.Try, ast.TryStar)) else []
    first, last = line_of(body[0]), body[-1].end_lineno or 0
    return lines[0] <= handler.lineno <= lines[1] or (first <= lines[0] and lines[1] <= last)


def _callee(case: Case) -> list[tuple[Module, Function]]:
    """The function of the project that the places call and the title names; [] when that is not one."""
    called = {
        node.func.id
        for module in case.modules
        for node in case.at_lines(module, ast.Call)
        if isinstance(node.func, ast.Name)
    }
    wanted = [name for name in called if name in case.finding.title]
    if len(wanted) != 1:
        return []
    found = [(m, n) for m, n in definitions(wanted[0], case.code) if not isinstance(n, ast.ClassDef)]
    return found if len(found) == 1 else []


def _tells(handler: ast.ExceptHandler) -> bool:
    return _telling(handler) is not None


def _telling(handler: ast.ExceptHandler) -> ast.AST | None:
    """The call that tells the failure, or the `raise` that hands it on."""
    nodes = sorted(walk(handler.body), key=line_of)
    for node in nodes:
        if isinstance(node, ast.Raise):
            return node
        if isinstance(node, ast.Call) and _TELLS.fullmatch(ast.unparse(node.func)):
            return node
    return None
