"""`patchwright branch`, run again: what it says of branches that are there, were deleted or are obsolete."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox

from cli.branch_plans import target_of
from cli.branch_report import exit_code
from codemods.branches.ledger import read_ledger
from codemods.branches.model import Branch, Checked, Status, Verdict
from codemods.model import Failure
from codemods.repository import repository_at

FILES = {"a.py": b"print(1)\nprint(2)\n", "b.py": b"assert x and y\n", "sub/c.py": b"print(3)\n"}
ASSERT, PRINT = "patchwright/assert-twice", "patchwright/print-call"


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


def statuses(run: Run, *options: str) -> dict[str, str]:
    document = run("branch", "--format", "json", *options).document
    return {branch["name"].removeprefix("patchwright/"): branch["status"] for branch in document["branches"]}


def test_branches_follow_the_base(box: Sandbox, run: Run) -> None:
    run("branch")
    base = box.commit({"a.py": b"print(1)\n", "new.py": b"print(4)\n"})
    assert statuses(run) == {"assert-twice": "updated", "print-call": "updated"}
    assert box.git("rev-parse", f"{PRINT}^") == base
    assert box.git("diff", "--name-only", "HEAD", PRINT).split() == ["a.py", "new.py", "sub/c.py"]
    assert statuses(run) == {"assert-twice": "unchanged", "print-call": "unchanged"}


def test_a_persons_commit_and_a_deletion_are_respected_and_said(box: Sandbox, run: Run) -> None:
    run("branch")
    box.git("switch", "-q", PRINT)
    mine = box.commit({"a.py": b"mine = 1\n"})
    box.git("switch", "-q", "main")
    box.git("branch", "-D", ASSERT)
    outcome = run("branch")
    assert outcome.code == 0
    assert f"{PRINT}: somebody committed to the branch".encode() in outcome.out
    assert f"{ASSERT}: the branch was deleted: --recreate makes it again\n".encode() in outcome.out
    assert box.git("rev-parse", PRINT) == mine
    assert statuses(run, "--recreate") == {"assert-twice": "created", "print-call": "kept"}


def test_what_is_gone_from_the_base_is_obsolete(box: Sandbox, run: Run) -> None:
    run("branch")
    box.git("merge", "-q", "--squash", ASSERT)
    box.git("commit", "-qm", "Squashed")
    document = run("branch", "--format", "json").document
    assert document["obsolete"] == [ASSERT]
    assert [branch["name"] for branch in document["branches"]] == [PRINT]
    assert f"{ASSERT}: obsolete, ".encode() in run("branch").out
    box.commit({"b.py": b"assert x and z\n"})
    document = run("branch", "--format", "json").document
    assert document["obsolete"] == []
    assert [branch["status"] for branch in document["branches"]] == ["updated", "updated"]


@pytest.mark.parametrize(
    "options", [["a.py"], ["--remedy", "print-call"], ["--exclude-remedy", "assert-twice"]]
)
def test_what_was_not_looked_at_is_not_obsolete(box: Sandbox, run: Run, options: list[str]) -> None:
    run("branch")
    box.git("merge", "-q", "--squash", ASSERT)
    box.git("commit", "-qm", "Squashed")
    assert run("branch", "--format", "json", *options).document["obsolete"] == []


def test_a_file_that_cannot_be_read_any_more_is_no_proof(box: Sandbox, run: Run) -> None:
    run("branch")
    box.commit({"b.py": b"assert x and y\ndef (\n"})
    outcome = run("branch", "--format", "json")
    assert (outcome.code, outcome.document["obsolete"]) == (2, [])


def test_splitting_in_another_way_leaves_the_first_alone(box: Sandbox, run: Run) -> None:
    run("branch")
    document = run("branch", "--by", "file", "--format", "json").document
    assert document["obsolete"] == []
    assert statuses(run) == {"assert-twice": "unchanged", "print-call": "unchanged"}


def test_with_a_report_branches_become_obsolete_too(box: Sandbox, run: Run) -> None:
    (box.root.parent / "AUDIT.md").write_text("## BUG-1: print in `a.py:1`\n\n`print-call` in a.py line 1\n")
    run("branch")
    box.commit({"b.py": b"assert x\n", "a.py": b"import logging\nlogging.info(1)\n", "sub/c.py": b""})
    document = run("branch", "--audit", "../AUDIT.md", "--format", "json").document
    assert document["obsolete"] == [ASSERT, PRINT]


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        *(("HEAD", "main"), ("main", "main"), ("refs/heads/main", "main"), ("HEAD~0", None), ("v1", None)),
        *(("origin/main", "main"), ("origin/topic/x", "topic/x"), ("nothing", None)),
    ],
)
def test_where_the_fixes_are_meant_to_go(box: Sandbox, revision: str, expected: str | None) -> None:
    box.git("tag", "v1")
    box.git("update-ref", "refs/remotes/origin/main", "HEAD")
    box.git("update-ref", "refs/remotes/origin/topic/x", "HEAD")
    assert target_of(repository_at(box.root), revision) == expected


def test_the_target_is_remembered(box: Sandbox, run: Run) -> None:
    run("branch")
    assert read_ledger(repository_at(box.root)).records[PRINT].target == "main"
    box.git("switch", "-q", "--detach")
    box.commit({"a.py": b"print(1)\n"})
    run("branch")
    assert read_ledger(repository_at(box.root)).records[PRINT].target is None


def made(name: str, status: Status, on: str | None = None, *, is_checked: bool = False) -> Branch:
    check = Checked("c", Verdict.PASSED, Verdict.FAILED, is_good=False) if is_checked else None
    return Branch(name, status, on=on, check=check)


@pytest.mark.parametrize(
    ("branches", "failures", "code"),
    [
        ([], [], 0),
        ([made("a", Status.CREATED), made("b", Status.KEPT), made("c", Status.DELETED)], [], 0),
        ([made("a", Status.REJECTED)], [], 2),
        ([made("a", Status.CREATED)], [Failure("x.py", "cannot be read")], 2),
        ([made("a", Status.REJECTED, is_checked=True)], [], 1),
        ([made("a", Status.REJECTED, is_checked=True), made("b", Status.REJECTED)], [], 2),
        ([made("a", Status.REJECTED, is_checked=True), made("b", Status.REJECTED, "a")], [], 1),
        ([made("a", Status.KEPT), made("b", Status.REJECTED, "a"), made("c", Status.REJECTED, "b")], [], 1),
        ([made("a", Status.REJECTED), made("b", Status.REJECTED, "a", is_checked=True)], [], 2),
        ([made("a", Status.CREATED), made("b", Status.REJECTED, "a")], [], 2),
    ],
)
def test_exit_codes(branches: list[Branch], failures: list[Failure], code: int) -> None:
    assert exit_code(branches, failures) == code
