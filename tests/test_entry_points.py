"""Where programs begin, and which classes belong together: also in other files, by their texts first."""

from __future__ import annotations

import pytest

from codemods.remedies.exit_in_library.chain import _deriving
from codemods.remedies.exit_in_library.entry_points import is_entry_point
from tests.test_project import definition_in, project_of

ELSEWHERE = {
    "import atexit\nfrom a import stop\natexit.register(stop)": True,
    "from atexit import register as at_end\nimport a\nat_end(a.stop)": True,
    "import signal, a\nsignal.signal(signal.SIGTERM, a.stop)": True,
    "import fire, a\nfire.Fire(a.stop)": True,
    "from a import parser, stop\nparser.set_defaults(func=stop)": True,
    "from a import app, stop\napp.command()(stop)": True,
    "from a import app, stop\napp.command(\n    name=str(1)\n)(stop)": True,
    "import sys, a\nsys.excepthook = a.stop": True,
    "from a import app, stop\napp.register_later(stop)": False,
    "from a import stop\nstop()": False,
    "from a import app, stop\napp.group(stop)": False,
    "import signal\nfrom a import stop\nstop()\nstop(": False,
}


@pytest.mark.parametrize("other", ELSEWHERE)
def test_another_file_may_make_a_function_an_entry_point(other: str) -> None:
    project = project_of(a="import sys\n\ndef stop():\n    sys.exit(1)\n", b=other)
    assert is_entry_point(project, definition_in(project, "a.py", "stop")) is ELSEWHERE[other]


def test_what_a_test_does_with_a_function_makes_it_none() -> None:
    files = {"a": "import sys\n\ndef stop():\n    sys.exit(1)\n"}
    other = "import atexit\nfrom a import stop\natexit.register(stop)"
    for name, expected in (("b", True), ("test_b", False)):
        project = project_of(**files, **{name: other})
        assert is_entry_point(project, definition_in(project, "a.py", "stop")) is expected


HEADS = {
    "class B(A): pass": True,
    "class B(x.A): pass": True,
    "class B(X, Generic[T], A):\n    pass": True,
    "class B(\n    X,  # a: note\n    A,\n):\n    pass": True,
    "class B(\n    X,  # see:\n    A,\n):\n    pass": True,
    "from a import A as X\nclass B(X): pass": True,
    "class B(X):\n    y = A()": False,
    "class A: pass\nclass B(X):\n    pass": False,
    "class B(AA):\n    pass": False,
    "A()": False,
}


@pytest.mark.parametrize("text", HEADS)
def test_a_text_shows_whether_a_class_may_derive_from_one(text: str) -> None:
    assert _deriving("A")("b.py", text.encode()) is HEADS[text]


def test_a_name_in_another_encoding_may_be_anywhere() -> None:
    assert _deriving("Gr\u00fc\u00dfe")("b.py", b"")
