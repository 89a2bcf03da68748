"""Functions that call each other: the answers are the least that agree, whichever is asked for first."""

from __future__ import annotations

import ast
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.exceptions.raising.analysis import called
from codemods.project import Definition, Project
from codemods.sources import Memory

TYPES = ("KeyError", "IndexError", "ValueError", "OSError")
BASES = {"KeyError": "LookupError", "IndexError": "LookupError"}
HANDLERS = (*TYPES, "LookupError", "Exception")
Answers = dict[str, set[str]]


def answers(source: str, order: tuple[str, ...]) -> Answers:
    """What each function may raise, asked for in this order in a fresh project."""
    project = Project(Memory({"a.py": source.encode()}))
    module = project.module("a.py")
    functions = {node.name: node for node in module.nodes(ast.FunctionDef)}
    found: Answers = {}
    for name in order:
        answer = called(Definition(module, functions[name]), project)
        assert answer.complete, answer.missing
        found[name] = {raised.type for raised in answer.raised}
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "def f():\n    g()\ndef g():\n    f()\n    raise KeyError\n",
            {"f": {"KeyError"}, "g": {"KeyError"}},
        ),
        (
            "def f():\n    try:\n        g()\n    except KeyError:\n        raise ValueError\n"
            "def g():\n    f()\n    raise KeyError\n",
            {"f": {"ValueError"}, "g": {"ValueError", "KeyError"}},
        ),
        (  # what an `except` raises again is what came, also when that is only known later
            "def f():\n    try:\n        g()\n    except LookupError:\n        raise\n"
            "def g():\n    f()\n    raise KeyError\n",
            {"f": {"KeyError"}, "g": {"KeyError"}},
        ),
        (
            "def f():\n    try:\n        f()\n    except KeyError:\n        pass\n    raise KeyError\n",
            {"f": {"KeyError"}},
        ),
        (  # two cycles that share a function
            "def f():\n    g()\n    h()\ndef g():\n    f()\n    raise KeyError\n"
            "def h():\n    try:\n        f()\n    except KeyError:\n        pass\n    raise OSError\n",
            {"f": {"KeyError", "OSError"}, "g": {"KeyError", "OSError"}, "h": {"OSError"}},
        ),
    ],
)
def test_the_order_of_questions_is_of_no_matter(source: str, expected: Answers) -> None:
    for order in permutations(expected):
        assert answers(source, order) == expected, order


# A statement of a function: it raises a type, or calls a function, perhaps in a `try` whose handler of some
# type passes, raises what it caught, or raises another type.
STATEMENTS = st.one_of(
    st.sampled_from(TYPES),
    st.tuples(
        st.integers(0, 4),
        st.none() | st.tuples(st.sampled_from(HANDLERS), st.sampled_from(("pass", "raise", "raise OSError"))),
    ),
)
Statement = str | tuple[int, tuple[str, str] | None]
GRAPHS = st.lists(st.lists(STATEMENTS, max_size=3), min_size=2, max_size=5)


def written(graph: list[list[Statement]]) -> str:
    lines = []
    for number, body in enumerate(graph):
        lines.append(f"def f{number}(x):\n    pass")
        for statement in body:
            if isinstance(statement, str):
                lines.append(f"    if x is None:\n        raise {statement}")
                continue
            callee, handler = statement
            call = f"f{callee % len(graph)}(x)"
            if handler is None:
                lines.append(f"    {call}")
            else:
                lines.append(f"    try:\n        {call}\n    except {handler[0]}:\n        {handler[1]}")
    return "\n".join(lines) + "\n"


def least(graph: list[list[Statement]]) -> Answers:
    """The least fixpoint, found in the plainest way there is."""
    found: Answers = {f"f{number}": set() for number in range(len(graph))}
    for _ in range(len(graph) * len(HANDLERS) + 1):
        for number, body in enumerate(graph):
            for statement in body:
                if isinstance(statement, str):
                    found[f"f{number}"].add(statement)
                    continue
                callee, handler = statement
                came = found[f"f{callee % len(graph)}"]
                caught = {t for t in came if handler and handler[0] in (t, BASES.get(t), "Exception")}
                found[f"f{number}"] |= came - caught
                if handler and handler[1] == "raise":
                    found[f"f{number}"] |= caught
                elif handler and handler[1] != "pass":
                    found[f"f{number}"].add("OSError")
    return found


def all_in_cycles(graph: list[list[Statement]]) -> bool:
    """Whether each call is of a function that comes back: elsewhere the author of a handler is believed."""
    callees = [{s[0] % len(graph) for s in body if not isinstance(s, str)} for body in graph]
    reach = [set(direct) for direct in callees]
    for _ in graph:
        reach = [direct.union(*(reach[other] for other in direct)) for direct in reach]
    return all(number in reach[other] for number, direct in enumerate(callees) for other in direct)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(graph=GRAPHS, data=st.data())
def test_any_graph_of_calls_has_its_least_fixpoint(graph: list[list[Statement]], data: st.DataObject) -> None:
    source, expected = written(graph), least(graph)
    order = tuple(data.draw(st.permutations(sorted(expected))))
    one, other = answers(source, order), answers(source, tuple(sorted(expected)))
    assert one == other, source
    assert all(one[name] >= expected[name] for name in expected), source
    if all_in_cycles(graph):
        assert one == expected, source
