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


SERVICE = """
class Service:
    def __init__(self, size):
        self.size = size

    def run(self, size):
        RUN

    def _once(self):
        return self._loop()

    def _loop(self):
        return self.running

    def tried(self, size):
        try:
            self.run(size)
        except Exception:
            return None
"""


def may_lack(run: str, more: str = "", once: str = "return 1") -> bool:
    """Whether the attribute that `_loop` reads may not be set, as far as one can tell."""
    text = SERVICE.replace("RUN", "\n        ".join(run.splitlines())).replace("return self._loop()", once)
    found = answer(f"from contextlib import suppress\n{text}{more}")
    return any("be set yet" in one.evidence or "been set yet" in one.evidence for one in found.raised)


@pytest.mark.parametrize(
    ("run", "once"),
    [
        ("self.running = size\nself._loop()", "return 1"),
        ("self.running = size\nprint(size)\nreturn self._loop()", "return 1"),
        ("self.running = size\nif size:\n    for _ in size:\n        self._loop()", "return 1"),
        ("if size:\n    self.running = 1\nelse:\n    self.running = 2\nself._loop()", "return 1"),
        ("self.running = size\nself._once()", "return self._loop()"),
        ("self.running = size\nself._once()", "return self._loop() if self.size else self._once()"),
        ("self.running = size\nwork = self._loop\nreturn work()", "return 1"),
    ],
)
def test_callers_set_it_first(run: str, once: str) -> None:
    assert not may_lack(run, once=once)


@pytest.mark.parametrize(
    ("run", "more"),
    [
        ("self._loop()\nself.running = size", ""),
        ("if size:\n    self.running = size\nself._loop()", ""),
        ("with suppress(OSError):\n    self.running = open(size)\nself._loop()", ""),
        ("for _ in size:\n    self.running = size\nself._loop()", ""),
        ("self.running = size\ndel self.running\nself._loop()", ""),
        ("self.running = size\nself._loop()", "    def other(self):\n        self._loop()\n"),
        ("self.running = size\nself._loop()", "    def stop(self):\n        del self.running\n"),
        ("self.running = size\nself._loop()", "def other(service):\n    service._loop()\n"),
        (
            "self.running = size\nself._loop()",
            "class Part(Service):\n    def run(self):\n        self._loop()\n",
        ),
        ("other = Service(1)\nother.running = size\nself._loop()", ""),
        ("self.running = size\nself = Service(1)\nself._loop()", ""),
        ("self.running = size\nfor self in [Service(1)]:\n    self._loop()", ""),
        ("self.running = size\nself._loop()", "    def kick(self):\n        getattr(self, '_loop')()\n"),
    ],
)
def test_not_all_callers_set_it_first(run: str, more: str) -> None:
    assert may_lack(run, more)


@pytest.mark.parametrize("name", ["loop", "__iter__"])
def test_others_may_call_the_method(name: str) -> None:
    text = SERVICE.replace("RUN", "self.running = size\n        self._loop()").replace(
        "return self._loop()", "pass"
    )
    assert any("be set yet" in one.evidence for one in answer(text.replace("_loop", name)).raised)


def test_a_class_above_may_call_the_method() -> None:
    run = "self.running = size\nself._loop()"
    text = SERVICE.replace("RUN", "\n        ".join(run.splitlines())).replace("return self._loop()", "pass")
    found = answer("import base\n\n" + text.replace("class Service:", "class Service(base.Server):"))
    assert not found.complete
