"""Whether a function asks of which class a value is, elsewhere than where it takes it for one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.flow.conditions import true_tests
from codemods.exceptions.types.flow.preceding import filled_in
from codemods.exceptions.types.flow.reaching import reaching
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more, walk

# Where text will do, these mostly will as well: whoever asks for one of them gets text else.
_PATHS = {"builtins.bytes", "os.PathLike", *(f"pathlib.{kind}" for kind in ("Path", "PurePath", "PosixPath"))}


def checked_elsewhere(module: Module, node: ast.expr) -> ast.Call | None:
    """The `isinstance(name, …)` that asks for the class of the same value, where no answer is at hand.

    Behind such a question, whichever way it went, the code does know; and it says that a value may be of
    two kinds at least.
    """
    if not isinstance(node, ast.Name):
        return None
    asked = [test for test in _questions(module, node) if not _is_for_paths(module, test)]
    if not asked or filled_in(module, node):
        return None
    held = (part for test in true_tests(module, node) for part in walk([test]))
    return None if any(_asks(part, node.id) for part in held) else asked[0]


class _Questions:
    """The calls of `isinstance` in a file, by the name that they ask about."""

    def __init__(self, module: Module) -> None:
        self.about: dict[str, list[tuple[ast.Call, ast.Name]]] = {}
        for call in module.nodes(ast.Call):
            match call:
                case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as name, _]):
                    self.about.setdefault(name.id, []).append((call, name))


def _questions(module: Module, name: ast.Name) -> Iterator[ast.Call]:
    """The calls of `isinstance` in the same function that are about the same value."""
    found = module.derive(_Questions).about.get(name.id, ())
    own = {binding.node for binding in reaching(module, name)} if found else set()
    for call, about in found:
        same = module.function(call) is module.function(name) and about is not name
        same = same and not own.isdisjoint(binding.node for binding in reaching(module, about))
        if same and not isinstance(module.parent(call), ast.Assert):
            yield call


def _asks(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=about), _]):
            return about == name
    return False


def _is_for_paths(module: Module, test: ast.Call) -> bool:
    kinds = one_or_more(test.args[1])
    return all(names_of(module).is_any(kind, *_PATHS) for kind in kinds)
