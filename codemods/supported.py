"""The oldest Python that a project says it supports, by its packaging files."""

from __future__ import annotations

import ast
import re
import tomllib
from configparser import Error as ConfigError
from configparser import RawConfigParser
from typing import Any

from codemods.literal_text import constants_of, text_of
from codemods.nodes import unwarned

Python = tuple[int, int]
"""A version such as (3, 9)."""

PACKAGING_FILES = ("pyproject.toml", "setup.cfg", "setup.py")

_CANDIDATES: tuple[Python, ...] = ((2, 7), *((3, minor) for minor in range(40)))
_PATCHES = range(40)
_BOUNDS_BELOW = {">=", ">", "~=", "==", "==="}
_CLASSIFIER = re.compile(rb"Programming Language\s*::\s*Python\s*::\s*([23])\b")
_POETRY_PART = re.compile(r"([\^~<>=!]*)\s*([\w.*+-]+)")
_POETRY_OPERATORS = {"^": ">=", "~": ">=", "": "==", "=": "=="}  # only the lower end matters


def parse_version(text: str) -> Python:
    """`3.11` as a version. Raises ValueError."""
    major, minor = text.split(".")
    return int(major), int(minor)


def oldest_in(name: str, data: bytes) -> tuple[bool, Python | None]:
    """Whether a packaging file of that name describes a project, and the oldest Python it supports.

    A broken file counts as one that describes a project and says nothing.
    """
    try:
        return _READERS[name](data)
    except (ValueError, SyntaxError, RecursionError, ConfigError):
        return True, None


def majors_in(data: bytes) -> set[int]:
    """Which of Python 2 and 3 the classifiers in a packaging file name."""
    return {int(found) for found in _CLASSIFIER.findall(data)}


def _in_pyproject(data: bytes) -> tuple[bool, Python | None]:
    content = tomllib.loads(data.decode())
    project, poetry = _table(content, "project"), _table(_table(content, "tool"), "poetry")
    described = bool(project or poetry)
    if isinstance(stated := project.get("requires-python"), str):
        return described, oldest(stated)
    wanted = _table(poetry, "dependencies").get("python")
    if isinstance(wanted, dict):
        wanted = wanted.get("version")
    return described, _oldest_of_poetry(wanted) if isinstance(wanted, str) else None


def _in_setup_cfg(data: bytes) -> tuple[bool, Python | None]:
    parser = RawConfigParser()
    parser.read_string(data.decode())
    stated = parser.get("options", "python_requires", fallback=None)
    described = parser.has_section("options") or parser.has_section("metadata")
    return described, oldest(stated) if stated else None


def _in_setup_py(data: bytes) -> tuple[bool, Python | None]:
    """By what stands in the call of `setup()`, and in the constants that it names: the file is never run."""
    if not any(maker in data for maker in (b"setuptools", b"distutils")):
        return False, None
    with unwarned():
        tree = ast.parse(data)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_setup(node)]
    stated = [k.value for call in calls for k in call.keywords if k.arg == "python_requires"]
    text = text_of(stated[0], constants_of(tree)) if len(stated) == 1 else None
    return bool(calls), oldest(text) if text else None


def _is_setup(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setup") | ast.Attribute(value=ast.Name(), attr="setup"):
            return True
    return False


_READERS = {"pyproject.toml": _in_pyproject, "setup.cfg": _in_setup_cfg, "setup.py": _in_setup_py}


def oldest(specifiers: str) -> Python | None:
    """The oldest version that `>=3.8, !=3.9.*` lets in; None without a lower end. Raises ValueError."""
    from packaging.specifiers import SpecifierSet  # here, for most runs never ask

    allowed = SpecifierSet(specifiers)
    if not any(one.operator in _BOUNDS_BELOW for one in allowed):
        return None
    for major, minor in _CANDIDATES:
        if any(allowed.contains(f"{major}.{minor}.{patch}") for patch in _PATCHES):
            return major, minor
    return None


def _oldest_of_poetry(constraint: str) -> Python | None:
    """The same of Poetry's words: `^3.8`, `~2.7 || >=3.6,<4`. Raises ValueError."""
    found = []
    for alternative in re.split(r"\|\|?", constraint):
        parts = [part for part in _POETRY_PART.findall(alternative) if part[1] != "*"]
        lowest = oldest(",".join(_POETRY_OPERATORS.get(op, op) + version for op, version in parts))
        if lowest is None:
            return None
        found.append(lowest)
    return min(found)


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}
