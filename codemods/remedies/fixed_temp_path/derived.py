"""Expressions made of a variable that names a file: what still is a path, and whether of the same file."""

from __future__ import annotations

import ast
import re

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.paths import PATHLIB, Refused

_SAME_FILE = (*PATHLIB, "os.path.abspath", "os.path.realpath", "builtins.str", "os.fspath")
_SAME_PATH = (
    *_SAME_FILE,
    *(f"os.path.{name}" for name in ("dirname", "join", "normpath", "split", "splitext")),
)
_SAME_PATH_METHODS = {
    *("absolute", "as_posix", "encode", "joinpath", "parent", "parents", "partition", "removesuffix"),
    *("resolve", "rpartition", "rsplit", "rstrip", "split", "strip", "with_name", "with_stem", "with_suffix"),
}
_CARRIERS = (ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.Starred)

_VIEWERS = re.compile(r"(?:\A|.*/)(xdg-open|gnome-open|kde-open|gio|open|start)\Z")
_ELSEWHERE = re.compile(
    r"(?:\A|/)(ssh|scp|sudo|su|rsync|docker|podman|kubectl|adb|vagrant|systemctl|at|nohup)\Z"
)
_SHELL = re.compile(r"[\s;|&<>'\"`$]")


def carried(module: Module, use: ast.expr) -> ast.expr:
    """The outermost expression around `use` that is still this path, one made of it, or a list with it."""
    names = names_of(module)
    while True:
        above = module.parent(use)
        whole: ast.AST | None = None
        if isinstance(above, ast.Call) and use in above.args and not _is_last_part(module, above):
            text = isinstance(above.func, ast.Attribute) and above.func.attr in {"format", "join"}
            whole = above if text or names.is_any(above.func, *_SAME_PATH) else None
        elif isinstance(above, ast.Attribute):
            call = module.parent(above)
            called = isinstance(call, ast.Call) and call.func is above
            text = isinstance(call, ast.Call) and above.attr == "replace" and len(call.args) == 2
            if text or above.attr in _SAME_PATH_METHODS:
                whole = call if called else above
        elif isinstance(above, _CARRIERS) or (isinstance(above, ast.Subscript) and above.value is use):
            whole = above
        if isinstance(above, (ast.List, ast.Tuple)):
            _refuse_programs_elsewhere(above)
        if isinstance(above, ast.BinOp) and isinstance(above.left, (ast.List, ast.Tuple)):
            _refuse_programs_elsewhere(above.left)
        if not isinstance(whole, ast.expr):
            return use
        use = whole


def _is_last_part(module: Module, call: ast.Call) -> bool:
    """`os.path.splitext(path)[1]` or `os.path.split(path)[-1]`: a name or suffix, no path."""
    above = module.parent(call)
    if not isinstance(above, ast.Subscript) or ast.unparse(above.slice) not in {"1", "-1"}:
        return False
    return names_of(module).is_any(call.func, "os.path.splitext", "os.path.split")


def _refuse_programs_elsewhere(command: ast.List | ast.Tuple) -> None:
    program = command.elts[0].value if command.elts and isinstance(command.elts[0], ast.Constant) else None
    if isinstance(program, str) and _ELSEWHERE.search(program):
        raise Refused(f"`{program}` uses it as another user, in a container or on another machine")
    if isinstance(program, str) and _VIEWERS.match(program):
        raise Refused(f"`{program}` shows it in another program, which may read it later")


def is_text(path: ast.expr) -> bool:
    """Whether the path was put into a longer text, such as a shell command."""
    if isinstance(path, (ast.List, ast.Tuple)):
        return any(is_text(part) for part in path.elts if not isinstance(part, ast.Constant))
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and _SHELL.search(part.value)
        for part in ast.walk(path)
    )


def is_same_file(module: Module, path: ast.expr) -> bool:
    """Whether an expression made of a variable is the variable's own path, however converted."""
    while isinstance(path, ast.Call):
        if isinstance(path.func, ast.Attribute) and path.func.attr in {"absolute", "as_posix", "resolve"}:
            path = path.func.value
        elif len(path.args) == 1 and names_of(module).is_any(path.func, *_SAME_FILE):
            path = path.args[0]
        else:
            return False
    return isinstance(path, ast.Name)


def is_beside(module: Module, path: ast.expr, variables: set[str]) -> bool:
    """Whether an expression made of the variables may name a file beside theirs, not below it."""
    if isinstance(path, (ast.List, ast.Tuple)):
        return any(is_beside(module, part, variables) for part in path.elts)
    if isinstance(path, ast.BinOp):
        below = isinstance(path.op, ast.Div) or ast.unparse(path.right).startswith("'/")
        if below:
            return is_beside(module, path.left, variables)
    if isinstance(path, ast.Call) and names_of(module).is_any(path.func, "os.path.join"):
        return is_beside(module, path.args[0], variables)
    if isinstance(path, ast.JoinedStr) and re.match(r"f'\{\w+\}/", ast.unparse(path)):
        return False
    made_of_them = any(isinstance(node, ast.Name) and node.id in variables for node in ast.walk(path))
    return made_of_them and not is_same_file(module, path)
