"""Which names and attributes the conditions of a function look at."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.module import Module
from codemods.nodes import spelled, walk

_LOOKED_AT = (ast.If, ast.While, ast.BoolOp)  # of which an `and` inside is looked at with the test


class TestedNames:
    """The names and attributes, as they are spelled, that conditions look at."""

    def __init__(self, module: Module, tests: Sequence[ast.expr]) -> None:
        self.all: set[str] = set()
        self.for_classes: set[str] = set()  # by `isinstance`, `type` or `match`
        for test in tests:
            texts = {spelled(part) for part in walk([test]) if isinstance(part, (ast.Name, ast.Attribute))}
            self.all |= texts
            if not texts.isdisjoint(("isinstance", "type")) or isinstance(module.parent(test), ast.Match):
                self.for_classes |= texts


class _Tested:
    """What the conditions of each function look at."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._tests: dict[ast.AST | None, list[ast.expr]] = {}
        self._names: dict[ast.AST | None, TestedNames] = {}
        tests: list[ast.expr] = [
            *(node.test for node in module.nodes(ast.If)),
            *(node.test for node in module.nodes(ast.While)),
            *(node.test for node in module.nodes(ast.IfExp)),
            *(node.test for node in module.nodes(ast.Assert)),
            *(node.subject for node in module.nodes(ast.Match)),
            *(node for node in module.nodes(ast.BoolOp) if not isinstance(module.parent(node), _LOOKED_AT)),
            *(test for clause in module.nodes(ast.comprehension) for test in clause.ifs),
        ]
        for test in tests:
            self._tests.setdefault(module.function(test), []).append(test)

    def inside(self, function: ast.AST | None) -> TestedNames:
        if function not in self._names:
            self._names[function] = TestedNames(self._module, self._tests.get(function, ()))
        return self._names[function]


def is_tested(module: Module, expression: ast.expr) -> bool:
    """Whether a condition of the function around looks at the expression: else none of `true_tests` does.

    Of other than names and attributes it may be.
    """
    if not isinstance(expression, (ast.Name, ast.Attribute)):
        return True
    return spelled(expression) in tested_around(module, expression).all


def tested_around(module: Module, expression: ast.expr) -> TestedNames:
    """What the conditions of the function around an expression look at."""
    return module.derive(_Tested).inside(module.function(expression))
