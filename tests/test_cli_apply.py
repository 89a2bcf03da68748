"""`patchwright apply`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox

FILES = {
    "a.py": b"print(1)\r\nprint('?')",
    "lib.py": b"def old():\n    print(2)\n",
    "use.py": b"from lib import old\nassert old and old()\n",
}


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice, toy.RenameEverywhere)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    box.git("config", "core.autocrlf", "false")
    monkeypatch.chdir(box.root)
    return box


def content(box: Sandbox) -> dict[str, bytes]:
    return {path: (box.root / path).read_bytes() for path in FILES}


def test_apply_does_what_preview_shows(box: Sandbox, run: Run) -> None:
    patch = run("preview", "--unsafe").out
    assert run("apply", "--unsafe").code == 0
    applied = content(box)
    box.git("restore", ".")
    box.git("apply", "-", feed=patch)
    assert content(box) == applied
    assert applied["a.py"].endswith(b"logging.info(1)\r\nlogging.info('?')")
    assert applied["use.py"] == b"from lib import new\nassert new\nassert new()\n"


def test_a_second_run_changes_nothing(box: Sandbox, run: Run) -> None:
    run("apply")
    state = box.state()
    again = run("apply")
    assert again.out.decode().splitlines() == ["Nothing to fix.", "1 more fix with --unsafe."]
    assert box.state() == state


def test_it_says_what_it_did(box: Sandbox, run: Run) -> None:
    lines = run("apply").out.decode().splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["remedy", "fixed", "files"],
        ["assert-twice", "1", "1"],
        ["print-call", "2", "2"],
        ["rename-everywhere", "1", "2"],
    ]
    assert lines[5:] == [
        "4 fixes made in 3 files.",
        "1 more fix with --unsafe.",
        "git diff shows what changed; git restore FILE brings back what was last added or committed.",
    ]


def test_only_the_working_tree_changes(box: Sandbox, run: Run) -> None:
    before = box.state()
    (box.root / "a.py").chmod(0o755)
    run("apply")
    after = box.state()
    for part in ("HEAD", "reflog", "stash", "refs"):
        assert after[part] == before[part]
    assert stat.S_IMODE((box.root / "a.py").stat().st_mode) == 0o755


def test_only_selected_files_are_looked_at(box: Sandbox, run: Run) -> None:
    run("apply", "a.py")
    assert content(box)["lib.py"] == FILES["lib.py"]
    # What a fix has to change elsewhere, it does change.
    run("apply", "lib.py")
    assert content(box)["use.py"] == b"from lib import new\nassert new and new()\n"


def test_json(box: Sandbox, run: Run) -> None:
    document = run("apply", "--format", "json").document
    assert document["written"] == ["a.py", "lib.py", "use.py"]
    assert len(document["applied"]) == 4
    assert document["failures"] == []
    assert any("-print(1)" in f["fix"]["diff"] for f in document["findings"] if f["path"] == "a.py")


def test_what_cannot_be_written_is_said_and_the_rest_is_done(box: Sandbox, run: Run) -> None:
    (box.root / "use.py").chmod(0o444)
    outcome = run("apply")
    assert outcome.code == 2
    assert outcome.err == "use.py: not written: the file is read-only\n"
    after = content(box)
    assert after["use.py"] == FILES["use.py"]
    assert b"def old" in after["lib.py"] and b"logging.info(2)" in after["lib.py"]
    assert b"logging.info(1)" in after["a.py"]
    assert run("apply", "--format", "json").document["failures"] == [
        {"path": "use.py", "error": "not written: the file is read-only"}
    ]


def test_a_folder_without_git(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_bytes(b"print(1)\n")
    monkeypatch.chdir(tmp_path)
    outcome = run("apply")
    assert outcome.code == 0
    assert b"git" not in outcome.out
    assert b"logging.info(1)" in (tmp_path / "a.py").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]
