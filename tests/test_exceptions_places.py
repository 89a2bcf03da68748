"""What is sure to be there: keys that a loop goes through, parts that a pattern takes out."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE
from tests.test_exceptions import answer, body, likely


@pytest.mark.parametrize(
    "code",
    [
        "for k in x:\n    print(x[k])",
        "for k in x.keys():\n    x[k] = f'{x[k]}'",
        "for k in list(x.keys()):\n    if k:\n        print(x[k])",
        "{k: x[k] for k in x}",
        "[x[j] for k in x for j in x]",
        "for k in list(x):\n    del x[k]",
    ],
)
@pytest.mark.parametrize("arguments", ["x: dict", "x: dict, k"])
def test_a_key_of_the_loop(code: str, arguments: str) -> None:
    assert "KeyError" not in likely(answer(body(code, arguments=arguments)))


@pytest.mark.parametrize(
    "code",
    [
        "for k in x:\n    x.pop(k)\n    print(x[k])",
        "for k in list(x):\n    drop(x)\n    print(x[k])",
        "for k in x:\n    k = 1\n    print(x[k])",
        "for k in x:\n    x = {}\n    print(x[k])",
        "for k in y:\n    print(x[k])",
        "for k in x:\n    pass\nprint(x[k])",
        "for k in x:\n    for k in 'ab':\n        print(x[k])",
        "for k in x.values():\n    print(x[k])",
        "[x[k] for x in [{}] for k in x]",
        "[x[k] for k in x for x in [{}]]",
        "f = [lambda: x[k] for k in x]\nx[k]",
    ],
)
def test_a_key_of_something_else(code: str) -> None:
    assert "KeyError" in likely(answer(body(code, arguments="x: dict, y: dict, drop, k")))


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("a, (b, c) = 1, x", {"ValueError"}),
        ("a, (b, c) = 1, (2, 3)", set()),
        ("(a, b), c = x, (1, 2)", {"ValueError"}),
        ("for a, (b, c) in enumerate([x]):\n    pass", {"ValueError"}),
        ("for a, (b, c) in enumerate(['a,b'.split(',')]):\n    pass", {"ValueError"}),
        ("for a, (b, c) in enumerate([(1, 2)]):\n    pass", set()),
        ("for a, (b, c) in {1: (2, 3)}.items():\n    pass", set()),
        ("for a, (b, c) in {1: (2, 3, 4)}.items():\n    pass", {"ValueError"}),
        ("[b for a, (b, c) in zip([1], [x])]", {"ValueError"}),
        ("(*a, (b, c)) = [x]", {"ValueError"}),
        ("for a in socket.getaddrinfo('a', 1):\n    host, port = a[4]", {"OSError", "ValueError"}),
        ("for *_, (host, port) in socket.getaddrinfo('a', 1):\n    pass", {"OSError", "ValueError"}),
        ("for _, _, _, _, (host, *_) in socket.getaddrinfo('a', 1):\n    pass", {"OSError"}),
        ("[a[4][0] for a in socket.getaddrinfo('a', 1)]", {"OSError"}),
    ],
)
def test_what_patterns_take_apart(code: str, wanted: set[str]) -> None:
    found = answer(body(code, "import socket", arguments="x: list[int]"))
    assert {name for name in likely(found) if name != "TypeError"} == wanted


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("y['a']", {"TypeError"}),
        ("y[b'a']", {"TypeError"}),
        ("y['a'] = 1", {"TypeError"}),
        ("y[0]", {"IndexError"}),
        ("y[1 if y else 'a']", {"TypeError", "IndexError"}),
        ("'abc'['a']", {"TypeError"}),
        ("rows.fetchone()['a']", {"TypeError", "IndexError", "sqlite3.Error"}),  # it may be a `sqlite3.Row`
    ],
)
def test_an_index_that_is_no_number(code: str, types: set[str]) -> None:
    found = answer(body(code, "import sqlite3", "y: list[int], rows: sqlite3.Cursor"))
    assert found.complete
    assert likely(found) == types


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("parse_qs(x)['a'][0]", False),
        ("parse_qs(x)['a'][-1]", False),
        ("parse_qs(x)['a'][1]", True),
        ("parse_qs(x)['a'][y]", True),
        ("found = parse_qs(x)\nif 'a' in found:\n    found['a'][0]", False),
        ("found = parse_qs(x)\nfound['a'].pop()\nfound['a'][0]", True),
        ("found = parse_qs(x)\nvalues = found['a']\nvalues.clear()\nfound['a'][0]", True),
        ("found = parse_qs(x)\nclear(found)\nfound['a'][0]", True),
        ("found = parse_qs(x)\nfound['a'] = []\nfound['a'][0]", True),
        ("found = parse_qs(x) if x else {'a': []}\nfound['a'][0]", True),
        ("found = parse_qs(x)\nif y:\n    found = {'a': []}\nfound['a'][0]", True),
        ("shared['a'][0]", True),
    ],
)
def test_the_values_of_a_query(code: str, missing: bool) -> None:
    head = "from urllib.parse import parse_qs\n\nshared = parse_qs('a=1')\n"
    clear = "def clear(found):\n    found.clear()\n"
    found = answer(body(code, head + clear, "x: str, y: int"))
    assert ("IndexError" in likely(found)) is missing


@pytest.mark.parametrize("code", ["sys.argv[0]", "sys.path[0]", "inspect.stack()[0]", "inspect.stack()[1]"])
def test_what_python_fills_itself_is_hardly_ever_empty(code: str) -> None:
    found = answer(body(code, "import inspect, sys"))
    assert {raised.confidence for raised in found.raised if raised.type == "IndexError"} == {RARE}


@pytest.mark.parametrize("code", ["sys.argv[0]", "sys.path[0]"])
def test_the_second_may_not_be_there(code: str) -> None:
    assert likely(answer(body(code.replace("0", "1"), "import sys"))) == {"IndexError"}


def test_a_file_may_have_no_caller() -> None:
    code = "import inspect\ntry:\n    inspect.stack()[PLACE]\nexcept Exception:\n    pass\n"
    assert likely(answer(code.replace("PLACE", "0"))) == set()
    assert likely(answer(code.replace("PLACE", "1"))) == {"IndexError"}
    assert likely(answer(body("inspect.stack()[2]", "import inspect"))) == {"IndexError"}
