"""`patchwright branch --check`: what the options do, and what is said of branches that a check rejects."""

from __future__ import annotations

import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commandline import Run
from repositories import ENVIRONMENT, Sandbox
from signalled import started

from codemods.branches.checks.worktrees import linked
from codemods.repository import Repository

STATE = b"""\
import json


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except:
        return {}
"""
OTHER = b"def ask(client):\n    try:\n        return client.fetch()\n    except:\n        return None\n"
# Its load() must survive a TypeError, which the narrowed handler lets through.
STRICT = b"import state\nassert state.load(None) == {}, 'load(None) failed'\nprint('fine')\n"
RUN = shlex.quote(sys.executable)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", {"state.py": STATE, "other.py": OTHER, "strict.py": STRICT})
    monkeypatch.chdir(box.root)
    return box


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:short)", "refs/heads/patchwright").split()


def test_the_safer_fix_is_taken_where_the_first_breaks_the_check(box: Sandbox, run: Run) -> None:
    outcome = run("branch", "--by", "file", "--unsafe", "--check", f"{RUN} strict.py", "--format", "json")
    assert outcome.code == 0
    other, state = outcome.document["branches"]
    assert (other["status"], state["status"]) == ("created", "created")
    assert state["check"]["branch"] == other["check"]["branch"] == "passed"
    assert state["check"]["good"]
    assert (other["variant"], state["variant"]) == (0, 1)
    assert "except Exception:" in box.git("show", f"{state['name']}:state.py")
    message = box.git("log", "-1", "--format=%B", state["name"])
    assert "`except Exception` is enough" in message
    assert message.startswith("Narrow what bare excepts catch in load of state.py\n"), "it names no types"
    assert "a check failed with a fix that asks for more" in " ".join(message.split())
    assert "Patchwright-Check: " in message
    assert outcome.err.splitlines()[:2] == ["checking the base…", "checking the base: 1 of 1"]
    assert linked(Repository(box.root)) == [box.root]
    said = run("branch", "--by", "file", "--unsafe", "--check", f"{RUN} strict.py").out.decode()
    assert f"{state['name']}: a safer variant of the fix; a check failed with a bolder one\n" in said
    assert said.count("variant") == 1


def test_without_a_check_the_first_is_taken(box: Sandbox, run: Run) -> None:
    run("branch", "--by", "file", "--unsafe")
    name = next(name for name in branches(box) if "state" in name)
    assert "except Exception:" not in box.git("show", f"{name}:state.py")


def test_what_a_check_rejects_is_not_made_and_shown_with_its_output(box: Sandbox, run: Run) -> None:
    command = "if grep -q except: other.py; then exit 0; fi; echo 'no bare except left'; exit 1"
    outcome = run("branch", "--by", "file", "--unsafe", "--check", command)
    assert outcome.code == 1
    assert len(branches(box)) == 1
    out = outcome.out.decode()
    assert "rejected" in out
    assert "  | no bare except left\n" in out
    document = run("branch", "--by", "file", "--unsafe", "--check", command, "-f", "json").document
    other = document["branches"][0]
    assert (other["status"], other["commit"]) == ("rejected", None)
    assert (other["check"]["base"], other["check"]["branch"]) == ("passed", "failed")


def test_new_failures_are_named(box: Sandbox, run: Run) -> None:
    box.commit({"t.py": b"print('=== short test summary info ===\\nFAILED t.py::old - x')\n"})
    fail = 'grep -q "except:" other.py || echo "FAILED t.py::\x1b[1mnew - y"'
    outcome = run("branch", "--by", "file", "--unsafe", "--check", f"{RUN} t.py; {fail}; exit 1")
    assert outcome.code == 1
    assert "  fails here and not below: t.py::new\n" in outcome.out.decode()
    assert "the check fails on the base too: t.py::old" in outcome.err
    assert len(branches(box)) == 1
    assert "  no worse  " in outcome.out.decode()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--check", "no-such-program"], "patchwright: the check cannot be run:\nsh: "),
        (["--check", "true", "--setup", "echo why; exit 3"], "--setup failed with exit code 3:\nwhy"),
        (["--check", "true", "--setup", "exit 4"], "--setup failed with exit code 4, and printed nothing\n"),
        (["--check", "sleep 60", "--timeout", "1"], "did not end within 1 second on the base"),
        (["--check", "sleep 60", "--timeout", "0.3"], "did not end within 0.3 seconds on the base"),
        (["--setup", "true"], "--setup prepares for a check"),
        (["--check", " "], "the command is empty"),
    ],
)
def test_a_check_that_tells_nothing_ends_the_run(
    box: Sandbox, run: Run, options: list[str], said: str
) -> None:
    outcome = run("branch", *options)
    assert outcome.code == 2
    assert said in outcome.err
    assert branches(box) == []
    assert linked(Repository(box.root)) == [box.root]


def test_setup_and_jobs_reach_the_check(box: Sandbox, run: Run, tmp_path: Path) -> None:
    setup = f"echo made >> {tmp_path}/log; touch ready"
    options = ("--by", "file", "--check", "test -e ready", "--setup", setup, "--jobs", "1")
    assert run("branch", "--unsafe", *options).code == 0
    assert (tmp_path / "log").read_text() == "made\n"
    assert len(branches(box)) == 2


def test_a_command_in_the_repository_is_never_run(box: Sandbox, run: Run, tmp_path: Path) -> None:
    """The check is for the user to name: whoever wrote the repository has no say in what is run."""
    settings = f'[tool.patchwright]\ncheck = "touch {tmp_path}/ran"\n'
    box.commit({"pyproject.toml": settings.encode()})
    run("branch", "--unsafe")
    box.commit({"pyproject.toml": settings.replace("]", ".branch]").encode()})
    run("branch", "--unsafe")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("number", "codes"), [(signal.SIGINT, {1, 130, -2}), (signal.SIGTERM, {143})])
def test_a_signal_leaves_no_branch_and_no_worktree(
    box: Sandbox, tmp_path: Path, number: signal.Signals, codes: set[int]
) -> None:
    root = Path(__file__).parent.parent
    (tmp_path / "tmp").mkdir()
    place = {**ENVIRONMENT, "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": str(root)}
    call = [sys.executable, "-m", "cli.main", "branch", "--check", f"touch {tmp_path}/on; sleep 300"]
    with started(call, place, box.root) as running:
        while not (tmp_path / "on").exists():
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(number)
        assert running.wait(timeout=30) in codes
    assert branches(box) == []
    assert linked(Repository(box.root)) == [box.root]
    assert not list((tmp_path / "tmp").iterdir())


def test_on_a_terminal_a_bar_tells_how_far_it_is(box: Sandbox, tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    master, slave = pty.openpty()
    place = {**ENVIRONMENT, "PYTHONPATH": str(root), "TERM": "xterm", "COLUMNS": "80"}
    call = [sys.executable, "-m", "cli.main", "branch", "--check", "sleep 0.3"]
    done = subprocess.run(call, cwd=box.root, env=place, stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 1 << 16):
            shown += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    assert done.returncode == 0
    assert b"checking the base" in shown
    assert b"checking branches" in shown
    assert b"0/1" in shown
