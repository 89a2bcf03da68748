"""Is a name defined, imported or used that the report says is not?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, definitions, excerpt, spot
from codemods.definitions import Definition
from codemods.layout import is_test
from codemods.module import Module
from codemods.names import names_of

_NOT_IMPORTED = re.compile(
    r"\bmissing\b[^.]{0,40}\bimports?\b|\b(?:not|never)\s+(?:been\s+)?import|\bimports?\b[^.]{0,30}\bmissing\b"
    r"|n't\s+import|\bwithout\s+(?:being\s+)?import|\bforgot\b[^.]{0,20}\bimport",
    re.IGNORECASE,
)
_NOT_DEFINED = re.compile(
    r"\bundefined\b|\b(?:not|never)\s+(?:\w+\s+)?(?:defined|declared|implemented)\b"
    r"|(?:does|do)(?:\s+not|n't)\s+exist|(?:isn't|aren't)\s+(?:\w+\s+)?(?:defined|declared|implemented)"
    r"|\bno\s+(?:such\s+)?(?:function|method|class)\b|\bmissing\s+(?:the\s+)?(?:function|method|class)\b",
    re.IGNORECASE,
)
_UNUSED = re.compile(
    r"\b(?:never|not)\s+(?:\w+\s+)?(?:called|used|invoked|referenced|triggered|imported anywhere)\b"
    r"|\bunused\b|\bdead[ _]code\b|\bno\s+(?:callers?|usages?|references?)\b"
    r"|(?:isn't|aren't)\s+(?:\w+\s+)?(?:called|used)",
    re.IGNORECASE,
)
_UNUSED_IMPORT = re.compile(
    r"\bunused\s+imports?\b|\bimported\s+but\s+(?:never|not|un)\s*used\b", re.IGNORECASE
)


def look(case: Case) -> Iterator[Sight]:
    for sentence in case.prose.headline:
        mentioned = [name for name in case.prose.quoted_names if _stands_in(name, sentence)]
        if len(mentioned) != 1:  # with several names nobody knows which of them is meant
            continue
        if _NOT_IMPORTED.search(sentence):
            yield from _imported(case, mentioned[0])
        elif _NOT_DEFINED.search(sentence):
            yield from _defined(case, mentioned[0])
        elif _UNUSED_IMPORT.search(sentence):
            yield from _import_used(case, mentioned[0])
        elif _UNUSED.search(sentence):
            yield from _used(case, mentioned[0])


def _stands_in(name: str, sentence: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", sentence))


def _imported(case: Case, name: str) -> Iterator[Sight]:
    """It refutes when a file imports the name, be it in a function: what is said is that it does not."""
    first = name.partition(".")[0]
    for module in case.modules:
        imports: list[ast.Import | ast.ImportFrom] = module.nodes(ast.Import, ast.ImportFrom)
        found = [node for node in imports if any(_bound(alias) == first for alias in node.names)]
        for node in found[:1]:
            yield Sight(f"{name} is imported: {excerpt(module, node)} at {spot(module, node)}", True)
        if not found and not names_of(module).bindings_in(module.tree).get(first):
            yield Sight(f"{name} is not imported in {module.path}", False)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _defined(case: Case, name: str) -> Iterator[Sight]:
    found = list(definitions(name, case.code))
    here = [(m, node) for m, node in found if not case.modules or m in case.modules]
    for module, node in here[:1]:
        yield Sight(f"{node.name} is defined: {excerpt(module, node)} at {spot(module, node)}", True)
    if not here and found:  # whether the cited file can reach it is another question
        return
    if not found and not any(
        _binds(module, name) for module in case.code.mentioning(name.rpartition(".")[2])
    ):
        yield Sight(f"nothing here defines {name}", False)


def _binds(module: Module, name: str) -> bool:
    last = name.rpartition(".")[2]
    stored = (n for n in module.attributes.get(last, ()) if isinstance(n.ctx, ast.Store))
    return any(True for _ in stored) or any(
        isinstance(node.ctx, ast.Store) for node in names_of(module).mentions(last)
    )


def _import_used(case: Case, name: str) -> Iterator[Sight]:
    """What an import that the report calls unused is used for."""
    for module in case.modules:
        bound = [b for b in names_of(module).bindings_in(module.tree).get(name, []) if b.target]
        for use in [use for binding in bound for use in names_of(module).uses(binding)][:1]:
            shown = excerpt(module, module.statement(use))
            yield Sight(f"{name} is used: {shown} at {spot(module, use)}", True)
        if bound and not any(names_of(module).uses(binding) for binding in bound):
            yield Sight(f"nothing in {module.path} uses {name}", False)


def _used(case: Case, name: str) -> Iterator[Sight]:
    """References outside of tests; exports and imports do not count. It must be clear what is meant."""
    found = [
        Definition(module, node)
        for module, node in definitions(name, case.code)
        if not case.modules or module in case.modules
    ]
    if len(found) != 1:
        return
    references, unreadable = case.code.project.references(found[0])
    uses = [
        r
        for r in references
        if not isinstance(r.node, (ast.alias, ast.Constant)) and not is_test(r.module.path)
    ]
    outside = [r for r in uses if not _is_inside(r.node, found[0])]
    sure = [r for r in outside if r.certain]
    if sure:
        module, node = sure[0].module, sure[0].node
        shown = excerpt(module, module.statement(node))
        yield Sight(f"{name} is used: {shown} at {spot(module, node)}", True)
    elif not outside and not unreadable:
        yield Sight(f"nothing outside of the tests uses {name}", False)


def _is_inside(node: ast.AST, definition: Definition) -> bool:
    """Whether a use stands in the definition itself: recursion is no use. Compared by lines in one file."""
    first, last = definition.node.lineno, definition.node.end_lineno or 0
    return any(n is node for n in ast.walk(definition.node)) and first <= getattr(node, "lineno", 0) <= last
