"""From options and configuration to what a verb works on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pathspec import GitIgnoreSpec

from cli.options import Choice, Packages, Refusal
from codemods.config import BranchConfig, Config, nearest
from codemods.engine import Progress, scan
from codemods.environment import Environment, find_environment, user_cache
from codemods.model import Applicability, Finding, ScanResult
from codemods.partial import fetch_missing
from codemods.remedy import all_remedies
from codemods.repository import find_repository
from codemods.sources import Commit, WorkingDirectory

_SETTINGS = "pyproject.toml"
_NO_PACKAGES = "none"


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read, and which fixes are wanted."""

    root: Path
    tree: WorkingDirectory | Commit
    paths: tuple[str, ...]
    remedies: tuple[str, ...]
    unsafe: bool
    jobs: int
    size_limit: int  # bytes
    branch: BranchConfig = field(default_factory=BranchConfig)

    @property
    def rev(self) -> str | None:
        """The commit that is read; None for the working directory."""
        return self.tree.sha if isinstance(self.tree, Commit) else None

    @property
    def fixing(self) -> tuple[str, ...]:
        """The remedies that may have fixes of the wanted kind."""
        able = {r.id() for r in all_remedies() if self.unsafe or not r.is_always_unsafe}
        return tuple(remedy for remedy in self.remedies if remedy in able)

    def scan(self, progress: Progress | None = None) -> ScanResult:
        return scan(
            self.tree,
            self.remedies,
            paths=self.paths,
            workers=self.jobs,
            size_limit=self.size_limit,
            progress=progress,
        )

    def wants(self, finding: Finding) -> bool:
        """Whether the finding's fix is one to make: in a selected file, and as safe as was asked."""
        enough = (Applicability.SAFE, Applicability.UNSAFE) if self.unsafe else (Applicability.SAFE,)
        return finding.applicability in enough and finding.path in self.paths


def select(choice: Choice, rev: str | None = None) -> Selection:
    """What the options mean in the current directory. Raises Refusal, BadConfig or GitFailure."""
    tree = tree_at(place_of(choice.paths), rev, choice.packages)
    root = root_of(tree)
    config = _config(root, tree)
    paths = _selected(root, tree, choice.paths, config.exclude)
    if isinstance(tree, Commit):
        fetch_missing(tree, paths)
    return Selection(
        root=root,
        tree=tree,
        paths=paths,
        remedies=_remedies(choice, config),
        unsafe=config.unsafe if choice.unsafe is None else choice.unsafe,
        jobs=choice.jobs or _processors(),
        size_limit=config.max_file_size,
        branch=config.branch,
    )


def tree_at(place: Path, rev: str | None, packages: Packages) -> WorkingDirectory | Commit:
    """What is read there, with the packages it runs with. Raises NoEnvironment or GitFailure."""
    tree = WorkingDirectory.at(place) if rev is None else Commit.at(place, rev)
    cache = user_cache(os.environ) if packages.cached else None
    if packages.python == _NO_PACKAGES:
        found = None
    else:
        found = find_environment(packages.python, root_of(tree), os.environ, cache)
    return replace(tree, environment=found or Environment((), cache))


def root_of(tree: WorkingDirectory | Commit) -> Path:
    """The folder that paths in the tree start from."""
    return tree.root if isinstance(tree, WorkingDirectory) else tree.repository.root


def known_remedy(word: str) -> str:
    """The word, when it is the id of a remedy. Raises Refusal, which names the nearest one."""
    known = [remedy.id() for remedy in all_remedies()]
    if word not in known:
        raise Refusal(f"unknown remedy {word!r}: {nearest(word, known)}")
    return word


def place_of(paths: Sequence[Path]) -> Path:
    """Where to start from: the current directory, or outside of a repository the first path."""
    here = Path.cwd()
    if not paths or find_repository(here):
        return here
    first = Path(os.path.realpath(paths[0]))
    inside = first.is_relative_to(here) and not find_repository(first)
    return here if inside or not first.exists() else first


def _config(root: Path, tree: WorkingDirectory | Commit) -> Config:
    """The project's settings: from disk, so that they count before they are committed."""
    try:
        return Config.parse((root / _SETTINGS).read_bytes())
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Refusal(f"{_SETTINGS}: {error.strerror}") from None
    try:
        return Config.parse(tree.read(_SETTINGS))  # a bare repository has it in the commit only
    except OSError:
        return Config()


def _remedies(choice: Choice, config: Config) -> tuple[str, ...]:
    """The ids of the remedies to use, in order. What the command line names, it means."""
    everything = tuple(remedy.id() for remedy in all_remedies())
    configured = everything if config.remedies is None else config.remedies
    named = choice.remedies or configured
    excluded = (*choice.exclude_remedies, *(() if choice.remedies else config.exclude_remedies))
    wanted = {known_remedy(word) for word in named} - {known_remedy(word) for word in excluded}
    if not wanted:
        raise Refusal("no remedy is left: none is chosen, or all that are chosen are excluded")
    return tuple(remedy for remedy in everything if remedy in wanted)


def _selected(
    root: Path, tree: WorkingDirectory | Commit, chosen: Sequence[Path], exclude: Iterable[str]
) -> tuple[str, ...]:
    paths = tree.paths()
    if chosen:
        places = [inside(root, path) for path in chosen]
        for path, place in zip(chosen, places, strict=True):
            if submodule := _submodule(tree, place):
                raise Refusal(f"{path}: {submodule} is a submodule, a repository of its own: work in there")
            if not _exists(tree, place):
                raise Refusal(f"{path}: no such file or folder")
        paths = [p for p in paths if any(place in ("", p) or p.startswith(f"{place}/") for place in places)]
    try:
        excluded = GitIgnoreSpec.from_lines(exclude)
    except ValueError as error:
        raise Refusal(f"{_SETTINGS}: tool.patchwright.exclude: {error}") from None
    return tuple(path for path in paths if not excluded.match_file(path))


def inside(root: Path, path: Path) -> str:
    """A path as the tree names it; '' for the root. Raises Refusal when it is outside."""
    place = Path(os.path.realpath(path))
    if not place.is_relative_to(root):
        raise Refusal(f"{path}: outside of {root}, where we are at work")
    relative = place.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _submodule(tree: WorkingDirectory | Commit, place: str) -> str | None:
    """The submodule of a commit that a path is, or is in."""
    entries = tree.entries() if isinstance(tree, Commit) else {}
    parts = place.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next((path for path in above if path in entries and entries[path].mode == "160000"), None)


def _exists(tree: WorkingDirectory | Commit, place: str) -> bool:
    if isinstance(tree, WorkingDirectory):
        return os.path.lexists(tree.root / place)
    return tree.repository.try_git("cat-file", "-e", f"{tree.sha}:{place}").returncode == 0


def _processors() -> int:
    """How many processors we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
