"""One branch with all fixes that passed, in real repositories."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import toy
from commandline import Run
from repositories import Sandbox

from codemods.branches.model import Plan
from codemods.branches.stacks.combine import name_problem

FILES = {
    "a.py": b"import os\n\nassert os and print(1)\nassert os and print(2)\n\nx = 1\ny = 2\n\nprint(os)\n",
    "b.py": b"print(3)\n",
    "c.py": b"print(4)\n",
}


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)
    for name in [*os.environ]:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


def made(run: Run, *options: str, name: str = "fixes/all") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The branch with all fixes, and the others."""
    document = run("branch", "--combine", name, "--format", "json", *options).document
    *others, combined = document["branches"]
    assert combined["name"] == name
    return combined, others


@pytest.mark.parametrize("options", [["--by", "remedy"], ["--by", "finding"], ["--by", "finding", "--stack"]])
def test_a_commit_for_each_fix_and_all_that_apply_would_do(
    box: Sandbox, run: Run, options: list[str]
) -> None:
    combined, others = made(run, *options)
    assert (combined["status"], combined["conflicts_with"], combined["reason"]) == ("created", [], None)
    assert sorted(combined["combines"]) == sorted(branch["name"] for branch in others)
    log = box.git("log", "--format=%s", "main..fixes/all").split("\n")
    assert len(log) == len(others)
    for commit in box.git("rev-list", "main..fixes/all").split():
        assert "Patchwright-Fingerprint: " in box.git("log", "-1", "--format=%B", commit)
    assert {print_ for branch in others for print_ in branch["findings"]} == set(combined["findings"])
    assert run("apply").code == 0
    assert box.git("diff", "fixes/all") == ""
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_a_second_run_changes_nothing(box: Sandbox, run: Run) -> None:
    first, _ = made(run, "--by", "finding")
    state = box.state()
    second, _ = made(run, "--by", "finding")
    assert (second["status"], second["commit"]) == ("unchanged", first["commit"])
    assert box.state() == state


def test_it_moves_with_the_base_and_with_the_fixes(box: Sandbox, run: Run) -> None:
    made(run, "--by", "finding", "a.py")
    combined, _ = made(run, "--by", "finding")
    assert combined["status"] == "updated"
    base = box.commit({"b.py": b"print(3)\nx = 1\n"})
    combined, others = made(run, "--by", "finding")
    assert combined["status"] == "updated"
    assert box.git("rev-parse", f"fixes/all~{len(others)}") == base


def test_a_person_keeps_or_deletes_it(box: Sandbox, run: Run) -> None:
    made(run)
    box.git("switch", "-q", "fixes/all")
    mine = box.commit({"c.py": b"mine = 1\n"})
    box.git("switch", "-q", "main")
    combined, _ = made(run)
    assert (combined["status"], combined["commit"]) == ("kept", mine)
    box.git("branch", "-D", "fixes/all")
    assert made(run)[0]["status"] == "deleted"
    assert made(run, "--recreate")[0]["status"] == "created"


def test_what_is_not_good_is_not_on_it(box: Sandbox, run: Run) -> None:
    made(run, "--by", "file")
    box.git("switch", "-q", "patchwright/print-call-b")
    box.commit({"b.py": b"mine = 1\n"})
    box.git("switch", "-q", "main")
    box.git("branch", "-D", "fixes/all", "patchwright/print-call-c")
    combined, _ = made(run, "--by", "file", name="fixes/rest")
    assert combined["combines"] and not {
        "patchwright/print-call-b",
        "patchwright/print-call-c",
    }.intersection(combined["combines"])
    assert combined["reason"] == (
        "without patchwright/print-call-b (kept), patchwright/print-call-c (deleted)"
    )


# Each file may log, all of them may not.
CHECK = "test $(grep -l logging *.py | wc -l) -lt {number}"


def test_it_is_checked_and_the_fix_that_breaks_it_is_left_out(box: Sandbox, run: Run) -> None:
    combined, others = made(run, "--by", "file", "--check", CHECK.format(number=3))
    assert {branch["status"] for branch in others} == {"created"}
    assert (combined["status"], combined["check"]["branch"]) == ("created", "passed")
    assert "together with the others it fails the check" in combined["reason"]
    assert len(combined["combines"]) == len(others) - 1
    assert "Patchwright-Check: test " in box.git("log", "-1", "--format=%B", "fixes/all")
    logging = box.git("grep", "-l", "logging", "fixes/all").split("\n")
    assert len(logging) == 2


def test_it_is_given_up_when_too_much_breaks_it(box: Sandbox, run: Run) -> None:
    box.commit({f"d{number}.py": b"print(1)\n" for number in range(4)})
    outcome = run(
        *("branch", "--combine", "all", "--by", "file", "--format", "json"),
        *("--check", CHECK.format(number=2)),
    )
    *others, combined = outcome.document["branches"]
    assert outcome.code == 1
    assert (combined["status"], combined["commit"]) == ("rejected", None)
    assert combined["reason"].count("together with the others") == 3
    assert {branch["status"] for branch in others} == {"created"}


def test_the_first_that_breaks_it_is_found_by_halves(box: Sandbox, run: Run, tmp_path: Path) -> None:
    box.commit({f"d{number:02}.py": b"print(1)\n" for number in range(16)})
    log = tmp_path / "log"
    bad = "! { grep -q logging d07.py && grep -q logging d03.py; }"
    combined, others = made(run, "--by", "file", "--check", f"echo x >> {log}; {bad}")
    assert "patchwright/print-call-d07 (together" in combined["reason"]
    assert len(combined["combines"]) == len(others) - 1
    assert log.read_text().count("x") <= len(others) + 12  # one by one it would be some 20 more


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a..b", "this is no name for a branch"),
        ("-x", "this is no name for a branch"),
        ("patchwright/Print-Call", "is the branch of one fix"),
    ],
)
def test_names_that_cannot_be(box: Sandbox, run: Run, name: str, said: str) -> None:
    outcome = run("branch", f"--combine={name}", "--check", "true")
    assert "checking" not in outcome.err  # it is said before the work
    assert outcome.code == 2
    assert said in outcome.err
    assert box.git("for-each-ref", "refs/heads/patchwright") == ""


def test_names_that_are_in_the_way(box: Sandbox, run: Run) -> None:
    assert name_problem("all", [Plan("patchwright/all", "", ())]) is None
    combined, _ = made(run, name="main")
    assert combined["status"] == "kept"
    assert combined["reason"] == "it is a branch that somebody works on: choose another name or prefix"
    box.git("branch", "old")
    combined, _ = made(run, name="old")
    assert combined["reason"].startswith("the branch was there before, and is in the base already: delete it")
    combined, _ = made(run, name="main/all")
    assert (combined["status"], combined["commit"]) == ("rejected", None)
    assert "'main' is in the way" in combined["reason"]


def test_nothing_to_combine(box: Sandbox, run: Run) -> None:
    combined, _ = made(run, "--check", "git diff --quiet HEAD main")
    assert (combined["status"], combined["commit"]) == ("kept", None)
    assert combined["reason"].startswith("there is no fix to combine; without patchwright/")
    box.commit(dict.fromkeys(FILES, b"x = 1\n"))
    assert run("branch", "--combine", "other").code == 0
    assert box.git("for-each-ref", "refs/heads/other") == ""
