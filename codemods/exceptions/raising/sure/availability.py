"""Whether code looks at the platform, or for a name, before it uses what is not everywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise

from codemods.control import ends_program, falls_through
from codemods.exceptions.raising.sure.written import origins
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.flow.stores import before
from codemods.exceptions.types.targets import Origin
from codemods.module import SCOPES, Module
from codemods.names import names_of
from codemods.nodes import spelled

_OF_PYTHON = re.compile(r"(?i)version_info|hexversion|py_?[23]|python_?[23]")
_OF_SCRIPT = re.compile(rf"{_OF_PYTHON.pattern}|\b__name__\b")
_TELLING_IMPORTS = ("os.name", "sys.platform", "sys.modules", "platform.system")


def asks_for_platform(walk: Walk, node: ast.AST) -> bool:
    """Whether a test around it, or before, is about the platform or about what has been imported.

    It may ask a constant (`WINDOWS = os.name == "nt"`) or a function that does nothing but tell.
    """
    tested = [*_tested(walk.module, node)]
    return _tells(walk.module, tested) or any(
        _tells(home, ast.walk(value)) for part in tested for home, value in _behind(walk, part)
    )


def _tells(module: Module, parts: Iterable[ast.AST]) -> bool:
    return any(names_of(module).is_any(part, *_TELLING_IMPORTS) for part in _named(parts))


def _named(parts: Iterable[ast.AST]) -> Iterator[ast.Name | ast.Attribute]:
    return (part for part in parts if isinstance(part, (ast.Name, ast.Attribute)))


def _behind(walk: Walk, part: ast.AST) -> Iterator[Origin]:
    """The value of a constant at the top of a file, or what a function of one line returns."""
    if isinstance(part, ast.Call):
        found = walk.project.definition(walk.module, part.func)
        match found.node if found else None:
            case ast.FunctionDef(body=[*documentation, ast.Return(value=ast.expr() as value)]):
                if found and len(documentation) <= 1 and not any(map(_is_code, documentation)):
                    yield found.module, value
    elif isinstance(part, (ast.Name, ast.Attribute)):
        for home, value in origins(walk.module, part, walk.project):
            if home.function(value) is None:
                yield home, value


def _is_code(statement: ast.stmt) -> bool:
    """Whether a statement is more than a docstring."""
    return not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))


def asks_for(walk: Walk, node: ast.expr) -> bool:
    """Whether a test around it, or before, is whether there is this attribute: `hasattr(os, "geteuid")`."""
    if not isinstance(node, ast.Attribute):
        return False
    asked = f"hasattr({spelled(node.value)}, {node.attr!r})"
    return any(isinstance(part, ast.Call) and spelled(part) == asked for part in _tested(walk.module, node))


def asks_for_python(walk: Walk, node: ast.AST) -> bool:
    """Whether a test around it, or before, is about the version of Python: `if PY2:`."""
    return any(_OF_PYTHON.search(spelled(part)) for part in _named(_tested(walk.module, node)))


def _tested(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    """All parts of the tests around a node, and before."""
    around = [*module.ancestors(node)]
    statements = [above for above in around if isinstance(above, ast.stmt) and not isinstance(above, SCOPES)]
    earlier = [one for statement in statements for one in before(module, statement)]
    tests = [one.test for one in (*around, *earlier) if isinstance(one, (ast.If, ast.IfExp, ast.Assert))]
    tests += [first for one in around if isinstance(one, ast.BoolOp) for first in one.values[:-1]]
    return (part for test in tests for part in ast.walk(test))


def only_where(module: Module, name: ast.Name) -> ast.expr | None:
    """The condition at the top of the file without which a name that a function reads has no value.

    None also where the code around asks for the same, or the file ends where it does not hold.
    """
    if module.function(name) is None:
        return None
    homes = {_branch(module, binding.node) for binding in names_of(module).bindings(name)}
    if len(homes) != 1:
        return None
    choice, branch = homes.pop()
    if choice is None or choice in module.ancestors(name) or _always_holds(choice.test):
        return None
    other = choice.orelse if branch == "body" else choice.body
    if other and not falls_through(other, partial(ends_program, module), lambda _: True):
        return None
    asked = set(map(spelled, _named(ast.walk(choice)))) - {"os", "sys"}
    around = map(spelled, _named(_tested(module, name)))
    return choice.test if asked.isdisjoint(around) else None


def _branch(module: Module, node: ast.AST) -> tuple[ast.If | None, str]:
    """The `if` at the top of the file, outside of any function, that a node stands in, and in which part."""
    if module.function(node) is not None:
        return None, ""
    for below, above in pairwise([node, *module.ancestors(node)]):
        if isinstance(above, ast.If) and above in module.tree.body:
            return above, "body" if below in above.body else "orelse"
    return None, ""


def _always_holds(test: ast.expr) -> bool:
    """Whether it asks for the script itself, or for a Python that the file is run with: `PY3`."""
    return _OF_SCRIPT.search(spelled(test)) is not None
