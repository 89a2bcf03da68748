"""Programs made by grammars: what comes out of them is in the answer, where that says it is complete.

The grammars are in `data/grammar*.toml`, each with what its programs can use beside it. Each program is run
with many arguments, in a process of its own that may not do much.
"""

from __future__ import annotations

import ast
import functools
import json
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

DATA = Path(__file__).with_name("data")
RUNNER = Path(__file__).with_name("run_programs.py")
NAMES = sorted(path.stem for path in DATA.glob("grammar*.toml"))
PROGRAMS = 25  # of each seed
CALLS = 25  # of each program


@functools.cache
def grammar(name: str) -> dict[str, Any]:
    read = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    return {**read, "head": (DATA / f"{name}_head.py").read_text(encoding="utf-8")}


class Program:
    """A function of random statements."""

    def __init__(self, choices: random.Random, name: str) -> None:
        self.choices = choices
        self.grammar = grammar(name)
        self.body = self.part("block", 4)
        indented = self.body.replace("\n", "\n        ")
        kinds = {name: kind for name, (kind, *_) in self.grammar["arguments"].items()}
        given = ", ".join(f"{name}: {kind}" if kind else name for name, kind in kinds.items())
        head = f"{self.grammar['head']}\n\ndef main({given}):\n"
        self.source = f"{head}    try:\n        {indented}\n    finally:\n        pass\n"

    def part(self, kind: str, depth: int) -> str:
        """What a part is written as; `depth`: how often it may still grow."""
        lists = ("grows", "ends") if depth > 0 and self.choices.random() < 0.8 else ("ends",)
        template = self.choices.choice(self.grammar[lists[0]][kind])
        while found := re.search(r"<(\w+)>", template):
            before = template[: found.start()]
            line = before[before.rfind("\n") + 1 :]
            text = self.part(found[1], depth - 1 if lists[0] == "grows" else 0)
            template = before + text.replace("\n", "\n" + line) + template[found.end() :]
        return template

    def calls(self) -> list[dict[str, str]]:
        """Arguments of all kinds, as expressions."""
        given = self.grammar["arguments"].items()
        return [{name: self.choices.choice(values) for name, (_, *values) in given} for _ in range(CALLS)]

    def answer(self) -> MayRaise:
        project = Project(Memory({"app.py": self.source.encode()}))
        module = project.module("app.py")
        return may_raise(_body(module.tree), module, project)


def _body(tree: ast.Module) -> list[ast.stmt]:
    """The statements of the `try` of `main`."""
    main = tree.body[-1]
    assert isinstance(main, ast.FunctionDef) and isinstance(main.body[0], ast.Try)
    return main.body[0].body


def raised(programs: list[Program]) -> list[dict[str, list[str]]]:
    """What comes out of each program, by name, each with the exceptions above it."""
    given = json.dumps([{"source": one.source, "calls": one.calls()} for one in programs])
    command = [sys.executable, "-X", "utf8", str(RUNNER)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, input=given, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, list[str]]] = json.loads(done.stdout)
    return found


def missed(programs: list[Program]) -> list[tuple[str, set[str]]]:
    """The programs of which something comes out though the answer is complete without it."""
    complete = [(program, answer) for program in programs if (answer := program.answer()).complete]
    found = []
    for (program, answer), outs in zip(complete, raised([one for one, _ in complete]), strict=True):
        told = {one.type.rpartition(":")[2].rpartition(".")[2] for one in answer.raised}
        if untold := {name for name, kinds in outs.items() if told.isdisjoint(kinds)}:
            found.append((program.body, untold))
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_what_comes_out_is_in_a_complete_answer(name: str, seed: int) -> None:
    choices = random.Random(seed)
    found = missed([Program(choices, name) for _ in range(PROGRAMS)])
    assert not found, found[0]


@pytest.mark.parametrize("name", NAMES)
def test_enough_answers_are_complete(name: str) -> None:
    choices = random.Random("complete")
    complete = [Program(choices, name).answer().complete for _ in range(40)]
    assert sum(complete) >= 15
