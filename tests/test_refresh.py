"""A second run: what becomes of branches when the base moved, or a person did something."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from refreshing import (
    APP,
    FILES,
    TOOL,
    commits_on_top,
    content,
    finding,
    fix,
    meanwhile,
    plans,
    record,
    run,
    scan,
    status_of,
    statuses,
    tip,
)
from repositories import Sandbox, forget_environment
from signalled import kill

from codemods.branches import write as write_module
from codemods.branches.ledger import ANNOUNCED, REF, Record, read_ledger
from codemods.branches.model import Branch, Plan, Status
from codemods.branches.plumbing.refs import HEADS, Move, transaction
from codemods.branches.remember import Scanned, obsolete_branches
from codemods.branches.write import write_branches
from codemods.model import FileChange
from codemods.repository import GitFailure
from codemods.sources import Commit


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox.make(tmp_path_factory.mktemp("original") / "r", FILES)


@pytest.fixture
def box(original: Sandbox, tmp_path: Path) -> Sandbox:
    return Sandbox(shutil.copytree(original.root, tmp_path / "r"))


# -- the base moves -------------------------------------------------------------------------------------


def test_untouched_branches_are_made_anew_on_the_new_base(box: Sandbox) -> None:
    first = run(box)
    base = box.commit({"other.py": b"better\n"})
    state = {key: value for key, value in box.state().items() if key != "refs"}
    second = run(box)
    assert statuses(first) == {"app": "created", "tool": "created"}
    assert statuses(second) == {"app": "updated", "tool": "updated"}
    for name, branch in second.items():
        assert (branch.commit, branch.reason) == (tip(box, name), None)
        assert box.git("rev-list", "--parents", f"{base}..{name}") == f"{branch.commit} {base}"
        assert (record(box, name).tip, record(box, name).base) == (branch.commit, base)
    assert content(box, APP, "other.py") == "better"
    assert {key: value for key, value in box.state().items() if key != "refs"} == state
    assert box.git("reflog", APP, "--format=%gs").splitlines()[0] == f"patchwright: made from {base[:10]}"
    assert statuses(run(box)) == {"app": "unchanged", "tool": "unchanged"}
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_the_fix_is_made_for_what_the_base_has_now(box: Sandbox) -> None:
    """A rebase would conflict here; making it anew does not."""
    run(box)
    box.commit({"app.py": b"one and a half\nbug again\n"})
    assert statuses(run(box)) == {"app": "updated", "tool": "updated"}
    assert content(box, APP, "app.py") == "one and a half\ncured again"


def test_another_fix_on_the_same_base(box: Sandbox) -> None:
    run(box)
    base = Commit.at(box.root)
    (branch,) = write_branches(base, [fix(base, "app.py", b"healed")])
    assert branch.status is Status.UPDATED
    assert content(box, APP, "app.py") == "one\nhealed\nthree"
    assert box.git("rev-parse", f"{APP}^") == base.sha


def test_an_older_base_can_be_asked_for(box: Sandbox) -> None:
    box.commit({"other.py": b"better\n"})
    run(box)
    assert statuses(run(box, revision="HEAD^")) == {"app": "updated", "tool": "updated"}
    assert box.git("rev-parse", f"{APP}^") == box.git("rev-parse", "HEAD^")


def test_a_second_run_writes_nothing(box: Sandbox) -> None:
    run(box)
    before = sorted((p, p.lstat().st_mtime_ns) for p in (box.root / ".git").rglob("*"))
    assert statuses(run(box)) == {"app": "unchanged", "tool": "unchanged"}
    assert sorted((p, p.lstat().st_mtime_ns) for p in (box.root / ".git").rglob("*")) == before


@pytest.mark.parametrize("kind", ["packed", "bare", "sha256", "worktree", "reftable"])
def test_any_kind_of_repository(tmp_path: Path, box: Sandbox, kind: str) -> None:
    if kind == "packed":
        run(box)
        box.git("pack-refs", "--all")
        box.git("gc", "-q", "--prune=now")
    elif kind == "bare":
        box.git("clone", "-q", "--bare", ".", "../bare.git")
        box = Sandbox(tmp_path / "bare.git")
        box.git("config", "user.name", "Ada Lovelace")
        box.git("config", "user.email", "ada@example.com")
    elif kind == "sha256":
        box = Sandbox.make(tmp_path / "sha256", FILES, "--object-format=sha256")
    elif kind == "worktree":
        box.git("worktree", "add", "-q", "-b", "linked", "../linked")
        box = Sandbox(tmp_path / "linked")
    else:
        version = tuple(int(n) for n in box.git("version").split()[2].split(".")[:2])
        if version < (2, 45):
            pytest.skip("this git has no reftable")
        box = Sandbox.make(tmp_path / "reftable", FILES, "--ref-format=reftable")
    run(box)
    tree = box.git("rev-parse", "HEAD^{tree}")
    moved = box.git("commit-tree", "-p", "HEAD", "-m", "Move", tree)
    assert statuses(run(box, revision=moved)) == {"app": "updated", "tool": "updated"}
    assert box.git("rev-parse", f"{APP}^") == moved
    assert statuses(run(box, revision=moved)) == {"app": "unchanged", "tool": "unchanged"}
    box.git("branch", "-D", TOOL)
    assert statuses(run(box, revision=moved)) == {"app": "unchanged", "tool": "deleted"}
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_the_ledger_is_in_no_history_and_survives_a_cleaning(box: Sandbox) -> None:
    run(box)
    box.git("gc", "-q", "--prune=now")
    assert box.git("log", "--all", "--format=%s").splitlines().count("Add files") == 1
    assert record(box).target == "main"
    box.git("clone", "-q", "--bare", ".", "../copy.git")
    assert box.git("ls-remote", "../copy.git", "refs/patchwright/*") == ""


# -- a person did something -----------------------------------------------------------------------------


def amends(box: Sandbox) -> None:
    box.git("switch", "-q", APP)
    box.write({"app.py": b"amended\n"})
    box.git("commit", "-qa", "--amend", "--no-edit")
    box.git("switch", "-q", "main")


def amends_the_message(box: Sandbox) -> None:
    box.git("switch", "-q", APP)
    box.git("commit", "-q", "--amend", "-m", "My words\n\nPatchwright-Remedy: bug")
    box.git("switch", "-q", "main")


def rebases(box: Sandbox) -> None:
    box.git("switch", "-q", APP)
    box.git("-c", "core.editor=true", "rebase", "-q", "main")
    box.git("switch", "-q", "main")


def rebases_and_goes_on(box: Sandbox) -> None:
    box.commit({"other.py": b"better\n"})
    rebases(box)
    box.commit({"other.py": b"best\n"})


def resets(box: Sandbox) -> None:
    box.git("branch", "-f", APP, "main")


def makes_an_alias(box: Sandbox) -> None:
    box.git("branch", "-D", APP)
    box.git("symbolic-ref", HEADS + APP, "refs/heads/main")


@pytest.mark.parametrize("base_moves", [False, True])
@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (commits_on_top, "somebody committed to the branch"),
        (amends, "somebody changed the branch"),
        (amends_the_message, "somebody changed the branch"),
        (rebases_and_goes_on, "somebody changed the branch"),
        (resets, "is in the base already"),
        (makes_an_alias, "another name"),
    ],
)
def test_what_a_person_touched_is_kept(
    box: Sandbox, happens: Callable[[Sandbox], None], says: str, base_moves: bool
) -> None:
    run(box)
    if base_moves:
        box.commit({"other.py": b"better\n"})
    happens(box)
    theirs, main = tip(box), box.git("rev-parse", "main")
    made = run(box)[APP]
    assert (made.status, made.commit) == (Status.KEPT, theirs)
    assert made.reason
    assert says in made.reason
    assert "--recreate" in made.reason
    assert (tip(box), box.git("rev-parse", "main")) == (theirs, main)
    assert run(box)[TOOL].status is Status.UNCHANGED, "the others go on"


def test_one_that_a_person_rebased_is_as_if_we_had_done_it(box: Sandbox) -> None:
    run(box)
    box.commit({"other.py": b"better\n"})
    rebases(box)
    theirs = tip(box)
    assert (run(box)[APP].status, tip(box), record(box).tip) == (Status.UNCHANGED, theirs, theirs)
    box.commit({"other.py": b"best\n"})
    assert status_of(box)[0] is Status.UPDATED


def test_what_is_said_of_a_kept_branch_can_be_done(box: Sandbox) -> None:
    run(box)
    commits_on_top(box)
    assert status_of(box)[0] is Status.KEPT
    box.git("branch", "-D", APP)
    assert status_of(box)[0] is Status.DELETED
    assert status_of(box, recreate=True)[0] is Status.CREATED
    assert status_of(box)[0] is Status.UNCHANGED


def test_a_deleted_branch_stays_away_until_asked_for(box: Sandbox) -> None:
    first = run(box)
    box.git("branch", "-D", APP)
    for _ in range(2):
        assert status_of(box) == (Status.DELETED, "the branch was deleted: --recreate makes it again")
        assert tip(box) == ""
        box.commit({"other.py": b"better\n"})
    assert run(box)[APP].commit is None
    assert run(box, recreate=True)[APP].status is Status.CREATED
    assert box.git("rev-parse", f"{APP}^") == box.git("rev-parse", "main") != first[APP].commit
    assert status_of(box)[0] is Status.UNCHANGED


def test_a_branch_that_is_made_again_can_be_the_very_same(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    first = run(box)
    box.git("branch", "-D", APP)
    second = run(box, recreate=True)
    assert second[APP].commit == first[APP].commit == tip(box)


def test_a_deleted_branch_that_git_has_thrown_away(box: Sandbox) -> None:
    run(box)
    box.git("branch", "-D", APP)
    box.git("reflog", "expire", "--expire=now", "--all")
    box.git("gc", "-q", "--prune=now")
    assert status_of(box)[0] is Status.DELETED


# -- somebody stands on it ------------------------------------------------------------------------------


def checks_out(box: Sandbox) -> None:
    box.git("switch", "-q", APP)


def checks_out_elsewhere(box: Sandbox) -> None:
    box.git("worktree", "add", "-q", "../linked\nplace", APP)


def loses_a_worktree(box: Sandbox) -> None:
    checks_out_elsewhere(box)
    shutil.rmtree(box.root.parent / "linked\nplace")


def starts_a_rebase(box: Sandbox) -> None:
    box.git("worktree", "add", "-q", "../linked", APP)
    linked = Sandbox(box.root.parent / "linked")
    linked.git("-c", "sequence.editor=echo break >", "rebase", "-q", "-i", "HEAD^")
    assert linked.git("rev-parse", "--abbrev-ref", "HEAD") == "HEAD"


def starts_a_bisection(box: Sandbox) -> None:
    box.git("switch", "-q", APP)
    box.git("bisect", "start")
    box.git("switch", "-q", "--detach", "main")


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (checks_out, "checked out in"),
        (checks_out_elsewhere, "checked out in"),
        (loses_a_worktree, "which is not there (git worktree prune)"),
        (starts_a_rebase, "a rebase of it"),
        (starts_a_bisection, "a bisection"),
    ],
)
def test_no_branch_moves_beneath_somebody(
    box: Sandbox, happens: Callable[[Sandbox], None], says: str
) -> None:
    run(box)
    happens(box)
    assert run(box, revision="main")[APP].status is Status.UNCHANGED
    tree = box.git("rev-parse", "main^{tree}")
    moved = box.git("commit-tree", "-p", "main", "-m", "Move", tree)
    before, state = tip(box), box.git("status", "--porcelain")
    made = run(box, revision=moved)
    assert (made[APP].status, made[APP].commit, tip(box)) == (Status.KEPT, before, before)
    assert says in (made[APP].reason or "")
    assert made[TOOL].status is Status.UPDATED
    assert box.git("status", "--porcelain") == state
    if happens is checks_out:
        box.git("switch", "-q", "--detach", moved)
        assert run(box)[APP].status is Status.UPDATED, "it is ours as before"


def test_no_branch_appears_beneath_somebody(box: Sandbox) -> None:
    """HEAD can name a branch that has no commit yet: making it would fill a checkout that is empty."""
    box.git("switch", "-q", "--orphan", APP)
    made = run(box, revision="main")
    assert (made[APP].status, made[APP].commit, tip(box)) == (Status.KEPT, None, "")
    assert "checked out" in (made[APP].reason or "")


# -- it landed ------------------------------------------------------------------------------------------


def fast_forward(box: Sandbox) -> None:
    box.git("merge", "-q", "--ff-only", APP)


def merge_commit(box: Sandbox) -> None:
    box.git("merge", "-q", "--no-ff", "--no-edit", APP)


def squash(box: Sandbox) -> None:
    box.git("merge", "-q", "--squash", APP)
    box.git("commit", "-qm", "Squashed")


def landed_otherwise(box: Sandbox) -> None:
    box.commit({"app.py": b"one\nsomebody's own cure\nthree\n"})


def file_gone(box: Sandbox) -> None:
    box.git("rm", "-q", "app.py")
    box.git("commit", "-qm", "Away with it")


@pytest.mark.parametrize("happens", [fast_forward, merge_commit, squash, landed_otherwise, file_gone])
def test_what_landed_is_obsolete_until_the_fault_is_back(
    box: Sandbox, happens: Callable[[Sandbox], None]
) -> None:
    run(box)
    repository = Commit.at(box.root).repository
    happens(box)
    before = tip(box)
    assert statuses(run(box)) == {"tool": "updated"}
    assert record(box).is_obsolete
    assert (obsolete_branches(repository), tip(box)) == ((APP,), before)
    box.commit({"app.py": b"bug\n"})
    made = run(box)[APP]
    assert made.status is Status.UPDATED
    assert bool(made.reason) == (happens in (fast_forward, merge_commit))
    assert not record(box).is_obsolete
    assert obsolete_branches(repository) == ()


def test_obsolete_and_deleted_is_no_refusal(box: Sandbox) -> None:
    run(box)
    squash(box)
    run(box)
    box.git("branch", "-D", APP)
    assert obsolete_branches(Commit.at(box.root).repository) == ()
    box.commit({"app.py": b"bug\n"})
    assert status_of(box)[0] is Status.CREATED


@pytest.mark.parametrize(("mark", "status"), [("", Status.DELETED), ("-new", Status.CREATED)])
def test_merged_and_deleted(box: Sandbox, mark: str, status: Status) -> None:
    """What is found after that is new, unless it is the same again: then somebody took the fix back."""
    run(box)
    merge_commit(box)
    box.git("branch", "-D", APP)
    box.commit({"app.py": b"bug\n"})
    base = Commit.at(box.root)
    plan = replace(fix(base, "app.py"), findings=(finding("app.py", mark),))
    (made,) = write_branches(base, [plan])
    assert made.status is status
    assert (tip(box) == "") == (status is Status.DELETED)
    (made,) = write_branches(base, [plan], recreate=True)
    assert made.status in (Status.CREATED, Status.UNCHANGED)


@pytest.mark.parametrize(
    ("scanned", "expected"),
    [
        (Scanned(frozenset({"bug"}), frozenset(FILES), frozenset()), True),
        (Scanned(frozenset({"bug", "more"}), frozenset({"app.py"}), frozenset({"x"})), True),
        (Scanned(frozenset({"more"}), frozenset(FILES), frozenset()), False),
        (Scanned(frozenset({"bug"}), frozenset({"tool.py"}), frozenset()), False),
        (Scanned(frozenset({"bug"}), frozenset(FILES), frozenset({"app.py-print"})), False),
        (None, False),
    ],
)
def test_only_what_was_looked_at_can_be_gone(box: Sandbox, scanned: Scanned | None, expected: bool) -> None:
    run(box, "app.py")
    write_branches(Commit.at(box.root), [], scanned=scanned)
    assert record(box).is_obsolete is expected
    write_branches(Commit.at(box.root), [], scanned=None)
    assert record(box).is_obsolete is expected, "a run that did not look does not know better"


# -- which branch it is meant for -----------------------------------------------------------------------


def on(box: Sandbox, target: str | None, revision: str = "HEAD") -> dict[str, Branch]:
    base = Commit.at(box.root, revision)
    made = write_branches(base, plans(base), target=target, scanned=scan(base))
    return {branch.name: branch for branch in made}


def test_a_branch_for_main_does_not_follow_other_work(box: Sandbox) -> None:
    on(box, "main")
    box.git("switch", "-q", "-c", "dev")
    assert statuses(on(box, "dev")) == {"app": "unchanged", "tool": "unchanged"}
    assert record(box).target == "main", "it is the same commit, and was made for main"
    box.commit({"app.py": b"cured on dev\n"})
    made = on(box, "dev")
    assert (made[TOOL].status, APP in made) == (Status.KEPT, False)
    assert made[TOOL].reason == "it is meant for main: name that with --base, or choose another prefix"
    assert not record(box).is_obsolete, "it is not cured on main"
    box.git("switch", "-q", "main")
    box.commit({"app.py": b"cured on main\n"})
    assert statuses(on(box, "main")) == {"tool": "updated"}
    assert record(box).is_obsolete


@pytest.mark.parametrize("target", [APP, None])
def test_one_of_our_own_branches_is_no_base_for_the_others(box: Sandbox, target: str | None) -> None:
    on(box, "main")
    made = on(box, target, APP)
    assert statuses(made) == {"tool": "kept"}
    assert not record(box).is_obsolete
    box.git("merge", "-q", "--ff-only", APP)
    assert statuses(on(box, target and "main")) == {"tool": "updated"}
    assert record(box).is_obsolete


def test_when_the_target_has_a_new_name(box: Sandbox) -> None:
    on(box, "main")
    box.git("branch", "-m", "main", "trunk")
    box.commit({"other.py": b"better\n"})
    assert statuses(on(box, "trunk")) == {"app": "updated", "tool": "updated"}
    assert record(box).target == "trunk"


@pytest.mark.parametrize(("revision", "expected"), [("HEAD", True), ("HEAD~2", False)])
def test_an_older_commit_does_not_tell_what_is_gone(box: Sandbox, revision: str, expected: bool) -> None:
    box.commit({"new.py": b"bug\n"})
    on(box, None)
    box.commit({"new.py": b"cured\n"})
    on(box, None, revision)
    assert record(box, "patchwright/new").is_obsolete is expected


# -- what we remember -----------------------------------------------------------------------------------


def test_what_is_remembered(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    base = Commit.at(box.root)
    plan = replace(fix(base, "app.py"), audit=("BUG-1",))
    write_branches(base, [plan], target="main")
    known = Record(
        name=APP,
        tip=tip(box),
        parent=base.sha,
        base=base.sha,
        target="main",
        written=86400,
        remedies=("bug",),
        findings=("app.py-print",),
        paths=("app.py",),
        audit=("BUG-1",),
    )
    assert record(box) == known
    write_branches(base, [plan])
    assert record(box) == known, "a run that names no branch does not forget it"


def test_without_a_ledger_branches_that_are_as_planned_are_ours(box: Sandbox) -> None:
    first = run(box)
    box.git("switch", "-q", TOOL)
    box.commit({"tool.py": b"mine\n"})
    box.git("switch", "-q", "main")
    box.git("update-ref", "-d", REF)
    assert statuses(run(box)) == {"app": "unchanged", "tool": "kept"}
    assert record(box).tip == first[APP].commit
    assert TOOL not in read_ledger(Commit.at(box.root).repository).records
    box.commit({"other.py": b"better\n"})
    assert statuses(run(box)) == {"app": "updated", "tool": "kept"}


def test_a_persons_own_commit_of_the_same_is_not_taken_over(box: Sandbox) -> None:
    box.git("switch", "-q", "-c", APP)
    box.commit({"app.py": FILES["app.py"].replace(b"bug", b"cured")}, "My own cure")
    box.git("switch", "-q", "main")
    assert status_of(box)[0] is Status.UNCHANGED
    box.commit({"other.py": b"better\n"})
    assert status_of(box)[0] is Status.KEPT


def hostile(oid: str) -> bytes:
    """A ledger with something else where a commit should be."""
    commits = dict.fromkeys(("tip", "parent", "base"), oid)
    return json.dumps({"version": 1, "branches": [{"name": APP, **commits}]}).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 2, "branches": []}',
        b'{"version": 1, "branches": [{}]}',
        hostile("--all"),
        hostile("0" * 39 + "\n"),
    ],
)
def test_a_ledger_that_cannot_be_read_stops_everything(box: Sandbox, text: bytes) -> None:
    run(box)
    box.git("update-ref", REF, box.git("hash-object", "-w", "--stdin", feed=text))
    box.commit({"other.py": b"better\n"})
    before = box.state()
    with pytest.raises(GitFailure, match=f"{REF} cannot be read.*git update-ref -d {REF}") as error:
        run(box)
    assert "\n" not in str(error.value)
    assert box.state() == before
    box.git("update-ref", "-d", REF)
    assert statuses(run(box)) == {"app": "kept", "tool": "kept"}


# -- others at the same time, and things that break -----------------------------------------------------


def test_a_person_who_commits_meanwhile_is_not_overrun(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    run(box)
    box.commit({"other.py": b"better\n"})
    meanwhile(monkeypatch, lambda: commits_on_top(box))
    made = run(box)
    assert statuses(made) == {"app": "kept", "tool": "updated"}
    assert content(box, APP, "app.py") == "mine"


def test_a_person_who_deletes_meanwhile_is_heard(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    run(box)
    box.commit({"other.py": b"better\n"})
    meanwhile(monkeypatch, lambda: box.git("branch", "-D", APP))
    assert statuses(run(box)) == {"app": "deleted", "tool": "updated"}


def test_what_another_run_wrote_meanwhile_is_not_forgotten(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = transaction

    def other() -> None:
        monkeypatch.setattr(write_module, "transaction", original)
        assert statuses(run(box, "tool.py")) == {"tool": "created"}

    meanwhile(monkeypatch, other)
    assert statuses(run(box, "app.py")) == {"app": "created"}
    assert {*read_ledger(Commit.at(box.root).repository).records} == {APP, TOOL}
    assert statuses(run(box)) == {"app": "unchanged", "tool": "unchanged"}


def test_somebody_who_never_stops_is_told_of(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_module, "_PAUSE", 0)
    run(box)
    box.commit({"other.py": b"better\n"})
    before = tip(box)

    def act() -> None:
        text = box.git("cat-file", "blob", REF) + "\n "
        box.git("update-ref", REF, box.git("hash-object", "-w", "--stdin", feed=text.encode()))

    meanwhile(monkeypatch, act, times=99)
    with pytest.raises(GitFailure, match="could not make the branches"):
        run(box)
    assert tip(box) == before


SCRIPT = """
import sys
from pathlib import Path
from codemods.branches.model import Plan
from codemods.branches.write import write_branches
from codemods.model import FileChange
from codemods.sources import Commit
base = Commit.at(Path(sys.argv[1]))
old = base.read("app.py")
plans = [
    Plan(f"patchwright/b{n}", f"B{n}\\n\\nPatchwright-Remedy: b\\n", (FileChange("app.py", old, b"%d" % n),))
    for n in range(int(sys.argv[2]), int(sys.argv[3]))
]
print("go", flush=True)
sys.stdin.readline()
print(" ".join(sorted({branch.status.value for branch in write_branches(base, plans)})))
"""


def started(box: Sandbox, first: int, last: int) -> subprocess.Popen[bytes]:
    """A process that writes the branches with these numbers when it is given a line."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(box.root), str(first), str(last)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def test_two_runs_at_the_same_time(box: Sandbox) -> None:
    """They share some branches; each has all of its own in the end, and both are remembered."""
    processes = [started(box, 0, 60), started(box, 40, 100)]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
    said = [process.communicate()[0].decode().split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert all(set(words) <= {"created", "unchanged"} for words in said)
    names = {f"patchwright/b{n}" for n in range(100)}
    records = read_ledger(Commit.at(box.root).repository).records
    assert {*records} == names
    assert {name: tip(box, name) for name in names} == {name: r.tip for name, r in records.items()}


@pytest.mark.parametrize(("delay", "git_too"), [(0.05, False), (0.12, True)])
def test_killed_in_the_middle(box: Sandbox, delay: float, git_too: bool) -> None:
    """We are killed while we refresh: the next run knows all branches for ours, and goes on."""
    names = [f"patchwright/b{n}" for n in range(100)]
    many(box, 100)
    first = box.git("rev-parse", "HEAD")
    second = box.commit({"other.py": b"better\n"})
    process = started(box, 0, 100)
    assert process.stdin
    assert process.stdout
    process.stdout.readline()
    process.stdin.write(b"\n")
    process.stdin.flush()
    time.sleep(delay)
    kill(process, box.root, git_too=git_too)
    bases = set(box.git("rev-parse", *(f"{name}^" for name in names)).split())
    assert bases <= {first, second}
    assert git_too or len(bases) == 1, "all at once or none"
    tips = box.git("rev-parse", *names).split()
    records = read_ledger(Commit.at(box.root).repository).records
    assert tips == [records[name].tip for name in names]
    box.commit({"other.py": b"best\n"})
    assert many(box, 100) == {Status.UPDATED}
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def many(box: Sandbox, count: int) -> set[Status]:
    """What becomes of the branches that the script writes."""
    base = Commit.at(box.root)
    words = "B{0}\n\nPatchwright-Remedy: b\n"
    change = FileChange("app.py", base.read("app.py"), None)
    planned = [
        Plan(f"patchwright/b{n}", words.format(n), (replace(change, after=b"%d" % n),)) for n in range(count)
    ]
    return {branch.status for branch in write_branches(base, planned)}


def dies_half_way(box: Sandbox) -> None:
    """What is left when git is killed after it moved the first of two branches."""
    known, before = box.git("rev-parse", REF), tip(box, TOOL)
    run(box)
    box.git("update-ref", ANNOUNCED, REF)
    box.git("update-ref", REF, known)
    box.git("update-ref", HEADS + TOOL, before)


def test_a_git_that_died_half_way(box: Sandbox) -> None:
    run(box)
    box.commit({"other.py": b"better\n"})
    dies_half_way(box)
    assert record(box).tip == tip(box)
    assert record(box, TOOL).tip == tip(box, TOOL)
    assert statuses(run(box)) == {"app": "unchanged", "tool": "updated"}
    assert box.git("for-each-ref", "--format=%(refname)", "refs/patchwright/") == REF


def test_what_was_announced_is_taken_in_for_good(box: Sandbox) -> None:
    run(box)
    box.git("update-ref", ANNOUNCED, REF)
    box.git("update-ref", "-d", REF)
    assert statuses(run(box)) == {"app": "unchanged", "tool": "unchanged"}
    assert box.git("for-each-ref", "--format=%(refname)", "refs/patchwright/") == REF
    box.git("branch", "-D", APP)
    assert status_of(box)[0] is Status.DELETED


def test_what_was_announced_is_no_excuse_to_move_a_persons_work(box: Sandbox) -> None:
    run(box)
    box.commit({"other.py": b"better\n"})
    dies_half_way(box)
    commits_on_top(box)
    box.git("branch", "-D", TOOL)
    box.commit({"other.py": b"best\n"})
    assert statuses(run(box)) == {"app": "kept", "tool": "deleted"}


def test_a_first_run_that_died_half_way(box: Sandbox) -> None:
    run(box)
    box.git("update-ref", ANNOUNCED, REF)
    box.git("update-ref", "-d", REF)
    box.git("update-ref", "-d", HEADS + TOOL)
    box.commit({"other.py": b"better\n"})
    assert statuses(run(box)) == {"app": "updated", "tool": "created"}


def test_without_a_ledger_the_words_tell_what_is_ours(box: Sandbox) -> None:
    run(box)
    known = box.git("rev-parse", REF)
    box.commit({"other.py": b"better\n"})
    run(box)
    box.git("update-ref", REF, known)
    assert statuses(run(box)) == {"app": "unchanged", "tool": "unchanged"}
    assert record(box).tip == tip(box)


# -- the moves themselves -------------------------------------------------------------------------------


def test_moves_are_made_all_or_none(box: Sandbox) -> None:
    repository = Commit.at(box.root).repository
    one = box.git("rev-parse", "HEAD")
    two = box.commit({"other.py": b"better\n"})
    assert transaction(repository, [], "nothing") is None
    make = [Move("refs/heads/a", None, one), Move("refs/heads/b", None, one)]
    assert transaction(repository, make, "make") is None
    for bad in (
        Move("refs/heads/b", two, one),
        Move("refs/heads/b", None, one),
        Move("refs/heads/b", two, None),
        Move("refs/heads/b", two, two),
        Move("refs/heads/main", one, None),
        Move("refs/heads/c", two, two),
        Move("refs/heads/b", None, None),
    ):
        assert transaction(repository, [Move("refs/heads/a", one, two), bad], "try") is not None
        assert tip(box, "a") == tip(box, "b") == one
    good = [
        Move("refs/heads/a", one, two),
        Move("refs/heads/b", one, None),
        Move("refs/heads/main", two, two),
        Move("refs/heads/c", None, None),
    ]
    assert transaction(repository, good, "go on") is None
    assert (tip(box, "a"), tip(box, "b")) == (two, "")
    assert box.git("reflog", "refs/heads/a", "--format=%gs").splitlines() == ["go on", "make"]
