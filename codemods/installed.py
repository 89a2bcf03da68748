"""The source of installed packages, as files that are read and never run, changed or searched for faults.

Paths begin with the name of the folder that the packages are in: `site-packages/requests/api.py`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from codemods.definitions import Definition
from codemods.distributions import Distribution, Distributions
from codemods.environment import Environment
from codemods.project import Project
from codemods.sources import environment_of
from codemods.stdlib import is_standard
from codemods.store import Store, engine

_LONGEST = 2_000_000  # bytes; what is longer was made by a machine
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = ("{0}/__init__.py", "{0}.py", "{0}/__init__.pyi", "{0}.pyi")


@dataclass(frozen=True)
class InstalledTree:
    """The files of an environment. They are looked for one by one; nothing lists them."""

    environment: Environment

    @cached_property
    def roots(self) -> dict[str, Path]:
        """The folders by the name they have in paths."""
        named: dict[str, Path] = {}
        for root in self.environment.roots:
            name, number = root.name, 1
            while name in named:
                number += 1
                name = f"{root.name}-{number}"
            named[name] = root
        return named

    def paths(self) -> Sequence[str]:
        return ()

    def read(self, path: str) -> bytes:
        """The file's bytes. Raises OSError, also for a file that is too long."""
        with os.fdopen(os.open(self._locate(path), _OPEN), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST:
                raise OSError(27, "not a file of source code", path)
            return file.read()

    def exists(self, path: str) -> bool:
        try:
            return self._locate(path).is_file()
        except (OSError, ValueError):
            return False

    def _locate(self, path: str) -> Path:
        root, *parts = path.split("/")
        if root not in self.roots or {"", ".", ".."} & set(parts):
            raise FileNotFoundError(2, "no such file among the installed packages", path)
        return self.roots[root].joinpath(*parts)


class Installed(Project):
    """The installed packages of an environment, seen together. Ask `installed_in(environment)`."""

    def __init__(self, environment: Environment) -> None:
        self._files = InstalledTree(environment)
        super().__init__(self._files)
        self.environment = environment
        self.distributions = Distributions(self._files.roots)
        self._store = Store(environment.cache)
        self._remembered: dict[str, dict[str, Any]] = {}
        self._public: dict[str, str] = {}
        self._pins: dict[str, str | None] = {}

    def path_of(self, dotted: str, importer: str) -> str | None:
        """The file that `import dotted` means; its stub (`.pyi`) where there is no source."""
        key = dotted, importer.rpartition("/")[0]
        if key not in self._found:
            self._found[key] = self._search_roots(*key)
        return self._found[key]

    def _search_roots(self, dotted: str, importing_folder: str) -> str | None:
        bare = dotted.lstrip(".")
        if level := len(dotted) - len(bare):
            folder = PurePosixPath(importing_folder)
            for _ in range(level - 1):
                folder = folder.parent
            return self._in_folder(str(folder), bare)
        if not bare or is_standard(bare):
            return None
        top, _, rest = bare.partition(".")
        stubs = f"{top}-stubs.{rest}" if rest else f"{top}-stubs"
        for name in (bare, stubs):
            for root in self._files.roots:
                if found := self._in_folder(root, name):
                    return found
        return None

    def _in_folder(self, folder: str, dotted: str) -> str | None:
        parts = dotted.split(".") if dotted else []
        if not all(part.removesuffix("-stubs").isidentifier() for part in parts):
            return None
        base = "/".join([folder, *parts])
        candidates = (kind.format(base) for kind in (_KINDS if parts else _KINDS[::2]))
        return next((path for path in candidates if self._files.exists(path)), None)

    def type_name(self, definition: Definition) -> str:
        """The shortest dotted name that the packages themselves have for a class or function.

        `requests.HTTPError` for the class in `requests/exceptions.py`, which `requests` exports too.
        """
        own = super().type_name(definition)
        if own not in self._public:
            self._public[own] = self._public_name(definition)
        return self._public[own]

    def _public_name(self, definition: Definition) -> str:
        holder = self.dotted(definition.module.path)
        name = definition.module.qualified_name(definition.node)
        parts = holder.split(".")
        for cut in range(1, len(parts)):
            shorter = ".".join([*parts[:cut], name])
            found = self.find(shorter, "")
            if found and found.node is definition.node:
                return shorter
        return f"{holder}.{name}"

    @staticmethod
    def dotted(path: str) -> str:
        """The name that a file is imported under."""
        inner = path.partition("/")[2].removesuffix(".pyi").removesuffix(".py").removesuffix("/__init__")
        top, _, rest = inner.partition("/")
        return "/".join([top.removesuffix("-stubs"), *([rest] if rest else [])]).replace("/", ".")

    def owner_of(self, dotted: str) -> Distribution | None:
        """The distribution that a dotted name comes from; None when several could be meant, or none."""
        parts = dotted.split(".")
        lengths = range(1, len(parts) + 1)
        owners = (self.distributions.of("/".join(parts[:length])) for length in lengths)
        owner = next(filter(None, owners), None)
        paths = (self.path_of(".".join(parts[:length]), "") for length in reversed(lengths))
        path = next(filter(None, paths), None)
        return owner if owner and (path is None or self._may_hold(owner, path)) else None

    def _may_hold(self, owner: Distribution, path: str) -> bool:
        """Whether a file may be one of a distribution; not when another has a folder of that name too."""
        root, _, inner = path.partition("/")
        is_listed = self._files.roots[root] == owner.info.parent and inner in owner.files
        return is_listed or not owner.is_pinned

    def label(self, dotted: str) -> str:
        """Where what is known of a dotted name comes from: `as installed (requests 2.32.3)`."""
        owner = self.owner_of(dotted)
        return f"as installed ({owner.label if owner else dotted.partition('.')[0]})"

    @cached_property
    def state(self) -> str | None:
        """What changes with anything in the folders of the environment; None when that is not known."""
        return self.distributions.state()

    def remembered(self, question: str, dotted: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer to a question about a dotted name, which `make` finds: a JSON object.

        It is kept on disk for as long as the distribution, all that it requires, and our own code stay
        what they are.
        """
        key = f"{question} {dotted}"
        if key not in self._remembered:
            shelf = self._shelf(dotted)
            self._remembered[key] = self._store.kept(shelf, key, make) if shelf else make()
        return self._remembered[key]

    def _shelf(self, dotted: str) -> str | None:
        owner = self.owner_of(dotted)
        if owner is None or self.environment.cache is None:
            return None
        if owner.name not in self._pins:
            self._pins[owner.name] = self.distributions.digest(owner)
        digest = self._pins[owner.name]
        version = "".join(c if c.isalnum() or c in "._+" else "_" for c in f"{owner.name}-{owner.version}")
        return f"{version}-{engine()}-{digest[:16]}" if digest else None


def cache_of(project: Project) -> Path | None:
    """The folder for what was found out about a project's code; None: it is not kept."""
    environment = environment_of(project.tree)
    return environment.cache if environment else None


@lru_cache(maxsize=4)
def installed_in(environment: Environment) -> Installed:
    """The packages of an environment, one index for each process."""
    return Installed(environment)


def abroad(project: Project) -> Installed | None:
    """The packages that a project's code runs with; None when nobody said where they are."""
    environment = environment_of(project.tree)
    return installed_in(environment) if environment and environment.roots else None
