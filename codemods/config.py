"""What a project says about us in its pyproject.toml, under `[tool.patchwright]`.

The file belongs to the repository, which may be anybody's. So nothing in it runs a program or speaks for a
person: the command that checks branches, signing off and pushing are for the command line, never for a file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from codemods.branches.messages.templates import BadTemplate, Template
from codemods.branches.names import is_prefix
from codemods.engine import DEFAULT_SIZE_LIMIT


class BadConfig(Exception):
    """What is wrong with the configuration, in one line that says what to do about it."""


@dataclass(frozen=True, slots=True)
class BranchConfig:
    """What branches and their commits shall be like: `[tool.patchwright.branch]`."""

    style: str = "auto"  # of subjects: as in the history, or one of _STYLES
    subject: Template | None = None
    body: Template | None = None
    prefix: str | None = None  # of names
    by: str | None = None  # one of _GROUPINGS


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; the defaults are those of a project that says nothing."""

    remedies: tuple[str, ...] | None = None  # None: all
    exclude_remedies: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # patterns as in .gitignore
    unsafe: bool = False
    max_file_size: int = DEFAULT_SIZE_LIMIT  # bytes
    branch: BranchConfig = BranchConfig()

    @classmethod
    def parse(cls, data: bytes) -> Config:
        """The settings in the bytes of a pyproject.toml. Raises BadConfig."""
        try:
            tool = _table(tomllib.loads(data.decode()).get("tool", {}), "tool")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise BadConfig(f"pyproject.toml: line {line} is not UTF-8, as TOML must be") from None
        except tomllib.TOMLDecodeError as error:
            raise BadConfig(f"pyproject.toml: {error}") from None
        table = _table(tool.get("patchwright", {}), "tool.patchwright")
        return cls(**_settings(table, _KEYS, "tool.patchwright"))


def nearest(word: str, known: list[str]) -> str:
    """What to say of an unknown word: the known one that looks most like it, or all of them."""
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _table(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadConfig(f"pyproject.toml: {name} must be a table")
    return value


def _names(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _branch(value: object) -> BranchConfig | None:
    if not isinstance(value, dict):
        return None
    return BranchConfig(**_settings(value, _BRANCH_KEYS, "tool.patchwright.branch"))


def _one_of(words: tuple[str, ...]) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _template(parse: Callable[[str], Template]) -> Callable[[object], Template | None]:
    return lambda value: parse(value) if isinstance(value, str) else None


def _prefix(value: object) -> str | None:
    return value if isinstance(value, str) and is_prefix(value) else None


_STYLES = ("auto", "conventional", "plain")
_GROUPINGS = ("remedy", "file", "finding")
_COMMAND_LINE_ONLY = ("check", "setup", "signoff", "push")
_Keys: TypeAlias = Mapping[str, tuple[str, Callable[[object], Any]]]
_KEYS: _Keys = {
    "remedies": ("a list of remedies", _names),
    "exclude-remedies": ("a list of remedies", _names),
    "exclude": ("a list of patterns", _names),
    "unsafe": ("true or false", _flag),
    "max-file-size": ("a number of bytes, over 0", _size),
    "branch": ("a table", _branch),
}
_BRANCH_KEYS: _Keys = {
    "style": (f"one of {', '.join(_STYLES)}", _one_of(_STYLES)),
    "subject": ("a text", _template(Template.for_subject)),
    "body": ("a text", _template(Template.for_body)),
    "prefix": ("what names of branches can begin with", _prefix),
    "by": (f"one of {', '.join(_GROUPINGS)}", _one_of(_GROUPINGS)),
}


def _settings(table: Mapping[str, object], keys: _Keys, name: str) -> dict[str, Any]:
    """The values of a table by the names of our fields. Raises BadConfig."""
    return {key.replace("-", "_"): _checked(key, value, keys, name) for key, value in table.items()}


def _checked(key: str, value: object, keys: _Keys, name: str) -> Any:
    if key in _COMMAND_LINE_ONLY:
        raise BadConfig(f"pyproject.toml: {name}.{key} is not for a file of the repository: use --{key}")
    if key not in keys:
        raise BadConfig(f"pyproject.toml: {name} has no setting {key!r}: {nearest(key, [*keys])}")
    expected, read = keys[key]
    try:
        result = read(value)
    except BadTemplate as error:
        raise BadConfig(f"pyproject.toml: {name}.{key} {error}") from None
    if result is None:
        raise BadConfig(f"pyproject.toml: {name}.{key} must be {expected}")
    return result
