"""Names that a project puts among the builtins, where all of its files find them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Target
from codemods.module import Module
from codemods.project import Project

_BUILTINS = ("builtins", "__builtin__", "__builtins__")
_TRANSLATIONS = "gettext.Translations"


def put_in_builtins(project: Project) -> frozenset[str]:
    """What a file may put there, as by `builtins.T = str`; `_` also by `gettext.install(…)`."""
    return project.derive(_put_by_hand) | project.derive(_put_by_gettext)


def translating(values: Inference, name: ast.Name) -> Target:
    """What a name that no file binds stands for where `gettext.install(…)` alone gives it a value."""
    project = values.project
    if name.id not in project.derive(_put_by_gettext) or name.id in project.derive(_put_by_hand):
        return NOBODY_KNOWS
    fact = values.fact_of(_TRANSLATIONS, "gettext" if name.id == "_" else name.id)
    return Target(facts=(fact,)) if fact else NOBODY_KNOWS


def _put_by_hand(project: Project) -> frozenset[str]:
    modules = {module: None for word in _BUILTINS for module in project.mentioning(word)[0]}
    return frozenset(name for module in modules for name in _put(module))


def _put_by_gettext(project: Project) -> frozenset[str]:
    modules = project.mentioning("gettext", "install")[0]
    return frozenset(name for module in modules for name in _installed(module))


def _installed(module: Module) -> Iterator[str]:
    """The names that something installs in a file which has to do with translations."""
    for method in module.attributes.get("install", ()):
        yield "_"
        match module.parent(method):
            case ast.Call(keywords=keywords):
                parts = (part for k in keywords if k.arg == "names" for part in ast.walk(k.value))
                named = (part.value for part in parts if isinstance(part, ast.Constant))
                yield from (name for name in named if isinstance(name, str))


def _put(module: Module) -> Iterator[str]:
    """The attributes that a file which speaks of the builtins sets, and the names that it spells."""
    for name, attributes in module.attributes.items():
        if any(isinstance(one.ctx, ast.Store) for one in attributes):
            yield name
    constants: list[ast.Constant] = module.nodes(ast.Constant)
    yield from (one.value for one in constants if isinstance(one.value, str))
