"""What scans keep on disk: used for as long as nothing changed, and as if it had been found anew."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import pytest
from commandline import Run
from environments import Venv, venv
from repositories import Sandbox
from test_same_each_time import FILES

from codemods import engine, reports, store
from codemods.engine import FileReport, project_of, scan
from codemods.environment import Environment
from codemods.installed import installed_in
from codemods.model import Failure, FileChange, ScanResult
from codemods.project import Project
from codemods.reports import kept_reports
from codemods.sources import Commit, Memory, Overlay, WorkingDirectory
from codemods.store import Store
from codemods.workers import Pool, process_pool

APP = b"""\
from lib import load


def start(path):
    try:
        load(path)
    except:
        return None
"""
LIB = b"def load(path):\n    raise KeyError(path)\n"
SMALL = {"app.py": APP, "lib.py": LIB, "other.py": APP, "setup.cfg": b"[metadata]\nname = app\n"}


@pytest.fixture(autouse=True)
def everything_is_worth_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_WORTH_KEEPING", 0)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are scanned and not looked up."""
    paths: list[str] = []
    really = engine._scan_file

    def noted(project: Project, path: str, *rest: object) -> FileReport:
        paths.append(path)
        return really(project, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_scan_file", noted)
    return paths


def tree(folder: Path, files: dict[str, bytes] = SMALL, *roots: Path) -> Memory:
    return Memory(files, Environment(roots, folder))


def found(result: ScanResult) -> tuple[object, ...]:
    return result.findings, result.failures, result.statistics.parsed


def test_what_is_kept_is_what_was_found(tmp_path: Path, looked_at: list[str]) -> None:
    first = scan(tree(tmp_path, FILES), workers=2)
    looked_at.clear()
    assert found(scan(tree(tmp_path, FILES))) == found(first)
    assert set(looked_at) == {failure.path for failure in first.failures}
    fixes = [finding.fix for finding in first.findings if finding.fix]
    assert len(fixes) > 300
    assert {bool(fix.imports) for fix in fixes} == {bool(fix.safer) for fix in fixes} == {True, False}


def test_each_byte_of_an_edit_is_kept(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\ntry:\n    é = open('é')\nexcept :\n    é = None\n".encode("latin-1")
    files = {"app.py": text, "new\udcff.py": APP}
    first = scan(tree(tmp_path, files))
    assert found(scan(tree(tmp_path, files))) == found(first)
    assert {finding.path for finding in first.findings} == set(files)


CHANGES: dict[str, dict[str, bytes | None]] = {
    "the file itself": {"app.py": APP + b"\n"},
    "a function it calls": {"lib.py": LIB.replace(b"KeyError", b"ValueError")},
    "a new file": {"lib/__init__.py": LIB},
    "a file that is gone": {"lib.py": None},
    "what the project says of itself": {"setup.cfg": b"[options]\npython_requires = >=2.7\n"},
    "what it begins to say": {"pyproject.toml": b"[project]\nrequires-python = '>=3.12'\n"},
    "what it says no longer": {"setup.cfg": None},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_makes_it_look_again(
    tmp_path: Path, looked_at: list[str], changes: dict[str, bytes | None]
) -> None:
    before = scan(tree(tmp_path))
    files = {path: data for path, data in {**SMALL, **changes}.items() if data is not None}
    expected = scan(Memory(files))
    looked_at.clear()
    assert found(scan(tree(tmp_path, files))) == found(expected)
    assert looked_at
    assert found(scan(tree(tmp_path))) == found(before)


def test_a_change_in_memory_makes_it_look_again(tmp_path: Path, looked_at: list[str]) -> None:
    base = tree(tmp_path)
    scan(base)
    changed = [FileChange("lib.py", LIB, LIB.replace(b"KeyError", b"ValueError"))]
    for _ in range(2):
        result = scan(Overlay.of(base, changed), ["bare-except"], paths=["app.py"])
        assert "ValueError" in result.findings[0].message
    assert looked_at == ["app.py", "other.py", "app.py"]


def test_only_what_was_not_looked_at_is(tmp_path: Path, looked_at: list[str]) -> None:
    expected = scan(Memory(SMALL))
    looked_at.clear()
    scan(tree(tmp_path), paths=["app.py"])
    assert found(scan(tree(tmp_path))) == found(expected)
    assert looked_at == ["app.py", "other.py"]
    assert found(scan(tree(tmp_path))) == found(expected)
    assert looked_at == ["app.py", "other.py"]
    scan(tree(tmp_path), ["bare-except"])  # which may not find what others do
    assert looked_at == ["app.py", "other.py"] * 2


def test_other_code_of_ours_looks_again(
    tmp_path: Path, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(tree(tmp_path))
    monkeypatch.setattr(reports, "engine", lambda: "newer")
    scan(tree(tmp_path))
    assert looked_at == ["app.py", "other.py"] * 2


def upgraded(made: Venv) -> None:
    (made.site / "pinned-1.0.dist-info/RECORD").unlink()
    (made.site / "pinned-1.0.dist-info").rename(made.site / "old")
    made.install("pinned", "1.1", {"pinned.py": "def load(path): ...\n"})


def written(path: str) -> Callable[[Venv], object]:
    return lambda made: (made.site / path).write_text("x = 1\n")


PACKAGES: dict[str, tuple[Callable[[Venv], object], bool]] = {
    "nothing": (lambda made: None, False),
    "an upgrade": (upgraded, True),
    "one more": (lambda made: made.install("more", "1.0", {"more.py": ""}), True),
    "a file that nobody installed": (
        lambda made: (made.site / "loose.py").write_text("def f(): ...\n"),
        True,
    ),
    "a package that nobody installed": (written("own/deep.py"), True),
    "one in development": (written("../../../work/dev.py"), True),
    "one in development, in a folder that others share": (written("../../../work/shared/mine.py"), True),
    "one that nobody installed, in a folder that others share": (written("shared/loose.py"), True),
    "an environment inside of one in development": (written("../../../work/env/lib/dev.py"), False),
    "its bytecode": (written("__pycache__/loose.pyc"), False),
}


@pytest.mark.parametrize(("change", "again"), PACKAGES.values(), ids=PACKAGES)
def test_other_packages_look_again(
    tmp_path: Path, looked_at: list[str], change: Callable[[Venv], object], again: bool
) -> None:
    made = venv(tmp_path / "env")
    for folder in ("own", "__pycache__"):
        (made.site / folder).mkdir()
    work = made.folder / "work"
    (work / "shared").mkdir(parents=True)
    (work / "env/lib").mkdir(parents=True)
    made.install("other", "1.0", {"shared/other.py": ""})
    loose = made.site / "loose.py", made.site / "own/deep.py", made.site / "shared/loose.py"
    developed = work / "dev.py", work / "shared/mine.py", work / "env/pyvenv.cfg", work / "env/lib/dev.py"
    for file in (*loose, *developed):
        file.write_text("")
    made.install("pinned", "1.0", {"pinned.py": "def load(path):\n    raise KeyError\n"})
    made.install("dev", "1.0", {"dev.pth": f"{work}\n"}, editable=work)

    def look() -> None:
        installed_in.cache_clear()  # as a new process does
        scan(dataclasses.replace(tree(tmp_path / "cache"), environment=environment()))

    def environment() -> Environment:
        return Environment.at(made.folder, tmp_path / "cache")

    look()
    looked_at.clear()
    change(made)
    look()
    assert bool(looked_at) == again


def test_failures_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_walk", lambda *_: ([], [Failure("app.py", "went wrong")]))
    assert scan(tree(tmp_path)).failures
    monkeypatch.undo()
    monkeypatch.setattr(reports, "_WORTH_KEEPING", 0)
    assert found(scan(tree(tmp_path))) == found(scan(Memory(SMALL)))


def test_nothing_is_kept_of_files_that_change_meanwhile(tmp_path: Path) -> None:
    """Another process may have read them later than this one."""
    project = project_of(tree(tmp_path))
    kept = kept_reports(project, ["app.py"], ["bare-except"])
    assert kept
    kept.keep([FileReport("app.py", parsed=True, read={"app.py": "another"})])
    assert kept.get("app.py") is None
    kept.keep([FileReport("app.py", parsed=True, read={"app.py": project.digest("app.py")})])
    assert kept.get("app.py") == FileReport("app.py", parsed=True)


def test_what_was_read_for_a_failure_counts_too(tmp_path: Path) -> None:
    """The others may rest on it, without having been the first that read it."""
    base = tree(tmp_path)
    kept = kept_reports(project_of(base), ["app.py"], ["bare-except"])
    assert kept
    failed = FileReport("other.py", failures=(Failure("other.py", "failed"),), read={"lib.py": "another"})
    kept.keep([FileReport("app.py", parsed=True), failed])
    assert kept.get("app.py") is None


def test_what_workers_read_later_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where processes are not forked, they read the files themselves."""
    monkeypatch.setattr(engine, "_WORTH_A_POOL", 0)
    folder = tmp_path / "code"
    folder.mkdir()
    for path, data in SMALL.items():
        (folder / path).write_bytes(data)

    def slow(workers: int) -> Executor:
        (folder / "lib.py").write_bytes(LIB.replace(b"KeyError", b"OSError"))
        return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))

    def look(pool: Pool = process_pool) -> str:
        there = dataclasses.replace(
            WorkingDirectory.at(folder), environment=Environment((), tmp_path / "kept")
        )
        return scan(there, ["bare-except"], workers=2, pool=pool).findings[0].message

    assert "OSError" in look(slow)
    (folder / "lib.py").write_bytes(LIB)
    assert "KeyError" in look()


def test_what_a_clone_lacks_may_come_later(tmp_path: Path, looked_at: list[str]) -> None:
    box = Sandbox.make(tmp_path / "repository", SMALL)
    commit = dataclasses.replace(Commit.at(box.root), environment=Environment((), tmp_path / "cache"))
    name = commit.entries()["lib.py"].oid
    file = box.root / ".git/objects" / name[:2] / name[2:]
    file.rename(tmp_path / "away")
    without = scan(commit, ["bare-except"], paths=["app.py"])
    assert "KeyError" not in without.findings[0].message
    (tmp_path / "away").rename(file)
    engine.project_of.cache_clear()  # as a new process does
    for _ in range(2):
        assert "KeyError" in scan(commit, ["bare-except"], paths=["app.py"]).findings[0].message
    assert looked_at == ["app.py", "app.py"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', None])
def test_what_is_damaged_counts_as_not_there(tmp_path: Path, damage: bytes | None) -> None:
    expected = found(scan(tree(tmp_path)))
    [file] = (tmp_path / f"reports-{store.engine()}").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"safe"', b'"sure"') if damage is None else damage)
    assert found(scan(tree(tmp_path))) == expected
    assert file.read_bytes() == whole


def test_little_is_done_sooner_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_WORTH_KEEPING", 1_000_000)
    scan(tree(tmp_path))
    assert not [*tmp_path.glob("reports-*")]


def test_the_oldest_go(tmp_path: Path) -> None:
    shelf = Store(tmp_path)
    for number in range(5):
        shelf.put("shelf", str(number), {"number": number}, most=3)
        [newest] = [file for file in (tmp_path / "shelf").iterdir() if f":{number}}}" in file.read_text()]
        os.utime(newest, (number, number))
    assert [bool(shelf.get("shelf", str(number))) for number in range(5)] == [False, False, True, True, True]


def test_verbs_share_what_is_kept(
    tmp_path: Path, run: Run, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "repository", SMALL)
    monkeypatch.chdir(box.root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    state = box.state()
    anew = run("preview", "--unsafe", "--no-cache")
    assert not (tmp_path / "cache").exists()
    first = run("preview", "--unsafe")
    assert first.out == anew.out
    assert b"+    except KeyError:" in first.out
    looked_at.clear()
    assert run("preview", "--unsafe").out == first.out
    assert not looked_at
    assert box.state() == state
    assert run("branch", "--unsafe").code == 0
    assert not looked_at
    assert run("apply", "--unsafe").code == 0
    assert not looked_at
    assert b"except KeyError:" in (box.root / "app.py").read_bytes()


def test_links_among_packages(tmp_path: Path, looked_at: list[str]) -> None:
    made = venv(tmp_path / "env")
    for name in ("round", "elsewhere"):
        (tmp_path / name).mkdir()
    (made.site / "linked").symlink_to(tmp_path / "elsewhere")
    (made.site / "gone.py").symlink_to("nowhere.py")

    def look() -> list[str]:
        installed_in.cache_clear()
        looked_at.clear()
        scan(Memory(SMALL, Environment.at(made.folder, tmp_path / "cache")))
        return [*looked_at]

    assert look()
    assert not look()
    (tmp_path / "elsewhere/module.py").write_text("x = 1\n")
    assert look()
    for name in ("left", "right"):  # more ways round than anybody can go
        (tmp_path / "round" / name).symlink_to(tmp_path / "round")
    (made.site / "round").symlink_to(tmp_path / "round")
    assert look()
    assert look()


def test_a_commit_is_the_working_directory_that_it_was_made_of(tmp_path: Path, looked_at: list[str]) -> None:
    box = Sandbox.make(tmp_path / "repository", SMALL)
    place = Environment((), tmp_path / "cache")
    scan(dataclasses.replace(WorkingDirectory.at(box.root), environment=place))
    looked_at.clear()
    commit = dataclasses.replace(Commit.at(box.root), environment=place)
    assert found(scan(commit)) == found(scan(Memory(SMALL)))
    assert looked_at == ["app.py", "other.py"]  # of the second
