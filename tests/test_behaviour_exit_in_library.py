"""What the programs of the fixtures do before and after: the caller lives, and the status stays."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.engine import repair, scan
from codemods.module import Module
from codemods.remedies.exit_in_library.docstring import result_for_exit
from codemods.remedies.exit_in_library.ways_out import falls_through
from codemods.remedy import all_remedies
from codemods.sources import Memory

FIXTURES = Path(__file__).parent.parent / "fixtures"
REMEDY = "exit-in-library"


def run(folder: Path, code: str, given: str = "") -> tuple[int, str]:
    """Status and standard output of some code that can import what is in the folder."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=20,
    )
    return done.returncode, done.stdout


def both(case: str) -> tuple[Path, Path]:
    """The folders of a case before and after; for a case of one file the one that holds it."""
    folders = FIXTURES / "before" / REMEDY / case, FIXTURES / "after" / REMEDY / case
    return folders if folders[0].is_dir() else (folders[0].parent, folders[1].parent)


# A caller from outside, with something to clean up: what it does when the function gives up.
CALLER = """
import {module} as library
lock = ["held"]
result = library.{call}
lock.clear()
print("released", result)
"""

OUTSIDE = [
    ("google_docstring", "initialize({})"),
    ("google_docstring", "initialize({'url': 1, 'enabled': 1, 'lock': '/no/such/folder'})"),
    ("one_line_suites", "read(None, '')"),
    ("one_line_suites", "read('12345678901', '')"),
    ("one_line_suites", "read('x', '')"),
    ("one_line_suites", "read('1', 'quiet')"),
    ("tabs_no_final_newline", "drop_privileges('root')"),
    ("cause_of_the_exit", "load('{')"),
    ("cause_of_the_exit", "load(None and 1)"),
    ("several_that_exit", "prepare('/no/such/folder')"),
    ("several_that_exit", "prepare('/')"),
    ("several_that_exit", "check_again(1)"),
    ("numpy_docstring", "check_all([[[1]]], 2)"),
    ("methods", "Server().check(-1)"),
]


@pytest.mark.parametrize(("module", "call"), OUTSIDE)
def test_the_caller_goes_on(module: str, call: str) -> None:
    before, after = both(f"{module}.py")
    code = CALLER.format(module=module, call=call)
    status, output = run(before, code)
    assert status != 0
    assert "released" not in output
    status, output = run(after, code)
    assert status == 0
    assert output.endswith("released False\n")


GOES_WELL = [
    ("google_docstring", "initialize({'url': 1})"),
    ("google_docstring", "initialize({'url': 1, 'enabled': 1, 'workers': 0})"),
    ("google_docstring", "initialize({'url': 1, 'enabled': 1, 'lock': '/dev/null'})"),
    ("one_line_suites", "read('', '')"),
    ("one_line_suites", "read('1', 'loud')"),
    ("tabs_no_final_newline", "drop_privileges('nobody')"),
    ("tabs_no_final_newline", "drop_privileges('a')"),
    ("cause_of_the_exit", "load('1')"),
    ("numpy_docstring", "check_all([[[1]]])"),
    ("methods", "Server().check(1)"),
]


@pytest.mark.parametrize(("module", "call"), GOES_WELL)
def test_every_other_way_out_is_true(module: str, call: str) -> None:
    before, after = both(f"{module}.py")
    code = CALLER.format(module=module, call=call)
    status, output = run(before, code)
    assert status == 0
    assert run(after, code) == (0, output.replace("released None", "released True"))


PROGRAMS = [
    ("google_docstring.py", "google_docstring", "{}"),
    ("google_docstring.py", "google_docstring", '{"url": 1}'),
    ("google_docstring.py", "google_docstring", "no JSON"),
    ("several_that_exit.py", "several_that_exit", ""),
    ("one_line_suites.py", "one_line_suites", ""),
    ("async_functions.py", "async_functions", ""),
    ("status_zero.py", "status_zero", ""),
    ("methods.py", "methods", ""),
    ("numpy_docstring.py", "numpy_docstring", ""),
    ("with_lock.py", "with_lock", ""),
    ("crlf_sphinx_docstring.py", "crlf_sphinx_docstring", ""),
    ("across_files", "shop.web", ""),
    ("across_files", "tools.refill", ""),
]


@pytest.mark.parametrize(("case", "program", "given"), PROGRAMS)
def test_the_program_ends_as_before(case: str, program: str, given: str) -> None:
    before, after = both(case)
    code = f"import runpy; runpy.run_module({program!r}, run_name='__main__')"
    assert run(before, code, given) == run(after, code, given)


def test_the_message_of_the_exit_is_still_told() -> None:
    code = "import runpy; runpy.run_module('tools.refill', run_name='__main__')"
    for folder in both("across_files"):
        done = subprocess.run([sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (1, "nothing to sell\n")


def test_locks_and_finally_blocks_between_are_left_in_order() -> None:
    code = (
        "import with_lock, io, builtins\n"
        "with_lock.open = lambda path: io.StringIO('a\\n!b\\n')\n"
        "with_lock.tempfile.TemporaryDirectory = lambda: __import__('contextlib').nullcontext('folder')\n"
        "try:\n    print(with_lock._copy('x'))\nexcept SystemExit as error:\n    print('exit', error.code)\n"
        "print(with_lock.lock._is_owned())"
    )
    before, after = both("with_lock.py")
    assert run(before, code) == (0, "cleaned\nexit 9\nFalse\n")
    assert run(after, code) == (0, "cleaned\nFalse\nFalse\n")


def test_a_file_nobody_can_read_may_hold_a_caller() -> None:
    core = b"import sys\n\n\ndef check(x):\n    if x:\n        sys.exit(1)\n\n\ndef main():\n    check(1)\n"
    (found,) = scan(Memory({"core.py": core, "old.py": b"from core import check\nprint check(1)\n"})).findings
    assert (found.fix, found.reason) == (None, "old.py mentions `check` and cannot be read")


def test_many_functions_with_one_caller_are_done_in_one_go() -> None:
    names = [f"check_{number}" for number in range(30)]
    parts = [f"def {name}(x):\n    if not x:\n        sys.exit(1)\n" for name in names]
    main = "def main():\n" + "".join(f"    {name}(1)\n" for name in names)
    tree = Memory({"a.py": "\n\n".join(["import sys", *parts, main]).encode()})
    found = scan(tree, [REMEDY]).findings
    outcome = repair(tree, found, lambda finding: True, [REMEDY])
    (change,) = outcome.changes
    assert change.after is not None
    assert change.after.count(b"return False") == change.after.count(b"    if not check_") == 30


def test_functions_that_share_a_caller_share_their_fix() -> None:
    case = FIXTURES / "before" / REMEDY / "several_that_exit.py"
    found = scan(Memory({"a.py": case.read_bytes()}), [REMEDY]).findings
    assert len(found) == 4
    assert len({finding.fix for finding in found}) == 1


def test_a_message_that_a_callers_file_cannot_hold() -> None:
    core = 'import sys\n\n\ndef check(x):\n    if x:\n        sys.exit("→ wrong")\n'.encode()
    caller = b"# coding: latin-1\nfrom core import check\n\n\ndef main():\n    check(1)\n"
    (found,) = scan(Memory({"core.py": core, "a.py": caller}), [REMEDY]).findings
    assert found.reason == "the encoding of a caller's file cannot hold the message of the exit"


DOCSTRINGS = [
    ('"""Do it."""', '"""Do it."""'),
    ('"""Raises: nothing."""', '"""Raises: nothing."""'),
    (
        '"""Do.\n\n    Raises:\n        ValueError: x\n    """',
        '"""Do.\n\n    Raises:\n        ValueError: x\n    """',
    ),
    (
        '"""Do.\n\n    Raises:\n        SystemExit: if it fails.\n    """',
        '"""Do.\n\n    Returns:\n        False if it fails, True otherwise.\n    """',
    ),
    (
        '"""Do.\n\n    Raises:\n      SystemExit: No key"""',
        '"""Do.\n\n    Returns:\n      True on success, False on failure: No key"""',
    ),
    (
        "r'''Do.\n\n  Raises:\n    SystemExit:\n\n  Note:\n    More.\n  '''",
        "r'''Do.\n\n  Returns:\n    True on success, False otherwise\n\n  Note:\n    More.\n  '''",
    ),
    (
        '"""Do.\r\n\r\n    Raises:\r\n        SystemExit: On error\r\n        OSError: Never\r\n    """',
        '"""Do.\r\n\r\n    Returns:\r\n        False on error, True otherwise\r\n\r\n    Raises:\r\n'
        '        OSError: Never\r\n    """',
    ),
    (
        '"""Do.\n\n    Raises\n    ------\n    OSError\n        Never.\n'
        '    SystemExit\n        When bad.\n    """',
        '"""Do.\n\n    Returns\n    -------\n    bool\n        False when bad, True otherwise.\n\n'
        '    Raises\n    ------\n    OSError\n        Never.\n    """',
    ),
    (
        '"""Do.\n\n    :raises OSError: never\n    :raise SystemExit:\n    """',
        '"""Do.\n\n    :raises OSError: never\n    :returns: True on success, False otherwise\n    """',
    ),
]


@pytest.mark.parametrize(("before", "after"), DOCSTRINGS)
def test_docstrings(before: str, after: str) -> None:
    assert result_for_exit(before) == after


FALLS_THROUGH = {
    "pass": True,
    "return": False,
    "raise E": False,
    "if a: return": True,
    "if a:\n    return\nelse:\n    raise E": False,
    "if a:\n    return\nelif b:\n    pass\nelse:\n    return": True,
    "while True: pass": False,
    "while True:\n    if a: break": True,
    "while a: return": True,
    "for a in b: return": True,
    "with open(a): return": False,
    "with unknown(a): return": True,
    "try:\n    return\nexcept E:\n    pass": True,
    "try:\n    return\nexcept E:\n    raise": False,
    "try:\n    a\nexcept E:\n    raise\nelse:\n    return": False,
    "try:\n    a\nfinally:\n    return": False,
    "match a:\n    case 1: return": True,
    "match a:\n    case 1: return\n    case _: return": False,
    "match a:\n    case 1: return\n    case _ if b: return": True,
    "return\nprint()": False,
}


@pytest.mark.parametrize("source", FALLS_THROUGH)
def test_falls_through(source: str) -> None:
    indented = "".join(f"    {line}\n" for line in source.split("\n"))
    module = Module("a.py", f"def f():\n{indented}".encode())
    (function,) = module.nodes(ast.FunctionDef)
    assert falls_through(module, function.body, []) is FALLS_THROUGH[source]


def test_the_remedy_is_documented() -> None:
    (remedy,) = [r for r in all_remedies() if r.id() == REMEDY]
    assert remedy.summary() == "Let a function that others call report failure instead of ending the process."
