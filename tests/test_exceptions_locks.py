"""The RuntimeError of a lock that is not held, and how sure it is where code has taken the lock."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE
from tests.test_exceptions import answer, body

HEAD = "import threading\nlock = threading.Lock()\nother = threading.Lock()\nready = threading.Condition()\n"


def is_meant(code: str) -> bool:
    (found,) = (one for one in answer(body(code, HEAD)).raised if one.type == "RuntimeError")
    return found.confidence > RARE


@pytest.mark.parametrize(
    "code",
    [
        "with ready:\n    ready.notify_all()",
        "with other, ready:\n    if x:\n        ready.notify()",
        "with ready:\n    while not x:\n        ready.wait(1)",
        "lock.acquire()\nprint()\nlock.release()",
        "lock.acquire()\nif x:\n    lock.release()",
        "if lock.acquire(False):\n    lock.release()",
        "if lock.acquire(timeout=3):\n    print()\n    lock.release()",
    ],
)
def test_it_is_held(code: str) -> None:
    assert not is_meant(code)


@pytest.mark.parametrize(
    "code",
    [
        "lock.release()",
        "with other:\n    ready.notify_all()",
        "with ready:\n    pass\nready.notify_all()",
        "with lock:\n    lock.release()",
        "lock.acquire(False)\nlock.release()",
        "other.acquire()\nlock.release()",
        "lock.release()\nlock.acquire()",
        "if x:\n    lock.acquire()\nlock.release()",
        "if lock.acquire(False):\n    pass\nelse:\n    lock.release()",
        "lock.acquire()\ndef later():\n    lock.release()\nlater()",
    ],
)
def test_it_may_not_be_held(code: str) -> None:
    assert is_meant(code)


def test_it_is_released_in_the_end() -> None:
    code = "try:\n    lock.acquire()\n    print()\nfinally:\n    lock.release()"
    lines = "".join(f"        {line}\n" for line in code.splitlines())
    found = answer(f"{HEAD}try:\n    load()\nexcept Exception:\n    pass\ndef load():\n    if 1:\n{lines}")
    assert {one.confidence for one in found.raised if one.type == "RuntimeError"} == {RARE}
