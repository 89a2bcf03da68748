"""Which exception classes of a project stand near a `try`, and which functions bring them there."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions.naming.called import raised_by_called
from codemods.exceptions.naming.habits import habits_of
from codemods.exceptions.naming.imported import top_of
from codemods.exceptions.naming.nearness import COLUMNS, HINTS, Nearness
from codemods.exceptions.naming.own_classes import own_classes_of
from codemods.module import Module
from codemods.project import Project
from codemods.sources import Memory

SHOP = {
    "shop/__init__.py": "",
    "shop/errors.py": """\
class ShopError(Exception):
    code = 1
    def __init__(self, order):
        self.order = order

class SoldOut(ShopError):
    @property
    def until(self): ...

class Closed(ShopError):
    pass

class Helper:
    pass
""",
    "shop/store.py": """\
from shop.errors import SoldOut, Closed

class Store:
    def take(self, name):
        if not self.left:
            raise SoldOut(name)
""",
    "other/errors.py": "class Elsewhere(ValueError):\n    pass\n",
    "shop/app.py": """\
import shop.errors
from shop.errors import Closed
from shop.store import Store

def buy(name):
    store = Store()
    try:
        store.take(name)
    except Exception as error:
        if not isinstance(error, (Closed, KeyError)):
            raise Broken(error.order, error.until)

class Broken(Exception):
    pass
""",
}


def project_of(files: dict[str, str]) -> Project:
    return Project(Memory({name: text.encode() for name, text in files.items()}))


def near(name: str) -> dict[str, float]:
    """The numbers of `COLUMNS` of a class of the shop, beside the `try` of its app."""
    project = project_of(SHOP)
    module = project.module("shop/app.py")
    found = Nearness(handler_of(module), module, project)
    assert len(found.hints(name)) == len(HINTS)
    return dict(zip(COLUMNS, found.row(name), strict=True))


def handler_of(module: Module) -> ast.ExceptHandler:
    return module.nodes(ast.Try)[0].handlers[0]


def test_exception_classes_are_found_by_their_bases() -> None:
    own = own_classes_of(project_of(SHOP))
    assert set(own.paths) == {
        *("shop/errors.py:ShopError", "shop/errors.py:SoldOut", "shop/errors.py:Closed"),
        *("other/errors.py:Elsewhere", "shop/app.py:Broken"),
    }
    assert own.below["shop/errors.py:ShopError"] == 2
    assert own.raised["shop/store.py"]["SoldOut"] == 1


def test_own_classes_by_the_names_that_others_have_for_them() -> None:
    source = "class RequestException(IOError): ...\nclass Timeout(RequestException): ...  # an Error\n"
    own = own_classes_of(project_of({"src/requests/exceptions.py": source, "requests/mine.py": source}))
    assert own.known_as == {
        "src/requests/exceptions.py:RequestException": "requests.RequestException",
        "src/requests/exceptions.py:Timeout": "requests.Timeout",
        "requests/mine.py:RequestException": "requests.mine.RequestException",
        "requests/mine.py:Timeout": "requests.mine.Timeout",
    }


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("shop/errors.py:SoldOut", {"until", "order", "code", "args"}, {"errno"}),
        ("shop/errors.py:Closed", {"order", "code"}, {"until"}),
        ("OSError", {"errno", "filename"}, {"order"}),
        ("subprocess.CalledProcessError", {"returncode", "stderr"}, {"errno"}),
        ("requests.HTTPError", {"response", "errno"}, {"returncode"}),
        ("jinja2.TemplateAssertionError", {"lineno", "message"}, {"errno"}),
    ],
)
def test_what_instances_have(name: str, has: set[str], lacks: set[str]) -> None:
    found = own_classes_of(project_of(SHOP)).attributes(name)
    assert has <= found
    assert not lacks & found


def test_the_order_of_files_does_not_matter_for_bases() -> None:
    own = own_classes_of(
        project_of({"a.py": "class B(A): ...  # an Error\n", "z.py": "class A(Exception): ...\n"})
    )
    assert "a.py:B" in own.paths


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "shop/errors.py:SoldOut",
            {"has_what_is_read": 1.0, "bound_where_called": 1, "module_imported": 1, "defined_here": 0},
        ),
        (
            "shop/errors.py:Closed",
            {"has_what_is_read": 0.5, "asked_for": 1, "bound_where_called": 1, "own_above": 1},
        ),
        ("shop/errors.py:ShopError", {"asked_for": 0.5, "own_above": 0}),
        ("LookupError", {"asked_for": 0.5}),
        ("shop/app.py:Broken", {"raised_in_handler": 1, "defined_here": 1, "has_what_is_read": 0}),
        ("other/errors.py:Elsewhere", {"near": 0, "bound_where_called": 0, "module_imported": 0}),
        ("ValueError", {"has_what_is_read": 0, "asked_for": 0, "own_above": 0, "near": 0}),
    ],
)
def test_how_near_a_class_stands(name: str, expected: dict[str, float]) -> None:
    found = near(name)
    assert {key: found[key] for key in expected} == expected
    assert found["reads"] == 2


def test_what_is_raised_where_the_called_function_stands() -> None:
    assert near("shop/errors.py:SoldOut")["raised_where_called"] > 0
    assert near("shop/errors.py:Closed")["raised_where_called"] == 0


def test_the_top_of_a_file() -> None:
    project = project_of(SHOP)
    top = top_of(project.module("shop/app.py"), project)
    assert dict(top.exceptions) == {"shop/app.py:Broken": "Broken", "shop/errors.py:Closed": "Closed"}
    assert top.modules == {"shop.errors", "shop.store"}
    assert top.mentions["Store"] == 1


CHAIN = """\
class A(Exception): pass
class B(Exception): pass
class C(Exception): pass
def first(): second(); raise A
def second(): third(); raise B
def third(): fourth()
def fourth(): raise C
"""


def test_what_called_functions_raise_counts_less_further_away() -> None:
    habits = habits_of(project_of({"a.py": CHAIN}))
    direct, second, further = raised_by_called(["first"], habits)
    assert set(direct) == {"a.py:A"}
    assert set(second) == {"a.py:B"}
    assert further["a.py:B"] > further["a.py:C"] > 0


def test_a_name_that_many_functions_have_leads_no_further() -> None:
    many = "".join(f"class K{n}:\n    def close(self): shut()\n" for n in range(9))
    project = project_of({"a.py": f"class A(Exception): pass\ndef shut(): raise A\n{many}"})
    assert raised_by_called(["close"], habits_of(project)) == ({}, {}, {})
