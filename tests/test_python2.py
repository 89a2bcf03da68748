"""Which files are taken to be for Python 2 too."""

from __future__ import annotations

import pytest

from codemods.files import Files
from codemods.sources import Memory

FUTURE = "from __future__ import print_function\n"
CLASSIFIED = 'classifiers = ["Programming Language :: Python :: {}"]\n'


def pyproject(more: str) -> bytes:
    return f'[project]\nname = "p"\n{more}'.encode()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (FUTURE, 1),
        ("import os\n" + FUTURE.replace("print_function", "annotations, division"), 2),
        ("import os, six\n", 1),
        ("from six.moves import urllib\n", 1),
        ("try:\n    import urllib2\nexcept ImportError:\n    import urllib.request as urllib2\n", 2),
        ("def f():\n    import six\n\n\nimport ConfigParser\n", 2),
        ("from past.builtins import basestring\n", 1),
        ("import os\n", None),
        ("from __future__ import annotations\n", None),
        ("class X(object):\n    pass\n", None),
        ("import sixteen\nfrom .six import moves\nfrom compat import urllib2\n", None),
        # what Python 2 cannot read
        (FUTURE + "x = f'{1}'\n", None),
        (FUTURE + "x: int = 1\n", None),
        (FUTURE + "def f(a: int): ...\n", None),
        (FUTURE + "def f(a, *, b): ...\n", None),
        (FUTURE + "def f() -> None: ...\n", None),
        (FUTURE + "async def f(): ...\n", None),
        (FUTURE + "try:\n    x\nexcept ValueError as e:\n    raise KeyError from e\n", None),
    ],
)
def test_signs_in_a_file(source: str, line: int | None) -> None:
    found = Files(Memory({"m.py": source.encode()})).python_2("m.py")
    assert (found is None) if line is None else f"(line {line})" in str(found)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, True),
        ({"pyproject.toml": pyproject("")}, True),
        ({"pyproject.toml": pyproject('requires-python = ">=3.8"\n')}, False),
        ({"pyproject.toml": pyproject('requires-python = ">=3.8"\n' + CLASSIFIED.format("2.7"))}, False),
        ({"pyproject.toml": pyproject(CLASSIFIED.format("3"))}, False),
        ({"pyproject.toml": pyproject(CLASSIFIED.format("3 :: Only"))}, False),
    ],
)
def test_what_the_project_says_comes_first(files: dict[str, bytes], expected: bool) -> None:
    found = Files(Memory({**files, "m.py": FUTURE.encode()})).python_2("m.py")
    assert bool(found) == expected


@pytest.mark.parametrize("said", ['requires-python = ">=2.7"\n', CLASSIFIED.format("2.7")])
def test_a_project_for_python_2(said: str) -> None:
    files = Files(Memory({"pyproject.toml": pyproject(said), "a/m.py": b""}))
    assert files.python_2("a/m.py") == "the project supports Python 2"
