"""Classes below those of the standard library: how they are made, and what has a say in their attributes."""

from __future__ import annotations

import builtins
import importlib

import pytest

from codemods.exceptions import MayRaise
from codemods.exceptions.types.classes.bases import PLAINLY_SET
from tests.test_exceptions import answer, body, likely

ONE = """
import decimal, json, logging, multiprocessing, threading, xmlrpc.client


class One(BASE):
    def __init__(self, x: str):
        INIT
        self.number = 1

    def tried(self, x: str):
        try:
            CODE
        except Exception:
            return None


"""


def in_method(base: str, code: str) -> MayRaise:
    return answer(ONE.replace("BASE", base).replace("INIT", "pass").replace("CODE", code))


@pytest.mark.parametrize(
    ("base", "init", "expected"),
    [
        ("threading.Thread", "super().__init__()", set()),
        ("threading.Thread", "threading.Thread.__init__(self, name=x)", set()),
        ("threading.Thread", "super().__init__(daemon=True)\n        self.size = int(x)", {"ValueError"}),
        ("multiprocessing.Process", "super().__init__(name=x)", set()),
        ("logging.Handler", "logging.Handler.__init__(self)", set()),
        ("logging.FileHandler", "super().__init__(x)", {"OSError"}),
        ("json.JSONEncoder", "super().__init__(indent=2)", set()),
    ],
)
def test_it_is_made_by_the_class_above(base: str, init: str, expected: set[str]) -> None:
    head = ONE.replace("BASE", base).replace("INIT", init).replace("CODE", "pass")
    found = answer(body("One(x)", head.partition("    def tried")[0], arguments="x: str"))
    assert found.complete, found.missing
    assert likely(found) == expected


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("threading.Thread", "self.number = int(x)"),
        ("logging.Handler", "self.number = int(x)"),
        ("dict", "self.number = int(x)"),
        (
            "threading.Thread",
            "self.number = int(x)\n            self.daemon = bool(x)",
        ),
        ("threading.Thread", "del self.number\n            int(x)"),
    ],
)
def test_an_attribute_is_set_as_that_of_any_object(base: str, code: str) -> None:
    found = in_method(base, code)
    assert found.complete, found.missing
    assert "ValueError" in likely(found)


def test_the_class_above_may_refuse_it() -> None:
    found = in_method("threading.Thread", "self.daemon = True")
    assert {one.type for one in found.raised} == {"RuntimeError"}


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("threading.Thread", "self.ident = 3"),  # a property that nobody can set
        ("threading.Thread", "self.native_id = 3"),
        ("threading.Thread", "del self.daemon"),
        ("decimal.Context", "self.number = 3"),  # has a `__setattr__`
        ("xmlrpc.client.ServerProxy", "self.number = 3"),  # nobody has looked
    ],
)
def test_the_class_above_has_a_say(base: str, code: str) -> None:
    assert not in_method(base, code).complete


@pytest.mark.parametrize("name", sorted(PLAINLY_SET))
def test_python_itself_sets_their_attributes_plainly(name: str) -> None:
    module, _, kind = name.rpartition(".")
    owner = getattr(importlib.import_module(module), kind)
    assert not hasattr(owner, "__getattr__")
    for method in ("__setattr__", "__delattr__", "__getattribute__"):
        by_python = [one for one in owner.__mro__ if method in vars(one) and vars(one).get("__module__")]
        assert all(one.__module__ in ("builtins", "_thread", "collections") for one in by_python), by_python
    assert builtins.object in owner.__mro__
