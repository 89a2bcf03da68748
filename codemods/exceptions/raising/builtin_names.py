"""Names that a project puts among the builtins, where all of its files find them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from codemods.module import Module
from codemods.project import Project

_BUILTINS = ("builtins", "__builtin__", "__builtins__")


@lru_cache(maxsize=4)
def put_in_builtins(project: Project) -> frozenset[str]:
    """What a file may put there, as by `builtins.T = str`; `_` also by `gettext.install(…)`."""
    modules = {module: None for word in _BUILTINS for module in project.mentioning(word)[0]}
    names = {name for module in modules for name in _put(module)}
    return frozenset(names | {"_" for module in project.mentioning("gettext")[0] if _installs(module)})


def _installs(module: Module) -> bool:
    """Whether something is installed in a file that has to do with translations."""
    return bool(module.attributes.get("install"))


def _put(module: Module) -> Iterator[str]:
    """The attributes that a file which speaks of the builtins sets, and the names that it spells."""
    for name, attributes in module.attributes.items():
        if any(isinstance(one.ctx, ast.Store) for one in attributes):
            yield name
    constants: list[ast.Constant] = module.nodes(ast.Constant)
    yield from (one.value for one in constants if isinstance(one.value, str))
