"""Whether code looks at the platform, or for a name, before it uses what is not everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.stores import before
from codemods.module import SCOPES, Module
from codemods.names import names_of
from codemods.nodes import spelled

_TELLING_IMPORTS = ("os.name", "sys.platform", "sys.modules", "platform.system")


def asks_for_platform(module: Module, node: ast.AST) -> bool:
    """Whether a test around it, or before, is about the platform or about what has been imported."""
    asked = (part for part in _tested(module, node) if isinstance(part, ast.Attribute))
    return any(names_of(module).is_any(part, *_TELLING_IMPORTS) for part in asked)


def asks_for(module: Module, node: ast.expr) -> bool:
    """Whether a test around it, or before, is whether there is this attribute: `hasattr(os, "geteuid")`."""
    if not isinstance(node, ast.Attribute):
        return False
    asked = f"hasattr({spelled(node.value)}, {node.attr!r})"
    return any(isinstance(part, ast.Call) and spelled(part) == asked for part in _tested(module, node))


def _tested(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    """All parts of the tests around a node, and before."""
    around = [*module.ancestors(node)]
    statements = [above for above in around if isinstance(above, ast.stmt) and not isinstance(above, SCOPES)]
    earlier = [one for statement in statements for one in before(module, statement)]
    tests = [one.test for one in (*around, *earlier) if isinstance(one, (ast.If, ast.IfExp, ast.Assert))]
    tests += [first for one in around if isinstance(one, ast.BoolOp) for first in one.values[:-1]]
    return (part for test in tests for part in ast.walk(test))
