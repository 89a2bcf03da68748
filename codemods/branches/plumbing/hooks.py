"""The hooks of a repository that git would have run, and that what we do with it passes by."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from codemods.repository import Repository

# What `git commit` runs.
OF_COMMITS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


def hooks_not_run(repository: Repository, names: Sequence[str] = OF_COMMITS) -> tuple[str, ...]:
    """Those of the names that are hooks here, in their order; () also when git cannot say where they are."""
    folder = _folder(repository)
    if folder is None:
        return ()
    return tuple(name for name in names if _is_program(folder / name))


def _folder(repository: Repository) -> Path | None:
    """Where the hooks are. All our calls of git name another place, as the last of the settings: not that."""
    done = repository.try_git("config", "--null", "--path", "--get-all", "core.hooksPath")
    *configured, _ = done.stdout.split(b"\0")[:-1] or [b""]
    if configured:
        return repository.root / os.fsdecode(configured[-1])
    done = repository.try_git("rev-parse", "--git-common-dir")
    if done.returncode:
        return None
    return repository.root / os.fsdecode(done.stdout.removesuffix(b"\n")) / "hooks"


def _is_program(hook: Path) -> bool:
    return hook.is_file() and os.access(hook, os.X_OK)
