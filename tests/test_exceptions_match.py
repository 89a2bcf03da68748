"""`match`: what patterns raise, what they bind, and what is known of the value in a case."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.types.flow.definite_assignment import is_bound
from codemods.exceptions.types.notation import ANY
from codemods.exceptions.types.values import values_of
from codemods.project import Project
from codemods.sources import Memory

CLASSES = """
import dataclasses
import json

@dataclasses.dataclass
class Point:
    x: int
    y: str

class Plain:
    def __init__(self, size):
        self.size = 3

class Named:
    __match_args__ = ("first", "second")

    @property
    def first(self):
        raise OSError

class Picky:
    def __eq__(self, other):
        raise LookupError

class Strange(json.JSONEncoder):
    pass
"""


def project_of(code: str, arguments: str) -> Project:
    body = "\n".join(f"    {line}" for line in code.splitlines())
    return Project(Memory({"a.py": f"{CLASSES}\ndef f({arguments}):\n{body}\n".encode()}))


def answer(code: str, arguments: str = "x") -> MayRaise:
    project = project_of(code, arguments)
    module = project.module("a.py")
    return may_raise(module.nodes(ast.FunctionDef)[-1].body, module, project)


def kinds(code: str, arguments: str = "x") -> set[str]:
    """The names of the types that `value` may have where `print` gets it."""
    project = project_of(code, arguments)
    module = project.module("a.py")
    call = next(c for c in module.nodes(ast.Call) if ast.unparse(c.func) == "print")
    return {kind.name for kind in values_of(project).seen(module, call.args[0]) - ANY}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("match x:\n    case int(n):\n        print(n)", {"int"}),
        ("match x:\n    case int() as n:\n        print(n)", {"int"}),
        ("match x:\n    case int() | str():\n        print(x)", {"int", "str"}),
        ("match x:\n    case (int() | str()) as n:\n        print(n)", {"int", "str"}),
        ("match x:\n    case str():\n        print(x)", {"str"}),
        ("match x:\n    case str():\n        x = x.split()\n        print(x)", set()),
        ("match x:\n    case str() if x:\n        pass\n    case _:\n        print(x)", set()),
        ("match x:\n    case Point(x=n):\n        print(n)", {"int"}),
        ("match x:\n    case Point(y=n):\n        print(n)", {"str"}),
        ("match x:\n    case Plain(size=int(n)):\n        print(n)", {"int"}),
        ("match x:\n    case Strange(n):\n        print(n)", set()),
        ("match json.loads(x):\n    case {'a': n}:\n        print(n)", {"data"}),
        ("match json.loads(x):\n    case {'a': str(n)}:\n        print(n)", {"str"}),
        ("match json.loads(x):\n    case [n, *_]:\n        print(n)", {"data"}),
        ("match json.loads(x):\n    case [_, *n]:\n        print(n)", {"list"}),
        ("match json.loads(x):\n    case {'a': 1, **n}:\n        print(n)", {"dict"}),
        ("match (1, 'a'):\n    case (_, n):\n        print(n)", {"str"}),
        ("match 'a b'.split():\n    case [n]:\n        print(n)", {"str"}),
        ("match x:\n    case [n]:\n        print(n)", set()),
        ("match 'a'.encode():\n    case n:\n        print(n)", {"bytes"}),
        ("match x:\n    case str(n):\n        pass\n    case int(n):\n        print(n)", {"int"}),
    ],
)
def test_what_patterns_bind_and_say(code: str, names: set[str]) -> None:
    assert kinds(code) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("match x:\n    case None:\n        return\n    case _:\n        print(x)", {"int"}),
        ("match x:\n    case None:\n        return\n    case n:\n        print(n)", {"int"}),
        ("match x:\n    case None if y:\n        return\n    case n:\n        print(n)", {"int", "None"}),
        ("match x:\n    case int():\n        return\n    case _:\n        print(x)", {"None"}),
        ("match x:\n    case int() if y:\n        return\n    case _:\n        print(x)", {"int", "None"}),
    ],
)
def test_what_earlier_cases_leave(code: str, names: set[str]) -> None:
    found = kinds(code, "x: int | None, y")
    assert found == names or (names == {"None"} and not found - names)


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("match x:\n    case int(n):\n        1 + n", set()),
        ("match x:\n    case str():\n        int(x)", {"ValueError"}),
        (
            "match x:\n    case 1 | 'a':\n        raise KeyError\n    case _:\n        raise OSError",
            {"KeyError", "OSError"},
        ),
        ("match x:\n    case {'a': n}:\n        pass", set()),
        ("match int('3'):\n    case 1 if 1 / len('a'):\n        pass", {"ZeroDivisionError"}),
        ("match int(str(x)):\n    case _:\n        pass", {"ValueError"}),
        ("match Point(1, 'a'):\n    case Point(a, b):\n        pass", set()),
        ("match Point(1, 'a'):\n    case Point(a, b, c):\n        pass", {"TypeError"}),
        ("match x:\n    case Plain(a):\n        pass", {"TypeError"}),
        ("match x:\n    case int(a, b):\n        pass", {"TypeError"}),
        ("match Named():\n    case Named(a):\n        pass", {"OSError"}),
        ("match Named():\n    case Named(first=1):\n        pass", {"OSError"}),
        ("match Picky():\n    case 1:\n        pass", {"LookupError"}),
        ("match Picky():\n    case None | True:\n        pass", set()),
    ],
)
def test_what_a_match_raises(code: str, types: set[str]) -> None:
    found = answer(code)
    assert found.complete, found.missing
    assert {raised.type for raised in found.likely} == types


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("match x:\n    case Strange(a):\n        pass", False),  # nobody knows its parts
        ("match x:\n    case Strange(a=1):\n        pass", True),
        ("match x:\n    case Unheard(a=1):\n        pass", False),
        ("match x:\n    case [a, b]:\n        a.run()", False),
    ],
)
def test_what_is_not_known(code: str, complete: bool) -> None:
    assert answer(code).complete is complete


def test_that_a_value_matches_is_assumed_to_be_found_out() -> None:
    assert any("against patterns" in why for why in answer("match x:\n    case 1:\n        pass").assumed)
    assert not answer("match 'a':\n    case 'b':\n        pass").assumed


@pytest.mark.parametrize(
    ("code", "bound"),
    [
        ("match x:\n    case [n]:\n        print(n)", True),
        ("match x:\n    case [*n] | {'a': n}:\n        print(n)", True),
        ("match x:\n    case {**n}:\n        print(n)", True),
        ("match x:\n    case 1:\n        print(n)\nn = 1", False),
        ("match x:\n    case 1:\n        n = 1\n    case _:\n        n = 2\nprint(n)", True),
        ("match x:\n    case 1:\n        n = 1\n    case _:\n        return\nprint(n)", True),
        ("match x:\n    case 1:\n        n = 1\n    case 2:\n        n = 2\nprint(n)", False),
        ("match x:\n    case 1:\n        n = 1\n    case _ if x:\n        n = 2\nprint(n)", False),
        ("match x:\n    case [1, n]:\n        pass\n    case n:\n        pass\nprint(n)", True),
        ("try:\n    n = int(x)\nexcept ValueError:\n    exit(1)\nprint(n)", True),
        ("with open('a') as n, print(n):\n    pass", True),
        ("with open('a') as n, open(str(print(n))) as m:\n    pass", True),
        ("with print(n), open('a') as n:\n    pass", False),
        ("with print(n) as n:\n    pass", False),
        ("try:\n    n = int(x)\nexcept ValueError:\n    print\n    quit()\nprint(n)", True),
        ("try:\n    exit(1)\nexcept SystemExit:\n    pass\nprint(n)\nn = 1", False),
        ("try:\n    n = int(x)\nexcept ValueError:\n    x.exit(1)\nprint(n)", False),
    ],
)
def test_names_that_have_a_value(code: str, bound: bool) -> None:
    project = project_of(code, "x")
    module = project.module("a.py")
    call = next(c for c in module.nodes(ast.Call) if ast.unparse(c.func) == "print")
    assert isinstance(call.args[0], ast.Name)
    assert is_bound(values_of(project), module, call.args[0]) is bound
