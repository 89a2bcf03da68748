"""What a function raises for some values of an argument only, held against what comes out of running it."""

from __future__ import annotations

import ast
import pickle
from typing import Any

import pytest

from codemods.exceptions.answer import MayRaise
from codemods.exceptions.raising.analysis import may_raise
from codemods.project import Project
from codemods.sources import Memory

HELPERS = """\
import contextlib
import functools

def coded(text: str, encoding="ascii", errors="strict"):
    return text.encode(encoding, errors)

def kind(name, size=1):
    if name == "a":
        return size
    elif name in ("b", "c"):
        if size != 1:
            raise OSError(size)
    else:
        raise ValueError(name)

def checked(name, flag=None):
    if flag is not None:
        raise KeyError(flag)
    if name == "x":
        raise KeyError(name)
    if name == "y":
        return {}["none"]

def changed(name="a"):
    name = name + "b"
    if name == "ab":
        raise ValueError(name)

def looped(name="a"):
    while True:
        if name == "b":
            raise ValueError(name)
        name = "b"

def same(name="long enough"):
    if name is "long enough":
        raise ValueError(name)

def louder(function):
    @functools.wraps(function)
    def inner(name):
        return function(name.upper())
    return inner

@louder
def shouted(name="a"):
    if name == "A":
        raise ValueError(name)

def outer(name):
    def inner(name="b"):
        if name == "a":
            raise ValueError(name)
    inner(name)

def handed(name):
    return kind(name)

def again(name, times=0):
    if name == "end":
        raise KeyError(name)
    if times == 0:
        again("end", 1)

def ended(name):
    if name == "end":
        raise StopIteration
    yield next(iter(()))

class Base:
    def run(self, mode="r"):
        if mode not in ("r", "w"):
            raise ValueError(mode)

    @classmethod
    def made(cls, mode="r"):
        if mode == "r":
            raise OSError(mode)

class Below(Base):
    def run(self, mode="x"):
        if mode == "x":
            raise KeyError(mode)

bad = functools.partial(kind, size=2)
"""
DECIDED = {"LookupError", "OSError", "ValueError", "KeyError", "RuntimeError", "StopIteration"}


def outcome(code: str) -> tuple[MayRaise, set[str]]:
    """What the code may raise, and what comes out of running it, with all its bases."""
    text = HELPERS + f"\ntry:\n    {code}\nexcept Exception:\n    pass\n"
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    (statement,) = (one for one in module.tree.body if isinstance(one, ast.Try))
    found = may_raise(statement.body, module, project)
    namespace: dict[str, Any] = {}
    exec(compile(HELPERS, "app.py", "exec"), namespace)
    raised: set[str] = set()
    try:
        exec(code, namespace)
    except Exception as error:
        raised = {kind.__name__ for kind in type(error).__mro__}
    return found, raised


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("coded('x')", set()),
        ("coded('\xe4', errors='no-such')", set()),  # it is told as rare
        ("coded('x', 'utf-8')", set()),
        ("coded('x', encoding='no-such')", {"LookupError"}),
        ("coded('x', *['no-such'])", {"LookupError"}),
        ("coded('x', **{'encoding': 'no-such'})", {"LookupError"}),
        ("kind('a')", set()),
        ("kind('b')", set()),
        ("kind('b', 2)", {"OSError"}),
        ("kind('d')", {"ValueError"}),
        ("kind('a' if coded else 'b', 2)", {"OSError"}),
        ("handed('d')", {"ValueError"}),
        ("checked('a')", {"KeyError"}),  # of the dict, which no test of an argument rules out
        ("checked('x')", {"KeyError"}),
        ("checked('a', flag=False)", {"KeyError"}),
        ("checked('y')", {"KeyError"}),
        ("changed()", {"ValueError"}),
        ("looped()", {"ValueError"}),
        ("same()", {"ValueError"}),
        ("shouted('a')", {"ValueError"}),
        ("outer('a')", {"ValueError"}),
        ("again('a')", {"KeyError"}),
        ("[*ended('a')]", {"RuntimeError"}),  # whatever ends it
        ("[*ended('end')]", {"RuntimeError"}),
        ("Base().run()", {"KeyError"}),  # it may be that of the class below
        ("Base().run('w')", set()),
        ("Base().run('z')", {"ValueError"}),
        ("Base.run(Base(), 'w')", set()),
        ("Base.run(Base(), 'z')", {"ValueError"}),
        ("Base.made()", {"OSError"}),
        ("Base.made('w')", set()),
        ("Below().run()", {"KeyError"}),
        ("Below().run('r')", set()),
        ("bad('b')", {"OSError", "ValueError"}),
    ],
)
def test_what_an_argument_decides(code: str, expected: set[str]) -> None:
    found, raised = outcome(code)
    assert not raised or {one.type for one in found.raised} & raised
    assert {one.type for one in found.likely} & DECIDED == expected


@pytest.mark.parametrize("name", ["coded", "kind", "checked"])
def test_what_is_found_is_kept_in_files(name: str) -> None:
    """What learns from answers reads them in other processes; the ways to decide go with them."""
    project = Project(Memory({"helpers.py": HELPERS.encode()}))
    module = project.module("helpers.py")
    function = next(one for one in module.nodes(ast.FunctionDef) if one.name == name)
    found = may_raise(function.body, module, project)
    kept = pickle.loads(pickle.dumps(found))
    decided = [one.type for one in found.raised if one.only_for]
    assert decided and [one.type for one in kept.raised if one.only_for] == decided
