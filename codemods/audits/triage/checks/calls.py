"""Is a call there that the report says is not made, at the very lines that it cites?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, called, excerpt, spot
from codemods.module import Module

_NOT_DONE = re.compile(
    r"\b(?:does\s+not|doesn't|do\s+not|don't|did\s+not|didn't|never|without\s+(?:ever\s+)?|not)\s+"
    r"(?P<verb>print|log|clos|flush|commit|rollback|join|await|rais|call)\w*\b(?:\s+(?P<object>`[\w.]+(?:\(\))?`|[\w.]+\(\)))?",
    re.IGNORECASE,
)
_VERBS = {
    "print": re.compile(r"print|sys\.stdout\.write"),
    "log": re.compile(r"(?:.*[._])?(?:log|debug|info|warning|error|exception|critical)|log_\w+"),
    "clos": re.compile(r".*\.a?close"),
    "flush": re.compile(r".*\.flush"),
    "commit": re.compile(r".*\.commit"),
    "rollback": re.compile(r".*\.rollback"),
    "join": re.compile(r".*\.join"),
}


def look(case: Case) -> Iterator[Sight]:
    for sentence in case.prose.headline:
        for found in _NOT_DONE.finditer(sentence):
            yield from _done(case, found["verb"].lower(), (found["object"] or "").strip("`()"))


def _done(case: Case, verb: str, name: str) -> Iterator[Sight]:
    wanted = re.compile(rf"(?:.*\.)?{re.escape(name)}") if name and verb == "call" else _VERBS.get(verb)
    if wanted is None:
        return
    for module in case.modules:
        for node in _in_short_ranges(case, module):
            if wanted.fullmatch(called(node, module)) or wanted.fullmatch(ast.unparse(node.func)):
                yield Sight(f"{spot(module, node)} does it: {excerpt(module, node)}", True)
                return


def _in_short_ranges(case: Case, module: Module) -> list[ast.Call]:
    """The calls in the lines that the report cites, when those are few: a whole function proves nothing."""
    short = [(a, b) for a, b in case.ranges(module) if b - a < 4]
    if len(short) != len(case.ranges(module)):
        return []
    return [node for node in module.nodes(ast.Call) if any(a <= node.lineno <= b for a, b in short)]
