"""Imports that come and go: every shape of file before and after."""

from __future__ import annotations

import ast

import pytest

from codemods.edits import apply_edits
from codemods.imports import merge_imports
from codemods.model import Import
from codemods.module import Module
from codemods.unused_imports import drop_imports

TEMPFILE = ("tempfile",)
MERGED = [
    # where nothing is imported yet
    ("empty", "", TEMPFILE, "import tempfile\n"),
    ("one line", "print(1)", TEMPFILE, "import tempfile\n\nprint(1)"),
    ("a definition", "def f(): ...\n", TEMPFILE, "import tempfile\n\n\ndef f(): ...\n"),
    ("a decorated one", "@d\ndef f(): ...\n", TEMPFILE, "import tempfile\n\n\n@d\ndef f(): ...\n"),
    ("only a docstring", '"""Doc."""\n', TEMPFILE, '"""Doc."""\n\nimport tempfile\n'),
    ("docstring without end", '"""Doc."""', TEMPFILE, '"""Doc."""\n\nimport tempfile\n'),
    ("docstring, then code", '"""Doc."""\nx = 1\n', TEMPFILE, '"""Doc."""\n\nimport tempfile\n\nx = 1\n'),
    (
        "docstring of several lines",
        '"""Doc\n\nmore."""\n\n\ndef f(): ...\n',
        TEMPFILE,
        '"""Doc\n\nmore."""\n\nimport tempfile\n\n\ndef f(): ...\n',
    ),
    ("docstring; statement", '"""Doc."""; x = 1\n', TEMPFILE, '"""Doc."""; x = 1\n\nimport tempfile\n'),
    (
        "shebang and coding",
        "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nx = 1\n",
        TEMPFILE,
        "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nimport tempfile\n\nx = 1\n",
    ),
    (
        "licence, then a comment",
        "# Licence\n\n# the answer\nx = 42\n",
        TEMPFILE,
        "# Licence\n\nimport tempfile\n\n# the answer\nx = 42\n",
    ),
    (
        "future only",
        "from __future__ import annotations\n\nx = 1\n",
        TEMPFILE,
        "from __future__ import annotations\n\nimport tempfile\n\nx = 1\n",
    ),
    (
        "docstring and future",
        '"""Doc."""\nfrom __future__ import annotations\nx = 1\n',
        TEMPFILE,
        '"""Doc."""\nfrom __future__ import annotations\n\nimport tempfile\n\nx = 1\n',
    ),
    ("byte order mark", "\ufeffx = 1\n", TEMPFILE, "\ufeffimport tempfile\n\nx = 1\n"),
    (
        "imports below a definition only",
        "def f(): ...\n\n\nimport os\n",
        TEMPFILE,
        "import tempfile\n\n\ndef f(): ...\n\n\nimport os\n",
    ),
    ("several", "x = 1\n", ("tempfile", "os"), "import os\nimport tempfile\n\nx = 1\n"),
    (
        "several groups",
        "x = 1\n",
        (".db.get", "requests", "os", "contextlib.suppress"),
        "import os\nfrom contextlib import suppress\n\nimport requests\n\nfrom .db import get\n\nx = 1\n",
    ),
    # sorted imports
    ("behind", "import os\n", TEMPFILE, "import os\nimport tempfile\n"),
    ("behind, no line end", "import os", TEMPFILE, "import os\nimport tempfile\n"),
    ("before", "import wave\n", TEMPFILE, "import tempfile\nimport wave\n"),
    ("between", "import os\nimport wave\n", TEMPFILE, "import os\nimport tempfile\nimport wave\n"),
    (
        "plain before from",
        "import os\nfrom pathlib import Path\n",
        TEMPFILE,
        "import os\nimport tempfile\nfrom pathlib import Path\n",
    ),
    (
        "plain before from, also of its own module",
        "import os\nimport wave\nfrom pathlib import Path\nfrom tempfile import mkdtemp\n",
        TEMPFILE,
        "import os\nimport tempfile\nimport wave\nfrom pathlib import Path\nfrom tempfile import mkdtemp\n",
    ),
    (
        "from behind plain, also of its own module",
        "import os\nimport tempfile\nimport wave\nfrom pathlib import Path\n",
        ("tempfile.mkdtemp",),
        "import os\nimport tempfile\nimport wave\nfrom pathlib import Path\nfrom tempfile import mkdtemp\n",
    ),
    (
        "among from imports beside that of its own module",
        "from pathlib import Path\nimport os\nfrom tempfile import mkdtemp\nimport wave\n",
        TEMPFILE,
        "from pathlib import Path\nimport os\nimport tempfile\nfrom tempfile import mkdtemp\nimport wave\n",
    ),
    (
        "packages stay together",
        "import aiohttp\nfrom yarl.parts import a\n\nfrom own import b\n",
        ("yarl",),
        "import aiohttp\nimport yarl\nfrom yarl.parts import a\n\nfrom own import b\n",
    ),
    (
        "from behind plain",
        "import os\nimport wave\n",
        ("contextlib.suppress",),
        "import os\nimport wave\nfrom contextlib import suppress\n",
    ),
    ("only from", "from wave import open\n", TEMPFILE, "import tempfile\nfrom wave import open\n"),
    (
        "sorted across kinds",
        "import os\nfrom pathlib import Path\nimport wave\n",
        TEMPFILE,
        "import os\nfrom pathlib import Path\nimport tempfile\nimport wave\n",
    ),
    (
        "case does not matter",
        "import os\nimport Wave\n",
        ("requests",),
        "import os\nimport requests\nimport Wave\n",
    ),
    # unsorted imports
    (
        "unsorted plain ones",
        "import wave\nimport os\nfrom pathlib import Path\n",
        TEMPFILE,
        "import wave\nimport os\nimport tempfile\nfrom pathlib import Path\n",
    ),
    (
        "several on a line",
        "import sys, os, json\nfrom datetime import date\n",
        TEMPFILE,
        "import sys, os, json\nimport tempfile\nfrom datetime import date\n",
    ),
    (
        "semicolons",
        "import os; import sys\nx = 1\n",
        TEMPFILE,
        "import os; import sys\nimport tempfile\nx = 1\n",
    ),
    (
        "semicolons, sorted behind",
        "import os; import wave\n",
        TEMPFILE,
        "import os; import wave\nimport tempfile\n",
    ),
    (
        "a string begins on the line",
        'import os; x = """\na\n"""\n',
        TEMPFILE,
        'import os; x = """\na\n"""\nimport tempfile\n',
    ),
    # groups
    (
        "first of an earlier group",
        "import requests\n",
        TEMPFILE,
        "import tempfile\n\nimport requests\n",
    ),
    (
        "first of a later group",
        "import os\n\nx = 1\n",
        ("requests",),
        "import os\n\nimport requests\n\nx = 1\n",
    ),
    (
        "a group in the middle",
        "import os\n\nfrom . import db\n",
        ("requests",),
        "import os\n\nimport requests\n\nfrom . import db\n",
    ),
    (
        "beside its own package",
        "import flask\n\nfrom app.models import User\nfrom app.views import index\n",
        ("app.session.open_session",),
        "import flask\n\nfrom app.models import User\nfrom app.session import open_session\n"
        "from app.views import index\n",
    ),
    (
        "relative",
        "from . import a\nfrom .z import b\n",
        (".db.get",),
        "from . import a\nfrom .db import get\nfrom .z import b\n",
    ),
    # comments
    (
        "a comment above an import stays with it",
        "import os\n# for sound\nimport wave\n",
        TEMPFILE,
        "import os\nimport tempfile\n# for sound\nimport wave\n",
    ),
    (
        "a comment heads the group",
        "import os\n\n# third party\nimport requests\n",
        ("flask",),
        "import os\n\n# third party\nimport flask\nimport requests\n",
    ),
    (
        "a comment heads the next group",
        '"""Doc."""\n\n# third party\nimport requests\n',
        TEMPFILE,
        '"""Doc."""\n\nimport tempfile\n\n# third party\nimport requests\n',
    ),
    (
        "the file's header",
        "# Licence\nimport requests\n",
        TEMPFILE,
        "# Licence\nimport tempfile\n\nimport requests\n",
    ),
    ("behind a comment", "import os  # files\n", TEMPFILE, "import os  # files\nimport tempfile\n"),
    # what is there already
    ("there", "import tempfile\n", TEMPFILE, "import tempfile\n"),
    ("a submodule binds it too", "import os.path\n", ("os",), "import os.path\n"),
    (
        "there from",
        "from contextlib import suppress\n",
        ("contextlib.suppress",),
        "from contextlib import suppress\n",
    ),
    ("in a try", "try:\n    import a\nexcept ImportError:\n    a = None\n", ("a",), None),
    (
        "under another name",
        "import tempfile as tf\n",
        TEMPFILE,
        "import tempfile as tf\nimport tempfile\n",
    ),
    (
        "for type checking only",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tempfile\n",
        TEMPFILE,
        "import tempfile\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tempfile\n",
    ),
    ("in a function only", "def f():\n    import os\n", ("os",), "import os\n\n\ndef f():\n    import os\n"),
    # from imports that take a name more
    ("sorted names", "from a import b, d\n", ("a.c",), "from a import b, c, d\n"),
    ("unsorted names", "from a import d, b\n", ("a.c",), "from a import d, b, c\n"),
    ("several names", "from a import c\n", ("a.d", "a.b"), "from a import b, c, d\n"),
    ("aliases", "from a import b as x, d as d\n", ("a.c",), "from a import b as x, c, d as d\n"),
    ("comment behind", "from a import b  # why\n", ("a.c",), "from a import b, c  # why\n"),
    ("star", "from a import *\n", ("a.c",), "from a import *\nfrom a import c\n"),
    ("semicolon behind", "from a import b; x = 1\n", ("a.c",), "from a import b, c; x = 1\n"),
    (
        "importlib",
        "from importlib import reload\n",
        ("importlib.resources",),
        "from importlib import reload, resources\n",
    ),
    (
        "one name on a line",
        "import os\n\nfrom a import b\nfrom a import d\nfrom z import y\n",
        ("a.c", "a.e"),
        "import os\n\nfrom a import b\nfrom a import c\nfrom a import d\nfrom a import e\nfrom z import y\n",
    ),
    (
        "one name on a line, constants and classes first",
        "from a import b\nfrom a import d\nfrom z import Y\n",
        ("z.x", "z.XY"),
        "from a import b\nfrom a import d\nfrom z import XY\nfrom z import Y\nfrom z import x\n",
    ),
    (
        "one name on a line, unsorted",
        "from z import d\nfrom z import b\nfrom a import c\n",
        ("z.e",),
        "from z import d\nfrom z import b\nfrom z import e\nfrom a import c\n",
    ),
    (
        "one name on a line, but not always",
        "from a import b\nfrom a import d\nfrom z import x, y\n",
        ("a.c",),
        "from a import b, c\nfrom a import d\nfrom z import x, y\n",
    ),
    (
        "one name on a line by chance",
        "from a import b\nfrom z import x\n",
        ("a.c",),
        "from a import b, c\nfrom z import x\n",
    ),
    ("parentheses", "from a import (b, d)\n", ("a.c",), "from a import (b, c, d)\n"),
    ("parentheses, last", "from a import (b, d,)\n", ("a.e",), "from a import (b, d, e,)\n"),
    (
        "a name on each line",
        "from a import (\n    b,\n    d,\n)\n",
        ("a.c",),
        "from a import (\n    b,\n    c,\n    d,\n)\n",
    ),
    (
        "last, trailing comma",
        "from a import (\n    b,  # why\n)\n",
        ("a.c", "a.d"),
        "from a import (\n    b,  # why\n    c,\n    d,\n)\n",
    ),
    (
        "last, no trailing comma",
        "from a import (\n    b  # why\n)\n",
        ("a.c", "a.d"),
        "from a import (\n    b,  # why\n    c,\n    d,\n)\n",
    ),
    ("last, parenthesis behind", "from a import (\n    b)\n", ("a.c",), "from a import (\n    b,\n    c)\n"),
    (
        "last, comma and parenthesis",
        "from a import (\n    b,)\n",
        ("a.c",),
        "from a import (\n    b,\n    c,)\n",
    ),
    (
        "hanging",
        "from a import (b,\n               d)\n",
        ("a.c",),
        "from a import (b,\n               c,\n               d)\n",
    ),
    ("backslash", "from a import b, \\\n    d\n", ("a.c", "a.e"), "from a import b, \\\n    c, d, e\n"),
    (
        "a name and a line at the end",
        "from a import b, \\\n    d",
        ("a.e", ".r.t"),
        "from a import b, \\\n    d, e\n\nfrom .r import t\n",
    ),
    ("tabs", "from a import (\n\tb,\n)\n", ("a.c",), "from a import (\n\tb,\n\tc,\n)\n"),
    ("relative names", "from ..a import b\n", ("..a.c",), "from ..a import b, c\n"),
    ("package names", "from . import b\n", ("..c",), "from . import b, c\n"),
]

DROPPED = [
    ("whole line", "import os\nimport sys\n\nsys.x\n", "os.a\n", "import sys\n\nsys.x\n"),
    ("from a list", "import os, sys\nsys.x\n", "os.a\n", "import sys\nsys.x\n"),
    ("first statement of the file", "import os\n\nx = 1\n", "os.a\n", "x = 1\n"),
    ("last of a group", "import sys\n\nimport os\n\n\nsys.x\n", "os.a\n", "import sys\n\n\nsys.x\n"),
    (
        "between groups",
        "import sys\n\nimport os\n\nimport a\na, sys\n",
        "os.a\n",
        "import sys\n\nimport a\na, sys\n",
    ),
    ("below the docstring", '"""Doc."""\n\nimport os\n\n\nx = 1\n', "os.a\n", '"""Doc."""\n\n\nx = 1\n'),
    ("below a header", "#!/bin/python\nimport os\n\nx = 1\n", "os.a\n", "#!/bin/python\n\nx = 1\n"),
    ("a comment stays", "import os  # files\nx = 1\n", "os.a\n", "# files\nx = 1\n"),
    ("comment above stays", "# files\nimport os\nx = 1\n", "os.a\n", "# files\nx = 1\n"),
    ("semicolon behind", "import os; import sys  # both\nsys\n", "os.a\n", "import sys  # both\nsys\n"),
    ("semicolon before", "import sys; import os  # both\nsys\n", "os.a\n", "import sys  # both\nsys\n"),
    ("from", "from os import path, sep\nsep\n", "path.a\n", "from os import sep\nsep\n"),
    ("aliased", "from os import path as p, sep as s\ns\n", "p.a\n", "from os import sep as s\ns\n"),
    (
        "importlib",
        "from importlib import reload, util\nutil\n",
        "reload(a)\n",
        "from importlib import util\nutil\n",
    ),
    ("parentheses", "from os import (path, sep)\nsep\n", "path.a\n", "from os import (sep)\nsep\n"),
    (
        "lines, first",
        "from os import (\n    path,\n    sep,\n)\nsep\n",
        "path.a\n",
        "from os import (\n    sep,\n)\nsep\n",
    ),
    (
        "lines, last",
        "from os import (\n    sep,\n    path\n)\nsep\n",
        "path.a\n",
        "from os import (\n    sep,\n)\nsep\n",
    ),
    (
        "lines with comments",
        "from os import (\n    path,  # joins\n    sep,  # parts\n)\nsep\n",
        "path.a\n",
        "from os import (\n    # joins\n    sep,  # parts\n)\nsep\n",
    ),
    ("lines, all", "from os import (\n    path,\n)\nx = 1\n", "path.a\n", "x = 1\n"),
    ("in a function", "def f():\n    import os\n\n    return 1\n", None, "def f():\n    return 1\n"),
    ("no line end", "x = 1\nimport os", "os.a\n", "x = 1\n"),
    # those that stay
    ("still used", "import os\nos.b\n", "os.a\n", "import os\nos.b\n"),
    ("never used", "import os\nx = 1\n", "y\n", "import os\nx = 1\n"),
    ("noqa", "import os  # noqa: F401\nx = 1\n", "os.a\n", "import os  # noqa: F401\nx = 1\n"),
    ("exported by alias", "import os as os\nx = 1\n", "os.a\n", "import os as os\nx = 1\n"),
    ("exported", 'import os\n__all__ = ["os"]\n', "os.a\n", 'import os\n__all__ = ["os"]\n'),
    (
        "in an annotation",
        'import os\nx: "list[os.PathLike]"\n',
        "os.a\n",
        'import os\nx: "list[os.PathLike]"\n',
    ),
    ("patched", 'import os\npatch("app.os.remove")\n', "os.a\n", 'import os\npatch("app.os.remove")\n'),
    (
        "a fallback",
        "try:\n    import os\nexcept ImportError:\n    os = None\n",
        "os.a\n",
        "try:\n    import os\nexcept ImportError:\n    os = None\n",
    ),
    ("a probe", "try:\n    import os\n    a = 1\nexcept ImportError:\n    a = 0\n", "os.a\n", None),
    ("conditional", "if a:\n    import os\n", "os.a\n", "if a:\n    import os\n"),
    ("bound twice", "import os\nimport os.path\nx = 1\n", "os.a\n", "import os\nimport os.path\nx = 1\n"),
    ("comment inside", "from os import (\n    # all\n    path,\n)\nx = 1\n", "path.a\n", None),
    ("several on lines", "from os import (path,\n                sep)\nsep\n", "path.a\n", None),
    ("backslash", "from os import path, \\\n    sep\nsep\n", "path.a\n", None),
]


def wanted(dotted: str) -> Import:
    """`a` is `import a`, `a.b` is `from a import b`."""
    module, _, name = dotted.rpartition(".")
    return Import("a.py", module or ("" if name else "."), name) if module else Import("a.py", name)


def merge(before: bytes, imports: tuple[str, ...], path: str = "a.py") -> bytes:
    return apply_edits(before, merge_imports(Module(path, before), [wanted(i) for i in imports]))


@pytest.mark.parametrize(("before", "imports", "after"), [c[1:] for c in MERGED], ids=[c[0] for c in MERGED])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_merge(before: str, imports: tuple[str, ...], after: str | None, newline: str) -> None:
    data = before.replace("\n", newline).encode()
    expected = (
        (before if after is None else after).replace("\n", newline if "\n" in before else "\n").encode()
    )
    merged = merge(data, imports)
    assert merged == expected
    ast.parse(merged)
    assert merge(merged, imports) == merged, "what is there is not added again"


@pytest.mark.parametrize(
    ("before", "imported", "after"),
    [
        (
            "import zmq\n\nfrom shop.b import c\n",
            "flask.x",
            "import zmq\nfrom flask import x\n\nfrom shop.b import c\n",
        ),
        (
            "import zmq\n\n# own\nfrom shop.b import c\n",
            "shop.a.x",
            "import zmq\n\n# own\nfrom shop.a import x\nfrom shop.b import c\n",
        ),
        (
            "import zmq\n\nfrom shop.b import c\n",
            "flask",
            "import flask\nimport zmq\n\nfrom shop.b import c\n",
        ),
        (
            "import zmq\nfrom shop.b import c\n",
            "flask.x",
            "import zmq\nfrom flask import x\nfrom shop.b import c\n",
        ),
        ("import zmq; import shop.b\n\n", "flask.x", "import zmq; import shop.b\nfrom flask import x\n\n"),
        ("import shop.b\n\nimport zmq\n", "flask", "import flask\nimport shop.b\n\nimport zmq\n"),
    ],
)
def test_own_packages_stand_by_themselves(before: str, imported: str, after: str) -> None:
    assert merge(before.encode(), (imported,), "src/shop/orders.py").decode() == after


@pytest.mark.parametrize(
    ("before", "module", "is_new"),
    [
        ("import xml.dom.minidom\n", "xml.parsers.expat", True),
        ("import xml\n", "xml.parsers.expat", True),
        ("import xml.parsers.expat as expat\n", "xml.parsers.expat", True),
        ("import xml.dom.minidom\n", "xml.dom", False),
        ("import xml.dom, xml.parsers.expat\n", "xml.parsers.expat", False),
        ("import xml.dom.minidom\n", "xml", False),
        ("import xml.domino\n", "xml.dom", True),
    ],
)
def test_a_module_inside_a_package_is_bound_by_its_own_import(before: str, module: str, is_new: bool) -> None:
    edits = merge_imports(Module("a.py", before.encode()), [Import("a.py", module)])
    assert [f"import {module}\n" in edit.replacement.decode() for edit in edits] == [True] * is_new


@pytest.mark.parametrize(("kept", "use", "after"), [c[1:] for c in DROPPED], ids=[c[0] for c in DROPPED])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_drop(kept: str, use: str | None, after: str | None, newline: str) -> None:
    """`use` is the statement that a fix took away from the end of the file."""
    ended = kept if kept.endswith("\n") else kept + "\n"
    before = ended + use if use else ended.replace("return 1", "return os.a")
    module = Module("a.py", kept.replace("\n", newline).encode())
    edits = drop_imports(Module("a.py", before.replace("\n", newline).encode()), module)
    result = apply_edits(module.data, edits)
    assert result == (kept if after is None else after).replace("\n", newline).encode()
    ast.parse(result)


def test_a_package_exports_what_it_imports() -> None:
    before = Module("pkg/__init__.py", b"import os\nx = os.sep\n")
    after = Module("pkg/__init__.py", b"import os\nx = 1\n")
    assert drop_imports(before, after) == ()


def test_encoding_is_kept() -> None:
    before = "# coding: latin-1\n\u00fc = 1\n".encode("latin-1")
    assert merge(before, ("os",)) == "# coding: latin-1\nimport os\n\n\u00fc = 1\n".encode("latin-1")
