"""`--audit`: preview, apply and branch do what a report asks for, and no more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commandline import Run
from repositories import Sandbox

STATS = b'''"""Counts words."""

import json


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except:
        return {}


def size(path):
    try:
        return len(open(path).read())
    except:
        return 0
'''

API = b'''"""Answers requests."""

from fastapi import APIRouter, HTTPException

router = APIRouter()


@router.get("/orders/{number}")
def order(number: int):
    try:
        if number < 0:
            raise HTTPException(status_code=404, detail="no such order")
        return {"number": number}
    except Exception as e:
        raise HTTPException(status_code=500, detail=str(e))
'''

OTHER = b"""def first(path):
    try:
        return open(path).readline()
    except:
        return ""
"""

FILES = {"shop/stats.py": STATS, "shop/api.py": API, "shop/other.py": OTHER}

AUDIT = """# Audit of the shop

## BUG-001: Bare except in stats loading

**Severity:** High
**File:** `shop/stats.py`
**Lines:** 10

The handler catches KeyboardInterrupt too. Fixes #12.

```python
    except:
        return {}
```

## BUG-002: Orders that are not there give a 500

**Severity:** Medium
**File:** `shop/api.py`
**Lines:** 14

`except Exception` catches the HTTPException, and turns its 404 into a 500.

## BUG-003: The logo is ugly

**Severity:** Low
**File:** `shop/logo.svg`

Draw a new one.
"""


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


@pytest.fixture
def audit(tmp_path: Path, box: Sandbox) -> str:
    """The report, beside the repository."""
    path = tmp_path / "audit.md"
    path.write_text(AUDIT)
    return str(path)


def sarif(*results: tuple[str, str, int], **more: object) -> str:
    """A report of a tool: rule, path and line of each result."""
    found = [
        {
            "ruleId": rule,
            "message": {"text": f"{rule} is broken"},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}
            ],
        }
        for rule, path, line in results
    ]
    return json.dumps(
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": found}]}
    )


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:short)", "refs/heads/patchwright").split()


def message(box: Sandbox, branch: str) -> str:
    return box.git("log", "-1", "--format=%B", branch)


def changed(box: Sandbox, branch: str) -> list[str]:
    """The lines that a branch takes out and brings in, without those around them."""
    diff = box.git("diff", "-U0", f"main...{branch}").splitlines()
    return [line for line in diff if re.match(r"[-+](?![-+]{2})", line)]


def test_one_branch_for_each_finding_of_the_report(box: Sandbox, audit: str, run: Run) -> None:
    before = box.state()
    outcome = run("branch", "--unsafe", "--audit", audit)
    assert outcome.code == 0, outcome.err
    assert branches(box) == [
        "patchwright/BUG-001-bare-except",
        "patchwright/BUG-002-swallowed-http-exception",
    ]
    assert {k: v for k, v in box.state().items() if k != "refs"} == {
        k: v for k, v in before.items() if k != "refs"
    }
    assert changed(box, "patchwright/BUG-001-bare-except") == [
        "-    except:",
        "+    except (OSError, ValueError):",
    ]
    assert changed(box, "patchwright/BUG-002-swallowed-http-exception") == [
        "+    except HTTPException:",
        "+        raise",
    ]
    assert box.git("diff", "--name-only", "main...patchwright/BUG-001-bare-except") == "shop/stats.py"


def test_the_other_fault_of_the_file_is_not_asked_for(box: Sandbox, audit: str, run: Run) -> None:
    run("branch", "--unsafe", "--audit", audit)
    text = box.git("show", "patchwright/BUG-001-bare-except:shop/stats.py")
    assert text.count("except:") == 1
    assert text.index("except (OSError") < text.index("except:")


def test_the_message(box: Sandbox, audit: str, run: Run) -> None:
    run("branch", "--unsafe", "--audit", audit)
    text = message(box, "patchwright/BUG-001-bare-except")
    subject, blank, *_ = text.splitlines()
    assert (subject, blank) == ("Fix BUG-001: bare except in stats loading", "")
    assert "Asked for by BUG-001 in audit.md, line 3 (high):\n\n> Bare except in stats loading\n>\n> " in text
    assert "no. 12" in text  # the merge must not close an issue of that number
    assert "#12" not in text
    assert "KeyboardInterrupt" in text
    assert "- shop/stats.py:10: " in text
    assert "json.JSONDecodeError, UnicodeDecodeError: `json.load`" in text
    trailers = box.git("log", "-1", "--format=%(trailers:only,unfold)", "patchwright/BUG-001-bare-except")
    assert re.fullmatch(
        r"Audit: BUG-001 \(audit\.md\)\n"
        r"Patchwright-Remedy: bare-except\n"
        r"Patchwright-Fingerprint: [0-9a-f]{16}\n"
        r"Patchwright-Version: \S+\n?",
        trailers,
    )


def test_a_report_in_the_repository_is_called_by_its_path(box: Sandbox, run: Run) -> None:
    box.commit({"docs/audit.md": AUDIT.encode()})
    run("branch", "--unsafe", "--audit", "docs/audit.md")
    assert "\nAudit: BUG-001 (docs/audit.md)\n" in message(box, "patchwright/BUG-001-bare-except")


def test_a_second_run_changes_nothing(box: Sandbox, audit: str, run: Run) -> None:
    first = run("branch", "--unsafe", "--audit", audit, "-f", "json").document["branches"]
    again = run("branch", "--unsafe", "--audit", audit, "-f", "json").document["branches"]
    assert [branch["status"] for branch in first] == ["created", "created"]
    assert [branch["status"] for branch in again] == ["unchanged", "unchanged"]
    assert [branch["commit"] for branch in first] == [branch["commit"] for branch in again]
    assert [branch["audit"] for branch in again] == [["BUG-001"], ["BUG-002"]]


def test_only_as_unsafe_as_was_asked(box: Sandbox, audit: str, run: Run) -> None:
    outcome = run("branch", "--audit", audit)
    assert branches(box) == ["patchwright/BUG-002-swallowed-http-exception"]
    assert b"1 more fix with --unsafe.\n" in outcome.out
    assert (
        f"{audit}: 3 findings, 2 of them with a fix; patchwright triage says why.\n".encode() in outcome.out
    )


def test_preview(box: Sandbox, audit: str, run: Run) -> None:
    outcome = run("preview", "--unsafe", "--audit", audit)
    assert outcome.code == 0, outcome.err
    assert outcome.out.count(b"\n@@ ") == 2
    assert b"shop/other.py" not in outcome.out
    assert run("preview", "--unsafe", "--check", "--audit", audit).code == 1
    document = run("preview", "--audit", audit, "-f", "json").document
    assert [(f["path"], f["line"], f["audit"]) for f in document["findings"]] == [
        ("shop/api.py", 14, ["BUG-002"]),
        ("shop/stats.py", 10, ["BUG-001"]),
    ]
    assert all(f["audit"] == [] for f in run("preview", "-f", "json").document["findings"])


def test_apply(box: Sandbox, audit: str, run: Run) -> None:
    outcome = run("apply", "--unsafe", "--audit", audit)
    assert outcome.code == 0, outcome.err
    assert (box.root / "shop/stats.py").read_bytes() == STATS.replace(
        b"    except:\n        return {}", b"    except (OSError, ValueError):\n        return {}"
    )
    assert (box.root / "shop/other.py").read_bytes() == OTHER
    assert b"Nothing to fix." in run("apply", "--unsafe", "--audit", audit).out


def test_equal_faults_are_told_apart(box: Sandbox, run: Run, tmp_path: Path) -> None:
    """Three handlers with the same text in one function: the fix of one must not stand for another."""
    same = b"def f(path):\n" + b"    try:\n        open(path)\n    except:\n        pass\n" * 3
    box.commit({"shop/same.py": same})
    for line in (4, 8, 12):
        (tmp_path / "one.sarif").write_text(sarif(("E722", "shop/same.py", line)))
        box.git("checkout", "-q", "-B", f"at-{line}")
        outcome = run("apply", "--unsafe", "--audit", str(tmp_path / "one.sarif"))
        assert outcome.code == 0, outcome.err
        lines = (box.root / "shop/same.py").read_text().splitlines()
        assert [number for number, text in enumerate(lines, 1) if "OSError" in text] == [line]
        box.git("checkout", "-q", "--", ".")


# -- what goes together -----------------------------------------------------------------------------


def test_two_findings_that_are_one_change(box: Sandbox, run: Run, tmp_path: Path) -> None:
    report = tmp_path / "two.sarif"
    report.write_text(sarif(("E722", "shop/stats.py", 10), ("W0702", "shop/stats.py", 10)))
    run("branch", "--unsafe", "--audit", str(report))
    (name,) = branches(box)
    assert name == "patchwright/E722-W0702-bare-except"
    text = message(box, name)
    assert text.startswith("Fix E722, W0702: ")
    assert "\nAudit: E722 (two.sarif)\nAudit: W0702 (two.sarif)\nPatchwright-Remedy: bare-except\n" in text


def test_each_fix_is_on_one_branch(box: Sandbox, run: Run, tmp_path: Path) -> None:
    """What a finding asks for in one place is not done again for one that asks for it everywhere."""
    everywhere = "## All-1: Bare except in multiple places\n\n**File:** `shop/stats.py`\n\nSee `except:`.\n"
    one = "## One-2: Bare except in load\n\n**File:** `shop/stats.py`\n**Line:** 10\n\nSee `except:`.\n"
    (tmp_path / "audit.md").write_text(f"# Audit\n\n{everywhere}\n{one}")
    run("branch", "--unsafe", "--audit", str(tmp_path / "audit.md"))
    first, second = branches(box)
    assert (first, second) == ("patchwright/All-1-bare-except", "patchwright/One-2-bare-except")
    assert changed(box, first) == ["-    except:", "+    except (OSError, ValueError):"]
    assert changed(box, second) == ["-    except:", "+    except (OSError, ValueError):"]
    assert box.git("diff", "--stat", first, second)
    assert "Audit: All-1" not in message(box, second)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ([], ["E722-1-bare-except", "E722-2-bare-except", "E722-3-bare-except"]),
        (["--by", "audit"], ["E722-1-bare-except", "E722-2-bare-except", "E722-3-bare-except"]),
        (["--by", "remedy"], ["bare-except"]),
        (["--by", "file"], ["bare-except-shop.other", "bare-except-shop.stats"]),
        (["shop/other.py"], ["E722-3-bare-except"]),
        (["--remedy", "broad-except"], []),
    ],
)
def test_other_groups(box: Sandbox, run: Run, tmp_path: Path, options: list[str], names: list[str]) -> None:
    report = tmp_path / "lint.sarif"
    places = [("shop/stats.py", 10), ("shop/stats.py", 17), ("shop/other.py", 4)]
    report.write_text(sarif(*(("E722", path, line) for path, line in places)))
    outcome = run("branch", "--unsafe", "--audit", str(report), *options)
    assert outcome.code == 0, outcome.err
    assert branches(box) == [f"patchwright/{name}" for name in names]
    if options == ["--by", "remedy"]:
        text = message(box, "patchwright/bare-except")
        assert "Audit: E722-1 (lint.sarif)\nAudit: E722-2 (lint.sarif)\nAudit: E722-3 (lint.sarif)\n" in text


def test_several_reports(box: Sandbox, audit: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "lint.sarif").write_text(sarif(("E722", "shop/other.py", 4), ("E722", "shop/stats.py", 10)))
    run("branch", "--unsafe", "--audit", audit, "--audit", str(tmp_path / "lint.sarif"))
    assert branches(box) == [
        "patchwright/BUG-001-E722-2-bare-except",
        "patchwright/BUG-002-swallowed-http-exception",
        "patchwright/E722-1-bare-except",
    ]


def test_the_same_id_in_two_reports(box: Sandbox, run: Run, tmp_path: Path) -> None:
    for name, path, line in (("a", "shop/other.py", 4), ("b", "shop/stats.py", 10)):
        (tmp_path / f"{name}.sarif").write_text(sarif(("E722", path, line)))
    reports = [part for name in "ab" for part in ("--audit", str(tmp_path / f"{name}.sarif"))]
    run("branch", "--unsafe", *reports)
    names = branches(box)
    assert len(names) == 2
    assert all(re.fullmatch(r"patchwright/E722-bare-except-[0-9a-f]{8}", name) for name in names)
    run("branch", "--unsafe", *reports)
    assert branches(box) == names


def test_standard_input(box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        class buffer:  # noqa: N801
            @staticmethod
            def read(limit: int) -> bytes:
                return sarif(("E722", "shop/other.py", 4)).encode()

    monkeypatch.setattr("sys.stdin", Piped)
    assert (
        b"\nstandard input: 1 finding, 1 of them with a fix" in run("branch", "--unsafe", "--audit", "-").out
    )
    assert "Audit: E722 (standard input)" in message(box, "patchwright/E722-bare-except")


# -- reports that are not to be trusted -------------------------------------------------------------


@pytest.mark.parametrize(
    "id_",
    [
        "--force",
        "../../main",
        "a..b",
        "x.lock",
        "@{-1}",
        "é\u202e\x1b[31m",
        "x" * 500,
        "HEAD",
        "refs/heads/main",
        "a b\nSigned-off-by: Eve <eve@example.com>",
        "#12",
        ".",
    ],
)
def test_ids(box: Sandbox, run: Run, tmp_path: Path, id_: str) -> None:
    """An id is the rule of a result, beside the one that asks for the remedy."""
    document = json.loads(sarif(("E722", "shop/other.py", 4)))
    driver = document["runs"][0]["tool"]["driver"]
    driver["rules"] = [{"id": "E722"}]
    document["runs"][0]["results"][0] |= {"ruleId": id_, "ruleIndex": 0}
    (tmp_path / "bad.sarif").write_text(json.dumps(document))
    main = box.git("rev-parse", "main")
    outcome = run("branch", "--unsafe", "--audit", str(tmp_path / "bad.sarif"))
    assert outcome.code == 0, outcome.err
    (name,) = branches(box)
    assert re.fullmatch(r"patchwright/[A-Za-z0-9][A-Za-z0-9.-]{0,60}", name)
    assert box.git("rev-parse", "main") == main
    text = message(box, name)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert not re.search(r"#\d", text.partition("\nAudit: ")[0])
    assert not re.search("^Signed-off-by", text, re.MULTILINE)
    assert len(text.splitlines()[0]) <= 72
    assert max(map(len, text.splitlines())) < 250


def test_texts(box: Sandbox, run: Run, tmp_path: Path) -> None:
    """What a report says becomes no trailer, closes nothing and is not endless."""
    document = json.loads(sarif(("E722", "shop/other.py", 4)))
    evil = "Bare\n\nSigned-off-by: Eve <eve@example.com>\nPatchwright-Remedy: x\nCloses #7, fixes GH-8 "
    evil += "resolves https://example.com/a/issues/9 \x1b[2J \u202e " + "word " * 100_000 + "y" * 10_000
    document["runs"][0]["results"][0]["message"]["text"] = evil
    (tmp_path / "evil.sarif").write_text(json.dumps(document))
    run("branch", "--unsafe", "--audit", str(tmp_path / "evil.sarif"))
    text = message(box, "patchwright/E722-bare-except")
    assert len(text) < 3000
    assert re.findall("^Patchwright-Remedy: .*", text, re.MULTILINE) == ["Patchwright-Remedy: bare-except"]
    assert not re.search(r"#\d|GH-\d|resolves:? https?://|[\x00-\x09\x0b-\x1f\u202e]", text)
    only = box.git("log", "-1", "--format=%(trailers:only,unfold)", "patchwright/E722-bare-except")
    assert "Eve" not in only


@pytest.mark.parametrize("path", ["../secret.py", "/etc/passwd", "C:/x.py", "shop/../../secret.py"])
def test_paths_that_lead_out(box: Sandbox, run: Run, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.py").write_bytes(OTHER)
    (tmp_path / "out.sarif").write_text(sarif(("E722", path, 4)))
    before = box.state()
    outcome = run("branch", "--unsafe", "--audit", str(tmp_path / "out.sarif"))
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert box.state() == before
    assert (tmp_path / "secret.py").read_bytes() == OTHER


# -- what cannot be done ----------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["preview", "apply", "branch"])
@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "No such file"), (b"", "the report is empty"), (b'{"runs": [', "the JSON is damaged")],
)
def test_a_report_that_cannot_be_read(
    box: Sandbox, audit: str, run: Run, tmp_path: Path, verb: str, data: bytes | None, said: str
) -> None:
    """Nothing is done, for the other reports neither."""
    bad = tmp_path / "bad.sarif"
    if data is not None:
        bad.write_bytes(data)
    before = box.state()
    outcome = run(verb, "--unsafe", "--audit", audit, "--audit", str(bad))
    assert (outcome.code, outcome.out) == (2, b"")
    assert re.fullmatch(rf"patchwright: {re.escape(str(bad))}: [^\n]*{said}[^\n]*\n", outcome.err)
    assert box.state() == before


def test_a_report_about_another_repository(box: Sandbox, audit: str, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.sarif"
    other.write_text(sarif(("E722", "somewhere/else.py", 4)))
    outcome = run("branch", "--unsafe", "--audit", str(other))
    assert outcome.code == 2
    assert outcome.err.startswith(f"{other}: ")
    assert branches(box) == []


def test_by_audit_wants_an_audit(box: Sandbox, run: Run) -> None:
    outcome = run("branch", "--by", "audit")
    assert (outcome.code, outcome.out) == (2, b"")
    assert "--audit FILE" in outcome.err


def test_nothing_to_fix(box: Sandbox, run: Run, tmp_path: Path) -> None:
    (tmp_path / "none.sarif").write_text(sarif(("X1", "shop/other.py", 1)))
    outcome = run("branch", "--audit", str(tmp_path / "none.sarif"))
    assert outcome.code == 0
    assert outcome.out.startswith(b"Nothing to fix.\n")
