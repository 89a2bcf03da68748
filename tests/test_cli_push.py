"""`patchwright branch --push`: what it asks for, and what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox

FILES = {"a.py": b"print(1)\nprint(2)\n", "b.py": b"assert x and y\nprint('?')\n"}


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


@pytest.fixture
def hub(tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "hub.git", None, "--bare")


@pytest.fixture
def box(tmp_path: Path, hub: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    box.git("remote", "add", "origin", "../hub.git")
    box.git("push", "-q", "origin", "main")
    monkeypatch.chdir(box.root)
    return box


def pushed(hub: Sandbox) -> list[str]:
    return hub.git("for-each-ref", "--format=%(refname:short)", "refs/heads/patchwright").split()


def test_branches_are_pushed_and_shown(box: Sandbox, hub: Sandbox, run: Run) -> None:
    before = {key: value for key, value in box.state().items() if key not in ("refs", "status")}
    outcome = run("branch", "--push", "origin")
    assert outcome.code == 0
    lines = outcome.out.decode().splitlines()
    assert lines[0].split() == ["branch", "status", "commit", "findings", "files", "pushed"]
    assert re.fullmatch(r"patchwright/print-call +created +[0-9a-f]{10} +2 +1  pushed", lines[2])
    assert pushed(hub) == ["patchwright/assert-twice", "patchwright/print-call"]
    assert {key: value for key, value in box.state().items() if key not in ("refs", "status")} == before
    again = run("branch", "--push", "origin", "-f", "json").document["branches"]
    assert [(b["status"], b["pushed"]["status"]) for b in again] == [("unchanged", "unchanged")] * 2


def test_nothing_is_pushed_unasked(box: Sandbox, hub: Sandbox, run: Run) -> None:
    assert b"pushed" not in run("branch").out
    assert pushed(hub) == []
    assert run("branch", "--push", "origin").code == 0  # what was made before goes now
    assert len(pushed(hub)) == 2


def test_refreshed_branches_are_pushed_again(box: Sandbox, hub: Sandbox, run: Run) -> None:
    run("branch", "--push", "origin")
    box.commit({"c.py": b"x = 1\n"})
    box.git("push", "-q", "origin", "main")
    document = run("branch", "--push", "origin", "--format", "json").document
    assert [(b["status"], b["pushed"]["status"]) for b in document["branches"]] == [("updated", "pushed")] * 2
    assert hub.git("rev-parse", "patchwright/print-call~1") == box.git("rev-parse", "HEAD")


def test_what_a_person_changed_is_not_pushed(box: Sandbox, hub: Sandbox, run: Run) -> None:
    run("branch", "--push", "origin")
    box.git("update-ref", "refs/heads/patchwright/print-call", "main")
    document = run("branch", "--push", "origin", "--format", "json").document
    assert [(b["status"], b["pushed"] and b["pushed"]["status"]) for b in document["branches"]] == [
        ("unchanged", "unchanged"),
        ("kept", None),
    ]


def test_the_limit_and_what_waits(box: Sandbox, hub: Sandbox, run: Run) -> None:
    outcome = run("branch", "--push", "origin", "--limit", "1")
    assert outcome.code == 0
    waits = "patchwright/print-call: not pushed: 1 branch is open on 'origin', which is the limit\n"
    assert waits.encode() in outcome.out
    assert pushed(hub) == ["patchwright/assert-twice"]


def test_what_the_remote_refuses(box: Sandbox, hub: Sandbox, run: Run) -> None:
    hook = hub.root / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ncase $1 in *print*) echo 'not like this'; exit 1;; esac\n")
    hook.chmod(0o755)
    outcome = run("branch", "--push", "origin", "-f", "json")
    assert outcome.code == 2
    first, second = outcome.document["branches"]
    assert first["pushed"] == {"remote": "origin", "status": "pushed", "reason": None}
    assert second["pushed"] == {
        "remote": "origin",
        "status": "refused",
        "reason": "hook declined: not like this",
    }


def test_a_remote_that_is_not_there_is_told_before_the_work(box: Sandbox, run: Run) -> None:
    outcome = run("branch", "--push", "nowhere")
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err == "patchwright: 'nowhere' is not a remote of this repository: there is origin\n"
    assert box.git("branch", "--list", "patchwright/*") == ""


def test_a_remote_that_is_not_reached_leaves_the_branches(box: Sandbox, run: Run) -> None:
    box.git("remote", "set-url", "origin", "https://me:hunter22@127.0.0.1:9/r.git")
    outcome = run("branch", "--push", "origin", "--format", "json")
    assert outcome.code == 2
    assert re.fullmatch(r"patchwright: git cannot read the remote 'origin': [^\n]*\n", outcome.err)
    assert outcome.document["problem"] == outcome.err.removeprefix("patchwright: ").strip()
    assert [b["status"] for b in outcome.document["branches"]] == ["created"] * 2
    assert "hunter22" not in outcome.err + outcome.out.decode()


def test_where_to_propose_is_said(box: Sandbox, run: Run) -> None:
    outcome = run("branch", "--push", "origin", "--propose")
    assert outcome.code == 0
    said = "patchwright/print-call: not proposed (the remote's address names no site to propose on)\n"
    assert said.encode() in outcome.out
    document = run("branch", "--push", "origin", "--propose", "--format", "json").document
    assert document["branches"][0]["proposal"]["status"] == "link"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--propose"], "--propose: name the remote to push to with --push REMOTE"),
        (["--draft", "--push", "origin"], "--draft and --ready say how to --propose"),
        (["--ready"], "--draft and --ready say how to --propose"),
    ],
)
def test_options_that_need_others(box: Sandbox, run: Run, options: list[str], said: str) -> None:
    outcome = run("branch", *options)
    assert (outcome.code, outcome.err) == (2, f"patchwright: {said}\n")
