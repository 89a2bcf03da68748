"""Is a setting, header or constant there that the report says is not set?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, excerpt, spot
from codemods.module import Module
from codemods.names import names_of

_ABSENT = re.compile(
    r"\b(?:missing|no|lacks?|without|never\s+sets?|not\s+(?:set|sent|configured|defined|present|added)"
    r"|(?:does\s+not|doesn't|do\s+not|don't)\s+(?:set|send|configure|define|add|include))\b",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)")
_HEADER = re.compile(
    r"(?<![\w-])(?:X(?:-[A-Z][a-z]+)+|Content-Security-Policy|Strict-Transport-Security|Referrer-Policy|Permissions-Policy)(?![\w-])"
)


def look(case: Case) -> Iterator[Sight]:
    for sentence in case.prose.headline:
        names = {*_CONSTANT.findall(sentence), *_HEADER.findall(sentence)}
        if len(names) == 1 and _ABSENT.search(sentence):
            yield from _set(case, names.pop())


def _set(case: Case, name: str) -> Iterator[Sight]:
    """It refutes when the cited files (without any, the tree) give the name a value."""
    word = name if name.isidentifier() else name.rpartition("-")[2]
    modules = case.modules or case.code.mentioning(word)
    found = [
        (module, node) for module in modules for node in _values(module, name) if not _is_asked(module, node)
    ]
    for module, node in found[:1]:
        yield Sight(f"{name} is set at {spot(module, node)}: {excerpt(module, module.statement(node))}", True)
    if not found and not any(name in (case.code.text(module.path) or "") for module in modules):
        yield Sight(f"nothing here mentions {name}", False)


def _is_asked(module: Module, node: ast.AST) -> bool:
    """Whether the value comes from the environment, where it may be missing."""
    return bool(re.search(r"\bgetenv\b|\benviron\b|\bconfig\(", module.source(module.statement(node))))


def _values(module: Module, name: str) -> Iterator[ast.AST]:
    """Where a variable, an attribute, an item, a keyword or a pair of a dict of this name gets its value."""
    yield from (n for n in names_of(module).occurrences(name) if isinstance(n.ctx, ast.Store))
    yield from (k.value for k in module.nodes(ast.keyword) if k.arg == name)
    for node in module.nodes(ast.Constant):
        if node.value != name:
            continue
        parent = module.parent(node)
        stored = isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store)
        if stored or (isinstance(parent, ast.Dict) and any(key is node for key in parent.keys)):
            yield node
