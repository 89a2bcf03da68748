"""One finding of a report beside the code it is about: what the checks look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from codemods.audits.model import AuditFinding
from codemods.audits.triage.code import Code
from codemods.audits.triage.model import Place
from codemods.audits.triage.prose import Prose
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of

AnyNode = TypeVar("AnyNode", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a check saw: one line with the place in it, and whether it speaks against the report."""

    text: str
    refutes: bool
    traces: tuple[str, ...] = ()
    """Texts that code with the fault has: that a commit took one out says that the fault was there."""


@dataclass(frozen=True)
class Case:
    """A finding, its words, the places it was found at, and the code."""

    finding: AuditFinding
    prose: Prose
    places: tuple[Place, ...]
    code: Code

    @cached_property
    def modules(self) -> Sequence[Module]:
        """The Python files of the places, parsed, each once."""
        paths = dict.fromkeys(place.path for place in self.places)
        return [module for path in paths if (module := self.code.module(path))]

    def ranges(self, module: Module) -> list[tuple[int, int]]:
        """The lines of the places in a file; [] when the whole file is meant."""
        return [lines for place in self.places if place.path == module.path for lines in place.lines]

    def functions(self, module: Module) -> list[Function]:
        """The functions that the finding is about: those around its lines, and those it names as `f()`."""
        functions: list[Function] = module.nodes(*FUNCTIONS)
        return [
            node for node in functions if node.name in self.prose.functions or self._is_around(node, module)
        ]

    def around(self, module: Module) -> list[Function]:
        """The functions that the lines of the places are in."""
        functions: list[Function] = module.nodes(*FUNCTIONS)
        return [node for node in functions if self._is_around(node, module)]

    def at_lines(self, module: Module, *kinds: type[AnyNode]) -> list[AnyNode]:
        """The nodes of these kinds that begin in the lines of the places; without lines, in its functions."""
        ranges = self.ranges(module)
        if not ranges:
            return self.in_functions(module, *kinds) if self.functions(module) else []
        nodes = module.nodes(*kinds)
        return [node for node in nodes if any(a <= line_of(node) <= b for a, b in ranges)]

    def in_functions(self, module: Module, *kinds: type[AnyNode]) -> list[AnyNode]:
        """The nodes of these kinds in the functions that the finding is about; without any, in the file."""
        functions = self.functions(module)
        nodes = module.nodes(*kinds)
        if not functions:
            return nodes
        return [
            node for node in nodes if any(f.lineno <= line_of(node) <= (f.end_lineno or 0) for f in functions)
        ]

    def _is_around(self, node: Function, module: Module) -> bool:
        """Whether one of the ranges of lines lies in the function, and in no smaller one."""
        return any(
            (node.lineno <= a and b <= (node.end_lineno or 0))
            or a <= node.lineno <= b  # the lines begin with its decorators, or hold it
            for a, b in self.ranges(module)
        )


def line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def called(call: ast.Call, module: Module) -> str:
    """The dotted name of what a call calls, imports looked up; `.read` for a method of anything else."""
    known = names_of(module).qualified(call.func)
    if known:
        return known.removeprefix("builtins.")
    if isinstance(call.func, ast.Attribute):
        owner = names_of(module).qualified(call.func.value)
        return f"{owner}.{call.func.attr}" if owner else f".{call.func.attr}"
    return call.func.id if isinstance(call.func, ast.Name) else ""


def spot(module: Module, node: ast.AST) -> str:
    return f"{module.path}:{line_of(node)}"


def excerpt(module: Module, node: ast.AST) -> str:
    """The first line of the node's text, shortened."""
    if not isinstance(node, (ast.expr, ast.stmt, ast.excepthandler)):
        return ""
    line = module.source(node).split("\n")[0].strip()
    return f"`{line if len(line) <= 70 else line[:67] + '...'}`"


def definitions(name: str, code: Code) -> Iterator[tuple[Module, Function | ast.ClassDef]]:
    """Where the project defines a function, method or class of this name, tests left out."""
    last = name.rpartition(".")[2]
    for module in code.mentioning(last):
        nodes: list[Function | ast.ClassDef] = module.nodes(*FUNCTIONS, ast.ClassDef)
        yield from ((module, node) for node in nodes if node.name == last)
