"""Small programs, each run once: what comes out is in the answer, or the answer says that it is not complete.

They are in `data/programs.toml`: a `main` each, whose body is asked about. The first list must have complete
answers, of the second that is too much to ask.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import tomllib
from pathlib import Path

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

PROGRAMS = tomllib.loads(Path(__file__).with_name("data").joinpath("programs.toml").read_text("utf-8"))
COMPLETE, OTHERS = PROGRAMS["complete"], PROGRAMS["others"]


def answer(source: str) -> MayRaise:
    project = Project(Memory({"app.py": source.encode()}))
    module = project.module("app.py")
    main = module.tree.body[-1]
    assert isinstance(main, (ast.FunctionDef, ast.AsyncFunctionDef))
    return may_raise(main.body, module, project)


def is_told(source: str) -> bool:
    """Whether what comes out of a program, if anything does, is in the answer."""
    space: dict[str, object] = {"__name__": __name__}
    exec(compile(source, "app.py", "exec", dont_inherit=True), space)
    main = space["main"]
    assert callable(main)
    told = {one.type.rpartition(":")[2].rpartition(".")[2] for one in answer(source).raised}
    try:
        if inspect.iscoroutine(given := main()):
            asyncio.run(given)
    except Exception as error:
        return not told.isdisjoint(kind.__name__ for kind in type(error).__mro__[:-3])
    return True


@pytest.mark.parametrize("what", COMPLETE)
def test_a_complete_answer_has_what_comes_out(what: str) -> None:
    assert answer(COMPLETE[what]).complete
    assert is_told(COMPLETE[what])


@pytest.mark.parametrize("what", OTHERS)
def test_an_answer_that_lacks_what_comes_out_says_so(what: str) -> None:
    assert not answer(OTHERS[what]).complete or is_told(OTHERS[what])


def test_the_end_of_what_is_gone_through_does_not_come_out() -> None:
    steps = "\n\nclass Steps:\n    def __iter__(self):\n        return self\n\n    def __next__(self):\n"
    places = "\n\nclass Places:\n    def __getitem__(self, place):\n        raise IndexError\n"
    main = "\n\ndef main():\n    [*Steps(), *Places()]\n"
    assert answer(f"{steps}        raise StopIteration\n{places}{main}") == MayRaise()


@pytest.mark.parametrize(
    "body",
    [
        "if numbers:\n        return sum(numbers) / len(numbers)",
        "return 1 / len(numbers) if numbers else 0",
        "try:\n        numbers[0]\n    finally:\n        return",
        "for _ in numbers:\n        try:\n            raise\n        finally:\n            break",
        "try:\n        numbers[0]\n    except ERRORS:\n        pass",
    ],
)
def test_what_does_not_come_out(body: str) -> None:
    head = "ERRORS = (IndexError, KeyError)\n\n\ndef main(numbers: list[int]):\n"
    found = answer(f"{head}    {body}\n")
    assert found.complete and not found.raised


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("if numbers:\n        numbers.pop()\n        1 / len(numbers)", "ZeroDivisionError"),
        ("if numbers or name:\n        1 / len(numbers)", "ZeroDivisionError"),
        ("try:\n        numbers[0]\n    finally:\n        if name:\n            return", "IndexError"),
        ("try:\n        numbers[0]\n    finally:\n        raise KeyError", "KeyError"),
        ("try:\n        numbers[0]\n    except (ERRORS, OSError):\n        pass", "IndexError"),
    ],
)
def test_what_still_comes_out(body: str, name: str) -> None:
    head = "ERRORS = (IndexError, KeyError)\n\n\ndef main(numbers: list[int], name: str):\n"
    assert [one.type for one in answer(f"{head}    {body}\n").raised] == [name]
