"""What an unknown value may raise, by classes of the project that are called like it."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions import Raised, bare_name, may_raise
from codemods.project import Project
from codemods.sources import Memory

CLASSES = """
class Gone(Exception): ...

class ShopConnection:
    def get(self, key, default=None):
        raise Gone

    def reopen(self):
        raise Gone

class ConnectionHistory:
    def get(self, key, default=None):
        raise ValueError

    def rewind(self):
        raise ValueError
"""


def guesses(code: str) -> list[Raised]:
    """What is guessed of a call whose receiver is unknown."""
    text = f"def f(connection, history, other, conn):\n    try:\n        {code}\n    finally:\n        pass\n"
    project = Project(Memory({"classes.py": CLASSES.encode(), "a.py": text.encode()}))
    module = project.module("a.py")
    (statement,) = module.nodes(ast.Try)
    found = may_raise(statement.body, module, project).raised
    return [raised for raised in found if "raise " in raised.evidence]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("connection.reopen()", {"Gone"}),
        ("other.reopen()", {"Gone"}),
        ("connection.rewind()", {"ValueError"}),
        ("connection.get('name')", {"Gone"}),  # no ConnectionHistory, though it begins so
        ("history.get('name')", {"ValueError"}),
        ("other.get('name')", set()),  # a dict for all one knows
        ("conn.get('name')", set()),
        ("connection.get()", set()),
        ("connection.get('name', 1)", {"Gone"}),
    ],
)
def test_what_is_called_like_a_class_may_be_one(code: str, expected: set[str]) -> None:
    found = guesses(code)
    assert {bare_name(raised.type) for raised in found} == expected
    assert all(raised.is_guessed for raised in found)


def test_a_guess_is_told_as_one() -> None:
    (found,) = guesses("connection.get('name')")
    assert found.evidence.startswith("may call `ShopConnection.get`: raise Gone")
