"""The context manager made of a provider: the one that stands beside it, or a new one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.model import Edit, Import
from codemods.module import Function, Module
from codemods.names import names_of
from codemods.remedies.generator_session.provider import Provider, Refused


@dataclass(frozen=True, slots=True)
class Manager:
    """The context manager made of a provider, and what it takes to have it there."""

    name: str
    edits: tuple[Edit, ...] = ()
    imports: tuple[Import, ...] = ()


def manager_of(provider: Provider) -> Manager:
    """The context manager of a provider: the one it has, or one that is put beside it. Raises Refused."""
    module, node = provider.module, provider.node
    existing = next(_existing(provider), None)
    if existing:
        return Manager(existing)
    name = f"{node.name}_context"
    names = names_of(module)
    if name in names.bindings_in(module.tree) or names.mentions(name):
        raise Refused(f"{module.path} has a `{name}` that does something else than `{node.name}`")
    taken = names.visible(provider.decorator, node)
    if any(binding.target != f"contextlib.{provider.decorator}" for binding in taken):
        raise Refused(f"`{provider.decorator}` means something else in {module.path}")
    definition = f"{module.indentation(node)}{name} = {provider.decorator}({node.name})\n"
    at, before = _behind(module, node)
    edit = module.edit(at, at, f"{before}\n\n{definition}")
    return Manager(name, (edit,), (Import(module.path, "contextlib", provider.decorator),))


def _existing(provider: Provider) -> Iterator[str]:
    """Names beside the provider that are the context manager already."""
    module, node = provider.module, provider.node
    names = names_of(module)
    for statement in module.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            (target, *others), call = statement.targets, statement.value
            made = names.is_any(call.func, f"contextlib.{provider.decorator}") and len(call.args) == 1
            of_it = made and isinstance(call.args[0], ast.Name) and call.args[0].id == node.name
            if of_it and isinstance(target, ast.Name) and not others:
                yield target.id
        if isinstance(statement, type(node)) and len(statement.decorator_list) == 1:
            (decorator,) = statement.decorator_list
            if names.is_any(decorator, f"contextlib.{provider.decorator}") and _alike(statement, node):
                yield statement.name


def _alike(one: Function, other: Function) -> bool:
    """Whether two functions do the same, docstrings aside."""
    bodies = [f.body[1:] if ast.get_docstring(f) else f.body for f in (one, other)]
    texts = ["\n".join(map(ast.dump, body)) for body in bodies]
    return texts[0] == texts[1] and ast.dump(one.args) == ast.dump(other.args)


def _behind(module: Module, function: Function) -> tuple[int, str]:
    """The offset behind a definition and the comments that end it, and the line end missing there."""
    assert function.end_lineno is not None
    number, own = function.end_lineno + 1, len(module.indentation(function))
    while number <= len(module.line_starts):
        line = module.line(number)
        if not line.strip().startswith(b"#") or len(line) - len(line.lstrip()) <= own:
            break
        number += 1
    if number <= len(module.line_starts):
        return module.line_starts[number - 1], ""
    return len(module.data), "" if module.data.endswith((b"\n", b"\r")) else "\n"
