"""`patchwright status`: what it shows. Where branches stand is tested with standings."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import toy
from commandline import Run
from recorded import Recorded, text

from codemods.branches.model import Checked, Verdict
from codemods.output.standing import age, lines

FAILED = Checked("pytest", Verdict.PASSED, Verdict.FAILED, 1.5, ("test_a", "test_b"), "tail", is_good=False)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    made = Recorded.make(tmp_path / "repo")
    monkeypatch.chdir(made.box.root)
    return made


@pytest.fixture
def six(made: Recorded, tmp_path: Path) -> Recorded:
    """A branch in each state, and one that a person worked on."""
    now = int(time.time())
    made.branch("merged", {"a.py": text(_1="1")}, written=now - 90_000)
    made.branch("conflict", {"a.py": text(_10="ten")}, written=now - 7_300)
    made.branch("worked-on", {"b.py": text(_20="1")}, written=now - 61, findings=("f1", "f2"))
    made.branch(
        "open",
        {"b.py": text(_21="2")},
        written=now - 350_000,
        remedies=("broad-except",),
        check=replace(FAILED, new=(), is_good=True),
    )
    made.branch("obsolete", {"b.py": text(_50="1")}, is_obsolete=True)
    made.branch("deleted", {"b.py": text(_55="1")})
    made.box.git("branch", "-q", "-D", "fix/deleted")
    made.on("fix/worked-on", {"b.py": text(_20="one")})
    made.box.git("merge", "-q", "--ff-only", "fix/merged")
    made.box.commit({"a.py": text(_1="1", _10="TEN")})
    return made


def test_nothing_is_recorded(made: Recorded, run: Run) -> None:
    outcome = run("status")
    assert (outcome.code, outcome.out) == (0, b"No branches: patchwright branch makes them.\n")
    assert run("status", "--format", "json").document == {"version": 1, "branches": []}


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("status")
    assert outcome.code == 2
    assert "not in a git repository" in outcome.err


def test_the_table(six: Recorded, run: Run) -> None:
    before = six.box.state()
    outcome = run("status")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines() == [
        "state     branch         findings  age    commits  check",
        "conflict  fix/conflict          1  2 h    +1 -2    -         conflicts with main",
        "open      fix/open              1  4 d    +1 -2    no worse  "
        "conflicts with fix/worked-on; fixes broad-except",
        "open      fix/worked-on         2  1 min  +2 -2    -         "
        "a person added commits; conflicts with fix/open",
        "merged    fix/merged            1  1 d    -        -         merged into main",
        "obsolete  fix/obsolete          1  -      +1 -2    -         the faults are gone",
        "deleted   fix/deleted           1  -      -        -",
        "",
        "6 branches beside main: 1 conflict, 2 open, 1 merged, 1 obsolete, 1 deleted.",
        "Next: git diff main...BRANCH shows one of them, git merge BRANCH takes it.",
        "patchwright branch makes those in conflict anew on what is there today.",
        "patchwright prune deletes 2 branches with nothing left to do.",
    ]
    assert six.box.state() == before


def test_colours(six: Recorded, run: Run) -> None:
    painted = run("status", "--color").out.decode()
    assert painted.startswith("\x1b[1mstate")
    assert "\x1b[31mconflict\x1b[0m  fix/conflict " in painted
    assert "\x1b[32mopen\x1b[0m      fix/open " in painted
    assert b"\x1b" not in run("status").out


def test_the_document(six: Recorded, run: Run) -> None:
    tip, main = six.box.git("rev-parse", "fix/open"), six.box.git("rev-parse", "main")
    document = run("status", "--format", "json").document
    assert document["version"] == 1
    entries = {entry["name"]: entry for entry in document["branches"]}
    one = entries["fix/open"]
    assert isinstance(one.pop("written"), int)
    assert one == {
        "name": "fix/open",
        "state": "open",
        "commit": tip,
        "written_commit": tip,
        "base": one["base"],
        "on": None,
        "remedies": ["broad-except"],
        "findings": ["f1"],
        "paths": ["b.py"],
        "audit": [],
        "target": {"name": "main", "commit": main},
        "ahead": 1,
        "behind": 2,
        "landed": None,
        "obsolete": False,
        "touched": None,
        "conflicts": False,
        "conflicts_with": ["fix/worked-on"],
        "busy": None,
        "check": {
            "command": "pytest",
            "base": "passed",
            "branch": "failed",
            "seconds": 1.5,
            "good": True,
            "new": [],
            "tail": "tail",
        },
        "remotes": [],
        "proposals": {},
    }
    told = {n.removeprefix("fix/"): (e["state"], e["landed"], e["touched"]) for n, e in entries.items()}
    assert told == {
        "conflict": ("conflict", None, None),
        "open": ("open", None, None),
        "worked-on": ("open", None, "added"),
        "merged": ("merged", "merged", None),
        "obsolete": ("obsolete", None, None),
        "deleted": ("deleted", None, "deleted"),
    }


def test_another_base(six: Recorded, run: Run) -> None:
    assert " fix/merged            1  1 d    +1 -0 " in run("status", "--base", "main~2").out.decode()
    assert "beside main~2:" in run("status", "--base", "main~2").out.decode()
    outcome = run("status", "--base", "nowhere")
    assert (outcome.code, outcome.out) == (2, b"")
    assert "unknown revision 'nowhere'" in outcome.err


def test_output_goes_to_a_file(six: Recorded, run: Run, tmp_path: Path) -> None:
    assert run("status", "--format", "json", "--output", str(tmp_path / "s.json")).out == b""
    assert len(json.loads((tmp_path / "s.json").read_bytes())["branches"]) == 6


def test_what_else_is_said(made: Recorded, run: Run, tmp_path: Path) -> None:
    address = "https://forge.example.com/team/shop/pull/7"
    low = made.branch("low", {"a.py": text(_5="five")}, check=FAILED)
    high = made.branch("high", {"a.py": text(_5="five", _6="six")}, base="fix/low", on="fix/low")
    made.record(
        replace(low, pushed={"origin": low.tip}, proposals={"origin": address}),
        replace(high, pushed={"origin": high.tip}),
    )
    made.box.git("update-ref", "refs/remotes/origin/fix/low", low.tip)
    made.box.git("update-ref", "refs/remotes/origin/fix/high", low.tip)
    made.box.git("worktree", "add", "-q", str(tmp_path / "there"), "fix/high")
    said = run("status").out.decode().splitlines()
    assert said[1].endswith(f"failed  2 tests fail that passed below it; on origin; {address}")
    there = f"checked out in {tmp_path / 'there'}"
    assert said[2].endswith(f"on top of fix/low; {there}; another commit is on origin")
    made.box.git("update-ref", "-d", "refs/remotes/origin/fix/low")
    assert "; was pushed to origin; " in run("status").out.decode()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_on_a_narrow_terminal_notes_are_below(six: Recorded, width: int) -> None:
    found = list(six.standings().values())
    shown = [line.text for line in lines(found, time.time(), width)]
    assert max(map(len, shown)) <= width
    whole = [line.text for line in lines(found, time.time(), 1_000)]
    assert " ".join(" ".join(shown).split()) == " ".join(" ".join(whole).split())


def test_notes_that_cannot_be_broken_are_whole(made: Recorded) -> None:
    record = made.branch("one", {"a.py": text(_5="five")})
    address = "https://forge.example.com/" + "a" * 80
    made.record(replace(record, proposals={"origin": address}))
    assert f"    {address}" in [line.text for line in lines([made.standing()], 0, 60)]


def test_control_characters_stay_off_the_terminal(made: Recorded, run: Run) -> None:
    record = made.branch("one", {"a.py": text(_5="five")})
    made.record(replace(record, proposals={"origin": "https://x/\x1b[31m"}))
    assert b"https://x/^[[31m" in run("status").out


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7_199, "1 h"), (86_400 * 30, "30 d"), (-5, "0 s")],
)
def test_ages(seconds: int, said: str) -> None:
    assert age(1_000_000, 1_000_000 + seconds) == said


def test_what_the_command_made_is_shown_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """From branch to prune, with nothing put in by hand."""
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)
    made = Recorded.make(tmp_path / "repo", {"a.py": b"print(1)\n", "b.py": b"assert x and y\n"})
    monkeypatch.chdir(made.box.root)
    assert run("branch").code == 0
    states = {e["name"]: e["state"] for e in run("status", "--format", "json").document["branches"]}
    assert states == {"patchwright/assert-twice": "open", "patchwright/print-call": "open"}
    made.box.git("cherry-pick", "patchwright/print-call")
    made.box.commit({"b.py": b"assert x\n"})
    assert run("branch").code == 0
    (first, second) = run("status", "--format", "json").document["branches"]
    assert (first["name"], first["state"]) == ("patchwright/print-call", "merged")
    assert (second["name"], second["state"]) == ("patchwright/assert-twice", "obsolete")
    assert run("prune", "--yes").code == 0
    assert made.box.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert run("status").out == b"No branches: patchwright branch makes them.\n"
