"""`patchwright branch`: that it reads the commit, and what it says. What git gets is tested with branches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox

FILES = {"a.py": b"print(1)\nprint(2)\n", "b.py": b"assert x and y\nprint('?')\n", "sub/c.py": b"print(3)\n"}


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:short)", "refs/heads/patchwright").split()


def test_one_branch_for_each_remedy_and_nothing_else_changes(box: Sandbox, run: Run) -> None:
    box.write({"a.py": b"dirty = print\n", "new.py": b"print(4)\n"})
    before = box.state()
    outcome = run("branch")
    assert outcome.code == 0
    after = box.state()
    assert {key: after[key] for key in after if key != "refs"} == {
        k: before[k] for k in before if k != "refs"
    }
    assert branches(box) == ["patchwright/assert-twice", "patchwright/print-call"]
    assert box.git("show", "patchwright/assert-twice:b.py") == "assert x\nassert y\nprint('?')"
    assert box.git("diff", "--name-only", "HEAD...patchwright/print-call").split() == ["a.py", "sub/c.py"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--by", "remedy", "sub"], ["print-call"]),
        (["--by", "file"], ["assert-twice-b", "print-call-a", "print-call-sub.c"]),
        (
            ["--unsafe", "--remedy", "print-call", "--by", "file"],
            ["print-call-a", "print-call-b", "print-call-sub.c"],
        ),
    ],
)
def test_what_goes_on_one_branch(box: Sandbox, run: Run, options: list[str], names: list[str]) -> None:
    assert run("branch", *options).code == 0
    assert branches(box) == [f"patchwright/{name}" for name in names]


def test_a_branch_for_each_finding_holds_that_one(box: Sandbox, run: Run) -> None:
    run("branch", "--by", "finding", "a.py")
    one, other = branches(box)
    assert {box.git("show", f"{name}:a.py").count("logging.info") for name in (one, other)} == {1}
    assert box.git("show", f"{one}:a.py") != box.git("show", f"{other}:a.py")


def test_the_table_and_what_to_do_next(box: Sandbox, run: Run) -> None:
    lines = run("branch").out.decode().splitlines()
    assert lines[0].split() == ["branch", "status", "commit", "findings", "files"]
    assert re.fullmatch(r"patchwright/print-call +created +[0-9a-f]{10} +3 +2", lines[2])
    assert lines[-2:] == [
        "1 more fix with --unsafe.",
        "Next: git diff HEAD...BRANCH shows one of them, git merge BRANCH takes it.",
    ]


def test_files_are_those_that_change(box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.RenameEverywhere)
    box.commit({"lib.py": b"def old():\n    pass\n", "use.py": b"from lib import old\n"})
    lines = run("branch").out.decode().splitlines()
    assert re.fullmatch(r"patchwright/rename-everywhere +created +[0-9a-f]{10} +1 +2", lines[1])


def test_conflicts_are_said(box: Sandbox, run: Run) -> None:
    outcome = run("branch", "--unsafe")
    assert b"patchwright/assert-twice conflicts with patchwright/print-call\n" in outcome.out
    assert run("branch", "--unsafe", "-f", "json").document["branches"][0]["conflicts_with"] == [
        "patchwright/print-call"
    ]


def test_json(box: Sandbox, run: Run) -> None:
    document = run("branch", "--format", "json").document
    assert (document["version"], document["base"]) == (1, box.git("rev-parse", "HEAD"))
    first, second = document["branches"]
    assert second == {
        "name": "patchwright/print-call",
        "commit": box.git("rev-parse", "patchwright/print-call"),
        "status": "created",
        "reason": None,
        "findings": second["findings"],
        "audit": [],
        "conflicts_with": [],
        "on": None,
        "combines": [],
        "variant": 0,
        "check": None,
        "pushed": None,
        "proposal": None,
    }
    assert len(second["findings"]) == 3
    again = run("branch", "--format", "json").document["branches"]
    assert [branch["status"] for branch in again] == ["unchanged", "unchanged"]
    assert [branch["commit"] for branch in again] == [first["commit"], second["commit"]]


def test_base_and_prefix(box: Sandbox, run: Run) -> None:
    first = box.git("rev-parse", "HEAD")
    box.commit({"a.py": b"x = 1\n", "b.py": b"x = 1\n"})
    assert run("branch", "--base", "HEAD~1", "--prefix", "fix/", "--format", "json").document["base"] == first
    assert box.git("rev-parse", "fix/print-call~1") == first
    assert run("branch", "--prefix", "bad prefix").code == 2


def test_another_persons_branch_is_kept(box: Sandbox, run: Run) -> None:
    box.git("branch", "patchwright/print-call")
    outcome = run("branch")
    assert outcome.code == 0
    assert b"kept" in outcome.out
    assert b"patchwright/print-call: the branch" in outcome.out
    assert box.git("rev-parse", "patchwright/print-call") == box.git("rev-parse", "HEAD")


def test_nothing_to_fix(box: Sandbox, run: Run) -> None:
    box.commit(dict.fromkeys(FILES, b"x = 1\n"))
    assert run("branch").out == b"Nothing to fix.\n"
    assert branches(box) == []


def test_a_branch_that_gets_smaller_says_so(box: Sandbox, run: Run) -> None:
    run("branch")
    left_out = b"1 of 3 findings are left"
    assert left_out in run("branch", "sub").out
    assert box.git("diff", "--name-only", "HEAD...patchwright/print-call").split() == ["sub/c.py"]
    assert left_out not in run("branch").out
