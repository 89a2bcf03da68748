"""From the path that a report writes to the files it means here."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from codemods.audits.triage.code import Code

_OUTSIDE = "a path outside of the tree, which was not read"
_ABSENT = "there is no such file here"
_DRIVE = re.compile(r"^[A-Za-z]:/")
_MANY = 200  # files that one pattern or folder may stand for
_ENDS = 4  # parts of a path, from its end, that history is asked for
_RENAMES = 5  # how often a file may have moved
# Names that many trees have: alone they do not say which file is meant.
_COMMON = {
    "__init__.py",
    "__main__.py",
    "conftest.py",
    "setup.py",
    "main.py",
    "app.py",
    "utils.py",
    "models.py",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """The files that a path means; none, and `problem` says why. `note` says how they were found."""

    cited: str
    paths: tuple[str, ...] = ()
    note: str | None = None
    problem: str | None = None
    refused: bool = False
    """The path leads out of the tree: it was not even looked for."""
    gone: bool = False
    """The file was there, and was deleted."""

    @property
    def is_sure(self) -> bool:
        return bool(self.paths) and self.problem is None


def resolve(cited: str, code: Code) -> Resolved:
    """The files that a cited path means: itself, the end of one, a pattern, a folder, a file renamed since.

    Several files that fit equally well are all given, with the problem said.
    """
    path = cited.strip().strip("`'\"").replace("\\", "/").removeprefix("file://")
    absolute = path.startswith(("/", "~")) or bool(_DRIVE.match(path))
    path = posixpath.normpath(_DRIVE.sub("", path).lstrip("/~")) if path.strip("/") else ""
    if path.startswith("../") or path in ("", ".", ".."):
        return Resolved(cited, problem=f"{cited}: {_OUTSIDE}", refused=True)
    if "*" in path:
        return _several(cited, [p for p in code.paths if _fits(p, path)])
    found = None if absolute else _as_written(path, code)
    found = found or _by_suffix(path, code, absolute=absolute)
    if found:
        return found
    if absolute and "/" not in path:
        return Resolved(cited, problem=f"{cited}: {_OUTSIDE}", refused=True)
    nothing = f"{_ABSENT} whose path ends like that, and nothing outside is read" if absolute else _ABSENT
    return _in_history(path, code) or Resolved(cited, problem=f"{cited}: {nothing}", refused=absolute)


def _as_written(path: str, code: Code) -> Resolved | None:
    if path in code.by_name.get(path.rpartition("/")[2].lower(), ()):
        return Resolved(path, (path,))
    if path in code.folders:
        return _several(path, [p for p in code.paths if p.startswith(f"{path}/")])
    ending = _ending_in(path, code)
    if not ending and "/" not in path and "." in path:  # `hooks.handlers`
        dotted = path.removesuffix(".py").replace(".", "/")
        ending = [*_ending_in(f"{dotted}.py", code), *_ending_in(f"{dotted}/__init__.py", code)]
    if not ending and "." not in path.rpartition("/")[2]:
        ending = _ending_in(f"{path}.py", code) if "/" in path else []
        folders = [folder for folder in code.folders if folder.endswith(f"/{path}")]
        if not ending and len(folders) == 1:
            return _several(path, [p for p in code.paths if p.startswith(f"{folders[0]}/")])
    return _unique(path, ending)


def _by_suffix(path: str, code: Code, *, absolute: bool) -> Resolved | None:
    """The longest end of the path that is a file here: reports come from other folders and machines."""
    parts = path.split("/")
    for start in range(0 if absolute else 1, len(parts)):
        end = parts[start:]
        if len(end) == 1 and end[0].lower() in _COMMON:
            return None
        ending = _ending_in("/".join(end), code)
        if ending:
            found = _unique(path, ending)
            return found and replace(found, note=f"cited as {path}")
    return None


def _ending_in(path: str, code: Code) -> list[str]:
    """The file of this path if there is one, else all that end like it; last, in any case of letters."""
    alike = code.by_name.get(path.rpartition("/")[2].lower(), [])
    for wanted, known in ((path, alike), (path.lower(), [p.lower() for p in alike])):
        exact = [p for p, k in zip(alike, known, strict=True) if k == wanted]
        ending = exact or [p for p, k in zip(alike, known, strict=True) if k.endswith(f"/{wanted}")]
        if ending:
            return ending
    return []


def _unique(cited: str, paths: list[str]) -> Resolved | None:
    if not paths:
        return None
    if len(paths) == 1:
        return Resolved(cited, (paths[0],))
    some = ", ".join(paths[:3]) + (" …" if len(paths) > 3 else "")
    return Resolved(cited, tuple(paths[:_MANY]), problem=f"{cited} can mean {len(paths)} files: {some}")


def _several(cited: str, paths: list[str]) -> Resolved:
    if not paths:
        return Resolved(cited, problem=f"{cited}: {_ABSENT}")
    return Resolved(cited, tuple(paths[:_MANY]), note=f"cited as {cited}")


def _in_history(path: str, code: Code) -> Resolved | None:
    """What became of a file that is not there any more; a path of another machine by its end."""
    parts = path.split("/")
    for start in range(max(len(parts) - _ENDS, 0), max(len(parts) - 1, 1)):
        found = _followed("/".join(parts[start:]), code)
        if found:
            return replace(found, cited=path)
    return None


def _followed(path: str, code: Code) -> Resolved | None:
    """The file that a deleted one was renamed to, again and again, or that it is gone."""
    old = path
    for _ in range(_RENAMES):
        known = code.deleted(path)
        if known is None:
            return None
        commit, path = known
        if not path:
            return Resolved(old, problem=f"{old} was deleted in {commit}", gone=True)
        if _ending_in(path, code) == [path]:
            return Resolved(old, (path,), note=f"renamed from {old} in {commit}")
    return None


def _fits(path: str, pattern: str) -> bool:
    """Whether a path matches a pattern from the root or from any folder; `*` also stands for folders."""
    pattern = pattern.replace("**/", "*")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")
