"""What the statistics are mined from: handlers of which nothing in the project says what they catch."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from codemods.module import Module

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def erase(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str | None]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    erased: Callable[[Module, Iterable[ast.Try]], bytes | None] = importlib.import_module("erasing").erased

    def without(text: str) -> str | None:
        module = Module("app.py", text.encode())
        data = erased(module, module.nodes(ast.Try))
        return None if data is None else data.decode()

    return without


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("try:\n    f()\nexcept KeyError:\n    pass\n", "try:\n    f()\nexcept:\n    pass\n"),
        (
            "try:\n    f()\nexcept A as e:  # A: why\n    g(e)\n",
            "try:\n    f()\nexcept Exception as e:\n    g(e)\n",
        ),
        ("try:\n    f()\nexcept A as e:\n    pass\n", "try:\n    f()\nexcept:\n    pass\n"),
        ("try: f()\nexcept (A, B): pass\nelse: g()\n", "try: f()\nexcept: pass\nelse: g()\n"),
        (
            "try:\n    f()\nexcept (\n    A,  # one: two\n    B,\n):\n    g()\n"
            "except C:\n    h()\nfinally:\n    i()\n",
            "try:\n    f()\nexcept:\n\n\n\n    g()\n\n\nfinally:\n    i()\n",
        ),
        (
            "import x\nfrom y import (\n    A,\n    b,\n)\nimport z\n"
            "try:\n    b(z)\nexcept (A, x.C):\n    pass\n",
            "pass\nfrom y import b\n\n\n\nimport z\ntry:\n    b(z)\nexcept:\n    pass\n",
        ),
        (
            "import x\n__all__ = ['x']\ntry:\n    f()\nexcept x.C:\n    pass\n",
            "import x\n__all__ = ['x']\ntry:\n    f()\nexcept:\n    pass\n",
        ),
        ("if x:\n    try: f()\n    except (A,\n            B): pass\n", None),
    ],
)
def test_what_handlers_name_is_erased(
    erase: Callable[[str], str | None], before: str, after: str | None
) -> None:
    assert erase(before) == after


def test_copies_have_the_same_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    shape: Callable[[list[ast.stmt]], str] = importlib.import_module("erasing").shape
    one, copy, other = (shape(ast.parse(text).body) for text in ("a = b[1]", "x = y['k']", "a = a[1]"))
    assert one != other
    assert copy == shape(ast.parse("c = d['e']").body) != one
