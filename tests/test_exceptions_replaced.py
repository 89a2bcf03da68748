"""Values of the wrong type that code replaces: what is left of the name's type behind it."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions.types.values import values_of
from tests.test_exceptions_stubs import kinds, project_of

IS = "isinstance(x, str)"


@pytest.mark.parametrize(
    ("arguments", "code", "names"),
    [
        ("x: int | str", f"if {IS}:\n    x = 1\nx", {"int"}),
        ("x: int | str", f"if {IS}:\n    x = len(x)\nx", {"int"}),
        ("x: int | str", "if not isinstance(x, int):\n    x = len(x)\nx", {"int"}),
        ("x: int | str", f"if {IS}:\n    x = 1.5\nx", {"int", "float"}),
        ("x: int | str | None", f"if x is None or {IS}:\n    x = 1\nx", {"int"}),
        ("x: int | str | None", f"if {IS}:\n    x = 1\nx", {"int", "None"}),
        ("x: int | str, y=0", f"if {IS} and y:\n    x = 1\nx", {"int", "str"}),
        ("x: int | str, y=0", f"if {IS} or y:\n    x = 1.5\nx", {"int", "float"}),
        ("x: int | str, y=0", f"if {IS}:\n    if y:\n        x = 1\nx", {"int", "str"}),
        ("x: int | str, y: int | str = 0", "if isinstance(y, str):\n    x = 1\nx", {"int", "str"}),
        ("x: int | str", f"if {IS}:\n    x = 1\nx = 'a'\nx", {"str"}),
        ("x: int | str, y=()", f"for _ in y:\n    if {IS}:\n        x = 1\nx", {"int", "str"}),
        ("x: str", f"if {IS}:\n    x = 1\nx", {"int"}),
        ("x: str", f"for _ in 'ab':\n    if {IS}:\n        x = 1\n    x\nx", {"int", "str"}),
        ("x", "if not isinstance(x, int):\n    x = int(x)\nx", {"int"}),
        ("x", f"if {IS}:\n    x = int(x)\nx", {"int", "?"}),
        ("x: int | str", f"if {IS}:\n    x = 1\nelse:\n    x = b''\nx", {"int", "bytes"}),
    ],
)
def test_behind_it(arguments: str, code: str, names: set[str]) -> None:
    assert kinds(code, arguments) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (f"if {IS}:\n    x = [y := x]\ny", {"int", "str"}),  # a name bound inside: not looked at closely
        (f"while {IS}:\n    x = [x][0]\nx", {"int", "str"}),
    ],
)
def test_other_shapes(code: str, names: set[str]) -> None:
    assert kinds(code, "x: int | str") == names


def test_where_it_may_not_come_to_its_end() -> None:
    handled = f"try:\n    if {IS}:\n        x = int(x)\nexcept ValueError:\n    pass\nx"
    assert kinds(handled, "x: int | str") == {"int", "str"}
    inside = f"try:\n    if {IS}:\n        x = int(x)\nexcept ValueError:\n    x"
    assert "str" in kinds(f"{inside}\nx", "x: int | str")
    left = f"for _ in 'ab':\n    if {IS}:\n        if _:\n            break\n        x = 1\nx"
    assert kinds(left, "x: int | str") == {"int", "str"}


def test_an_assignment_reads_the_old_value() -> None:
    code = "if isinstance(x, str):\n    x = [x]\n    x[0]\nx"
    assert kinds(code, "x: int | str") == {"int", "list"}
    within = "if isinstance(x, str):\n    for _ in 'ab':\n        x = x or 1\nx"
    assert kinds(within, "x: int | str") == {"int", "str"}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (f"if {IS}:\n    try:\n        x = [x]\n    except ValueError:\n        x = None", {"str"}),
        (f"if {IS}:\n    with open('a'):\n        x = [x]", {"str"}),
        (f"if x:\n    if {IS}:\n        x = [x]", {"str"}),
        (f"if {IS}:\n    try:\n        x = 1\n    finally:\n        x = [x]", {"int", "str"}),
        (f"if {IS}:\n    try:\n        x = 1\n    except ValueError:\n        x = [x]", {"int", "str"}),
        (f"if {IS}:\n    for _ in 'ab':\n        x = [x]", {"int", "str", "list"}),
        (f"if {IS}:\n    with open('a'):\n        x = 1\n        x = [x]", {"int"}),
        (f"if {IS}:\n    with open('a'):\n        print(x := 1, [x])", {"int", "str"}),
    ],
)
def test_what_is_bound_behind_a_use_does_not_count(code: str, names: set[str]) -> None:
    """The type of what a list gets, which is in the body of another statement."""
    project = project_of(f"{code}\nx", "x: int | str")
    module = project.module("a.py")
    (made,) = module.nodes(ast.List)
    assert {kind.name for kind in values_of(project).seen(module, made.elts[0])} == names
