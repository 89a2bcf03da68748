"""Branches that are written as git objects, in real repositories."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Sandbox, forget_environment
from signalled import kill

from codemods.branches import write as write_module
from codemods.branches.ledger import REF
from codemods.branches.messages.message import commit_message, subject_line
from codemods.branches.model import Branch, By, Plan, Purpose, Status
from codemods.branches.names import is_branch_name, is_prefix, slug
from codemods.branches.plan import plan
from codemods.branches.plumbing.commits import quoted
from codemods.branches.stacks.hunks import hunks_of
from codemods.branches.stacks.overlap import conflicts
from codemods.branches.write import write_branches
from codemods.model import Applicability, Edit, Failure, FileChange, Finding, Fix, Span
from codemods.sources import Commit, GitFailure

FILES = {
    "app.py": b"import os\n\nprint(os.name)\n",
    "pkg/tool.py": b"#!/usr/bin/env python\nprint(1)\n",
    "pkg/windows.py": b"a = 1\r\nb = 2\r\n",
    "data.txt": b"text\n",
}


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    sandbox = Sandbox.make(tmp_path_factory.mktemp("original") / "r", FILES)
    (sandbox.root / "pkg/tool.py").chmod(0o755)
    sandbox.commit({}, "Make the tool executable")
    return sandbox


@pytest.fixture
def box(original: Sandbox, tmp_path: Path) -> Sandbox:
    """A repository with FILES, two commits and an executable file."""
    return Sandbox(shutil.copytree(original.root, tmp_path / "r"))


def planned(name: str, files: Mapping[str, bytes | None], before: Mapping[str, bytes] = FILES) -> Plan:
    changes = tuple(FileChange(path, before.get(path), after) for path, after in files.items())
    return Plan(f"patchwright/{name}", f"Change {name}\n\nPatchwright-Remedy: {name}\n", changes)


def two_plans() -> list[Plan]:
    tool = planned("tool", {"pkg/tool.py": FILES["pkg/tool.py"] + b"print(2)\n"})
    return [planned("app", {"app.py": b"print('posix')\n"}), tool]


def write(box: Sandbox, plans: Sequence[Plan], place: str = "", revision: str = "HEAD") -> list[Branch]:
    return list(write_branches(Commit.at(box.root / place, revision), plans))


def statuses(branches: Sequence[Branch]) -> list[str]:
    return [branch.status.value for branch in branches]


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")


# -- what is written ----------------------------------------------------------------------------------


def test_each_branch_is_one_commit_on_the_base(box: Sandbox) -> None:
    base = box.git("rev-parse", "HEAD")
    made = write(box, two_plans())
    assert statuses(made) == ["created", "created"]
    assert branches(box) == ["main", "patchwright/app", "patchwright/tool"]
    for branch, path in zip(made, ["app.py", "pkg/tool.py"], strict=True):
        assert box.git("rev-parse", branch.name) == branch.commit
        assert box.git("rev-list", "--parents", f"{base}..{branch.name}") == f"{branch.commit} {base}"
        assert box.git("diff", "--name-only", base, branch.name) == path
    assert box.git("log", "-1", "--format=%B", "patchwright/app").startswith("Change app\n\nPatchwright-")
    assert box.git("fsck", "--strict") == ""


def test_only_new_branches_change_in_a_dirty_checkout(box: Sandbox) -> None:
    box.write({"app.py": b"stashed\n"})
    box.git("stash")
    box.write({"app.py": b"staged\n", "new.py": b"untracked\n"})
    box.git("add", "app.py")
    box.write({"app.py": b"staged and changed\n"})
    (box.root / "data.txt").unlink()
    os.utime(box.root / "pkg/tool.py", (1, 1))  # what `git status` would refresh the index for
    before = box.state()
    assert statuses(write(box, two_plans())) == ["created", "created"]
    after = box.state()
    new = [ref for ref in str(after.pop("refs")).split("\n") if ref not in str(before["refs"])]
    assert [ref.partition(" ")[0] for ref in new] == [
        "refs/heads/patchwright/app",
        "refs/heads/patchwright/tool",
        "refs/patchwright/ledger",
    ]
    assert after == {key: value for key, value in before.items() if key != "refs"}
    assert box.git("fsck", "--strict") == ""
    left = [p.name for p in (box.root / ".git").rglob("*") if "lock" in p.name or "crash" in p.name]
    assert left == []


def test_a_second_run_changes_nothing_at_all(box: Sandbox) -> None:
    first = write(box, two_plans())
    before = sorted((p, p.lstat().st_mtime_ns) for p in (box.root / ".git").rglob("*"))
    second = write(box, two_plans())
    assert statuses(second) == ["unchanged", "unchanged"]
    assert [b.commit for b in second] == [b.commit for b in first]
    assert sorted((p, p.lstat().st_mtime_ns) for p in (box.root / ".git").rglob("*")) == before


def test_modes_line_endings_and_deletions(box: Sandbox) -> None:
    box.git("config", "core.autocrlf", "true")
    changes = {
        "pkg/tool.py": b"#!/usr/bin/env python\n",
        "pkg/windows.py": b"a = 1\r\nb = 3\r\n",
        "pkg/new.py": b"n = 1\r\n",
        "data.txt": None,
    }
    write(box, [planned("all", changes)])
    listing = box.git("ls-tree", "-r", "--format=%(objectmode) %(path)", "patchwright/all")
    assert listing.split("\n") == [
        *("100644 app.py", "100644 pkg/new.py", "100755 pkg/tool.py", "100644 pkg/windows.py")
    ]
    stored = Commit.at(box.root, "patchwright/all")
    assert stored.read("pkg/windows.py") == changes["pkg/windows.py"]
    assert stored.read("pkg/new.py") == b"n = 1\n", "as git add would store a new file"
    assert statuses(write(box, [planned("all", changes)])) == ["unchanged"]
    assert box.git("fsck", "--strict") == ""


@pytest.mark.parametrize(
    "name",
    [
        *("a b.py", "line\nbreak.py", "-n.py", '"quoted".py', "back\\slash.py", "tab\t.py", "ünï.py"),
        *(os.fsdecode(b"caf\xe9.py"), "deep/er/x y.py", " lead.py", "trail .py", "A.py"),
    ],
)
def test_unusual_file_names(tmp_path: Path, name: str) -> None:
    box = Sandbox.make(tmp_path / "r", {name: b"1\n", "a.py": b""})
    plans = [planned("x", {name: b"2\n"}, {name: b"1\n"}), planned("y", {name: None}, {name: b"1\n"})]
    assert statuses(write(box, plans)) == ["created", "created"]
    assert Commit.at(box.root, "patchwright/x").read(name) == b"2\n"
    assert set(Commit.at(box.root, "patchwright/x").entries()) == {name, "a.py"}
    assert set(Commit.at(box.root, "patchwright/y").entries()) == {"a.py"}
    assert statuses(write(box, plans)) == ["unchanged", "unchanged"]


def test_names_that_differ_in_capitals_only_are_two_files(tmp_path: Path) -> None:
    files = {"A.py": b"1\n", "a.py": b"2\n"}
    box = Sandbox.make(tmp_path / "r", files)
    box.git("config", "core.ignoreCase", "true")
    write(box, [planned("x", {"a.py": b"3\n"}, files)])
    commit = Commit.at(box.root, "patchwright/x")
    assert (commit.read("A.py"), commit.read("a.py")) == (b"1\n", b"3\n")


@pytest.mark.parametrize(
    "kind", ["subfolder", "detached", "worktree", "shallow", "bare", "sha256", "reftable"]
)
def test_any_kind_of_repository(tmp_path: Path, box: Sandbox, kind: str) -> None:
    place = ""
    if kind == "subfolder":
        place = "pkg"
    elif kind == "detached":
        box.git("switch", "-q", "--detach")
    elif kind == "worktree":
        box.git("worktree", "add", "-q", "-b", "linked", "../linked")
        box = Sandbox(tmp_path / "linked")
    elif kind == "shallow":
        box.git("clone", "-q", "--depth=1", f"file://{box.root}", "../shallow")
        box = Sandbox(tmp_path / "shallow")
    elif kind == "bare":
        box.git("clone", "-q", "--bare", ".", "../bare.git")
        box = Sandbox(tmp_path / "bare.git")
    elif kind == "sha256":
        box = Sandbox.make(tmp_path / "sha256", FILES, "--object-format=sha256")
    else:
        version = tuple(int(n) for n in box.git("version").split()[2].split(".")[:2])
        if version < (2, 45):
            pytest.skip("this git has no reftable")
        box = Sandbox.make(tmp_path / "reftable", FILES, "--ref-format=reftable")
    box.git("config", "user.name", "Ada Lovelace")
    box.git("config", "user.email", "ada@example.com")
    head = box.git("rev-parse", "HEAD")
    assert statuses(write(box, two_plans(), place)) == ["created", "created"]
    assert box.git("rev-parse", "HEAD", "patchwright/app^") == f"{head}\n{head}"
    assert statuses(write(box, two_plans(), place)) == ["unchanged", "unchanged"]
    assert box.git("fsck", "--strict") == ""


def test_the_base_is_any_revision(box: Sandbox) -> None:
    box.git("tag", "v1")
    box.commit({"app.py": b"later\n"})
    assert statuses(write(box, two_plans(), revision="v1")) == ["created", "created"]
    assert box.git("rev-parse", "patchwright/app^") == box.git("rev-parse", "v1")


# -- who commits, and when ----------------------------------------------------------------------------


def test_author_and_committer_are_the_users(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Ümit Ö")
    began = int(time.time())
    write(box, two_plans()[:1])
    said = box.git("log", "-1", "--date=raw", "--format=%an|%ae|%cn|%ce|%ad", "patchwright/app").split("|")
    assert said[:4] == ["Ada Lovelace", "ada@example.com", "Ümit Ö", "ada@example.com"]
    seconds, zone = said[4].split(" ")
    assert zone == "+0530"
    assert began <= int(seconds) <= time.time()


@pytest.mark.parametrize("signed", [False, True])
def test_source_date_epoch(box: Sandbox, monkeypatch: pytest.MonkeyPatch, signed: bool) -> None:
    if signed:
        sign_with(box, "cat > /dev/null; echo '[GNUPG:] SIG_CREATED D' >&2; echo signature")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write(box, two_plans()[:1])
    assert (
        box.git("log", "-1", "--date=raw", "--format=%ad|%cd", "patchwright/app") == "86400 +0000|86400 +0000"
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(GitFailure, match="SOURCE_DATE_EPOCH is 'soon'"):
        write(box, two_plans()[1:])


def test_the_same_run_at_the_same_time_gives_the_same_commits(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    first = write(box, two_plans())
    box.git("branch", "-D", *(branch.name for branch in first))
    box.git("update-ref", "-d", REF)
    assert write(box, two_plans()) == first


@pytest.mark.parametrize("key", ["user.name", "user.email"])
def test_nobody_is_made_up(box: Sandbox, key: str) -> None:
    box.git("config", "--unset", key)
    with pytest.raises(
        GitFailure, match=r"config --global user\.name .* config --global user\.email"
    ) as error:
        write(box, two_plans())
    assert "\n" not in str(error.value)
    assert branches(box) == ["main"]


def sign_with(box: Sandbox, script: str) -> None:
    program = box.root.parent / "gpg-stub"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    box.git("config", "gpg.program", str(program))
    box.git("config", "commit.gpgSign", "true")
    box.git("config", "i18n.commitEncoding", "latin1")


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
def test_signs_with_the_users_key(box: Sandbox, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "allowed").write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "commit.gpgSign": "yes",
        "gpg.ssh.allowedSignersFile": str(tmp_path / "allowed"),
    }.items():
        box.git("config", name, value)
    made = write(box, two_plans())
    for branch in made:
        assert box.git("log", "-1", "--format=%G?", branch.name) == "G"
        assert box.git("rev-parse", f"{branch.name}^") == box.git("rev-parse", "HEAD")
    assert statuses(write(box, two_plans())) == ["unchanged", "unchanged"]
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_a_key_that_cannot_sign_leaves_no_branch(box: Sandbox) -> None:
    sign_with(box, "echo 'no secret key' >&2; exit 2")
    with pytest.raises(GitFailure, match=r"could not sign.*commit\.gpgSign"):
        write(box, two_plans())
    assert branches(box) == ["main"]


# -- what is there already ----------------------------------------------------------------------------


def test_a_branch_somebody_worked_on_is_kept(box: Sandbox) -> None:
    write(box, two_plans())
    box.git("switch", "-q", "patchwright/app")
    mine = box.commit({"app.py": b"print('mine')\n"}, "Do it better")
    box.git("switch", "-q", "main")
    app, tool = write(box, two_plans())
    assert (app.status, app.commit, tool.status) == (Status.KEPT, mine, Status.UNCHANGED)
    assert app.reason and app.reason.startswith("somebody committed to the branch: merge it, or delete it")
    assert box.git("rev-parse", "patchwright/app") == mine


def amended(box: Sandbox) -> None:
    box.git("switch", "-q", "patchwright/app")
    box.write({"app.py": b"print('amended')\n"})
    box.git("commit", "-qa", "--amend", "--no-edit")
    box.git("switch", "-q", "main")


def merged_as_is(box: Sandbox) -> None:
    box.git("branch", "-f", "patchwright/app", "main")


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (amended, "somebody changed the branch"),
        (merged_as_is, "is in the base already"),
    ],
)
def test_a_branch_that_differs_is_kept(box: Sandbox, happened: Callable[[Sandbox], None], says: str) -> None:
    write(box, two_plans()[:1])
    happened(box)
    tip = box.git("rev-parse", "patchwright/app")
    (branch,) = write(box, two_plans()[:1])
    assert (branch.status, branch.commit) == (Status.KEPT, tip)
    assert branch.reason and says in branch.reason
    assert box.git("rev-parse", "patchwright/app") == tip


@pytest.mark.parametrize(
    "existing", ["patchwright", "patchwright/app/more", "Patchwright/APP", "PATCHWRIGHT"]
)
def test_a_name_that_is_in_the_way(box: Sandbox, existing: str) -> None:
    box.git("branch", existing)
    (branch,) = write(box, two_plans()[:1])
    assert (branch.status, branch.commit) == (Status.REJECTED, None)
    assert branch.reason and repr(existing) in branch.reason
    assert branches(box) == sorted(["main", existing])


def test_one_that_is_rejected_does_not_stop_the_others(box: Sandbox) -> None:
    box.git("branch", "patchwright/app/more")
    assert statuses(write(box, two_plans())) == ["rejected", "created"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (FileChange("app.py", b"not what the base has\n", b"x\n"), "as it was read"),
        (FileChange("missing.py", b"old\n", b"x\n"), "as it was read"),
        (FileChange("app.py", None, b"x\n"), "something is there"),
        (FileChange("pkg", None, b"x\n"), "something is there"),
        (FileChange("app.py/new.py", None, b"x\n"), "something is there"),
        (FileChange("link.py", None, b"x\n"), "something is there"),
        (FileChange("link.py", b"app.py", b"x\n"), "as it was read"),
        (FileChange("../app.py", None, b"x\n"), "not a path inside"),
        (FileChange("pkg/.GIT/config", None, b"x\n"), "not a path inside"),
        (FileChange("/app.py", None, b"x\n"), "not a path inside"),
        (FileChange("app.py", FILES["app.py"], FILES["app.py"]), "changes nothing"),
    ],
)
def test_a_change_that_is_not_one_of_the_base_is_rejected(
    box: Sandbox, change: FileChange, says: str
) -> None:
    (box.root / "link.py").symlink_to("app.py")
    box.commit({})
    (branch,) = write(box, [Plan("patchwright/x", "X\n", (change,))])
    assert branch.status is Status.REJECTED
    assert branch.reason and says in branch.reason
    assert branches(box) == ["main"]


def test_names_must_differ(box: Sandbox) -> None:
    plans = [Plan("x/A", "A\n", two_plans()[0].changes), Plan("x/a", "a\n", two_plans()[0].changes)]
    with pytest.raises(ValueError, match="same name"):
        write(box, plans)


def test_a_name_git_refuses(box: Sandbox) -> None:
    (branch,) = write(box, [Plan("patch wright/x", "X\n", two_plans()[0].changes)])
    assert branch.status is Status.REJECTED
    assert branch.reason and "choose another prefix" in branch.reason


# -- others at work, and things that break --------------------------------------------------------------


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something between writing the commits and making the branches."""
    original = write_module.write_commits

    def interrupted(*arguments: object, **options: object) -> list[str]:
        commits = original(*arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(write_module, "write_commits", original)
        act()
        return commits

    monkeypatch.setattr(write_module, "write_commits", interrupted)


def test_a_branch_that_appears_meanwhile_is_kept(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = box.git("rev-parse", "HEAD^")
    meanwhile(monkeypatch, lambda: box.git("branch", "patchwright/app", theirs))
    app, tool = write(box, two_plans())
    assert (app.status, app.commit, tool.status) == (Status.KEPT, theirs, Status.CREATED)
    assert box.git("rev-parse", "patchwright/app") == theirs


def test_a_ref_that_is_locked_leaves_no_branch(box: Sandbox) -> None:
    lock = box.root / ".git/refs/heads/patchwright/tool.lock"
    lock.parent.mkdir(parents=True)
    lock.write_bytes(b"")
    with pytest.raises(
        GitFailure, match=r"tool\.lock.* delete the \*\.lock files in .*/refs/heads/patchwright"
    ) as error:
        write(box, two_plans())
    assert "\n" not in str(error.value)
    assert branches(box) == ["main"]
    lock.unlink()
    assert statuses(write(box, two_plans())) == ["created", "created"]


def test_a_stream_that_breaks_off_makes_nothing(box: Sandbox) -> None:
    repository = Commit.at(box.root).repository
    head = box.git("rev-parse", "HEAD")
    half = f"start\0create refs/heads/a\0{head}\0".encode()
    repository.try_git("update-ref", "--stdin", "-z", feed=half)
    assert branches(box) == ["main"]


@pytest.mark.parametrize("git_too", [False, True])
@pytest.mark.parametrize("delay", [0.02, 0.08, 0.12, 0.2])
def test_killed_in_the_middle(box: Sandbox, delay: float, git_too: bool) -> None:
    """Whenever we die, alone or with the git that we run, no branch is half made and the next run works."""
    script = (
        "import sys; from pathlib import Path; from codemods.sources import Commit;"
        "from codemods.branches.model import Plan; from codemods.branches.write import write_branches;"
        "from codemods.model import FileChange;"
        "base = Commit.at(Path(sys.argv[1])); old = base.read('app.py');"
        "plans = [Plan(f'patchwright/b{n}', f'B{n}\\n', (FileChange('app.py', old, b'%d\\n' % n),))"
        " for n in range(300)];"
        "print('go', flush=True); write_branches(base, plans)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(box.root)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    process.stdout.readline()
    time.sleep(delay)
    kill(process, box.root, git_too=git_too)
    ours = [name for name in branches(box) if name != "main"]
    assert git_too or len(ours) in (0, 300), "all at once or none"
    head = box.git("rev-parse", "HEAD")
    assert {box.git("rev-parse", f"{name}^") for name in ours[:3]} <= {head}
    assert statuses(write(box, two_plans())) == ["created", "created"]
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_hooks_are_not_run(box: Sandbox) -> None:
    for name in ("reference-transaction", "post-commit", "pre-commit", "commit-msg"):
        hook = box.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {box.root.parent}/sprung\nexit 1\n")
        hook.chmod(0o755)
    assert statuses(write(box, two_plans())) == ["created", "created"]
    assert not (box.root.parent / "sprung").exists()


# -- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app.py", "app"),
        ("src/pkg/stream_analysis.py", "src.pkg.stream_analysis"),
        ("pkg/__init__.py", "pkg.__init__"),
        ("a-b.py", "a-b"),
    ],
)
def test_a_plain_file_is_called_as_python_calls_it(path: str, expected: str) -> None:
    assert slug(path) == expected


def test_slugs_differ_and_git_takes_them(box: Sandbox) -> None:
    paths = [
        *("a.py", "A.py", "a/b.py", "a.b.py", "a b.py", "a-b.py", "a_b.py", "a/lock.py", "lock.py", ".py"),
        *(
            "docker-compose.yml",
            "docker-compose/yml.py",
            "ü.py",
            "日本.py",
            os.fsdecode(b"\xe9.py"),
            "x\n.py",
        ),
        *(
            "..py",
            "a..b.py",
            "-a.py",
            "@{.py",
            "x" * 200 + ".py",
            "x" * 201 + ".py",
            ".hidden/a.py",
            "a./b.py",
        ),
    ]
    slugs = [slug(path) for path in paths]
    assert len({name.casefold() for name in slugs}) == len(paths)
    for name in slugs:
        box.git("check-ref-format", "--branch", f"patchwright/bare-except-{name}")
        assert len(name) < 100


@pytest.mark.parametrize(
    "name",
    [
        *("a", "a/b", "-a", "a-", "a b", "a..b", "a.", ".a", "a/.b", "a.lock", "a.lock/b", "a/", "/a"),
        *("a//b", "b/-a"),
        *("a~", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a@{b", "@", "HEAD", "a\x7f", "a\n", "", "ü", "a@b"),
        *("a{b", "a]", "b/@", "a.b/c.d"),
    ],
)
def test_names_are_judged_as_git_judges_them(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        ["git", "check-ref-format", "--branch", name], cwd=tmp_path, capture_output=True, env=ENVIRONMENT
    )
    assert is_branch_name(name) == (done.returncode == 0)


@pytest.mark.parametrize(
    ("prefix", "good"), [("patchwright/", True), ("fix-", True), ("", True), ("a b/", False), ("../", False)]
)
def test_prefixes(prefix: str, good: bool) -> None:
    assert is_prefix(prefix) is good


@pytest.mark.parametrize("path", ["a.py", "a b.py", 'a"b.py', "a\\b.py", "a\nb.py", os.fsdecode(b"\xff.py")])
def test_paths_are_quoted_for_fast_import(path: str) -> None:
    text = quoted(path)
    assert b"\n" not in text
    plain = text[1:-1].decode("ascii").encode().decode("unicode_escape") if text[:1] == b'"' else path
    assert os.fsencode(path) == (plain.encode("latin-1") if text[:1] == b'"' else os.fsencode(plain))


# -- plans --------------------------------------------------------------------------------------------


def finding(path: str, line: int, remedy: str = "bare-except", **more: object) -> Finding:
    fix = Fix((Edit(path, line, line + 1, b"!"),))
    values = {"fingerprint": f"{line:04x}" * 4, "message": f"fault {line}", "fix": fix, **more}
    return Finding(remedy=remedy, path=path, span=Span(line, 1, line, 2), **values)  # type: ignore[arg-type]


@dataclass
class Outcome:
    changes: tuple[FileChange, ...]
    fixed: tuple[Finding, ...]
    failures: tuple[Failure, ...] = ()


def repair(
    group: Sequence[Finding], wanted: Callable[[Finding], bool], *, again: bool, **_: object
) -> Outcome:
    """Writes the lines of the findings it was asked for into their files."""
    assert all(wanted(f) for f in group)
    paths = sorted({f.path for f in group})
    changes = tuple(
        FileChange(path, b"", b"".join(b"%d\n" % f.span.line for f in group if f.path == path))
        for path in paths
    )
    return Outcome(changes, tuple(group), (Failure("x.py", "cannot be read"),))


FINDINGS = [
    finding("a.py", 2),
    finding("a.py", 1),
    finding("b/c.py", 3),
    finding("a.py", 4, "fixed-temp-path"),
    finding("z.py", 5, fix=None, reason="a person must decide"),
]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (By.REMEDY, ["bare-except", "fixed-temp-path"]),
        (By.FILE, ["bare-except-a", "bare-except-b.c", "fixed-temp-path-a"]),
        (
            By.FINDING,
            [
                *("bare-except-a-00010001", "bare-except-a-00020002", "bare-except-b.c-00030003"),
                "fixed-temp-path-a-00040004",
            ],
        ),
    ],
)
def test_findings_are_spread_over_branches(by: By, names: list[str]) -> None:
    result = plan(FINDINGS, repair, lambda remedy: Purpose(f"Mend {remedy}"), version="1.0", by=by)
    assert [p.name for p in result.plans] == [f"patchwright/{name}" for name in names]
    covered = sorted(f.span.line for p in result.plans for f in p.findings)
    assert covered == [1, 2, 3, 4]
    assert result.failures == (Failure("x.py", "cannot be read"),)
    again = plan(FINDINGS[::-1], repair, lambda remedy: Purpose(f"Mend {remedy}"), version="1.0", by=by)
    assert [p.name for p in again.plans] == [p.name for p in result.plans]
    assert [p.message for p in again.plans] == [p.message for p in result.plans]


def test_findings_that_share_a_fix_share_a_branch() -> None:
    fix = Fix((Edit("a.py", 1, 2, b"!"),))
    exits = [finding("a.py", line, "exit-in-library", fix=fix) for line in (7, 3, 5)]
    result = plan(exits, repair, lambda remedy: Purpose("Mend"), version="1.0", by=By.FINDING)
    assert [p.name for p in result.plans] == ["patchwright/exit-in-library-a-00030003"]
    assert [f.span.line for f in result.plans[0].findings] == [3, 5, 7]


def test_what_changes_nothing_gets_no_plan() -> None:
    def idle(
        group: Sequence[Finding], wanted: Callable[[Finding], bool], *, again: bool, **_: object
    ) -> Outcome:
        return Outcome((FileChange("a.py", b"1", b"1"),), ())

    assert plan(FINDINGS, idle, lambda remedy: Purpose("Mend"), version="1.0").plans == ()


def test_one_finding_at_a_time_does_not_look_again() -> None:
    asked: dict[str, bool] = {}

    def note(
        group: Sequence[Finding], wanted: Callable[[Finding], bool], *, again: bool, **_: object
    ) -> Outcome:
        asked[group[0].path] = again
        return repair(group, wanted, again=again)

    plan(FINDINGS, note, lambda remedy: Purpose("Mend"), version="1.0", by=By.FINDING)
    assert set(asked.values()) == {False}
    plan(FINDINGS, note, lambda remedy: Purpose("Mend"), version="1.0", by=By.FILE)
    assert set(asked.values()) == {True}


# -- messages -----------------------------------------------------------------------------------------


def test_the_message_says_what_why_and_on_what_evidence(box: Sandbox) -> None:
    purpose = Purpose(
        "Name the exceptions that bare excepts catch",
        "A bare except also catches KeyboardInterrupt and SystemExit, so that Ctrl-C and a clean exit no\n"
        "longer get through.",
    )
    found = [
        finding("pkg/stream.py", 7, message="except: catches everything; int() raises ValueError here"),
        finding(
            os.fsdecode(b"pkg/caf\xe9\n.py"),
            12,
            evidence=(
                "json.load raises json.JSONDecodeError: standard library table, and more words than fit",
            ),
            reason="the handler also logs",
            fix=Fix((Edit("x", 0, 1, b""),), applicability=Applicability.UNSAFE),
        ),
    ]
    message = commit_message(purpose, found, "0.1.0")
    assert message == (
        "Name the exceptions that bare excepts catch\n"
        "\n"
        "A bare except also catches KeyboardInterrupt and SystemExit, so that\n"
        "Ctrl-C and a clean exit no longer get through.\n"
        "\n"
        "- pkg/stream.py:7: except: catches everything; int() raises ValueError\n"
        "  here\n"
        "- pkg/caf\\xe9\\n.py:12: fault 12\n"
        "  * json.load raises json.JSONDecodeError: standard library table, and\n"
        "    more words than fit\n"
        "  * the handler also logs\n"
        "\n"
        "What the program does can change here: read the change before you merge\n"
        "it.\n"
        "\n"
        "Patchwright-Remedy: bare-except\n"
        "Patchwright-Fingerprint: 0007000700070007\n"
        "Patchwright-Fingerprint: 000c000c000c000c\n"
        "Patchwright-Version: 0.1.0\n"
    )
    read = box.git("interpret-trailers", "--parse", feed=message.encode()).split("\n")
    assert read == message.rstrip("\n").split("\n")[-4:]


def test_what_is_the_same_of_several_findings_is_told_once() -> None:
    found = [
        replace(finding("a.py", line), message="it exits", evidence=("b.py calls it",), scope=scope)
        for line, scope in [(3, "f"), (5, "f"), (5, "f"), (9, "g")]
    ]
    message = commit_message(Purpose("Mend it", "It is broken."), found, "0.1.0")
    assert "- a.py:3, 5: it exits\n  * b.py calls it\n- a.py:9: it exits\n  * b.py calls it\n" in message
    assert message.count("Patchwright-Fingerprint: ") == 3


@pytest.mark.parametrize(
    ("subject", "paths", "expected"),
    [
        ("Mend it", ["a/b.py"], "Mend it in b.py"),
        ("Mend it", ["a.py", "b.py"], "Mend it"),
        ("M" * 60, ["a_long_name.py"], "M" * 60),
        ("word " * 20, ["a.py"], "word " * 14 + "…"),
        ("Mend\nit", ["a\n.py"], "Mend it in a\\n.py"),
    ],
)
def test_subjects_fit(subject: str, paths: list[str], expected: str) -> None:
    line = subject_line(subject, paths)
    assert line == expected
    assert len(line) <= 72


# -- overlaps -----------------------------------------------------------------------------------------

LINES = [b"%d" % n for n in range(12)]


def lines_changed(name: str, *numbers: int, by: bytes = b"") -> Plan:
    changed = [b"changed" + (by or name.encode()) if n in numbers else line for n, line in enumerate(LINES)]
    before, after = b"\n".join(LINES), b"\n".join(changed)
    return Plan(name, "X\n", (FileChange("a.py", before, after),))


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (lines_changed("x", 3), lines_changed("y", 3), True),
        (lines_changed("x", 3), lines_changed("y", 4), True),
        (lines_changed("x", 3), lines_changed("y", 5), False),
        (lines_changed("x", 1, 9), lines_changed("y", 5), False),
        (lines_changed("x", 1, 5, 9), lines_changed("y", 5), True),
        (lines_changed("x", 3, by=b"same"), lines_changed("y", 3, by=b"same"), False),
        (lines_changed("x", 3, 8, by=b"same"), lines_changed("y", 3, by=b"same"), False),
        (lines_changed("x", 3), Plan("y", "Y\n", (FileChange("b.py", b"", b"1"),)), False),
        (lines_changed("x", 3), Plan("y", "Y\n", (FileChange("a.py", b"\n".join(LINES), None),)), True),
        (Plan("x", "", (FileChange("n", None, b"1"),)), Plan("y", "", (FileChange("n", None, b"2"),)), True),
        (Plan("x", "", (FileChange("n", None, b"1"),)), Plan("y", "", (FileChange("n", None, b"1"),)), False),
    ],
)
def test_overlaps(one: Plan, other: Plan, meet: bool) -> None:
    assert conflicts([one, other]) == {"x": ("y",) if meet else (), "y": ("x",) if meet else ()}


def test_hunks_are_as_small_as_the_change() -> None:
    (change,) = lines_changed("x", 1, 9).changes
    assert hunks_of(change) == [(1, 2, (b"changedx",)), (9, 10, (b"changedx",))]


def random_change(rng: random.Random, lines: Sequence[bytes]) -> bytes:
    changed = list(lines)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(changed))
        choice = rng.choice(["replace", "insert", "delete"])
        changed[at : at + (choice != "insert")] = [] if choice == "delete" else [b"new%d" % rng.randint(0, 1)]
    return b"\n".join(changed) + b"\n"


def test_conflicts_are_those_that_git_sees(tmp_path: Path) -> None:
    """Random pairs of changes: git must never find a conflict that we did not tell."""
    rng = random.Random(7)
    lines = [b"line %d" % n for n in range(14)]
    base = b"\n".join(lines) + b"\n"
    box = Sandbox.make(tmp_path / "r", {"a.py": base})
    versions = dict.fromkeys(random_change(rng, lines) for _ in range(24))
    plans = [
        Plan(f"patchwright/{n}", f"{n}\n", (FileChange("a.py", base, after),))
        for n, after in enumerate(versions)
        if after != base
    ]
    told = {branch.name: branch.conflicts_with for branch in write(box, plans)}
    same = total = 0
    for n, one in enumerate(plans):
        for other in plans[n + 1 :: 3]:
            done = subprocess.run(
                ["git", "merge-tree", "--write-tree", one.name, other.name],
                cwd=box.root,
                capture_output=True,
                env=ENVIRONMENT,
            )
            total += 1
            same += (done.returncode == 1) == (other.name in told[one.name])
            assert done.returncode == 0 or other.name in told[one.name]
    assert same >= 0.95 * total
