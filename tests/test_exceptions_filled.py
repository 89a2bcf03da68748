"""What a list, dict or set that an attribute holds is filled with."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

POOL = """
import socket, subprocess, threading


class Pool:
    def __init__(self):
        self._socks = {}
        self._threads = []

    def close(self, host):
        try:
            CALL
        except Exception:
            pass

    def connect(self, host):
        self._socks[host] = socket.socket()
        self._threads.append(threading.Thread(target=print))
        MORE
"""
SOCKET = "self._socks.get(host).close()"


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("self._socks[host].close()", {"KeyError", "OSError"}),
        (SOCKET, {"AttributeError", "OSError"}),
        ("for name, sock in self._socks.items(): sock.close()", {"OSError"}),
        ("for thread in self._threads: thread.start()", {"RuntimeError"}),
        ("self._threads[0].start()", {"IndexError", "RuntimeError"}),
    ],
)
def test_what_an_attribute_is_filled_with(call: str, wanted: set[str]) -> None:
    found = answer(POOL.replace("CALL", call).replace("MORE", ""))
    assert found.complete, found.missing
    assert likely(found) == wanted


@pytest.mark.parametrize(
    ("more", "is_known"),
    [
        ("self._socks[host] = None", True),
        ("self._socks = {}", True),
        ("del self._socks[host]", True),
        ("print(len(self._socks), host in self._socks)", True),
        ("subprocess.run(['ls', host], env=self._socks)", True),
        ("subprocess.Popen(self._socks)", True),
        ("host.run(self._socks)", False),
        ("host.run(env=self._socks)", False),
        ("self._socks[host] = host", False),
        ("self._socks = host", False),
        ("self._socks = known = {}", False),
        ("self._socks.update(host)", False),
        ("self._socks.setdefault(host, host)", False),
        ("self._socks[host], other = host, 1", False),
        ("fill(self._socks)", False),
        ("fill(*[self._socks])", False),
        ("others = self._socks", False),
        ("return self._socks", False),
        ("yield self._socks", False),
        ("with self._socks as socks: socks[1] = host", False),
    ],
)
def test_whatever_else_is_done_with_it(more: str, is_known: bool) -> None:
    found = answer(POOL.replace("CALL", SOCKET).replace("MORE", more))
    assert found.complete is is_known
    assert "AttributeError" in {raised.type for raised in found.raised}


def test_a_slice_gets_what_is_in_the_other_list() -> None:
    more = "self._threads[1:] = [threading.Timer(1, print)]"
    found = answer(POOL.replace("CALL", "self._threads[0].start()").replace("MORE", more))
    assert found.complete
    assert likely(found) == {"IndexError", "RuntimeError"}


def test_what_is_held_may_be_filled_elsewhere() -> None:
    more = "self._socks[host] = [1]\n        self._socks[host].append(host)"
    found = answer(POOL.replace("CALL", "self._socks.get(host)[0].real").replace("MORE", more))
    assert not found.complete


def test_others_may_fill_what_is_public() -> None:
    text = POOL.replace("CALL", SOCKET).replace("MORE", "")
    assert answer(text).complete
    assert not answer(text.replace("_socks", "socks")).complete
    assert not answer(text, other="def add(pool):\n    pool._socks['a'] = 1\n").complete
