"""Which of several signatures of one function a call asks for: those of `@overload` that it fits."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.exceptions.types.functions.decorators import is_decorated
from codemods.exceptions.types.functions.signatures import call_of, fits
from codemods.module import FUNCTIONS, Module
from codemods.project import Definition, Project

_OVERLOAD = ("typing.overload", "typing_extensions.overload")


def asked_for(
    project: Project, module: Module, call: ast.Call, definitions: Sequence[Definition]
) -> list[Definition]:
    """The functions, or in the place of one that has overloads those of them that the call fits."""
    fitting = [
        one for one in definitions if _is_overload(one) and fits(call_of(project, module, call, one), one)
    ]
    told = {_home(one) for one in fitting}
    return fitting + [one for one in definitions if not (_is_overload(one) or _home(one) in told)]


def _is_overload(definition: Definition) -> bool:
    return isinstance(definition.node, FUNCTIONS) and is_decorated(definition, *_OVERLOAD)


def _home(definition: Definition) -> tuple[str, int, str]:
    """Where the function stands, with all of its overloads."""
    parent = definition.module.parent(definition.node)
    return definition.module.path, getattr(parent, "lineno", 0), definition.node.name
