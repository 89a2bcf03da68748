"""Statements that end the process."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.model import Import
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Definition

_CHILDREN = (b"fork", b"Thread", b"Process")
_CALLS = {"sys.exit": "sys", "os._exit": "os", "builtins.exit": None, "builtins.quit": None}


class Refused(Exception):
    """The change cannot be made; the message tells a maintainer why."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One statement that ends the process, and how it is written."""

    statement: ast.stmt
    spelling: str  # sys.exit, os._exit, builtins.exit, builtins.quit or raise
    argument: ast.expr | None
    argument_text: str

    @property
    def status(self) -> tuple[bool, object]:
        """What the process ends with; exits of one status are one and the same. Raises Refused."""
        value = self.argument
        try:
            known = ast.literal_eval(value) if value else None
        except (TypeError, ValueError):
            known = ...
        if not isinstance(known, (int, str, type(None))):
            line = self.statement.lineno
            raise Refused(f"the status of the exit at line {line} is no constant: a bool cannot carry it")
        return self.spelling == "os._exit", 0 if known is None else known

    @property
    def text(self) -> str:
        if self.spelling == "raise":
            return f"raise SystemExit({self.argument_text})" if self.argument_text else "raise SystemExit"
        return f"{self.spelling.removeprefix('builtins.')}({self.argument_text})"

    def needs(self, module: Module, node: ast.AST) -> tuple[Import, ...]:
        """The imports it takes to write it where `node` stands. Raises Refused."""
        root = self.text.removeprefix("raise ").partition("(")[0].partition(".")[0]
        imported = _CALLS.get(self.spelling)
        if not names_of(module).importable(root, imported or f"builtins.{root}", node):
            raise Refused(f"`{root}` means something else, or not everywhere, in {module.path}")
        return (Import(module.path, imported),) if imported else ()


def exit_at(module: Module, node: ast.Raise | ast.Call) -> Exit | None:
    """The exit that a `raise SystemExit` or a call of `sys.exit` and its like is; None for any other."""
    names = names_of(module)
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        spelling = "raise" if raised and names.is_any(raised, "builtins.SystemExit") else None
        call = node.exc if isinstance(node.exc, ast.Call) else None
    else:
        found = names.qualified(node.func)
        spelling, call = (found if found in _CALLS else None), node
    if spelling is None:
        return None
    argument = call.args[0] if call and call.args else None
    if call and (call.keywords or len(call.args) > 1):
        argument = call  # `exit(code=1)`: nothing we can tell the status of
    text = module.source(argument) if argument else ""
    if argument and "\n" in text:
        text = ast.unparse(argument)
    return Exit(module.statement(node), spelling, argument, text)


def exits_of(definition: Definition) -> list[Exit]:
    """The exits in the function itself, not in functions inside of it. Raises Refused for an odd one."""
    module, found = definition.module, []
    candidates: list[ast.Raise | ast.Call] = module.nodes(ast.Raise, ast.Call)
    for node in candidates:
        if module.scope(node) is definition.node and (way := exit_at(module, node)):
            if way.statement is not node and getattr(way.statement, "value", None) is not node:
                raise Refused(f"line {node.lineno}: the exit is part of a larger expression")
            if way.spelling == "os._exit" and any(word in module.data for word in _CHILDREN):
                right = f"`os._exit` (line {node.lineno}) is right in a child or watchdog"
                raise Refused(f"{right}: this file names processes or threads")
            found.append(way)
    return sorted(found, key=lambda way: (way.statement.lineno, way.statement.col_offset))
