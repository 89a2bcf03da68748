"""Which distribution an installed file belongs to, and what pins the code that it can call.

Read from the `*.dist-info` folders that installers leave beside the packages; of older kinds of
installation (`*.egg-info`) only name and version are known.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_MOST = 10_000  # folders that are looked into for changes
_REQUIREMENT = re.compile(rb"(?m)^Requires-Dist:[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)")
_INFO = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)(?:-py[\d.]+)?\.(?P<kind>dist|egg)-info")


@dataclass(frozen=True)
class Distribution:
    """One installed distribution, by the folder that describes it."""

    name: str
    version: str
    info: Path

    @property
    def label(self) -> str:
        """What a person calls it: `requests 2.32.3`."""
        return f"{self.name} {self.version}"

    @cached_property
    def record(self) -> bytes:
        """The list of its files with their hashes; empty when the installer left none."""
        return _read(self.info / "RECORD")

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of its files, as far as the installer left them."""
        return frozenset(_decoded(line.partition(b",")[0]) for line in self.record.splitlines())

    @cached_property
    def tops(self) -> frozenset[str]:
        """The names at the top of its files: modules, packages and stubs."""
        if self.record:
            names = {path.partition("/")[0] for path in self.files}
        else:
            names = set(_decoded(_read(self.info / "top_level.txt")).split())
        return frozenset(name.partition(".")[0] for name in names)

    @cached_property
    def requirements(self) -> frozenset[str]:
        """The names of what it may import of other distributions, extras included."""
        found = _REQUIREMENT.findall(_read(self.info / "METADATA"))
        return frozenset(_normal(_decoded(name)) for name in found)

    @cached_property
    def is_pinned(self) -> bool:
        """Whether its files stay what they are as long as the version does: not so of editable installs."""
        return bool(self.record) and b'"editable": true' not in _read(self.info / "direct_url.json")


class Distributions:
    """The distributions in some folders of packages; where one is there twice, the first counts."""

    def __init__(self, sites: Mapping[str, Path]) -> None:
        self._sites = sites

    @cached_property
    def _by_name(self) -> dict[str, Distribution]:
        found: dict[str, Distribution] = {}
        for site in self._sites.values():
            for distribution in _in_site(site):
                found.setdefault(_normal(distribution.name), distribution)
        return found

    @cached_property
    def _by_top(self) -> dict[str, list[Distribution]]:
        found: dict[str, list[Distribution]] = {}
        for distribution in self._by_name.values():
            for top in distribution.tops:
                found.setdefault(top, []).append(distribution)
        return found

    def has_top(self, name: str) -> bool:
        """Whether a module or package of that name is installed."""
        return name in self._by_top

    def of(self, path: str) -> Distribution | None:
        """The one that a file below one of the folders (`requests/api.py`) belongs to, or a module."""
        candidates = self._by_top.get(path.partition("/")[0].removesuffix(".py"), [])
        if len(candidates) > 1:  # a namespace, which several share
            wanted = path.encode()
            starts = (wanted + b",", wanted + b"/", wanted + b".")
            candidates = [
                c for c in candidates if any(line.startswith(starts) for line in c.record.splitlines())
            ]
        return candidates[0] if len(candidates) == 1 else None

    def digest(self, distribution: Distribution) -> str | None:
        """What changes with the code of the distribution or of one that it requires, also indirectly.

        None when nothing tells: one of them may change without a trace.
        """
        closure: dict[str, Distribution] = {}
        waiting = [_normal(distribution.name)]
        while waiting:
            name = waiting.pop()
            if name not in closure and (found := self._by_name.get(name)):
                closure[name] = found
                waiting += found.requirements
        return _digest(closure) if all(found.is_pinned for found in closure.values()) else None

    def state(self) -> str | None:
        """What changes with anything in the folders: of what no installer has pinned, by sizes and times.

        None when there is too much of that.
        """
        pinned = {name: found for name, found in self._by_name.items() if found.is_pinned}
        total = hashlib.sha256(_digest(pinned).encode())
        for name, site in self._sites.items():
            total.update(f"{name}\0{site}\0".encode(errors="surrogateescape"))
            for number, file in enumerate(_sources(site, self._pinned_tops(site))):
                if number == _MOST:
                    return None
                total.update(file.encode(errors="surrogateescape"))
        return total.hexdigest()

    def _pinned_tops(self, site: Path) -> set[str]:
        """What at the top of a folder belongs to pinned distributions alone, as namespaces do not."""
        here = [found for found in self._by_name.values() if found.info.parent == site]
        tops = {top for found in here if found.is_pinned for top in found.tops}
        tops -= {top for found in here if not found.is_pinned for top in found.tops}
        return {top for top in tops if not (site / top).is_dir() or _is_package(site / top)}


def _digest(distributions: Mapping[str, Distribution]) -> str:
    total = hashlib.sha256()
    for name in sorted(distributions):
        total.update(f"{name}\0{distributions[name].version}\0".encode())
        total.update(hashlib.sha256(distributions[name].record).digest())
    return total.hexdigest()


def _is_package(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("__init__.py", "__init__.pyi"))


def _in_site(site: Path) -> Iterator[Distribution]:
    for info in sorted([*site.glob("*.dist-info"), *site.glob("*.egg-info")]):
        match = _INFO.fullmatch(info.name)
        if match and info.is_dir():
            yield Distribution(match["name"], match["version"], info)


def _normal(name: str) -> str:
    """Names of distributions as they are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _decoded(data: bytes) -> str:
    return data.decode(errors="replace")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _sources(site: Path, without: Collection[str]) -> Iterator[str]:
    """The folders with sources in a folder of packages, without these at its top: a line that tells of each.

    Links are followed, as imports do: there may be no end to it. Environments inside are not looked into.
    """
    for folder, folders, names in os.walk(site, followlinks=True):
        skipped = {"node_modules", "__pycache__", *(without if folder == str(site) else ())}
        folders[:] = sorted(name for name in folders if name not in skipped and not name.startswith("."))
        sources = [name for name in sorted(names) if name.endswith((".py", ".pyi"))]
        told = (_told(Path(folder, name)) for name in sources if name.partition(".")[0] not in skipped)
        yield "\0".join([folder, *told])
        if "pyvenv.cfg" in names:
            folders.clear()


def _told(file: Path) -> str:
    try:
        status = file.stat()
    except OSError:  # a link that leads nowhere
        return file.name
    return f"{file.name} {status.st_size} {status.st_mtime_ns}"
