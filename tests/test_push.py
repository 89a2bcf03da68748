"""Pushing branches, to real remotes: bare repositories beside the sandbox."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Sandbox, forget_environment

from codemods.branches.ledger import ANNOUNCED, REF, Ledger, Record, read_ledger, write_ledger
from codemods.branches.model import Branch, Checked, Purpose, Status, Verdict
from codemods.branches.plumbing.refs import Move, transaction
from codemods.model import Applicability, Edit, Finding, Fix, Span
from codemods.proposals import Delivery, Wish, deliver
from codemods.proposals import push as push_module
from codemods.proposals.remotes import address_of, look_at, trouble
from codemods.redaction import redacted
from codemods.repository import GitFailure, Repository
from codemods.sources import Commit

WISH = Wish("origin")


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose `main` is on its remote, a bare repository beside it."""
    place = tmp_path_factory.mktemp("pushing")
    box = Sandbox.make(place / "box", {"app.py": b"print(1)\n"})
    Sandbox.make(place / "hub.git", None, "--bare")
    box.git("remote", "add", "origin", "../hub.git")
    box.git("push", "-q", "origin", "main")
    return place


@pytest.fixture
def place(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "place"))


@pytest.fixture
def box(place: Path) -> Sandbox:
    return Sandbox(place / "box")


@pytest.fixture
def hub(place: Path) -> Sandbox:
    return Sandbox(place / "hub.git")


def finding(applicability: Applicability = Applicability.SAFE, message: str = "a fault") -> Finding:
    fix = Fix((Edit("app.py", 0, 0, b"#"),), applicability=applicability)
    return Finding("f" * 16, "print-call", "app.py", Span(1, 1, 1, 2), message, fix)


def made(box: Sandbox, *names: str, status: Status = Status.CREATED, text: bytes = b"") -> list[Branch]:
    """Branches of one commit each on `main`, in git and in the ledger, as a run leaves them."""
    branches = []
    for name in names:
        box.git("branch", "-f", name, "main")
        blob = box.git("hash-object", "-w", "--stdin", feed=b"# " + name.encode() + text)
        tree = box.git("mktree", feed=f"100644 blob {blob}\tapp.py\n".encode())
        commit = box.git("commit-tree", "-p", "main", tree, "-m", f"Change {name}")
        box.git("update-ref", "-m", "patchwright: made from main", f"refs/heads/{name}", commit)
        branches.append(Branch(name, status, commit, findings=(finding(),)))
    remember(box, branches)
    return branches


def remember(box: Sandbox, branches: Sequence[Branch]) -> None:
    repository = Repository(box.root)
    ledger = read_ledger(repository)
    base = box.git("rev-parse", "main")
    records = []
    for branch in branches:
        assert branch.commit
        old = ledger.records.get(branch.name)
        pushed, proposals = (old.pushed, old.proposals) if old else ({}, {})
        records.append(
            Record(branch.name, branch.commit, base, base, "main", pushed=pushed, proposals=proposals)
        )
    new = write_ledger(repository, ledger.having(*records))
    assert transaction(repository, [Move(REF, ledger.oid, new)], "test") is None


def sent(box: Sandbox, branches: Sequence[Branch], wish: Wish = WISH) -> Delivery:
    return deliver(Commit.at(box.root, "main"), branches, wish, lambda remedy: Purpose("Do it", "Because."))


def statuses(delivery: Delivery) -> dict[str, str]:
    return {name: push.status.value for name, push in delivery.pushes.items()}


def heads(hub: Sandbox) -> dict[str, str]:
    lines = hub.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads").split("\n")
    return {name: oid for name, oid in (line.split(" ") for line in lines) if name != "main"}


def hook(hub: Sandbox, name: str, script: str) -> None:
    path = hub.root / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def commit_of(branch: Branch) -> str:
    assert branch.commit
    return branch.commit


def tips(branches: Sequence[Branch]) -> Mapping[str, str]:
    return {branch.name: commit_of(branch) for branch in branches}


# -- what goes -----------------------------------------------------------------------------------------


def test_branches_are_pushed_and_remembered(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a", "p/b")
    before = {k: v for k, v in box.state().items() if k not in ("refs", "status")}
    delivery = sent(box, branches)
    assert statuses(delivery) == {"p/a": "pushed", "p/b": "pushed"}
    assert delivery.is_good
    assert heads(hub) == tips(branches)
    records = read_ledger(Repository(box.root)).records
    assert {name: record.pushed for name, record in records.items()} == {
        name: {"origin": oid} for name, oid in tips(branches).items()
    }
    assert {k: v for k, v in box.state().items() if k not in ("refs", "status")} == before
    assert statuses(sent(box, branches)) == {"p/a": "unchanged", "p/b": "unchanged"}


def test_more_branches_than_fit_into_one_command(
    box: Sandbox, hub: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_module, "BATCH", 2)
    branches = made(box, *(f"p/{number}" for number in range(5)))
    assert sent(box, branches).is_good
    assert heads(hub) == tips(branches)


def test_a_branch_that_was_made_anew_replaces_what_we_pushed(box: Sandbox, hub: Sandbox) -> None:
    sent(box, made(box, "p/a"))
    again = made(box, "p/a", status=Status.UPDATED, text=b"again")
    assert statuses(sent(box, again)) == {"p/a": "pushed"}
    assert heads(hub) == tips(again)


@pytest.mark.parametrize("status", [Status.KEPT, Status.DELETED, Status.REJECTED])
def test_what_is_not_ours_alone_is_not_pushed(box: Sandbox, hub: Sandbox, status: Status) -> None:
    assert statuses(sent(box, made(box, "p/a", status=status))) == {}
    assert heads(hub) == {}


def test_a_branch_that_moves_meanwhile_changes_nothing(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a")
    box.git("update-ref", "refs/heads/p/a", "main")
    sent(box, branches)
    assert heads(hub) == tips(branches)


def test_nothing_else_goes_and_no_hook_runs(box: Sandbox, hub: Sandbox, tmp_path: Path) -> None:
    hook(Sandbox(box.root / ".git"), "pre-push", f"touch {tmp_path}/ran; exit 1")
    for key, value in {
        "push.followTags": "true",
        "remote.origin.push": "refs/heads/*:refs/heads/*",
        "push.recurseSubmodules": "on-demand",
    }.items():
        box.git("config", key, value)
    box.git("branch", "private")
    box.git("tag", "-a", "-m", "v1", "v1")
    delivery = sent(box, made(box, "p/a"))
    assert delivery.is_good
    assert delivery.notes == ("The pre-push hook was not run.",)
    assert [*heads(hub)] == ["p/a"]
    assert hub.git("tag") == ""
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("folder", "noted"), [("hooks", True), ("elsewhere", False)])
def test_a_hook_of_a_folder_of_the_users(box: Sandbox, hub: Sandbox, folder: str, noted: bool) -> None:
    box.git("config", "core.hooksPath", "hooks")
    (box.root / folder).mkdir()
    (box.root / folder / "pre-push").write_text("#!/bin/sh\nexit 1\n")
    (box.root / folder / "pre-push").chmod(0o755)
    assert bool(sent(box, made(box, "p/a")).notes) == noted


def test_commits_that_nobody_has_yet_are_not_taken_along(box: Sandbox, hub: Sandbox) -> None:
    box.commit({"app.py": b"secret\n"})
    delivery = sent(box, made(box, "p/a"))
    assert delivery.problem
    assert "is not on 'origin' yet" in delivery.problem
    assert heads(hub) == {}
    box.git("push", "-q", "origin", "main")
    assert sent(box, made(box, "p/a")).is_good


# -- what others did -----------------------------------------------------------------------------------


def test_what_somebody_pushed_is_never_overwritten(box: Sandbox, hub: Sandbox) -> None:
    first, other = made(box, "p/a", "p/b")
    sent(box, [first, other])
    theirs = hub.git(
        *("-c", "user.name=B", "-c", "user.email=b@example.com"),
        *("commit-tree", "-p", commit_of(first), "-m", "Mine", f"{first.commit}^{{tree}}"),
    )
    hub.git("update-ref", "refs/heads/p/a", theirs)
    delivery = sent(box, made(box, "p/a", "p/b", text=b"again"))
    assert statuses(delivery) == {"p/a": "kept", "p/b": "pushed"}
    assert "somebody else pushed to it on 'origin'" in str(delivery.pushes["p/a"].reason)
    assert heads(hub)["p/a"] == theirs


def test_a_name_that_the_remote_has_for_something_else(box: Sandbox, hub: Sandbox) -> None:
    box.git("push", "-q", "origin", "main:refs/heads/p/a")
    delivery = sent(box, made(box, "p/a"))
    assert statuses(delivery) == {"p/a": "kept"}
    assert heads(hub)["p/a"] == box.git("rev-parse", "main")


def test_a_race_is_won_by_the_other(box: Sandbox, hub: Sandbox) -> None:
    """Between our look and our push somebody pushes: the lease holds."""
    branches = made(box, "p/a", "p/b")
    repository = Repository(box.root)
    refs = [push_module.Ref(branch.name, commit_of(branch)) for branch in branches]
    hub.git("update-ref", "refs/heads/p/a", "main")
    (outcome,) = push_module.push_all(repository, "origin", refs)
    assert outcome.refusals == {"p/a": push_module.STALE, "p/b": None}
    assert heads(hub)["p/a"] == hub.git("rev-parse", "main")


def test_what_was_deleted_there_is_not_pushed_again(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a")
    sent(box, branches)
    hub.git("update-ref", "-d", "refs/heads/p/a")
    delivery = sent(box, branches)
    assert statuses(delivery) == {"p/a": "deleted"}
    assert "--recreate" in str(delivery.pushes["p/a"].reason)
    assert delivery.is_good
    assert heads(hub) == {}
    assert statuses(sent(box, branches, Wish("origin", recreate=True))) == {"p/a": "pushed"}


@pytest.mark.parametrize("how", ["--ff-only", "--squash"])
def test_what_was_merged_and_deleted_there_makes_room_for_what_is_new(
    box: Sandbox, hub: Sandbox, how: str
) -> None:
    sent(box, made(box, "p/a"))
    box.git("merge", "-q", how, "p/a")
    box.git("commit", "-q", "--allow-empty", "-m", "Merge it")
    box.git("push", "-q", "origin", "main", ":refs/heads/p/a")
    again = made(box, "p/a", status=Status.UPDATED, text=b"more")
    assert statuses(sent(box, again)) == {"p/a": "pushed"}
    assert heads(hub) == tips(again)


def test_a_run_that_was_killed_before_it_could_remember_goes_on(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a", "p/b")
    box.git("push", "-q", "origin", "p/a")
    assert statuses(sent(box, branches)) == {"p/a": "unchanged", "p/b": "pushed"}
    assert statuses(sent(box, made(box, "p/a", "p/b", text=b"2"))) == {"p/a": "pushed", "p/b": "pushed"}


def test_also_when_the_branch_was_made_anew_meanwhile(box: Sandbox, hub: Sandbox) -> None:
    """What the remote has is known by the reflog then."""
    made(box, "p/a")
    box.git("push", "-q", "origin", "p/a")
    again = made(box, "p/a", status=Status.UPDATED, text=b"again")
    assert statuses(sent(box, again)) == {"p/a": "pushed"}
    assert heads(hub) == tips(again)


def test_what_a_person_wrote_here_and_pushed_is_not_ours(box: Sandbox, hub: Sandbox) -> None:
    sent(box, made(box, "p/a"))
    box.git("checkout", "-q", "p/a")
    theirs = box.commit({"app.py": b"mine\n"})
    box.git("push", "-q", "origin", "p/a")
    box.git("checkout", "-q", "main")
    again = made(box, "p/a", status=Status.UPDATED, text=b"again")
    assert statuses(sent(box, again)) == {"p/a": "kept"}
    assert heads(hub) == {"p/a": theirs}


def test_what_a_killed_run_announced_does_not_hide_what_was_pushed(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a")
    box.git("update-ref", ANNOUNCED, REF)
    sent(box, branches)
    ledger = read_ledger(Repository(box.root))
    assert ledger.announced is None
    assert ledger.records["p/a"].pushed == {"origin": branches[0].commit}


KILLED = """
import os, sys
from pathlib import Path
from codemods.branches.model import Branch, Purpose, Status
from codemods.proposals import Wish, deliver, push
from codemods.sources import Commit

os.environ["VICTIM"] = str(os.getpid())
push.BATCH = 1
pairs = [pair.split("=") for pair in sys.argv[1:]]
branches = [Branch(name, Status.CREATED, commit) for name, commit in pairs]
deliver(Commit.at(Path.cwd(), "main"), branches, Wish("origin"), lambda remedy: Purpose(""))
"""


def test_kill_in_the_middle_of_a_push(box: Sandbox, hub: Sandbox) -> None:
    hook(hub, "update", 'case $1 in */b) kill -9 "$VICTIM";; esac')
    branches = made(box, "p/a", "p/b", "p/c")
    pairs = [f"{name}={commit}" for name, commit in tips(branches).items()]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(Path(push_module.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", KILLED, *pairs], cwd=box.root, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert "p/a" in heads(hub)
    assert "p/c" not in heads(hub)
    assert read_ledger(Repository(box.root)).records["p/a"].pushed == {"origin": branches[0].commit}
    (hub.root / "hooks" / "update").unlink()
    assert statuses(sent(box, branches))["p/c"] == "pushed"
    assert heads(hub) == tips(branches)
    again = made(box, "p/a", "p/b", "p/c", status=Status.UPDATED, text=b"again")
    assert {*statuses(sent(box, again)).values()} == {"pushed"}


REMEMBERING = """
import sys
from pathlib import Path
from codemods.proposals.memory import remember_pushes
from codemods.repository import Repository

for number in range(8):
    remember_pushes(Repository(Path.cwd()), f"{sys.argv[1]}{number}", {"p/a": "a" * 40})
"""


def test_runs_that_remember_at_once_lose_nothing(box: Sandbox) -> None:
    made(box, "p/a")
    environment = {**ENVIRONMENT, "PYTHONPATH": str(Path(push_module.__file__).parents[2])}
    command = [sys.executable, "-c", REMEMBERING]
    runs = [subprocess.Popen([*command, name], cwd=box.root, env=environment) for name in ("one", "two")]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(read_ledger(Repository(box.root)).records["p/a"].pushed) == 16


# -- what the remote refuses ---------------------------------------------------------------------------


def test_what_is_refused_for_one_stops_no_other(box: Sandbox, hub: Sandbox) -> None:
    hook(hub, "update", 'case $1 in */bad) echo "no such names here"; exit 1;; esac')
    branches = made(box, "p/a", "p/bad", "p/c")
    delivery = sent(box, branches)
    assert statuses(delivery) == {"p/a": "pushed", "p/bad": "refused", "p/c": "pushed"}
    assert delivery.pushes["p/bad"].reason == "hook declined: no such names here"
    assert not delivery.is_good
    assert "p/bad" not in heads(hub)
    assert "origin" not in read_ledger(Repository(box.root)).records["p/bad"].pushed


def test_a_hook_that_refuses_all_for_one(box: Sandbox, hub: Sandbox) -> None:
    script = 'while read old new ref; do case $ref in */bad) echo "policy 7"; exit 1;; esac; done'
    hook(hub, "pre-receive", script)
    delivery = sent(box, made(box, "p/a", "p/bad", "p/c"))
    assert statuses(delivery) == {"p/a": "pushed", "p/bad": "refused", "p/c": "pushed"}
    assert delivery.pushes["p/bad"].reason == "pre-receive hook declined: policy 7"


def test_a_folder_in_the_way(box: Sandbox, hub: Sandbox) -> None:
    hub.git("update-ref", "refs/heads/p", "main")
    delivery = sent(box, made(box, "p/a", "q/a"))
    assert statuses(delivery) == {"p/a": "refused", "q/a": "pushed"}


def test_what_a_remote_says_is_shown_without_control_characters(box: Sandbox, hub: Sandbox) -> None:
    hook(hub, "update", "printf '\\033[31mred https://u:secret@example.com/\\n'; exit 1")
    reason = str(sent(box, made(box, "p/a")).pushes["p/a"].reason)
    assert "red https://***@example.com/" in reason
    assert "\x1b" not in reason


# -- the limit -----------------------------------------------------------------------------------------


def test_no_more_are_open_than_the_limit(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a", "p/b", "p/c")
    two = Wish("origin", limit=2)
    delivery = sent(box, branches, two)
    assert statuses(delivery) == {"p/c": "waiting", "p/a": "pushed", "p/b": "pushed"}
    assert delivery.pushes["p/c"].reason == "2 branches are open on 'origin', which is the limit"
    assert delivery.is_good
    assert statuses(sent(box, branches, two))["p/c"] == "waiting"


def test_what_is_open_is_brought_up_to_date_also_at_the_limit(box: Sandbox, hub: Sandbox) -> None:
    one = Wish("origin", limit=1)
    sent(box, made(box, "p/a"), one)
    again = made(box, "p/a", "p/b", text=b"again")
    assert statuses(sent(box, again, one)) == {"p/b": "waiting", "p/a": "pushed"}


@pytest.mark.parametrize("how", ["merge", "squash", "delete"])
def test_what_was_merged_or_deleted_is_not_open(box: Sandbox, hub: Sandbox, how: str) -> None:
    one = Wish("origin", limit=1)
    sent(box, made(box, "p/a"), one)
    if how == "delete":
        hub.git("update-ref", "-d", "refs/heads/p/a")
    else:
        box.git("merge", "-q", "--ff-only" if how == "merge" else "--squash", "p/a")
        box.git("commit", "-q", "--allow-empty", "-m", "Merge it")
        box.git("push", "-q", "origin", "main")
    assert statuses(sent(box, made(box, "p/b"), one)) == {"p/b": "pushed"}


def test_no_limit(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, *(f"p/{number}" for number in range(12)))
    assert [*statuses(sent(box, branches)).values()].count("waiting") == 2
    assert {*statuses(sent(box, branches, Wish("origin", limit=0))).values()} == {"pushed", "unchanged"}


def test_the_surest_go_first(box: Sandbox, hub: Sandbox) -> None:
    good = Checked("pytest", Verdict.PASSED, Verdict.PASSED)
    unsafe, safe, checked = made(box, "p/a", "p/b", "p/c")
    branches = [
        Branch("p/a", Status.CREATED, unsafe.commit, findings=(finding(Applicability.UNSAFE),)),
        Branch("p/b", Status.CREATED, safe.commit, findings=(finding(),)),
        Branch("p/c", Status.CREATED, checked.commit, findings=(finding(Applicability.UNSAFE),), check=good),
    ]
    for number, expected in enumerate(["p/c", "p/b", "p/a"], 1):
        sent(box, branches, Wish("origin", limit=number))
        assert expected in heads(hub)
        assert len(heads(hub)) == number


def test_a_branch_waits_for_the_one_below_it(box: Sandbox, hub: Sandbox) -> None:
    good = Checked("pytest", Verdict.PASSED, Verdict.PASSED)
    below, above = made(box, "p/a", "p/b")
    stack = [Branch("p/b", Status.CREATED, above.commit, on="p/a", check=good), below]
    delivery = sent(box, stack, Wish("origin", limit=1))
    assert statuses(delivery) == {"p/a": "pushed", "p/b": "waiting"}
    hub.git("update-ref", "-d", "refs/heads/p/a")
    delivery = sent(box, stack)
    assert statuses(delivery) == {"p/a": "deleted", "p/b": "waiting"}
    assert delivery.pushes["p/b"].reason == "it stands on p/a, which is not there as it is here"


def test_what_a_person_committed_below_is_not_taken_along(box: Sandbox, hub: Sandbox) -> None:
    (below,) = made(box, "p/a")
    sent(box, [below])
    box.git("checkout", "-q", "p/a")
    theirs = box.commit({"app.py": b"not done yet\n"})
    box.git("checkout", "-q", "main")
    (above,) = made(box, "p/b")
    stack = [replace(below, status=Status.KEPT, commit=theirs), replace(above, on="p/a")]
    assert statuses(sent(box, stack)) == {"p/b": "waiting"}
    box.git("push", "-q", "origin", "p/a")
    assert statuses(sent(box, stack)) == {"p/b": "pushed"}


@pytest.mark.parametrize("kind", ["shallow", "partial", "worktree", "bare", "sha256"])
def test_any_kind_of_repository(box: Sandbox, hub: Sandbox, place: Path, kind: str) -> None:
    if kind == "sha256":
        options = ("--object-format=sha256",)
        box = Sandbox.make(place / "other", {"app.py": b"print(1)\n"}, *options)
        hub = Sandbox.make(place / "other.git", None, "--bare", *options)
        box.git("remote", "add", "origin", "../other.git")
        box.git("push", "-q", "origin", "main")
    elif kind == "worktree":
        box.git("worktree", "add", "-q", "--detach", "../other", "main")
        box = Sandbox(place / "other")
    else:
        hub.git("config", "uploadpack.allowFilter", "true")
        option = {"shallow": "--depth=1", "partial": "--filter=blob:none", "bare": "--bare"}[kind]
        box.commit({"app.py": b"print(2)\n"})
        box.git("push", "-q", "origin", "main")
        box.git("clone", "-q", option, f"file://{hub.root}", "../other")
        box = Sandbox(place / "other")
        for key, value in {"user.name": "Ada", "user.email": "ada@example.com"}.items():
            box.git("config", key, value)
    branches = made(box, "p/a")
    assert statuses(sent(box, branches)) == {"p/a": "pushed"}
    assert heads(hub) == tips(branches)
    again = made(box, "p/a", status=Status.UPDATED, text=b"again")
    assert statuses(sent(box, again)) == {"p/a": "pushed"}


# -- remotes that cannot be pushed to ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("upstream", "'upstream' is not a remote of this repository: there is origin"),
        ("--force", "'--force' is not a remote of this repository: there is origin"),
        ("../hub.git", "'../hub.git' is not a remote of this repository: there is origin"),
        ("https://me:secret@example.com/", "'https://***@example.com/' is not a remote"),
        ("", "'' is not a remote of this repository: there is origin"),
    ],
)
def test_a_remote_has_to_be_configured(box: Sandbox, name: str, said: str) -> None:
    problem = sent(box, made(box, "p/a"), Wish(name)).problem
    assert problem
    assert problem.startswith(said)
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("../nowhere.git", "does not appear to be a git repository"),
        ("https://me:hunter22@127.0.0.1:9/r.git", "Failed to connect to 127.0.0.1 port 9"),
        ("ssh://git@127.0.0.1:9/r.git", "refused"),
        ("ext::sh -c true", "transport 'ext' not allowed"),
    ],
)
def test_a_remote_that_is_not_reached(box: Sandbox, url: str, said: str) -> None:
    box.git("remote", "set-url", "origin", url)
    branches = made(box, "p/a")
    delivery = sent(box, branches)
    problem = str(delivery.problem)
    assert said in problem
    assert "hunter22" not in problem
    assert "\n" not in problem
    assert not delivery.is_good
    assert box.git("rev-parse", "p/a") == branches[0].commit


UNREAD = "Could not read from remote repository."


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["** WARNING: old keys", "** hm", "git@h: Permission denied (publickey).", f"fatal: {UNREAD}"],
            "** hm git@h: Permission denied (publickey); set up an ssh key or a credential helper",
        ),
        (
            ["Warning: Permanently added 'h' to the list of known hosts.", "ERROR: Repository not found."],
            "ERROR: Repository not found",
        ),
        (
            ["remote: a", "remote: Invalid token.", "fatal: Authentication failed for 'https://u:t@h/'"],
            "remote: Invalid token. Authentication failed for 'https://***@h/'; set up an ssh key",
        ),
        ([], "it gave no reason"),
    ],
)  # fmt: skip
def test_why_a_remote_is_not_reached(lines: Sequence[str], said: str) -> None:
    done = subprocess.CompletedProcess[bytes]([], 128, b"", "".join(f"{line}\n" for line in lines).encode())
    assert trouble("read it", done).startswith(f"git cannot read it: {said}")


def test_two_addresses_are_refused(box: Sandbox) -> None:
    box.git("remote", "set-url", "--add", "--push", "origin", "../hub.git")
    box.git("remote", "set-url", "--add", "--push", "origin", "../other.git")
    with pytest.raises(GitFailure, match="'origin' pushes to 2 addresses"):
        address_of(Repository(box.root), "origin")


def test_the_address_is_the_one_that_git_pushes_to(box: Sandbox, place: Path) -> None:
    box.git("config", f"url.{place}/.pushInsteadOf", "https://example.com/")
    box.git("remote", "set-url", "origin", "https://example.com/hub.git")
    assert look_at(Repository(box.root), "origin").default == "main"
    assert sent(box, made(box, "p/a")).is_good


@pytest.mark.parametrize(
    ("settings", "configured", "command"),
    [
        ({}, None, "ssh -o BatchMode=yes"),
        ({}, "ssh -i 'my key'", "ssh -i 'my key' -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "/usr/bin/ssh -4"}, "ssh -6", "/usr/bin/ssh -4 -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "plink"}, None, None),
        ({"GIT_SSH": "/opt/ssh"}, None, None),
        ({}, "'", None),
    ],
)
def test_ssh_asks_nothing(
    box: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    configured: str | None,
    command: str | None,
) -> None:
    from codemods.proposals.remotes import unasking

    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if configured:
        box.git("config", "core.sshCommand", configured)
    assert unasking(Repository(box.root)).get("GIT_SSH_COMMAND") == command


# -- secrets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("unable to access 'https://me:tok@h/x.git/': no", "unable to access 'https://***@h/x.git/': no"),
        ("https://ghp_abc@github.com/o/r", "https://***@github.com/o/r"),
        ("https://me:pa/ss@h/x", "https://***@h/x"),
        ("https://me:p@ss@h/x", "https://***@h/x"),
        ("http://me:@h", "http://***@h"),
        ("ssh://git@h/o/r and git@h:o/r.git", "ssh://git@h/o/r and git@h:o/r.git"),
        ("ssh://git:pw@h/o", "ssh://***@h/o"),
        ("https://h/x?private_token=abc&page=1", "https://h/x?private_token=***&page=1"),
        ("https://h/o/r/a@b", "https://h/o/r/a@b"),
        ("https://a:b@h/,https://c:d@h/", "https://***@h/,https://***@h/"),
        ("url=https://a:b@h/x", "url=https://***@h/x"),
        ("bad credentials glpat-12345678", "bad credentials ***"),
    ],
)
def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, text: str, shown: str) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", "glpat-12345678")
    assert redacted(text) == shown


@pytest.mark.parametrize("unit", ["a", "a://", "a://b:c", "?token", "@", "://"])
def test_long_texts_are_read_in_time(unit: str) -> None:
    began = time.monotonic()
    redacted(unit * (100_000 // len(unit)))
    assert time.monotonic() - began < 10  # a tenth of a second on a quiet machine


def test_no_ledger_is_fine(box: Sandbox, hub: Sandbox) -> None:
    branches = made(box, "p/a")
    box.git("update-ref", "-d", REF)
    assert statuses(sent(box, branches)) == {"p/a": "pushed"}
    assert read_ledger(Repository(box.root)) == Ledger()


def test_what_a_delivery_counts_as() -> None:
    assert Delivery().is_good
    assert not Delivery(problem="no").is_good
