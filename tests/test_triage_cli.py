"""`patchwright triage`: forms, exit codes, and reports that cannot be read."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commandline import Run
from repositories import ENVIRONMENT, Sandbox

STATE = b"""import json


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except:
        return {}
"""
AUDIT = b"""# Bug report

## High severity

### BUG-001: Bare except in load
**File:** `state.py`
**Line:** 8
**Severity:** HIGH

A bare `except:` hides every error.

### BUG-002: Missing `json` import
**File:** `state.py`
**Line:** 7
**Severity:** HIGH

`json` is not imported.

### BUG-003: Slow page
**File:** `web/page.tsx`
**Severity:** LOW

The page renders twice.
"""
OTHER = AUDIT.replace(b"state.py", b"shop/cart.py").replace(b"web/page.tsx", b"shop/till.py")


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", {"state.py": STATE, "web/page.tsx": b"export {}\n"})
    box.write({"audit.md": AUDIT})
    monkeypatch.chdir(box.root)
    return box


def test_a_table_by_default(box: Sandbox, run: Run) -> None:
    before = box.state()
    done = run("triage", "audit.md")
    assert done.code == 0
    text = done.out.decode()
    assert "audit.md: 3 findings" in text
    assert [line.split()[2] for line in text.split("\n") if line.startswith("BUG-")] == [
        "fix",
        "not-confirmed",
        "out-of-scope",
    ]
    assert "json is imported: `import json` at state.py:1" in text
    assert "Next: patchwright branch --audit audit.md" in text
    assert "\x1b" not in text
    assert box.state() == before


def test_colours_when_asked(box: Sandbox, run: Run) -> None:
    assert b"\x1b[32mfix\x1b[0m" in run("triage", "audit.md", "--color").out


def test_json_stands_alone(box: Sandbox, run: Run) -> None:
    document = run("triage", "audit.md", "--format", "json").document
    findings = document["audits"][0]["findings"]
    assert [f["status"] for f in findings] == ["fix", "not-confirmed", "out-of-scope"]
    shown = run("preview", "--unsafe", "--format", "json").document["findings"]
    assert findings[0]["findings"] == [finding["fingerprint"] for finding in shown]


@pytest.mark.parametrize(("form", "begins"), [("markdown", b"# Triage\n"), ("html", b"<!doctype html>\n")])
def test_other_forms_to_a_file(box: Sandbox, run: Run, form: str, begins: bytes) -> None:
    done = run("triage", "audit.md", "-f", form, "-o", "out.txt")
    assert (done.code, done.out) == (0, b"")
    assert (box.root / "out.txt").read_bytes().startswith(begins)


def test_a_commit_is_judged_as_it_was(box: Sandbox, run: Run) -> None:
    box.commit({"state.py": STATE.replace(b"except:", b"except OSError:")}, "Name it")
    now = run("triage", "audit.md", "-f", "json").document
    then = run("triage", "audit.md", "-f", "json", "--rev", "HEAD~1").document
    assert now["audits"][0]["findings"][0]["status"] == "already-fixed"
    assert then["audits"][0]["findings"][0]["status"] == "fix"
    assert then["rev"] == box.git("rev-parse", "HEAD~1")


def test_standard_input_and_gzip(box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(gzip.compress(AUDIT)))
    monkeypatch.setattr(sys, "stdin", stream)
    done = run("triage", "-", "-f", "json")
    assert [f["id"] for f in done.document["audits"][0]["findings"]] == ["BUG-001", "BUG-002", "BUG-003"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.md", b""),
        ("binary.md", bytes(range(256)) * 40),
        ("page.html", b"<!DOCTYPE html><html><body>BUG</body></html>"),
        ("broken.sarif", b'{"version": "2.1.0", "runs": [{'),
        ("missing.md", None),
        ("folder", "folder"),
    ],
)
def test_a_report_that_cannot_be_read_is_one_line_and_the_rest_goes_on(
    box: Sandbox, run: Run, name: str, data: bytes | str | None
) -> None:
    if data == "folder":
        (box.root / name).mkdir()
    elif isinstance(data, bytes):
        (box.root / name).write_bytes(data)
    done = run("triage", name, "audit.md", "-f", "json")
    assert done.code == 2
    assert [line.split(":")[0] for line in done.err.splitlines()] == [name]
    assert [audit["path"] for audit in done.document["audits"]][-1] == "audit.md"
    assert len(done.document["failures"]) == 1


def test_a_report_about_another_repository_matches_nothing(box: Sandbox, run: Run) -> None:
    box.write({"other.md": OTHER})
    done = run("triage", "other.md", "audit.md", "-f", "json")
    assert done.code == 2
    assert done.err == "other.md: nothing that it cites is in this repository: is it about another one?\n"
    assert [audit["matches"] for audit in done.document["audits"]] == [False, True]


def test_nothing_outside_of_the_repository_is_read(
    box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.root.parent / "secret.py").write_bytes(b"try:\n    f()\nexcept:\n    pass\n")
    (box.root / "link.py").symlink_to(box.root.parent / "secret.py")
    places = ("../secret.py", str(box.root.parent / "secret.py"), "link.py")
    text = b"".join(
        b"### BUG-00%d: Bare except\n**File:** `%s`\n**Line:** 3\n**Severity:** HIGH\n\nA bare `except:`.\n\n"
        % (n, place.encode())
        for n, place in enumerate(places, 1)
    )
    box.write({"evil.md": b"# Bugs\n\n" + text})
    opened: list[str] = []
    real = os.open

    def watched(path: object, *arguments: object, **options: object) -> int:
        opened.append(os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else "")
        return real(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", watched)
    done = run("triage", "evil.md", "-f", "json")
    assert not [path for path in opened if path.endswith(("secret.py", "link.py"))]
    assert not [f for audit in done.document["audits"] for v in audit["findings"] for f in v["findings"]]


def test_a_long_report_does_not_take_long(box: Sandbox, run: Run) -> None:
    fields = "**File:** `state.py`\n**Line:** 8\n**Severity:** LOW\n"
    block = "### BUG-{n}: Bare except\n" + fields + "\nA bare `except:`.\n\n"
    box.write({"long.md": ("# Bugs\n\n" + "".join(block.format(n=n) for n in range(1, 301))).encode()})
    began = time.monotonic()
    done = run("triage", "long.md", "-f", "json")
    assert done.code == 0
    assert len(done.document["audits"][0]["findings"]) == 300
    assert time.monotonic() - began < 20


def test_help_needs_nothing_of_weight() -> None:
    code = (
        "import sys\nfrom cli.main import main\n"
        "try:\n    main(['triage', '--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('libcst', 'markdown_it', 'jinja2', 'git', 'rich') if m in sys.modules])"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr
    assert "AUDIT" in done.stdout
