"""The exceptions that are written exist, and catch, in the oldest Python and package that are supported."""

from __future__ import annotations

import ast
import dbm

import pytest

from codemods.exceptions import may_raise
from codemods.exceptions.answer import MayRaise
from codemods.exceptions.choice import behind_except, choose, earlier_types
from codemods.exceptions.releases import older_let_in
from codemods.project import Project
from codemods.pythons import pythons_of
from codemods.sources import Memory
from codemods.supported import Python, range_in


def requires(version: str) -> bytes:
    return f'[project]\nname = "p"\nrequires-python = "{version}"\n'.encode()


def poetry(version: str) -> bytes:
    return f'[tool.poetry.dependencies]\npython = "{version}"\n'.encode()


def setup(arguments: str) -> bytes:
    return f"from setuptools import setup\nsetup({arguments})\n".encode()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("pyproject.toml", requires(">=3.8"), (3, 8)),
        ("pyproject.toml", requires(">=3.8.1,<4"), (3, 8)),
        ("pyproject.toml", requires(">3.7"), (3, 7)),
        ("pyproject.toml", requires("~=3.9"), (3, 9)),
        ("pyproject.toml", requires("==3.10.*"), (3, 10)),
        ("pyproject.toml", requires(">=2.7,!=3.0.*"), (2, 7)),
        ("pyproject.toml", requires("<4"), None),
        ("pyproject.toml", requires(""), None),
        ("pyproject.toml", requires("three"), None),
        ("pyproject.toml", b"[project", None),
        ("pyproject.toml", b"\xff", None),
        ("pyproject.toml", b"project = 3\ntool = 4\n", None),
        ("pyproject.toml", b"[project]\nrequires-python = 3.8\n", None),
        ("pyproject.toml", b"x = " + b"[" * 5000, None),
        ("pyproject.toml", poetry("^3.8"), (3, 8)),
        ("pyproject.toml", poetry("~3.9"), (3, 9)),
        ("pyproject.toml", poetry("3.10.*"), (3, 10)),
        ("pyproject.toml", poetry("~2.7 || ^3.6"), (2, 7)),
        ("pyproject.toml", poetry(">=3.7, <4.0"), (3, 7)),
        ("pyproject.toml", poetry("*"), None),
        ("setup.cfg", b"[options]\npython_requires = >=3.7\n", (3, 7)),
        ("setup.cfg", b"[options]\npython_requires = %(x)s\n", None),
        ("setup.cfg", b"python_requires = >=3.7\n", None),
        ("setup.cfg", b"[metadata]\nname = p\n", None),
        ("setup.py", setup("name='p', python_requires='>=3.7'"), (3, 7)),
        ("setup.py", setup("python_requires='~=3.8', **OPTIONS").replace(b"setup(", b"st.setup("), (3, 8)),
        ("setup.py", setup("name='p'"), None),
        ("setup.py", setup("python_requires=WANTED"), None),
        ("setup.py", setup("python_requires=f'>={1}'"), None),
        ("setup.py", b"WANTED = '>=3.9'\n" + setup("python_requires=WANTED"), (3, 9)),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>=' + OLDEST"), (3, 9)),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires=f'>={OLDEST}'"), (3, 9)),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>={}'.format(OLDEST)"), (3, 9)),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>=%s,<4' % OLDEST"), (3, 9)),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires=f'>={OLDEST!r}'"), None),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>={:>9}'.format(OLDEST)"), None),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>={0}'.format(OLDEST)"), None),
        ("setup.py", b"OLDEST = '3.9'\n" + setup("python_requires='>=%9s' % OLDEST"), None),
        ("setup.py", b"OLDEST = '3.9'\nif x: OLDEST = '3.12'\n" + setup("python_requires='>='+OLDEST"), None),
        ("setup.py", b"import version\nOLDEST = version.x\n" + setup("python_requires=OLDEST"), None),
        ("setup.py", setup("python_requires='three'"), None),
        ("setup.py", setup("python_requires='>=3.7',") + b"def", None),
        ("setup.py", setup("python_requires='>=3.7'").replace(b"setuptools", b"bot"), None),
        ("setup.py", b"# coding: klingon\n" + setup("python_requires='>=3.7'"), None),
        ("setup.py", b"import setuptools\nx = 1" + b" + 1" * 100_000, None),
    ],
)
def test_oldest_python_of_a_file(name: str, data: bytes, expected: Python | None) -> None:
    assert range_in(name, data)[1].oldest == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"pyproject.toml": requires(">=3.8")}, None),
        ({"pyproject.toml": requires(">=3.8,<4")}, None),
        ({"pyproject.toml": requires(">=3.8,<3.12")}, (3, 11)),
        ({"pyproject.toml": requires("<=3.11")}, (3, 11)),
        ({"pyproject.toml": requires("==3.10.*")}, (3, 10)),
        ({"pyproject.toml": requires("==3.10.7")}, (3, 10)),
        ({"pyproject.toml": requires("~=3.9")}, None),
        ({"pyproject.toml": requires("~=3.9.1")}, (3, 9)),
        ({"pyproject.toml": requires(">=3.8,!=3.12.*")}, None),
        ({"pyproject.toml": requires(">=2.7,<3")}, (2, 7)),
        ({"pyproject.toml": poetry("^3.10, <3.13")}, (3, 12)),
        ({"pyproject.toml": poetry("~3.9")}, (3, 9)),
        ({"pyproject.toml": poetry("~3")}, None),
        ({"pyproject.toml": poetry("~2.7 || ~3.6")}, (3, 6)),
        ({"pyproject.toml": poetry("^3.6")}, None),
        ({"pyproject.toml": requires(">=3.8,<3.12"), "setup.py": setup("name='p'")}, (3, 11)),
        ({"pyproject.toml": requires("<3.12"), "setup.py": setup("python_requires='>=3.8'")}, None),
        ({"setup.py": setup("classifiers=['Programming Language :: Python :: 2']")}, (2, 7)),
        ({"setup.py": setup("classifiers=['Programming Language :: Python :: 3']")}, None),
    ],
)
def test_newest_python_of_a_project(files: dict[str, bytes], expected: Python | None) -> None:
    assert pythons_of(Project(Memory({**files, "m.py": b""}))).newest("m.py") == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"pyproject.toml": requires(">=3.8")}, (3, 8)),
        ({"pyproject.toml": requires(">=3.8"), "a/pyproject.toml": requires(">=3.11")}, (3, 11)),
        ({"pyproject.toml": requires(">=3.8"), "b/pyproject.toml": requires(">=3.11")}, (3, 8)),
        ({"pyproject.toml": requires(">=3.8"), "a/pyproject.toml": b"[tool.ruff]\n"}, (3, 8)),
        ({"pyproject.toml": requires(">=3.8"), "a/pyproject.toml": b'[project]\nname = "a"\n'}, None),
        ({"pyproject.toml": requires(">=3.8"), "a/pyproject.toml": b"[project"}, None),
        ({"pyproject.toml": b"[build-system]\n", "setup.py": setup("python_requires='>=3.7'")}, (3, 7)),
        ({"pyproject.toml": requires(">=3.8"), "a/setup.py": setup("name='a'")}, None),
        ({"pyproject.toml": requires(">=3.8"), "a/setup.py": b"def setup(bot): pass\n"}, (3, 8)),
        ({"pyproject.toml": b"[tool.ruff]\n", "setup.cfg": b"[options]\npython_requires = >=3.9\n"}, (3, 9)),
        (
            {"pyproject.toml": requires(">=3.11"), "setup.cfg": b"[options]\npython_requires = >=3.9\n"},
            (3, 9),
        ),
    ],
)
def test_the_nearest_project_decides(files: dict[str, bytes], expected: Python | None) -> None:
    assert pythons_of(Project(Memory({**files, "a/b/m.py": b""}))).oldest("a/b/m.py") == expected


RAISES = "import asyncio, concurrent.futures, queue, socket\ndef f():\n    try:\n        raise {}\n"
AND_OSERROR = (
    "import asyncio\ndef f(x):\n    try:\n        if x: raise OSError\n        raise asyncio.TimeoutError\n"
)


def spelled(code: str, version: str | None) -> str:
    return spelled_beside({"pyproject.toml": requires(f">={version}")} if version else {}, code)


def spelled_beside(files: dict[str, bytes], code: str) -> str:
    project = Project(Memory({**files, "a/m.py": f"{code}    except:\n        pass\n".encode()}))
    module = project.module("a/m.py")
    (statement,) = module.nodes(ast.Try)
    handler = statement.handlers[-1]
    answer: MayRaise = may_raise(statement.body, module, project)
    found = choose(answer, handler, module, project, earlier_types(handler, module, project))
    return found.refusal or found.text


@pytest.mark.parametrize(
    ("code", "by_version"),
    [
        (
            RAISES.format("asyncio.TimeoutError"),
            {None: "asyncio.TimeoutError", "3.8": "asyncio.TimeoutError", "3.11": "TimeoutError"},
        ),
        (
            RAISES.format("concurrent.futures.TimeoutError"),
            {"3.10": "concurrent.futures.TimeoutError", "3.11": "TimeoutError"},
        ),
        (RAISES.format("socket.timeout"), {"3.9": "socket.timeout", "3.10": "TimeoutError"}),
        (AND_OSERROR, {None: "OSError", "3.10": "(OSError, asyncio.TimeoutError)", "3.11": "OSError"}),
        (
            RAISES.format("asyncio.TimeoutError") + "    except OSError:\n        pass\n",
            {
                "3.10": "asyncio.TimeoutError",
                "3.11": "the handlers before it catch all that is known to come out",
            },
        ),
        (
            "from aiohttp import ClientError, ClientResponse\n"
            "async def f(x: ClientResponse):\n    try:\n        await x.read()\n",
            {
                None: "(ClientError, asyncio.TimeoutError)",
                "3.10": "(ClientError, asyncio.TimeoutError)",
                "3.11": "(ClientError, TimeoutError)",
            },
        ),
        (
            "import queue\ndef f():\n    try:\n        raise queue.ShutDown\n",
            {
                None: "queue.ShutDown",
                "3.12": "queue.ShutDown has no name in Python 3.12, which is supported",
                "3.13": "queue.ShutDown",
            },
        ),
        (
            "import tomllib\ndef f(x):\n    try:\n        tomllib.loads('a = 1')\n",
            {None: "tomllib.TOMLDecodeError", "3.10": "ValueError", "3.11": "tomllib.TOMLDecodeError"},
        ),
        (
            "import zoneinfo\ndef f():\n    try:\n        raise zoneinfo.ZoneInfoNotFoundError\n",
            {"3.8": "KeyError", "3.9": "zoneinfo.ZoneInfoNotFoundError"},
        ),
        (
            "def f():\n    try:\n        raise ExceptionGroup('a', [])\n",
            {
                None: "ExceptionGroup",
                "3.10": "ExceptionGroup has no name in Python 3.10, which is supported",
                "3.11": "ExceptionGroup",
            },
        ),
        (
            "def f():\n    try:\n        raise EncodingWarning\n",
            {"3.9": "Warning", "3.10": "EncodingWarning"},
        ),
    ],
)
def test_names_by_version(code: str, by_version: dict[str | None, str]) -> None:
    assert {version: spelled(code, version) for version in by_version} == by_version


SEARCH = """\
import elasticsearch
def f(client: elasticsearch.Elasticsearch):
    try:
        client.reindex(body={})
    except elasticsearch.TransportError:
        pass
"""
LATE = "elasticsearch.ApiError is not in each release of elasticsearch that the requirements let in"


@pytest.mark.parametrize(
    ("name", "wanted", "is_late"),
    [
        ("requirements.txt", "elasticsearch==6.8.2", True),
        ("a/requirements.txt", "requests\nelasticsearch [async] >=7.10,<9  # both\n", True),
        ("requirements.txt", "Elasticsearch<8", True),
        ("requirements.txt", "elasticsearch==8.11.3", False),
        ("requirements.txt", "elasticsearch>=8,<9", False),
        ("requirements.txt", "elasticsearch==8.*", False),
        ("requirements.txt", "elasticsearch!=7.14.0", False),
        ("requirements.txt", "elasticsearch", False),
        ("requirements.txt", "elasticsearch==one", False),
        ("requirements.txt", "# elasticsearch==6.8.2\ndjango-elasticsearch==1\nelasticsearch-dsl<8", False),
        ("b/requirements.txt", "elasticsearch==6.8.2", False),
        ("pyproject.toml", '[project]\ndependencies = ["elasticsearch~=7.17"]', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\nelasticsearch = "^7.10"', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\nelasticsearch = "~8.1"', False),
        ("pyproject.toml", '[tool.poetry.dependencies]\nelasticsearch = "7.17"', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\nelasticsearch = "8.*"', False),
        ("pyproject.toml", 'elasticsearch = {extras = ["async"], version = "^7.1"}', True),
        ("pyproject.toml", 'elasticsearch = {version = ">=8.1", optional = true}', False),
        ("pyproject.toml", 'elasticsearch = {path = "../7.1", develop = true}', False),
        ("requirements.txt", "elasticsearch===7.17.0", True),
        ("setup.py", "setup(install_requires=['a', 'elasticsearch>=7,<8'])", True),
    ],
)
def test_an_older_release_may_lack_a_type(name: str, wanted: str, is_late: bool) -> None:
    found = spelled_beside({name: wanted.encode()}, SEARCH)
    assert found == (LATE if is_late else "elasticsearch.ApiError")


@pytest.mark.parametrize(
    ("name", "wanted", "distribution"),
    [
        ("requirements.txt", "argon2-cffi==21.3.0", "argon2-cffi"),
        ("constraints.txt", "Argon2_CFFI<22", "argon2-cffi"),
        ("Pipfile", '[packages]\nargon2-cffi = "==21.*"', "argon2-cffi"),
        ("requirements.txt", "argon2-cffi>=23.1", None),
        ("requirements.txt", "argon2==0.1.10\nargon2-cffi-bindings==21.2.0", None),
    ],
)
def test_a_distribution_may_have_another_name_than_its_package(
    name: str, wanted: str, distribution: str | None
) -> None:
    project = Project(Memory({"m.py": b"", name: wanted.encode()}))
    assert older_let_in(project, "m.py", "argon2.exceptions.InvalidHashError") == distribution


def test_a_handler_inside_catches_by_the_version_too() -> None:
    code = AND_OSERROR.replace("def f(x):", "def g(x):") + "    except OSError:\n        pass\n"
    code += "def f(x):\n    return g(x)\n"
    found = {}
    for version in ("3.10", "3.11"):
        files = {"m.py": code.encode(), "pyproject.toml": requires(f">={version}")}
        project = Project(Memory(files))
        module = project.module("m.py")
        answer = may_raise(module.tree.body[-1].body, module, project)  # type: ignore[attr-defined]
        found[version] = [raised.type for raised in answer.raised]
    assert found == {"3.10": ["asyncio.TimeoutError"], "3.11": []}


@pytest.mark.parametrize(("version", "passes"), [(">=3.10", True), (">=3.11", False)])
def test_suppress_swallows_what_is_a_kind_of_it_in_that_python(version: str, passes: bool) -> None:
    source = (
        b"import asyncio\n"
        b"from contextlib import suppress\n"
        b"def f():\n"
        b"    with suppress(OSError):\n"
        b"        raise asyncio.TimeoutError\n"
    )
    project = Project(Memory({"app.py": source, "pyproject.toml": requires(version)}))
    module = project.module("app.py")
    body = module.nodes(ast.With)[0]
    raised = {one.type for one in may_raise([body], module, project).raised}
    assert ("asyncio.TimeoutError" in raised) is passes


# -- below a handler for a package ------------------------------------------------------------------------

FETCH = """
import requests
def f(url):
    try:
        {}(requests.get(url).text)
    except {}:
        return None
"""


@pytest.mark.parametrize(
    ("call", "before", "expected"),
    [
        ("int", "KeyError", "(requests.RequestException, ValueError)"),
        ("int", "requests.RequestException", "ValueError"),
        ("open", "(requests.RequestException, ValueError)", "OSError"),
        (
            "open",
            "requests.RequestException",
            "ValueError of requests left out as rare, and a handler before it takes others of requests",
        ),
    ],
)
def test_what_a_package_does_not_say(call: str, before: str, expected: str) -> None:
    assert spelled(FETCH.format(call, before), None) == expected


def test_a_tuple_of_types_is_taken_apart_beside_others() -> None:
    for names in (["*dbm.error"], ["*dbm.error", "ValueError"]):
        for raised in (dbm.error[0], OSError):
            exec(
                f"try:\n raise raised\nexcept {behind_except(names)}:\n pass", {"dbm": dbm, "raised": raised}
            )
    with pytest.raises(TypeError, match="catching classes"):
        exec("try:\n raise KeyError\nexcept (ValueError, dbm.error):\n pass", {"dbm": dbm})
