"""Whether a call fits a function of the project, held against what Python makes of it."""

from __future__ import annotations

import ast
from itertools import product

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.types.functions.signatures import fits
from codemods.exceptions.types.targets import Call
from codemods.module import FUNCTIONS, Module
from codemods.project import Definition, Project
from codemods.sources import Memory

TAKEN = (
    *(
        "",
        "a",
        "a, b",
        "a, b=1",
        "a=1, *, k",
        "*, k=1",
        "*args",
        "a, *args, k",
        "**kw",
        "a, /, b",
        "a, /, **kw",
    ),
    *("a, b=2, /, c=3", "a, *args, k=1, **kw"),
)
GIVEN = (
    *("", "1", "1, 2", "1, 2, 3", "1, 2, 3, 4", "a=1", "b=1", "k=1", "1, a=1", "1, b=2", "1, k=2", "1, c=3"),
    *("a=1, b=2", "a=1, k=1", "x=1", "1, 2, k=3"),
)


@pytest.mark.parametrize(("taken", "given"), [*product(TAKEN, GIVEN)])
def test_fits(taken: str, given: str) -> None:
    module = Module("app.py", f"def f({taken}): ...\nf({given})\n".encode())
    (function,), (call,) = module.nodes(*FUNCTIONS), module.nodes(ast.Call)
    space: dict[str, object] = {}
    exec(f"def f({taken}): ...\ndef given(*args, **kw): return args, kw\n", space)
    args, kw = eval(f"given({given})", space)
    try:
        space["f"](*args, **kw)  # type: ignore[operator]  # `inspect` of some Pythons knows it wrongly
        expected = True
    except TypeError:
        expected = False
    assert fits(Call(module, call.args, call.keywords), Definition(module, function)) is expected


@pytest.mark.parametrize("given", ["*several", "1, *several", "**named", "*several, k=1", "1, **named"])
def test_what_is_spread_out_is_taken_to_fit(given: str) -> None:
    module = Module("app.py", f"def f(a, b=1, *, k=2): ...\nf({given})\n".encode())
    (function,), (call,) = module.nodes(*FUNCTIONS), module.nodes(ast.Call)
    assert fits(Call(module, call.args, call.keywords), Definition(module, function))


HEAD = """\
import enum
import functools
from pathlib import Path

def count(text: str, times: int = 1, *, named: dict[str, str] | None = None) -> int:
    return 1

def total(numbers: list[int]) -> int:
    return 1

def where(path: Path) -> int:
    return 1

def either(text: str) -> str:
    return text if isinstance(text, str) else "bytes"

short = functools.partial(count, "text")

class Shop:
    def __init__(self, name: str) -> None:
        self.name = name

    def sell(self, what: str) -> int:
        return 1

    @classmethod
    def open(cls, name: str) -> int:
        return 1

    @staticmethod
    def near(street: str) -> int:
        return 1

class Planet(enum.Enum):
    EARTH = 1, 2

    def __init__(self, mass: int, radius: int) -> None:
        self.mass = mass

def main(shop: Shop, text: str, number: int):
    try:
        """


def answer(code: str) -> MayRaise:
    project = Project(Memory({"app.py": f"{HEAD}{code}\n    except Exception:\n        pass\n".encode()}))
    module = project.module("app.py")
    return may_raise(module.nodes(ast.Try)[0].body, module, project)


@pytest.mark.parametrize(
    "code",
    [
        *(
            "count(text)",
            "count(text, number)",
            "count(text, named={})",
            "short(number)",
            "total([1])",
            "total('1')",
        ),
        *("shop.sell(text)", "Shop.sell(shop, text)", "Shop(text)", "Shop.open(text)", "shop.near(text)"),
        *(
            "Shop.near(text)",
            "count(text, True)",
            "count(text, 1.5)",
            "where(text)",
            "count(text, named=None)",
        ),
    ],
)
def test_a_call_that_fits(code: str) -> None:
    found = answer(code)
    assert not found.raised
    assert not found.missing


@pytest.mark.parametrize(
    "code",
    [
        *(
            "count()",
            "count(text, 1, 2)",
            "count(text, other=1)",
            "count(text, text=text)",
            "total()",
            "Shop()",
        ),
        *("shop.sell()", "shop.sell(text, text)", "Shop.sell(text)", "Shop.open()", "shop.near(text, text)"),
        *("total()", "Shop()"),
    ],
)
def test_a_call_that_does_not_fit(code: str) -> None:
    found = answer(code)
    assert [one.type for one in found.raised] == ["TypeError"]
    assert not found.missing


@pytest.mark.parametrize(
    "code",
    [
        *(
            "count(number)",
            "count(text, text)",
            "count(text, named=number)",
            "total(number)",
            "shop.sell(number)",
        ),
        *("Shop(number)", "Shop.sell(shop, number)", "count(text.encode())", "Shop.near(street=number)"),
    ],
)
def test_what_an_annotation_excludes_is_unknown(code: str) -> None:
    assert answer(code).missing


def test_an_enum_is_made_in_another_way() -> None:
    assert [one.type for one in answer("Planet((number, 2))").raised] == ["ValueError"]
