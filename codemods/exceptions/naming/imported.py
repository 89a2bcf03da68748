"""What the top of a file imports and defines, as far as it can matter to a handler."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from codemods.exceptions.hierarchy import canonical, hierarchy_of
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Project

_LIKE_EXCEPTIONS = ("Error", "Exception", "NotFound", "Timeout", "DoesNotExist")


def top_of(module: Module, project: Project) -> Top:
    """The top of a file, looked at once."""
    return module.derive(Top, project)


class Top:
    """The top of one file."""

    def __init__(self, module: Module, project: Project) -> None:
        self._module = module
        self._bindings = names_of(module).bindings_in(module.tree)
        self._hierarchy = hierarchy_of(project)

    @cached_property
    def exceptions(self) -> Mapping[str, str]:
        """The exception classes, builtin ones apart, that have a name there, and that name."""
        found = {}
        for name, bindings in self._bindings.items():
            if len(bindings) != 1:
                continue
            target = bindings[0].target
            if isinstance(bindings[0].node, ast.ClassDef) or (target and name[:1].isupper()):
                kind = self._hierarchy.resolve(self._module, ast.Name(name, ast.Load()))
                if kind:
                    found[kind] = name
                elif target and name.endswith(_LIKE_EXCEPTIONS):
                    found[canonical(target.lstrip("."))] = name
        return found

    @cached_property
    def imported(self) -> frozenset[str]:
        """The dotted names that are imported."""
        targets = (one.target for many in self._bindings.values() for one in many)
        return frozenset(target.lstrip(".") for target in targets if target)

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules that the file imports, or imports from, with their dots in front left out."""
        names = {s.module for s in self._module.nodes(ast.ImportFrom) if s.module}
        return frozenset(names | {a.name for s in self._module.nodes(ast.Import) for a in s.names})

    @cached_property
    def mentions(self) -> Counter[str]:
        """How often the file reads each name."""
        return Counter(n.id for n in self._module.nodes(ast.Name) if isinstance(n.ctx, ast.Load))
