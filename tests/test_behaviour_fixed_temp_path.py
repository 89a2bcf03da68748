"""Temporary files before and after the fix: private, removed on every way out, and the results equal."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codemods.engine import repair, scan
from codemods.sources import Memory

FIXTURES = Path(__file__).parent.parent / "fixtures"
REMEDY = "fixed-temp-path"


class Store:
    """Downloads the bytes it was given; remembers what it saw of the place it wrote to."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.paths: list[str] = []
        self.modes: list[int] = []
        self.uploaded: list[bytes] = []

    def download(self, name: str, path: str) -> None:
        Path(path).write_bytes(self.content)
        self.paths.append(str(path))
        self.modes.append(stat.S_IMODE(Path(path).parent.stat().st_mode))

    def upload(self, name: str, path: str) -> str:
        self.uploaded.append(Path(path).read_bytes())
        return name.upper()


SOURCE = """
import os
import subprocess
import tempfile
from pathlib import Path


def count(store, check):
    path = "{public}/behaviour-count.txt"
    store.download("lines", path)
    with open(path) as file:
        lines = file.read().splitlines()
    check(lines)
    os.remove(path)
    return len(lines), os.path.basename(path)


def archive(store, check):
    path = Path("{public}/behaviour-archive.txt")
    try:
        store.download("lines", path)
        check(path.read_text())
        return path.suffix, store.upload("lines", path)
    finally:
        if path.exists():
            path.unlink()


def listing(store, check):
    work = os.path.join("{public}", "behaviour-listing")
    os.mkdir(work)
    store.download("lines", work + "/a")
    check(work)
    found = subprocess.run(["ls", work], capture_output=True, check=True).stdout
    os.remove(os.path.join(work, "a"))
    os.rmdir(work)
    return found


def unnamed(store, check):
    path = tempfile.mktemp(suffix=".txt")
    store.download("lines", path)
    check(path)
    with open(path, "rb") as file:
        found = file.read()
    os.remove(path)
    return found, os.path.splitext(path)[1]


async def later(store, check):
    path = f"{public}/behaviour-{{store.__class__.__name__}}.txt"
    store.download("lines", path)
    check(path)
    with open(path, "rb") as file: found = file.read()
    os.remove(path)
    return found
"""
NAMES = ["count", "archive", "listing", "unnamed", "later"]


def fixed(source: str) -> str:
    tree = Memory({"a.py": source.encode()})
    found = scan(tree, [REMEDY])
    (change,) = repair(tree, found.findings, lambda finding: True, [REMEDY]).changes
    assert change.after is not None
    return change.after.decode()


def load(source: str) -> types.ModuleType:
    module = types.ModuleType("sample")
    exec(compile(source, "sample.py", "exec"), module.__dict__)
    return module


def call(function: Callable[..., Any], *arguments: object) -> Any:
    """The result; of a coroutine that awaits nothing, what it returns."""
    result = function(*arguments)
    if not isinstance(result, types.CoroutineType):
        return result
    with pytest.raises(StopIteration) as stopped:
        result.send(None)
    return stopped.value.value


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory below /tmp that is as public as /tmp, and empty; `tempfile` works in it too."""
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        Path(directory).chmod(0o1777)
        monkeypatch.setattr(tempfile, "tempdir", directory)
        yield Path(directory)


def versions(public: Path) -> tuple[types.ModuleType, types.ModuleType]:
    """The sample before and after its fix, both at work in the public directory.

    The remedy sees /tmp itself; the directory's name is put in its place behind that.
    """
    before = SOURCE.format(public="/tmp")
    after = fixed(before)
    assert after.count("TemporaryDirectory") == len(NAMES)
    return load(before.replace("/tmp", str(public))), load(after.replace("/tmp", str(public)))


def fine(_: object) -> None:
    """A check that passes."""


def fails(_: object) -> None:
    raise ValueError("not what was expected")


@pytest.mark.parametrize("name", NAMES)
def test_results_are_equal(public: Path, name: str) -> None:
    before, after = versions(public)
    stores = Store(b"a\nb\n"), Store(b"a\nb\n")
    results = [call(getattr(m, name), s, fine) for m, s in zip((before, after), stores, strict=True)]
    assert results[0] == results[1]
    assert stores[0].uploaded == stores[1].uploaded
    assert list(public.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_place_is_private(public: Path, name: str) -> None:
    before, after = versions(public)
    open_store, private_store = Store(b"a"), Store(b"a")
    call(getattr(before, name), open_store, fine)
    call(getattr(after, name), private_store, fine)
    if name != "listing":  # that one makes a directory of its own
        assert open_store.modes == [0o1777]
        assert private_store.modes == [0o700]
    inside = Path(private_store.paths[0]).relative_to(public).parts
    assert stat.S_IMODE(public.stat().st_mode) == 0o1777
    assert len(inside) > 1, "not in the public directory itself"


@pytest.mark.parametrize("name", [n for n in NAMES if n != "archive"])
def test_an_error_leaves_nothing_behind(public: Path, name: str) -> None:
    before, after = versions(public)
    with pytest.raises(ValueError, match="expected"):
        call(getattr(after, name), Store(b"a"), fails)
    assert list(public.iterdir()) == []
    with pytest.raises(ValueError, match="expected"):
        call(getattr(before, name), Store(b"a"), fails)
    assert len(list(public.iterdir())) == 1, "the fault: it stays"


def test_a_planted_link_is_not_followed(public: Path) -> None:
    before, after = versions(public)
    precious = public / "precious"
    for module, expected in ((after, "mine"), (before, "a\nb\n")):
        precious.write_text("mine")
        (public / "behaviour-count.txt").unlink(missing_ok=True)
        (public / "behaviour-count.txt").symlink_to(precious)
        assert call(module.count, Store(b"a\nb\n"), fine) == (2, "behaviour-count.txt")
        assert precious.read_text() == expected


def test_two_runs_do_not_disturb_each_other(public: Path) -> None:
    before, after = versions(public)

    def run_again(module: types.ModuleType) -> Callable[[object], None]:
        return lambda _: (
            module.later(Store(b"second"), fine).close() or call(module.later, Store(b"second"), fine)
        )

    assert call(after.later, Store(b"first"), run_again(after)) == b"first"
    with pytest.raises(FileNotFoundError):  # the second run took it away
        call(before.later, Store(b"first"), run_again(before))


def test_a_fixture_runs_as_before(tmp_path: Path) -> None:
    """The golden files themselves, in a process of their own."""
    code = (
        "import pathlib_style as p; print(p.slashes(b'abc'), p.whole('x y'), p.several('n', 't'),"
        " p.asked('q'), p.formatted(1, 'f'))"
    )
    said = []
    for side in ("before", "after"):
        folder = FIXTURES / side / REMEDY
        environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        said.append(run.stdout)
    assert said[0] == said[1] == "3 ['x y'] t q f\n"
