"""Which names and attributes the conditions of a function look at."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import CHILD_FIELDS, children, spelled

_ASKING = ("isinstance", "type")  # for a class; `match` may do so, too
_LOOKED_AT = (ast.If, ast.While, ast.BoolOp)  # of which an `and` inside is looked at with the test


class TestedNames:
    """The names and attributes, as they are spelled, that conditions look at."""

    def __init__(self, tests: Sequence[ast.expr], of_classes: Collection[ast.AST]) -> None:
        self._tests, self._of_classes = tests, of_classes

    @cached_property
    def all(self) -> set[str]:
        return _texts(self._tests)

    @cached_property
    def for_classes(self) -> set[str]:
        """Those in conditions that ask for a class."""
        return _texts(test for test in self._tests if test in self._of_classes)


def _texts(tests: Iterable[ast.expr]) -> set[str]:
    """The names and attributes in them, as they are spelled."""
    found: set[str] = set()
    waiting: list[ast.AST] = [*tests]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (ast.Name, ast.Attribute)):
            found.add(spelled(part))
        if CHILD_FIELDS[part.__class__]:
            waiting += children(part)
    return found


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
        asking = (name for word in _ASKING for name in names_of(module).mentions(word))
        around = {above for name in asking for above in (name, *module.ancestors(name))}
        self._of_classes = around.intersection(tests).union(n.subject for n in module.nodes(ast.Match))

    def inside(self, function: ast.AST | None) -> TestedNames:
        if function not in self._names:
            self._names[function] = TestedNames(self._tests.get(function, ()), self._of_classes)
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
