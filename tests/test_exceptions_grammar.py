"""Programs made by a grammar: what comes out of them is in the answer, where that says it is complete.

The grammar is in `data/grammar.toml`; each program is run with many arguments.
"""

from __future__ import annotations

import ast
import copy
import random
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

DATA = Path(__file__).with_name("data")
GRAMMAR = tomllib.loads((DATA / "grammar.toml").read_text(encoding="utf-8"))
HEAD = (DATA / "grammar_head.py").read_text(encoding="utf-8")
TYPES = "d: dict[str, int], l: list[int], s: str, k: str, i: int, f: float, o: str | None, b: bytes, "
TYPES += "t: tuple[int, str], c: C, ld: dict[str, list[int]], words: list[str], x"
VALUES: dict[str, list[Any]] = {
    "d": [{}, {"a": 1}, {"a": 0, "b": 2, "12": 5}],
    "l": [[], [0], [3, 1, 2], [5] * 4],
    "s": ["", "a", "a=b", "12", "b,c", "é"],
    "k": ["a", "nope"],
    "i": [0, 1, -1, 2, -7, 300],
    "f": [0.0, 1.5, -2.0, float("inf"), float("nan"), 1e300],
    "o": [None, "x"],
    "b": [b"", b"ab\xff\x00", b"1234"],
    "t": [(0, "a"), (3, "")],
    "ld": [{}, {"a": []}, {"a": [1, 2], "b": [0]}],
    "words": [[], ["a"], ["a", "b", "12"], ["x", "y"]],
    "x": [None, 1, "a"],
}
PROGRAMS = 60  # of each seed


class Program:
    """A function of random statements."""

    def __init__(self, choices: random.Random) -> None:
        self.choices = choices
        self.body = self.part("block", 4)
        indented = self.body.replace("\n", "\n        ")
        self.source = (
            f"{HEAD}\n\ndef main({TYPES}):\n    try:\n        {indented}\n    finally:\n        pass\n"
        )

    def part(self, kind: str, depth: int) -> str:
        """What a part is written as; `depth`: how often it may still grow."""
        lists = ("grows", "ends") if depth > 0 and self.choices.random() < 0.8 else ("ends",)
        template = self.choices.choice(GRAMMAR[lists[0]][kind])
        while found := re.search(r"<(\w+)>", template):
            before = template[: found.start()]
            line = before[before.rfind("\n") + 1 :]
            text = self.part(found[1], depth - 1 if lists[0] == "grows" else 0)
            if found[1] == "block":
                text = text.replace("\n", "\n" + line)
            template = before + text + template[found.end() :]
        return template

    def answer(self) -> MayRaise:
        project = Project(Memory({"app.py": self.source.encode()}))
        module = project.module("app.py")
        return may_raise(_body(module.tree), module, project)

    def raised(self, times: int = 25) -> set[type[BaseException]]:
        """The types of what comes out, for arguments of all kinds."""
        space: dict[str, Any] = {"__name__": __name__}
        exec(compile(self.source, "app.py", "exec"), space)
        found: set[type[BaseException]] = set()
        for _ in range(times):
            given = {name: copy.deepcopy(self.choices.choice(values)) for name, values in VALUES.items()}
            given["c"] = space["C"]()
            given["c"].items = self.choices.choice([[], [1], [1, 2, 3]])
            try:
                space["main"](**given)
            except (MemoryError, RecursionError):
                continue
            except Exception as error:
                found.add(type(error))
        return found


def _body(tree: ast.Module) -> list[ast.stmt]:
    """The statements of the `try` of `main`."""
    main = tree.body[-1]
    assert isinstance(main, ast.FunctionDef) and isinstance(main.body[0], ast.Try)
    return main.body[0].body


def missed(program: Program) -> set[str]:
    """What comes out of a program though the answer is complete without it."""
    answer = program.answer()
    if not answer.complete:
        return set()
    told = {one.type.rpartition(":")[2].rpartition(".")[2] for one in answer.raised}
    return {
        kind.__name__
        for kind in program.raised()
        if told.isdisjoint(base.__name__ for base in kind.__mro__ if base not in (Exception, BaseException))
    }


@pytest.mark.parametrize("seed", range(8))
def test_what_comes_out_is_in_a_complete_answer(seed: int) -> None:
    choices = random.Random(seed)
    for _ in range(PROGRAMS):
        program = Program(choices)
        assert not missed(program), program.body


def test_enough_answers_are_complete() -> None:
    choices = random.Random("complete")
    complete = [Program(choices).answer().complete for _ in range(40)]
    assert sum(complete) >= 15
