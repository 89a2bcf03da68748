"""How the context manager gets into the file that asks for a session: the way its generator did."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.model import Edit, Import
from codemods.module import FUNCTIONS, Module, Unreadable
from codemods.names import Binding, below, names_of, origin_of
from codemods.project import Project
from codemods.remedies.generator_session.provider import Provider, Refused

_MAX_REEXPORTS = 8


@dataclass(frozen=True, slots=True)
class Access:
    """How the context manager is written at one place, and what brings it into the file."""

    text: str
    edits: tuple[Edit, ...] = ()
    imports: tuple[Import, ...] = ()


def access(project: Project, module: Module, call: ast.Call, provider: Provider, name: str) -> Access:
    """How to write the context manager `name` where `call` calls the provider. Raises Refused."""
    function = call.func
    names = names_of(module)
    if isinstance(function, ast.Attribute):
        dotted = names.qualified(function.value) or ""
        if project.path_of(dotted, module.path) != provider.module.path:
            raise Refused(f"`{ast.unparse(function.value)}` is not the module that defines `{function.attr}`")
        return Access(f"{module.source(function.value)}.{name}")
    assert isinstance(function, ast.Name)
    visible = names.visible(name, call)
    if module.path == provider.module.path:
        if any(b.scope is not module.tree for b in visible):
            raise Refused(f"`{name}` means something else in this function")
        return Access(name)
    (binding, *others) = names.bindings(function)
    if others or not isinstance(binding.node, ast.alias):
        raise Refused(f"`{function.id}` comes into {module.path} in more than one way")
    origin = _origin(project, module, binding, provider)
    if any(_is_namesake(project, module, binding, other, provider) for other in module.nodes(ast.alias)):
        raise Refused(f"two generators called `{provider.node.name}` come into {module.path}")
    if not visible:
        return _bring(module, binding, function, Import(module.path, origin, name))
    for there in visible:
        if _split(there.target or "")[1] != name:
            raise Refused(f"`{name}` means something else in {module.path}")
        _origin(project, module, there, provider)
    return Access(name)


def _is_namesake(
    project: Project, module: Module, binding: Binding, other: ast.alias, provider: Provider
) -> bool:
    """Whether another import of the scope brings in another generator whose context manager has the name."""
    statement = module.statement(other)
    if other.name != provider.node.name or not isinstance(statement, ast.ImportFrom):
        return False
    if module.scope(statement) is not module.scope(binding.node):
        return False
    found = project.find(below(origin_of(statement), other.name), module.path)
    return found is None or found.node is not provider.node


def _origin(project: Project, module: Module, binding: Binding, provider: Provider) -> str:
    """The module to import from: where the file imports from now, or behind it when that re-exports."""
    origin, name = _split(binding.target or "")
    for _ in range(_MAX_REEXPORTS):
        path = project.path_of(origin, module.path)
        if path == provider.module.path:
            return origin
        if path is None:
            break
        importer = project.module(path)
        bound = names_of(importer).bindings_in(importer.tree).get(name, [])
        targets = {b.target or "" for b in bound} or set(names_of(importer).star_imports)
        if len(targets) != 1:
            break
        target, name = _split(targets.pop()) if bound else (targets.pop(), name)
        origin = _joined(origin, path, target)
    raise Refused(
        f"`{binding.name}` comes through a re-export that cannot be followed to {provider.module.path}"
    )


def _split(dotted: str) -> tuple[str, str]:
    """Module and name of a dotted name: `a.b.c` is `a.b` and `c`, `.c` is `.` and `c`."""
    module, _, name = dotted.rpartition(".")
    return (module if module.strip(".") else f"{module}."), name


def _joined(origin: str, path: str, target: str) -> str:
    """What a module imported as `origin` means by `target`, as seen from the file that imports `origin`."""
    level = len(target) - len(target.lstrip("."))
    if not level:
        return target
    up = level - path.endswith("__init__.py")
    bare = origin.lstrip(".")
    dots, parts = origin[: len(origin) - len(bare)], bare.split(".") if bare else []
    dots += "." * max(0, up - len(parts)) if dots else ""
    kept = ".".join(parts[: max(0, len(parts) - up)])
    rest = target[level:]
    return dots + ".".join(part for part in (kept, rest) if part)


def _bring(module: Module, binding: Binding, function: ast.Name, wanted: Import) -> Access:
    """The import at the top of the file, or beside the one that the generator has further down."""
    statement, alias = module.statement(binding.node), binding.node
    assert isinstance(statement, ast.ImportFrom) and isinstance(alias, ast.alias) and wanted.name
    same_module = wanted.module == origin_of(statement)
    if same_module and _is_at_top(module, statement):
        return Access(wanted.name, imports=(wanted,))
    local = isinstance(module.scope(statement), FUNCTIONS)
    others = [use for use in names_of(module).uses(binding) if use is not function]
    alone = local and not others
    if local and others and all(_is_opened(module, use) for use in others):
        raise Refused(f"`{alias.name}` is imported once for several sessions: give each its own import")
    if same_module:
        edit = _beside_alias(module, alias, wanted.name, alone)
    elif alone:
        edit = _instead(module, statement, alias, wanted)
    else:
        edit = _line_behind(module, statement, wanted)
    return Access(wanted.name, (edit,))


def _is_at_top(module: Module, statement: ast.stmt) -> bool:
    """Whether it stands among the imports before the first definition."""
    body = module.tree.body
    if statement not in body:
        return False
    return not any(isinstance(s, (*FUNCTIONS, ast.ClassDef)) for s in body[: body.index(statement)])


def _beside_alias(module: Module, alias: ast.alias, name: str, alone: bool) -> Edit:
    """The name behind the alias, or in its place when nothing else uses that."""
    assert alias.end_lineno is not None and alias.end_col_offset is not None
    start = module.offset(alias.lineno, alias.col_offset)
    end = module.offset(alias.end_lineno, alias.end_col_offset)
    return module.edit(start, end, name) if alone else module.edit(end, end, f", {name}")


def _instead(module: Module, statement: ast.ImportFrom, alias: ast.alias, wanted: Import) -> Edit:
    """The statement without the alias, and the wanted import behind it."""
    source = module.source(statement)
    _check_layout(module, statement, "\n" not in source)
    kept = ", ".join(ast.unparse(a) for a in statement.names if a is not alias)
    lines = [f"{source.partition(' import ')[0]} import {kept}"] if kept else []
    return module.replace(statement, f"\n{module.indentation(statement)}".join([*lines, wanted.text]))


def _line_behind(module: Module, statement: ast.stmt, wanted: Import) -> Edit:
    _check_layout(module, statement)
    at = module.end(statement)
    return module.edit(at, at, f"\n{module.indentation(statement)}{wanted.text}")


def _check_layout(module: Module, statement: ast.stmt, fine: bool = True) -> None:
    """Raises Refused unless the statement has its lines for itself."""
    block, index = module.siblings(statement)
    shared = index + 1 < len(block) and block[index + 1].lineno == statement.end_lineno
    comment = module.comment(statement.end_lineno or 0)
    if not fine or shared or comment or not module.starts_line(statement):
        raise Refused("the import of the generator is laid out so that it must be changed by hand")


# -- who else means the generator by this file --------------------------------------------------------


def patched_in(project: Project, module: Module, function: ast.expr, provider: Provider) -> tuple[str, ...]:
    """The tests that replace the generator where this place looks it up, in words.

    Raises Refused when other files import it from here and it is about to lose its last use.
    """
    name, path = provider.node.name, provider.module.path
    binding = names_of(module).bindings(function)[0] if isinstance(function, ast.Name) else None
    if binding and binding.target and binding.scope is module.tree:
        name, path = binding.name, module.path
        importers = project.derive(_meaning, path, name)[1]
        if importers and all(_is_opened(module, use) for use in names_of(module).uses(binding)):
            raise Refused(f"{importers[0]} imports `{name}` from here: let it import from the definition")
    elif binding and binding.target:  # imported when the function runs, out of whatever is there then
        origin, name = _split(binding.target)
        path = project.path_of(origin, module.path) or path
    patchers = project.derive(_meaning, path, name)[0]
    if not patchers:
        return ()
    more = f" (and {len(patchers) - 1} more)" if len(patchers) > 1 else ""
    return (f"{patchers[0]}{more} patches `{name}`, which is no longer what is called here",)


def _is_opened(module: Module, use: ast.Name) -> bool:
    """Whether the use is the call of a generator that goes straight to `next`."""
    call = module.parent(use)
    above = module.parent(call) if isinstance(call, ast.Call) else None
    return isinstance(above, ast.Call) or (isinstance(above, ast.Attribute) and "next__" in above.attr)


def _meaning(project: Project, path: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where strings in calls mean `name` of the file `path` (`path:line`), and the files that import it."""
    stem = _stem(path)
    patchers: list[str] = []
    importers: list[str] = []
    for other in project.paths:
        try:
            data = project.read(other)
            if other == path or name.encode() not in data or stem.encode() not in data:
                continue
            module = project.module(other)
        except (OSError, Unreadable):
            continue
        patchers += _patches(project, module, path, name)
        if any(project.path_of(origin, other) == path for origin in _origins(module, name)):
            importers.append(other)
    return tuple(patchers), tuple(importers)


def _patches(project: Project, module: Module, path: str, name: str) -> Iterator[str]:
    """The calls with `"module.name"`, or with the module and then `"name"`, as their first arguments."""
    stem = re.escape(_stem(path))
    for call in module.nodes(ast.Call):
        first, second = (*call.args, None, None)[:2]
        if isinstance(first, ast.Constant):
            found = re.search(rf"(^|[.]){stem}[.]{name}$", str(first.value)) is not None
        elif isinstance(second, ast.Constant) and second.value == name and first is not None:
            dotted = names_of(module).qualified(first)
            found = dotted is not None and project.path_of(dotted, module.path) == path
        else:
            found = False
        if found:
            yield f"{module.path}:{call.lineno}"


def _stem(path: str) -> str:
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]


def _origins(module: Module, name: str) -> Iterator[str]:
    """The modules out of which the file takes the name."""
    for statement in module.nodes(ast.ImportFrom):
        if any(alias.name in (name, "*") for alias in statement.names):
            yield origin_of(statement)
    for attribute in module.nodes(ast.Attribute):
        if attribute.attr == name:
            yield names_of(module).qualified(attribute.value) or ""
