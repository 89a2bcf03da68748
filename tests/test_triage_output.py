"""What triage says, written: nothing of a report may steer the terminal or the browser."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from codemods.audits.model import Audit, AuditFinding, Location
from codemods.audits.triage import Place, Status, Triage, Verdict
from codemods.model import Applicability, Edit, Failure, Finding, Fix, Span
from codemods.output.triage import NO_MATCH, document, lines, markdown, next_commands
from codemods.output.triage_html import page

EVIL = 'x"><script>alert(1)</script>\x1b[31m|`&\u2028\r\n# boom'


def fix(applicability: Applicability = Applicability.SAFE) -> Finding:
    edit = Edit("a.py", 0, 1, b"")
    return Finding(
        "f1", "bare-except", "a.py", Span(3, 1, 3, 8), "bare except", Fix((edit,), (), applicability)
    )


def verdict(status: Status = Status.LOCATED, title: str = "Slow", **more: object) -> Verdict:
    finding = AuditFinding("B-1", title, 7, "high", locations=(Location("old.py", ((1, 2),)),))
    return Verdict(
        finding, status, "because", (Place("a.py", ((3, 3), (5, 9)), "moved from line 1"),), **more
    )  # type: ignore[arg-type]


FIXABLE = verdict(Status.FIX, "Bare except", fixes=(fix(),), evidence=("a.py:3: bare except",))
TRIAGE = Triage(Audit("audit.md", remarks=("its total is wrong",)), (FIXABLE, verdict()))
HOSTILE = Triage(Audit(EVIL, remarks=(EVIL,)), (verdict(title=EVIL, evidence=(EVIL,)),))


def test_the_document_is_as_designed() -> None:
    written = document([TRIAGE], "/r", None, [Failure("b.md", "gone")])
    assert written["version"] == 1
    assert written["failures"] == [{"path": "b.md", "error": "gone"}]
    (audit,) = written["audits"]
    assert (audit["path"], audit["matches"], audit["remarks"]) == ("audit.md", True, ["its total is wrong"])
    assert audit["findings"][0] == {
        "id": "B-1",
        "title": "Bare except",
        "severity": "high",
        "line": 7,
        "locations": [{"path": "a.py", "lines": [[3, 3], [5, 9]], "note": "moved from line 1"}],
        "cited": [{"path": "old.py", "lines": [[1, 2]], "note": None}],
        "status": "fix",
        "reason": "because",
        "evidence": ["a.py:3: bare except"],
        "remedies": ["bare-except"],
        "findings": ["f1"],
    }
    assert json.loads(json.dumps(written)) == written


def test_the_table_has_a_row_and_a_reason_for_each_finding() -> None:
    text = [line.text for line in lines([TRIAGE], 100)]
    assert text == [
        "audit.md: 2 findings",
        "  its total is wrong",
        "id   severity  status   where       finding",
        "B-1  high      fix      a.py:3,5-9  Bare except",
        "    because",
        "B-1  high      located  a.py:3,5-9  Slow",
        "    because",
        "",
        "status   number  meaning",
        "fix           1  a remedy makes what the report asks for",
        "located       1  the place is known; what to do is a person's decision",
        "",
        "Next: patchwright preview --audit audit.md",
        "Next: patchwright branch --audit audit.md",
    ]


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ([Place("a/b.py", ((3, 3),))], "a/b.py:3"),
        (
            [Place("package/" * 6 + "file.py", ((3, 3), (5, 9)))],
            "…ckage/package/package/package/file.py:3,5-9",
        ),
        (
            [Place("package/" * 4 + "a.py", ((3, 3),)), Place("b.py")],
            "package/package/package/package/a.py:3, b.py",
        ),
        (
            [Place("package/" * 4 + "ab.py", ((3, 3),)), Place("b.py")],
            "package/package/package/package/ab.py:3 +1",
        ),
    ],
)
def test_a_place_that_is_too_long_keeps_its_file_and_lines(places: list[Place], shown: str) -> None:
    triage = replace(TRIAGE, verdicts=(replace(TRIAGE.verdicts[0], places=tuple(places)),))
    (row,) = [line.text for line in lines([triage], 100) if line.text.startswith("B-1")]
    assert f"  {shown}  Bare except" in row
    (row,) = [line for line in markdown([triage], None) if line.startswith("| B-1")]
    assert f"| {', '.join(map(str, places))} |" in row


def test_the_commands_are_for_the_reports_with_fixes() -> None:
    unsafe = verdict(Status.FIX, fixes=(fix(Applicability.UNSAFE),))
    odd = Triage(Audit("my audit's.md"), (unsafe,))
    assert next_commands([TRIAGE, odd])[1] == (
        "patchwright branch --audit audit.md --audit 'my audit'\"'\"'s.md' --unsafe"
    )
    assert next_commands([Triage(Audit("a.md"), (verdict(),))]) == []
    assert next_commands([Triage(Audit("-"), (FIXABLE,))]) == []  # standard input cannot be read again


def test_a_report_about_another_repository_says_so_everywhere() -> None:
    stranger = Triage(Audit("a.md"), (verdict(Status.NOT_CONFIRMED),), matches=False)
    assert any(NO_MATCH in line.text for line in lines([stranger], 80))
    assert any(NO_MATCH in line for line in markdown([stranger], None))
    assert NO_MATCH in page([stranger], None)
    assert document([stranger], "/r", None, [])["audits"][0]["matches"] is False


def test_a_report_without_findings_is_no_table() -> None:
    empty = Triage(Audit("a.md"))
    assert [line.text for line in lines([empty], 80)] == [
        "a.md: 0 findings",
        "  no finding was read in it",
        "",
    ]
    assert "<table" not in page([empty], None)


def test_lines_are_one_line_each() -> None:
    for line in lines([HOSTILE], 60):
        assert not any(c < " " or c in "\x7f\u2028" for c in line.text)
    written = list(markdown([HOSTILE], "0123456789ab"))
    assert all("\n" not in line and "\x1b" not in line and "<script" not in line for line in written)
    row = next(line for line in written if line.startswith("| B-1"))
    assert row.replace("\\|", "").count("|") == 7


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(not name.startswith("on") for name, _ in attrs)


def test_the_page_holds_no_markup_of_a_report() -> None:
    written = page([HOSTILE], None)
    parser = _Tags()
    parser.feed(written)
    assert "script" not in parser.tags
    assert "&lt;script&gt;" in written
    assert "http://" not in written and "https://" not in written


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_written(status: Status) -> None:
    one = Triage(Audit("a.md"), (verdict(status),))
    assert status.value in page([one], "abc")
    assert any(status.value in line for line in markdown([one], None))
    assert any(line.status is status for line in lines([one], 80))
