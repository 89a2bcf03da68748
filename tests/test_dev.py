"""What a developer runs: the sample, the environment, and what CI calls."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parent.parent


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_sample_is_a_repository_of_the_fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = tmp_path / "sample"
    monkeypatch.setattr(dev, "SAMPLE", sample)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)  # a machine on which nobody has told git who they are
    for _ in range(2):  # the second run makes it anew
        dev.make_sample()
        (sample / "left").write_text("behind")
    assert git(sample, "rev-parse", "--show-toplevel") == str(sample.resolve())
    assert git(sample, "rev-list", "--count", "HEAD") == "1"
    assert git(sample, "status", "--short") == "?? left"
    listed = git(sample, "-c", "core.quotePath=false", "ls-files").splitlines()
    before = ROOT / "fixtures" / "before"
    files = [p.relative_to(before).as_posix() for p in before.rglob("*") if p.is_file()]
    assert sorted(listed) == sorted(f for f in files if "py312" not in f and "__pycache__" not in f)
    for name in listed:
        assert (sample / name).read_bytes() == (before / name).read_bytes()


def test_the_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(dev, "ENVIRONMENT", tmp_path / "venv")
    monkeypatch.setattr(dev, "run", lambda *command, **_: made.append(command))
    monkeypatch.setattr("venv.create", lambda folder, **_: folder.mkdir())
    dev.set_up()
    dev.set_up()
    (install,) = made
    assert {"pytest", "mypy", "ruff"} <= {str(part).partition(">")[0] for part in install}


def test_a_failure_ends_with_its_exit_code() -> None:
    with pytest.raises(SystemExit) as ended:
        dev.run("git", "no-such-verb")
    assert ended.value.code == 1


@pytest.mark.parametrize("arguments", [[], ["no-such-verb"]])
def test_help(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"python3 dev\.py demo"):
        dev.main(arguments)


def test_ci_runs_what_a_developer_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "dev.py test" in script.read_text()
