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
    ],
)
def test_a_function_of_some_platforms(head: str, code: str, types: set[str]) -> None:
    found = answer(body(code, head))
    assert found.complete
    assert likely(found) == types


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
