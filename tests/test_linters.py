"""The print of linters, in all the forms they have: each finding once, with its rule and place."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import pytest

from codemods.audits.model import Audit, AuditFinding, Claim, Location
from codemods.audits.read import read_audit


def read(text: str) -> Audit:
    return read_audit("report", text.encode())


def one(text: str) -> AuditFinding:
    (found,) = read(text).findings
    return found


# Each is one finding of a rule, in line 3 of app/a.py.
FORMS = {
    "flake8": ("app/a.py:3:5: E722 do not use bare 'except'", "flake8 or ruff", "E722"),
    "here": ("./app/a.py:3:5: E722 do not use bare 'except'", "flake8 or ruff", "E722"),
    "windows": ("app\\a.py:3:5: E722 do not use bare 'except'", "flake8 or ruff", "E722"),
    "flake8 as pylint": ("app/a.py:3: [E722] do not use bare 'except'", "flake8 or ruff", "E722"),
    "ruff": (
        "app/a.py:3:5: F401 [*] `os` imported but unused\nFound 1 error.\n[*] 1 fixable",
        "ruff",
        "F401",
    ),
    "ruff syntax": ("app/a.py:3:7: invalid-syntax: Expected an expression", "ruff", "invalid-syntax"),
    "ruff full": (
        "E722 Do not use bare `except`\n --> app/a.py:3:1\n  |\n3 | except:\n  | ^^^^^^\n  |\n\n"
        "Found 1 error.\n",
        "ruff",
        "E722",
    ),
    "ruff grouped": ("app/a.py:\n  3:5 E722 Do not use bare `except`\n\nFound 1 error.\n", "ruff", "E722"),
    "github": (
        "::error title=ruff (E722),file=app/a.py,line=3,col=5,endLine=3::app/a.py:3:5: E722 Do not",
        "ruff",
        "E722",
    ),
    "github of pylint": (
        "::warning file=app/a.py,line=3,endline=,col=4,title=W0702::No type",
        "pylint",
        "W0702",
    ),
    "azure": (
        "##vso[task.logissue type=error;sourcepath=app/a.py;linenumber=3;columnnumber=5;code=E722;]Do not",
        "flake8 or ruff",
        "E722",
    ),
    "pylint": (
        "************* Module app.a\napp/a.py:3:4: W0702: No exception type(s) specified (bare-except)\n\n"
        "------------------------------------\nYour code has been rated at 7.95/10\n",
        "pylint",
        "W0702",
    ),
    "pylint parseable": ("app/a.py:3: [W0702(bare-except), f] No exception type(s)", "pylint", "W0702"),
    "pylint in colours": (
        "\x1b[7;33m************* Module a\x1b[0m\napp/a.py:3:4: W0702: \x1b[35mNo type\x1b[0m "
        "(\x1b[35mbare-except\x1b[0m)",
        "pylint",
        "W0702",
    ),
    "visual studio": ("app/a.py(3): [W0702(bare-except)f] No exception type(s) specified", "pylint", "W0702"),
    "bandit": (
        "Run started:2026\n\nTest results:\n>> Issue: [B108:hardcoded_tmp_directory] Probable insecure "
        "usage\n"
        "   Severity: Medium   Confidence: Medium\n   CWE: CWE-377 (https://cwe.mitre.org)\n"
        "   Location: app/a.py:3:9\n2\t\n3\tpath = '/tmp/x'\n4\t# a: b\n\n"
        + "-" * 50
        + "\n\nCode scanned:\n\tTotal: 9\n",
        "bandit",
        "B108",
    ),
    "bandit custom": ("/w/app/a.py:3: B108[bandit]: MEDIUM: Probable insecure usage", "bandit", "B108"),
    "bandit csv": (
        ""
        "filename,test_name,test_id,issue_severity,issue_confidence,issue_cwe,issue_text,line_number,line_range\r\n"
        'app/a.py,hardcoded_tmp_directory,B108,MEDIUM,LOW,x,"a, ""b""\nc",3,"[3, 4]"\r\n',
        "bandit",
        "B108",
    ),
    "bandit xml": (
        "<?xml version='1.0' encoding='utf-8'?>\n<testsuite name=\"bandit\" tests=\"1\"><testcase "
        'classname="app/a.py" name="hardcoded_tmp_directory"><error type="MEDIUM" '
        'message="Probable">Test ID: B108 '
        "Severity: MEDIUM Confidence: LOW\nCWE: x\nProbable\nLocation "
        "app/a.py:3</error></testcase></testsuite>",
        "bandit",
        "B108",
    ),
    "mypy": (
        "app/a.py:3: error: Need a type  [var-annotated]\nFound 1 error in 1 file",
        "mypy",
        "var-annotated",
    ),
    "mypy with ends": ("app/a.py:3:9:4:2: error: Need a type  [var-annotated]", "mypy", "var-annotated"),
    "mypy pretty": (
        'app/a.py:3: error: Need type annotation for\n"x" (hint: "x: list[<type>] = ...")  [var-annotated]\n'
        "        x = []\n        ^\nFound 1 error in 1 file (checked 2 source files)\n",
        "mypy",
        "var-annotated",
    ),
    "mypy with context": (
        'app/a.py: note: In function "f":\napp/a.py:3: error: Need a type  [var-annotated]\n'
        'app/b.py: note: In function "g":\n',
        "mypy",
        "var-annotated",
    ),
    "mypy junit": (
        '<testsuite name="mypy"><testcase name="mypy-py3" file="mypy" line="1"><failure message="mypy '
        "produced "
        'messages">app/a.py:3: error: Need a type &lt;x&gt;  '
        "[var-annotated]</failure></testcase></testsuite>",
        "mypy",
        "var-annotated",
    ),
    "semgrep": (
        "┌─────────┐\n│ 1 Code Finding │\n└─────┘\n\n    app/a.py\n   \u276f\u276f\u2771 rules.tmp\n"
        "          \u2770\u2770 Blocking \u2771\u2771\n          Too wide for\n          one line\n\n"
        "           \u25b6\u25b6┆ Autofix \u25b6 mkstemp(...)\n            3┆ open('/tmp/x')\n"
        "            4┆ a line that did not fit\n               and goes on\n"
        "             [hid 3 additional lines, adjust with --max-lines-per-finding]\n",
        "semgrep",
        "rules.tmp",
    ),
    "semgrep vim": ("app/a.py:3:5:E:rules.tmp:Too wide for\none line\n\n", "semgrep", "rules.tmp"),
    "semgrep emacs": ("app/a.py:3:5:error(tmp):    open('/tmp/x'):Too wide\n", "semgrep", "tmp"),
    "semgrep junit": (
        '<testsuites><testsuite name="semgrep results"><testcase name="rules.tmp" classname="app/a.py" '
        'file="app/a.py" line="3"><failure type="ERROR" message="Too '
        'wide">x</failure></testcase></testsuite></testsuites>',
        "semgrep",
        "rules.tmp",
    ),
    "checkstyle": (
        '<?xml version="1.0"?><checkstyle version="4.3"><file name="app/a.py"><error line="3" column="5" '
        'severity="error" message="bare" source="flake8.E722"/></file></checkstyle>',
        None,
        "E722",
    ),
}


@pytest.mark.parametrize(("text", "tool", "rule"), FORMS.values(), ids=FORMS)
def test_a_form(text: str, tool: str | None, rule: str) -> None:
    audit = read(text)
    (found,) = audit.findings
    assert audit.tool == tool
    assert found.rules[0] == rule == found.id
    (location,) = found.locations
    assert location.path.removeprefix("/w/") == "app/a.py"
    assert location.lines[0][0] == 3
    assert found.title


def test_all_forms_at_once() -> None:
    """A log of a CI run holds the print of several tools: nothing of one is lost by the other."""
    texts = [text for text, _, _ in FORMS.values() if text[0] not in "<" and not text.startswith("filename,")]
    assert len(read("\n\n".join(texts)).findings) == len(texts)


RECORDS: dict[str, tuple[object, AuditFinding]] = {
    "ruff": (
        {
            "code": "F401",
            "name": "unused-import",
            "filename": "/w/app/a.py",
            "location": {"row": 3, "column": 1},
            "end_location": {"row": 4, "column": 9},
            "message": "`os` imported but unused",
            "severity": "error",
            "fix": {"applicability": "safe", "edits": [{"content": ""}, {"content": "import re"}]},
        },
        AuditFinding(
            "F401",
            "`os` imported but unused",
            1,
            "high",
            None,
            (Location("/w/app/a.py", ((3, 4),)),),
            proposed=("import re",),
            text="`os` imported but unused",
            rules=("F401", "unused-import"),
        ),
    ),
    "bandit": (
        {
            "test_id": "B108",
            "test_name": "hardcoded_tmp_directory",
            "filename": "./app/a.py",
            "line_number": 3,
            "line_range": [3, 4],
            "issue_text": "Probable",
            "issue_severity": "MEDIUM",
            "code": "2 def f():\n3     open(\n4         '/tmp/x')\n5 \n",
        },
        AuditFinding(
            "B108",
            "Probable",
            1,
            "medium",
            None,
            (Location("app/a.py", ((3, 4),)),),
            quoted=("    open(\n        '/tmp/x')",),
            text="Probable",
            rules=("B108", "hardcoded_tmp_directory"),
        ),
    ),
    "semgrep": (
        {
            "check_id": "rules.tmp",
            "path": "app/a.py",
            "start": {"line": 3},
            "end": {"line": 4},
            "extra": {
                "message": "Too wide.\nReally.",
                "severity": "WARNING",
                "metadata": {"category": "security"},
                "lines": "requires login",
                "fix": "mkstemp()",
                "is_ignored": True,
            },
        },
        AuditFinding(
            "rules.tmp",
            "Too wide.",
            1,
            "medium",
            "security",
            (Location("app/a.py", ((3, 4),)),),
            proposed=("mkstemp()",),
            text="Too wide.\nReally.",
            claim=Claim.RETRACTED,
            rules=("rules.tmp",),
        ),
    ),
    "pylint": (
        {
            "type": "refactor",
            "path": "app/a.py",
            "line": 3,
            "endLine": None,
            "symbol": "bare-except",
            "message": "No type",
            "message-id": "W0702",
        },
        AuditFinding(
            "W0702",
            "No type",
            1,
            "low",
            None,
            (Location("app/a.py", ((3, 3),)),),
            text="No type",
            rules=("W0702", "bare-except"),
        ),
    ),
    "mypy": (
        {"file": "app/a.py", "line": 3, "message": "Bad", "hint": "Try", "code": None, "severity": "error"},
        AuditFinding("finding", "Bad", 1, "high", None, (Location("app/a.py", ((3, 3),)),), text="Bad\nTry"),
    ),
    "flake8": (
        {"code": "E722", "filename": "app/a.py", "line_number": 3, "text": "bare", "physical_line": "x"},
        AuditFinding(
            "E722", "bare", 1, locations=(Location("app/a.py", ((3, 3),)),), text="bare", rules=("E722",)
        ),
    ),
    "gitlab": (
        {
            "check_name": "E722",
            "description": "bare",
            "location": {"path": "app/a.py", "lines": {"begin": 3}},
        },
        AuditFinding(
            "E722", "bare", 1, locations=(Location("app/a.py", ((3, 3),)),), text="bare", rules=("E722",)
        ),
    ),
}


@pytest.mark.parametrize(("record", "expected"), RECORDS.values(), ids=RECORDS)
def test_a_record(record: object, expected: AuditFinding) -> None:
    assert one(json.dumps([record])) == expected
    assert one(json.dumps({"results": [record], "errors": []})) == expected
    assert one(json.dumps(record)) == expected
    assert len(read(f"{json.dumps(record)}\n{json.dumps(record)}\n").findings) == 2
    assert one(json.dumps({"app/a.py": [record], "b.py": []})) == expected


def test_what_a_tool_could_not_read_is_said() -> None:
    errors = [{"filename": "b.py", "reason": "syntax error"}, {"path": "c.py", "message": "too\nlong"}, "?"]
    audit = read(json.dumps({"results": [], "errors": errors}))
    assert audit.remarks == (
        "the tool reports trouble with b.py: syntax error",
        "the tool reports trouble with c.py: too long",
    )


def test_what_is_not_understood_is_counted() -> None:
    records = [RECORDS["mypy"][0], {"x": 1}, None]
    assert read(json.dumps(records)).remarks == (
        "2 entries are not findings of a known shape and were left out",
    )
    lines = f"{json.dumps(RECORDS['mypy'][0])}\n{{broken\n{json.dumps(RECORDS['mypy'][0])}\n"
    assert read(lines).remarks == ("1 of 3 lines are not JSON and were left out",)


def test_findings_of_one_rule_are_numbered() -> None:
    text = "a.py:1:1: E722 x\na.py:2:1: E722 x\na.py:3:1: E501 x\n"
    assert [found.id for found in read(text).findings] == ["E722-1", "E722-2", "E501"]


def test_notes_belong_to_the_error_above() -> None:
    text = (
        'a.py:1: error: Bad return  [return-value]\na.py:1: note: "list" is invariant\n'
        "a.py:1: note: Consider a Sequence\na.py:9: note: Untyped functions are not checked\n"
    )
    first, second = read(text).findings
    assert first.text == 'Bad return\n"list" is invariant\nConsider a Sequence'
    assert (second.severity, second.title) == ("low", "Untyped functions are not checked")


@pytest.mark.parametrize("line", ["-1", "0", "99999999999", '"x"', "null", "true", "1.5", "[]"])
def test_lines_that_cannot_be(line: str) -> None:
    row = '{"code": "E1", "filename": "a.py", "location": {"row": ROW}, "message": "m"}'.replace("ROW", line)
    found = one(f"[{row}]")
    assert found.locations == (Location("a.py"),)


def test_text_that_cannot_be_encoded() -> None:
    found = one(
        r'[{"code": "E1", "filename": "a\ud800.py", "location": {"row": 1}, "message": "m\ud800\u0000"}]'
    )
    assert found.locations[0].path == "a?.py"
    assert found.title == "m?"


def test_a_long_message_is_shortened_in_the_title_only() -> None:
    found = one(f"a.py:1:1: E722 {'word ' * 100}")
    assert len(found.title) < 130
    assert len(found.text) > 490


# -- prose is not a linter's print ------------------------------------------------------------------

PROSE = """# Audit

Ruff says:

```
app/a.py:3:1: E722 Do not use bare `except`
```

## 1. Bare except

- **Where**: app/a.py:3
"""


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Dear all,\n" + "I looked at the code and found a lot.\n" * 20 + "app/a.py:3: error: bare except\n",
        "app/a.py:3 has a bare except\n",
        "[a link](app/a.py) to it\n",
    ],
)
def test_prose_goes_to_the_reader_of_markdown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    markdown = pytest.importorskip("codemods.audits.markdown")
    monkeypatch.setattr(markdown, "read_markdown", lambda text, path: Audit(path, tool="a person"))
    assert read(text).tool == "a person"


# -- the tools that are installed with the development dependencies ---------------------------------

FAULTY = {
    "app/a.py": "import os\n\n\ndef f(path):\n    try:\n        open('/tmp/x')\n    except:\n        pass\n",
    "app/b c.py": "def g(x: int) -> str:\n    print('é')\n    return x\n\n\ny: int = 'a'\nz: str = 1\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FAULTY.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def print_of(project: Path, command: Sequence[str]) -> str:
    program = which(command[0]) or which(command[0], path=str(Path(sys.executable).parent))
    assert program, f"{command[0]} is one of the development dependencies"
    done = subprocess.run([program, *command[1:]], cwd=project, capture_output=True, text=True, check=False)
    return done.stdout


def places(audit: Audit, project: Path) -> list[tuple[str, int]]:
    """Files and lines, as the tools order them or not."""
    found = [
        (f.locations[0].path.removeprefix(f"{project}/"), f.locations[0].lines[0][0]) for f in audit.findings
    ]
    return sorted(found)


@pytest.mark.parametrize(
    "form",
    [
        *("concise", "full", "json", "json-lines", "junit", "grouped", "github", "gitlab"),
        *("pylint", "rdjson", "azure", "sarif"),
    ],
)
def test_ruff_itself(project: Path, form: str) -> None:
    command = ("ruff", "check", "--isolated", "--no-cache", "--select", "F,E,S,BLE", "--output-format")
    expected = json.loads(print_of(project, (*command, "json", ".")))
    audit = read(print_of(project, (*command, form, ".")))
    assert [(f.rules[0], f.id) for f in audit.findings] == [(f["code"], f["code"]) for f in expected]
    rows = [(entry["filename"].removeprefix(f"{project}/"), entry["location"]["row"]) for entry in expected]
    assert places(audit, project) == sorted(rows)
    assert len(rows) >= 4


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--show-column-numbers", "--show-error-end"),
        ("--pretty",),
        ("--show-error-context",),
        ("--output=json",),
    ],
    ids=" ".join,
)
def test_mypy_itself(project: Path, options: Sequence[str]) -> None:
    command = (
        "mypy",
        "--config-file=",
        "--no-incremental",
        "--cache-dir=/dev/null",
        "--explicit-package-bases",
    )
    audit = read(print_of(project, (*command, *options, "app/b c.py")))
    assert audit.tool == "mypy"
    assert places(audit, project) == [("app/b c.py", 3), ("app/b c.py", 6), ("app/b c.py", 7)]
    assert [f.rules for f in audit.findings] == [("return-value",), ("assignment",), ("assignment",)]
