"""Imports that lost their last use: out of the file they go, in its own layout."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from codemods.imports import Statement, after_import, spelled
from codemods.model import Edit
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of


def drop_imports(before: Module, after: Module) -> tuple[Edit, ...]:
    """The edits of `after` that remove the imports which `before` used and `after` does not any more.

    Imports that may be there for others stay: in `__init__.py`, with `noqa`, `import x as x`, and
    names that a string spells (`__all__`, annotations, patches). So do conditional ones.
    """
    used = {(scope, b.name) for scope, b in _imported(before) if _loads(before, b)}
    gone: dict[Statement, list[ast.alias]] = defaultdict(list)
    for scope, binding in _imported(after):
        if (scope, binding.name) in used and not _loads(after, binding):
            statement, alias = after.statement(binding.node), binding.node
            assert isinstance(statement, (ast.Import, ast.ImportFrom)) and isinstance(alias, ast.alias)
            if _may_go(after, statement, alias, binding.name):
                gone[statement].append(alias)
    return tuple(edit for statement, aliases in gone.items() for edit in _without(after, statement, aliases))


def _imported(module: Module) -> Iterator[tuple[str, Binding]]:
    """The names that a scope has from one import and from nothing else, with the scope's name."""
    names = names_of(module)
    scopes: list[ast.AST] = [module.tree, *module.nodes(*FUNCTIONS)]
    for scope in scopes:
        for bindings in names.bindings_in(scope).values():
            if len(bindings) == 1 and isinstance(bindings[0].node, ast.alias):
                yield module.qualified_name(scope), bindings[0]


def _loads(module: Module, binding: Binding) -> bool:
    return any(isinstance(use.ctx, ast.Load) for use in names_of(module).uses(binding))


def _may_go(module: Module, statement: Statement, alias: ast.alias, name: str) -> bool:
    assert statement.end_lineno is not None
    home = module.parent(statement)
    exported = home is module.tree and module.path.endswith("__init__.py")
    certain = isinstance(home, (ast.Module, ast.With, ast.AsyncWith, *FUNCTIONS))
    if exported or alias.asname == alias.name or not certain:
        return False
    lines = range(statement.lineno, statement.end_lineno + 1)
    if any("noqa" in module.comment(line).lower() for line in lines):
        return False
    spelled = re.compile(rf"(\S*[\W])?{re.escape(name)}(\W\S*)?")
    strings = (c.value for c in module.nodes(ast.Constant) if isinstance(c.value, str))
    return not any(spelled.fullmatch(text) for text in strings)


def _without(module: Module, statement: Statement, gone: Sequence[ast.alias]) -> list[Edit]:
    """The edits that take names out of an import, or all of it out of the file."""
    kept = [spelled(alias) for alias in statement.names if alias not in gone]
    source = module.source(statement)
    if not kept:
        return _without_statement(module, statement)
    if "\n" not in source and "\r" not in source:
        names = ", ".join(kept)
        names = f"({names})" if "(" in source else names
        return [module.replace(statement, f"{source[: after_import(source)]} {names}")]
    lines = [module.line(alias.lineno) for alias in gone]
    alone = (re.fullmatch(rb"\s*[\w.]+(\s+as\s+\w+)?\s*,?\s*(#.*)?\s*", line) for line in lines)
    if "(" not in source or not all(alone):
        return []  # several names on a line: the layout is the author's, and an unused name harmless
    return [_without_line(module, alias) for alias in gone]


def _without_line(module: Module, alias: ast.alias) -> Edit:
    """Take a name that has its line to itself out; a comment stays."""
    start, line = module.line_starts[alias.lineno - 1], module.line(alias.lineno)
    comment = line.find(b"#")
    if comment < 0:
        return module.edit(start, start + len(line), "")
    return module.edit(start + len(line) - len(line.lstrip()), start + comment, "")


def _without_statement(module: Module, statement: Statement) -> list[Edit]:
    """Take a whole import out, with the blank lines that would be too many; comments stay."""
    assert statement.end_lineno is not None
    block, at = module.siblings(statement)
    start, end, (first, last) = (
        module.start(statement),
        module.end(statement),
        (statement.lineno, statement.end_lineno),
    )
    if len(block) == 1 or any(map(module.comment, range(first, last))):
        return []
    if at + 1 < len(block) and block[at + 1].lineno == last:
        return [module.edit(start, module.start(block[at + 1]), "")]
    if not module.starts_line(statement):
        return [module.edit(module.end(block[at - 1]), end, "")]
    if module.comment(last):
        return [module.edit(start, module.data.index(b"#", end), "")]
    above, below = _blank_lines(module, first - 1, -1), _blank_lines(module, last + 1, 1)
    heads_block = first == 1 or (at == 0 and module.line(first - 1).rstrip().endswith(b":"))
    surplus = below if heads_block else min(above, below)
    starts = [*module.line_starts, len(module.data)]
    return [module.edit(starts[first - 1], starts[min(last + surplus, len(starts) - 1)], "")]


def _blank_lines(module: Module, line: int, step: int) -> int:
    """How many lines on end are blank, from that line up (-1) or down (1)."""
    count = 0
    while 1 <= line <= len(module.line_starts) and not module.line(line).strip() and module.line(line):
        count, line = count + 1, line + step
    return count
