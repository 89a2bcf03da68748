"""What is written is true: the remedies' documentation, the README, CONTRIBUTING and the changelog."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import dev
from cli.main import main
from codemods.branches.messages.templates import BODY_NAMES, SUBJECT_NAMES
from codemods.branches.names import PREFIX
from codemods.config import BranchConfig, Config
from codemods.engine import repair, scan
from codemods.model import FileChange
from codemods.output.diff import unified
from codemods.remedy import Remedy, all_remedies
from codemods.sources import Memory

ROOT = Path(__file__).parent.parent
SECTIONS = ["Why", "Before", "After", "Left alone", "Applicability"]
REMEDIES = [pytest.param(remedy, id=remedy.id()) for remedy in all_remedies()]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(text: str) -> dict[str, bytes]:
    """The files of an example: one, or several that each begin with their path in a comment."""
    parts = re.split(r"^# ([\w/]+\.py)\n", text, flags=re.MULTILINE)
    if parts[0].strip():
        return {"example.py": (text.rstrip("\n") + "\n").encode()}
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {path: (body.strip("\n") + "\n").encode() for path, body in pairs}


def repaired(files: dict[str, bytes], *remedies: str) -> dict[str, bytes]:
    """The files after every fix of these remedies, safe or not; of all without any."""
    tree = Memory(files)
    result = scan(tree, remedies or None)
    outcome = repair(tree, result.findings, lambda finding: True, remedies or None)
    assert not result.failures
    assert not outcome.failures
    return {**files, **{c.path: c.after for c in outcome.changes if c.after is not None}}


# -- the remedies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("remedy", REMEDIES)
def test_sections(remedy: type[Remedy]) -> None:
    lines = remedy.documentation().split("\n")
    assert remedy.summary()
    assert lines[1] == ""
    assert [line for line in lines[1:] if line and line[0] != " "] == SECTIONS
    assert all(remedy.section(heading) for heading in SECTIONS)


@pytest.mark.parametrize("remedy", REMEDIES)
def test_before_becomes_after(remedy: type[Remedy]) -> None:
    before, after = example(remedy.section("Before")), example(remedy.section("After"))
    assert before != after
    assert repaired(before, remedy.id()) == after
    assert repaired(after, remedy.id()) == after


@pytest.mark.parametrize("remedy", REMEDIES)
def test_explain_prints_it(remedy: type[Remedy], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", remedy.id()])
    assert not ended.value.code
    assert remedy.documentation() in capfd.readouterr().out


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_has_its_rooms_and_is_listed(remedy: type[Remedy]) -> None:
    for side in ("before", "after"):
        assert any((ROOT / "fixtures" / side / remedy.id()).iterdir())
    assert f"`{remedy.id()}`" in README
    assert f"`{remedy.id()}`" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_fixtures_without_a_remedy() -> None:
    known = {remedy.id() for remedy in all_remedies()}
    assert {
        path.name for side in ("before", "after") for path in (ROOT / "fixtures" / side).iterdir()
    } == known


# -- README and CONTRIBUTING --------------------------------------------------------------------------


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands() -> Iterator[str]:
    for text in (README, CONTRIBUTING):
        for block in blocks(text, "console"):
            yield from (line[2:] for line in block.splitlines() if line.startswith("$ "))


OWN = sorted({c for c in commands() if c.startswith("patchwright")})


@pytest.mark.parametrize("command", OWN)
def test_commands_parse(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command.partition(" > ")[0], comments=True)[1:]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])  # wrong options are told before help is
    assert not ended.value.code, capfd.readouterr().err


@pytest.mark.parametrize(
    "verb", ["preview", "apply", "branch", "status", "prune", "triage", "remedies", "explain"]
)
def test_every_verb_is_shown(verb: str) -> None:
    assert any(command.split()[1:2] == [verb] for command in OWN)


def test_the_other_commands_exist() -> None:
    others = {c for c in commands() if not c.startswith("patchwright")}
    verbs = {c.split()[2] for c in others if c.startswith("python3 dev.py ")}
    assert verbs
    assert verbs <= dev.VERBS.keys()
    known = {"python3", "pipx", "uv", "git", "fixit", "pre-commit", "cd", "python", "."}
    assert {shlex.split(c)[0] for c in others} <= known


def test_settings_are_real() -> None:
    tables = [tomllib.loads(block) for block in blocks(README, "toml")]
    ours = [block for block in blocks(README, "toml") if "[tool.patchwright]" in block]
    assert ours
    for block in ours:
        config = Config.parse(block.encode())
        known = {remedy.id() for remedy in all_remedies()}
        assert {*(config.remedies or ()), *config.exclude_remedies} <= known
    assert any(t.get("tool", {}).get("fixit", {}).get("enable") == ["codemods.fixit"] for t in tables)


def test_settings_of_branches_are_told() -> None:
    (block,) = (block for block in blocks(README, "toml") if "[tool.patchwright.branch]" in block)
    keys = tomllib.loads(block)["tool"]["patchwright"]["branch"].keys()
    assert keys == {field.name for field in dataclasses.fields(BranchConfig)}
    branch = Config.parse(block.encode()).branch
    assert (branch.style, branch.prefix, branch.by) == (BranchConfig().style, PREFIX, "remedy")
    for name in {*SUBJECT_NAMES, *BODY_NAMES}:
        assert f"`{{{name}}}`" in README


def test_hooks_are_real() -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (block,) = blocks(README, "yaml")
    (repository,) = yaml.safe_load(block)["repos"]
    assert {hook["id"] for hook in repository["hooks"]} <= hooks.keys()
    for hook in hooks.values():
        with pytest.raises(SystemExit) as ended:
            main([*shlex.split(hook["entry"])[1:], "some/file.py", "--help"])
        assert not ended.value.code


def test_the_diff_in_the_readme_is_ours() -> None:
    (shown,) = blocks(README, "diff")
    before = {path: "\n".join(lines).encode() + b"\n" for path, lines in EXAMPLE.items()}
    after = repaired(before, "fixed-temp-path", "swallowed-http-exception")
    made = "".join(unified(FileChange(path, before[path], after[path])).decode() for path in sorted(before))
    assert shown == re.sub(r"^diff --git .*\n", "", made, flags=re.MULTILINE)


EXAMPLE = {
    "shop/api.py": [
        "import logging",
        "",
        "from fastapi import APIRouter, HTTPException",
        "",
        "router = APIRouter()",
        "log = logging.getLogger(__name__)",
        "",
        "",
        '@router.get("/orders/{number}")',
        "def read_order(number: str, orders: dict):",
        "    try:",
        "        order = orders[int(number)]",
        "        if order.deleted:",
        '            raise HTTPException(status_code=404, detail="no such order")',
        "        return order",
        "    except Exception as e:",
        '        log.error("cannot read order %s: %s", number, e)',
        '        raise HTTPException(status_code=500, detail="cannot read the order")',
    ],
    "shop/report.py": [
        "import os",
        "import subprocess",
        "",
        "",
        "def render(rows, width):",
        '    path = f"/tmp/report-{os.getpid()}.csv"',
        '    with open(path, "w") as out:',
        "        out.writelines(rows)",
        '    table = subprocess.run(["column", "-c", str(width), path], check=True, capture_output=True)',
        "    os.remove(path)",
        "    return table.stdout",
    ],
}


def test_the_walk_through_works(tmp_path: Path) -> None:
    """The remedy that CONTRIBUTING writes is found, repairs its fixtures and has true documentation."""
    for name in ("codemods", "cli"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml", "dev.py"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests/test_fixtures.py", tmp_path / "tests")
    shutil.copy(ROOT / "tests/test_documentation.py", tmp_path / "tests")
    written = [block.partition("\n") for block in blocks(CONTRIBUTING, "python")]
    files = {head.removeprefix("# "): body.lstrip("\n") for head, _, body in written}
    remedy = next(Path(path) for path in files if path.startswith("codemods/remedies/"))
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    chosen = f"{remedy.stem.replace('_', '-')} and not enough_cases and not rooms"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for update in ("1", ""):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", "-k", chosen]
        environment |= {"UPDATE_GOLDENS": update}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    assert re.search(r"\b[5-9]\d* passed", done.stdout), done.stdout
    after = {p.relative_to(tmp_path).as_posix() for p in (tmp_path / "fixtures/after").rglob("*.py")}
    before = {p.replace("/before/", "/after/") for p in files if "/before/" in p}
    assert after == before


# -- the version --------------------------------------------------------------------------------------


def test_the_changelog_is_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changelog, flags=re.MULTILINE)[0] == version
