"""What a project says about us in its pyproject.toml, under `[tool.patchwright]`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from codemods.engine import DEFAULT_SIZE_LIMIT


class BadConfig(Exception):
    """What is wrong with the configuration, in one line that says what to do about it."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; the defaults are those of a project that says nothing."""

    remedies: tuple[str, ...] | None = None  # None: all
    exclude_remedies: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # patterns as in .gitignore
    unsafe: bool = False
    max_file_size: int = DEFAULT_SIZE_LIMIT  # bytes

    @classmethod
    def parse(cls, data: bytes) -> Config:
        """The settings in the bytes of a pyproject.toml. Raises BadConfig."""
        try:
            tool = _table(tomllib.loads(data.decode()).get("tool", {}), "tool")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadConfig(f"pyproject.toml: {error}") from None
        table = _table(tool.get("patchwright", {}), "tool.patchwright")
        return cls(**{key.replace("-", "_"): _checked(key, value) for key, value in table.items()})


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


_KEYS: dict[str, tuple[str, Callable[[object], Any]]] = {
    "remedies": ("a list of remedies", _names),
    "exclude-remedies": ("a list of remedies", _names),
    "exclude": ("a list of patterns", _names),
    "unsafe": ("true or false", _flag),
    "max-file-size": ("a number of bytes, over 0", _size),
}


def _checked(key: str, value: object) -> Any:
    if key not in _KEYS:
        raise BadConfig(f"pyproject.toml: tool.patchwright has no setting {key!r}: {nearest(key, [*_KEYS])}")
    expected, read = _KEYS[key]
    result = read(value)
    if result is None:
        raise BadConfig(f"pyproject.toml: tool.patchwright.{key} must be {expected}")
    return result
