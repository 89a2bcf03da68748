"""Which files are taken to be for Python 2 too."""

from __future__ import annotations

import pytest

from codemods.engine import scan
from codemods.files import Files
from codemods.pythons import pythons_of
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
        ("import sixteen\nfrom .sixth import moves\nfrom compat import urllib2\n", None),
        # copies of a package
        ("from lib.six import text_type\n", 1),
        ("from .six import moves\n", 1),
        ("from django.utils import six\n", 1),
        ("import lib.six as six\n", 1),
        # tests of the Python
        ("from compat import PY2\nif PY2:\n    x = 1\n", 2),
        ("import compat\ntext = bytes if compat.PY2 else str\n", 2),
        ("import sys\nif sys.version_info[0] == 2:\n    x = 1\n", 2),
        ("import sys\nOLD = sys.version_info < (3,)\n", 2),
        ("import sys\nOLD = sys.version_info >= (3, 0)\n", 2),
        ("import sys\nif sys.version_info.major > 2:\n    x = 1\nelse:\n    x = 2\n", 2),
        ("from sys import version_info\nif version_info[:2] == (2, 6):\n    x = 1\n", 2),
        ("import sys\nif sys.version_info >= (3, 8):\n    x = 1\n", None),
        ("import sys\nif sys.version_info[1] == 3:\n    x = 1\n", None),
        ("import sys\nNEW = sys.version_info[0] == 3 and sys.version_info[1] > 8\n", None),
        ("import sys\nNEW = sys.version_info[0] > 3\n", None),
        ("import sys\nassert sys.version_info[0] == 3\n", None),
        ("import sys\nif sys.version_info[0] < 3:\n    raise OSError('too old')\n", None),
        ("import sys\nif sys.version_info >= (3, 0):\n    x = 1\nelse:\n    sys.exit(1)\n", None),
        ("PY2_PATH = version = 2\nx = version == 3\n", None),
        # names that only Python 2 has built in
        ("if 1:\n    text = unicode('x')\n", 2),
        ("for i in xrange(3):\n    pass\n", 1),
        ("def f(unicode):\n    return unicode\n", None),
        ("unicode = str\nunicode(1)\n", None),
        ("from .compat import unicode\nunicode(1)\n", None),
        ("x.unicode(xrange=1)\n", None),
        ("text = unicode(f'{1}')\n", None),
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
    found = pythons_of(Files(Memory({"m.py": source.encode()}))).python_2("m.py")
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
    found = pythons_of(Files(Memory({**files, "m.py": FUTURE.encode()}))).python_2("m.py")
    assert bool(found) == expected


@pytest.mark.parametrize("said", ['requires-python = ">=2.7"\n', CLASSIFIED.format("2.7")])
def test_a_project_for_python_2(said: str) -> None:
    files = Files(Memory({"pyproject.toml": pyproject(said), "a/m.py": b""}))
    assert pythons_of(files).python_2("a/m.py") == "the project supports Python 2"


@pytest.mark.parametrize(
    ("path", "beside", "content", "expected"),
    [
        ("p/m.py", "p/old.py", "print 'x'\n", True),
        ("p/q/m.py", "p/old.py", "try:\n    x\nexcept E, e:\n    pass\n", True),
        ("p/m.py", "p/q/old.py", "raise E, 'x'\n", True),
        ("m.py", "old.py", "print 'x'\n", True),
        ("scripts/m.py", "scripts/old.py", "print x\n", True),
        # neither of its package nor of its folder
        ("m.py", "p/old.py", "print 'x'\n", False),
        ("scripts/m.py", "p/old.py", "print 'x'\n", False),
        ("p/m.py", "old.py", "print 'x'\n", False),
        # what Python 3 reads, or nobody does, or only tests do
        ("p/m.py", "p/new.py", '"""\nprint x\n"""\n', False),
        ("p/m.py", "p/new.py", "def (\n", False),
        ("p/m.py", "p/tests/old.py", "print 'x'\n", False),
    ],
)
def test_a_file_beside_that_only_python_2_reads(path: str, beside: str, content: str, expected: bool) -> None:
    sources = {"p/__init__.py": b"", "p/q/__init__.py": b"", path: b"import os\n", beside: content.encode()}
    found = pythons_of(Files(Memory(sources))).python_2(path)
    assert found == (f"`{beside}` beside it is for Python 2" if expected else None)


@pytest.mark.parametrize(
    ("path", "beside", "more", "expected"),
    [
        ("p/m.py", "p/compat.py", {}, True),
        ("p/q/m.py", "p/compat.py", {}, True),
        ("p/m.py", "p/q/compat.py", {}, True),
        ("p/m.py", "p/compat.py", {"p/new.py": b"x = f'{1}'\n"}, False),
        ("p/m.py", "p/tests/compat.py", {}, False),
        ("p/m.py", "compat.py", {}, False),
        # scripts of one folder need not be of one time
        ("scripts/m.py", "scripts/compat.py", {}, False),
    ],
)
def test_a_file_of_the_package_for_both(
    path: str, beside: str, more: dict[str, bytes], expected: bool
) -> None:
    sources = {"p/__init__.py": b"", "p/q/__init__.py": b"", path: b"import os\n", beside: b"import six\n"}
    found = pythons_of(Files(Memory({**sources, **more}))).python_2(path)
    assert found == (
        f"`import six` (line 1) in `{beside}` beside it is for Python 2 too" if expected else None
    )


NEW = b"x = f'{1}'\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"p/new.py": NEW, "p/newer.py": NEW}, False),
        ({"p/q/__init__.py": NEW, "p/q/newer.py": NEW}, False),
        # as many for both, tests only, neither of its package
        ({"p/new.py": NEW}, True),
        ({"p/new.py": NEW, "p/newer.py": NEW, "p/compat.py": FUTURE.encode()}, True),
        ({"p/tests/test_new.py": NEW, "p/tests/test_newer.py": NEW}, True),
        ({"new.py": NEW, "newer.py": NEW}, True),
    ],
)
def test_its_own_sign_in_a_package_for_python_3(more: dict[str, bytes], expected: bool) -> None:
    sources = {"p/__init__.py": b"", "p/m.py": b"from six.moves import queue\n", **more}
    assert bool(pythons_of(Files(Memory(sources))).python_2("p/m.py")) is expected


def test_scripts_of_a_folder_need_not_be_of_one_time() -> None:
    files = Files(Memory({"m.py": b"import six\n", "new.py": NEW, "newer.py": NEW}))
    assert pythons_of(files).python_2("m.py")


def test_a_file_beside_says_nothing_of_what_needs_python_3() -> None:
    files = Files(Memory({"m.py": b"x = f'{1}'\n", "old.py": b"print 'x'\n"}))
    assert pythons_of(files).python_2("m.py") is None


def test_a_file_that_was_left_behind_says_nothing() -> None:
    sources = {"lib/__init__.py": b"", "lib/m.py": b"import os\n", "lib/new.py": b"x = f'{1}'\n"}
    files = Files(Memory({**sources, "lib/old/client.py": b"print 'x'\n"}))
    assert pythons_of(files).python_2("lib/m.py") is None


@pytest.mark.parametrize(
    ("compat", "known"),
    [
        ("if sys.version_info[0] > 2:\n    text = str\nelse:\n    text = unicode\n", True),
        ("try:\n    text = unicode\nexcept NameError:\n    text = str\n", True),
        ("if sys.version_info[0] > 2:\n    text = str\nelse:\n    text = make()\n", False),
        ("def unicode(x): ...\ntext = str\ntext = unicode\n", False),
        ("text = unicode\n", False),
    ],
)
def test_another_name_for_a_builtin(compat: str, known: bool) -> None:
    compat = f"import sys\n{compat}"
    code = "try:\n    number = int({}(1))\nexcept Exception:\n    pass\n"
    for sources in (
        {"app.py": compat + code.format("text")},
        {"app.py": "from compat import text\n" + code.format("text"), "compat.py": compat},
        {"app.py": "import compat\n" + code.format("compat.text"), "compat.py": compat},
    ):
        tree = Memory({path: source.encode() for path, source in sources.items()})
        found = [one for one in scan(tree, ["broad-except"]).findings if one.path == "app.py"]
        assert [bool(one.fix) for one in found] == [known]


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        ("from lib.old import run", "run()"),
        ("import lib.old", "lib.old.run()"),
        ("from .lib.old import Runner", "Runner.run()"),
        ("from lib import run", "run()"),
        ("import lib.old", "print(lib.old.limit)"),
    ],
)
def test_a_file_that_cannot_be_read_is_the_reason(imported: str, call: str) -> None:
    code = f"{imported}\n\ntry:\n    {call}\nexcept Exception:\n    pass\n"
    tree = Memory({"app.py": code.encode(), "lib/__init__.py": b"from .old import run\n", "lib/old.py": OLD})
    (finding,) = scan(tree, ["broad-except"]).findings
    assert "whose file `lib/old.py` this Python cannot read" in str(finding.reason)


OLD = b"""class Service:
    def stop(self):
        print "stopping"

        if self.pid is None:
            sys.exit(1)
    def start(self):
        print "starting"
"""


@pytest.mark.parametrize(
    ("imported", "call", "kept"),
    [
        ("from service import Service", "stop", "(Exception, SystemExit)"),
        ("from libs.service import Service", "stop", "(Exception, SystemExit)"),
        ("import service", "stop", "(Exception, SystemExit)"),
        ("from .libs import service", "stop", "(Exception, SystemExit)"),
        ("from service import Service", "start", "Exception"),
        ("from services import Service", "stop", "Exception"),
    ],
)
def test_what_exits_in_a_file_that_only_python_2_reads(imported: str, call: str, kept: str) -> None:
    code = f"{imported}\n\ndef end(service):\n    try:\n        service.{call}()\n    except:\n        pass\n"
    tree = Memory({"app.py": code.encode(), "libs/service.py": OLD})
    (finding,) = scan(tree, ["bare-except"]).findings
    assert finding.fix
    (edit,) = finding.fix.edits
    assert edit.replacement.decode().strip() == kept
