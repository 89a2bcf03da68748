"""`patchwright` itself, `remedies` and `explain`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import Run

from codemods.remedy import all_remedies

CHECKOUT = Path(__file__).parent.parent


@pytest.mark.parametrize("arguments", [["--help"], ["preview", "--help"], ["branch", "-h"], ["status", "-h"]])
def test_help_imports_nothing_of_weight(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom cli.main import main\n"
        f"try:\n    main({arguments!r})\n"
        "finally:\n    heavy = {'libcst', 'fixit', 'git', 'rich', 'click', 'codemods'}\n"
        "    print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "Usage: patchwright" in done.stdout


@pytest.mark.parametrize("arguments", [["remedies"], ["explain", "fixed-temp-path"], ["preview"]])
def test_what_is_not_needed_is_not_imported(arguments: list[str], tmp_path: Path) -> None:
    """libcst is for moving statements, the rest for branches and their ledger."""
    for_others = {"libcst", "codemods.branches.plan", "codemods.branches.ledger", "codemods.branches.write"}
    source = b"try:\n    work()\nexcept:\n    pass\n"
    assert not for_others & _imported(arguments, tmp_path, source)


def test_libcst_is_imported_to_move_statements(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    source = b"with open('/tmp/' + NAME) as file:\n    pass\n"
    assert {"libcst", "codemods.config"} <= _imported(["preview"], tmp_path, source)


def _imported(arguments: list[str], folder: Path, source: bytes) -> set[str]:
    """The modules that a command has imported when it ends."""
    (folder / "module.py").write_bytes(source)
    code = (
        "import sys\nfrom cli.main import main\n"
        f"try:\n    main({arguments!r})\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_version(run: Run) -> None:
    assert run("--version").out.startswith(b"patchwright ")


def test_help_and_lists_fit_a_terminal(run: Run) -> None:
    verbs = run("--help").out.decode().partition("Commands:")[2].splitlines()[1:]
    assert verbs and all(line.endswith(".") and not line.endswith("...") for line in verbs)
    assert max(map(len, run("remedies").out.decode().splitlines())) <= 110


@pytest.mark.parametrize(
    "arguments", [["previw"], ["preview", "--frobnicate"], ["preview", "--format", "xml"], ["explain"]]
)
def test_a_usage_error_exits_with_2(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == b""
    assert "Traceback" not in outcome.err


def test_every_remedy_is_listed(run: Run) -> None:
    lines = run("remedies").out.decode().splitlines()
    assert [line.split()[0] for line in lines[1 : len(all_remedies()) + 1]] == [
        r.id() for r in all_remedies()
    ]
    listed = run("remedies", "--format", "json").document["remedies"]
    assert [entry["id"] for entry in listed] == [remedy.id() for remedy in all_remedies()]
    assert all(entry["summary"] for entry in listed)


@pytest.mark.parametrize("remedy", [remedy.id() for remedy in all_remedies()])
def test_every_remedy_is_explained(run: Run, remedy: str) -> None:
    text = run("explain", remedy).out.decode()
    for heading in ("Why", "Before", "After", "Left alone", "Applicability"):
        assert f"\n{heading}\n    " in text
    assert text.startswith(remedy)


def test_headings_stand_out_on_a_terminal(run: Run) -> None:
    text = run("explain", "bare-except", "--color").out.decode()
    assert "\x1b[1mBefore\x1b[0m\n" in text
    assert "\x1b" not in run("explain", "bare-except").out.decode()
