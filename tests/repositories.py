"""Real git repositories in temporary folders, for the tests that need one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

# Nothing of the machine's own configuration may decide a test.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def forget_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own configuration may decide a test that asks git in this process."""
    for name in [*os.environ]:
        if name.startswith("GIT_") or name == "SOURCE_DATE_EPOCH":
            monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, ENVIRONMENT[name])


@dataclass(frozen=True)
class Sandbox:
    """A repository at `root`; `git` runs git there."""

    root: Path

    @classmethod
    def make(cls, root: Path, files: Mapping[str, bytes] | None = None, *options: str) -> Sandbox:
        """A repository with an identity and, when files are given, one commit of them."""
        root.mkdir(parents=True)
        box = cls(root)
        box.git("init", "-q", "-b", "main", "--template=", *options)
        box.git("config", "user.name", "Ada Lovelace")
        box.git("config", "user.email", "ada@example.com")
        if files is not None:
            box.commit(files)
        return box

    def git(self, *arguments: str, feed: bytes = b"", check: bool = True) -> str:
        """What `git <arguments>` prints, without the last newline; names may hold any bytes."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, input=feed, capture_output=True, env=ENVIRONMENT
        )
        assert done.returncode == 0 or not check, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def commit(self, files: Mapping[str, bytes], message: str = "Add files") -> str:
        """Commit the files and return the commit's name."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def state(self) -> dict[str, object]:
        """All that a person would miss if it changed: index, HEAD, stash, reflog, files, refs."""
        git_dir = Path(self.git("rev-parse", "--absolute-git-dir"))
        index = git_dir / "index"
        return {
            "index": (index.read_bytes(), index.stat().st_mtime_ns) if index.exists() else None,
            "HEAD": (git_dir / "HEAD").read_bytes(),
            "reflog": self.git("reflog", "show", "HEAD", check=False),
            "stash": self.git("stash", "list"),
            "refs": self.git("for-each-ref", "--format=%(refname) %(objectname)"),
            "files": {
                path.relative_to(self.root).as_posix(): (path.lstat().st_mtime_ns, path.lstat().st_mode)
                for path in self.root.rglob("*")
                if ".git" not in path.parts
            },
            "status": self.git("--no-optional-locks", "status", "--porcelain=v2", "--branch", "-z"),
        }
