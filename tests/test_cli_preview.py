"""`patchwright preview`, and what all verbs share: options, selection, configuration."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import ENVIRONMENT, Sandbox

FILES = {
    "app/main.py": b"import os\n\nprint(os)\nprint('?')\nprint()\n",
    "app/odd.py": b"# caf\xe9\nprint(1)",  # never parsed: it is not UTF-8
    "lib/crlf.py": b"import logging\r\n\x0c\r\nprint('\xe2\x80\xa8')",
    "lib/two.py": b"assert a and b\nprint(2)\n",
    "quiet.py": b"x = 1\n",
}
GOOD = {path: data for path, data in FILES.items() if path != "app/odd.py"}


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", GOOD)
    box.git("config", "core.autocrlf", "false")
    monkeypatch.chdir(box.root)
    return box


def test_git_applies_what_is_printed(box: Sandbox, run: Run) -> None:
    before = box.state()
    shown = run("preview", "--unsafe")
    assert shown.code == 0
    assert box.state() == before
    box.git("apply", "-", feed=shown.out)
    after = {path: (box.root / path).read_bytes() for path in GOOD}
    assert after["lib/two.py"] == b"import logging\n\nassert a\nassert b\nlogging.info(2)\n"
    assert after["lib/crlf.py"] == b"import logging\r\n\x0c\r\nlogging.info('\xe2\x80\xa8')"
    assert after["quiet.py"] == GOOD["quiet.py"]
    assert not run("preview", "--unsafe").out


def test_paths_are_those_of_the_repository_in_a_subfolder_too(
    box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_root = run("preview").out
    monkeypatch.chdir(box.root / "lib")
    assert run("preview").out == from_root
    assert b"a/lib/two.py" in run("preview", ".").out
    assert b"app/main.py" not in run("preview", ".").out


def test_only_safe_fixes_unless_asked(box: Sandbox, run: Run) -> None:
    safe, unsafe = run("preview", "app"), run("preview", "app", "--unsafe")
    assert (safe.out.count(b"+logging.info"), unsafe.out.count(b"+logging.info")) == (1, 2)
    assert "1 more fix with --unsafe." in safe.err
    assert "more fix" not in unsafe.err


def test_findings_for_a_person_are_counted_or_listed(box: Sandbox, run: Run) -> None:
    plain, listed = run("preview"), run("preview", "--manual")
    assert "1 finding needs a person: preview --manual lists them." in plain.err
    assert "needs a person" not in listed.err
    assert listed.out.removeprefix(plain.out).decode() == (
        "# For a person to decide:\n# app/main.py:5:1: print() is for people [manual]\n"
        "#     it is called print\n#     nothing is printed: say what was meant\n"
    )


def test_the_summary(box: Sandbox, run: Run) -> None:
    shown = run("preview", "--format", "summary")
    assert shown.err == ""
    lines = shown.out.decode().splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["remedy", "found", "safe", "unsafe", "manual", "files"],
        ["assert-twice", "1", "1", "0", "0", "1"],
        ["print-call", "5", "3", "1", "1", "3"],
        ["all", "6", "4", "1", "1", "3"],
    ]
    assert "4 files read, 3 of them looked into" in lines[5]


def test_json_stands_alone_on_standard_output(box: Sandbox, run: Run) -> None:
    shown = run("preview", "--format", "json")
    assert shown.err == ""
    document = shown.document
    assert (document["root"], document["rev"]) == (str(box.root), None)
    assert len(document["findings"]) == document["statistics"]["findings"] == 6


@pytest.mark.parametrize("form", ["diff", "summary", "json"])
def test_output_to_a_file(box: Sandbox, run: Run, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    assert run("preview", "-f", form, "-o", str(target)).out == b""
    assert target.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--check"], 1),
        (["--check", "-f", "json"], 1),
        (["--check", "quiet.py"], 0),
        (["--check", "app", "--remedy", "assert-twice"], 0),
        ([], 0),
    ],
)
def test_check_says_by_its_exit_code_whether_there_is_something_to_fix(
    box: Sandbox, run: Run, arguments: list[str], code: int
) -> None:
    assert run("preview", *arguments).code == code


def test_a_pipe_that_nobody_reads_on_is_no_answer() -> None:
    code = "from itertools import repeat\nfrom cli.terminal import write\nwrite(repeat(b'line\\n' * 9999))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    ) as ours:
        assert ours.stdout and ours.stderr
        assert ours.stdout.readline() == b"line\n"
        ours.stdout.close()
        assert ours.stderr.read() == b""
    assert ours.returncode == 141  # 1 would say that there is something to fix


def test_check_counts_unsafe_fixes_only_when_asked(box: Sandbox, run: Run) -> None:
    box.write({"app/main.py": b"print('?')\nprint()\n"})
    assert run("preview", "--check", "app").code == 0
    assert run("preview", "--check", "app", "--unsafe").code == 1


def test_a_failed_file_weighs_more_than_something_to_fix(box: Sandbox, run: Run) -> None:
    box.write(FILES)
    shown = run("preview", "--check")
    assert shown.code == 2
    assert "app/odd.py: not Python" in shown.err
    assert shown.out


def test_a_commit_is_read_instead_of_the_working_tree(box: Sandbox, run: Run) -> None:
    sha = box.git("rev-parse", "HEAD")
    box.write({"lib/two.py": b"x = 1\n", "app/main.py": b"x = 1\n"})
    shown = run("preview", "--rev", "HEAD", "--format", "json", "lib").document
    assert shown["rev"] == sha
    assert {finding["path"] for finding in shown["findings"]} == {"lib/two.py", "lib/crlf.py"}
    assert not run("preview", "lib/two.py").out


def test_remedies_are_chosen_and_excluded(box: Sandbox, run: Run) -> None:
    def used(*options: str) -> set[str]:
        findings = run("preview", "-f", "json", *options).document["findings"]
        return {finding["remedy"] for finding in findings}

    assert used("--remedy", "print-call") == {"print-call"}
    assert used("--exclude-remedy", "print-call") == {"assert-twice"}
    assert used("--remedy", "print-call", "--remedy", "assert-twice") == {"print-call", "assert-twice"}
    box.write({"pyproject.toml": b"[tool.patchwright]\nremedies = ['print-call']\n"})
    assert used() == {"print-call"}
    assert used("--remedy", "assert-twice") == {"assert-twice"}
    box.write({"pyproject.toml": b"[tool.patchwright]\nexclude-remedies = ['print-call']\n"})
    assert used() == {"assert-twice"}
    assert used("--remedy", "print-call") == {"print-call"}
    box.write({"pyproject.toml": b"[tool.patchwright]\nremedies = []\n"})
    assert run("preview").code == 2


def test_the_configuration_counts(box: Sandbox, run: Run) -> None:
    config = b"[tool.patchwright]\nexclude = ['/app/', 'cr*.py']\nunsafe = true\n"
    box.write({"pyproject.toml": config, "lib/three.py": b"print('?')\n"})
    paths = {finding["path"] for finding in run("preview", "-f", "json").document["findings"]}
    assert paths == {"lib/two.py", "lib/three.py"}
    assert b"three.py" in run("preview").out
    assert b"three.py" not in run("preview", "--safe").out
    box.write({"pyproject.toml": b"[tool.patchwright]\nmax-file-size = 20\n"})
    assert "over the limit" in run("preview", "lib").err


@pytest.mark.parametrize("jobs", ["1", "2", "0"])
def test_the_number_of_processes_does_not_matter(box: Sandbox, run: Run, jobs: str) -> None:
    box.write({f"f{n}.py": b"print(1)\n#" + b"x" * 50_000 + b"\n" for n in range(8)})
    assert run("preview", "--jobs", jobs).out.count(b"+logging.info(1)") == 8


def test_colours_only_when_wanted(box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert b"\x1b" not in run("preview").out
    assert b"\x1b[32m+logging.info(os)\x1b[0m\n" in run("preview", "--color").out
    assert b"\x1b" not in run("preview", "--no-color").out


def test_control_characters_do_not_reach_the_terminal(box: Sandbox, run: Run) -> None:
    box.write({"evil.py": b"# \x1b[2J\nprint(1)\n# \x07\n"})
    shown = run("preview", "--color", "evil.py").out
    assert b"^[[2J" in shown and b"\x1b[2J" not in shown and b"\x07" not in shown
    assert b"\x1b[2J" in run("preview", "evil.py").out


def on_a_terminal(box: Sandbox, *arguments: str, **environment: str) -> bytes:
    """What a terminal gets to see."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "cli.main", *arguments]
    place = {"PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm"}
    with subprocess.Popen(
        command, cwd=box.root, stdout=child, stderr=child, env={**ENVIRONMENT, **place, **environment}
    ):
        os.close(child)
        seen = b""
        try:
            while chunk := os.read(parent, 4096):
                seen += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(parent)
    return seen


def test_a_terminal_is_painted_unless_no_color_is_set(box: Sandbox) -> None:
    box.write(
        {"swallow.py": b"def f(a):\n    try:\n        return int(a)\n    except:\n        return None\n"}
    )
    arguments = ("preview", "--unsafe", "--remedy", "bare-except")
    painted = on_a_terminal(box, *arguments)
    assert b"\x1b[31m-    except:\x1b[0m" in painted
    assert b"bare-except" in painted.rpartition(b"found")[2], "the summary comes last"
    assert b"\x1b" not in on_a_terminal(box, *arguments, NO_COLOR="1")


def test_a_folder_without_git_is_its_own_root(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain/sub").mkdir(parents=True)
    (tmp_path / "plain/sub/a.py").write_bytes(b"print(1)\n")
    monkeypatch.chdir(tmp_path / "plain")
    assert b"+++ b/sub/a.py" in run("preview").out
    monkeypatch.chdir(tmp_path)
    assert b"+++ b/plain/sub/a.py" in run("preview", "plain/sub").out


def test_a_path_elsewhere_is_read_from_outside_of_a_repository(
    box: Sandbox, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert b"+++ b/lib/two.py" in run("preview", "box/lib").out
