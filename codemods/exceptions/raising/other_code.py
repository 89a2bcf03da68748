"""Calls that run code of others, which may call `sys.exit()`."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, short
from codemods.names import names_of

_IMPORTING = {"builtins.__import__", "importlib.import_module"}
_RUNNING = _IMPORTING | {"builtins.exec", "importlib.reload"}
_RUNNING |= {"runpy.run_path", "runpy.run_module", "imp.load_source", "imp.load_module"}
_RUNNING |= {"execfile", "reload"}  # builtins of Python 2
_LOADERS = ("exec_module", "load_module")  # the methods of every loader


def run_by(walk: Walk, fact: Fact, node: ast.expr) -> None:
    """Note that something in the tables runs other code where it is called, or handed on to be called."""
    if (_runs(fact.name) and not _imports_plainly(fact, node)) or _evaluates_there(fact, node):
        label = fact.name.removeprefix("builtins.") if fact.name in _RUNNING else short(called(node))
        _note(walk, label)


def run_by_unknown(walk: Walk, function: ast.expr) -> None:
    """Note that a function of which only the name is known runs other code."""
    if _runs(names_of(walk.module).qualified(function) or ast.unparse(function)):
        _note(walk, short(function))


def called(node: ast.expr) -> ast.expr:
    """What is called there, or handed on to be called."""
    return node.func if isinstance(node, ast.Call) else node


def _note(walk: Walk, label: str) -> None:
    walk.found.add("SystemExit", f"`{label}` runs other code, which may exit", RARE)


def _runs(name: str) -> bool:
    """Whether what is called so runs code of others: a loader's method, or one of the functions for it."""
    return name in _RUNNING or is_loader(name)


def is_loader(name: str) -> bool:
    """Whether it is the method of a loader that runs a module."""
    return name.rpartition(".")[2] in _LOADERS


def _imports_plainly(fact: Fact, node: ast.AST) -> bool:
    """Whether a call imports a module by its name, as `import` does, or one whose code has run."""
    match node:
        case ast.Call(args=[ast.Attribute(attr="__module__"), *_]):
            return True
        case ast.Call(args=[ast.Constant(value=str()), *_]):
            return fact.name in _IMPORTING
    return False


def _evaluates_there(fact: Fact, node: ast.expr) -> bool:
    """Whether what somebody typed is evaluated where a program stands, as debuggers do: `eval(text, names)`.

    With one argument, or names that are written out, it mostly reads a value.
    """
    match node:
        case ast.Call(args=[_, names, *_]):
            return fact.name == "builtins.eval" and not isinstance(names, ast.Dict)
    return False
