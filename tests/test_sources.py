"""Where files are read from, on real folders and repositories."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from repositories import Sandbox, forget_environment

from codemods.model import Failure, FileChange
from codemods.objects import read_object
from codemods.repository import find_repository, repository_at
from codemods.sources import Commit, GitFailure, Memory, Overlay, WorkingDirectory

UNUSUAL = [
    "a b.py",
    "line\nbreak.py",
    "-n.py",
    ":(top)x.py",
    'quote"d\\.py',
    "tab\t.py",
    "ünï.py",
    os.fsdecode(b"caf\xe9.py"),
    "*.py",
    "deep/er/.hidden.py",
]


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


def listed(root: Path) -> list[str]:
    return list(WorkingDirectory.at(root).paths())


# -- working directories ------------------------------------------------------------------------------


def test_lists_what_git_tracks_or_would_track(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"", "b/c.py": b"", "n.txt": b"", "gone.py": b""})
    box.write({".gitignore": b"ignored/\n", "new.py": b"", "ignored/x.py": b"", ".git/hooks/h.py": b""})
    (box.root / "gone.py").unlink()
    assert listed(box.root) == ["a.py", "b/c.py", "new.py"]


def test_an_environment_is_listed_only_where_it_is_tracked(tmp_path: Path) -> None:
    library = "lib/python3.11/site-packages/x.py"
    box = Sandbox.make(tmp_path / "r", {"a.py": b"", "kept/pyvenv.cfg": b"", f"kept/{library}": b""})
    for folder in (".venv", "tools/env"):
        box.write({f"{folder}/pyvenv.cfg": b"", f"{folder}/{library}": b""})
    box.write({"tools/b.py": b""})
    assert listed(box.root) == ["a.py", f"kept/{library}", "tools/b.py"]


def test_lists_the_whole_repository_from_any_folder_or_file_of_it(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"", "b/c.py": b""})
    for place in (box.root, box.root / "b", box.root / "b/c.py"):
        tree = WorkingDirectory.at(place)
        assert (tree.root, list(tree.paths())) == (box.root.resolve(), ["a.py", "b/c.py"])


def test_lists_a_conflicted_file_once(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"0\n"})
    box.git("switch", "-qc", "other")
    box.commit({"a.py": b"1\n"})
    box.git("switch", "-q", "main")
    box.commit({"a.py": b"2\n"})
    box.git("merge", "other", check=False)
    assert box.git("ls-files", "--unmerged")
    assert listed(box.root) == ["a.py"]


def test_symlinks_are_neither_listed_nor_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_bytes(b"password = 1\n")
    box = Sandbox.make(tmp_path / "r", {"real.py": b"", "folder/x.py": b"", "file.py": b""})
    (box.root / "link.py").symlink_to(outside / "secret.py")
    (box.root / "loop.py").symlink_to("loop.py")
    (box.root / "loops").symlink_to(".")
    (box.root / "away").symlink_to(outside)
    box.git("add", "-A")
    # what was a file or folder when it was committed is a symlink now
    (box.root / "file.py").unlink()
    (box.root / "file.py").symlink_to(outside / "secret.py")
    shutil.rmtree(box.root / "folder")
    (box.root / "folder").symlink_to(outside)
    (outside / "x.py").write_bytes(b"")
    tree = WorkingDirectory.at(box.root)
    assert list(tree.paths()) == ["real.py"]
    for path in ("link.py", "loop.py", "loops/real.py", "away/secret.py", "file.py", "folder/x.py"):
        with pytest.raises(OSError, match="symlink"):
            tree.read(path)


@pytest.mark.parametrize(
    "path",
    ["../x.py", "a/../../x.py", "/etc/passwd", "", ".", "a//b.py", "./a.py", ".git/config", "b/.GIT/x"],
)
def test_no_path_leaves_the_root(tmp_path: Path, path: str) -> None:
    (tmp_path / "x.py").write_bytes(b"")
    root = tmp_path / "r"
    root.mkdir()
    with pytest.raises(PermissionError, match="not a path inside"):
        WorkingDirectory.at(root).read(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    tree = WorkingDirectory.at(tmp_path)
    assert list(tree.paths()) == []
    with pytest.raises(OSError, match="not a regular file"):
        tree.read("pipe.py")


def test_submodules_and_nested_repositories_are_other_peoples_code(tmp_path: Path) -> None:
    library = Sandbox.make(tmp_path / "library", {"lib.py": b""})
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    box.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "vendored.py")
    box.git("commit", "-qm", "Add submodule")
    Sandbox.make(box.root / "nested", {"n.py": b""})
    assert listed(box.root) == ["a.py"]
    assert list(Commit.at(box.root).paths()) == ["a.py"]
    assert listed(box.root / "vendored.py") == ["lib.py"]


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_names(tmp_path: Path, name: str) -> None:
    box = Sandbox.make(tmp_path / "r", {name: b"committed"})
    box.write({name: b"changed", "new/" + name.replace("/", "-"): b"untracked"})
    tree, commit = WorkingDirectory.at(box.root), Commit.at(box.root)
    assert set(tree.paths()) == {name, "new/" + name.replace("/", "-")}
    assert tree.read(name) == b"changed"
    assert list(commit.paths()) == [name]
    assert commit.read(name) == b"committed"
    assert pickle.loads(pickle.dumps(tree)) == tree


def test_reads_other_files_too(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"", "pyproject.toml": b"[tool]\n"})
    for tree in (WorkingDirectory.at(box.root), Commit.at(box.root)):
        assert tree.read("pyproject.toml") == b"[tool]\n"
        with pytest.raises(FileNotFoundError):
            tree.read("setup.cfg")


@pytest.mark.parametrize("in_git", [True, False])
def test_lists_other_files_too(tmp_path: Path, in_git: bool) -> None:
    files = {"a.py": b"", "b/c.yml": b"", "node_modules/x.js": b"", ".gitignore": b"node_modules\n"}
    box = Sandbox.make(tmp_path / "r", files)
    (box.root / "b/link.txt").symlink_to("c.yml")
    wanted = [".gitignore", "a.py", "b/c.yml"]
    if in_git:
        box.git("add", "b/link.txt")
        assert list(Commit.at(box.root).everything()) == wanted
    else:
        shutil.rmtree(box.root / ".git")
    assert list(WorkingDirectory.at(box.root).everything()) == wanted
    assert list(Memory({"b.py": b"", "a.txt": b""}).everything()) == ["a.txt", "b.py"]


def test_outside_of_git_environments_and_builds_are_left_out(tmp_path: Path) -> None:
    wanted = ["a.py", "pkg/b.py", "pkg/vendor/c.py"]
    left_out = [
        *(".git/x.py", ".hg/x.py", ".venv/x.py", "node_modules/x.py", "__pycache__/x.py", ".tox/x.py"),
        *(".nox/x.py", "build/x.py", "dist/x.py", ".eggs/x.py", "lib/site-packages/x.py", "myenv/x.py"),
    ]
    for path in [*wanted, *left_out, "myenv/pyvenv.cfg"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    (tmp_path / "pkg/again").symlink_to(tmp_path)
    (tmp_path / "pkg/link.py").symlink_to(tmp_path / "a.py")
    shutil.rmtree(tmp_path / ".git")
    assert listed(tmp_path) == wanted
    assert listed(tmp_path / "a.py") == wanted


@pytest.mark.parametrize("in_git", [False, True])
def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path, in_git: bool) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"", "tracked/in/b.py": b""})
    box.write({"closed/c.py": b""})
    if not in_git:
        shutil.rmtree(box.root / ".git")
    for name in ("tracked", "closed"):
        (box.root / name).chmod(0)
    try:
        if os.access(box.root / "closed", os.R_OK):
            pytest.skip("we may read everything, as root may")
        tree = WorkingDirectory.at(box.root)
        assert list(tree.paths()) == (["a.py", "tracked/in/b.py"] if in_git else ["a.py"])
        reason = "the folder cannot be read: Permission denied"
        assert Failure("closed", reason) in tree.failures
        with pytest.raises(PermissionError):
            tree.read("tracked/in/b.py")
    finally:
        for name in ("tracked", "closed"):
            (box.root / name).chmod(0o755)


def test_no_such_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WorkingDirectory.at(tmp_path / "missing")


def test_looking_writes_nothing(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"1\n"})
    box.write({"a.py": b"2\n", "new.py": b""})
    os.utime(box.root / "a.py", (1, 1))  # the index does not know this time: a refresh would write it
    before = box.state()
    tree = WorkingDirectory.at(box.root)
    assert [tree.read(path) for path in tree.paths()] == [b"2\n", b""]
    assert Commit.at(box.root).read("a.py") == b"1\n"
    assert box.state() == before


def test_nothing_the_repository_configures_is_run(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    box.git("config", "core.fsmonitor", str(trap))
    box.git("config", "core.pager", str(trap))
    assert listed(box.root) == ["a.py"]
    assert Commit.at(box.root).read("a.py") == b""
    assert not (tmp_path / "sprung").exists()


def test_variables_of_a_hook_lead_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Sandbox.make(tmp_path / "other", {"other.py": b""})
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert listed(box.root) == ["a.py"]
    assert list(Commit.at(box.root).paths()) == ["a.py"]


def test_two_looks_differ_and_a_copy_does_not(tmp_path: Path) -> None:
    first, second = WorkingDirectory.at(tmp_path), WorkingDirectory.at(tmp_path)
    assert first != second
    copy = pickle.loads(pickle.dumps(first))
    assert (copy, hash(copy), list(copy.paths())) == (first, hash(first), list(first.paths()))


# -- commits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_a_commit_is_read_as_it_was(tmp_path: Path, options: tuple[str, ...]) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"1\r\n", "b/empty.py": b"", "b/c.txt": b""}, *options)
    box.git("config", "core.autocrlf", "true")
    box.git("tag", "-a", "v1", "-m", "One")
    box.commit({"a.py": b"2\n"})
    commit = Commit.at(box.root / "b", "v1")
    assert commit.sha == box.git("rev-parse", "v1^{commit}")
    assert list(commit.paths()) == ["a.py", "b/empty.py"]
    assert (commit.read("a.py"), commit.read("b/empty.py")) == (b"1\r\n", b"")
    assert pickle.loads(pickle.dumps(commit)) == commit
    big = os.urandom(300_000)
    assert Commit(commit.repository, box.commit({"big.py": big})).read("big.py") == big


def test_symlinks_of_a_commit_are_left_out(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    (box.root / "link.py").symlink_to("a.py")
    box.commit({})
    commit = Commit.at(box.root)
    assert list(commit.paths()) == ["a.py"]
    with pytest.raises(FileNotFoundError):
        commit.read("link.py")


@pytest.mark.parametrize("place", ["bare.git", "shallow", "linked", "linked/pkg"])
def test_commits_are_read_from_any_kind_of_repository(tmp_path: Path, place: str) -> None:
    box = Sandbox.make(tmp_path / "r", {"pkg/a.py": b"1\n"})
    box.commit({"pkg/a.py": b"2\n"})
    box.git("clone", "-q", "--bare", ".", "../bare.git")
    box.git("clone", "-q", "--depth=1", f"file://{box.root}", "../shallow")
    box.git("worktree", "add", "-q", "--detach", "../linked", "HEAD")
    assert Commit.at(tmp_path / place).read("pkg/a.py") == b"2\n"
    if place != "bare.git":
        tree = WorkingDirectory.at(tmp_path / place)
        assert (tree.root.name, list(tree.paths())) == (place.partition("/")[0], ["pkg/a.py"])


def test_threads_and_forks_share_nothing_they_must_not(tmp_path: Path) -> None:
    files = {f"f{n}.py": b"%d\n" % n * (n * 100) for n in range(60)}
    commit = Commit.at(Sandbox.make(tmp_path / "r", files).root)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(commit.read, files)) == list(files.values())
    with multiprocessing.get_context("fork").Pool(3) as forks:
        assert forks.map(commit.read, files, chunksize=5) == list(files.values())
    assert [commit.read(path) for path in files] == list(files.values())


def test_the_reader_of_a_commit_ends_with_us(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"1\n"})
    code = (
        "import sys; from pathlib import Path; from codemods.sources import Commit;"
        "import codemods.objects as r;"
        "c = Commit.at(Path(sys.argv[1])); c.read('a.py');"
        "print(next(iter(r._readers.values()))._process.pid)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(box.root)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_a_reader_that_was_killed_is_started_again(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b"1\n", "b.py": b"2\n"})
    commit = Commit.at(box.root)
    assert commit.read("a.py") == b"1\n"
    from codemods import objects

    process = objects._readers[commit.repository]._process
    assert process
    process.kill()
    process.wait()
    with pytest.raises(OSError):
        commit.read("b.py")
    assert commit.read("b.py") == b"2\n"


def test_an_object_that_is_not_there(tmp_path: Path) -> None:
    commit = Commit.at(Sandbox.make(tmp_path / "r", {"a.py": b"1\n"}).root)
    with pytest.raises(FileNotFoundError, match="does not have this object"):
        read_object(commit.repository, "1" * 40)
    assert commit.read("a.py") == b"1\n"


# -- what goes wrong ----------------------------------------------------------------------------------


def unborn(tmp_path: Path) -> object:
    return Commit.at(Sandbox.make(tmp_path / "r").root)


def unknown(tmp_path: Path) -> object:
    return Commit.at(Sandbox.make(tmp_path / "r", {"a.py": b""}).root, "nope")


def an_option(tmp_path: Path) -> object:
    return Commit.at(Sandbox.make(tmp_path / "r", {"a.py": b""}).root, "--all")


def a_file_not_a_commit(tmp_path: Path) -> object:
    return Commit.at(Sandbox.make(tmp_path / "r", {"a.py": b""}).root, "HEAD:a.py")


def no_revision(tmp_path: Path) -> object:
    return Commit.at(Sandbox.make(tmp_path / "r", {"a.py": b""}).root, "")


def no_repository(tmp_path: Path) -> object:
    return Commit.at(tmp_path)


def bare(tmp_path: Path) -> object:
    return WorkingDirectory.at(Sandbox.make(tmp_path / "r", None, "--bare").root)


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (unborn, "no commits yet"),
        (unknown, "unknown revision 'nope': name a branch"),
        (an_option, "unknown revision '--all'"),
        (a_file_not_a_commit, "unknown revision 'HEAD:a.py'"),
        (no_revision, "unknown revision ''"),
        (no_repository, "not in a git repository; run it inside one"),
        (bare, "bare repository .* name a commit"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    tmp_path: Path, attempt: Callable[[Path], object], says: str
) -> None:
    with pytest.raises(GitFailure, match=says) as error:
        attempt(tmp_path)
    assert "\n" not in str(error.value)


def test_a_working_directory_needs_no_commit(tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "r")
    box.write({"a.py": b""})
    assert listed(box.root) == ["a.py"]


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    repository = repository_at(box.root)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/b.py").write_bytes(b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert listed(tmp_path / "plain") == ["b.py"]
    for attempt in (lambda: find_repository(box.root), lambda: repository.git("version")):
        with pytest.raises(GitFailure, match="install git"):
            attempt()


def test_a_repository_git_does_not_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox.make(tmp_path / "r", {"a.py": b""})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(
        GitFailure, match=r"dubious ownership .* run git config --global --add safe\.directory"
    ):
        WorkingDirectory.at(box.root)


# -- memory and overlays ------------------------------------------------------------------------------


def test_an_overlay_shows_the_changes(tmp_path: Path) -> None:
    base = Memory({"a.py": b"1", "b.py": b"2", "c.txt": b"3"})
    tree = Overlay.of(base, [FileChange("a.py", b"1", b"one")])
    tree = Overlay.of(tree, [FileChange("d.py", None, b"4")])
    assert list(tree.paths()) == ["a.py", "b.py", "d.py"]
    assert [tree.read(path) for path in ("a.py", "b.py", "c.txt", "d.py")] == [b"one", b"2", b"3", b"4"]
    assert tree.base is base
    tree = Overlay.of(tree, [FileChange("b.py", b"2", None), FileChange("e.txt", None, b"5")])
    assert list(tree.paths()) == ["a.py", "d.py"]
    with pytest.raises(FileNotFoundError):
        tree.read("b.py")
