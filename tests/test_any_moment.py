"""`patchwright branch` at any moment: in the middle of other work, on a full disk, killed at each step."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import ENVIRONMENT, Sandbox, forget_environment

from cli.main import main
from codemods.branches.ledger import read_ledger
from codemods.branches.standing.prune import prune, pruning
from codemods.branches.standing.standing import standings
from codemods.repository import GitFailure, repository_at

FILES = {"a.py": b"print(1)\n", "b.py": b"print(2)\n", "sub/c.py": b"print(3)\n"}
BRANCHES = ["patchwright/print-call-a", "patchwright/print-call-b", "patchwright/print-call-sub.c"]
BY_FILE = ("branch", "--by", "file")


@pytest.fixture(autouse=True)
def plain_git_and_toy_remedies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_environment(monkeypatch)
    monkeypatch.chdir(tmp_path)
    toy.use(monkeypatch, toy.PrintCall)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/patchwright").split()


def statuses(run: Run, *options: str) -> list[str]:
    return [each["status"] for each in run(*BY_FILE, "-f", "json", *options).document["branches"]]


# -- in the middle of other work ----------------------------------------------------------------------


def detached(box: Sandbox) -> None:
    box.git("switch", "-q", "--detach")


def dirty(box: Sandbox) -> None:
    box.write({"a.py": b"staged\n", "new.py": b"print(9)\n"})
    box.git("add", "a.py")
    box.write({"a.py": b"staged, and changed\n"})
    (box.root / "b.py").unlink()
    box.git("update-index", "--skip-worktree", "sub/c.py")


def stashed(box: Sandbox) -> None:
    box.write({"a.py": b"one\n"})
    box.git("stash")
    box.write({"a.py": b"two\n", "new.py": b"untracked\n"})
    box.git("stash", "--include-untracked")


def conflicted(box: Sandbox) -> None:
    """A merge that stopped, with three stages of a file in the index."""
    two_sides(box)
    box.git("merge", "other", check=False)
    assert "u AA" in box.git("status", "--porcelain=v2")


def rebasing(box: Sandbox) -> None:
    two_sides(box)
    box.git("rebase", "other", check=False)
    assert (box.root / ".git/rebase-merge").is_dir()


def picking(box: Sandbox) -> None:
    two_sides(box)
    box.git("cherry-pick", "other", check=False)
    assert (box.root / ".git/CHERRY_PICK_HEAD").is_file()


def bisecting(box: Sandbox) -> None:
    for number in range(4):
        box.commit({"README": b"%d\n" % number})
    box.git("bisect", "start", "HEAD", "HEAD~4")


def two_sides(box: Sandbox) -> None:
    box.git("branch", "other")
    box.commit({"README": b"mine\n"})
    box.git("switch", "-q", "other")
    box.commit({"README": b"theirs\n"})
    box.git("switch", "-q", "main")


def index_is_locked(box: Sandbox) -> None:
    (box.root / ".git/index.lock").write_bytes(b"")


@pytest.mark.parametrize(
    "state",
    [detached, dirty, stashed, conflicted, rebasing, picking, bisecting, index_is_locked],
)
def test_in_the_middle_of_other_work(box: Sandbox, run: Run, state: Callable[[Sandbox], None]) -> None:
    state(box)
    before = box.state()
    assert statuses(run) == ["created"] * 3
    after = box.state()
    refs = {str(state.pop("refs")) for state in (before, after)}
    assert after == before
    assert len(refs) == 2
    assert statuses(run) == ["unchanged"] * 3


def test_before_the_first_commit(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox.make(tmp_path / "unborn")
    box.write(FILES)
    monkeypatch.chdir(box.root)
    outcome = run("branch")
    assert (outcome.code, outcome.out) == (2, b"")
    assert "no commits yet" in outcome.err and outcome.err.count("\n") == 1
    assert box.git("for-each-ref") == ""


# -- others at work -----------------------------------------------------------------------------------

SHIM = """\
#!/bin/sh
# git, but for what a test lets happen around one of its calls.
case " $* " in
{cases}
esac
exec {git} "$@"
"""


def let_happen(monkeypatch: pytest.MonkeyPatch, folder: Path, before: str, what: str) -> None:
    """Run a script once, in place of the moment before git is asked for this command."""
    once = folder / "once"
    body = (
        f'if mkdir {once} 2>/dev/null; then PATH="{os.environ["PATH"]}"; ({what}) </dev/null >/dev/null; fi'
    )
    shim(monkeypatch, folder, f'*" {before} "*) {body} ;;')


def shim(monkeypatch: pytest.MonkeyPatch, folder: Path, cases: str) -> None:
    real = shutil.which("git")
    assert real
    (folder / "bin").mkdir()
    file = folder / "bin/git"
    file.write_text(SHIM.format(cases=cases, git=real))
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (f"git branch {BRANCHES[0]} HEAD", ["kept", "updated", "updated"]),
        (f"git update-ref refs/heads/{BRANCHES[1]} $(git commit-tree -p {BRANCHES[1]} -m x HEAD^{{tree}})",
         ["created", "kept", "updated"]),
        (f"git update-ref -d refs/heads/{BRANCHES[1]}", ["created", "deleted", "updated"]),
        (f"git worktree add -q ../linked {BRANCHES[1]}", ["created", "kept", "updated"]),
        ("git update-ref refs/heads/main HEAD~1", ["created", "updated", "updated"]),
        ("git pack-refs --all --prune", ["created", "updated", "updated"]),
        ("git update-ref -d refs/patchwright/ledger", None),
    ],
    ids=["created", "committed to", "deleted", "checked out", "the base", "packed", "the ledger"],
)  # fmt: skip
def test_a_ref_that_moves_while_we_run(
    box: Sandbox,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: str,
    expected: list[str] | None,
) -> None:
    """Between the commits that we write and the refs that we move, somebody is quicker."""
    run(*BY_FILE, "b.py", "sub")
    box.commit({"README": b"the base moves\n"})
    before = {name: box.git("rev-parse", name) for name in BRANCHES[1:]}
    with monkeypatch.context() as patch:
        let_happen(patch, tmp_path, "fast-import", happens)
        made = statuses(run)
    assert (tmp_path / "once").exists()
    if expected:
        assert made == expected
    for name, status in zip(BRANCHES, made, strict=True):
        is_theirs = status in ("kept", "deleted")
        if status in ("created", "updated"):
            assert "Patchwright-Remedy: print-call" in box.git("log", "-1", "--format=%B", name)
            assert box.git("rev-parse", f"{name}^") != before.get(name)
        else:
            assert is_theirs
    assert box.git("fsck", "--strict", "--no-dangling") == ""
    assert statuses(run, "--base", "HEAD")  # and the next run goes on


@pytest.mark.parametrize(
    ("lock", "stops"),
    [
        (f"refs/heads/{BRANCHES[1]}.lock", True),
        ("refs/patchwright/ledger.lock", True),
        ("packed-refs.lock", None),  # only where a packed ref is deleted
        ("HEAD.lock", False),
        ("config.lock", False),
        ("shallow.lock", False),
        ("objects/maintenance.lock", False),
    ],
)
def test_a_lock_that_somebody_holds(
    box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, lock: str, stops: bool | None
) -> None:
    monkeypatch.setattr("codemods.branches.write._ATTEMPTS", 1)  # to wait as long as a person would not
    file = box.root / ".git" / lock
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    before = branches(box)
    outcome = run(*BY_FILE)
    if stops is None:
        stops = outcome.code == 2
    if stops:
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, b"", 1)
        assert ".lock" in outcome.err and "If no git is running, delete" in outcome.err
        assert branches(box) == before
    else:
        assert outcome.code == 0
    file.unlink()
    assert set(statuses(run)) == {"created" if stops else "unchanged"}


# -- killed -------------------------------------------------------------------------------------------


def run_apart(root: Path, *arguments: str, err: Path | None = None) -> int:
    """Run the command in a process of its own, a copy of this one; the signal that ended it, or the code."""
    process = os.fork()
    if process == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            said = os.open(err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if err else null
            for number, descriptor in enumerate((null, null, said)):
                os.dup2(descriptor, number)
            os.chdir(root)
            main(arguments)
        except SystemExit as ended:
            os._exit(ended.code if isinstance(ended.code, int) else 99)
        finally:
            os._exit(98)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def counted(folder: Path, number: int, what: str) -> str:
    """A case of the shim for the call of this number, of those that write."""
    count = folder / "count"
    return f"""*" fast-import "*|*" hash-object "*|*" update-ref "*)
    n=$(($(cat {count} 2>/dev/null) + 1))
    echo $n > {count}
    if [ $n = {number} ]; then {what}; fi ;;"""


@pytest.mark.parametrize("refresh", [False, True])
def test_killed_after_each_call_of_git_that_writes(
    box: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refresh: bool
) -> None:
    """All of the branches have moved or none has, and the next run makes the rest."""
    if refresh:
        run(*BY_FILE, "b.py", "sub")
        box.commit({"README": b"the base moves\n"})
    real = shutil.which("git")

    def run_killed(copy: Sandbox, number: int) -> int:
        """Run it until the call of this number has ended; how many there were."""
        folder = tmp_path / f"shim-{number}"
        folder.mkdir()
        with monkeypatch.context() as patch:
            shim(patch, folder, counted(folder, number, f'{real} "$@"; kill -9 $PPID; exit'))
            code = run_apart(copy.root, *BY_FILE)
        assert code in (0, -signal.SIGKILL)
        return 0 if code else int((folder / "count").read_text())

    old = heads(box)
    ends = []
    calls = run_killed(Sandbox(shutil.copytree(box.root, tmp_path / "whole")), 0)
    for number in range(1, calls + 1):
        copy = Sandbox(shutil.copytree(box.root, tmp_path / f"copy-{number}"))
        assert run_killed(copy, number) == 0
        assert heads(copy) == old or branches(copy) == BRANCHES
        ends.append(heads(copy) == old)
        assert copy.git("fsck", "--strict", "--no-dangling") == ""
        assert not list((copy.root / ".git").rglob("*.lock"))
        assert run_apart(copy.root, *BY_FILE) == 0
        assert branches(copy) == BRANCHES
        assert {copy.git("rev-parse", f"{name}^") for name in BRANCHES} == {copy.git("rev-parse", "main")}
    assert set(ends) == {True, False}, "it was killed before the branches moved, and after"


def heads(box: Sandbox) -> str:
    return box.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")


@pytest.mark.parametrize("command", ["fast-import", "update-ref", "hash-object"])
@pytest.mark.parametrize("delay", [0, 0.002, 0.006])
def test_killed_together_with_git(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, delay: float
) -> None:
    """Git leaves what it had begun, locks too: no branch is broken, and without the locks the run goes on."""
    real = shutil.which("git")
    torn = f'timeout -s KILL {delay or 0.001} {real} "$@"; kill -9 $PPID; exit'
    with monkeypatch.context() as patch:
        shim(patch, tmp_path, f'*" {command} "*) {torn} ;;')
        assert run_apart(box.root, *BY_FILE) == -signal.SIGKILL
    assert box.git("fsck", "--strict", "--no-dangling") == ""
    for lock in [*(box.root / ".git").rglob("*.lock")]:
        lock.unlink()
    assert run_apart(box.root, *BY_FILE) == 0
    assert branches(box) == BRANCHES
    assert {box.git("rev-parse", f"{name}^") for name in BRANCHES} == {box.git("rev-parse", "main")}


@pytest.mark.parametrize("when", ["true", "grep -q logging a.py b.py"], ids=["base", "branch"])
def test_killed_during_a_check(box: Sandbox, run: Run, when: str) -> None:
    """Nothing was made by then, and the next run takes the worktrees away that were left."""
    before = box.git("for-each-ref")
    check = f"if {when}; then kill -9 $PPID; fi"
    assert run_apart(box.root, *BY_FILE, "--check", check) == -signal.SIGKILL
    assert box.git("for-each-ref") == before
    left = [Path(line.split(" ")[0]) for line in box.git("worktree", "list").split("\n")[1:]]
    assert left
    assert statuses(run, "--check", "true") == ["created"] * 3
    assert not [place for place in left if place.exists()]
    assert len(box.git("worktree", "list").split("\n")) == 1
    assert box.git("fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize("number", [1, 2, 3])
def test_killed_during_a_pruning(
    box: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    run(*BY_FILE)
    box.git("merge", "-q", "--no-edit", BRANCHES[0])
    box.git("merge", "-q", "--no-edit", BRANCHES[1])
    with monkeypatch.context() as patch:
        shim(patch, tmp_path, counted(tmp_path, number, f'{shutil.which("git")} "$@"; kill -9 $PPID; exit'))
        assert run_apart(box.root, "prune", "--yes") in (-signal.SIGKILL, 0)
    assert branches(box) in (BRANCHES, BRANCHES[2:])
    assert run("prune", "--yes").code == 0
    assert branches(box) == BRANCHES[2:]
    assert statuses(run) == ["updated"]  # by the merges, the base has moved


def test_a_branch_that_is_checked_out_while_we_ask_whether_to_prune(box: Sandbox, run: Run) -> None:
    run(*BY_FILE)
    box.git("merge", "-q", "--no-edit", BRANCHES[0])
    repository = repository_at(box.root)
    ledger = read_ledger(repository)
    wanted = pruning(standings(repository, ledger))
    box.git("worktree", "add", "-q", "../linked", BRANCHES[0])
    with pytest.raises(GitFailure, match=f"nothing was deleted: {BRANCHES[0]}: it is checked out in"):
        prune(repository, ledger, wanted)
    assert branches(box) == BRANCHES


# -- nowhere to write ---------------------------------------------------------------------------------

# Run in namespaces of its own, where a file system can be mounted that is as small as we want.
SMALL_DISK = """
import os, subprocess, sys
sys.path[:0] = {path!r}
from pathlib import Path
import pytest, toy
from repositories import Sandbox
from test_any_moment import FILES, BY_FILE, branches, run_apart
import cli.branch_plans, cli.branch_report, cli.report, cli.selection, codemods.engine, codemods.remedy

toy.use(pytest.MonkeyPatch(), toy.PrintCall)
disk, said = Path({disk!r}), Path({said!r})
many = {{**FILES, "big.py": os.urandom(60_000).hex().encode().join([b"print(4) #", b"\\n"])}}

def complaint(root):
    assert run_apart(root, *BY_FILE, err=said) == 2, said.read_text()
    assert said.read_text().count("\\n") == 1, said.read_text()
    return said.read_text()

for number, left in enumerate([0, 40_000]):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "none", disk], check=True)
    box = Sandbox.make(disk / "box", many)
    if number:  # not the first run, but one that makes the branches anew
        assert run_apart(box.root, *BY_FILE) == 0
        box.commit({{"README": b"the base moves\\n"}})
    with open(disk / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            filler.truncate(max(filler.tell() - left, 0))
    before = box.git("for-each-ref")
    print(complaint(box.root))
    assert box.git("for-each-ref") == before, left
    found = [path.name for path in (box.root / ".git").rglob("*")]
    assert not [name for name in found if "crash" in name or "lock" in name], left
    os.unlink(disk / "filler")
    assert run_apart(box.root, *BY_FILE) == 0
    assert len(branches(box)) == 4
    assert box.git("fsck", "--strict", "--no-dangling") == ""
    subprocess.run(["umount", disk], check=True)

subprocess.run(["mount", "-t", "tmpfs", "none", disk], check=True)
box = Sandbox.make(disk / "box", FILES)
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
print(complaint(box.root))
subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
assert run_apart(box.root, *BY_FILE) == 0
"""


def test_a_full_disk_and_one_that_cannot_be_written(tmp_path: Path) -> None:
    """Nothing is half made, it is said in one line, and with room the next run goes on."""
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode
    ):
        pytest.skip("file systems cannot be mounted here")
    (tmp_path / "disk").mkdir()
    here = Path(__file__).parent
    places = {"disk": str(tmp_path / "disk"), "said": str(tmp_path / "said")}
    code = SMALL_DISK.format(path=[str(here.parent), str(here)], **places)
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", code],
        capture_output=True,
        env={**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    *full, read_only = done.stdout.decode().strip().split("\n\n")
    assert len(full) == 2
    assert all("No space left on device" in line or "Out of diskspace" in line for line in full), full
    assert "read-only file system" in read_only.lower()
