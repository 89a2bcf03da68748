"""Diffs that git takes, and the other ways to write what was found."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator

import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import Sandbox

from codemods.engine import scan
from codemods.model import FileChange, Finding, ScanResult, Span, Statistics
from codemods.output.diff import hunks, unified
from codemods.output.json import document
from codemods.output.patch import Kind, described, patch, view
from codemods.output.summary import counted, summary
from codemods.output.table import table
from codemods.series import Series, series
from codemods.sources import Memory


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    box = Sandbox.make(tmp_path_factory.mktemp("repositories") / "box", {})
    box.git("config", "core.autocrlf", "false")
    return box


def applied(box: Sandbox, change: FileChange) -> bytes | None:
    """What git makes of the file with our diff."""
    target = box.root / change.path
    target.unlink(missing_ok=True)
    if change.before is not None:
        box.write({change.path: change.before})
    box.git("apply", "--whitespace=nowarn", "-", feed=unified(change))
    return target.read_bytes() if target.exists() else None


# -- diffs ------------------------------------------------------------------------------------------

LINES = b"".join(b"line %d\n" % n for n in range(40))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\nb", b"a\nB"),
        (b"a\nb", b"a\nb\n"),
        (b"a\nb\n", b"a\nb"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\r\nb\n\rc\r", b"a\r\nB\n\rc\r"),
        (b"a\x0c\nb\x0cb\n", b"a\x0c\nB\x0cb\n"),
        ("a\u2028b\nc\x85d\n".encode(), "a\u2028B\nc\x85D\n".encode()),
        (b"caf\xe9\nb\n", b"caf\xe8\nb\n"),
        (b"a\n", b""),
        (b"", b"a\n"),
        (b"-- a\n++ b\n@@ c\n# d\n", b"--- a\n+++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n"),
        (LINES, LINES.replace(b"line 3\n", b"").replace(b"line 30\n", b"x\ny\n")),
        (b"\n" * 300 + b"end\n", b"\n" * 299 + b"new\n\nend\n"),
        (None, b"new\n"),
        (b"old\n", None),
    ],
)
def test_git_makes_of_a_diff_what_we_made(box: Sandbox, before: bytes | None, after: bytes | None) -> None:
    change = FileChange("a.py", before, after)
    assert applied(box, change) == after


def test_a_block_with_a_blank_line_is_put_in_as_one() -> None:
    before = b"def f():\n    g()\n\n\ndef h():\n    g()\n"
    after = before.replace(b"\n\n\ndef h", b"\n\n    return True\n\n\ndef h")
    added = b" def f():\n     g()\n \n+    return True\n+\n \n def h():\n     g()\n"
    for change in (FileChange("a.py", before, after), FileChange("a.py", after, before)):
        (hunk,) = hunks(change)
        signed = added if change.after == after else added.replace(b"\n+", b"\n-")
        assert hunk.data.partition(b"@@\n")[2] == signed


@pytest.mark.parametrize(
    "name",
    [
        "with space.py",
        'quo"te.py',
        "back\\slash.py",
        "tab\there.py",
        "new\nline.py",
        "naïve/日本.py",
        "esc\x1b[31m.py",
        "latin-\udce9.py",  # a name that is not UTF-8
        "b/a/b.py",
        "-dash.py",
    ],
)
def test_git_understands_every_name(box: Sandbox, name: str) -> None:
    assert applied(box, FileChange(name, b"a\n", b"b\n")) == b"b\n"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_git_makes_of_any_diff_what_we_made(box: Sandbox, data: st.DataObject) -> None:
    piece = st.sampled_from(
        [b"a", b"b", b"\n", b"\n", b"\r\n", b"\r", b"\x0c", b"\xe2\x80\xa8", b"\xff", b"+"]
    )
    before = b"".join(data.draw(st.lists(piece, min_size=1, max_size=40)))
    after = b"".join(data.draw(st.lists(piece, min_size=1, max_size=40)))
    if before != after:
        assert applied(box, FileChange("any.py", before, after)) == after


def test_no_change_gives_no_diff() -> None:
    assert unified(FileChange("a.py", b"a\n", b"a\n")) == b""


def test_hunks_know_the_lines_they_replace() -> None:
    change = FileChange("a.py", LINES, LINES.replace(b"line 9\n", b"nine\n").replace(b"line 30\n", b""))
    assert [(hunk.first, hunk.last) for hunk in hunks(change)] == [(7, 13), (28, 34)]


def test_a_long_file_that_repeats_itself_takes_no_time() -> None:
    before = b"".join(b"x = %d\n\n\n" % (n % 50) for n in range(10_000))
    change = FileChange("a.py", before, before.replace(b"x = 7\n", b"y = 7\n"))
    began = time.process_time()
    assert unified(change).count(b"\n+y = 7") == 200
    assert time.process_time() - began < 5  # difflib alone takes minutes


def test_a_file_written_anew_is_a_diff_too(box: Sandbox) -> None:
    lines = [b"x = %d\n" % n for n in range(3000)]
    change = FileChange("a.py", b"".join(lines), b"".join(lines[::-1]))
    assert applied(box, change) == change.after


# -- patches ----------------------------------------------------------------------------------------

FILES = {
    "a.py": b"import os\n\nprint(os)\n" + b"x = 1\n" * 20 + b"print(2)\n",
    "b.py": b"from a import os\nassert os and print\nprint()\n",
}
WHY = {remedy.id(): remedy.summary() for remedy in toy.ALL}


@pytest.fixture
def fixes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Series, tuple[Finding, ...]]]:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)
    tree = Memory(FILES)
    findings = scan(tree).findings
    made = series(tree, findings, ["assert-twice", "print-call"], lambda finding: True)
    yield made, tuple(finding for finding in findings if finding.fix is None)


def test_a_patch_applies_in_one_go(box: Sandbox, fixes: tuple[Series, tuple[Finding, ...]]) -> None:
    made, undecided = fixes
    box.write(FILES)
    text = b"".join(patch(made, WHY, undecided))
    box.git("apply", feed=text)
    for change in made.changes:
        assert (box.root / change.path).read_bytes() == change.after


def test_a_patch_says_what_it_is_for(fixes: tuple[Series, tuple[Finding, ...]]) -> None:
    made, undecided = fixes
    text = b"".join(patch(made, WHY, undecided)).decode()
    before_first_diff = text.partition("diff --git")[0]
    assert "# assert-twice: Two faults whose fixes overlap" in before_first_diff
    assert "# b.py:2:1: two things are asserted at once [safe]\n" in before_first_diff
    assert "# print-call: Log instead of printing.\n" in text
    assert "#     it is called print\n" in text
    assert text.endswith(
        "# For a person to decide:\n# b.py:3:1: print() is for people [manual]\n"
        "#     it is called print\n#     nothing is printed: say what was meant\n"
    )


def test_a_reader_sees_each_note_at_its_lines(fixes: tuple[Series, tuple[Finding, ...]]) -> None:
    chunks = [chunk for chunk in view(*fixes[:1], WHY) if b"a.py" in chunk.data or chunk.kind is Kind.HUNK]
    notes = [(n.data.decode(), h.data) for n, h in itertools.pairwise(chunks) if n.kind is Kind.NOTE]
    (first, first_hunk), (second, second_hunk) = [pair for pair in notes if pair[0].startswith("a.py")]
    assert first.startswith("a.py:3:") and b"logging.info(os)" in first_hunk
    assert second.startswith("a.py:24:") and b"logging.info(2)" in second_hunk


def test_one_line_stays_one_line() -> None:
    finding = Finding("f", "r", "new\nline.py", Span(1, 1, 1, 2), "message")
    tree = Series()
    assert list(patch(tree, {}, [finding])) == [
        b"# For a person to decide:\n# new line.py:1:1: message [manual]\n"
    ]
    assert list(described(finding)) == ["new\nline.py:1:1: message [manual]"]


def test_a_story_is_told_once_for_those_that_have_the_same() -> None:
    def found(line: int, scope: str) -> Finding:
        return Finding("f", "r", "a.py", Span(line, 1, line, 2), "it exits", None, "no", ("why",), scope)

    (said,) = patch(Series(), {}, [found(1, "f"), found(2, "f"), found(3, "g")])
    assert said.decode().splitlines()[1:] == [
        "# a.py:1:1: it exits [manual]",
        "# a.py:2:1: it exits [manual]",
        "#     why",
        "#     no",
        "# a.py:3:1: it exits [manual]",
        "#     why",
        "#     no",
    ]


# -- JSON -------------------------------------------------------------------------------------------


def test_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall)
    tree = Memory({"a.py": "# coding: latin-1\nx = 'é'; print(x)\nprint()\n".encode("latin-1")})
    made = document(scan(tree), tree, "/root", None)
    assert made["statistics"].pop("seconds") > 0
    assert made["tool"]["name"] == "patchwright"
    assert {key: made[key] for key in ("version", "root", "rev", "statistics", "failures")} == {
        "version": 1,
        "root": "/root",
        "rev": None,
        "statistics": {"files": 1, "parsed": 1, "findings": 2, "fixable": 1},
        "failures": [],
    }
    first, second = made["findings"]
    assert re.fullmatch("[0-9a-f]{16}", first.pop("fingerprint"))
    diff = first["fix"].pop("diff")
    assert first == {
        "remedy": "print-call",
        "path": "a.py",
        "line": 2,
        "column": 10,
        "end_line": 2,
        "end_column": 18,
        "message": "print() is for people",
        "applicability": "safe",
        "reason": None,
        "evidence": ["it is called print"],
        "audit": [],
        "fix": {
            "edits": [{"path": "a.py", "start": 27, "end": 32, "replacement": "logging.info"}],
            "imports": [{"path": "a.py", "text": "import logging"}],
        },
    }
    assert "-x = 'é'; print(x)\n+" in diff
    assert "+import logging\n" in diff
    assert (second["fix"], second["applicability"]) == (None, "manual")
    assert second["reason"] == "nothing is printed: say what was meant"


# -- tables -----------------------------------------------------------------------------------------


def test_columns_are_aligned() -> None:
    assert table(("name", "count"), [("a", 1), ("日本", 100)]) == [
        "name  count",
        "a         1",
        "日本    100",
    ]


def test_the_summary_counts_by_remedy() -> None:
    span = Span(1, 1, 1, 1)
    findings = [Finding(str(n), "b" if n else "a", f"{n}.py", span, "m", reason="r") for n in range(3)]
    assert summary(findings, Statistics(5, 3, 0.123)) == [
        "remedy  found  safe  unsafe  manual  files",
        "a           1     0       0       1      1",
        "b           2     0       0       2      2",
        "all         3     0       0       3      3",
        "",
        "5 files read, 3 of them looked into, in 0.12 s.",
    ]
    assert summary([], ScanResult().statistics)[0] == "Nothing found."
    assert counted(1, "fix", "fixes") == "1 fix"
