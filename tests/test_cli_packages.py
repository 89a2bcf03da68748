"""The packages that the code runs with, as the verbs see them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from commandline import Run
from environments import Venv, venv
from repositories import Sandbox

from codemods.environment import Environment
from codemods.sources import Commit, WorkingDirectory

APP = """\
import porter


def send(name: str):
    client = porter.Client()
    try:
        client.send(name)
    except:
        return None
"""
PORTER = """\
class Lost(Exception):
    pass


class Client:
    def send(self, name):
        try:
            return self.open(name)
        except:
            raise Lost(name)

    def open(self, name):
        raise Lost
"""


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "repository", {"app.py": APP.encode(), ".gitignore": b".venv/\n"})
    monkeypatch.chdir(box.root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return box


def environment(folder: Path) -> Venv:
    made = venv(folder)
    made.install("porter", "1.0", {"porter.py": PORTER})
    return made


def test_a_handler_is_narrowed_to_what_a_package_raises(box: Sandbox, run: Run, tmp_path: Path) -> None:
    folder = str(environment(tmp_path / "env").folder)
    assert b"+    except porter.Lost:" not in run("preview", "--unsafe").out
    for options in ([], ["--jobs", "2"], ["--no-cache"], ["--rev", "HEAD"]):
        done = run("preview", "--unsafe", "--python", folder, *options)
        assert b"+    except porter.Lost:" in done.out, options
        assert done.out.count(b"\n--- a/") == done.out.count(b"\n--- a/app.py") == 1  # none in a package
        assert "1 file read" in done.err


@pytest.mark.parametrize("place", [".venv", "venv"])
def test_the_environment_in_the_repository_is_found(box: Sandbox, run: Run, place: str) -> None:
    environment(box.root / place)
    (box.root / ".git/info").mkdir(exist_ok=True)
    (box.root / ".git/info/exclude").write_text("venv/\n")
    assert b"+    except porter.Lost:" in run("preview", "--unsafe").out
    assert b"+    except porter.Lost:" not in run("preview", "--unsafe", "--python", "none").out


def test_the_active_environment_is_found(
    box: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path / "env").folder))
    assert b"+    except porter.Lost:" in run("preview", "--unsafe").out
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert b"+    except porter.Lost:" not in run("preview", "--unsafe").out


def test_apply_and_branch_take_the_same_packages(box: Sandbox, run: Run, tmp_path: Path) -> None:
    folder = str(environment(tmp_path / "env").folder)
    assert run("branch", "--unsafe", "--python", folder).code == 0
    assert "except porter.Lost:" in box.git("show", "patchwright/bare-except:app.py")
    assert run("apply", "--unsafe", "--python", folder).code == 0
    assert "    except porter.Lost:\n" in (box.root / "app.py").read_text()
    assert (tmp_path / "env/lib/python3.11/site-packages/porter.py").read_text() == PORTER


def test_the_cache_is_kept_where_it_belongs(box: Sandbox, run: Run, tmp_path: Path) -> None:
    folder = str(environment(tmp_path / "env").folder)
    before = box.state()
    run("explain-raises", "app.py:7", "--python", folder, "--no-cache")
    assert not (tmp_path / "cache").exists()
    first = run("explain-raises", "app.py:7", "--python", folder)
    assert list((tmp_path / "cache/patchwright").iterdir())
    assert run("explain-raises", "app.py:7", "--python", folder).out == first.out
    assert "porter.py:10: raise Lost" in first.out.decode()
    assert box.state() == before


def test_nothing_is_there_where_it_was_said_to_be(box: Sandbox, run: Run) -> None:
    for verb in ("preview", "apply", "branch"):
        done = run(verb, "--python", "gone")
        assert (done.code, done.out) == (2, b"")
        assert done.err.startswith("patchwright: gone: no installed packages there; give the folder")


def test_trees_with_packages_can_be_sent_to_other_processes(box: Sandbox, tmp_path: Path) -> None:
    found = Environment.at(environment(tmp_path / "env").folder, tmp_path / "cache")
    trees = (WorkingDirectory(box.root, ("app.py",), environment=found), Commit.at(box.root))
    for tree in trees:
        assert pickle.loads(pickle.dumps(tree)) == tree
