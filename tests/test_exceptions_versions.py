"""What not every Python that a project supports has: the tables are right, and used."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
import tomllib
import warnings
from importlib.resources import files
from typing import Any

import pytest

from codemods.exceptions import may_raise
from codemods.exceptions.platforms import NOT_EVERYWHERE
from codemods.exceptions.tables import tables
from codemods.project import Project
from codemods.sources import Memory
from tests.test_exceptions import answer, body


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("codemods.exceptions").joinpath("data", name).read_text(encoding="utf-8"))


DATA, GONE = table("since.toml"), table("until.toml")
NEWER = [version for version in DATA["names"] if (3, int(version[2:])) > sys.version_info[:2]]


def found(dotted: str) -> Any:
    """What a name stands for in this Python; None when it has no such name."""
    parts = dotted.split(".")
    with warnings.catch_warnings(action="ignore"):
        for cut in range(len(parts), -1, -1):
            try:
                value: Any = importlib.import_module(".".join(parts[:cut])) if cut else builtins
                for part in parts[cut:]:
                    value = getattr(value, part)
            except (ImportError, AttributeError):
                continue
            return value
    return None


@pytest.mark.parametrize("data", [DATA, GONE])
def test_every_name_and_keyword_stands_under_one_version(data: dict[str, Any]) -> None:
    for table in data.values():
        names = [name for names in table.values() for name in names]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("version", NEWER)
def test_this_python_has_nothing_that_came_later(version: str) -> None:
    assert [name for name in DATA["names"][version] if found(name) is not None] == []
    for text in DATA["keywords"][version]:
        name, _, keyword = text.removesuffix(")").partition("(")
        try:
            parameter = inspect.signature(found(name)).parameters.get(keyword)
        except (TypeError, ValueError):  # it has no signature, or is itself newer
            continue
        assert parameter is None or parameter.kind is parameter.POSITIONAL_ONLY, text


@pytest.mark.parametrize("version", GONE["names"])
def test_this_python_has_nothing_that_is_gone(version: str) -> None:
    is_gone = (3, int(version[2:])) <= sys.version_info[:2]
    wrong = [name for name in GONE["names"][version] if (found(name) is None) is not is_gone]
    assert [name for name in wrong if is_gone or name.partition(".")[0] not in NOT_EVERYWHERE] == []


def test_what_the_tables_of_facts_say_is_gone_too() -> None:
    told = {name: version for version, names in GONE["names"].items() for name in names}
    for fact in tables().facts.values():
        if fact.until and fact.name.partition(".")[0] not in told:
            assert told.get(fact.name) == fact.until


def raised(code: str, oldest: str | None = "3.9", newest: str | None = None) -> set[str]:
    """What the last statement of a function raises in a project that supports these versions."""
    body = "\n".join(f"    {line}" for line in code.splitlines())
    imports = "inspect, json, os, pathlib, platform, random, smtplib, ssl, sys, tempfile, threading"
    header = f"import {imports}\ndef f(path: pathlib.Path, text: str):\n"
    ends = [f">={oldest}"] if oldest else []
    ends += [f"<={newest}.99"] if newest else []
    packaging = f'[project]\nname = "p"\nrequires-python = "{",".join(ends)}"\n' if ends else ""
    project = Project(Memory({"a.py": f"{header}{body}\n".encode(), "pyproject.toml": packaging.encode()}))
    module = project.module("a.py")
    statements = module.nodes(ast.FunctionDef)[-1].body[-1:]
    return {r.type for r in may_raise(statements, module, project).likely}


@pytest.mark.parametrize(
    ("code", "oldest", "expected"),
    [
        ("platform.freedesktop_os_release()", "3.9", {"AttributeError", "OSError"}),
        ("platform.freedesktop_os_release()", "3.10", {"OSError"}),
        ("platform.freedesktop_os_release()", None, {"OSError"}),
        ("# since Python 3.10\nplatform.freedesktop_os_release()", None, {"AttributeError", "OSError"}),
        ("platform.freedesktop_os_release()  # (3.10+)", None, {"AttributeError", "OSError"}),
        ("# since Python 3.10\nplatform.freedesktop_os_release()", "3.10", {"OSError"}),
        ("# needs systemd 3.100\nplatform.freedesktop_os_release()", None, {"OSError"}),
        ("text.strip()  # Python 3.9\ntext.removeprefix('a')", None, set()),
        ("# new in Python 3.9\ntext.removeprefix('a')", None, {"AttributeError"}),
        ("path.unlink(missing_ok=True)  # from 3.8 on", None, {"TypeError", "OSError"}),
        ("sys.orig_argv", "3.9", {"AttributeError"}),
        ("sys.orig_argv", "3.10", set()),
        ("text.removeprefix('a')", "3.8", {"AttributeError"}),
        ("text.removeprefix('a')", "3.9", set()),
        ("path.hardlink_to(path)", "3.9", {"AttributeError", "OSError"}),
        ("path.unlink(missing_ok=True)", "3.7", {"TypeError", "OSError"}),
        ("path.unlink(missing_ok=True)", "3.8", {"OSError"}),
        ("path.unlink()", "3.7", {"OSError"}),
        ("tempfile.TemporaryDirectory(ignore_cleanup_errors=True)", "3.9", {"TypeError", "OSError"}),
        ("zip([1], [2], strict=True)", "3.9", {"TypeError", "ValueError"}),
        ("import tomllib", "3.10", {"ImportError"}),
        ("import zoneinfo\nzoneinfo.ZoneInfo(text)", "3.8", {"zoneinfo.ZoneInfoNotFoundError", "ValueError"}),
        (
            "if hasattr(platform, 'freedesktop_os_release'):\n    platform.freedesktop_os_release()",
            "3.9",
            {"OSError"},
        ),
        ("if text:\n    import graphlib\n    int(text)", "3.8", {"ImportError", "ValueError"}),
        ("if text:\n    import graphlib\n    int(text)", "3.9", {"ValueError"}),
        ("if text:\n    from typing import Self\n    int(text)", "3.10", {"ImportError", "ValueError"}),
    ],
)
def test_what_is_too_new_is_raised_about(code: str, oldest: str | None, expected: set[str]) -> None:
    assert raised(code, oldest) == expected


@pytest.mark.parametrize(
    ("code", "newest", "expected"),
    [
        ("ssl.match_hostname({}, text)", None, {"AttributeError", "OSError", "ValueError"}),
        ("ssl.match_hostname({}, text)", "3.12", {"AttributeError", "OSError", "ValueError"}),
        ("ssl.match_hostname({}, text)", "3.11", {"OSError", "ValueError"}),
        ("inspect.getargspec(f)", None, {"AttributeError", "TypeError", "ValueError"}),
        ("if hasattr(inspect, 'getargspec'):\n    inspect.getargspec(f)", None, {"TypeError", "ValueError"}),
        ("if sys.version_info < (3, 11):\n    inspect.getargspec(f)", None, {"TypeError", "ValueError"}),
        ("random.shuffle([1], random=random.random)", None, {"TypeError"}),
        ("random.shuffle([1], random=random.random)", "3.10", set()),
        ("if text:\n    import pipes\n    int(text)", None, {"ImportError", "ValueError"}),
        ("if text:\n    import pipes\n    int(text)", "3.12", {"ValueError"}),
        ("if text:\n    from collections import Mapping\n    int(text)", None, {"ImportError", "ValueError"}),
        ("open(path, 'rU')", None, {"OSError", "ValueError"}),
        ("open(path, 'rU')", "3.10", {"OSError"}),
        ("if sys.version_info < (3, 11):\n    open(path, 'rU')", None, {"OSError"}),
        ("path.link_to(text)", "3.11", {"OSError"}),
        ("path.link_to(text)", None, {"AttributeError", "OSError"}),
    ],
)
def test_what_is_gone_is_raised_about(code: str, newest: str | None, expected: set[str]) -> None:
    assert raised(code, "3.8", newest) == expected


def test_each_file_follows_the_project_that_it_stands_in() -> None:
    packaging = b'[project]\nname = "p"\nrequires-python = ">=3.%d"\n'
    code = b"import sys\nsys.orig_argv\n"
    content = {f"{name}/a.py": code for name in ("old", "new")}
    content |= {"old/pyproject.toml": packaging % 9, "new/pyproject.toml": packaging % 12}
    project = Project(Memory(content))
    modules = [project.module(f"{name}/a.py") for name in ("old", "new")]
    answers = [may_raise(module.tree.body[-1:], module, project) for module in modules]
    assert [[r.type for r in answer.raised] for answer in answers] == [["AttributeError"], []]


@pytest.mark.parametrize(
    ("head", "complete"),
    [
        ("", True),
        ("import urllib2", False),
        ("print(unicode)", False),
        ("import urllib2\n\n\ndef input(text):\n    return text", True),
    ],
)
def test_python_2_evaluates_what_is_typed(head: str, complete: bool) -> None:
    missing = " ".join(answer(body("int(input('Port: '))", head)).missing)
    assert ("evaluates what is typed" not in missing) is complete


@pytest.mark.parametrize(
    ("name", "evidence"),
    [("long", "`long` is built in with Python 2 only"), ("lnog", "`lnog` is nowhere defined")],
)
def test_a_name_that_python_3_does_not_have(name: str, evidence: str) -> None:
    assert [raised.evidence for raised in answer(body(f"isinstance(x, (int, {name}))")).raised] == [evidence]


@pytest.mark.parametrize(
    ("code", "is_rare"),
    [
        ("if PY2:\n    unicode", True),
        ("if six.PY3:\n    pass\nelse:\n    unicode", True),
        ("if sys.version_info[0] > 2:\n    pass\nelse:\n    unicode", True),
        ("if not PY3 and unicode:\n    pass", True),
        ("unicode", False),
        ("if x:\n    unicode", False),
    ],
)
def test_a_name_of_python_2_where_a_test_is_about_the_version(code: str, is_rare: bool) -> None:
    found = answer(body(code, "import six, sys\nPY2 = sys.version_info < (3,)\nPY3 = not PY2"))
    (error,) = (raised for raised in found.raised if raised.type == "NameError")
    assert (error not in found.likely) is is_rare
