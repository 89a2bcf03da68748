"""Remedies for tests of what surrounds remedies, and a way to put them in the place of the real ones."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

import pytest

from codemods.model import Applicability, Fix, Import
from codemods.module import Module
from codemods.project import Project
from codemods.remedy import Proposal, Remedy


class PrintCall(Remedy):
    """Log instead of printing.

    Why
        Nobody reads standard output.
    """

    __module__ = "codemods.remedies.print_call"
    triggers = (b"print(",)
    codes = ("T201", "py/print-during-import")

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            last = isinstance(node.args[-1], ast.Constant) if node.args else False
            fix = Fix(
                (module.replace(node.func, "logging.info"),),
                (Import(module.path, "logging"),),
                Applicability.UNSAFE if last and node.args[-1].value == "?" else Applicability.SAFE,  # type: ignore[attr-defined]
            )
            manual = not node.args
            yield Proposal(
                node,
                "print() is for people",
                None if manual else fix,
                "nothing is printed: say what was meant" if manual else None,
                ("it is called print",),
            )


class RenameEverywhere(Remedy):
    """Rename `old` to `new` in all files at once."""

    __module__ = "codemods.remedies.rename_everywhere"
    triggers = (b"def old",)

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Proposal]:
        if node.name == "old":
            edits = [
                other.edit(at, at + 3, "new")
                for path in self.project.paths
                for other in [self.project.module(path)]
                for at in _places(other.data, b"old")
            ]
            yield Proposal(node, "old is an old name", Fix(tuple(edits)))


class AssertTwice(Remedy):
    """Two faults whose fixes overlap: `assert a and b` becomes two asserts, one at a time."""

    __module__ = "codemods.remedies.assert_twice"
    triggers = (b"assert",)

    def visit_Assert(self, node: ast.Assert, module: Module) -> Iterator[Proposal]:
        if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And):
            first, *rest = [module.source(value) for value in node.test.values]
            text = f"assert {first}\nassert {' and '.join(rest)}"
            yield Proposal(node, "two things are asserted at once", Fix((module.replace(node, text),)))


class Breaker(Remedy):
    """Fixes that do not compile."""

    __module__ = "codemods.remedies.breaker"
    triggers = (b"break_me",)

    def visit_Name(self, node: ast.Name, module: Module) -> Iterator[Proposal]:
        if node.id == "break_me":
            yield Proposal(node, "break me", Fix((module.replace(node, "(("),)))


class Raiser(Remedy):
    """A remedy with a fault of its own."""

    __module__ = "codemods.remedies.raiser"
    triggers = (b"raise_here",)

    def visit_Name(self, node: ast.Name, module: Module) -> Iterator[Proposal]:
        if node.id == "raise_here":
            raise KeyError(node.id)
        yield from ()


class Killer(Remedy):
    """A remedy that takes its whole process down, as a fault in a C library would."""

    __module__ = "codemods.remedies.killer"
    triggers = (b"kill_here",)
    home = 0  # the process that must survive

    def __init__(self, project: Project) -> None:
        super().__init__(project)

    def visit_Name(self, node: ast.Name, module: Module) -> Iterator[Proposal]:
        if node.id == "kill_here" and os.getpid() != self.home:
            os._exit(9)
        yield from ()


ALL: tuple[type[Remedy], ...] = (AssertTwice, Breaker, Killer, PrintCall, Raiser, RenameEverywhere)


def use(monkeypatch: pytest.MonkeyPatch, *remedies: type[Remedy]) -> None:
    """Make these the remedies that there are, for this process and those forked from it."""
    chosen = sorted(remedies or ALL, key=lambda remedy: remedy.id())
    Killer.home = os.getpid()
    # The definition comes last: who is imported here for the first time must still get the real one.
    for module in ("cli.branch_plans", "cli.selection", "cli.report", "codemods.engine", "codemods.remedy"):
        monkeypatch.setattr(f"{module}.all_remedies", lambda: chosen)


def _places(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)
