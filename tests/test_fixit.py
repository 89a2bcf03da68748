"""The remedies as rules of Fixit, by its own command line in a project of a user."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from fixit.config import collect_rules
from fixit.engine import LintRunner
from fixit.ftypes import Config, QualifiedRule
from fixit.rule import LintRule
from pyflakes.api import check
from pyflakes.reporter import Reporter

from codemods.engine import repair, scan
from codemods.fixit import rule_for
from codemods.model import Applicability, Finding
from codemods.remedy import all_remedies
from codemods.sources import WorkingDirectory

REPOSITORY = Path(__file__).parent.parent
REMEDIES = ("bare-except", "fixed-temp-path", "generator-session", "swallowed-http-exception")
CHOSEN = [remedy for remedy in all_remedies() if remedy.id() in REMEDIES]
RULES = ", ".join(f'"codemods.fixit:{remedy.__name__}"' for remedy in CHOSEN)
SETTINGS = f'[tool.fixit]\nroot = true\nenable = [{RULES}]\ndisable = ["fixit.rules"]\n'

# Three remedies meet in one function; one of them needs an import.
MEETING = b"""\
from fastapi import HTTPException


def export(rows, convert):
    try:
        if not rows:
            raise HTTPException(404)
        path = "/tmp/rows.csv"
        with open(path, "w") as out:
            out.write(rows)
        with open(path) as written:
            text = written.read()
        os.remove(path)
        try:
            number = convert(text)
        except:
            number = 0
        return number
    except Exception as error:
        raise HTTPException(500) from error
"""
SILENCED = b"""\
from fastapi import HTTPException


def first(rows):
    try:
        return int(rows)
    except:  # noqa: E722
        return 0


def second(rows):
    try:
        return int(rows)
    # lint-ignore: BareExcept
    except:
        return 0


def third(rows):
    try:
        return int(rows)
    except:  # lint-ignore
        return 0


def fourth(rows):
    try:
        if not rows:
            raise HTTPException(404)
        return int(rows)
    except Exception as error:  # lint-ignore: SwallowedHttpException
        raise HTTPException(500) from error
"""


def fixit(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "fixit", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=environment)


def is_made_by_fixit(finding: Finding) -> bool:
    fix = finding.fix
    return bool(fix) and finding.applicability is Applicability.SAFE and fix.paths == (finding.path,)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def files_of(project: Path) -> dict[str, bytes]:
    return {p.relative_to(project).as_posix(): p.read_bytes() for p in project.rglob("*.py")}


def test_what_fixit_fixes_is_what_we_apply(project: Path) -> None:
    (project / "meeting.py").write_bytes(MEETING)
    for case in ("flask_abort.py", "cleanup_then_raise.py", "through_an_inner_try.py", "below_500.py"):
        shutil.copy(REPOSITORY / "fixtures/before/swallowed-http-exception" / case, project)
    for case in ("concatenated.py", "latin1_form_feed.py", "no_final_newline.py"):
        shutil.copy(REPOSITORY / "fixtures/before/fixed-temp-path" / case, project)
    tree = WorkingDirectory.at(project)
    changes = repair(tree, scan(tree, REMEDIES).findings, is_made_by_fixit, REMEDIES).changes
    expected = {**files_of(project), **{c.path: c.after for c in changes}}

    for _ in range(4):
        before = files_of(project)
        done = fixit(project, "fix", "--automatic", ".")
        assert "EXCEPTION" not in done.stdout + done.stderr
        if files_of(project) == before:
            break
    assert files_of(project) == expected
    assert "has autofix" not in done.stdout
    assert "--unsafe` fixes it" in done.stdout, "what a person must decide is still reported"


def test_lint_reports_what_we_find(project: Path) -> None:
    shutil.copy(REPOSITORY / "fixtures/before/swallowed-http-exception/cleanup_then_raise.py", project)
    shutil.copy(REPOSITORY / "fixtures/before/swallowed-http-exception/below_500.py", project)
    done = fixit(project, "lint", ".")
    assert done.returncode == 1
    findings = scan(WorkingDirectory.at(project), REMEDIES).findings
    for finding in findings:
        place = f"{finding.path}@{finding.span.line}:{finding.span.column - 1} "
        (line,) = [line for line in done.stdout.splitlines() if line.startswith(place)]
        assert finding.message in line
        assert ("(has autofix)" in line) == is_made_by_fixit(finding)
    assert "`patchwright apply --remedy swallowed-http-exception --unsafe` fixes it" in done.stdout
    assert len(done.stdout.splitlines()) == len(findings) >= 4


def test_comments_silence_both(project: Path) -> None:
    loud = SILENCED.replace(b"E722", b"E501").replace(b"lint-ignore: BareExcept", b"lint-ignore: Other")
    (project / "silenced.py").write_bytes(SILENCED)
    (project / "loud.py").write_bytes(loud)
    found = scan(WorkingDirectory.at(project), REMEDIES).findings
    assert [(f.path, f.remedy) for f in found] == [("loud.py", "bare-except")] * 2
    said = fixit(project, "lint", ".").stdout.splitlines()
    assert len(said) == 2
    assert all(line.startswith("loud.py@") and "BareExcept" in line for line in said)


def test_a_fix_in_several_files_is_left_to_us(project: Path) -> None:
    shutil.copytree(REPOSITORY / "fixtures/before/generator-session/closed_in_finally", project / "app")
    before = files_of(project)
    found = [
        f for f in scan(WorkingDirectory.at(project), REMEDIES).findings if f.fix and len(f.fix.paths) > 1
    ]
    assert found
    done = fixit(project, "fix", "--automatic", ".")
    assert files_of(project) == before
    assert done.stdout.count("`patchwright apply --remedy generator-session` fixes it") == len(found)


def test_each_remedy_is_one_rule() -> None:
    config = Config(enable=[QualifiedRule("codemods.fixit")], disable=[])
    rules = collect_rules(config)
    assert sorted(r.name for r in rules) == sorted(r.__name__ for r in all_remedies())
    assert all(
        rule.__doc__ == remedy.documentation()
        for rule in rules
        for remedy in all_remedies()
        if rule.name == remedy.__name__
    )


def one_pass(path: Path, rules: list[LintRule]) -> bool:
    """Whether the rules, asked in this order, changed the file."""
    before = path.read_bytes()
    runner = LintRunner(path, before)
    violations = list(runner.collect_violations(rules, Config(path=path, root=path.parent)))
    path.write_bytes(runner.apply_replacements(violations).bytes)
    return path.read_bytes() != before


def test_every_pass_leaves_whole_code_in_whatever_order(project: Path) -> None:
    path = project / "meeting.py"
    results = set()
    for order in permutations(r for r in CHOSEN if r.id() != "generator-session"):
        path.write_bytes(MEETING)
        for _ in range(6):
            changed = one_pass(path, [rule_for(remedy)() for remedy in order])
            complaints = io.StringIO()
            check(path.read_text(), "meeting.py", Reporter(complaints, complaints))
            assert not complaints.getvalue()
            if not changed:
                break
        assert not changed
        results.add(path.read_bytes())
    assert len(results) == 1
    (result,) = results
    assert all(
        part in result for part in (b"import tempfile", b"except HTTPException:", b"except Exception:")
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda source: source.replace(b"\n", b"\r\n"),
        lambda source: source.replace(b"    ", b"\t"),
        lambda source: source.rstrip(b"\n"),
        lambda source: b"\xef\xbb\xbf" + source,
        lambda source: b"# -*- coding: latin-1 -*-\n# \xfc\n" + source,
        lambda source: source + b"    # the last word\n",
        lambda source: source.replace(b"def", b"\x0c\ndef"),
    ],
    ids=["crlf", "tabs", "no final newline", "byte order mark", "latin-1", "footer", "form feed"],
)
def test_bytes_around_a_fix_stay(project: Path, change: object) -> None:
    source = change(SILENCED.replace(b"  # lint-ignore: SwallowedHttpException", b""))  # type: ignore[operator]
    path = project / "a.py"
    path.write_bytes(source)
    tree = WorkingDirectory.at(project)
    (changed,) = repair(tree, scan(tree, REMEDIES).findings, is_made_by_fixit, REMEDIES).changes
    (remedy,) = [r for r in all_remedies() if r.id() == "swallowed-http-exception"]
    assert one_pass(path, [rule_for(remedy)()])
    assert path.read_bytes() == changed.after
