"""Scratch worktrees: what they hold, that they are nobody else's, and that nothing is left of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Sandbox

from codemods.branches.checks.worktree import Worktree, remove
from codemods.branches.checks.worktrees import Worktrees, linked, sweep
from codemods.repository import GitFailure, Repository

FILES = {
    "a.py": b"A = 1\n",
    "pkg/b.py": b"B = 1\n",
    "pkg/data.txt": b"text\n",
    ".gitignore": b"*.log\n.cache/\n__pycache__/\n",
}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where worktrees are made, so that what is left of them can be seen."""
    folder = tmp_path / "temporary files"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "box", FILES)


@pytest.fixture
def trees(box: Sandbox) -> Iterator[Worktrees]:
    with Worktrees(Repository(box.root)) as trees:
        yield trees


def head(box: Sandbox) -> str:
    return box.git("rev-parse", "HEAD")


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path != root / ".git" and ".git" not in path.relative_to(root).parts
    }


# -- what is in one -----------------------------------------------------------------------------------


def test_it_holds_the_commit_under_the_name_of_the_repository(box: Sandbox, trees: Worktrees) -> None:
    first = head(box)
    box.commit({"a.py": b"A = 2\n", "new.py": b""})
    with trees.at(first) as worktree:
        assert files(worktree.path) == FILES
        assert worktree.path.name == box.root.name


def test_it_is_switched_and_used_again(box: Sandbox, trees: Worktrees) -> None:
    first = head(box)
    second = box.commit({"a.py": b"A = 2\n", "new/c.py": b"C = 1\n"})
    with trees.at(first) as one:
        pass
    with trees.at(second) as other:
        assert other is one
        assert files(other.path) == {**FILES, "a.py": b"A = 2\n", "new/c.py": b"C = 1\n"}
    with trees.at(first) as again:
        assert files(again.path) == FILES


def test_two_at_once_are_two(box: Sandbox, trees: Worktrees) -> None:
    with trees.at(head(box)) as one, trees.at(head(box)) as other:
        assert one.path != other.path
        (one.path / "a.py").write_bytes(b"mine")
        assert files(other.path) == FILES


def test_the_user_has_everything_as_before(box: Sandbox) -> None:
    box.write({"a.py": b"dirty\n", "untracked.py": b""})
    before = box.state()
    config = (box.root / ".git/config").read_bytes()
    with Worktrees(Repository(box.root)) as trees, trees.at(head(box)) as worktree:
        (worktree.path / "a.py").unlink()
    assert box.state() == before
    assert (box.root / ".git/config").read_bytes() == config
    assert not (box.root / ".git/worktrees").exists()


# -- between two checks -------------------------------------------------------------------------------


def test_what_a_check_left_is_gone_but_for_what_git_ignores(box: Sandbox, trees: Worktrees) -> None:
    with trees.at(head(box)) as worktree:
        root = worktree.path
        for path in (
            "left.txt",
            "pkg/left.txt",
            "out/a/b.txt",
            "kept.log",
            ".cache/x",
            "o [p]/kept.log",
            "o/q/r",
        ):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(b"left")
        (root / "empty").mkdir()
        (root / "link").symlink_to(box.root)
        (root / "a.py").write_bytes(b"A = 3\n")
        (root / "pkg/b.py").unlink()
        subprocess.run(["git", "init", "-q", "nested"], cwd=root, env=ENVIRONMENT, check=True)
        subprocess.run(["git", "add", "left.txt"], cwd=root, env=ENVIRONMENT, check=True)
    with trees.at(head(box)):
        kept = dict.fromkeys(("kept.log", ".cache/x", "o [p]/kept.log"), b"left")
        assert files(root) == {**FILES, **kept}
        assert not (root / "o [p]/q").exists()
        assert not (root / "empty").exists()
        assert not (root / "link").is_symlink()
    assert (box.root / "a.py").exists()


def test_what_the_preparation_made_stays_but_tracked_files_are_the_commits(box: Sandbox) -> None:
    prepared: list[Path] = []

    def prepare(worktree: Worktree) -> None:
        prepared.append(worktree.path)
        (worktree.path / "deps").mkdir()
        (worktree.path / "deps/one").write_bytes(b"1")
        (worktree.path / "a.py").write_bytes(b"patched")

    with Worktrees(Repository(box.root), prepare) as trees:
        for _ in range(2):
            with trees.at(head(box)) as worktree:
                assert files(worktree.path) == {**FILES, "deps/one": b"1"}
                (worktree.path / "deps2").write_bytes(b"")
    assert len(prepared) == 1


def spoil_head(worktree: Worktree) -> None:
    (worktree.git_dir / "HEAD").write_bytes(b"nonsense\n")


def lock_index(worktree: Worktree) -> None:
    (worktree.git_dir / "index.lock").touch()


def cut_the_link(worktree: Worktree) -> None:
    (worktree.path / ".git").unlink()


def take_everything(worktree: Worktree) -> None:
    remove(worktree.path)


@pytest.mark.parametrize("spoil", [spoil_head, lock_index, cut_the_link, take_everything])
def test_one_that_is_spoiled_is_made_anew(box: Sandbox, trees: Worktrees, spoil: object) -> None:
    assert callable(spoil)
    with trees.at(head(box)) as worktree:
        spoil(worktree)
    second = box.commit({"a.py": b"A = 2\n"})
    with trees.at(second) as worktree:
        assert (worktree.path / "a.py").read_bytes() == b"A = 2\n"
        assert (worktree.path / ".git").is_file() or spoil is cut_the_link


def test_without_its_link_the_repository_around_it_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder for temporary files inside of the repository: git would find the user's tree."""
    box = Sandbox.make(tmp_path / "around", FILES)
    (box.root / "tmp.log").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(box.root / "tmp.log"))
    first = head(box)
    second = box.commit({"a.py": b"A = 2\n"})
    box.write({"a.py": b"precious\n"})
    with Worktrees(Repository(box.root)) as trees:
        with trees.at(second) as worktree:
            cut_the_link(worktree)
        with trees.at(first):
            assert (box.root / "a.py").read_bytes() == b"precious\n"
            assert head(box) == second


# -- compiled files -----------------------------------------------------------------------------------

COMPILING = {name: value for name, value in ENVIRONMENT.items() if name != "PYTHONDONTWRITEBYTECODE"}
READ = "import a, pkg.b; print(a.A, pkg.b.B)"


def seen(root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=root, capture_output=True, text=True, check=True, env=COMPILING
    )
    return done.stdout.strip()


def test_python_never_takes_a_compiled_file_for_that_of_another_commit(
    box: Sandbox, trees: Worktrees
) -> None:
    """All versions have one size, and most of the switches fall into one second."""
    commits = [box.commit({"a.py": b"A = %d\n" % number}) for number in range(6)]
    for number in [0, 1, 0, 2, 3, 2, 4, 5]:
        with trees.at(commits[number]) as worktree:
            assert seen(worktree.path) == f"{number} 1"
    assert list((worktree.path / "__pycache__").glob("a.*.pyc"))


def test_nor_for_that_of_a_file_that_a_check_has_changed(box: Sandbox, trees: Worktrees) -> None:
    commit = head(box)
    for _ in range(3):
        with trees.at(commit) as worktree:
            assert seen(worktree.path) == "1 1"
            source = worktree.path / "a.py"
            times = source.stat()
            source.write_bytes(b"A = 9\n")
            os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000_000))
            assert seen(worktree.path) == "9 1"


def test_files_that_stay_keep_their_times_and_git_sees_no_change(box: Sandbox, trees: Worktrees) -> None:
    first = head(box)
    second = box.commit({"a.py": b"A = 2\n"})
    with trees.at(first) as worktree:
        before = (worktree.path / "pkg/b.py").stat().st_mtime_ns
    with trees.at(second):
        assert (worktree.path / "pkg/b.py").stat().st_mtime_ns == before
        assert (worktree.path / "a.py").stat().st_mtime <= time.time() + 2
        place = {**ENVIRONMENT, "GIT_OPTIONAL_LOCKS": "0"}
        listing = ["git", "diff-files", "--name-only"]
        assert not subprocess.run(listing, cwd=worktree.path, capture_output=True, env=place).stdout


BIND = 'import socket; socket.socket(socket.AF_UNIX).bind("pkg/s")'
# What a command may do to the checkout that it runs in.
COMMANDS = {
    "nothing": "true",
    "edits": "echo X >> a.py; rm pkg/b.py; chmod +x pkg/data.txt",
    "other kinds of files": "rm -r a.py pkg; mkdir a.py; echo X > a.py/x.py; ln -s a.py pkg",
    "staged": "echo X >> a.py; echo Y > y.py; git rm -q pkg/b.py; git add -A",
    "staged and taken back": "echo X >> a.py; git add a.py; git show HEAD:a.py > a.py",
    "not tracked any more": "git rm -q --cached a.py pkg/b.py",
    "meant to be added": "echo Y > y.py; git add -N y.py",
    "a commit": "echo X >> a.py; git commit -qam X",
    "a branch of its own": "git checkout -q -B mine; echo X > mine.py; git add -A; git commit -qm X",
    "a merge that stopped": "git merge -q v1",
    "a merge that waits to be committed": "git merge -q --no-commit --no-ff side",
    "a cherry-pick that stopped": "git cherry-pick v1",
    "a rebase that stopped": "git rebase -q v1 v2",
    "a bisection": "git bisect start -q v2 v0",
    "told to take for unchanged": "git update-index --assume-unchanged a.py; echo X >> a.py",
    "other attributes": "echo '* text eol=crlf' > .gitattributes",
    "git's own look": "git status",
    "staged and deleted": "echo Y > y.py; git add y.py; rm y.py",
    "staged without a file": "git update-index --add --cacheinfo 100644,$(git rev-parse :a.py),ghost.py",
    "left out on purpose": "git update-index --skip-worktree a.py; echo X >> a.py",
    "a sparse checkout": "git sparse-checkout set --no-cone /a.py",
    "a socket and pipes": f"mkfifo p; mkdir -p d pkg; mkfifo d/p; {sys.executable} -c '{BIND}'",
    "repositories": "for r in r d/e/r; do git init -q $r; (cd $r; touch x; git add x; git commit -qm X) done",
    "pipes for files": "rm a.py; mkfifo a.py; rm -f pkg/b.py; mkfifo pkg/b.py",
    "hidden by what git ignores": "echo '*.tmp' >> .gitignore; mkdir d pkg; echo X | tee pkg/x.tmp d/x.tmp",
    "hidden by a new .gitignore": "mkdir -p pkg d; echo x.tmp > d/.gitignore; echo X > d/x.tmp",
    "hidden by what is hidden": "echo '*' >> .gitignore; mkdir d; echo x.py > d/.gitignore; touch d/x.py",
    "hidden by a commit": "echo '*.tmp' >> .gitignore; git commit -qam X; echo X > x.tmp",
    "without its link": "rm .git",
    "a stash": "echo X >> a.py; git stash -q",
    "an empty index": "git read-tree --empty",
}

# After these, another worktree is made.
ANEW = {
    *("a merge that stopped", "a merge that waits to be committed", "a cherry-pick that stopped"),
    *("a rebase that stopped", "a bisection", "told to take for unchanged", "left out on purpose"),
    *("a sparse checkout", "without its link"),
}


@pytest.fixture
def versions(box: Sandbox) -> list[str]:
    """Commits that differ from the one before in all the ways in which files do."""
    found = [
        head(box),
        box.commit({"a.py": b"A = 2\n"}),
        box.commit({"a.py": b"A = 3\n", "pkg/b.py": b"B\n"}),
    ]
    (box.root / "a.py").chmod(0o755)
    found.append(box.commit({}))
    (box.root / "pkg/data.txt").unlink()
    (box.root / "pkg/data.txt").symlink_to("b.py")
    found.append(box.commit({}))
    (box.root / "pkg/data.txt").unlink()
    found.append(box.commit({"pkg/data.txt/now/a/folder.py": b"F\n", "a.py": b"A = 3\nB = 4\n"}))
    found.append(box.commit({".gitattributes": b"a.py eol=crlf\n", "a.py": b"A = 3\nB = 5\n"}))
    found.append(box.commit({".gitattributes": b"a.py eol=lf ident\n", "a.py": b"A = 3\nB = 6  # $Id$\n"}))
    found.append(box.commit({"a.py": b"A = 3\nB = 7  # $Id$\n", "$x.py": b"X = 3\n"}))
    box.git("rm", "-q", "-r", "pkg")
    found.append(box.commit({"a.py": b"A = 7\n"}))
    for number, commit in enumerate(found):
        box.git("tag", f"v{number}", commit)
    box.git("checkout", "-q", "--detach", "v0")
    box.git("tag", "side", box.commit({"a.py": b"SIDE = 1\n"}))
    box.git("checkout", "-q", "main")
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_switch_is_a_checkout_whatever_a_command_did(
    box: Sandbox, trees: Worktrees, versions: Sequence[str], tmp_path: Path, name: str
) -> None:
    fresh = tmp_path / "fresh"
    box.git("clone", "-q", "--no-checkout", str(box.root), str(fresh))
    with trees.at(versions[0]) as worktree:
        pass
    for commit in [*versions, *(versions[number] for number in (7, 5, 3, 1, 0))]:
        run_shell(f"{COMMANDS[name]}; true", worktree.path)
        with trees.at(commit) as again:
            assert again is worktree or name in ANEW
            worktree = again
            run_shell(f"git checkout -q -f --detach {commit}", fresh)
            assert content(again.path) == content(fresh)
            assert run_shell("git rev-parse HEAD; git branch --show-current", again.path).split() == [commit]
            state = run_shell(
                "git --no-optional-locks status --porcelain; git diff-index HEAD; git ls-files -s -t",
                again.path,
            )
            assert state == run_shell("git ls-files -s -t", fresh)
            assert not (again.git_dir / "MERGE_HEAD").exists()
    box.git("branch", "-D", "mine", check=False)


def test_git_may_be_told_to_trust_what_it_wrote(box: Sandbox, trees: Worktrees) -> None:
    box.git("config", "core.ignoreStat", "true")
    commits = [head(box), box.commit({"pkg/b.py": b"B = 2\n"})]
    for commit in commits * 2:
        with trees.at(commit) as worktree:
            assert files(worktree.path)["a.py"] == b"A = 1\n"
            (worktree.path / "a.py").write_bytes(b"A = 9\n")


def test_what_cannot_be_removed_does_not_hold_up(
    box: Sandbox, trees: Worktrees, monkeypatch: pytest.MonkeyPatch
) -> None:
    with trees.at(head(box)) as worktree:
        (worktree.path / "pkg/.gitignore").write_bytes(b"x\n")
    monkeypatch.setattr("codemods.branches.checks.worktree.remove", lambda path: None)
    with trees.at(head(box)) as again:
        assert again is worktree


def test_a_pipe_that_the_preparation_made_stays(box: Sandbox) -> None:
    with Worktrees(Repository(box.root), lambda worktree: os.mkfifo(worktree.path / "pipe")) as trees:
        for _ in range(3):
            with trees.at(head(box)) as worktree:
                assert [path.name for path in worktree.path.glob("p*e*")] == ["pipe"]
                os.mkfifo(worktree.path / "pie")


def test_settings_of_a_worktree_do_not_last(box: Sandbox) -> None:
    box.git("sparse-checkout", "set", "--no-cone", "/*")  # which gives all worktrees settings of their own
    commits = [head(box), box.commit({"a.py": b"A = 2\n"})]
    with Worktrees(Repository(box.root)) as trees:
        for commit in commits * 2:
            with trees.at(commit) as worktree:
                assert b"\r" not in (worktree.path / "a.py").read_bytes()
                run_shell("git config --worktree core.autocrlf true", worktree.path)


def test_a_submodule_that_a_check_has_cloned_is_gone(box: Sandbox, tmp_path: Path) -> None:
    outer = Sandbox.make(tmp_path / "outer", {"x.py": b""})
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(box.root), "inner")
    commits = [outer.commit({"x.py": b"%d\n" % number}) for number in range(3)]
    with Worktrees(Repository(outer.root)) as trees:
        for commit in commits:
            with trees.at(commit) as worktree:
                assert not list((worktree.path / "inner").iterdir())
                run_shell(f"rmdir inner; git clone -q {box.root} inner", worktree.path)


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_mixed_line_ends_are_stored_as_the_commit_has_them(
    box: Sandbox, trees: Worktrees, setting: str
) -> None:
    box.git("config", "core.autocrlf", "false")
    versions = [b"A = 1\r\nB = 2\n", b"A = 2\nB = 2\n", b"A = 1\r\nB = 3\r\n", b"A = 5\n"]
    commits = [box.commit({"a.py": version}) for version in versions]
    box.git("config", "core.autocrlf", setting)
    for commit in commits + commits[::-1]:
        with trees.at(commit) as worktree:
            stored = box.git("rev-parse", f"{commit}:a.py")
            assert stored in run_shell("git ls-files -s a.py", worktree.path)


def test_times_of_files_run_ahead_only_where_checks_are_fast(box: Sandbox, trees: Worktrees) -> None:
    commits = [box.commit({"a.py": b"A = %d\n" % number}) for number in range(3)]
    with trees.at(commits[0]) as worktree:
        time.sleep(1.1)
    with trees.at(commits[1]):
        assert (worktree.path / "a.py").stat().st_mtime <= time.time()


def run_shell(command: str, folder: Path) -> str:
    # A commit without a person's settings, and never an editor.
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "GIT_EDITOR": "true"},
        check=True,
    )
    return done.stdout


def content(root: Path) -> dict[str, tuple[int, bytes]]:
    """All files and links, executable or not."""
    found = {}
    for path in root.rglob("*"):
        if not path.is_dir() and ".git" not in path.relative_to(root).parts:
            assert path.is_symlink() or path.is_file(), path
            data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(root).as_posix()] = (path.lstat().st_mode & 0o170100, data)
    return found


# -- any repository -----------------------------------------------------------------------------------


def test_a_bare_repository(box: Sandbox, tmp_path: Path) -> None:
    box.git("clone", "-q", "--bare", str(box.root), str(tmp_path / "bare.git"))
    bare = Repository(tmp_path / "bare.git", bare=True)
    with Worktrees(bare) as trees, trees.at(head(box)) as worktree:
        assert files(worktree.path) == FILES
    assert not (tmp_path / "bare.git/worktrees").exists()


def test_a_linked_worktree_of_the_user(box: Sandbox, tmp_path: Path) -> None:
    box.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    with Worktrees(Repository(tmp_path / "side")) as trees, trees.at(head(box)) as worktree:
        assert files(worktree.path) == FILES
    assert linked(Repository(box.root)) == [box.root, tmp_path / "side"]


def test_a_sparse_checkout_is_checked_whole(box: Sandbox) -> None:
    box.git("sparse-checkout", "set", "--cone", "nothing")
    assert not (box.root / "pkg").exists()
    state = box.state()
    second = box.commit({"a.py": b"A = 2\n"})
    with Worktrees(Repository(box.root)) as trees:
        for commit in (second, f"{second}~1", second):
            with trees.at(box.git("rev-parse", commit)) as worktree:
                assert files(worktree.path).keys() == FILES.keys()
    assert state["files"].keys() == box.state()["files"].keys()  # type: ignore[attr-defined]


def test_a_repository_inside_of_another(box: Sandbox, tmp_path: Path) -> None:
    """A submodule's settings name its own working tree, which must not become that of the scratch."""
    outer = Sandbox.make(tmp_path / "outer", {"x.py": b""})
    allow = ("-c", "protocol.file.allow=always")
    outer.git(*allow, "submodule", "add", "-q", str(box.root), "inner")
    outer.commit({})
    inner = Repository(outer.root / "inner")
    with Worktrees(inner) as trees, trees.at(head(box)) as worktree:
        assert files(worktree.path) == FILES
        (worktree.path / "a.py").unlink()
    assert files(inner.root).keys() == FILES.keys()
    with Worktrees(Repository(outer.root)) as trees, trees.at(head(outer)) as worktree:
        assert list((worktree.path / "inner").iterdir()) == []
        (worktree.path / "left").touch()
        with trees.at(head(outer)):
            pass


def test_the_preparation_can_fetch_submodules(box: Sandbox, tmp_path: Path) -> None:
    outer = Sandbox.make(tmp_path / "outer", {"x.py": b""})
    allow = ("-c", "protocol.file.allow=always")
    outer.git(*allow, "submodule", "add", "-q", str(box.root), "inner")
    first = outer.commit({})
    second = outer.commit({"x.py": b"X = 1\n"})

    def prepare(worktree: Worktree) -> None:
        command = ["git", *allow, "submodule", "update", "--init", "-q"]
        subprocess.run(command, cwd=worktree.path, env=ENVIRONMENT, check=True)

    with Worktrees(Repository(outer.root), prepare) as trees:
        for commit in (first, second, first):
            with trees.at(commit) as worktree:
                assert files(worktree.path / "inner") == FILES
                (worktree.path / "inner/a.py").write_bytes(b"A = 9\n")
                (worktree.path / "inner/left.txt").touch()
    assert linked(Repository(outer.root)) == [outer.root]
    assert not (outer.root / ".git/worktrees").exists()


def test_hooks_of_the_repository_do_not_run(box: Sandbox, tmp_path: Path) -> None:
    hook = box.root / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    with Worktrees(Repository(box.root)) as trees, trees.at(head(box)):
        pass
    assert not (tmp_path / "ran").exists()


def test_variables_of_git_lead_nowhere_else(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Sandbox.make(tmp_path / "other", {"other.py": b""})
    for name, value in {"GIT_DIR": ".git", "GIT_WORK_TREE": "", "GIT_INDEX_FILE": ".git/index"}.items():
        monkeypatch.setenv(name, str(other.root / value))
    before = other.state()
    with Worktrees(Repository(box.root)) as trees, trees.at(head(box)) as worktree:
        assert files(worktree.path) == FILES
    assert other.state() == before


# -- every way out ------------------------------------------------------------------------------------


def is_swept(box: Sandbox, temporary: Path) -> bool:
    return linked(Repository(box.root)) == [box.root] and not list(temporary.iterdir())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_nothing(box: Sandbox, temporary: Path, error: type[BaseException]) -> None:
    with (
        pytest.raises(error),
        Worktrees(Repository(box.root)) as trees,
        trees.at(head(box)) as worktree,
    ):
        (worktree.path / "closed").mkdir()
        (worktree.path / "closed/file").touch()
        (worktree.path / "closed").chmod(0o500)
        raise error
    assert is_swept(box, temporary)


def test_a_preparation_that_fails_leaves_nothing(box: Sandbox, temporary: Path) -> None:
    def fail(worktree: Worktree) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError), Worktrees(Repository(box.root), fail) as trees, trees.at(head(box)):
        pass
    assert is_swept(box, temporary)


def test_without_a_folder_for_temporary_files_it_says_so(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(GitFailure, match="no room for scratch worktrees: No such file"):
        Worktrees(Repository(box.root)).__enter__()


def test_a_disk_that_is_full_ends_it_and_leaves_nothing(
    box: Sandbox, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that fails stands for it: git cannot write a file of the checkout."""
    commit = box.commit({".gitattributes": b"*.txt filter=full\n", "pkg/data.txt": b"more\n"})
    box.git("config", "filter.full.smudge", "echo 'No space left on device' >&2; false")
    box.git("config", "filter.full.required", "true")
    with (
        pytest.raises(GitFailure, match="checkout"),
        Worktrees(Repository(box.root)) as trees,
        trees.at(commit),
    ):
        pass
    assert is_swept(box, temporary)


KILLED = """
import os, sys
from pathlib import Path
from codemods.branches.checks.worktrees import Worktrees
from codemods.repository import Repository
with Worktrees(Repository(Path(sys.argv[1]))) as trees, trees.at(sys.argv[2]):
    print("there", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("is_folder_gone", [False, True])
def test_what_a_killed_run_left_is_swept_by_the_next(
    box: Sandbox, temporary: Path, is_folder_gone: bool
) -> None:
    command = [sys.executable, "-c", KILLED, str(box.root), head(box)]
    place = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, env=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"there\n"
        (_, left) = linked(Repository(box.root))
        sweep(Repository(box.root))
        assert (left / "a.py").exists()  # it is at work
        other.kill()
        other.wait()
    assert left.exists()
    if is_folder_gone:  # the machine was started anew
        remove(left.parent.parent)
    with Worktrees(Repository(box.root)):
        assert linked(Repository(box.root)) == [box.root]
    assert is_swept(box, temporary)


def test_one_of_an_earlier_process_with_our_number_is_swept(box: Sandbox, temporary: Path) -> None:
    """In a container the process ids are few, and the folder for temporary files is gone with it."""
    with Worktrees(Repository(box.root)) as trees, trees.at(head(box)) as worktree:
        left = Path(str(worktree.path.parent.parent) + "gone") / "1" / "box"
        box.git("worktree", "add", "-q", "--detach", str(left))
        remove(left.parent.parent)
        sweep(Repository(box.root))
        assert linked(Repository(box.root)) == [box.root, worktree.path]


def test_worktrees_of_others_are_not_swept(box: Sandbox, temporary: Path) -> None:
    others = [
        temporary / "mine",
        temporary / "patchwright-check-999999999-another.host-abcd1234" / "1" / "box",
        temporary / "patchwright-check-x" / "1" / "box",
    ]
    for path in others:
        box.git("worktree", "add", "-q", "--detach", str(path))
    sweep(Repository(box.root))
    assert linked(Repository(box.root)) == [box.root, *others]
    assert all((path / "a.py").exists() for path in others)
