"""Reading names: those that are nowhere defined, or may have no value yet."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.having_run import may_lack_import
from codemods.exceptions.needed import tops_in
from codemods.exceptions.platforms import ONLY_ON_WINDOWS
from codemods.exceptions.raising.sure.availability import asks_for_platform, asks_for_python, only_where
from codemods.exceptions.raising.walk import Visitors, Walk, is_looked_up
from codemods.exceptions.types.builtin_names import put_in_builtins
from codemods.exceptions.types.flow.definite_assignment import is_bound, is_made_by_functions, is_of_file
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.python2 import is_builtin_of_python_2


def _name(walk: Walk, node: ast.Name) -> None:
    if isinstance(node.ctx, ast.Store) and not is_looked_up(walk, node):
        return
    names = names_of(walk.module)
    known = names.bindings(node) or names.has_star_import or names.qualified(node)
    if not known and node.id != "__class__":
        if node.id in put_in_builtins(walk.project):
            walk.found.add("NameError", f"`{node.id}` has no value before it is one of the builtins", RARE)
        elif is_builtin_of_python_2(node.id):
            confidence = RARE if asks_for_python(walk, node) else CERTAIN
            walk.found.add("NameError", f"`{node.id}` is built in with Python 2 only", confidence)
        else:
            walk.found.add("NameError", f"`{node.id}` is nowhere defined")
    if known == "builtins.WindowsError" and not _is_for_windows(walk):
        walk.found.add("NameError", "`WindowsError` is on Windows only")
    bound(walk, node)
    if isinstance(node.ctx, ast.Del) and is_of_file(walk.module, node):
        walk.found.add("NameError", f"`{node.id}` may have been deleted before")


def bound(walk: Walk, node: ast.Name) -> None:
    """Note that a name may have no value where it is read."""
    if not is_bound(walk.values, walk.module, node):
        if is_builtin_of_python_2(node.id) and _is_only_read(walk, node):
            walk.found.add("NameError", f"asks whether there is `{node.id}`, as in Python 2")
            return
        if isinstance(walk.module.parent(node), ast.Expr):
            walk.found.add("NameError", f"asks whether `{node.id}` has a value")
            return
        walk.found.guess(f"reads `{node.id}`, which may have no value yet", "NameError")
    elif is_made_by_functions(walk.module, node):
        walk.found.add("NameError", f"`{node.id}` has no value before a function gives it one", RARE)
    elif may_lack_import(walk.module, node) and not asks_for_platform(walk, node):
        walk.found.add("NameError", f"`{node.id}`: the file goes on where its import fails")
    elif condition := only_where(walk.module, node):
        walk.found.add("NameError", f"`{node.id}` has a value only where `{spelled(condition)}`", RARE)


def _is_only_read(walk: Walk, node: ast.Name) -> bool:
    """Whether nothing is done with a value but to keep it: calling it is another matter."""
    above = walk.module.parent(node)
    above = walk.module.parent(above) if isinstance(above, ast.Tuple) else above
    return isinstance(above, (ast.Expr, ast.Assign))


def _is_for_windows(walk: Walk) -> bool:
    """Whether the file imports what only Windows has: where that is missing nothing gets further."""
    return not tops_in(walk.module).isdisjoint(ONLY_ON_WINDOWS)


VISITORS: Visitors = {ast.Name: _name}
