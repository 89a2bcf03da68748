"""The types of expressions: what operators, displays, patterns and functions that pass things on give."""

from __future__ import annotations

import ast
import datetime
import re

import pytest

from codemods.exceptions.types.notation import Type
from codemods.exceptions.types.values import values_of
from codemods.project import Project
from codemods.sources import Memory

HEAD = """\
import copy
import itertools
import json
import re

def main(d: dict[str, int], l: list[str], lists: dict[str, list[int]], n: int, pair: tuple[str, float], x):
    """


def kinds(code: str) -> str:
    """The types of what is assigned to `_`, as annotations would have them, sorted."""
    project = Project(Memory({"app.py": f"{HEAD}{code}\n".encode()}))
    module = project.module("app.py")
    (value,) = [
        node.value
        for node in module.nodes(ast.Assign)
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_"
    ]
    return " ".join(sorted({_written(kind) for kind in values_of(project).seen(module, value)}))


def _written(kind: Type) -> str:
    inner = ",".join("|".join(sorted({_written(one) for one in argument})) for argument in kind.arguments)
    return f"{kind.name}[{inner}]" if inner else kind.name


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for k, v in d.items(): _ = k", "str"),
        ("for k, v in d.items(): _ = v", "int"),
        ("for i, s in enumerate(l): _ = i", "int"),
        ("for i, (k, v) in enumerate(d.items()): _ = v", "int"),
        ("for a, b in zip(l, d.values()): _ = b", "int"),
        ("a, b = pair; _ = b", "float"),
        ("a: dict[str, int] = json.loads(l[0]); _ = a", "data"),  # of any type, whatever is hoped
        ("a: str = json.loads(l[0]); _ = a", "str"),
        ("a: list[str] = json.loads(l[0]) or []; _ = a", "list[str]"),
        ("a = [n]\n    a.append(x)\n    a = ['b']\n    _ = a[0]", "str"),
        ("a = [n]\n    a += [n]\n    a.append('b')\n    _ = a[0]", "int str"),
        ("a, *b = l; _ = a", "str"),
        ("a, *b = l; _ = b", "list[str]"),
        ("a, *b = pair; _ = b", "list[?]"),
        ("(a, b), c = (pair, n); _ = a", "str"),
        ("_ = {k: v for k, v in d.items()}", "dict[str,int]"),
        ("_ = sorted(d.items())", "list[tuple[str,int]]"),
        ("_ = [*l, 1]", "list[int|str]"),
        ("_ = {**d, 'a': 1.5}", "dict[str,float|int]"),
        ("_ = {'a': n, 'b': n, 'c': n, 'd': n, 'e': d['a']}", "dict[str,int]"),
        ("_ = {'a': n, 'b': n, 'c': n, 'd': n, 'e': d['a'], 'f': l}", "dict[str,]"),  # a record
        ("_ = {'a': 1, 'b': 2, 'c': -3, 'd': 4, 'e': int(n), 'f': 6}", "dict[str,int]"),
        ("_ = l + ['x']", "list[str]"),
        ("_ = d | {'x': 1.5}", "dict[str,float|int]"),
        ("_ = set(l) - {'a'}", "set[str]"),
        ("_ = set(l) | {1}", "set[int|str]"),
        ("_ = l * 2", "list[str]"),
        ("_ = pair[1]", "float"),
        ("_ = l[1:]", "list[str]"),
        ("_ = pair[1:]", "tuple[float]"),
        ("_ = pair[:2]", "tuple[str,float]"),
        ("_ = pair[-2:-1]", "tuple[str]"),
        ("_ = pair[n:]", "tuple[float|str]"),
        ("_ = pair[::-1]", "tuple[float,str]"),
        ("_ = (pair * 2)[0]", "float str"),
        ("_ = (pair + pair)[0]", "float str"),
        ("_ = l.copy()", "list[str]"),
        ("_ = copy.deepcopy(lists)", "dict[str,list[int]]"),
        ("_ = dict(zip(l, l))", "dict[str,str]"),
        ("_ = dict(d)", "dict[str,int]"),
        ("_ = list(map(str, l))", "list[str]"),
        ("_ = list(map(x, l))", "list[?]"),
        ("_ = list(map(sorted, l))", "list[?]"),
        ("_ = list(filter(None, l))", "list[str]"),
        ("_ = next(iter(l), None)", "None str"),
        ("_ = max(l, default=None)", "None str"),
        ("_ = min(n, 3.5)", "float int"),
        ("_ = sum(d.values())", "int"),
        ("_ = sum(x)", "?"),
        ("_ = abs(n)", "int"),
        ("_ = round(n / 2)", "int"),
        ("_ = round(n / 2, 1)", "float"),
        ("_ = list(itertools.chain(l, d.values()))", "list[int|str]"),
        ("_ = type(x).__name__", "str"),
        ("_ = list(*x)", "?"),
        ("_ = list()", "list"),
        ("_ = dict()", "dict[,]"),
        ("_ = tuple()", "tuple"),
        ("_ = dict(a=1)", "dict"),
        ("def f(s: str):\n     _ = 'a' + s + 'b'", "str"),
        ("def f(s: str):\n     _ = s + 1", "?"),
        ("def f(b: bytes):\n     _ = b'' + b", "bytes"),
        ("_ = bytearray(b'a') + b'b'", "bytearray"),
        ("_ = bytearray(b'a')[0]", "int"),
        ("_ = 'a%s' % x", "str"),
        ("_ = b'a%s' % x", "bytes"),
        ("def f(s: str):\n     _ = s\n     s = 1", "str"),
        ("def f(s: str):\n     try:\n      _ = s\n      s = 1\n     finally:\n      print()", "str"),
        ("def f(s: str):\n     try:\n      s = 1\n     finally:\n      _ = s", "int str"),
        ("def f(s: str):\n     for i in l:\n      _ = s\n      s = 1", "int str"),
        ("def f(s: str):\n     if s := len(s):\n      _ = s", "int"),
        ("def f(s: str):\n     if n or (s := len(s)):\n      _ = s", "int str"),
        ("def f(s: str):\n     while s := len(s):\n      _ = s", "int"),
        (
            "s = ''\n    if n:\n     pass\n    elif (s := len(l)) > 1:\n     pass\n    else:\n     _ = s",
            "int",
        ),
        ("s = ''\n    match s := len(l):\n     case 1:\n      _ = s", "int"),
        ("s = ''\n    b = n and (s := len(l))\n    _ = s", "int str"),
        ("s = ''\n    b = n + (s := len(l))\n    _ = s", "int"),
        ("s = ''\n    for s in d.values():\n     pass\n    else:\n     _ = s", "int str"),
        ("s = ''\n    try:\n     open(s)\n    except OSError as s:\n     _ = s", "OSError"),
        ("s = ''\n    try:\n     _ = s\n    except OSError as s:\n     pass", "str"),
        ("s = None\n    if n:\n     s = ''\n    if s is None:\n     s = 1\n    _ = s", "int str"),
        ("s = None\n    if n:\n     s = ''\n    if not s or n > 3:\n     s = 1\n    _ = s", "int str"),
        (
            "s = None\n    if n:\n     s = ''\n    if s is None:\n     s = 1\n    else:\n     s = b''\n"
            "    _ = s",
            "bytes int",
        ),
        ("s = None\n    if n:\n     s = ''\n    if not s and n > 3:\n     s = 1\n    _ = s", "None int str"),
        ("s = None\n    if n:\n     s = ''\n    if s is not None:\n     s = 1\n    _ = s", "None int str"),
        (
            "s = None\n    if n:\n     s = ''\n    if s is None:\n     if n > 3:\n      s = 1\n    _ = s",
            "None int str",
        ),
        (
            "s = None\n    if n:\n     s = ''\n    if s is None:\n     try:\n      s = 1\n"
            "     except OSError:\n      return\n    _ = s",
            "int str",
        ),
        (
            "s = None\n    if n:\n     s = ''\n    if s is None:\n     try:\n      s = open('')\n"
            "     except OSError:\n      pass\n    _ = s",
            "None io.TextIOWrapper str",
        ),
        ("s = None\n    if s is None:\n     s = 1\n    for i in l:\n     _ = s\n     s = None", "None int"),
        ("s = d.get('a')\n    if None is not s and 2 < n:\n     _ = s", "int"),
        ("s = d.get('a')\n    if None is s:\n     return\n    _ = s", "int"),
        ("s = d.get('a')\n    if None is s or 2 < n:\n     _ = s", "None int"),
        ("s = None\n    if n:\n     s = ''\n    if None is s:\n     s = 1\n    _ = s", "int str"),
        ("s = d.get('a')\n    if s == None:\n     return\n    _ = s", "int"),
        ("s = d.get('a')\n    if None != s and 2 < n:\n     _ = s", "int"),
        ("s = d.get('a')\n    if s == None:\n     _ = s", "None int"),
        ("s = d.get('a')\n    if s != None or 2 < n:\n     _ = s", "None int"),
        ("s = None\n    if n:\n     s = ''\n    if s == None:\n     s = 1\n    _ = s", "int str"),
        ("s = None\n    if n:\n     s = ''\n    if s != None:\n     s = 1\n    _ = s", "None int str"),
        ("if n:\n     s = d.get('a')\n     if s is None:\n      return\n     _ = s", "int"),
        ("while n:\n     s = d.get('a')\n     if s is None:\n      break\n     _ = s", "int"),
        (
            "while n:\n     s = d.get('a')\n     if s is None:\n      break\n     try:\n      print(s)\n"
            "     except OSError:\n      _ = s",
            "int",
        ),
        ("while n:\n     s = d.get('a')\n     if s is None:\n      s = None\n     _ = s", "None int"),
        ("while n:\n     if s is None:\n      break\n     s = d.get('a')\n     _ = s", "None int"),
        (
            "while n:\n     s = d.get('a')\n     if s is None:\n      break\n     while x:\n      _ = s\n"
            "      s = None",
            "None int",
        ),
        (
            "match x:\n     case 1:\n      s = d.get('a')\n      assert s is not None\n      _ = s",
            "int",
        ),
        (
            "if n:\n     s = d.get('a')\n     if s is None:\n      return\n     _ = (s := d.get('b'), s)[1]",
            "None int",
        ),
        ("s = d.get('a')\n    if s is not None and n != (s := d.get('b')):\n     _ = s", "None int"),
        ("s = d.get('a')\n    if s is None or n == (s := d.get('b')):\n     return\n    _ = s", "None int"),
        ("s = d.get('a')\n    if s is None and (s := n):\n     _ = s", "int"),
        ("def f(s: str):\n     _ = (s := len(l)) and s", "int str"),
        ("def f(s: str):\n     def g():\n      nonlocal s\n      s = 1\n     g()\n     _ = s", "int str"),
        ("async def f(s: list[int]):\n     async for s in s:\n      _ = s", "? int"),
        ("def f():\n     s = ''\n     if n:\n      s = 'b'\n     with x:\n      _ = s = s.strip()", "str"),
        ("def f():\n     s = 'a'\n     if n:\n      s = b''\n     _ = s\n     s = 1", "bytes str"),
        ("def f():\n     s = 'a'\n     if n:\n      s = b''\n     _ = [lambda: s][0]()\n     s = 1", "?"),
        (
            "def f():\n     s = 'a'\n     while n:\n      if n:\n       s = b''\n      _ = s\n      s = 1",
            "bytes int str",
        ),
        (
            "s = 'a'\n    if n:\n     s = b''\n    _ = s\n    def g():\n     nonlocal s\n     s = 1",
            "bytes int str",
        ),
    ],
)
def test_types(code: str, expected: str) -> None:
    assert kinds(code) in (expected, "" if expected == "?" else expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if isinstance(x, dict):\n        _ = x", "dict[data,data]"),
        ("if not isinstance(x, dict):\n        return\n    _ = x['a']", "data"),
        ("if type(x) is list:\n        _ = x", "list[data]"),
        ("if isinstance(x, (dict, str)):\n        _ = x", "dict[data,data] str"),
        ("if isinstance(x, set):\n        _ = x", "set"),
    ],
)
def test_a_part_of_data_holds_data(code: str, expected: str) -> None:
    assert kinds(f"import json\n    x = json.loads(l[0])\n    {code}") == expected


def test_types_do_not_grow_without_end() -> None:
    assert kinds("_ = [[[[[[1]]]]]]") == "list[list[list[list]]]"
    assert kinds("_ = [[1], ['']]") == "list[list[int|str]]"
    classes = "\n    ".join(f"class C{number}: pass" for number in range(25))
    many = ", ".join(f"C{number}()" for number in range(25))
    assert kinds(f"{classes}\n    _ = [{many}]") == "list"


DATED = (
    "datetime.datetime(2020, 1, 2)",
    "datetime.date(2020, 1, 2)",
    "datetime.timedelta(3)",
    "2",
    "2.5",
    "True",
)


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%"])
@pytest.mark.parametrize("left", DATED[:3])
@pytest.mark.parametrize("right", DATED)
def test_operators_on_dates(left: str, operator: str, right: str) -> None:
    for code in (f"{left} {operator} {right}", f"{right} {operator} {left}"):
        try:
            made = eval(code, {"datetime": datetime})
        except TypeError:
            assert not kinds(f"import datetime; _ = {code}")
        else:
            name = type(made).__name__
            wanted = name if name in ("int", "float") else f"datetime.{name}"
            assert kinds(f"import datetime; _ = {code}") == wanted


GROUPS = [
    *("(a)", "(a)(b)", "(a)?", "(a)*", "(a)+", "(a){0,2}", "(a){,2}", "(a){2}", "(a)|b", "((a)|(b))"),
    *("(?:(a)b)?", "(?:(a)b)+", "(?P<x>a)(?P<y>b)?", "[(](a)", "[^](](a)", r"\((a)\)?", "(?=(a))a"),
    *("(a(b)?)", "(?!(b))a", "(?i:(a))", "(?#(a?)(b)", "(?:a|(b))(a|b)", "(?<=(a))b|(b)", "(?<!(a))b"),
    *("(a)??b", "(?:(?P<x>a)(?P=x)?)+", "(?:a|b)?(b)", "((((a))))", "(a(?:b|(a)))?"),
]


@pytest.mark.parametrize("pattern", GROUPS)
def test_a_group_that_may_take_no_part_may_be_none(pattern: str) -> None:
    matches = [m for text in TEXTS for m in re.finditer(pattern, text)]
    assert matches
    for number in range(1, matches[0].re.groups + 1):
        found = kinds(f"m = re.search({pattern!r}, x)\n    if m:\n        _ = m.group({number})")
        is_none = any(match.group(number) is None for match in matches)
        assert found == ("None str" if is_none else "str")


TEXTS = ["a", "b", "ab", "ba", "aab", "(a", "((a", "(a)", "(", "c", "abab", "]a", "xa", "aa"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m = re.match('(a)(b)?', x)\n    _ = m.group(1, 2)", "tuple[str,None|str]"),
        ("m = re.match('(a)', x)\n    _ = m.group()", "str"),
        ("m = re.match('(a)', x)\n    if m:\n        _ = m[0]", "str"),
        ("m = re.match('(a)?', x)\n    if m:\n        _ = m[1]", "None str"),
        ("m = re.match('( a ) ?', x, re.X)\n    _ = m.group(1)", "None str"),
        ("m = re.match('(a)', x, flags=re.I | re.M)\n    _ = m.group(1)", "str"),
        ("m = re.match('(?x)(a) ?', x)\n    _ = m.group(1)", "None str"),
        ("m = re.match('(a)', x) or re.match('(a)?', x)\n    _ = m.group(1)", "None str"),
        ("m = re.match('(a)', x) or re.search('b(a)', x)\n    _ = m.group(1)", "str"),
        ("m = re.match('(a)', x) or x.match\n    _ = m.group(1)", "None str"),
        ("m = re.match('(a)', x) or re.match(x, x) or None\n    _ = m.group(1)", "None str"),
        ("m = re.match('(a)', x) if n else re.match('(b)', x)\n    _ = m.group(1)", "str"),
        ("m = re.match('(a)', x) if n else None\n    _ = m.group(1)", "str"),
        ("if m := (re.match('(a)', x) or re.match('(b)', x)):\n        _ = m.group(1)", "str"),
        ("m = None\n    if n:\n        m = re.match('(a)', x)\n    _ = m.group(1)", "str"),
        ("m = re.match('(a)', x)\n    if n:\n        m = re.match(x, x)\n    _ = m.group(1)", "None str"),
        ("p = re.compile('(?P<c>a)')\n    for m in p.finditer(x):\n        _ = m.group('c')", "str"),
        ("m = re.match('(a)?(?(1)b|c)(d)', x)\n    _ = m.group(2)", "None str"),
        ("p = re.compile(x)\n    m = p.match(x)\n    _ = m.group(1)", "None str"),
    ],
)
def test_groups_of_patterns(code: str, expected: str) -> None:
    assert kinds(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("with open('a') as f:\n        s = f.read()", "str"),
        ("with open('a') as f, open('b') as g:\n        with open('c'):\n            s = 'a'", "str"),
        ("with x.guarded():\n        s = 'a'", "bytes str"),
        ("with contextlib.suppress(OSError):\n        s = 'a'", "bytes str"),
        ("with open('a') as f:\n        if f:\n            s = 'a'", "bytes str"),
    ],
)
def test_what_the_body_of_a_with_binds_is_bound_after_it(code: str, expected: str) -> None:
    assert kinds(f"import contextlib\n    s = b''\n    {code}\n    _ = s") == expected


@pytest.mark.parametrize("later", ["lambda: s", "(s for _ in [1])"])
def test_what_runs_later_sees_what_is_bound_below_it(later: str) -> None:
    code = f"def f(n):\n    s = 'a'\n    if n:\n        s = b''\n    g = {later}\n    s = 1\n    return g\n"
    project = Project(Memory({"app.py": code.encode()}))
    module = project.module("app.py")
    (read,) = [n for n in module.nodes(ast.Name) if n.id == "s" and isinstance(n.ctx, ast.Load)]
    assert {kind.name for kind in values_of(project).seen(module, read)} == {"bytes", "int", "str"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from shop import Settings\n_ = Settings.name", "str"),
        ("from shop.core import Settings\n_ = Settings.name", "str"),
        ("from shop import core\n_ = core.Settings.name", "str"),
        ("import shop.core\n_ = shop.core.Settings.name", "str"),
        ("from shop import current\n_ = current.name", "str"),
        ("from shop import current\n_ = current", "_Settings"),
        ("from shop import size\n_ = size", "int"),
        ("from shop.deep import size\n_ = size", "int"),
        ("from shop import Circle\n_ = Circle.name", "?"),
        ("from shop.core import Other\n_ = Other.name", "?"),
        ("from shop.around import around\n_ = around", "?"),
    ],
)
def test_variables_that_files_pass_on_and_other_names_of_classes(line: str, expected: str) -> None:
    files = {
        "shop/__init__.py": b"from .core import Circle, Settings, current, size\nfrom .around import *\n",
        "shop/core.py": b"""\
class _Settings:
    name: str = "a"

Settings = _Settings
current = _Settings()
size = 1
Circle = Round
Round = Circle
Other = _Settings
if size:
    Other = object
""",
        "shop/deep/__init__.py": b"from .. import size\n",
        "shop/around.py": b"from . import around\n",
        "app.py": f"{line}\n".encode(),
    }
    project = Project(Memory(files))
    module = project.module("app.py")
    value = module.nodes(ast.Assign)[-1].value
    assert " ".join(_written(kind) for kind in values_of(project).seen(module, value)) in (
        expected,
        "" if expected == "?" else expected,
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if isinstance(x, io.TextIOWrapper): _ = x", "io.TextIOWrapper"),
        ("if isinstance(x, io.IOBase): _ = x", ""),
        ("if isinstance(x, io.RawIOBase): _ = x", ""),
        ("if isinstance(x, abc.Mapping): _ = x", ""),
        ("if isinstance(x, (str, abc.MutableMapping)): _ = x", ""),
        ("if isinstance(d, abc.Mapping): _ = d", "dict[str,int]"),
        ("match x:\n        case abc.Mapping(): _ = x", ""),
        ("value = n or x\n    if not isinstance(value, abc.Sequence): _ = value", "? int"),
        ("value = n or x\n    if not isinstance(value, abc.Mapping): _ = value", "? int"),
        ("value = n or x\n    if not isinstance(value, int): _ = value", ""),
    ],
)
def test_an_abstract_class_leaves_what_nobody_knows(code: str, expected: str) -> None:
    assert kinds(f"import io, collections.abc as abc\n    {code}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(text: AnyStr): _ = text", "bytes str"),
        ("def f(text: AnyStr):\n     if isinstance(text, bytes): return\n     _ = text", "str"),
        ("def f(text: AnyStr) -> AnyStr: return g(text)\n    _ = f('a')", ""),  # as it is given
        ("def f(text: AnyStr) -> AnyStr: return text\n    _ = f(n)", ""),
    ],
)
def test_an_argument_of_text_or_bytes(code: str, expected: str) -> None:
    assert kinds(f"from typing import AnyStr\n    {code}") == expected


@pytest.mark.parametrize(
    ("stores", "expected"),
    [
        ("self.a, self.b = 'x', 1", "str"),
        ("[self.b, self.a] = ['x', 1]", "int"),
        ("self.a, (self.b, self.c) = 'x', (1, 2)", "str"),
        ("self.b, (self.a, self.c) = 'x', (1, 2.5)", "int"),
        ("self.a, self.b = 'a=b'.split('=')", "str"),
        ("self.b, self.a = divmod(5, 2)", "int"),
        ("self.b, self.a = pair", "float"),
        ("self.a, *self.b = 'x', 1, 2", "str"),
        ("self.a, self.b = None, None\n      self.a, self.c = 'x', 1", "None str"),
        ("self.a, self.b = x", ""),
        ("self.b, *self.a = 'x', 1, 2", "list[?]"),
    ],
)
def test_an_attribute_gets_its_part_of_what_is_taken_apart(stores: str, expected: str) -> None:
    code = f"class Parts:\n     def __init__(self):\n      {stores}\n    _ = Parts().a"
    assert kinds(code) in (expected, "" if expected else "?")


@pytest.mark.parametrize(
    ("body", "expected"),
    [("a, b = 'x', 1", "str"), ("b = a = 1", "int"), ("b, *a = 'x', 1", ""), ("a, b = pair", "")],
)
def test_a_class_body_takes_apart_what_is_written_out(body: str, expected: str) -> None:
    assert kinds(f"class Parts:\n     {body}\n    _ = Parts().a") in (expected, "" if expected else "?")
