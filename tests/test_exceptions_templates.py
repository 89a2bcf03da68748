"""What `str.format` raises, held against what it really raises."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

VALUES: dict[str, Any] = {
    "n": 3,
    "s": "text",
    "o": SimpleNamespace(a=1),
    "several": (),
    "named": {},
    "text": "{a.nope}",
}
HEAD = "def main(n: int, s: str, o, text: str, several: tuple, named: dict):\n    try:\n        "


def answer(code: str, head: str = "") -> MayRaise:
    text = f"{head}{HEAD}{code}\n    except Exception:\n        pass\n"
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    (statement,) = module.nodes(ast.Try)
    return may_raise(statement.body, module, project)


@pytest.mark.parametrize(
    "code",
    [
        "'{} {}'.format(n, s)",
        "'{1} {0!r}'.format(n, s)",
        "'{a} {{}}'.format(a=n)",
        "'{:>{width}}'.format(s, width=n)",
        "'{:03d}'.format(n)",
        "'no fields'.format(n)",
        "'{a} {}'.format(n, a=s)",
        "'{:>{}} {}'.format(s, n, n)",
        "'{:x}'.format(1)",
    ],
)
def test_a_text_that_fits_raises_nothing(code: str) -> None:
    eval(code, dict(VALUES))
    found = answer(code)
    assert not found.raised
    assert not found.missing


@pytest.mark.parametrize(
    "code",
    [
        "'{} {}'.format(n)",
        "'{2}'.format(n, s)",
        "'{a}'.format(b=n)",
        "'{'.format(n)",
        "'{} {0}'.format(n)",
        "'{0.nope}'.format(n)",
        "'{0[nope]}'.format(o)",
        "'{:d}'.format(o)",
        "'{}'.format(*several)",
        "'{a}'.format(**named)",
        "'{:d}'.format(s)",
        "'{:d}'.format('x')",
        "'{0.foo}'.format(1)",
        "'{!z}'.format(n)",
        "'{²}'.format(n)",
        "'{:d}'.format(*['x'])",
        "text.format(a=n)",
    ],
)
def test_what_comes_out_is_in_the_answer(code: str) -> None:
    with pytest.raises(Exception) as caught:  # which one is what the test asks
        eval(code, dict(VALUES))
    assert type(caught.value).__name__ in {one.type for one in answer(code).raised}


CUSTOM = """\
import string

class Custom(string.Formatter):
    def get_value(self, key, args, kwargs):
        raise ZeroDivisionError

class Plain(string.Formatter):
    pass

"""


def test_methods_that_a_class_below_defines_are_called() -> None:
    called = answer("Custom().format(text, n=n)", CUSTOM)
    plain = answer("Plain().format(text, n=n)", CUSTOM)
    assert "ZeroDivisionError" in {one.type for one in called.raised}
    assert "ZeroDivisionError" not in {one.type for one in plain.raised}
