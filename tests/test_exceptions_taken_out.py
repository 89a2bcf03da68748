"""Attributes that get what a pattern, a loop or a `with` takes out of something."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

PEER = """
import socket


class Peer:
    def __init__(self, listener: socket.socket, numbers: list[int]):
        INIT

    def tried(self):
        try:
            return CODE
        except Exception:
            return None
"""


def tried(init: str, code: str) -> set[str] | None:
    """What the code is likely to raise, if all is known that it may."""
    found = answer(PEER.replace("INIT", init).replace("CODE", code))
    return likely(found) if found.complete else None


@pytest.mark.parametrize(
    ("init", "code", "expected"),
    [
        ("self.one, self.two = socket.socketpair()", "self.two.recv(1)", {"OSError"}),
        ("[self.one, address] = listener.accept()", "self.one.recv(1)", {"OSError"}),
        ("self.one, (self.host, *self.rest) = 1, ('a', 2, 3)", "self.host.upper()", set()),
        ("self.name, self.two = 'a', 2", "int(self.name)", {"ValueError"}),
        ("self.s = listener\n        with listener as self.s:\n            0", "self.s.close()", {"OSError"}),
        ("self.last = 0\n        for self.last in numbers:\n            pass", "self.last + 1", set()),
        ("self.one = None\n        self.one, self.two = socket.socketpair()", "self.one + 1", {"TypeError"}),
        ("self.n = None\n        for self.n in numbers:\n            pass", "self.n + 1", {"TypeError"}),
    ],
)
def test_what_it_is_then(init: str, code: str, expected: set[str]) -> None:
    assert tried(init, code) == expected


@pytest.mark.parametrize(
    "init",
    [
        "self.one, self.two = numbers.load()",
        "self.one, self.two = socket.socketpair(), numbers.load()\n        self.one = numbers.load()",
        "self.one, self.two = socket.socketpair()\n        self.one, self.two = numbers.load()",
        "with numbers.load() as self.one:\n            pass",
        "for self.one in numbers.load():\n            pass",
        "self.one, self.two = self.one",
        "self.one, self.two = self.two, self.one",
    ],
)
def test_nobody_knows(init: str) -> None:
    assert tried(init, "self.one.recv(1)") is None
