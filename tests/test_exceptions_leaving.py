"""Calls behind which nothing goes on, for they do nothing but raise: `abort(404)`."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer

HEAD = """
import argparse, bottle, flask, optparse, pytest
from flask import abort
from werkzeug.exceptions import abort as stop


def failed(code, more=0):
    \"\"\"Answer by an error.\"\"\"
    if more:
        print(more)
    raise ValueError(code)


def told(code):
    if code:
        return
    raise ValueError(code)


@print
def wrapped(code):
    raise ValueError(code)


def place(code):
    raise NotImplementedError("put a function here")


async def later(code):
    raise ValueError(code)


def many(code):
    yield code
    raise ValueError(code)


if bottle:
    def other(code):
        raise ValueError(code)
else:
    def other(code):
        return code

"""
PARSER = """
parser = argparse.ArgumentParser()
options = optparse.OptionParser()
either = argparse.ArgumentParser()
if flask:
    either = None
"""
NONE = """
def work(key: str, table: dict[str, str], ending):
    value = table.get(key)
    if value is None:
        ENDING
    try:
        return value.upper()
    except Exception:
        return None
"""
UNBOUND = """
def work(key: str, table: dict[str, str], ending):
    if key:
        value = key
    else:
        ENDING
    try:
        return value.upper()
    except Exception:
        return None
"""


def goes_on(ending: str, code: str) -> bool:
    found = answer(HEAD + PARSER + code.replace("ENDING", ending))
    return not {"AttributeError", "NameError"}.isdisjoint(one.type for one in found.raised)


@pytest.mark.parametrize("code", [NONE, UNBOUND])
@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("abort(404)", False),
        ("flask.abort(404, 'no such key')", False),
        ("stop(404)", False),
        ("bottle.abort(404)", False),
        ("pytest.fail()", False),
        ("failed(404)", False),
        ("print(key)\n        failed(404)", False),
        ("parser.error('no such key')", False),
        ("parser.exit(1)", False),
        ("options.error('no such key')", False),
        ("parser.print_help()", True),
        ("either.error('no such key')", True),
        ("flask.error('no such key')", True),
        ("told(404)", True),
        ("wrapped(404)", True),
        ("later(404)", True),
        ("place(404)", True),
        ("pytest.xfail()", True),
        ("many(404)", True),
        ("other(404)", True),
        ("ending(404)", True),
        ("ending.abort(404)", True),
        ("error = failed", True),
        ("if key:\n            abort(404)", True),
    ],
)
def test_what_ends_a_block(ending: str, expected: bool, code: str) -> None:
    assert goes_on(ending, code) is expected


@pytest.mark.parametrize(
    ("leaving", "expected"),
    [
        ("return self.lock.release()", False),
        ("return self.lock.__exit__(*error)", False),
        ("return self.file.__exit__(*error)", False),
        ("return self.close()", False),
        ("return super().__exit__(*error)", False),
        ("return None", False),
        ("return self.ends()", True),
        ("return self.replaced()", True),
        ("return self.__exit__(*error)", True),
        ("return self.other.__exit__(*error)", True),
        ("return error[0] is not None", True),
    ],
)
def test_what_a_manager_hands_the_error_on_to(leaving: str, expected: bool) -> None:
    head = f"""
import threading
class Plain:
    def __exit__(self, *error):
        print(error)
class Manager(Plain):
    def __init__(self, path, other):
        self.lock = threading.Lock()
        self.other = other
        self.file = open(path)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        {leaving}
    def close(self):
        print()
    def ends(self):
        return True
    def replaced(self):
        print()
class Below(Manager):
    def replaced(self):
        return True
def function(manager: Manager, text):
    with manager:
        number = int(text)
    try:
        print(number)
    except Exception:
        pass
"""
    assert ("NameError" in {one.type for one in answer(head).raised}) is expected


def test_a_parser_may_have_got_another_function() -> None:
    own = NONE.replace("ENDING", "parser.error('no such key')")
    found = answer(f"{HEAD}{PARSER}parser.error = print\n{own}")
    assert "AttributeError" in {one.type for one in found.raised}


CLASSES = """
class Base:
    def fail(self, key):
        RAISING

    def find(self, key):
        if key:
            return "a"
        self.fail(key)


class Below(Base):
    def NAME(self, key):
        return None


def work(base: Base, key):
    try:
        return base.find(key).upper()
    except Exception:
        return None
"""


@pytest.mark.parametrize(
    ("raising", "name", "may_end"),
    [
        ("raise ValueError(key)", "other", False),
        ("raise ValueError(key)", "fail", True),
        ("raise NotImplementedError", "other", True),
    ],
)
def test_a_class_below_may_go_on(raising: str, name: str, may_end: bool) -> None:
    found = answer(CLASSES.replace("RAISING", raising).replace("NAME", name))
    assert any("may be None" in one.evidence for one in found.raised) is may_end
