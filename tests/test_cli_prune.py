"""`patchwright prune`: what goes, what stays, and what has to be said before."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from commandline import Run
from recorded import Recorded, text
from repositories import ENVIRONMENT

from codemods.branches.ledger import REF, read_ledger
from codemods.branches.standing.prune import prune, pruning
from codemods.branches.standing.standing import standings
from codemods.repository import GitFailure

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """Two branches that are done, one that is open."""
    made = Recorded.make(tmp_path / "repo")
    monkeypatch.chdir(made.box.root)
    made.branch("merged", {"a.py": text(_5="five")})
    made.branch("obsolete", {"b.py": text(_9="nine")}, is_obsolete=True)
    made.branch("open", {"b.py": text(_30="thirty")})
    made.box.git("cherry-pick", "fix/merged")
    return made


def heads(made: Recorded) -> list[str]:
    listing = made.box.git("for-each-ref", "--format=%(refname:short)", "refs/heads/fix")
    return [name.removeprefix("fix/") for name in listing.split()]


def recorded(made: Recorded) -> list[str]:
    return sorted(name.removeprefix("fix/") for name in read_ledger(made.repository).records)


def test_what_is_done_goes(made: Recorded, run: Run) -> None:
    merged, obsolete = made.box.git("rev-parse", "fix/merged", "fix/obsolete").split()
    before = made.box.state()
    outcome = run("prune", "--yes")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines() == [
        "branch        commit      why",
        f"fix/merged    {merged[:10]}  main has the same changes",
        f"fix/obsolete  {obsolete[:10]}  the faults are gone",
        "",
        "Deleted 2 branches; git branch BRANCH COMMIT brings one back.",
    ]
    assert heads(made) == recorded(made) == ["open"]
    after = made.box.state()
    assert {k: v for k, v in after.items() if k != "refs"} == {k: v for k, v in before.items() if k != "refs"}
    made.box.git("branch", "fix/merged", merged[:10])
    assert made.box.git("rev-parse", "fix/merged") == merged


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 1, b"Nothing was deleted: --yes deletes these 2 branches.\n"),
        (["--dry-run"], 0, b"Nothing was deleted: without --dry-run it deletes these 2 branches.\n"),
        (["--dry-run", "--yes"], 0, b"Nothing was deleted: without --dry-run it deletes these 2 branches.\n"),
    ],
)
def test_without_a_yes_it_only_shows(
    made: Recorded, run: Run, options: list[str], code: int, said: bytes
) -> None:
    before = made.box.state()
    outcome = run("prune", *options)
    assert (outcome.code, outcome.out.splitlines(keepends=True)[-1]) == (code, said)
    assert b"\nfix/merged " in outcome.out
    assert made.box.state() == before


@pytest.mark.parametrize(
    ("answer", "left"), [("y", ["open"]), ("n", ["merged", "obsolete", "open"]), ("", None)]
)
def test_on_a_terminal_it_asks(made: Recorded, answer: str, left: list[str] | None) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cli.main", "prune"]
    environment = ENVIRONMENT | {"PYTHONPATH": str(CHECKOUT), "TERM": "dumb"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=made.box.root, env=environment
    ) as process:
        os.close(theirs)
        seen = b""
        while b"[y/N]: " not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, f"{answer}\n".encode())
        while (more := _read(ours)) is not None:
            seen += more
    os.close(ours)
    assert process.returncode == 0
    assert seen.index(b"fix/obsolete") < seen.index(b"Delete these 2 branches? [y/N]: ")
    assert (b"Deleted 2 branches" in seen) == (answer == "y")
    assert heads(made) == (left or ["merged", "obsolete", "open"])


def _read(terminal: int) -> bytes | None:
    """What comes next; None when the other side is closed."""
    try:
        return os.read(terminal, 1000) or None
    except OSError:
        return None


def test_nothing_to_delete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    made = Recorded.make(tmp_path / "repo")
    monkeypatch.chdir(made.box.root)
    for _ in range(2):
        outcome = run("prune")
        assert outcome.code == 0
        assert outcome.out == b"Nothing to delete: no branch has landed or become obsolete.\n"
        made.branch("open", {"a.py": text(_5="five")})
    assert heads(made) == ["open"]


def test_what_persons_have_stays(made: Recorded, run: Run, tmp_path: Path) -> None:
    """Committed to, checked out, in a rebase: done or not, these are theirs."""
    for name, line in (("worked-on", "_1"), ("checked-out", "_20"), ("in-rebase", "_40"), ("reset", "_50")):
        made.branch(name, {"a.py": text(_5="five", **{line: name})}, is_obsolete=True)
    made.on("fix/worked-on", {"c.py": b"mine\n"})
    made.box.git("branch", "-q", "-f", "fix/reset", "main")
    made.box.git("worktree", "add", "-q", str(tmp_path / "there"), "fix/checked-out")
    made.box.git("worktree", "add", "-q", str(tmp_path / "rebase"), "fix/in-rebase")
    made.box.git("-C", str(tmp_path / "rebase"), "rebase", "-x", "false", "HEAD~1", check=False)
    stay = ["checked-out", "in-rebase", "reset", "worked-on"]
    outcome = run("prune", "--yes")
    assert outcome.code == 0
    assert heads(made) == sorted([*stay, "open"])
    said = outcome.out.decode()
    assert "fix/worked-on stays (the faults are gone): a person added commits\n" in said
    assert "fix/reset stays (the faults are gone): a person moved it elsewhere\n" in said
    assert f"fix/checked-out stays (the faults are gone): it is checked out in {tmp_path / 'there'}\n" in said
    assert "fix/in-rebase stays (the faults are gone): a rebase of it is in progress\n" in said


def test_records_of_branches_that_are_gone(made: Recorded, run: Run) -> None:
    """That a person deleted one that is not done is remembered: else it would be made again."""
    made.box.git("branch", "-q", "-D", "fix/merged", "fix/obsolete", "fix/open")
    assert run("prune", "--dry-run").code == 0
    assert recorded(made) == ["merged", "obsolete", "open"]
    outcome = run("prune")
    assert outcome.code == 0
    assert b"Forgot 2 branches that somebody had deleted.\n" in outcome.out
    assert recorded(made) == ["open"]


def test_the_ledger_goes_with_the_last_record(made: Recorded, run: Run) -> None:
    made.box.git("merge", "-q", "--no-edit", "fix/open")
    assert run("prune", "--yes").code == 0
    assert (heads(made), made.box.git("for-each-ref", REF)) == ([], "")


def test_a_branch_that_moves_meanwhile_stops_all(made: Recorded) -> None:
    ledger = read_ledger(made.repository)
    wanted = pruning(standings(made.repository, ledger))
    mine = made.on("fix/obsolete", {"c.py": b"mine\n"})
    with pytest.raises(GitFailure, match=r"nothing was deleted: .*fix/obsolete.*; run it again"):
        prune(made.repository, ledger, wanted)
    assert heads(made) == recorded(made) == ["merged", "obsolete", "open"]
    assert made.box.git("rev-parse", "fix/obsolete") == mine


def test_another_run_meanwhile_stops_all(made: Recorded) -> None:
    ledger = read_ledger(made.repository)
    wanted = pruning(standings(made.repository, ledger))
    made.branch("new", {"a.py": text(_50="fifty")})
    with pytest.raises(GitFailure, match="nothing was deleted"):
        prune(made.repository, ledger, wanted)
    assert heads(made) == recorded(made) == ["merged", "new", "obsolete", "open"]


def test_the_lower_part_of_a_stack_goes_alone(made: Recorded, run: Run) -> None:
    made.branch("low", {"a.py": text(_5="five", _40="forty")})
    high = made.branch("high", {"a.py": text(_5="five", _40="forty", _41="1")}, base="fix/low", on="fix/low")
    made.box.commit({"a.py": text(_5="five", _40="forty")})
    assert run("prune", "--yes").code == 0
    assert heads(made) == ["high", "open"]
    assert made.standing("high").tip == high.tip


def test_against_another_commit(made: Recorded, run: Run) -> None:
    made.box.git("branch", "develop", "fix/open")
    assert b"\nfix/open " in run("prune", "--dry-run", "--base", "develop").out
    assert b"\nfix/open " not in run("prune", "--dry-run").out
    outcome = run("prune", "--yes", "--base", "fix/open")
    assert outcome.code == 2
    assert "fix/open" in outcome.err
    assert heads(made) == ["merged", "obsolete", "open"]


def test_what_is_on_remotes_stays_and_is_named(made: Recorded, run: Run, tmp_path: Path) -> None:
    made.box.git("init", "-q", "--bare", str(tmp_path / "forge"))
    made.box.git("remote", "add", "origin", str(tmp_path / "forge"))
    made.box.git("push", "-q", "--set-upstream", "origin", "fix/merged", "fix/obsolete")
    for record in read_ledger(made.repository).records.values():
        if record.name != "fix/open":
            made.record(replace(record, pushed={"origin": record.tip}))
    made.box.git("push", "-q", "-f", "origin", "fix/open:fix/obsolete")  # somebody else's work
    made.box.git("fetch", "-q")
    outcome = run("prune", "--yes")
    assert outcome.out.endswith(b"a copy: git push origin --delete fix/merged\n")
    assert made.box.git("ls-remote", "--heads", "origin").count("\n") == 1


def test_settings_of_a_branch_go_with_it(made: Recorded, run: Run) -> None:
    for name in ("merged", "open"):
        made.box.git("config", f"branch.fix/{name}.remote", "origin")
        made.box.git("config", f"branch.fix/{name}.merge", f"refs/heads/fix/{name}")
    assert run("prune", "--yes").code == 0
    assert made.box.git("config", "--get-regexp", "^branch").splitlines() == [
        "branch.fix/open.remote origin",
        "branch.fix/open.merge refs/heads/fix/open",
    ]


def test_the_document(made: Recorded, run: Run) -> None:
    made.branch("gone", {"a.py": text(_1="1")}, is_obsolete=True)
    made.box.git("branch", "-q", "-D", "fix/gone")
    made.branch("mine", {"a.py": text(_1="1")}, is_obsolete=True)
    made.on("fix/mine", {"c.py": b"mine\n"})
    outcome = run("prune", "--format", "json")
    assert (outcome.code, outcome.document["deleted"]) == (1, False)
    assert heads(made) == ["merged", "mine", "obsolete", "open"]
    outcome = run("prune", "--format", "json", "--yes")
    document = outcome.document
    assert (outcome.code, document["version"], document["deleted"]) == (0, 1, True)
    named = {key: [entry["name"] for entry in document[key]] for key in ("branches", "forgotten", "kept")}
    assert named == {
        "branches": ["fix/merged", "fix/obsolete"],
        "forgotten": ["fix/gone"],
        "kept": ["fix/mine"],
    }
    assert heads(made) == ["mine", "open"]
