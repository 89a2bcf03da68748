"""Where the packages are that a project runs with: found by the layout of folders, nothing is run.

What is here reads names of folders, `pyvenv.cfg`, `*.pth` and `direct_url.json`. The interpreter of the
environment is never started, and lines of `*.pth` files that hold code are passed over.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

_IN_REPOSITORY = (".venv", "venv")
_BINARIES = {"bin", "scripts"}
_PLACES = (
    "lib/python*/site-packages",
    "lib64/python*/site-packages",
    "Lib/site-packages",
    "lib/pypy*/site-packages",
    "local/lib/python*/dist-packages",
    "lib/python*/dist-packages",
)
_VERSION = re.compile(r"(\d+)\.(\d+)")
_SITE = re.compile(r"(?:site|dist)-packages")
_SMALL = 64_000  # bytes; a longer .pth file or direct_url.json is none


class NoEnvironment(Exception):
    """No packages are where they were said to be; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The folders that absolute imports are looked up in, in their order; all of them exist.

    Without any, no packages are read. `cache` is the folder for what was found out about the packages and
    the code that runs with them; None: it is not kept.
    """

    roots: tuple[Path, ...]
    cache: Path | None = None

    @classmethod
    def at(cls, place: Path, cache: Path | None = None) -> Environment:
        """That of an interpreter, of the folder of an environment, or of a folder of packages.

        Raises NoEnvironment.
        """
        for prefix, version in _prefixes(place):
            sites = [prefix] if _SITE.fullmatch(prefix.name) else _sites(prefix, version)
            if sites:
                return cls(_with_editable(sites), cache)
        hint = "give the folder of a virtual environment, or the path of its python"
        raise NoEnvironment(f"{place}: no installed packages there; {hint}")


def find_environment(
    asked: str | None, root: Path, variables: Mapping[str, str], cache: Path | None = None
) -> Environment | None:
    """The environment that was asked for, else the active one, else one in the folder `root`.

    Raises NoEnvironment when there is nothing where it was asked for.
    """
    if asked is not None:
        found = Path(asked)
        if not found.exists() and found.name == asked and (on_path := shutil.which(asked)):
            found = Path(on_path)
        return Environment.at(found, cache)
    # The one that is active in a hook of pre-commit is ours, not that of the code.
    active = None if variables.get("PRE_COMMIT") else variables.get("VIRTUAL_ENV")
    for place in (*([Path(active)] if active else []), *(root / name for name in _IN_REPOSITORY)):
        if (place / "pyvenv.cfg").is_file():
            try:
                return Environment.at(place, cache)
            except NoEnvironment:
                continue
    return None


def user_cache(variables: Mapping[str, str]) -> Path | None:
    """The user's folder for what may be thrown away, as the XDG base directory specification has it.

    None when the variables of the process do not tell.
    """
    home = variables.get("HOME")
    named = (variables.get("XDG_CACHE_HOME"), variables.get("LOCALAPPDATA"), f"{home}/.cache" if home else "")
    places = (Path(name) for name in named if name)
    base = next((place for place in places if place.is_absolute()), None)
    return base / "patchwright" if base else None


# -- from a place to folders of packages --------------------------------------------------------------


def _prefixes(place: Path) -> Iterator[tuple[Path, str | None]]:
    """The folders that the place may mean, each with the version of Python if its name tells.

    An interpreter is taken where it stands before it is taken where its link leads: that of a virtual
    environment is a link to the one it was made with.
    """
    if place.is_dir():
        yield place.absolute(), None
        return
    for file in (place.absolute(), place.resolve()) if place.is_file() else ():
        folder = file.parent
        yield folder.parent if folder.name.lower() in _BINARIES else folder, _version_in(place.resolve().name)


def _sites(prefix: Path, version: str | None) -> list[Path]:
    """The folders of packages below a prefix, and below that of the Python it is an environment of."""
    settings = _settings(prefix / "pyvenv.cfg")
    version = _version_in(settings.get("version_info") or settings.get("version") or "") or version
    found = [place for pattern in _PLACES for place in sorted(prefix.glob(pattern)) if place.is_dir()]
    found = _of_version(list({place.resolve(): place for place in found}.values()), version)
    if settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        home = Path(settings["home"])
        found += _sites(home.parent if home.name.lower() in _BINARIES else home, version)
    return found


def _of_version(places: list[Path], version: str | None) -> list[Path]:
    """Those of one version of Python: the one given, else the newest; folders for all versions are kept."""
    versions = {place: _version_in(place.parent.name) for place in places}
    known = {number for number in versions.values() if number}
    wanted = version if version in known else max(known, key=_number, default=None)
    return [place for place in places if versions[place] in (wanted, None)]


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _version_in(text: str) -> str | None:
    match = _VERSION.search(text)
    return match.group() if match else None


def _settings(path: Path) -> dict[str, str]:
    """The `key = value` lines of a pyvenv.cfg."""
    pairs = (line.partition("=") for line in _lines(path))
    return {key.strip().lower(): value.strip() for key, sign, value in pairs if sign}


# -- packages that are used from where they are developed --------------------------------------------------


def _with_editable(sites: list[Path]) -> tuple[Path, ...]:
    """The folders, each followed by those that its `*.pth` files and editable installs name."""
    found: dict[Path, Path] = {}
    for site in sites:
        for place in chain([site], _path_lines(site), _editable(site)):
            found.setdefault(place.resolve(), place)
    return tuple(found)


def _path_lines(site: Path) -> Iterator[Path]:
    """The folders that the lines of `*.pth` files name; lines with code are not looked at."""
    for file in sorted(site.glob("*.pth")):
        for line in _lines(file):
            if line and not line.startswith(("#", "import ", "import\t")):
                place = site / line
                if _is_folder(place):
                    yield place


def _editable(site: Path) -> Iterator[Path]:
    """The folders that editable installs are imported from, when a hook of theirs does it and no path."""
    for file in sorted(site.glob("*.dist-info/direct_url.json")):
        try:
            url = json.loads("\n".join(_lines(file)))
            editable = url["dir_info"].get("editable") is True
            parts = urlsplit(url["url"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if editable and parts.scheme == "file":
            folder = Path(url2pathname(unquote(parts.path)))
            yield from (place for place in (folder / "src", folder) if _is_folder(place))


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir() and place.resolve() != Path(place.anchor)
    except (OSError, ValueError):  # a name that no file can have
        return False


def _lines(path: Path) -> Iterable[str]:
    """The lines of a small file of text; none when it cannot be read."""
    try:
        if path.stat().st_size > _SMALL or not path.is_file():
            return []
        return [line.strip() for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines()]
    except OSError:
        return []
