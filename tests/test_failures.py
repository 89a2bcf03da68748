"""Which tests failed: told from reports and from what test runners print, also the real ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codemods.branches.checks.failures import NotAReport, Printed, failed_in, read_report

RULER, LINE = "=" * 70, "-" * 70
SUMMARY = "=========================== short test summary info ============================"


def named(*lines: str) -> set[str]:
    printed = Printed()
    for line in lines:
        printed.hear(line)
    return printed.failed


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FAILED tests/test_a.py::test_one - assert 1 == 2", "tests/test_a.py::test_one"),
        ("FAILED tests/test_a.py::test_one", "tests/test_a.py::test_one"),
        ("FAILED a.py::T::test[1 - 2] - x - y", "a.py::T::test[1 - 2]"),
        ("FAILED a.py::test[a b] - AssertionError", "a.py::test[a b]"),
        ("FAILED a.py::test[a - b]", "a.py::test[a - b]"),
        ("FAILED a.py::test - assert [1] - [2]", "a.py::test"),
        ("SUBFAILED[i=1] a.py::test - assert 0", "a.py::test"),
        ("FAILED a.py::test[<object at 0x7f12ab34cd>]", "a.py::test[<object at 0x…>]"),
        ("ERROR tests/test_b.py - ModuleNotFoundError: No module named 'x'", "tests/test_b.py"),
        ("ERROR a.py::test_one - fixture 'x' not found", "a.py::test_one"),
        ("SKIPPED [1] a.py:3: later", None),
        ("XFAIL a.py::test", None),
    ],
)
def test_pytests_summary(line: str, name: str | None) -> None:
    assert named(SUMMARY, line, "1 failed in 0.1s") == ({name} if name else set())


def test_logs_and_tracebacks_are_no_tests() -> None:
    lines = ["FAILED to connect", "ERROR could not read a.py", "ERROR    root:a.py:3 boom", "FAIL: x (y)"]
    assert named(*lines) == set()
    assert named(SUMMARY, "=== 1 passed in 0.1s ===", "FAILED a.py::late") == set()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FAIL: test_x (tests.test_mod.Case.test_x)", "test_x (tests.test_mod.Case.test_x)"),
        ("ERROR: test_x (tests.test_mod.Case)", "test_x (tests.test_mod.Case)"),
        ("FAIL: test_x (m.Case.test_x) (i=1)", "test_x (m.Case.test_x) (i=1)"),
        ("ERROR: setUpClass (m.Case)", "setUpClass (m.Case)"),
        ("ERROR: m (unittest.loader._FailedTest.m)", "m (unittest.loader._FailedTest.m)"),
        ("FAIL: pkg.mod.test_function", "pkg.mod.test_function"),
        ("PASS: test_x (m.Case)", None),
    ],
)
def test_unittests_heads(line: str, name: str | None) -> None:
    assert named(RULER, line, LINE, "Traceback (most recent call last):") == ({name} if name else set())


def test_trial_names_the_tests_below_the_traceback() -> None:
    lines = [RULER, "[FAIL]", "Traceback (most recent call last):", '  File "a.py", line 3, in test_x']
    lines += ["twisted.trial.unittest.FailTest: not equal:", "", "pkg.test.test_a.Case.test_x"]
    lines += [
        "pkg.test.test_a.Case.test_y",
        RULER,
        "[ERROR]",
        "x.y.z.Error: no",
        "",
        "pkg.test.test_b.Case.t",
    ]
    lines += [LINE, "not.a.test.name"]
    assert named(*lines) == {
        "pkg.test.test_a.Case.test_x",
        "pkg.test.test_a.Case.test_y",
        "pkg.test.test_b.Case.t",
    }


TESTS = """\
import unittest
import pytest

class Case(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.fail("no - never")
    def test_parts(self):
        for i in range(2):
            with self.subTest(i=i): self.assertEqual(i, 0)
"""
MORE = """
@pytest.mark.parametrize("x", ["a - b", "c"])
def test_each(x): assert x == "c"

@pytest.fixture
def broken(): raise OSError

def test_broken(broken): pass
"""


def output(folder: Path, *command: str) -> list[str]:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True)
    assert done.returncode
    return (done.stdout + done.stderr).splitlines()


def test_the_real_pytest_by_text_and_by_report(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS + MORE)
    (tmp_path / "test_gone.py").write_text("import gone\n")
    options = ("-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", "--junitxml=r.xml")
    printed = named(*output(tmp_path, "pytest", *options))
    assert printed >= {
        "test_it.py::Case::test_bad",
        "test_it.py::test_each[a - b]",
        "test_it.py::test_broken",
        "test_gone.py",
    }
    assert not any("good" in name or "[c]" in name for name in printed)
    reported = failed_in([tmp_path / "r.xml"])
    assert reported
    assert {"test_it.Case::test_bad", "test_it::test_each[a - b]", "test_it::test_broken"} <= reported
    assert not any("good" in name or "[c]" in name for name in reported)


def test_the_real_unittest(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "test_gone.py").write_text("import gone\n")
    printed = named(*output(tmp_path, "unittest", "discover", "-v"))
    heads = {name.partition(" ")[0] for name in printed}
    assert heads == {"test_bad", "test_parts", "test_gone"}
    assert any("(i=1)" in name for name in printed)


# -- reports ------------------------------------------------------------------------------------------


def report(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


CASES = """
  <testcase classname="t.A" name="good" time="0.1"><system-out>&lt;failure/&gt;</system-out></testcase>
  <testcase classname="t.A" name="bad"><failure message="no">text</failure></testcase>
  <testcase classname="t.A" name="worse"><properties/><error type="E"/></testcase>
  <testcase classname="t.A" name="later"><skipped/></testcase>
  <testcase name="alone"><failure/></testcase>
  <error message="of the suite, not of a test"/>
"""


@pytest.mark.parametrize(
    "text",
    [
        f"<testsuite>{CASES}</testsuite>",
        f"<?xml version='1.0' encoding='utf-8'?><testsuites><testsuite>{CASES}</testsuite></testsuites>",
        f"<testsuites><testsuite><testsuite>{CASES}</testsuite></testsuite></testsuites>",
        f"<testsuite>{CASES}</testsuite>".encode("utf-16"),
        f"<j:testsuite xmlns:j='urn:j'>{CASES.replace('<', '<j:').replace('<j:/', '</j:')}</j:testsuite>",
    ],
)
def test_a_report_names_what_failed(tmp_path: Path, text: str | bytes) -> None:
    assert read_report(report(tmp_path / "r.xml", text)) == {"t.A::bad", "t.A::worse", "alone"}


BOMB = '<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'
THIEF = '<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase name="x"/>&f;</testsuite>'


@pytest.mark.parametrize(
    "text",
    [
        "<project/>",
        "",
        "plain",
        "<testsuite><testcase name='cut'><failure/>",
        BOMB,
        THIEF,
        BOMB.encode("utf-16"),
        b"<?xml version='1.0' encoding='klingon'?><testsuite/>",
        b"<testsuite>\xff\xfe</testsuite>",
    ],
)
def test_what_is_no_report_of_ours(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(NotAReport):
        read_report(report(tmp_path / "r.xml", text))
    assert failed_in([tmp_path / "r.xml"]) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    report(tmp_path / "r.xml", "<testsuite/>")
    (tmp_path / "link.xml").symlink_to(tmp_path / "r.xml")
    assert failed_in([tmp_path / "link.xml", tmp_path / "missing.xml", tmp_path]) is None
    assert failed_in([tmp_path / "link.xml", tmp_path / "r.xml"]) == frozenset()


def test_a_huge_report_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = report(tmp_path / "r.xml", f"<testsuite>{CASES}</testsuite>")
    monkeypatch.setattr("codemods.branches.checks.failures._LARGEST", 50)
    assert failed_in([path]) is None


def test_several_reports_are_taken_together(tmp_path: Path) -> None:
    one = report(tmp_path / "1.xml", "<testsuite><testcase name='a'><failure/></testcase></testsuite>")
    two = report(tmp_path / "2.xml", "<testsuite><testcase name='b'><failure/></testcase></testsuite>")
    assert failed_in([one, report(tmp_path / "pom.xml", "<project/>"), two]) == {"a", "b"}
