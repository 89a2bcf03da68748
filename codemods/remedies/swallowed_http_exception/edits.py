"""The clause before a handler, or the check in it, that lets HTTP errors pass, and their name there."""

from __future__ import annotations

import ast

from codemods import surgery
from codemods.exceptions import behind_except
from codemods.model import Edit, Import
from codemods.module import Module
from codemods.names import names_of
from codemods.remedies._handlers import own_nodes
from codemods.remedies.swallowed_http_exception.http_errors import FAMILIES, Raised


def clause_before(module: Module, handler: ast.ExceptHandler, name: str) -> Edit:
    """Let the error pass before the handler is tried."""
    lines = f"except {name}:\n{module.indent}raise"
    return surgery.insert_before(module, handler, lines, above_comments=True)


def check_before_last_raise(module: Module, handler: ast.ExceptHandler, name: str) -> tuple[Edit, ...] | None:
    """Let the error pass after the handler's cleanup; None when its shape does not allow it."""
    last = handler.body[-1]
    rebound = any(
        isinstance(node, ast.Name) and node.id == handler.name and not isinstance(node.ctx, ast.Load)
        for node in own_nodes(handler.body)
    )
    if handler.type is None or rebound or not module.starts_line(last):
        return None
    if not isinstance(last, (ast.Raise, ast.Expr)):
        return None
    caught = handler.name or names_of(module).fresh("error")
    lines = f"if isinstance({caught}, {name}):\n{module.indent}raise"
    check = surgery.insert_before(module, last, lines, above_comments=True)
    if handler.name:
        return (check,)
    end = module.end(handler.type)
    return module.edit(end, end, f" as {caught}"), check


def spelling(
    module: Module, handler: ast.ExceptHandler, errors: list[Raised]
) -> tuple[str | None, tuple[Import, ...]]:
    """How HTTPException is written where the handler stands, and the imports for it."""
    families = {e.family for e in errors}
    if "starlette" in families:
        families.discard("fastapi")  # FastAPI's class derives from Starlette's
    spelled: list[str] = []
    imports: list[Import] = []
    for family in sorted(families):
        name = _visible(module, handler, family, errors)
        if name is None and not names_of(module).visible("HTTPException", handler) and not imports:
            name = "HTTPException"
            imports.append(Import(module.path, FAMILIES[family][0], name))
        if name is None:
            return None, ()
        spelled.append(name)
    return behind_except(spelled), tuple(imports)


def _visible(module: Module, handler: ast.ExceptHandler, family: str, errors: list[Raised]) -> str | None:
    """The name HTTPException has already: as the code raises it, or as the file imports it."""
    names = names_of(module)
    # FastAPI's class derives from Starlette's, so that one will do as well.
    sources = (*FAMILIES[family], *FAMILIES["starlette"]) if family == "fastapi" else FAMILIES[family]
    bases = [f"{source}.HTTPException" for source in sources]
    for error in errors:
        value = error.node.exc if isinstance(error.node, ast.Raise) else None
        kind = value.func if isinstance(value, ast.Call) else value
        if error.module is module and kind and names.is_any(kind, *bases):
            text = module.source(kind)
            if _is_bound_at(module, text.partition(".")[0], handler):
                return text
    for name, bindings in names.bindings_in(module.tree).items():
        for alias in (b.node for b in bindings if isinstance(b.node, ast.alias)):
            statement = module.statement(alias)
            origin = (
                bindings[0].target if alias.asname or isinstance(statement, ast.ImportFrom) else alias.name
            )
            text = name if origin in bases else f"{alias.asname or alias.name}.HTTPException"
            if origin in (*bases, *sources) and _is_bound_at(module, name, handler):
                return text
    return None


def _is_bound_at(module: Module, name: str, handler: ast.ExceptHandler) -> bool:
    """Whether imports alone bind the name where the handler stands, and have run by then."""
    bindings = names_of(module).visible(name, handler)
    around = set(module.ancestors(handler))
    for binding in bindings:
        if not isinstance(binding.node, ast.alias):
            return False
        statement = module.statement(binding.node)
        block, at = module.siblings(statement)
        at_top = binding.scope is module.tree and isinstance(module.parent(statement), (ast.Module, ast.Try))
        if not (around & set(block[at + 1 :]) or (at_top and module.function(handler))):
            return False
    return bool(bindings)
