#!/usr/bin/env python3
"""What a developer runs. Needs Python 3.11 or newer, git, and nothing else.

    python3 dev.py demo       show the tool at work on a sample repository made from the fixtures
    python3 dev.py test       format, lint, types and tests: what must pass before a change goes in
    python3 dev.py lint       the same without the tests
    python3 dev.py goldens    write the expected results of the fixtures anew; then read the difference
    python3 dev.py bench      run all benchmarks; `bench NAME …` runs benchmarks/NAME.py

What else follows `test` or `goldens` goes on to pytest. The first run makes an environment in .venv; it
is made again when pyproject.toml has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SAMPLE = ROOT / "sample"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a command, shown first; end with its exit code when it fails."""
    print("$", *(Path(part).name if isinstance(part, Path) else part for part in command), flush=True)
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def set_up() -> None:
    """Make .venv with the project and its tools in it, unless it is there and up to date."""
    import tomllib  # not at the top: an older Python should get as far as our message
    import venv

    settings = (ROOT / "pyproject.toml").read_bytes()
    stamp = ENVIRONMENT / "made-for"
    state = hashlib.sha256(settings + sys.version.encode() + str(ROOT).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == state:
        return
    print("making .venv (this takes a minute, and only once)", flush=True)
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        raise SystemExit(
            "this Python cannot make environments: install python3-venv (Debian, Ubuntu)"
        ) from None
    tools = tomllib.loads(settings.decode())["dependency-groups"]["dev"]
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(PYTHON, "-m", "pip", "install", *quiet, "--editable", ".", *tools)
    stamp.write_text(state)


def lint() -> None:
    run(PYTHON, "-m", "ruff", "check")
    run(PYTHON, "-m", "ruff", "format", "--check")
    run(PYTHON, "-m", "mypy")


def test(*arguments: str) -> None:
    lint()
    run(PYTHON, "-m", "pytest", "-q", "--numprocesses=auto", *arguments)


def goldens(*arguments: str) -> None:
    run(PYTHON, "-m", "pytest", "-q", "tests/test_fixtures.py::test_case", *arguments, UPDATE_GOLDENS="1")
    run("git", "status", "--short", "fixtures")


def bench(name: str = "", *arguments: str) -> None:
    every = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    for one in [name] if name else every:
        run(PYTHON, "-m", f"benchmarks.{one}", *arguments)


def demo() -> None:
    """Preview and branch, on a repository that holds every fixture of every remedy."""
    make_sample()
    tool = BIN / "patchwright"
    run(tool, "preview", cwd=SAMPLE)
    run(tool, "branch", cwd=SAMPLE)
    run("git", "branch", "--verbose", cwd=SAMPLE)
    run("git", "--no-pager", "log", "--oneline", "--graph", "--all", "--shortstat", cwd=SAMPLE)
    print("\nThe sample stays in ./sample: cd there, and try `../.venv/bin/patchwright --help`.")


def make_sample() -> None:
    """A repository of its own, whatever the machine's git is set to."""
    if SAMPLE.exists():
        shutil.rmtree(SAMPLE)
    shutil.copytree(ROOT / "fixtures" / "before", SAMPLE, ignore=shutil.ignore_patterns("*py312*"))
    run("git", "init", "--quiet", "--initial-branch=main", cwd=SAMPLE)
    own = {"user.name": "Sample", "user.email": "sample@example.invalid", "core.hooksPath": os.devnull}
    for name, value in {**own, "core.autocrlf": "false", "commit.gpgSign": "false"}.items():
        subprocess.run(["git", "config", name, value], cwd=SAMPLE, check=True)
    run("git", "add", "--all", cwd=SAMPLE)
    run("git", "commit", "--quiet", "--message", "Start from the fixtures", cwd=SAMPLE)


VERBS = {"demo": demo, "test": test, "lint": lint, "goldens": goldens, "bench": bench}


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in VERBS:
        raise SystemExit(__doc__)
    set_up()
    VERBS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        raise SystemExit("dev.py needs Python 3.11 or newer; this is " + sys.version.split()[0])
    main(sys.argv[1:])
