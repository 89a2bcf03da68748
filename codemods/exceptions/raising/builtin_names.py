"""Names that a project puts among the builtins, where all of its files find them."""

from __future__ import annotations

import ast
from functools import lru_cache

from codemods.module import Module
from codemods.project import Project

_BUILTINS = ("builtins", "__builtin__", "__builtins__")


@lru_cache(maxsize=256)
def may_be_put_in_builtins(project: Project, name: str) -> bool:
    """Whether a file may do so, as by `builtins.T = str`; for `_`, also by `gettext.install(…)`."""
    if name == "_" and any(map(_installs, project.mentioning("gettext")[0])):
        return True
    return any(_puts(module, name) for word in _BUILTINS for module in project.mentioning(word)[0])


def _installs(module: Module) -> bool:
    """Whether something is installed in a file that has to do with translations."""
    return bool(module.attributes.get("install"))


def _puts(module: Module, name: str) -> bool:
    """Whether a file that speaks of the builtins sets such an attribute, or spells the name."""
    attributes = module.attributes.get(name, ())
    constants: list[ast.Constant] = module.nodes(ast.Constant)
    return any(isinstance(a.ctx, ast.Store) for a in attributes) or any(c.value == name for c in constants)
