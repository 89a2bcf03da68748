"""Names that a project puts among the builtins, where all of its files find them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Origin, Target, merged
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Project

_BUILTINS = ("builtins", "__builtin__", "__builtins__")
_TRANSLATIONS = "gettext.Translations"
_Put: TypeAlias = Mapping[str, tuple[Origin | None, ...]]  # by the name it gets; None where nobody knows


def put_in_builtins(project: Project) -> frozenset[str]:
    """What a file may put there, as by `builtins.T = str`; `_` also by `gettext.install(…)`."""
    return frozenset(project.derive(_put_by_hand)) | project.derive(_put_by_gettext)


def from_builtins(values: Inference, name: ast.Name) -> Target:
    """What a name that no file binds stands for where all that gives it a value can be seen."""
    project = values.project
    found = []
    for origin in project.derive(_put_by_hand).get(name.id, ()):
        if origin is None:
            return NOBODY_KNOWS
        found.append(values.target(*origin)._replace(fails=()))  # what looking it up raised, it raised there
    if name.id in project.derive(_put_by_gettext):
        fact = values.fact_of(_TRANSLATIONS, "gettext" if name.id == "_" else name.id)
        found.append(Target(facts=(fact,)) if fact else NOBODY_KNOWS)
    return merged(found) if found else NOBODY_KNOWS


def _put_by_hand(project: Project) -> _Put:
    modules = {module: None for word in _BUILTINS for module in project.mentioning(word)[0]}
    put: dict[str, tuple[Origin | None, ...]] = {}
    for name, origin in (one for module in modules for one in _put(module)):
        put[name] = (*put.get(name, ()), origin)
    return put


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


def _put(module: Module) -> Iterator[tuple[str, Origin | None]]:
    """The attributes that a file which speaks of the builtins sets, and the names that it spells."""
    for name, attributes in module.attributes.items():
        stored = (one for one in attributes if isinstance(one.ctx, ast.Store))
        yield from ((name, _put_at(module, one)) for one in stored)
    constants: list[ast.Constant] = module.nodes(ast.Constant)
    for constant in constants:
        if isinstance(constant.value, str):
            yield constant.value, _put_at(module, module.parent(constant))


def _put_at(module: Module, place: ast.AST | None) -> Origin | None:
    """What is put at `builtins.name` or `builtins.__dict__["name"]`; None where this is another place."""
    match place, module.parent(place) if place else None:
        case (
            ast.Attribute(value=owner) | ast.Subscript(value=ast.Attribute(value=owner, attr="__dict__")),
            ast.Assign(targets=targets, value=value),
        ) if place in targets and names_of(module).qualified(owner) in _BUILTINS:
            return module, value
    return None
