"""Checking branches with a command of the user's: real commands in real repositories."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Sandbox
from signalled import SIGNALS, started

from codemods.branches.checks.check import Checker, CheckFailure, Result, compared
from codemods.branches.checks.commands import Outcome, Output
from codemods.branches.checks.failures import Printed
from codemods.branches.checks.surroundings import surroundings
from codemods.branches.checks.worktrees import discard, linked
from codemods.branches.model import Checked, Trial, Verdict
from codemods.repository import Repository

PASSED, FAILED, TIMED_OUT = Verdict.PASSED, Verdict.FAILED, Verdict.TIMED_OUT
TELL = "cat out; exit $(cat code)"  # a check that does what the commit says
SUMMARY = b"=== short test summary info ===\n"
GOOD = {"out": b"fine\n", "code": b"0\n", "a.py": b"A = 1\n", ".gitignore": b"*.log\n*.xml\n__pycache__/\n"}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where worktrees are made; none is left after any test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir())


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "box", GOOD)


def fails(*names: str) -> bytes:
    """What pytest prints when these tests fail."""
    return SUMMARY + b"".join(b"FAILED %s - assert\n" % name.encode() for name in names)


def check(box: Sandbox, command: str, *branches: dict[str, bytes], **options: object) -> list[Checked]:
    """What a check says of commits with these files, each on top of what is there now."""
    base = box.git("rev-parse", "HEAD")
    trials = []
    for number, files in enumerate(branches):
        trials.append(Trial(f"b{number}", box.commit(files), base))
        box.git("reset", "-q", "--hard", base)
    with Checker(Repository(box.root), command, **options) as checker:  # type: ignore[arg-type]
        answers = checker(trials)
    assert list(answers) == [trial.name for trial in trials]
    return list(answers.values())


def test_what_cannot_be_deleted_in_the_end_is_said(
    box: Sandbox, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, repository = box.git("rev-parse", "HEAD"), Repository(box.root)
    with monkeypatch.context() as patch:  # a file of another user, say, that a container has left
        patch.setattr("shutil.rmtree", lambda *arguments, **options: None)
        with Checker(repository, "true") as checker:
            checker([Trial("b", box.commit({"a.py": b"A = 2\n"}), base)])
    (folder,) = temporary.iterdir()
    assert checker.notes == [f"{folder} could not be deleted: the next run tries it again"]
    discard(repository, folder)


def is_gone(pid: int) -> bool:
    """Whether a process has ended, waiting a moment for it."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


# -- verdicts -----------------------------------------------------------------------------------------


def test_a_branch_that_passes_is_good(box: Sandbox) -> None:
    before = box.state()
    (checked,) = check(box, TELL, {"a.py": b"A = 2\n"})
    assert checked == Checked(TELL, PASSED, PASSED, checked.seconds)
    assert 0 < checked.seconds < 60
    assert {**box.state(), "reflog": 0, "index": 0, "files": 0} == {
        **before,
        "reflog": 0,
        "index": 0,
        "files": 0,
    }


def test_a_branch_that_breaks_what_was_whole_is_not(box: Sandbox) -> None:
    out = b"\x1b[31mred\x1b[0m\n" + fails("t.py::one", "t.py::two")
    (checked,) = check(box, TELL, {"out": out, "code": b"1"})
    assert (checked.base, checked.branch, checked.is_good) == (PASSED, FAILED, False)
    assert checked.new == ("t.py::one", "t.py::two")
    assert checked.tail.splitlines()[0] == "red"


@pytest.mark.parametrize(
    ("base", "branch", "is_good", "new"),
    [
        ((fails("a", "b"), 1), (fails("b", "a"), 1), True, ()),
        ((fails("a", "b"), 1), (fails("a"), 1), True, ()),
        ((fails("a"), 1), (fails("a", "c"), 1), False, ("c",)),
        ((fails("a"), 1), (fails("c"), 1), False, ("c",)),
        ((fails("a"), 1), (b"fine", 0), True, ()),
        ((b"?", 3), (b"?", 3), True, ()),
        ((b"?", 3), (b"?", 4), False, ()),
        ((fails("a"), 1), (b"crashed", 1), False, ()),
        ((b"crashed", 1), (fails("a"), 1), False, ("a",)),
        ((fails("a[<X at 0x7f0001>]"), 1), (fails("a[<X at 0x7f0002>]"), 1), True, ()),
    ],
)
def test_where_the_base_fails_too_only_what_is_new_counts(
    base: tuple[bytes, int], branch: tuple[bytes, int], is_good: bool, new: tuple[str, ...]
) -> None:
    checked = compared("cmd", result(*base), result(*branch))
    assert (checked.base, checked.is_good, checked.new) == (FAILED, is_good, new)
    assert (checked.tail == "") is (checked.branch is PASSED)


def test_nothing_is_known_where_the_base_ran_out_of_time() -> None:
    """A branch below another may: that of the base itself ends the run."""
    late = Result(Outcome(None, 1.0, "…"), frozenset({"a"}))
    assert not compared("cmd", late, late).is_good
    assert not compared("cmd", late, result(fails("a"), 1)).is_good
    assert compared("cmd", late, result(b"fine", 0)).is_good


def result(out: bytes, code: int) -> Result:
    """What a run gives that prints this and ends like this."""
    printed = Printed()
    for line in out.decode().splitlines():
        printed.hear(line)
    return Result(Outcome(code, 0.1, out.decode()), frozenset(printed.failed))


@pytest.mark.parametrize(
    ("out", "said"),
    [
        (
            fails(*"abcdefg"),
            "on the base too: a, b, c, d, e and 2 more; a branch counts as good when nothing",
        ),
        (b"?", "(exit code 1) and names no tests: a branch counts as good when it ends with the same"),
    ],
)
def test_what_a_failing_base_means_is_said(box: Sandbox, out: bytes, said: str) -> None:
    base = box.commit({"out": out, "code": b"1"})
    with Checker(Repository(box.root), TELL) as checker:
        answer = checker([Trial("b", box.commit({"a.py": b""}), base)])["b"]
        (note,) = checker.notes
    assert (answer.base, answer.branch, answer.is_good) == (FAILED, FAILED, True)
    assert said in note


def report(*failed: str) -> bytes:
    cases = b"".join(b"<testcase name='%s'><failure/></testcase>" % name.encode() for name in failed)
    return b"<testsuite>%s</testsuite>" % cases


WRITE = "mkdir -p r; test -e report && cp report r/report.xml; " + TELL


def test_a_report_counts_more_than_what_is_printed(box: Sandbox) -> None:
    box.commit({"report": report("one"), "out": fails("a"), "code": b"1"})
    good, bad = check(
        box,
        WRITE,
        {"report": report("one"), "out": fails("a", "b")},
        {"report": report("one", "two"), "a.py": b""},
    )
    assert good.is_good
    assert (bad.is_good, bad.new) == (False, ("two",))


def test_a_report_of_an_earlier_run_is_not_this_ones(box: Sandbox) -> None:
    """It is a file that git ignores, so it stays where it is."""
    box.commit({"report": report("one"), "out": fails("a"), "code": b"1"})
    box.git("rm", "-q", "report")
    (checked,) = check(box, WRITE, {"out": fails("a", "b")})
    assert (checked.is_good, checked.new) == (False, ("b",))


# -- what is run --------------------------------------------------------------------------------------


def test_each_tree_is_run_once(box: Sandbox, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = f"cat a.py >> {log}"
    base = box.git("rev-parse", "HEAD")
    one, same = box.commit({"a.py": b"A = 2\n"}), box.commit({}, "Nothing")
    other = box.commit({"a.py": b"A = 3\n"})
    with Checker(Repository(box.root), command) as checker:
        first = checker([Trial("one", one, base), Trial("same", same, base)])
        second = checker([Trial("other", other, base), Trial("one", one, base)])
    assert log.read_text() == "A = 1\nA = 2\nA = 3\n"
    assert first["one"] == first["same"] == second["one"]


def test_what_fails_once_and_not_again_is_no_fault_of_the_branch(box: Sandbox, tmp_path: Path) -> None:
    log = tmp_path / "log"
    once = f"cat flaky >> {log} || exit 0; test $(wc -l < {log}) -gt 1 || (cat out; false)"
    base = box.git("rev-parse", "HEAD")
    branch = box.commit({"flaky": b"ran\n", "out": fails("t.py::now_and_then")})
    with Checker(Repository(box.root), once) as checker:
        answer = checker([Trial("b", branch, base)])["b"]
        (note,) = checker.notes
    assert (answer.branch, answer.is_good, answer.new) == (PASSED, True, ())
    assert note.startswith("b: two runs of the check differ in t.py::now_and_then; the second one counts.")


def test_what_fails_is_run_twice_and_no_more(box: Sandbox, tmp_path: Path) -> None:
    command = f"cat code >> {tmp_path}/log; {TELL}"
    base = box.git("rev-parse", "HEAD")
    bad, same = box.commit({"code": b"1\n"}), box.commit({}, "Nothing")
    with Checker(Repository(box.root), command) as checker:
        for _ in range(2):
            answers = checker([Trial("bad", bad, base), Trial("same", same, base)])
            assert not any(answer.is_good for answer in answers.values())
        assert checker.notes == []
    assert (tmp_path / "log").read_text() == "0\n1\n1\n"


def test_a_branch_on_another_is_held_against_that_one(box: Sandbox) -> None:
    base = box.git("rev-parse", "HEAD")
    below = box.commit({"out": fails("a"), "code": b"1"})
    above = box.commit({"a.py": b"A = 2\n"})
    with Checker(Repository(box.root), TELL) as checker:
        answers = checker([Trial("above", above, below), Trial("below", below, base)])
        assert checker.notes == []
    assert (answers["below"].base, answers["below"].is_good) == (PASSED, False)
    assert (answers["above"].base, answers["above"].is_good) == (FAILED, True)


def test_nothing_to_check_runs_nothing(box: Sandbox) -> None:
    with Checker(Repository(box.root), "exit 127") as checker:
        assert checker([]) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_so_many_run_at_a_time(box: Sandbox, tmp_path: Path, jobs: int) -> None:
    (tmp_path / "now").mkdir()
    command = f"cd {tmp_path}/now; touch $$; sleep 0.25; ls | wc -l >> ../most; rm $$"
    check(box, command, *({"a.py": b"A = %d\n" % n} for n in range(2, 6)), jobs=jobs)
    assert max(map(int, (tmp_path / "most").read_text().split())) == jobs


def test_progress_is_told(box: Sandbox) -> None:
    told: list[tuple[str, int, int]] = []
    check(box, TELL, {"a.py": b"2"}, {"a.py": b"3"}, progress=lambda what, n, of: told.append((what, n, of)))
    assert told == [("the base", n, 1) for n in (0, 1)] + [("branches", n, 2) for n in (0, 1, 2)]


def test_a_check_finds_a_checkout_of_its_commit(box: Sandbox, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    command = f"(git rev-parse HEAD; git status --porcelain; pwd; echo $PWD; read x; echo $?) >> {seen}"
    base = box.git("rev-parse", "HEAD")
    branch = box.commit({"a.py": b"A = 2\n"})
    with Checker(Repository(box.root), command) as checker:
        checker([Trial("b", branch, base)])
    head, place, told, code, other, *_ = seen.read_text().split("\n")
    assert (head, other, code) == (base, branch, "1")  # there is nothing to read
    assert place == told != str(box.root)


def test_what_a_check_does_with_git_stays_in_its_worktree(box: Sandbox) -> None:
    commit = "git -c user.name=n -c user.email=e commit -q -a"
    command = f'test -z "$(git status --porcelain)" || exit 3; echo x > a.py; git add a.py; {commit} -m x'
    before = box.git("for-each-ref"), box.git("rev-parse", "HEAD")
    checked = check(box, command, {"a.py": b"A = 2\n"}, {"a.py": b"A = 3\n"})
    assert [c.branch for c in checked] == [PASSED, PASSED]
    assert (box.git("for-each-ref"), box.git("rev-parse", "HEAD")) == before


def test_a_bare_repository(box: Sandbox, tmp_path: Path) -> None:
    base, branch = box.git("rev-parse", "HEAD"), box.commit({"code": b"1"})
    box.git("clone", "-q", "--bare", str(box.root), str(tmp_path / "bare.git"))
    with Checker(Repository(tmp_path / "bare.git", bare=True), TELL) as checker:
        assert not checker([Trial("b", branch, base)])["b"].is_good


def test_the_real_pytest_names_what_a_branch_breaks(box: Sandbox) -> None:
    box.commit(
        {
            "test_a.py": b"import a\ndef test_a(): assert a.A == 1\ndef test_old(): assert 0\n",
            "pytest.ini": b"[pytest]\naddopts = --junitxml=out.xml\n",
        }
    )
    command = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider"
    bad, good = check(box, command, {"a.py": b"A = 2\n"}, {"b.py": b""})
    assert (bad.base, bad.is_good, bad.new) == (FAILED, False, ("test_a::test_a",))
    assert "1 == 1" not in bad.tail
    assert (good.branch, good.is_good) == (FAILED, True)


# -- the environment ----------------------------------------------------------------------------------


def test_an_editable_install_does_not_hide_what_is_checked(box: Sandbox, tmp_path: Path) -> None:
    box.commit({"pkg/__init__.py": b"VALUE = 1\n", "tests/run.py": b"import pkg\nassert pkg.VALUE == 1\n"})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(box.root / ".venv")], check=True)
    (site,) = (box.root / ".venv/lib").glob("python*/site-packages")
    (site / "__editable__.pkg.pth").write_text(f"{box.root}\n")
    box.commit({".gitignore": GOOD[".gitignore"] + b".venv\n"})
    (checked,) = check(box, f"{box.root}/.venv/bin/python tests/run.py", {"pkg/__init__.py": b"VALUE = 2\n"})
    assert (checked.base, checked.branch) == (PASSED, FAILED)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A worktree for the tests of its environment."""
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def test_folders_of_the_repository_become_those_of_the_worktree(
    box: Sandbox, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = box.root
    for folder in ("scripts", ".venv/bin", "lib"):
        (root / folder).mkdir(parents=True)
    (tree / "scripts").mkdir()
    (tree / "lib").mkdir()
    (tmp_path / "alias").symlink_to(root)
    monkeypatch.setenv("PATH", f"{root}/.venv/bin:{root}/scripts:/usr/bin:./here")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}/alias/lib:{root}:relative:/elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", f"{root}/.venv")
    found = surroundings(Repository(root), tree)
    assert found["PATH"] == f"{root}/.venv/bin:{tree}/scripts:/usr/bin:./here"
    assert found["PYTHONPATH"] == f"{tree}:{tree}/lib:{tree}:relative:/elsewhere"
    assert found["VIRTUAL_ENV"] == f"{root}/.venv"
    (tree / ".venv/bin").mkdir(parents=True)  # the setup made one
    found = surroundings(Repository(root), tree)
    assert (found["PATH"].split(":")[0], found["VIRTUAL_ENV"]) == (f"{tree}/.venv/bin", f"{tree}/.venv")


def test_variables_of_git_and_of_the_old_place_are_gone(
    box: Sandbox, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "OLDPWD"):
        monkeypatch.setenv(name, str(box.root))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ada")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    found = surroundings(Repository(box.root), tree)
    assert not found.keys() & {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "OLDPWD"}
    assert found["GIT_AUTHOR_NAME"] == "Ada"
    assert (found["PWD"], found["LC_ALL"]) == (str(tree), "de_DE.UTF-8")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["pkg/__init__.py"], ["."]),
        (["src/pkg/__init__.py"], ["src", "."]),
        (["src/__init__.py"], ["."]),
        (["types.py"], []),
        (["logging/__init__.py", "src/pkg.py"], ["src"]),
        (["src/queue.py"], ["."]),
        (["email/readme.txt"], ["."]),  # no package: it hides nothing
    ],
)
def test_what_would_hide_the_standard_library_is_not_on_the_path(
    box: Sandbox, tree: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], expected: list[str]
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for name in files:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).touch()
    found = surroundings(Repository(box.root), tree).get("PYTHONPATH", "")
    assert [Path(part) for part in found.split(":") if part] == [tree / part for part in expected]


def test_it_is_said_that_the_tree_is_not_on_the_path(box: Sandbox) -> None:
    base = box.commit({"types.py": b""})
    with Checker(Repository(box.root), TELL) as checker:
        answer = checker([Trial("b", box.commit({"a.py": b""}), base)])["b"]
        (note,) = checker.notes
    assert (answer.base, answer.branch) == (PASSED, PASSED)
    assert "types in it would hide" in note


# -- limits -------------------------------------------------------------------------------------------


def test_a_command_that_hangs_is_ended_with_all_that_it_started(box: Sandbox, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    hang = f"test -e hang || exit 0; echo before; sleep 300 & echo $! > {pid}; wait"
    (checked,) = check(box, hang, {"hang": b""}, timeout=2)
    assert (checked.base, checked.branch, checked.is_good) == (PASSED, TIMED_OUT, False)
    assert checked.tail == "before"
    assert 1.5 < checked.seconds < 20
    assert is_gone(int(pid.read_text()))


def test_one_that_will_not_end_is_killed(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codemods.branches.checks.commands._GRACE", 0.3)
    pid = tmp_path / "pid"
    script = "import signal,time; signal.signal(15, signal.SIG_IGN); time.sleep(300)"
    hang = f"test -e hang || exit 0; {sys.executable} -c '{script}' & echo $! > {pid}; wait"
    (checked,) = check(box, hang, {"hang": b""}, timeout=2)
    assert checked.branch is TIMED_OUT
    assert is_gone(int(pid.read_text()))


def test_what_runs_on_in_the_background_holds_nothing_up(box: Sandbox, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    (checked,) = check(box, f"sleep 300 & echo $! > {pid}; exit 0", {"a.py": b""}, timeout=60)
    assert (checked.branch, checked.seconds < 20) == (PASSED, True)
    assert is_gone(int(pid.read_text()))


def test_a_command_that_closes_its_output_is_waited_for(box: Sandbox) -> None:
    (checked,) = check(box, "exec >&- 2>&-; sleep 0.3; exit $(cat code)", {"code": b"1"})
    assert (checked.branch, checked.seconds > 0.25) == (FAILED, True)


def test_of_the_output_the_end_is_kept(box: Sandbox) -> None:
    many = f"{sys.executable} -c \"for n in range(200000): print('line', n)\"; exit $(cat code)"
    (checked,) = check(box, many, {"code": b"1"})
    assert checked.tail.splitlines() == [f"line {n}" for n in range(200000 - 40, 200000)]


def test_output_is_plain_text_of_bounded_size() -> None:
    heard: list[str] = []
    output = Output(heard.append)
    output.add(b"\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\r\n10%\r50%\r100%\ncaf\xc3")
    output.add(b"\xa9 \xff\x00\x07\x9b\nno end")
    output.add(b"", final=True)
    assert heard == ["red link", "100%", "caf\u00e9 \ufffd\ufffd", "no end"]
    for _ in range(200):
        output.add(b"x" * 100_000)  # one line of 20 MB
    assert len(output._begun) < 10_000
    output.add(b"\n" + b"y" * 1_000 + b"\n" * 2)
    assert len(output.tail) <= 8_193
    assert output.tail.endswith("y")


def test_passwords_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret-of-mine")
    output = Output()
    output.add(b"using secret-of-mine at https://me:pass@example.com/x\n")
    assert "secret-of-mine" not in output.tail
    assert "pass@" not in output.tail


# -- when there is nothing to compare with ------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program --quiet", "the check cannot be run:\nsh: .*no-such-program"),
        ("./a.py", "the check cannot be run"),
        ("sleep 60", "did not end within 0.5 seconds on the base: raise --timeout"),
        (".venv/bin/pytest -q", r"a scratch worktree has what git tracks: name .*box/.venv/bin/pytest"),
    ],
)
def test_a_command_that_does_not_run_is_no_verdict(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.setattr("codemods.branches.checks.commands._GRACE", 0.2)
    box.commit({".gitignore": b".venv\n"})
    (box.root / ".venv/bin").mkdir(parents=True)
    (box.root / ".venv/bin/pytest").touch()
    short = command.startswith("sleep")  # what ends by itself may take its time on a busy machine
    with pytest.raises(CheckFailure, match=said):
        check(box, command, {"a.py": b""}, timeout=0.5 if short else 60)


def test_the_setup_prepares_each_worktree_once(box: Sandbox, tmp_path: Path) -> None:
    setup = f"echo made >> {tmp_path}/log; mkdir deps; echo x > a.py"
    command = "test -d deps && grep -q 'A =' a.py"
    checked = check(box, command, *({"b": b"%d" % n} for n in range(4)), setup=setup, jobs=2)
    assert all(c.base is c.branch is PASSED for c in checked)
    assert 1 <= (tmp_path / "log").read_text().count("made") <= 2


@pytest.mark.parametrize(
    ("setup", "said"),
    [("echo why; exit 3", "--setup failed with exit code 3:\nwhy"), ("sleep 60", "--setup did not end")],
)
def test_a_setup_that_fails_ends_the_run(box: Sandbox, setup: str, said: str) -> None:
    with pytest.raises(CheckFailure, match=said):
        check(box, TELL, {"a.py": b""}, setup=setup, timeout=0.5 if setup.startswith("sleep") else 60)


# -- every way out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_an_exception_ends_what_runs(box: Sandbox, tmp_path: Path, error: type[BaseException]) -> None:
    """Raised in the main thread when the first of two branches is done; the other would run for long."""
    pid = tmp_path / "pid"

    def interrupt(what: str, done: int, total: int) -> None:
        if (what, done) == ("branches", 1):
            raise error

    command = f"test -e slow || exit 0; echo $$ > {pid}; exec sleep 300"
    with pytest.raises(error):
        check(box, command, {"slow": b""}, {"a.py": b""}, {"a.py": b"1"}, jobs=2, progress=interrupt)
    assert not pid.exists() or is_gone(int(pid.read_text()))
    assert linked(Repository(box.root)) == [box.root]


RUN = """
import sys
from pathlib import Path
from codemods.branches.checks.check import Checker
from codemods.branches.model import Trial
from codemods.repository import Repository
with Checker(Repository(Path(sys.argv[1])), sys.argv[3]) as checker:
    checker([Trial("b", sys.argv[2], sys.argv[2])])
"""


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1)],
)
def test_a_signal_leaves_nothing(
    box: Sandbox, tmp_path: Path, temporary: Path, number: signal.Signals, code: int
) -> None:
    pid = tmp_path / "pid"
    command = f"echo $$ > {pid}.new; mv {pid}.new {pid}; exec sleep 300"
    call = [sys.executable, "-c", RUN, str(box.root), box.git("rev-parse", "HEAD"), command]
    place = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    with started(call, place) as running:
        while not pid.exists():
            assert running.poll() is None
            time.sleep(0.02)
        assert len(linked(Repository(box.root))) == 2
        running.send_signal(number)
        running.send_signal(number)  # impatience does not cut the clean-up short
        assert running.wait(timeout=30) == code
    assert is_gone(int(pid.read_text()))
    assert linked(Repository(box.root)) == [box.root]
    assert not list(temporary.iterdir())


def test_signals_are_as_before_in_the_end(box: Sandbox) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Checker(Repository(box.root), TELL):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # as under nohup
            assert signal.getsignal(signal.SIGTERM) is not before[1]
    finally:
        signal.signal(signal.SIGHUP, old)
    assert [signal.getsignal(number) for number in SIGNALS] == before
