"""The cache on disk: whatever goes wrong with it costs time and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codemods import store as store_module
from codemods.store import Store, _head, engine


def test_what_was_put_is_there(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    assert store.get("requests-2.32.3", "requests.get") is None
    store.put("requests-2.32.3", "requests.get", {"returns": "requests.Response", "missing": ["ü", "\ud800"]})
    assert store.get("requests-2.32.3", "requests.get") == {
        "returns": "requests.Response",
        "missing": ["ü", "\ud800"],
    }
    assert store.get("requests-2.32.4", "requests.get") is None
    assert store.get("requests-2.32.3", "requests.GET") is None
    assert [path.suffix for path in (tmp_path / "cache/requests-2.32.3").iterdir()] == [".json"]


def test_no_folder_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store(None).put("a-1", "a.b", {})
    assert Store(None).get("a-1", "a.b") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"old":1}',
        _head("a.b", b'{"old":1}') + b'\n{"old":2}',
        _head("a.c", b'{"old":1}') + b'\n{"old":1}',
        _head("a.b", b"[]") + b"\n[]",
        _head("a.b", b""),
        _head("a.b", b"[" * 100_000) + b"\n" + b"[" * 100_000,
        _head("a.b", b"{}").replace(b'"format": 2', b'"format": 1') + b"\n{}",
    ],
)
def test_a_file_that_is_not_ours_is_not_there_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    store = Store(tmp_path)
    store.put("a-1", "a.b", {"old": 1})
    (file,) = (tmp_path / "a-1").iterdir()
    file.write_bytes(content)
    assert store.get("a-1", "a.b") is None
    store.put("a-1", "a.b", {"new": 1})
    assert store.get("a-1", "a.b") == {"new": 1}


def test_what_another_user_put_there_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.put("a-1", "a.b", {"old": 1})
    us = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: us + 1)
    assert store.get("a-1", "a.b") is None


def test_nobody_else_may_write_there(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Store(tmp_path / "cache").put("a-1", "a.b", {})
    finally:
        os.umask(before)
    for path in (tmp_path / "cache").rglob("*"):
        assert not path.stat().st_mode & 0o077
    assert not (tmp_path / "cache").stat().st_mode & 0o077


@pytest.mark.parametrize("make", [getattr(os, "mkfifo", os.mkdir), os.mkdir])
def test_what_is_no_file_is_not_there(tmp_path: Path, make: Callable[[Path], None]) -> None:
    store = Store(tmp_path)
    store.put("a-1", "a.b", {"old": 1})
    [file] = (tmp_path / "a-1").iterdir()
    file.unlink()
    make(file)
    assert store.get("a-1", "a.b") is None


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    store = Store(tmp_path / "cache")
    store.put("a-1", "a.b", {})
    assert store.get("a-1", "a.b") is None


def test_many_at_once_never_see_half_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    values = [{"text": str(number) * 50_000} for number in range(8)]

    def turn(number: int) -> bool:
        store.put("a-1", "a.b", values[number % 8])
        return store.get("a-1", "a.b") in values

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(turn, range(100)))
    assert len(list((tmp_path / "a-1").iterdir())) == 1


def test_shelves_of_old_are_taken_away(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for shelf in ("old-1", "new-1", "strange"):
        store.put(shelf, "a.b", {})
    (tmp_path / "strange/notes.txt").write_text("not ours")
    for shelf in ("old-1", "strange"):
        os.utime(tmp_path / shelf, (0, 0))
    store.put("newer-1", "a.b", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new-1", "newer-1", "strange"]
    assert (tmp_path / "strange/notes.txt").read_text() == "not ours"


@pytest.mark.parametrize("package", ["typeshed_client", "libcst", "packaging"])
def test_another_version_of_what_we_rest_on_is_another_engine(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    ours = engine()
    really = store_module.version
    monkeypatch.setattr(store_module, "version", lambda name: "0" if name == package else really(name))
    assert engine.__wrapped__() != ours
