"""What context managers of `contextlib` run, and those of which only an annotation tells."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely

HEAD = """
import contextlib, io, sqlite3, sys
from contextlib import AbstractContextManager, closing, nullcontext

class Own:
    def close(self):
        raise LookupError

    def write(self, text):
        raise LookupError

def made() -> AbstractContextManager[int]:
    return nullcontext(1)

"""
_WRITTEN = {"OSError", "UnicodeEncodeError"}


@pytest.mark.parametrize(
    ("code", "arguments", "types"),
    [
        ("with nullcontext():\n    pass", "", set()),
        ("with nullcontext(1) as one:\n    one + 1", "", set()),
        ("with nullcontext(enter_result={1: 2}) as one:\n    one[x]", "x: int", {"KeyError"}),
        ("with open('a') if x else nullcontext():\n    pass", "x: bool", {"OSError"}),
        ("manager = nullcontext('a')\nwith manager as text:\n    int(text)", "", {"ValueError"}),
        ("with closing(Own()) as one:\n    one", "", {"LookupError"}),
        ("manager = closing(Own())\nwith manager:\n    pass", "", {"LookupError"}),
        ("with closing(open('a')) as file:\n    file.read()", "", {"OSError", "UnicodeDecodeError"}),
        ("with contextlib.redirect_stdout(io.StringIO()) as text:\n    text.getvalue()", "", set()),
        ("with contextlib.redirect_stdout(None):\n    print('a')", "", set()),
        ("with contextlib.redirect_stdout(x):\n    print('a')", "x: io.TextIOWrapper", _WRITTEN),
    ],
)
def test_what_they_run_is_known(code: str, arguments: str, types: set[str]) -> None:
    found = answer(body(code, HEAD, arguments))
    assert likely(found) == types
    assert found.complete


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("with x as one:\n    one + 1", "x: AbstractContextManager[int]"),
        ("with made() as one:\n    one + 1", ""),
        ("with closing(x):\n    pass", "x"),
        ("with closing(x):\n    pass", "x: Own | None"),
        ("with contextlib.redirect_stdout(Own()):\n    print('a')", ""),
        ("with contextlib.redirect_stdout(io.BytesIO()):\n    print('a')", ""),
        ("with contextlib.redirect_stderr(x):\n    print('a', file=sys.stderr)", "x"),
    ],
)
def test_what_they_run_is_not_known(code: str, arguments: str) -> None:
    assert not answer(body(code, HEAD, arguments)).complete
