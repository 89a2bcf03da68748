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


TRIED = """
import json


def tried(text: str, texts: list[str]):
    try:
        return work(text, texts)
    except Exception:
        return None


def work(text: str, texts: list[str]):
    for text in texts:
BODY
    return None
"""
ASKING = "x = json.loads(text)\nif not isinstance(x, dict):\n    raise ValueError(text)"
DONE = "try:\n    print(text)\nexcept ValueError:\n    pass\nelse:\n    "


def trying(body: str, *behind: str) -> str:
    return "\n".join(["try:", *(f"    {line}" for line in body.splitlines()), *behind])


ASKED = trying(ASKING, "except ValueError:")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (f"{ASKED}\n    continue", True),
        (f"{ASKED}\n    return 1\nexcept OSError:\n    print(text)\n    raise", True),
        (trying(ASKING, "finally:", "    print(text)"), True),
        (trying(trying(ASKING, "finally:", "    print(text)"), "except ValueError:", "    break"), True),
        (trying("x = json.loads(text)", "finally:", "    assert isinstance(x, dict)"), True),
        (f"{ASKED}\n    print(text)", False),
        (f"{ASKED}\n    continue\nexcept OSError:\n    x = []", False),
        (trying(f"{ASKING}\nx = json.loads(text)", "finally:", "    print(text)"), False),
        (f"{ASKED}\n    continue\nfinally:\n    x = json.loads(text)", False),
        (f"{ASKED}\n    continue\nx = json.loads(text)", False),
    ],
)
@pytest.mark.parametrize("use", ["print(x['a'])", f"{DONE}print(x['a'])"])
def test_what_a_try_has_asked_when_it_is_done(before: str, told: bool, use: str) -> None:
    lines = "".join(f"        {line}\n" for line in f"{before}\n{use}".splitlines())
    found = answer(TRIED.replace("BODY", lines))
    assert ("TypeError" not in {raised.type for raised in found.raised}) is told


def test_what_the_body_of_a_try_has_asked_holds_in_its_else() -> None:
    lines = f"{ASKED}\n    print(text)\nelse:\n    print(x['a'])".splitlines()
    found = answer(TRIED.replace("BODY", "".join(f"        {line}\n" for line in lines)))
    assert "TypeError" not in {raised.type for raised in found.raised}
