"""Attributes that are None in the class body: whether an instance can still have that None."""

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
