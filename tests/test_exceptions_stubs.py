"""Types that only typeshed tells: of what standard-library calls give, of attributes and properties."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.types.library.stubs import Stubs, stubs_in
from codemods.exceptions.types.values import values_of
from codemods.project import Project
from codemods.sources import Memory
from codemods.store import _head

IMPORTS = "\n".join(
    f"import {name}"
    for name in (
        *(
            "argparse",
            "ast",
            "contextvars",
            "csv",
            "email",
            "functools",
            "http",
            "http.server",
            "inspect",
            "io",
            "keyword",
        ),
        *("logging", "os", "pathlib", "re", "shelve", "socket", "subprocess", "sys", "threading", "types"),
        *("typing", "urllib.request", "zipfile", "gc", "xml.etree.ElementTree as ET", "calendar", "wave"),
    )
)


def project_of(code: str, arguments: str = "x", **files: str) -> Project:
    body = "\n".join(f"    {line}" for line in code.splitlines())
    content = {f"{name}.py": text.encode() for name, text in files.items()}
    return Project(Memory({**content, "a.py": f"{IMPORTS}\ndef f({arguments}):\n{body}\n".encode()}))


def answer(code: str, arguments: str = "x", **files: str) -> MayRaise:
    project = project_of(code, arguments, **files)
    module = project.module("a.py")
    function = module.nodes(ast.FunctionDef)[-1]
    return may_raise(function.body, module, project)


def kinds(code: str, arguments: str = "x", **files: str) -> set[str]:
    """The names of the types that the last expression may have."""
    project = project_of(code, arguments, **files)
    module = project.module("a.py")
    last = module.nodes(ast.FunctionDef)[-1].body[-1]
    assert isinstance(last, ast.Expr)
    return {kind.name for kind in values_of(project).seen(module, last.value)}


@pytest.mark.parametrize(
    ("name", "returns"),
    [
        ("subprocess.Popen.stdout", "io.TextIOWrapper | io.BufferedReader | None"),
        ("csv.DictReader.fieldnames", "collections.abc.Sequence[typing.Any] | None"),
        ("zipfile.ZipFile.open", "io.BufferedReader"),
        ("pathlib.Path.stat", "os.stat_result"),
        ("inspect.currentframe", "types.FrameType | None"),
        ("threading.Thread.name", "str"),
        ("contextvars.ContextVar", "contextvars.ContextVar"),  # out of the module in C
        ("http.HTTPStatus.OK", "http.HTTPStatus"),  # a member of an enum, whatever its value is
        ("wave.Wave_read.getnframes", "int"),
        ("logging.FileHandler.name", "str | None"),  # of a class above
        ("os.path.basename", None),  # overloads that do not agree
        ("csv.DictReader.__next__", None),
        ("functools.reduce", None),
    ],
)
def test_what_a_name_gives(name: str, returns: str | None) -> None:
    fact = stubs_in(None).fact(name)
    assert (fact.returns if fact else None) == returns


@pytest.mark.parametrize(
    "name",
    [
        *(
            "os",
            "os.nothing",
            "nothing.at.all",
            "builtins.int",
            "typing.Any",
            "requests.get",
            "str.upper",
            "?.x",
        ),
        *(
            "json.JSONDecodeError",
            "os.PathLike",
            "subprocess.Popen.nothing",
            "os.path",
            "",
            "Iterator.x",
            "os.",
        ),
    ],
)
def test_what_the_stubs_do_not_tell(name: str) -> None:
    assert stubs_in(None).fact(name) is None


def test_what_was_found_is_kept(tmp_path: Path) -> None:
    first = Stubs(tmp_path).fact("threading.Thread.name")
    again = Stubs(tmp_path)
    assert again.fact("threading.Thread.name") == first
    assert "_resolver" not in vars(again)  # no stub was read


def test_a_cache_of_others_is_no_harm(tmp_path: Path) -> None:
    Stubs(tmp_path).fact("threading.Thread.name")
    for path in tmp_path.glob("*/*.json"):
        head, _, text = path.read_bytes().partition(b"\n")
        text = text.replace(b'"str"', b'"a b"')
        path.write_bytes(_head(json.loads(head)["key"], text) + b"\n" + text)
    assert Stubs(tmp_path).fact("threading.Thread.name") is None


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("inspect.currentframe()", {"types.FrameType", "None"}),
        ("inspect.currentframe().f_back", {"types.FrameType", "None"}),
        ("threading.Thread().name", {"str"}),
        ("contextvars.ContextVar('a')", {"contextvars.ContextVar"}),
        ("with zipfile.ZipFile('a').open('b') as file:\n    pass\nfile", {"zipfile.ZipExtFile"}),
        ("with wave.Wave_read('a') as file:\n    pass\nfile.getnframes()", {"int"}),
        ("subprocess.Popen('a', stdout=subprocess.PIPE).stdout", {"io.BufferedReader"}),
        ("subprocess.Popen('a', stdout=subprocess.PIPE, text=True).stdout", {"io.TextIOWrapper"}),
        ("subprocess.Popen('a', **x).stdout", set()),
        ("os.path.basename(x)", {"str"}),  # as the tables say
    ],
)
def test_types_of_expressions(code: str, names: set[str]) -> None:
    assert kinds(code) == names


def test_a_class_of_the_project_inherits_from_one_of_the_library() -> None:
    own = "import threading\nclass Worker(threading.Thread):\n    pass\n"
    assert kinds("import own\nown.Worker().name", own=own) == {"str"}


def test_a_file_of_the_project_goes_before_the_library() -> None:
    assert not kinds("wave.Wave_read('a').getnframes()", wave="Wave_read = print\n")


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("threading.Thread(name='a').name.upper()", True),
        ("keyword.iskeyword('a')", False),  # the stubs do not say what it raises
        ("x.typecode", False),
        ("open('a').fileno", True),
        ("ast.Name", True),
        ("http.server.HTTPServer", True),
    ],
)
def test_only_types_are_told(code: str, complete: bool) -> None:
    found = answer(code)
    assert found.complete is complete, found.missing


@pytest.mark.parametrize(
    ("code", "raises"),
    [
        ("inspect.currentframe().f_lineno", True),
        ("frame = inspect.currentframe()\nif frame:\n    frame.f_lineno", False),
        ("subprocess.Popen('a', stdout=subprocess.PIPE).stdout.read()", False),
    ],
)
def test_what_may_be_none(code: str, raises: bool) -> None:
    assert ("AttributeError" in {raised.type for raised in answer(code).raised}) is raises


def test_stubs_are_not_loaded_to_say_hello() -> None:
    code = "import sys, cli.main; sys.exit('typeshed_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1]).returncode == 0


@pytest.mark.parametrize(
    ("given", "code", "wanted"),
    [
        ("argparse.ArgumentParser", "given._has_negative_number_optionals.clear()", "AttributeError"),
        ("argparse.ArgumentParser", "for action in given._actions: str(action.dest)", "AttributeError"),
        ("argparse.ArgumentParser", "str(given.prog)", ""),
        ("ast.AST", "str(given._fields)", ""),
    ],
)
def test_no_release_is_sure_to_have_what_is_private(given: str, code: str, wanted: str) -> None:
    found = answer(code, f"given: {given}")
    assert {raised.type for raised in found.likely} == set(wanted.split())
    assert found.complete


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("x = types.ClassType", "AttributeError"),
        ("isinstance(x, types.StringTypes)", "AttributeError"),
        ("x = types.FunctionType", ""),
        ("x = logging.NOPE", "AttributeError"),
        ("x = re.IGNORECASE", ""),
        ("x = typing.Literal", ""),
        ("x = ET.XMLParser", ""),
        ("if sys.version_info < (3,):\n    x = types.ClassType", ""),
        ("if hasattr(types, 'ClassType'):\n    x = types.ClassType", ""),
    ],
)
def test_a_name_that_the_standard_library_does_not_have(code: str, wanted: str) -> None:
    assert {raised.type for raised in answer(code).likely} == set(wanted.split())
