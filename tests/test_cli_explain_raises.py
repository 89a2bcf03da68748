"""`patchwright explain-raises`: text, colours, JSON, and what it says when there is nothing to explain."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Run
from environments import venv
from repositories import Sandbox

SOURCE = """\
import json


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except:
        return None
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "app.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_line_as_text(here: Path, run: Run) -> None:
    done = run("explain-raises", "app.py:7")
    assert (done.code, done.err) == (0, "")
    text = done.out.decode()
    assert text.startswith(
        "app.py:6-7: the `with` block in `load` may raise\n  OSError (sure)\n    app.py:6:"
    )
    assert b"\x1b" not in done.out


def test_the_line_of_an_except_and_what_to_write_there(here: Path, run: Run) -> None:
    text = run("explain-raises", "app.py:8").out.decode()
    assert text.startswith("app.py:5-7: the body of `try` in `load` may raise\n")
    assert text.endswith("  line 8: write `except (OSError, ValueError)`\n")


def test_a_name_as_data(here: Path, run: Run) -> None:
    document = run("explain-raises", "app.py:load", "--format", "json").document
    assert document["place"] == {
        "path": "app.py",
        "kind": "function",
        "name": "load",
        "line": 4,
        "end_line": 9,
    }
    assert document["raises"] == []
    assert [caught["clause"] for caught in document["caught_inside"]] == ["except"]


def test_colours_and_a_file(here: Path, run: Run) -> None:
    (here / "app.py").write_text(SOURCE.replace("import json", "import json  # \x1b[31m"))
    drawn = run("explain-raises", "app.py:7", "--color", "--output", "tree.txt")
    assert drawn.out == b""
    tree = (here / "tree.txt").read_bytes().decode()
    assert "├── " in tree
    assert "\x1b[1;31mOSError (sure)" in tree


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("app.py", "app.py: say where: FILE:LINE, or FILE:NAME for a function, Class.method or class"),
        ("app.py:", "app.py:: say where: FILE:LINE"),
        (":3", ":3: say where: FILE:LINE"),
        ("gone.py:3", "gone.py: no such file"),
        (".:3", ".: a folder: name a file in it"),
        ("app.py:99", "app.py has 9 lines: there is no line 99"),
        ("app.py:0", "app.py has 9 lines: there is no line 0"),
        ("app.py:laod", "app.py defines no laod: did you mean load?"),
        ("broken.py:1", "broken.py: "),
    ],
)
def test_what_cannot_be_explained(here: Path, run: Run, where: str, said: str) -> None:
    (here / "broken.py").write_text("def (:\n")
    done = run("explain-raises", where)
    assert (done.code, done.out) == (2, b"")
    assert done.err.startswith(f"patchwright: {said}")
    assert done.err.count("\n") == 1


def test_a_file_of_a_commit(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox.make(tmp_path / "repository", {"pkg/app.py": SOURCE.encode()})
    box.commit({"pkg/app.py": b"x = 1\n"})
    monkeypatch.chdir(box.root / "pkg")
    done = run("explain-raises", "app.py:load", "--rev", "HEAD~1")
    assert done.out.decode().startswith("pkg/app.py:4-9: the function `load` may raise\n")
    done = run("explain-raises", "../pkg/gone.py:1", "--rev", "HEAD")
    assert (done.code, done.err) == (2, "patchwright: ../pkg/gone.py: no such file in the commit\n")
    assert run("explain-raises", "/nowhere/app.py:1", "--rev", "HEAD").code == 2


def test_no_packages_where_they_were_said_to_be(here: Path, run: Run) -> None:
    done = run("explain-raises", "app.py:7", "--python", "gone")
    assert (done.code, done.out) == (2, b"")
    assert done.err == (
        "patchwright: gone: no installed packages there; "
        "give the folder of a virtual environment, or the path of its python\n"
    )
    assert run("explain-raises", "app.py:7", "--python", "none").code == 0
    assert run("explain-raises", "app.py:7", "--python", str(venv(here / "env").folder)).code == 0
