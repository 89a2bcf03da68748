"""The words of reports that triage knows, from `words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns for what a report says; `languages` has what a file is written in by the end of its name."""

    aside: re.Pattern[str]
    fact: re.Pattern[str]
    taken_back: re.Pattern[str]
    many: re.Pattern[str]
    topics: Mapping[str, re.Pattern[str]]
    languages: Mapping[str, str]


@cache
def words() -> Words:
    """What `words.toml` says. Raises KeyError or re.error where it is wrong."""
    data = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    fault = data["fault"]
    return Words(
        aside=_any(map(_label, data["aside"])),
        fact=_any(map(_label, data["facts"])),
        taken_back=_any(phrase.replace("{fault}", fault) for phrase in data["taken_back"]),
        many=_any(data["many"]),
        topics={topic: re.compile(pattern, re.IGNORECASE) for topic, pattern in data["topics"].items()},
        languages={ending: name for name, endings in data["languages"].items() for ending in endings},
    )


def _label(pattern: str) -> str:
    """A label at the beginning of a line, perhaps after another word and in bold."""
    return rf"^\W*(?:\w+ )?(?:{pattern})\W*:"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)
