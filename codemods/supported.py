"""The Pythons that a project says it supports, by its packaging files."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Sequence
from configparser import Error as ConfigError
from configparser import RawConfigParser
from typing import Any, NamedTuple

from codemods.literal_text import constants_of, text_of
from codemods.nodes import unwarned

Python = tuple[int, int]
"""A version such as (3, 9)."""

PACKAGING_FILES = ("pyproject.toml", "setup.cfg", "setup.py")

_CANDIDATES: tuple[Python, ...] = ((2, 7), *((3, minor) for minor in range(40)))
_PATCHES = (0, 99)  # and those that are named: then one is let in if any is
_BOUNDS_BELOW = {">=", ">", "~=", "==", "==="}
_CLASSIFIER = re.compile(rb"Programming Language\s*::\s*Python\s*::\s*([23])\b")
_POETRY_PART = re.compile(r"([\^~<>=!]*)\s*([\w.*+-]+)")
_POETRY_OPERATORS = {"^": ">=", "~": "~=", "": "==", "=": "=="}  # `^3.8` ends before Python 4


class Range(NamedTuple):
    """The oldest and the newest Python that are supported; None for an end that is not told."""

    oldest: Python | None = None
    newest: Python | None = None


def parse_version(text: str) -> Python:
    """`3.11` as a version. Raises ValueError."""
    major, minor = text.split(".")
    return int(major), int(minor)


def range_in(name: str, data: bytes) -> tuple[bool, Range]:
    """Whether a packaging file of that name describes a project, and the Pythons that it supports.

    A broken file counts as one that describes a project and says nothing.
    """
    try:
        return _READERS[name](data)
    except (ValueError, SyntaxError, RecursionError, ConfigError):
        return True, Range()


def majors_in(data: bytes) -> set[int]:
    """Which of Python 2 and 3 the classifiers in a packaging file name."""
    return {int(found) for found in _CLASSIFIER.findall(data)}


def _in_pyproject(data: bytes) -> tuple[bool, Range]:
    content = tomllib.loads(data.decode())
    project, poetry = _table(content, "project"), _table(_table(content, "tool"), "poetry")
    described = bool(project or poetry)
    if isinstance(stated := project.get("requires-python"), str):
        return described, supported(stated)
    wanted = _table(poetry, "dependencies").get("python")
    if isinstance(wanted, dict):
        wanted = wanted.get("version")
    return described, _supported_by_poetry(wanted) if isinstance(wanted, str) else Range()


def _in_setup_cfg(data: bytes) -> tuple[bool, Range]:
    parser = RawConfigParser()
    parser.read_string(data.decode())
    stated = parser.get("options", "python_requires", fallback=None)
    described = parser.has_section("options") or parser.has_section("metadata")
    return described, supported(stated) if stated else Range()


def _in_setup_py(data: bytes) -> tuple[bool, Range]:
    """By what stands in the call of `setup()`, and in the constants that it names: the file is never run."""
    if not any(maker in data for maker in (b"setuptools", b"distutils")):
        return False, Range()
    with unwarned():
        tree = ast.parse(data)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_setup(node)]
    stated = [k.value for call in calls for k in call.keywords if k.arg == "python_requires"]
    text = text_of(stated[0], constants_of(tree)) if len(stated) == 1 else None
    return bool(calls), supported(text) if text else Range()


def _is_setup(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setup") | ast.Attribute(value=ast.Name(), attr="setup"):
            return True
    return False


_READERS = {"pyproject.toml": _in_pyproject, "setup.cfg": _in_setup_cfg, "setup.py": _in_setup_py}


def supported(specifiers: str) -> Range:
    """The Pythons that `>=3.8, <3.12` lets in. Raises ValueError."""
    from packaging.specifiers import SpecifierSet  # here, for most runs never ask
    from packaging.version import Version

    allowed = SpecifierSet(specifiers)
    patches = {*_PATCHES, *(Version(one.version.removesuffix(".*")).micro for one in allowed)}
    let_in = [
        (major, minor)
        for major, minor in _CANDIDATES
        if any(allowed.contains(f"{major}.{minor}.{patch}") for patch in patches)
    ]
    if not let_in:
        return Range()
    has_lower_end = any(one.operator in _BOUNDS_BELOW for one in allowed)
    is_open = let_in[-1] == _CANDIDATES[-1]
    return Range(let_in[0] if has_lower_end else None, None if is_open else let_in[-1])


def _supported_by_poetry(constraint: str) -> Range:
    """The same of Poetry's words: `^3.8`, `~2.7 || >=3.6,<4`. Raises ValueError."""
    found = []
    for alternative in re.split(r"\|\|?", constraint):
        parts = [part for part in _POETRY_PART.findall(alternative) if part[1] != "*"]
        found.append(supported(",".join(_of_poetry(*part) for part in parts)))
    return widest(found)


def _of_poetry(operator: str, version: str) -> str:
    """One of Poetry's words in those of packages: `~3.9` is `~=3.9.0`, and `~3` is `~=3.0`."""
    if operator == "~" and version.count(".") < 2:
        version += ".0"
    return _POETRY_OPERATORS.get(operator, operator) + version


def widest(ranges: Sequence[Range]) -> Range:
    """All that any of them lets in: one that does not tell an end has none."""
    oldest = [one.oldest for one in ranges if one.oldest]
    newest = [one.newest for one in ranges if one.newest]
    return Range(
        min(oldest) if oldest and len(oldest) == len(ranges) else None,
        max(newest) if newest and len(newest) == len(ranges) else None,
    )


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}
