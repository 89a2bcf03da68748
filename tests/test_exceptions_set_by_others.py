"""Variables at the top of a file that other files of the project give another value."""

from __future__ import annotations

import ast
import time

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory
from tests.test_exceptions import likely

STATE = """
windows = []
client = None


def close(one):
    try:
        windows.remove(one)
    except Exception:
        pass
"""
USER = """
from app import state


def close(one):
    try:
        state.windows.remove(one)
    except Exception:
        pass
"""
SETTER = """
from app import state


class Windows:
    def remove(self, one):
        raise LookupError


SET
"""


def answered(path: str, setter: str, where: str = "app/window.py") -> MayRaise:
    named = "from app.state import windows\n" + USER.replace("state.windows", "windows")
    files = {"app/__init__.py": "", "app/state.py": STATE, "app/user.py": USER, "app/named.py": named}
    files[where] = SETTER.replace("SET", setter)
    project = Project(Memory({name: text.encode() for name, text in files.items()}))
    module = project.module(path)
    (tried,) = module.nodes(ast.Try)
    return may_raise(tried.body, module, project)


@pytest.mark.parametrize("path", ["app/state.py", "app/user.py", "app/named.py"])
def test_another_class(path: str) -> None:
    found = answered(path, "windows = state.windows = Windows()")
    assert found.complete
    assert likely(found) == {"LookupError", "ValueError"}


@pytest.mark.parametrize("path", ["app/state.py", "app/user.py", "app/named.py"])
@pytest.mark.parametrize(
    "setter",
    [
        "def start(windows):\n    state.windows = windows",
        "def start(windows):\n    windows, state.windows = state.windows, windows",
        "for state.windows in range(3):\n    break\nstate.windows = list(state.windows)",
    ],
)
def test_nobody_knows_what(path: str, setter: str) -> None:
    assert not answered(path, setter).complete


@pytest.mark.parametrize("path", ["app/state.py", "app/user.py", "app/named.py"])
@pytest.mark.parametrize(
    "setter",
    [
        "pass",
        "state.windows == []",
        "state.others = Windows()",
        "state.windows = []",
        "class Other:\n    def __init__(self):\n        self.windows = Windows()",
        "def start(state):\n    state.windows = Windows()",
    ],
)
def test_the_same_as_before(path: str, setter: str) -> None:
    found = answered(path, setter)
    assert found.complete
    assert likely(found) == {"ValueError"}


@pytest.mark.parametrize("path", ["app/state.py", "app/user.py"])
def test_what_tests_put_there_is_theirs(path: str) -> None:
    found = answered(path, "state.windows = Windows()", where="tests/test_windows.py")
    assert likely(found) == {"ValueError"}


def test_a_long_line_of_words_behind_dots_takes_no_time() -> None:
    """Such as the rules of a style sheet in a text."""
    began = time.process_time()
    answered("app/state.py", "CSS = '" + "a.b:c " * 20_000 + "'")
    assert time.process_time() - began < 5  # looking on to the end of the line each time takes 20 seconds


CONSTANTS = """
import re

ENCODING = "utf-8"
PATTERN = "a+"
PARTS = 2
FORMAT = "%d files"


def main(data: bytes, text: str, number: int):
    try:
        USED
    except Exception:
        pass
"""
USED = {
    "ENCODING": ("data.decode(ENCODING)", "LookupError"),
    "PATTERN": ("re.compile(PATTERN)", "re.error"),
    "PARTS": ("number / PARTS", "ZeroDivisionError"),
    "FORMAT": ("FORMAT % number", "ValueError"),
}


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize("where", ["app/start.py", "tests/test_start.py"])
def test_a_constant_that_another_file_sets_is_none(name: str, where: str) -> None:
    use, expected = USED[name]
    setter = f"from app import constants\nconstants.{name} = input()"
    files = {"app/__init__.py": "", "app/constants.py": CONSTANTS.replace("USED", use), where: setter}
    project = Project(Memory({path: text.encode() for path, text in files.items()}))
    module = project.module("app/constants.py")
    (tried,) = module.nodes(ast.Try)
    found = {one.type for one in may_raise(tried.body, module, project).raised}
    assert (expected in found) == where.startswith("app")


PLATFORM = """
def take_over(where, module, *names):
    for name in names:
        where[name] = getattr(__import__(module), name)
"""
PRINTING = """
from app.platform import take_over

def printers() -> dict:
    return {}

SET

def known() -> bool:
    try:
        return "a" in printers()
    except Exception:
        return False
"""
PRINTER = """
from app import printing

def known() -> bool:
    try:
        return "a" in printing.printers()
    except Exception:
        return False
"""


@pytest.mark.parametrize("path", ["app/printing.py", "app/printer.py"])
@pytest.mark.parametrize(
    ("setter", "complete"),
    [
        ("pass", True),
        ("take_over(globals(), 'linux', 'printers')", False),
        ("globals()['printers'] = __import__('linux').printers", False),
        ("globals().update({'printers': __import__('linux').printers})", False),
        ("take_over(globals(), 'linux', 'jobs')", True),
        ("print(globals()['printers'], eval('printers', globals()))", True),
    ],
)
def test_a_function_that_is_set_by_its_name(path: str, setter: str, complete: bool) -> None:
    printing = PRINTING.replace("SET", setter)
    files = {"app/__init__.py": "", "app/platform.py": PLATFORM, "app/printing.py": printing}
    files["app/printer.py"] = PRINTER
    project = Project(Memory({name: text.encode() for name, text in files.items()}))
    module = project.module(path)
    (tried,) = module.nodes(ast.Try)
    assert may_raise(tried.body, module, project).complete is complete


@pytest.mark.parametrize("called", ["show.show", "show.window.show"])
def test_what_other_files_set_is_not_looked_for_in_the_tables(called: str) -> None:
    files = {
        "app/__init__.py": "",
        "app/show.py": "def told(text):\n    return text\n\nshow = told\nwindow = None\n",
        "app/window.py": "from app import show\n\ndef start(window):\n    show.show = window.show\n",
        "app/main.py": PRINTER.replace("printing.printers", called).replace("printing", "show"),
    }
    project = Project(Memory({name: text.encode() for name, text in files.items()}))
    module = project.module("app/main.py")
    (tried,) = module.nodes(ast.Try)
    assert f"calls `{called}`, whose type is unknown" in may_raise(tried.body, module, project).missing
