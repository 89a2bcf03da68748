"""Whether a statement is sure to have run when the types of a handler, or other code, are evaluated."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.control import ENDINGS, falls_through, tries_around
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import walk

_TRIES = (ast.Try, ast.TryStar)
_IMPORTS = (ast.Import, ast.ImportFrom)
_TELLS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "write"}


def has_run(module: Module, place: ast.AST, statement: ast.stmt) -> bool:
    """Whether a statement has run whenever control comes to the place: a handler, or other code.

    At the top of the file outside of any block, when the place is in a function; else as an earlier
    statement of a block around it. A `try` counts as its body where all of its handlers leave, and in `else`.
    """
    home = module.parent(statement)
    while _is_body_that_went_well(module, home, statement):
        assert isinstance(home, _TRIES)
        statement, home = home, module.parent(home)
    if home is module.tree and module.function(place):
        return True
    for above in module.ancestors(place):
        if module.parent(above) is home and isinstance(above, ast.stmt):
            block, at = module.siblings(above)
            went_well = isinstance(home, _TRIES) and above in home.orelse and statement in home.body
            return went_well or statement in block[:at]
    return False


def is_tried(module: Module, handler: ast.ExceptHandler, statement: ast.stmt) -> bool:
    """Whether the top of the file tries to run it, before any function: a package that may be missing."""
    home = module.parent(statement)
    is_in_body = isinstance(home, _TRIES) and statement in home.body
    return is_in_body and home in module.tree.body and module.function(handler) is not None


def may_lack_import(module: Module, name: ast.Name) -> bool:
    """Whether the file goes on without what a name imports at its top, and keeps no word of it.

    After `try: import fcntl` and `except ImportError: pass` nobody can ask for it but by its NameError.
    Where the `try` gives any other name a value, that is taken to be looked at before.
    """
    found = names_of(module).bindings(name)
    if len(found) != 1 or found[0].scope is not module.tree or module.function(name) is None:
        return False
    statement = module.statement(found[0].node)
    around = [one for one in module.ancestors(statement) if isinstance(one, _TRIES) and one.handlers]
    if not around or around[-1] not in module.tree.body or around[-1] in module.ancestors(name):
        return False
    instead = _handling(module, statement)
    if instead is None or not module.derive(_only_imports, around[-1]):
        return False
    return _goes_on_with_any(module, name, instead)


def _only_imports(_: Module, tried: ast.stmt) -> bool:
    """Whether nothing in a `try` does what code could ask for later, but imports."""
    parts = (part for part in walk([tried]) if isinstance(part, ast.stmt))
    return all(isinstance(part, (*_IMPORTS, *_TRIES, ast.If)) or _is_silent(part) for part in parts)


def _handling(module: Module, place: ast.AST) -> Sequence[ast.AST] | None:
    """All that is in the handlers of the nearest `try` whose body the place is in; None without one."""
    nearest = next(tries_around(module, place), None)
    return module.derive(_in_handlers, nearest) if nearest else None


def _in_handlers(_: Module, tried: ast.Try | ast.TryStar) -> list[ast.AST]:
    return [*walk(tried.handlers)]


def _goes_on_with_any(module: Module, name: ast.Name, instead: Sequence[ast.AST]) -> bool:
    """Whether what is imported instead is for the handler around the name, if there is any such import.

    Code elsewhere that wants one of the two is taken to know which of them there is.
    """
    imports = [part for part in instead if isinstance(part, _IMPORTS)]
    others = {alias.asname or alias.name.partition(".")[0] for part in imports for alias in part.names}
    if not imports:
        return True
    handling = _handling(module, name) or ()
    return any(isinstance(part, ast.Name) and part.id in others for part in handling)


def _is_silent(statement: ast.stmt) -> bool:
    """Whether it does nothing that code could ask for later: `pass`, or telling a person."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="print"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))):
            return attr in _TELLS
    return False


def _may_swallow(_: ast.withitem) -> bool:
    return True  # for all that is looked at here


def _is_body_that_went_well(module: Module, home: ast.AST | None, statement: ast.stmt) -> bool:
    """Whether what comes after a `try` runs only when its body, with the statement in it, came to its end."""

    def leaves(one: ast.stmt) -> bool:
        match one:
            case ast.Expr(value=ast.Call(func=called)):
                return names_of(module).is_any(called, *ENDINGS)
        return False

    if not isinstance(home, _TRIES) or statement not in home.body:
        return False
    return not any(falls_through(each.body, leaves, _may_swallow) for each in home.handlers)
