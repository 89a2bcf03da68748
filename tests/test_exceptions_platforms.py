"""What not every platform has: an attribute that is asked for, or a name that is imported."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely


@pytest.mark.parametrize(
    ("head", "code", "types"),
    [
        ("import os", "os.getuid()", {"AttributeError"}),
        ("import os as system", "system.getuid()", {"AttributeError"}),
        ("import os", "uid = os.getuid\nuid()", {"AttributeError"}),
        ("from os import getuid", "getuid()", set()),
        ("from os import getuid as uid", "uid()", set()),
        ("", "from os import getuid\ngetuid()", {"ImportError"}),
        ("", "from os import getuid as uid, getpid\nuid()", {"ImportError"}),
        ("", "from os import path, getpgid\ngetpgid(0)", {"ImportError", "OSError"}),
        ("", "from signal import SIGALRM, alarm\nalarm(SIGALRM)", {"ImportError"}),
        ("", "from os import O_BINARY\nstr(O_BINARY)", {"ImportError"}),
        ("", "from os import getpid\ngetpid()", set()),
        ("", "from socket import AF_INET\nstr(AF_INET)", set()),
        ("", "import os\nos.getuid()", {"AttributeError"}),
        (
            "import sqlite3",
            "sqlite3.connect(':memory:').enable_load_extension(True)",
            {"sqlite3.Error", "AttributeError"},
        ),
    ],
)
def test_a_function_of_some_platforms(head: str, code: str, types: set[str]) -> None:
    found = answer(body(code, head))
    assert found.complete
    assert likely(found) == types


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        ("sys.platform == 'win32'", set()),
        ("platform == 'win32'", set()),
        ("WINDOWS", set()),
        ("not UNIX", set()),
        ("on_windows()", set()),
        ("not on_windows()", set()),
        ("busy()", {"AttributeError"}),
        ("BUSY", {"AttributeError"}),
        ("here.WINDOWS", set()),
        ("here.on_windows()", set()),
    ],
)
def test_a_name_for_the_platform_is_one(asked: str, types: set[str]) -> None:
    telling = (
        "import os, sys\nWINDOWS = sys.platform == 'win32'\nUNIX: bool = os.name == 'posix'\n"
        "BUSY = True\n\n\n"
        "def on_windows() -> bool:\n    \"Whether it is.\"\n    return sys.platform == 'win32'\n\n\n"
        "def busy() -> bool:\n    print(sys.platform)\n    return BUSY\n"
    )
    handler = "except OSError:\n            pass\n"
    use = f"    if {asked}:\n        try:\n            os.startfile('x')\n        {handler}"
    head = "import os, sys\nfrom sys import platform\nimport here\n"
    for brought in ("from here import WINDOWS, UNIX, BUSY, on_windows, busy\n", telling):
        found = answer(f"{head}{brought}\n\ndef f():\n{use}", here=telling)
        assert likely(found) - {"OSError"} == types


@pytest.mark.parametrize(
    ("test", "types"),
    [
        ("os.name == 'nt'", {"OSError"}),
        ("hasattr(signal, 'CTRL_BREAK_EVENT')", {"OSError"}),
        ("hasattr(signal, 'SIGTERM')", {"OSError", "AttributeError"}),
        ("sys.argv", {"OSError", "AttributeError"}),
    ],
)
def test_constants_are_there_on_the_platform_that_is_asked_for(test: str, types: set[str]) -> None:
    code = f"if {test}:\n    os.kill(1, signal.CTRL_BREAK_EVENT)"
    assert likely(answer(body(code, "import os, signal, sys"))) == types


@pytest.mark.parametrize(
    "code",
    [
        "ctypes.windll.kernel32.MoveFileExW",
        "ctypes.cdll.tool.Start",
        "ctypes.pythonapi.PyNothing",
        "move = ctypes.windll.kernel32.MoveFileExW",
    ],
)
def test_a_function_of_a_library_is_no_class(code: str) -> None:
    assert not answer(body(code, "import ctypes")).complete


@pytest.mark.parametrize(
    "code", ["ctypes.Structure", "xml.sax.handler.ContentHandler", "signal.Signals.SIGINT"]
)
def test_a_name_with_a_capital_is_a_class_of_its_module(code: str) -> None:
    found = answer(body(code, "import ctypes, signal, xml.sax.handler"))
    assert found.complete
    assert not likely(found)
