"""What an attribute is at first: the None of the class body, or what a class above gives it."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

STORE = """
class Store:
    rows = None

    def __init__(self, size: int):
        INIT

    def clear(self):
        try:
            self.rows.clear()
        except Exception:
            return None

    def count(self):
        return 1
"""


@pytest.mark.parametrize(
    "init",
    [
        "self.rows = []",
        "if size < 0:\n            raise KeyError\n        self.size = size\n        self.rows = [size]",
    ],
)
def test_none_is_gone(init: str) -> None:
    found = answer(STORE.replace("INIT", init))
    assert found.complete
    assert likely(found) == set()


@pytest.mark.parametrize(
    ("init", "more"),
    [
        ("if size:\n            self.rows = []", ""),
        ("if size:\n            return\n        self.rows = []", ""),
        ("self.count()\n        self.rows = []", ""),
        ("print(self)\n        self.rows = []", ""),
        ("super().__init__()\n        self.rows = []", ""),
        ("self.rows = self.rows or []", ""),
        ("self.size = size", ""),
        ("self.rows = []", "    def close(self):\n        self.rows = None\n"),
        ("self.rows = []", "    def close(self):\n        del self.rows\n"),
        ("self.rows = []", "    @classmethod\n    def all(cls):\n        return cls.rows\n"),
        ("self.rows = []", "\nclass Other(Store):\n    def __init__(self):\n        pass\n"),
        ("self.rows = []", "\n\ndef forget(store):\n    store.rows = None\n"),
        ("self.rows = []", "\n\nprint(Store.rows)\n"),
    ],
)
def test_none_may_be_seen(init: str, more: str) -> None:
    found = answer(STORE.replace("INIT", init) + more)
    assert "AttributeError" in likely(found) or not found.complete


ABOVE = """
class Store:
    def __init__(self, size: int):
        BODY


class Shelf(Store):
    def __init__(self):
        INIT

    def fill(self, row: str):
        self.rows = [row]

    def clear(self):
        try:
            self.rows.clear()
        except Exception:
            return None
"""


def above(body: str, init: str) -> str:
    return ABOVE.replace("BODY", body).replace("INIT", init)


def test_a_class_above_sets_it_first() -> None:
    found = answer(above("self.rows = []", "super().__init__(1)\n        self.size = 1"))
    assert found.complete
    assert likely(found) == set()


@pytest.mark.parametrize(
    ("body", "init"),
    [
        ("self.rows = None", "super().__init__(1)"),
        ("self.size = size", "super().__init__(1)"),
        ("if size:\n            self.rows = []", "super().__init__(1)"),
        ("self.rows = []", "self.size = 1"),
    ],
)
def test_a_class_above_does_not(body: str, init: str) -> None:
    found = answer(above(body, init))
    assert found.complete
    assert likely(found) == {"AttributeError"}


def test_a_class_between_keeps_one_above_from_it() -> None:
    between = "class Plain(Store):\n    def __init__(self, size: int):\n        pass\n\n\nclass Shelf(Plain)"
    code = above("self.rows = []", "super().__init__(1)").replace("class Shelf(Store)", between)
    assert likely(answer(code)) == {"AttributeError"}


def test_what_the_class_above_sets_counts() -> None:
    (raised,) = answer(above("self.rows = size", "super().__init__(1)")).raised
    assert raised.evidence.endswith("`self.rows` may be of type int")
