"""Attributes of instances that other code than their class sets."""

from __future__ import annotations

import pytest

from codemods.exceptions import may_raise
from codemods.project import Project
from codemods.sources import Memory

STORE = """
class Store:
    def __init__(self):
        self.first = "a"
        self.size: int = 0


def read(store: Store):
    return store.first.strip()


def main(store: Store):
    return read(store)
"""
OTHER = """
from store import Store


class Unlike:
    def __init__(self):
        self.first = 1


def clear(store: Store, unlike: Unlike, unknown):
    SET
"""


def told(setting: str, path: str = "other.py") -> set[str]:
    """What reading the attribute raises; "…" where nobody knows."""
    files = {"store.py": STORE, path: OTHER.replace("SET", setting)}
    project = Project(Memory({name: text.encode() for name, text in files.items()}))
    module = project.module("store.py")
    answer = may_raise(module.tree.body[-1].body, module, project)  # type: ignore[attr-defined]
    return {one.type for one in answer.raised} if answer.complete else {"…"}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("store.first = None", {"AttributeError"}),
        ("store.first = 'b'", set()),
        ("store.first: str | None = None", {"AttributeError"}),
        ("unlike.first, store.first = 'ab'", {"…"}),
        ("store.first += 'b'", set()),
        ("unlike.first = None", set()),
        ("unknown.first = None", set()),
        ("store.second = None", set()),
    ],
)
def test_another_file_sets_it(setting: str, expected: set[str]) -> None:
    assert told(setting) == expected


def test_what_tests_set_is_theirs() -> None:
    assert told("store.first = None", path="tests/test_store.py") == set()
