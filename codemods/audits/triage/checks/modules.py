"""Does anything import a module that the report calls unused?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, excerpt, spot
from codemods.layout import is_test
from codemods.module import Module
from codemods.names import names_of

_UNUSED = re.compile(
    r"\b(?:module|file)\b[^.]{0,40}\b(?:unused|never used|never imported|not imported|dead)\b"
    r"|\b(?:unused|dead|orphaned)\s+(?:module|file)\b",
    re.IGNORECASE,
)


def look(case: Case) -> Iterator[Sight]:
    if not any(_UNUSED.search(sentence) for sentence in case.prose.headline) or len(case.modules) != 1:
        return
    (module,) = case.modules
    stem = module.path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    users = [
        (m, node) for m in case.code.mentioning(stem, tests=True) for node in _imports(case, m, module, stem)
    ]
    used = [(m, node) for m, node in users if not is_test(m.path)]
    for importer, node in used[:1]:
        statement = importer.statement(node)
        yield Sight(
            f"{module.path} is imported: {excerpt(importer, statement)} at {spot(importer, statement)}", True
        )
    if not used and not re.search(r"__main__", case.code.text(module.path) or ""):
        tests = sorted({m.path for m, _ in users})
        only = f"only {', '.join(tests[:2])} imports it" if tests else "nothing imports it"
        yield Sight(f"{module.path}: {only}", False)


def _imports(case: Case, importer: Module, module: Module, stem: str) -> Iterator[ast.AST]:
    """The aliases of a file that mean the module, or something in it."""
    if importer is module:
        return
    for bindings in names_of(importer).bindings_in(importer.tree).values():
        for binding in bindings:
            parts = (binding.target or "").split(".")
            for end in range(len(parts), 0, -1):
                dotted = ".".join(parts[:end])
                if stem in parts and case.code.project.path_of(dotted, importer.path) == module.path:
                    yield binding.node
                    break
