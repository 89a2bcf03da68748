"""What an argument without an annotation gets, by the calls of its function."""

from __future__ import annotations

import ast
import textwrap

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.types.notation import CALLED
from codemods.project import Project
from codemods.sources import Memory

HEAD = """\
import socket
import threading
from collections.abc import Iterator

import elsewhere

line = socket.socket()
"""


def answer(code: str, **others: str) -> MayRaise:
    """What the first `try` may raise of a file with this code, beside other files."""
    files = {"app/__init__.py": "", "app/main.py": HEAD + textwrap.dedent(code)}
    files |= {path.replace("__", "/") + ".py": textwrap.dedent(text) for path, text in others.items()}
    project = Project(Memory({path: text.encode() for path, text in files.items()}))
    module = project.module("app/main.py")
    return may_raise(module.nodes(ast.Try)[0].body, module, project)


def types(found: MayRaise) -> set[str]:
    return {raised.type for raised in found.raised}


TRY = "try:\n        x.send(b'')\n    except Exception:\n        pass\n"
RUN = "    def run(self):\n"
METHOD = "try:\n            x.send(b'')\n        except Exception:\n            pass\n"
OF_SELF = METHOD.replace("x.send", "self.x.send")

HIDDEN = {
    "a private function": f"def _f(x):\n    {TRY}\n_f(line)\n",
    "by keyword": f"def _f(n, *, x=None, y=1):\n    {TRY}\n_f(1, x=line)\n",
    "a default": f"def _f(x=line):\n    {TRY}\n_f()\n",
    "of several places": f"def _f(y, x):\n    {TRY}\n_f(1, line)\n_f(x=socket.socket(), y=2)\n",
    "itself": f"def _f(x, n):\n    _f(x, n - 1)\n    {TRY}\n_f(line, 3)\n",
    "a thread": f"def _f(x, n):\n    {TRY}\nthreading.Thread(target=_f, args=(line, 1)).start()\n",
    "a pool": f"def _f(x, n=2):\n    {TRY}\nelsewhere.pool.submit(_f, line)\n",
    "an executor": f"def _f(x):\n    {TRY}\nelsewhere.loop.run_in_executor(None, _f, line)\n",
    "through another": f"def _g(z):\n    _f(z)\ndef _f(x):\n    {TRY}\n_g(line)\n",
    "a method": f"class A:\n    def _m(self, x):\n        {METHOD}\n{RUN}        self._m(line)\n",
    "of a class": f"class A:\n    @classmethod\n    def _m(cls, x):\n        {METHOD}\n    def run(self):\n"
    "        self._m(line)\n        A._m(line)\n",
    "static": f"class A:\n    @staticmethod\n    def _m(x):\n        {METHOD}\n    def run(self):\n"
    "        self._m(line)\n        A._m(x=line)\n",
    "with the instance written out": f"class A:\n    def _m(self, x):\n        {METHOD}\n"
    "    def run(self):\n        A._m(self, line)\n",
    "of a class below": f"class A(elsewhere.Widget):\n    def _m(self, x):\n        {METHOD}\n"
    "    def run(self):\n        self._m(line)\n",
    "a private class": "class _A:\n    def __init__(self, x):\n        self.x = x\n"
    f"    def run(self):\n        {OF_SELF}\n_A(line)\nall: Iterator[_A] = []\n",
}


@pytest.mark.parametrize("code", HIDDEN.values(), ids=HIDDEN.keys())
def test_all_calls_are_seen(code: str) -> None:
    found = answer(code)
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), ())


def test_a_function_in_a_function() -> None:
    inner = TRY.replace("\n", "\n    ")
    found = answer(f"def outer():\n    def f(x):\n        {inner}\n    f(line)\n    elsewhere.f = 1\n")
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), ())


PUBLIC = {
    "a function": f"def f(x):\n    {TRY}\nf(line)\n",
    "that is exported": f"__all__ = ['f']\ndef f(x):\n    {TRY}\nf(line)\n",
    "a method": f"class A:\n    def m(self, x):\n        {METHOD}\n{RUN}        self.m(line)\n",
    "a class": "class A:\n    def __init__(self, x):\n        self.x = x\n"
    f"    def run(self):\n        {OF_SELF}\nA(line)\n",
    "a method that others have too": f"class A:\n    def sendall(self, x):\n        {METHOD}\n"
    "    def run(self):\n        self.sendall(line)\n        socket.socket().sendall(b'')\n",
}


@pytest.mark.parametrize("code", PUBLIC.values(), ids=PUBLIC.keys())
def test_what_others_may_call_is_an_assumption(code: str) -> None:
    found = answer(code)
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), (CALLED,))


def test_calls_of_other_files_count() -> None:
    other = "import socket\nfrom app.main import f as g\n\ng(socket.socket())\n"
    found = answer(f"def f(x):\n    {TRY}", app__other=other)
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), (CALLED,))
    assert answer(
        f"def f(x):\n    {TRY}f(line)\n", app__other=other.replace("socket.socket()", "made()")
    ).missing


OPTIONS = {
    "of a parser": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', type=_f)\n",
    "of a group": "import argparse\np = argparse.ArgumentParser().add_argument_group('a')\n"
    "p.add_argument('n', nargs='*', type=_f)\n",
    "of a choice": "import argparse\np = argparse.ArgumentParser().add_mutually_exclusive_group()\n"
    "p.add_argument('--n', type=_f, default=3)\n",
    "of a command": "import argparse\np = argparse.ArgumentParser().add_subparsers().add_parser('a')\n"
    "p.add_argument('--n', type=_f)\n",
    "annotated": "import argparse\ndef add(p: argparse.ArgumentParser):\n    p.add_argument('n', type=_f)\n",
}
NUMBER = TRY.replace("x.send(b'')", "int(x)")


@pytest.mark.parametrize("adding", OPTIONS.values(), ids=OPTIONS.keys())
def test_the_type_of_an_option_gets_what_was_typed(adding: str) -> None:
    found = answer(f"def _f(x):\n    {NUMBER}{adding}")
    assert (types(found), found.missing, found.assumed) == ({"ValueError"}, (), ())
    assert "TypeError" in types(answer(f"def _f(x):\n    {NUMBER}_f(line)\n{adding}"))


def test_the_type_of_an_argument_of_a_request_gets_any_data() -> None:
    found = answer(f"def _f(x):\n    {NUMBER}elsewhere.p.add_argument('n', type=_f)\n")
    assert types(found) >= {"ValueError", "TypeError"}


def test_what_tests_give_counts_for_nothing() -> None:
    test = "from app.main import _f\n\ndef test_f(mocker):\n    _f(mocker.Mock())\n"
    found = answer(f"def _f(x):\n    {TRY}\n_f(line)\n", tests__test_main=test)
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), (CALLED,))
    assert answer(f"def _f(x):\n    {TRY}", tests__test_main=test).missing


def test_a_test_that_nobody_can_read_leaves_the_callers_clear() -> None:
    found = answer(f"def f(x):\n    {TRY}\nf(line)\n", tests__test_main="from app.main import f\nf(\n")
    assert (types(found), found.missing, found.assumed) == ({"OSError"}, (), (CALLED,))


UNCLEAR = {
    "no call": f"def _f(x):\n    {TRY}",
    "an unknown value": f"def _f(x):\n    {TRY}\n_f(line)\n_f(elsewhere.thing())\n",
    "passed on": f"def _f(x):\n    {TRY}\n_f(line)\nelsewhere.register(_f)\n",
    "given another name": f"def _f(x):\n    {TRY}\n_f(line)\ng = _f\n",
    "decorated": f"@elsewhere.route\ndef _f(x):\n    {TRY}\n_f(line)\n",
    "a decorator": f"def _f(x):\n    {TRY}\n_f(line)\n@_f\ndef g(): ...\n",
    "spread": f"def _f(x):\n    {TRY}\n_f(line)\n_f(*elsewhere.things)\n",
    "spread by name": f"def _f(x):\n    {TRY}\n_f(line)\n_f(**elsewhere.things)\n",
    "replaced": f"def _f(x):\n    {TRY}\n_f(line)\nif elsewhere:\n    def _f(x): ...\n",
    "looked up": f"def _f(x):\n    {TRY}\n_f(line)\nglobals()[elsewhere.name](1)\n",
    "a thread with keywords": f"def _f(x):\n    {TRY}\nthreading.Thread(target=_f, kwargs=elsewhere.all)\n",
    "a method that is looked up": f"class A:\n    def _m(self, x):\n        {METHOD}\n"
    "    def run(self, kind):\n        self._m(line)\n        getattr(self, '_' + kind)(1)\n",
    "a method of a class above": "class B:\n    def _m(self, x): ...\n"
    "    def go(self, y):\n        self._m(y)\n"
    f"class A(B):\n    def _m(self, x):\n        {METHOD}\n{RUN}        self._m(line)\n",
    "a public method of an unknown class": "class A(elsewhere.Widget):\n"
    f"    def m(self, x):\n        {METHOD}\n{RUN}        self.m(line)\n",
    "a special method": f"class A:\n    def __call__(self, x):\n        {METHOD}\nA()(line)\n",
    "a class that makes itself": "class _A:\n    def __init__(self, x):\n        self.x = x\n"
    "    @classmethod\n    def make(cls, y):\n        return cls(y)\n"
    f"    def run(self):\n        {OF_SELF}\n_A(line)\n",
    "a class with one below": "class _A:\n    def __init__(self, x):\n        self.x = x\n"
    f"    def run(self):\n        {OF_SELF}\n_A(line)\nclass C(_A): ...\n",
    "a class that is passed on": "class _A:\n    def __init__(self, x):\n        self.x = x\n"
    f"    def run(self):\n        {OF_SELF}\n_A(line)\nelsewhere.add(_A)\n",
    "a lambda": f"def _f(x):\n    {TRY}\n_f(line)\nmap(lambda _f: _f, [])\nsorted([], key=_f)\n",
}


@pytest.mark.parametrize("code", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_others_may_call_it(code: str) -> None:
    assert answer(code).missing


def test_a_file_that_replaces_it() -> None:
    found = answer(
        f"def _f(x):\n    {TRY}\n_f(line)\n", app__other="from app import main\n\nmain._f = print\n"
    )
    assert found.missing


def test_what_is_in_a_list_may_have_changed() -> None:
    code = "def _f(x):\n    try:\n        x[0].send(b'')\n    except Exception:\n        pass\n_f([line])\n"
    assert answer(code).missing


RUNS = "try:\n        x(1)\n    except Exception:\n        pass\n"
RAISES = "def key(n):\n    raise KeyError(n)\ndef value(n):\n    raise ValueError(n)\n"

HANDED_IN = {
    "by place": (f"def _f(x):\n    {RUNS}\n_f(key)\n", {"KeyError"}),
    "one of several": (f"def _f(x):\n    {RUNS}\n_f(key)\n_f(x=value)\n", {"KeyError", "ValueError"}),
    "a default": (f"def _f(x=key):\n    {RUNS}\n_f()\n", {"KeyError"}),
    "through another": (f"def _f(x):\n    {RUNS}\ndef _g(y):\n    _f(y)\n_g(key)\n", {"KeyError"}),
    "itself": (f"def _f(x, n):\n    _f(x, n - 1)\n    {RUNS}\n_f(key, 3)\n", {"KeyError"}),
    "of the standard library": (f"def _f(x):\n    {RUNS}\n_f(socket.if_indextoname)\n", {"OSError"}),
    "a method": (
        f"class A:\n    def m(self, n):\n        raise KeyError(n)\ndef _f(x):\n    {RUNS}\n_f(A().m)\n",
        {"KeyError"},
    ),
    "kept by an instance": (
        "class _A:\n    def __init__(self, x):\n        self._x = x\n"
        f"    def run(self):\n        {METHOD.replace('x.send(b', 'self._x(').replace(chr(39) * 2, '1')}"
        "_A(key)\n",
        {"KeyError"},
    ),
    "of the function around": (
        f"def _f(x):\n    def inner():\n        {RUNS.replace(chr(10), chr(10) + '    ')}\n"
        "    inner()\n_f(key)\n",
        {"KeyError"},
    ),
    "or nothing": (f"def _f(x=None):\n    {RUNS}\n_f()\n_f(key)\n", {"KeyError", "TypeError"}),
    "or nothing, which is asked": (
        f"def _f(x=None):\n    if x:\n        {RUNS.replace(chr(10), chr(10) + '    ')}\n_f()\n_f(key)\n",
        {"KeyError"},
    ),
}


@pytest.mark.parametrize(("code", "expected"), HANDED_IN.values(), ids=HANDED_IN.keys())
def test_a_function_that_is_handed_in(code: str, expected: set[str]) -> None:
    found = answer(RAISES + code)
    assert (types(found), found.missing) == (expected, ())


WRAPS = "import json, requests\n\ndef _later(x):\n    return lambda y: x(y)\n"
WRAPS += "def _now(x):\n    return x('a')\n\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("_later(json.loads)", set()),
        ("_later(requests.get)", set()),
        ("load = requests.get", set()),
        ("_now(json.loads)", {"json.JSONDecodeError"}),
        ("_now(requests.get)", {"requests.RequestException"}),
    ],
)
def test_a_function_that_is_wrapped_is_not_called(code: str, expected: set[str]) -> None:
    found = answer(f"{WRAPS}try:\n    {code}\nexcept Exception:\n    pass\n")
    assert {raised.type for raised in found.likely} == expected


def test_who_may_hand_in_other_functions() -> None:
    found = answer(f"{RAISES}def f(x):\n    {RUNS}\nf(key)\n")
    assert (types(found), found.missing, found.assumed) == ({"KeyError"}, (), (CALLED,))
    assert answer(f"{RAISES}def _f(x):\n    {RUNS}\n_f(key)\n_f(elsewhere.thing)\n").missing
    assert answer(f"{RAISES}def _f(x):\n    {RUNS}\n_f(key)\n_f(lambda n: n)\n").missing
    assert answer(f"{RAISES}def _f(x):\n    {RUNS}\n_f(key)\nelsewhere.add(_f)\n").missing


@pytest.mark.parametrize(
    ("code", "is_named"),
    [
        ("def f(x=None):\n    try:\n        os.remove(x)\n", True),
        ("def f(*, x=None):\n    try:\n        os.path.join('a', x)\n", True),
        ("class A:\n    def f(self, x=None):\n        try:\n            os.remove(x)\n", True),
        ("def f(x=None):\n    try:\n        os.remove(x or 'a')\n", False),
        ("def f(x=None):\n    x = x or elsewhere.x\n    try:\n        os.remove(x)\n", False),
        ("def f(x=None):\n    if x is None:\n        return\n    try:\n        os.remove(x)\n", False),
        ("def f(x=None):\n    try:\n        if x:\n            os.remove(x)\n", False),
        ("def f(x=''):\n    try:\n        os.remove(x)\n", False),
        ("def f(x):\n    try:\n        os.remove(x)\n", False),
    ],
)
def test_an_argument_that_is_left_out_may_be_none(code: str, is_named: bool) -> None:
    indent = "        " if code.startswith("class") else "    "
    found = answer(f"import os\n\n\n{code}{indent}except Exception:\n{indent}    pass\n")
    assert ("TypeError" in {raised.type for raised in found.likely}) is is_named


CHECK = """\
import os


def check(path, mode='r'):
    if not os.path.exists(path):
        raise KeyError


"""
ASKED = CHECK.replace("not os", "path and not os")


@pytest.mark.parametrize(
    ("head", "code", "is_named"),
    [
        (CHECK, "def f(x=None):\n    try:\n        check(x)\n", True),
        (CHECK, "def f(x=None):\n    try:\n        check(mode='w', path=x)\n", True),
        (CHECK, "def f(x=None):\n    try:\n        check(os.environ.get('A'))\n", True),
        (CHECK, "def f(x=None):\n    try:\n        check('a', x)\n", False),
        (CHECK, "def f(x=None):\n    try:\n        check(x or 'a')\n", False),
        (CHECK, "def f(x=None):\n    try:\n        if x:\n            check(x)\n", False),
        (CHECK, "def g(x=None):\n    check(x)\n\n\ndef f(x):\n    try:\n        check(x)\n", False),
        (ASKED, "def f(x=None):\n    try:\n        check(x)\n", False),
    ],
)
def test_a_function_may_hand_a_none_on(head: str, code: str, is_named: bool) -> None:
    found = answer(f"{head}{code}    except Exception:\n        pass\n")
    assert ("TypeError" in {raised.type for raised in found.likely}) is is_named
    assert "KeyError" in types(found)
