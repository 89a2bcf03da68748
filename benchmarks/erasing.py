"""Taking out of a file what handlers name, as the exception recovery benchmark does with its cases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codemods.module import Module, Unreadable
from codemods.nodes import walk

_HEADER_END = re.compile(rb"(?:[^:#]|#[^\r\n]*)*:(?:[ \t]*#[^\r\n]*)?")  # a comment may name the type


def shape(body: Iterable[ast.stmt]) -> str:
    """What statements look like but for what their names are and their constants: copies have the same."""
    tree = ast.parse(ast.unparse(ast.Module([*body], [])))
    names: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = f"name{names.setdefault(node.id, len(names))}"
        elif isinstance(node, ast.Constant):
            node.value = type(node.value).__name__
    return ast.dump(tree)


def erased(module: Module, statements: Iterable[ast.Try]) -> bytes | None:
    """The file with one `except:` in the place of each chain of handlers, the body of the first in it.

    Imports that nothing needs any more go as well. Lines stay where they are. None where that cannot be.
    """
    edits = [edit for statement in statements for edit in _chain(module, statement)]
    try:
        left = Module(module.path, _edited(module.data, edits))
        unneeded = _read(module) - _read(left) if not module.path.endswith("__init__.py") else set()
        return Module(module.path, _edited(left.data, _imports(left, unneeded))).data
    except Unreadable:
        return None


def _chain(module: Module, statement: ast.Try) -> Iterator[tuple[int, int, bytes]]:
    first, last = statement.handlers[0], statement.handlers[-1]
    asked = any(isinstance(node, ast.Name) and node.id == first.name for node in walk(first.body))
    header = f"except Exception as {first.name}:" if first.name and asked else "except:"
    behind = module.end(first.type) if first.type else module.start(first) + len("except")
    found = _HEADER_END.match(module.data, behind)
    assert found
    yield module.start(first), found.end(), header.encode()
    if last is not first:
        yield module.end(first.body[-1]), module.end(last.body[-1]), b""


def _edited(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new + b"\n" * data.count(b"\n", start, end) + data[end:]
    return data


def _read(module: Module) -> set[str]:
    """The names that a file reads, and those that it says it exports."""
    read = {node.id for node in module.nodes(ast.Name) if isinstance(node.ctx, ast.Load)}
    return read | {node.value for node in module.nodes(ast.Constant) if isinstance(node.value, str)}


def _imports(module: Module, unneeded: set[str]) -> Iterator[tuple[int, int, bytes]]:
    for statement in module.nodes(ast.Import, ast.ImportFrom):
        names = statement.names
        kept = [one for one in names if (one.asname or one.name.partition(".")[0]) not in unneeded]
        if len(kept) < len(names):
            statement.names = kept or names
            text = ast.unparse(statement) if kept else "pass"
            statement.names = names
            yield module.start(statement), module.end(statement), text.encode(module.encoding)
