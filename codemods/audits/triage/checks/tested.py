"""Are there tests that the report says are missing?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight
from codemods.layout import is_test
from codemods.names import names_of

_NO_TESTS = re.compile(
    r"\b(?:no|missing|lacks?|without|lack of)\s+(?:\w+\s+){0,3}tests?\b"
    r"|\btests?\s+(?:are|is)?\s*missing\b|\buntested\b|\bnot\s+(?:\w+\s+)?(?:tested|covered)\b|\bno\s+(?:test\s+)?coverage\b",
    re.IGNORECASE,
)


def look(case: Case) -> Iterator[Sight]:
    if not any(_NO_TESTS.search(sentence) for sentence in case.prose.headline):
        return
    tests = [path for path in case.code.python if is_test(path)]
    if not tests:
        yield Sight("there is no Python test in the tree", False)
        return
    names = [name.rpartition(".")[2] for name in case.prose.quoted_names]
    subjects = names or [module.path.rpartition("/")[2].removesuffix(".py") for module in case.modules]
    found = {name: [path for path in tests if _mentions(case, path, name)] for name in subjects}
    if found and all(found.values()):
        for name, paths in list(found.items())[:3]:
            yield Sight(f"{name} is tested in {paths[0]}", True)
    for name in [name for name, paths in found.items() if not paths][:5]:
        yield Sight(f"no test mentions {name}", False)


def _mentions(case: Case, path: str, name: str) -> bool:
    """Whether a test imports or uses the name, as code: a comment is no test."""
    if not re.search(rf"\b{re.escape(name)}\b", case.code.text(path) or ""):
        return False
    module = case.code.module(path)
    if module is None:
        return False
    imported = (b.target or "" for found in names_of(module).bindings_in(module.tree).values() for b in found)
    used = names_of(module).mentions(name) or module.attributes.get(name)
    return bool(used) or any(name in target.split(".") for target in imported)
