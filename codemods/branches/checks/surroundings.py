"""What a command in a scratch worktree finds around it: the user's environment, but not the user's files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from codemods.repository import Repository, users_environment

_SOURCES = "src"
_PATHS = ("PATH", "PYTHONPATH")


def surroundings(repository: Repository, tree: Path) -> dict[str, str]:
    """The environment for a command in the worktree `tree`.

    Folders of the repository that variables name are those of the worktree, where it has them; what only the
    user has, as an environment in `.venv`, stays. The worktree's own modules come first on PYTHONPATH: a
    package that is installed as a link to the user's files (`pip install -e`) would hide what is checked.
    """
    environment = users_environment()
    environment.pop("OLDPWD", None)
    environment["PWD"] = str(tree)
    for name in _PATHS:
        if environment.get(name):
            parts = environment[name].split(os.pathsep)
            environment[name] = os.pathsep.join(moved(part, repository.root, tree) for part in parts)
    if home := environment.get("VIRTUAL_ENV"):
        environment["VIRTUAL_ENV"] = moved(home, repository.root, tree)
    own = [str(folder) for folder in _own(tree) if not hidden(folder)]
    inherited = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
    if own or inherited:
        environment["PYTHONPATH"] = os.pathsep.join([*own, *inherited])
    return environment


def moved(place: str, root: Path, tree: Path) -> str:
    """A folder in the repository as that of the worktree; itself where the worktree has no such folder."""
    if not Path(place).is_absolute():
        return place  # from the current directory, which is the worktree
    real = Path(os.path.realpath(place))
    if not real.is_relative_to(root):
        return place
    there = tree / real.relative_to(root)
    return str(there) if there.is_dir() else place


def _own(tree: Path) -> Iterator[Path]:
    """Where the modules of a project lie: in its root, or in `src`."""
    sources = tree / _SOURCES
    if sources.is_dir() and not (sources / "__init__.py").exists():
        yield sources
    yield tree


def hidden(folder: Path) -> list[str]:
    """The modules of the standard library that would be hidden by those in a folder, were it on PYTHONPATH.

    Where code is run from the folder it hides them too, but not from all that Python does before that.
    """
    modules = {path.stem for path in folder.glob("*.py")}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return sorted((modules | packages) & sys.stdlib_module_names)


def unreachable(tree: Path) -> Iterator[str]:
    """In a sentence each, what an editable install could hide from a check."""
    for folder in _own(tree):
        if names := hidden(folder):
            where = "the top of the repository" if folder == tree else f"{_SOURCES}/"
            yield (
                f"{where} is not on PYTHONPATH, for {', '.join(names[:3])} in it would hide the standard "
                "library's: a project that is installed as editable is checked as it is in your own folder"
            )
