"""Attributes that are filled before they are used, with calls in between that could empty them."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer

STORE = """
class Rows:
    def add(self, number): return number
    def drop(self): return 1


class Store:
    def __init__(self):
        self.rows = None

    def size(self):
        return 1

    def work(self, number, numbers):
BODY

    def tried(self, number, numbers):
        try:
            self.work(number, numbers)
        except Exception:
            return None
"""
FILLED = "self.rows = Rows()\nself.rows.add(number)\n"
LAZY = "if self.rows is None:\n    self.rows = Rows()\n    self.rows.add(self.size())\n"


def fails(code: str, more: str = "") -> bool:
    body = "".join(f"        {line}\n" for line in code.splitlines())
    found = answer(STORE.replace("BODY", body) + more)
    return any("`self.rows` may be None" in one.evidence for one in found.raised)


@pytest.mark.parametrize(
    "code",
    [
        f"{FILLED}self.rows.drop()",
        f"{LAZY}self.rows.drop()",
        f"{LAZY}return self.rows.drop()",
        "if not self.rows:\n    self.rows = Rows()\n    print(number)\nself.rows.drop()",
        f"{FILLED}if number:\n    self.rows.drop()",
        f"{FILLED}if self.size():\n    print(self.rows.add(1), self.rows.drop())",
        f"{FILLED}for one in numbers:\n    self.rows.add(one)",
        f"{FILLED}while self.size():\n    self.rows.drop()",
        f"{FILLED}with open(number):\n    self.rows.drop()",
        f"{FILLED}self.size()\ntry:\n    self.size()\n    self.rows.drop()\nfinally:\n    print()",
    ],
)
def test_it_stays_filled(code: str) -> None:
    assert not fails(code)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        (f"self.rows.drop()\n{LAZY}", ""),
        ("if number:\n    self.rows = Rows()\n    self.size()\nself.rows.drop()", ""),
        ("if self.rows is None:\n    self.rows = Rows()\n    self.rows = None\nself.rows.drop()", ""),
        ("if self.rows is not None:\n    self.rows = Rows()\n    self.size()\nself.rows.drop()", ""),
        (f"{FILLED}while number:\n    self.rows.drop()\n    self.rows = None", ""),
        (f"{FILLED}self.rows.drop()", "    def close(self):\n        self.rows = None\n"),
        (f"{LAZY}self.rows.drop()", "    def close(self):\n        self.rows = None\n"),
        (f"{LAZY}self.rows.drop()", "    def close(self):\n        self.rows, self.a = None, 1\n"),
        (f"{LAZY}self.rows.drop()", "    def close(self):\n        self.rows = Rows() if self.a else None\n"),
        (f"{LAZY}self.rows.drop()", "    def close(self):\n        del self.rows\n"),
        (f"{LAZY}self.rows.drop()", "def close(store):\n    store.rows = None\n"),
        (f"{LAZY}self.rows.drop()", "def close(store):\n    setattr(store, 'rows', None)\n"),
        (f"{LAZY}self.rows.drop()", "def close(store):\n    delattr(store, 'rows')\n"),
        (f"{LAZY}self.rows.drop()", "class Open(Store):\n    def size(self):\n        self.rows = None\n"),
        (
            f"{LAZY}self.rows.drop()",
            "class Open(Store):\n    def size(self):\n        self.rows: Rows = None\n",
        ),
    ],
)
def test_it_may_be_emptied(code: str, more: str) -> None:
    assert fails(code, more)


HELD = """
class Rows:
    def drop(self): return 1


class Node:
    def __init__(self):
        self.rows = None


class Tree:
    def __init__(self):
        self.node = Node()

    def go_on(self):
        global node
        self.node = node = Node()

    def work(self, other: Node):
        HOLDER.rows = Rows()
        self.go_on()
        try:
            return HOLDER.rows.drop()
        except Exception:
            return None


node = Node()
"""


@pytest.mark.parametrize(("holder", "expected"), [("self.node", True), ("node", True), ("other", False)])
def test_what_holds_it_may_be_another(holder: str, expected: bool) -> None:
    found = answer(HELD.replace("HOLDER", holder))
    assert any("may be None" in one.evidence for one in found.raised) is expected


TAKEN = """
class Line:
    def __init__(self):
        self.rows = None
        self.tables = {}

    def begin(self):
        self.rows = open("rows")

    def work(self):
        BEFORE
        try:
            return CALL
        except Exception:
            return None
"""


@pytest.mark.parametrize(
    ("before", "call", "expected"),
    [
        ("pass", "self.rows.read()", True),
        ("pass", "[read := self.rows.read, read()]", True),
        ("read = self.rows.read", "read()", False),
        ("read = (self.rows or self).read", "read()", False),
        ("table = {1: self.rows.read}", "table[1]()", False),
    ],
)
def test_a_method_is_looked_up_once(before: str, call: str, expected: bool) -> None:
    found = answer(TAKEN.replace("BEFORE", before).replace("CALL", call))
    assert any("may be None" in one.evidence for one in found.raised) is expected
