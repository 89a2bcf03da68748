"""Whether control reaches the end of a block, held against running it."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from codemods.control import falls_through

ENDING = [
    "return 1",
    "if x:\n    return 1\nelse:\n    raise ValueError",
    "while True:\n    if x:\n        return 1\n    x = 1",
    "while True:\n    for y in [1]:\n        break\n    return 1",
    "try:\n    return int('1')\nexcept ValueError:\n    raise",
    "try:\n    x = 1\nfinally:\n    return 1",
    "try:\n    x = 1\nexcept ValueError:\n    return 2\nelse:\n    return 1",
    "with open_(x):\n    return 1",
    "match x:\n    case 1:\n        return 1\n    case _:\n        raise ValueError",
    "for y in [x]:\n    pass\nelse:\n    return 1",
    "assert False",
    "leave()",
]
GOING_ON = [
    "pass",
    "if x:\n    return 1",
    "for y in [x]:\n    if y:\n        return 1",
    "while x:\n    return 1",
    "while True:\n    if not x:\n        break\n    return 1",
    "while True:\n    for y in []:\n        return 1\n    else:\n        break",
    "try:\n    return 1 // x\nexcept ZeroDivisionError:\n    pass",
    "with quiet():\n    raise ValueError",
    "match x:\n    case 1:\n        return 1",
    "for y in [1]:\n    break\nelse:\n    return 1",
    "def g():\n    return 1",
    "assert True",
]
SCOPE = """\
import contextlib
def open_(x):
    return contextlib.nullcontext()
def quiet():
    return contextlib.suppress(Exception)
def leave():
    raise SystemExit
"""


def reaches_the_end(code: str) -> bool:
    """Whether `"end"` comes out of a function with this body for any argument."""
    body = "\n    ".join(code.splitlines())
    scope: dict[str, Any] = {}
    exec(f"{SCOPE}def f(x):\n    {body}\n    return 'end'", scope)
    found = []
    for x in (0, 1, 2):
        try:
            found.append(scope["f"](x))
        except BaseException as error:
            found.append(error)
    return "end" in found


def may_fall_through(code: str) -> bool:
    def leaves(statement: ast.stmt) -> bool:
        return ast.unparse(statement) == "leave()"

    return falls_through(ast.parse(code).body, leaves, lambda item: "quiet" in ast.unparse(item.context_expr))


@pytest.mark.parametrize("code", ENDING)
def test_where_it_ends(code: str) -> None:
    assert not reaches_the_end(code)
    assert not may_fall_through(code)


@pytest.mark.parametrize("code", GOING_ON)
def test_where_it_may_go_on(code: str) -> None:
    assert reaches_the_end(code)
    assert may_fall_through(code)
