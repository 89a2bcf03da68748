"""What names mean: scopes, imports, and where a decorator or a default is evaluated."""

from __future__ import annotations

import ast
import sys
from textwrap import dedent

import pytest

from codemods.module import Module
from codemods.names import names_of


def module_of(source: str) -> Module:
    return Module("a.py", dedent(source).encode())


def expression_after(module: Module, mark: str) -> ast.expr:
    """The argument of the first call `mark(…)`."""
    for call in module.nodes(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == mark:
            return call.args[0]
    raise LookupError(mark)


QUALIFIED = {
    "a module": ("import os\nask(os.path.join)", "os.path.join"),
    "a submodule binds its package": ("import os.path\nask(os.sep)", "os.sep"),
    "an alias": ("import os.path as p\nask(p.join)", "os.path.join"),
    "from": ("from os import path as p\nask(p.join)", "os.path.join"),
    "relative": ("from .db import get_db\nask(get_db)", ".db.get_db"),
    "relative, the package itself": ("from . import db\nask(db.get)", ".db.get"),
    "two dots": ("from .. import db\nask(db.get)", "..db.get"),
    "a builtin": ("ask(next)", "builtins.next"),
    "a builtin that a star import may hide": ("from x import *\nask(next)", None),
    "a builtin that the file hides": ("next = 1\nask(next)", None),
    "an argument hides": ("import os\ndef f(os): ask(os.path)", None),
    "an import inside the function": ("def f():\n    import os\n    ask(os.path)", "os.path"),
    "seen from another function": ("def f():\n    import os\ndef g():\n    ask(os.path)", None),
    "a call has no name": ("import os\nask(os.getcwd().x)", None),
    "the fallback of a failed import": (
        "try:\n    import yaml\nexcept ImportError:\n    yaml = None\nask(yaml.load)",
        "yaml.load",
    ),
    "two imports that disagree": (
        "try:\n    import a\nexcept ImportError:\n    import b as a\nask(a.x)",
        None,
    ),
    "what only Python 2 has, and its heir": (
        "try:\n    import cPickle as a\nexcept ImportError:\n    import pickle as a\nask(a.x)",
        "pickle.x",
    ),
    "a function that moved since Python 2": (
        "try:\n    from urllib.parse import quote\nexcept ImportError:\n    from urllib import quote\n\n"
        "ask(quote)",
        "urllib.parse.quote",
    ),
    "what only Python 2 has, and a variable": (
        "try:\n    from itertools import izip\nexcept ImportError:\n    izip = zip\nask(izip)",
        None,
    ),
    "what only Python 2 has, alone": ("import cPickle\nask(cPickle.load)", "cPickle.load"),
    "global": ("import os\ndef f():\n    global os\n    import os\n    ask(os.path)", "os.path"),
    "rebound through global": ("import os\ndef f():\n    global os\n    os = 1\nask(os.path)", None),
    "a class body is not seen from a method": (
        "import os\nclass A:\n    os = 1\n    def f(self): ask(os.path)",
        "os.path",
    ),
    "a class body is seen by itself": ("import os\nclass A:\n    os = 1\n    ask(os.path)", None),
    "a class body is not seen by its comprehensions": (
        "import os\nclass A:\n    os = 1\n    x = [ask(os.path) for _ in y]",
        "os.path",
    ),
    "but by their first iterable": (
        "import os\nclass A:\n    os = 1\n    x = [i for i in ask(os.path)]",
        None,
    ),
    "a default is evaluated outside": ("import os\ndef f(os=ask(os.path)): pass", "os.path"),
    "a default of a lambda too": ("import os\nf = lambda os=ask(os.path): os", "os.path"),
    "a decorator": ("import os\n@ask(os.path)\ndef f(os): pass", "os.path"),
    "an annotation": ("import os\ndef f(os: ask(os.path)): pass", "os.path"),
    "a return annotation": ("import os\ndef f(os) -> ask(os.path): pass", "os.path"),
    "a base class": ("import os\nclass A(ask(os.path)):\n    os = 1", "os.path"),
    "a comprehension's target hides": ("import os\n[ask(os.path) for os in x]", None),
    "not in its first iterable": ("import os\n[os for os in ask(os.path)]", "os.path"),
    "but in its second": ("import os\n[os for a in x for os in ask(os.path)]", None),
    "deep in the first iterable": ("import os\n[os for os in (y for y in ask(os.path))]", "os.path"),
    "a loop variable": ("import os\nfor os in x: ask(os.path)", None),
    "a handler's name": ("import os\ntry: pass\nexcept E as os: ask(os.path)", None),
    "a match capture": ("import os\nmatch x:\n    case [os]: ask(os.path)", None),
    "a match mapping's rest": ("import os\nmatch x:\n    case {**os}: ask(os.path)", None),
    "a walrus": ("import os\nif (os := 1): ask(os.path)", None),
    "a walrus in a comprehension binds outside": ("import os\n[(os := y) for y in x]\nask(os.path)", None),
    "nonlocal": (
        "import os\ndef f():\n  os = 1\n  def g():\n    nonlocal os\n    os = 2\n  ask(os.path)",
        None,
    ),
    "nonlocal past a function that does not bind": (
        "def f():\n  import os\n  def g():\n    def h():\n      nonlocal os\n      ask(os.path)",
        "os.path",
    ),
}


@pytest.mark.parametrize("case", QUALIFIED)
def test_qualified(case: str) -> None:
    source, expected = QUALIFIED[case]
    module = module_of(source)
    assert names_of(module).qualified(expression_after(module, "ask")) == expected


USES = {
    "function and closure": ("def f():\n    x = 1\n    def g(): return x\nx = 2", "f", "x", [2, 3]),
    "not the class's": ("def f(x):\n    class A:\n        x = x\n    return x", "f", "x", [4]),
    "walrus": ("def f():\n    any((x := y) for y in z)\n    return x", "f", "x", [2, 3]),
    "argument": ("def f(x):\n    lambda: x\n    [x for x in x]", "f", "x", [2, 3]),
    "nonlocal": ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2", "f", "x", [2, 5]),
}


@pytest.mark.parametrize("case", USES)
def test_uses(case: str) -> None:
    source, owner, name, lines = USES[case]
    module = module_of(source)
    names = names_of(module)
    function = next(f for f in module.nodes(ast.FunctionDef) if f.name == owner)
    binding = names.bindings_in(function)[name][0]
    assert [use.lineno for use in names.uses(binding)] == lines


def test_nonlocal_binds_in_the_nearest_function_that_has_the_name() -> None:
    module = module_of(
        """
        def f():
            x = 1
            def g():
                def h():
                    nonlocal x
                    x = 2
        """
    )
    f, g, h = module.nodes(ast.FunctionDef)
    names = names_of(module)
    assert [len(names.bindings_in(s).get("x", [])) for s in (f, g, h)] == [2, 0, 0]


@pytest.mark.parametrize(
    ("source", "name", "dotted", "expected"),
    [
        ("ask(1)", "sys", "sys", True),
        ("import sys\nask(1)", "sys", "sys", True),
        ("sys = 1\nask(1)", "sys", "sys", False),
        ("def f(sys): ask(1)", "sys", "sys", False),
        ("def f():\n    import sys\n    ask(1)", "sys", "sys", False),
        ("ask(1)", "open", "codecs.open", False),
        ("ask(1)", "open", "builtins.open", True),
    ],
)
def test_importable(source: str, name: str, dotted: str, expected: bool) -> None:
    module = module_of(source)
    assert names_of(module).importable(name, dotted, expression_after(module, "ask")) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pass", "path"),
        ("path = 1", "path_2"),
        ("def f(path): path_2", "path_3"),
        ("import a.path as path", "path_2"),
        ("def f():\n    global path", "path_2"),
    ],
)
def test_fresh(source: str, expected: str) -> None:
    assert names_of(module_of(source)).fresh("path") == expected


def test_fresh_leaves_builtins_alone() -> None:
    assert names_of(module_of("pass")).fresh("open") == "open_2"


def test_binding_of_a_node() -> None:
    module = module_of("from os import path as p, sep")
    (statement,) = module.nodes(ast.ImportFrom)
    names = names_of(module)
    assert [names.binding(alias).target for alias in statement.names] == ["os.path", "os.sep"]


def test_names_are_built_once() -> None:
    module = module_of("x = 1")
    assert names_of(module) is names_of(module)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are read from Python 3.12 on")
def test_type_parameters_hide() -> None:
    module = module_of("import T\ndef f[T](x):\n    ask(T.x)")
    assert names_of(module).qualified(expression_after(module, "ask")) is None
