"""The same code gives the same fixes, told in the same words, whatever order a run happens to follow."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from repositories import ENVIRONMENT, Sandbox

from codemods.engine import scan
from codemods.sources import Memory

FIXTURES = Path(__file__).parent.parent / "fixtures" / "before"
FILES = {
    path.relative_to(FIXTURES).as_posix(): path.read_bytes() for path in FIXTURES.rglob("*") if path.is_file()
}
PERSON = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Ada Lovelace"), ("EMAIL", "ada@example.com"))
}


def test_which_file_is_scanned_first_decides_nothing() -> None:
    shuffled = [path for path in FILES if path.endswith(".py")]
    random.Random(7).shuffle(shuffled)
    findings = scan(Memory(FILES)).findings
    assert len(findings) > 500
    assert sorted(scan(Memory(FILES), paths=shuffled).findings, key=repr) == sorted(findings, key=repr)


def test_hashes_and_the_number_of_processes_decide_nothing(tmp_path: Path) -> None:
    origin = Sandbox.make(tmp_path / "origin", FILES)
    told, commits = [], []
    for seed in ("1", "2"):
        box = Sandbox(tmp_path / seed)
        origin.git("clone", "-q", ".", str(box.root))

        def run(*arguments: str, seed: str = seed, box: Sandbox = box) -> bytes:
            return subprocess.run(
                [sys.executable, "-m", "cli.main", *arguments, "--unsafe", "--no-cache", "-j", seed],
                cwd=box.root,
                env={**ENVIRONMENT, **PERSON, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "86400"},
                capture_output=True,
            ).stdout

        told.append(json.loads(run("preview", "--manual", "-f", "json"))["findings"])
        run("branch", "--by=file")
        commits.append(box.git("for-each-ref", "refs/heads/patchwright").splitlines())
    assert len(told[0]) > 500
    assert len(commits[0]) > 100
    assert told[0] == told[1]
    assert commits[0] == commits[1]
