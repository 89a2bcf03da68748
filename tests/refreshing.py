"""Runs of the branch runner, where a fault is the word `bug`, and its fix another word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from repositories import Sandbox

from codemods.branches import write as write_module
from codemods.branches.ledger import Record, read_ledger
from codemods.branches.model import Branch, Plan, Status
from codemods.branches.plumbing.refs import HEADS, transaction
from codemods.branches.remember import Scanned
from codemods.branches.write import write_branches
from codemods.model import FileChange, Finding, Span
from codemods.sources import Commit

FILES = {"app.py": b"one\nbug\nthree\n", "tool.py": b"bug\n", "other.py": b"fine\n"}
APP, TOOL = "patchwright/app", "patchwright/tool"


def finding(path: str, mark: str = "") -> Finding:
    return Finding(f"{path}{mark}-print", "bug", path, Span(1, 1, 1, 2), "a bug")


def fix(base: Commit, path: str, cure: bytes = b"cured") -> Plan:
    before = base.read(path)
    name = f"patchwright/{path.removesuffix('.py')}"
    message = f"Cure {path}\n\nPatchwright-Remedy: bug\nPatchwright-Version: 1\n"
    return Plan(name, message, (FileChange(path, before, before.replace(b"bug", cure)),), (finding(path),))


def plans(base: Commit, *paths: str) -> list[Plan]:
    """A plan for each file with a bug, of these or of all."""
    there = [path for path in base.paths() if path in paths or not paths]
    return [fix(base, path) for path in there if b"bug" in base.read(path)]


def scan(base: Commit) -> Scanned:
    found = frozenset(finding(path).fingerprint for path in base.paths() if b"bug" in base.read(path))
    return Scanned(frozenset({"bug"}), frozenset(base.paths()), found)


def run(box: Sandbox, *paths: str, revision: str = "HEAD", recreate: bool = False) -> dict[str, Branch]:
    base = Commit.at(box.root, revision)
    made = write_branches(
        base, plans(base, *paths), target="main", recreate=recreate, scanned=None if paths else scan(base)
    )
    return {branch.name: branch for branch in made}


def statuses(branches: Mapping[str, Branch]) -> dict[str, str]:
    return {name.removeprefix("patchwright/"): branch.status.value for name, branch in branches.items()}


def status_of(box: Sandbox, name: str = APP, **options: bool) -> tuple[Status, str]:
    """What a run says of one branch."""
    branch = run(box, **options)[name]  # type: ignore[arg-type]
    return branch.status, branch.reason or ""


def record(box: Sandbox, name: str = APP) -> Record:
    return read_ledger(Commit.at(box.root).repository).records[name]


def tip(box: Sandbox, name: str = APP) -> str:
    return box.git("rev-parse", "--verify", "--quiet", HEADS + name, check=False)


def content(box: Sandbox, name: str, path: str) -> str:
    return box.git("show", f"{name}:{path}")


def commits_on_top(box: Sandbox) -> None:
    box.git("switch", "-q", APP)
    box.commit({"app.py": b"mine\n"}, "Do it better")
    box.git("switch", "-q", "main")


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int = 1) -> None:
    """Do something between the look at the repository and the moves."""
    left = [times]

    def interrupted(*arguments: object) -> str | None:
        if left[0]:
            left[0] -= 1
            act()
        return transaction(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write_module, "transaction", interrupted)
