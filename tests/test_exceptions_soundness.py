"""What really comes out of a block is in the answer, wherever the answer says that it is complete.

The blocks are in `data/raising_blocks.py`; hypothesis runs them under many arguments.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

SOURCE = Path(__file__).with_name("data") / "raising_blocks.py"
FROM_OUTSIDE = (MemoryError, RecursionError)  # never in an answer

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab0"), inner, max_size=3),
    max_leaves=5,
)
TEXTS = st.one_of(
    st.sampled_from(
        ["", "0", "7", "-1", "red", "1,0", "1,x", "a=b", "12-34", "1-a", "a:99", "é", "%s", "%(a)s"]
    ),
    st.sampled_from(
        ["int", "2024-01-01", "9999-12-31", "1e400", "nan", "YQ==", "_w==", "ff", "PATH", "{", "[[]]"]
    ),
    st.text(max_size=8),
    plain_values.map(json.dumps),
)
NUMBERS = st.integers(-12, 12) | st.sampled_from([100, 1000, 1_200_000])
ARGUMENTS = {
    "text": TEXTS,
    "number": NUMBERS,
    "other": NUMBERS,
    "exponent": st.integers(-3, 30),
    "numbers": st.lists(st.integers(-3, 3), max_size=4),
    "table": st.dictionaries(st.sampled_from(["", "a", "0", "red"]), st.integers(0, 3), max_size=3),
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        files = {
            "empty": b"",
            "numbers": b"1\n2\n",
            "words": b"a,b\nx\n",
            "bytes": b"\xff\xfe",
            "zero": b"a\0b\n",
        }
        files |= {"object": b'{"a": 1}', "list": b"[1]", "three": b"1\n2\n3\n", "table": b"a,b\n1,2\n"}
        for file, data in files.items():
            (path / file).write_bytes(data)
        (path / "full" / "inner").mkdir(parents=True)
        yield path


@functools.cache
def blocks() -> tuple[ModuleType, dict[str, MayRaise]]:
    """The blocks as a module that can be run, and the answer for the `try` of each."""
    spec = importlib.util.spec_from_file_location("raising_blocks", SOURCE)
    assert spec and spec.loader
    module = sys.modules["raising_blocks"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    project = Project(Memory({"raising_blocks.py": SOURCE.read_bytes()}))
    parsed = project.module("raising_blocks.py")
    answers = {}
    for function in parsed.tree.body:
        tries = [s for s in getattr(function, "body", ()) if isinstance(s, ast.Try)]
        if isinstance(function, ast.FunctionDef) and tries:
            answers[function.name] = may_raise(tries[-1].body, parsed, project)
    return module, answers


NAMES = list(blocks()[1])


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_out_is_in_a_complete_answer(name: str, folder: Path) -> None:
    module, answers = blocks()
    answer = answers[name]
    if not answer.complete:
        return
    function = getattr(module, name)

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(values=st.fixed_dictionaries(arguments_of(function, folder)))
    def runs(values: dict[str, Any]) -> None:
        check(function, values, answer)

    runs()


def arguments_of(function: Callable[..., None], folder: Path) -> dict[str, st.SearchStrategy[Any]]:
    module = blocks()[0]
    special = {
        "path": st.sampled_from([*sorted(map(str, folder.iterdir())), str(folder / "missing"), "a\0b"]),
        "store": st.sampled_from([module.Store(), module.Limited()]),
        "shape": st.sampled_from([module.Square(), module.Circle()]),
    }
    return {name: {**ARGUMENTS, **special}[name] for name in inspect.signature(function).parameters}


def check(function: Callable[..., None], values: dict[str, Any], answer: MayRaise) -> None:
    try:
        function(**values)
    except FROM_OUTSIDE:
        return
    except Exception as error:
        names = {raised.type.rpartition(".")[2].rpartition(":")[2] for raised in answer.raised}
        kinds = {kind.__name__ for kind in type(error).__mro__}
        assert names & kinds, f"{error!r} is not in {names}"


def test_most_blocks_have_a_complete_answer() -> None:
    """Else the test above could pass by saying nothing."""
    answers = blocks()[1]
    complete = [name for name in NAMES if answers[name].complete]
    assert len(NAMES) >= 40
    assert len(complete) > 0.6 * len(NAMES), {n: answers[n].missing for n in NAMES if n not in complete}


SENDER = """
import sender


class Client(sender.Client):
    def work(self):
        try:
            open("a").close()
            sender.work()
        except Exception:
            return None


def work():
    return 1
"""


def test_a_file_that_is_called_like_a_package_does_not_mean_itself() -> None:
    project = Project(Memory({"app/__init__.py": b"", "app/sender.py": SENDER.encode()}))
    module = project.module("app/sender.py")
    (statement,) = module.nodes(ast.Try)
    assert may_raise(statement.body, module, project).missing
