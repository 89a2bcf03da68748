"""What can be wrong with what we are given: one clear line, the right exit code, and the rest is done."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import toy
from commandline import Outcome, Run
from repositories import Sandbox

GOOD = b"print(1)\n"
FIXED = b"logging.info(1)\n"
NOBODY = 65534


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", {"good.py": GOOD})
    monkeypatch.chdir(box.root)
    return box


def refused(outcome: Outcome, *words: str) -> None:
    """Nothing was done, and one line says why."""
    assert outcome.code == 2
    assert outcome.out == b""
    assert re.fullmatch(r"patchwright: [^\n]+\n", outcome.err), outcome.err
    for word in words:
        assert word in outcome.err


def failed(outcome: Outcome, path: str, *words: str) -> None:
    """One line on standard error begins with the path and says what is wrong."""
    assert outcome.code == 2
    (line,) = [line for line in outcome.err.splitlines() if line.startswith(f"{path}: ")]
    for word in words:
        assert word in line


# -- repositories -----------------------------------------------------------------------------------


def test_no_repository(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    monkeypatch.chdir(tmp_path)
    refused(run("branch"), "not in a git repository", "git init")
    refused(run("preview", "--rev", "HEAD"), "not in a git repository")
    assert run("preview").code == 0
    assert run("apply").code == 0
    assert FIXED in (tmp_path / "good.py").read_bytes()


def test_a_bare_repository(box: Sandbox, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    box.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    refused(run("preview"), "bare repository", "--rev")
    refused(run("apply"), "bare repository")
    assert b"+" + FIXED in run("preview", "--rev", "HEAD").out
    assert b"+" + FIXED in run("preview", "--rev", "HEAD", "good.py").out
    refused(run("preview", "--rev", "HEAD", "gone.py"), "gone.py: no such file")
    assert b"created" in run("branch").out


def test_no_commits(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox.make(tmp_path / "box")
    box.write({"good.py": GOOD})
    monkeypatch.chdir(box.root)
    refused(run("branch"), "no commits yet")
    refused(run("preview", "--rev", "HEAD"), "no commits yet")
    assert b"+" + FIXED in run("preview").out
    assert run("apply").code == 0


def test_a_detached_head(box: Sandbox, run: Run) -> None:
    box.commit({"other.py": GOOD})
    box.git("checkout", "-q", "--detach", "HEAD~1")
    head = (box.root / ".git/HEAD").read_bytes()
    assert run("branch").code == 0
    assert run("apply").code == 0
    assert (box.root / ".git/HEAD").read_bytes() == head
    assert box.git("rev-parse", "patchwright/print-call~1") == box.git("rev-parse", "HEAD")


@pytest.mark.parametrize("revision", ["nope", "HEAD~5", "--output=x", "", "HEAD:good.py", "0" * 40])
def test_an_unknown_revision(box: Sandbox, run: Run, revision: str) -> None:
    before = box.state()
    refused(run("preview", f"--rev={revision}"), "revision")
    refused(run("branch", f"--base={revision}"), "revision")
    assert box.state() == before


def test_a_submodule_is_left_alone(box: Sandbox, tmp_path: Path, run: Run) -> None:
    Sandbox.make(tmp_path / "other", {"theirs.py": GOOD})
    box.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "other"), "sub")
    box.commit({})
    assert b"theirs.py" not in run("preview").out
    assert b"theirs.py" not in run("preview", "--rev", "HEAD").out
    assert run("apply").code == 0
    assert (box.root / "sub/theirs.py").read_bytes() == GOOD
    assert run("branch").code == 0


def test_a_commit_is_not_changed_by_apply(box: Sandbox, run: Run) -> None:
    assert run("apply", "--rev", "HEAD").code == 2
    assert (box.root / "good.py").read_bytes() == GOOD


# -- files that are not Python, or not this Python --------------------------------------------------

BAD = {
    "a syntax error": (b"print(1\n", "'(' was never closed"),
    "Python 2": (b"print 'hello'\nprint(1)\n", "it looks like Python 2"),
    "NUL bytes": (b"print(1)\n\0\0\0", "null bytes"),
    "bytes that are not UTF-8": (b"print('\xe9')\n", "encoding"),
    "an unknown coding": (b"# coding: latin-99\nprint(1)\n", "unknown encoding"),
    "a coding that is not for text": (b"# coding: rot13\nprint(1)\n", "not a text encoding"),
    "a wrong coding line": (b"# coding: ascii\nprint('\xe9')\n", "ascii"),
    "a wrong mark": (b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n", "encoding problem"),
    "5 MB": (b"print(1)\n" + b"x = [1, 2, 3]\n" * 380_000, "5.3 MB, over the limit of 2.0 MB"),
}


def test_a_small_limit_is_told_in_bytes(box: Sandbox, run: Run) -> None:
    box.commit(
        {"pyproject.toml": b"[tool.patchwright]\nmax-file-size = 1_000\n", "bad.py": b"print(1)\n" * 200}
    )
    failed(run("preview"), "bad.py", "not read: 1,800 bytes, over the limit of 1,000; exclude it")


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_named_and_the_rest_is_done(box: Sandbox, run: Run, bad: str) -> None:
    data, words = BAD[bad]
    box.commit({"bad.py": data})
    failed(run("preview"), "bad.py", words)
    shown = run("preview", "--format", "json")
    assert shown.code == 2
    (failure,) = shown.document["failures"]
    assert failure["path"] == "bad.py" and words in failure["error"]
    branched = run("branch")
    failed(branched, "bad.py", words)
    assert b"created" in branched.out
    failed(run("apply"), "bad.py", words)
    assert (box.root / "bad.py").read_bytes() == data
    assert FIXED in (box.root / "good.py").read_bytes()


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ((3, 12), b"type Name = str"),
        ((3, 12), b"def first[T](x: list[T]) -> T: ..."),
        ((3, 12), b"print(f'{x['a']}')"),
        ((3, 13), b"class Box[T = int]: ..."),
        ((3, 14), b"print(t'{x}')"),
        ((3, 14), b"try: ...\nexcept ValueError, TypeError: ..."),
    ],
)
def test_newer_syntax_names_the_python_to_run_under(
    box: Sandbox, run: Run, version: tuple[int, int], line: bytes
) -> None:
    box.write({"new.py": b"print(1)\n" + line + b"\n"})
    outcome = run("preview")
    if sys.version_info >= version:
        assert outcome.code == 0
    else:
        failed(outcome, "new.py", f"run patchwright under Python {version[0]}.{version[1]} or newer")
    assert b"+++ b/good.py" in outcome.out


def test_a_bad_file_without_trigger_bothers_nobody(box: Sandbox, run: Run) -> None:
    box.write({"bad.py": b"\0 \xff (((\n"})
    assert run("preview", "--check").code == 1


@pytest.mark.parametrize("form", ["diff", "json"])
def test_a_fix_of_ours_that_does_not_compile_is_said(
    box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.Breaker)
    box.write({"broken.py": b"x = break_me\nprint(x)\n"})
    before = (box.root / "broken.py").read_bytes()
    outcome = run("preview", "--format", form)
    failed(outcome, "broken.py", "breaker at line 1: its fix does not compile")
    failed(run("apply"), "broken.py", "breaker at line 1: its fix does not compile")
    after = (box.root / "broken.py").read_bytes()
    assert after != before and b"x = break_me\nlogging.info(x)" in after


# -- files that are not files -----------------------------------------------------------------------


def test_symlinks_are_not_followed(box: Sandbox, tmp_path: Path, run: Run) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/theirs.py").write_bytes(GOOD)
    (box.root / "link.py").symlink_to(tmp_path / "outside/theirs.py")
    (box.root / "folder").symlink_to(tmp_path / "outside")
    (box.root / "loop.py").symlink_to("loop.py")
    (box.root / "round").symlink_to(".")
    (box.root / "dangling.py").symlink_to("nowhere.py")
    box.git("add", "-A")
    box.git("commit", "-q", "-m", "Add links")
    for verb in (["preview"], ["preview", "--rev", "HEAD"], ["branch"], ["apply"]):
        outcome = run(*verb)
        assert outcome.code == 0, outcome.err
        assert b"theirs.py" not in outcome.out and b"link.py" not in outcome.out
    assert (tmp_path / "outside/theirs.py").read_bytes() == GOOD
    assert (box.root / "link.py").is_symlink()
    refused(run("apply", "folder"), "folder: outside of")
    refused(run("preview", "link.py"), "link.py: outside of")
    assert run("preview", "round").code == 0
    assert "Nothing to do" in run("preview", "loop.py").err


def test_pipes_and_folders_that_look_like_files(box: Sandbox, run: Run) -> None:
    (box.root / "folder.py").mkdir()
    os.mkfifo(box.root / "pipe.py")
    outcome = run("preview")
    assert outcome.code == 0
    assert outcome.out.count(b"diff --git") == 1


@contextmanager
def not_as_root() -> Iterator[None]:
    """Root may read everything: be somebody else for a while."""
    if os.geteuid():
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def shared(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A repository that belongs to whom `not_as_root` makes us."""
    with tempfile.TemporaryDirectory() as place:
        box = Sandbox.make(Path(place, "box"), {"good.py": GOOD, "locked.py": GOOD, "sub/far.py": GOOD})
        Path(place).chmod(0o755)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        monkeypatch.chdir(box.root)
        for verb in ("preview", "apply"):  # whoever we are soon may not be able to import anything
            assert run(verb, "--remedy", "assert-twice").code == 0
        if not os.geteuid():
            for path in (box.root, *box.root.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        yield box
        for path in (box.root / "sub", box.root / "locked.py"):
            path.chmod(0o755)


def test_an_unreadable_file(shared: Sandbox, run: Run) -> None:
    (shared.root / "locked.py").chmod(0)
    with not_as_root():
        shown, applied = run("preview"), run("apply")
    failed(shown, "locked.py", "Permission denied")
    assert b"+++ b/good.py" in shown.out
    failed(applied, "locked.py", "Permission denied")
    assert FIXED in (shared.root / "good.py").read_bytes()
    assert (shared.root / "locked.py").read_bytes() == GOOD


@pytest.mark.parametrize("mode", [0o555, 0o444])
def test_a_read_only_folder(shared: Sandbox, run: Run, mode: int) -> None:
    (shared.root / "sub").chmod(mode)
    with not_as_root():
        outcome = run("apply")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("sub")
    (shared.root / "sub").chmod(0o755)
    assert (shared.root / "sub/far.py").read_bytes() == GOOD
    assert FIXED in (shared.root / "good.py").read_bytes()
    assert [path.name for path in (shared.root / "sub").iterdir()] == ["far.py"]


# -- what is asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["preview", "apply", "branch"])
def test_an_empty_selection_is_no_error(box: Sandbox, run: Run, verb: str) -> None:
    box.commit({"empty/notes.txt": b"print(1)\n"})
    outcome = run(verb, "empty")
    assert outcome.code == 0
    assert "Nothing to do: no Python file is selected.\n" in outcome.out.decode() + outcome.err


@pytest.mark.parametrize("verb", ["preview", "apply", "branch"])
def test_an_unknown_remedy_names_the_nearest(box: Sandbox, run: Run, verb: str) -> None:
    refused(run(verb, "--remedy", "print-cal"), "unknown remedy 'print-cal'", "did you mean 'print-call'?")
    refused(run(verb, "--exclude-remedy", "xyz"), "known are assert-twice, print-call")
    refused(run("explain", "print_call"), "did you mean 'print-call'?")


def test_a_path_that_is_not_there_or_not_ours(box: Sandbox, tmp_path: Path, run: Run) -> None:
    (tmp_path / "theirs.py").write_bytes(GOOD)
    refused(run("preview", "gone.py"), "gone.py: no such file or folder")
    refused(run("apply", "good.py", "gone"), "gone: no such file or folder")
    refused(run("apply", "../theirs.py"), "../theirs.py: outside of")
    refused(run("apply", str(tmp_path)), "outside of")
    assert (box.root / "good.py").read_bytes() == GOOD
    assert (tmp_path / "theirs.py").read_bytes() == GOOD


@pytest.mark.parametrize(
    "config",
    [b"[tool.patchwright]\nexlude = []\n", b"[tool.patchwright]\nremedies = ['print-cal']\n", b"[[", b"\xff"],
)
def test_a_bad_configuration(box: Sandbox, run: Run, config: bytes) -> None:
    box.commit({"pyproject.toml": config})
    for arguments in (["preview"], ["apply"], ["branch"], ["preview", "--rev", "HEAD"]):
        refused(run(*arguments))
    assert (box.root / "good.py").read_bytes() == GOOD


def test_an_output_that_cannot_be_written(box: Sandbox, run: Run) -> None:
    before = box.state()
    for verb in ("preview", "apply", "branch", "status"):
        refused(run(verb, "-o", "no/such/folder/out"), "--output no/such/folder/out: there is no folder")
    assert box.state() == before


def test_names_that_are_not_utf_8(box: Sandbox, run: Run) -> None:
    name = "caf\udce9.py"
    box.commit({name: GOOD, "bad\udce9.py": b"print(\n"})
    shown = run("preview")
    assert rb'"b/caf\351.py"' in shown.out
    failed(shown, r"bad\udce9.py", "never closed")
    assert name in {finding["path"] for finding in run("preview", "-f", "json").document["findings"]}
    assert b"created" in run("branch").out
    assert b"2 fixes made" in run("apply").out
    assert FIXED in (box.root / name).read_bytes()
