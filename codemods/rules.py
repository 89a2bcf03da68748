"""Which rules of other tools are about the faults that our remedies repair: `rules.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files


@cache
def rules() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """By the id of a remedy and the name of a tool, the ids of the tool's rules."""
    data = tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
    return {remedy: {tool: tuple(ids) for tool, ids in by_tool.items()} for remedy, by_tool in data.items()}


def codes_of(remedy: str) -> tuple[str, ...]:
    """All ids of rules for a remedy's fault, each once.

    A rule of semgrep's registry is named by its path; some of its formats give the last part alone.
    """
    by_tool = rules().get(remedy, {})
    last_parts = [id_.rpartition(".")[2] for id_ in by_tool.get("semgrep", ())]
    return tuple(dict.fromkeys([*(id_ for ids in by_tool.values() for id_ in ids), *last_parts]))
