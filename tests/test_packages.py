"""What installed packages raise and return, by their source: read, and kept on disk."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from environments import Venv, venv

from codemods.engine import project_of
from codemods.environment import Environment
from codemods.exceptions import choose, may_raise
from codemods.exceptions.answer import MayRaise
from codemods.sources import Memory
from codemods.store import _head

PORTER = {
    "porter/__init__.py": """\
from porter._errors import Lost as Lost, PorterError
from .client import Client, connect, session
from .compat import loads

TIMEOUT = 3
default = Client("here")
""",
    "porter/_errors.py": """\
class PorterError(Exception): ...
class Lost(PorterError, OSError): ...
""",
    "porter/compat.py": "from json import loads\n",
    "porter/client.py": """\
import contextlib
from . import _errors
from ._errors import Lost

class Parcel:
    def __init__(self, weight: int) -> None:
        self.weight = weight

    @property
    def label(self) -> str:
        if self.weight < 0:
            raise _errors.PorterError("negative")
        return "x"

class Base:
    def close(self):
        return None

class Client(Base):
    retries = 3

    def __init__(self, host: str):
        if not host:
            raise ValueError("host")
        self.host = host

    def fetch(self, name: str) -> Parcel:
        return self._send(name)

    def _send(self, name):
        if name == "":
            raise Lost(name)
        return Parcel(1)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        pass

def connect(host):
    return Client(host)

@contextlib.contextmanager
def session(host):
    client = Client(host)
    yield client

def lookup(table, name):
    return deeper(table, name)

def deeper(table, name):
    if not isinstance(name, str):
        raise TypeError("name")
    assert name
    return table[name]

def obscure(thing):
    return thing.run()
""",
}


@pytest.fixture
def made(tmp_path: Path) -> Venv:
    made = venv(tmp_path / "env")
    made.install("porter", "1.2", PORTER)
    return made


def ask(made: Venv, code: str, cache: Path | None = None, **files: str) -> MayRaise:
    """What the body of the first `try`, `with` or function in `code` may raise."""
    sources = {"app.py": code.encode(), **{f"{name}.py": text.encode() for name, text in files.items()}}
    project = project_of(Memory(sources, Environment.at(made.folder, cache)))
    module = project.module("app.py")
    (function,) = [node for node in module.tree.body if hasattr(node, "body")]
    return may_raise(function.body, module, project)


def types(answer: MayRaise) -> set[str]:
    return {raised.type for raised in answer.likely}


LOST = "from porter import Client, connect, session, default\nimport porter.client as pc\nimport porter\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(name: str):\n    connect('x').fetch(name)\n", {"porter.Lost", "ValueError"}),
        ("def f(name: str):\n    porter.default.fetch(name)\n", {"porter.Lost"}),
        ("def f(client: Client):\n    client.fetch('x')\n", {"porter.Lost"}),
        ("def f(client: 'porter.client.Client'):\n    client.fetch('x')\n", {"porter.Lost"}),
        ("def f(client: Client):\n    client.fetch('x').label\n", {"porter.Lost", "porter.PorterError"}),
        ("def f(client: Client):\n    client.close()\n", set()),
        ("def f(client: Client):\n    client.host.upper()\n    client.retries + 1\n", set()),
        ("def f(client: Client):\n    client.fetch\n", set()),
        ("def f(client: Client):\n    return Client, porter.TIMEOUT + 1\n", set()),
        ("def f():\n    with Client('x') as c:\n        c.fetch('x')\n", {"porter.Lost", "ValueError"}),
        ("def f():\n    with session('x') as c:\n        c.fetch('x')\n", {"porter.Lost", "ValueError"}),
        ("def f(t: str):\n    return porter.loads(t)\n", {"json.JSONDecodeError"}),
        ("def f(c: Client):\n    try:\n        c.fetch('')\n    except OSError:\n        pass\n", set()),
        (
            "def f(c: Client):\n    try:\n        c.fetch('')\n    except porter._errors.PorterError: pass\n",
            set(),
        ),
        ("def f(c: Client):\n    try:\n        c.fetch('')\n    except KeyError: pass\n", {"porter.Lost"}),
        ("def f():\n    raise porter.Lost\n", {"porter.Lost"}),
        ("def f(c: Client):\n    pc.lookup({}, 'x')\n", set()),
    ],
)
def test_calls_are_followed(made: Venv, code: str, expected: set[str]) -> None:
    answer = ask(made, LOST + code)
    assert (types(answer), answer.missing) == (expected, ())


def test_each_type_has_its_way_and_the_version_is_assumed(made: Venv) -> None:
    answer = ask(made, LOST + "def f(c: Client):\n    c.fetch('x')\n")
    (raised,) = answer.likely
    assert raised.confidence == 0.8
    assert [(step.path, step.line, step.text) for step in raised.trace] == [
        ("app.py", 5, "calls `porter.Client.fetch`"),
        ("site-packages/porter/client.py", 28, "calls `_send`"),
        ("site-packages/porter/client.py", 32, "raise Lost (line 32)"),
    ]
    assert "as installed (porter 1.2)" in answer.assumed


def test_faults_of_a_package_are_rare_and_what_it_calls_is_not_known(made: Venv) -> None:
    answer = ask(made, LOST + "def f(table):\n    pc.lookup(table, 'x')\n")
    confidences = {raised.type: raised.confidence for raised in answer.raised}
    assert {"TypeError", "AssertionError"} <= confidences.keys()
    assert max(confidences.values()) <= 0.05
    assert "as installed (porter 1.2): what it does inside goes well" in answer.assumed
    answer = ask(made, LOST + "def f(thing):\n    pc.obscure(thing)\n")
    assert len(answer.missing) == 1
    assert answer.missing[0].startswith(
        "calls `thing.run`, whose type is unknown in `obscure` (site-packages/"
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "import gone\ndef f(): gone.run()\n",
            "calls `gone.run`, which is not in the tables, and not installed",
        ),
        (
            "import fast\ndef f(): fast.run()\n",
            "calls `fast.run`, which is not in the tables, and whose source does",
        ),
        ("import sys\ndef f(): sys.strange()\n", "calls `sys.strange`, which is not in the tables"),
    ],
)
def test_why_nothing_is_known(made: Venv, code: str, why: str) -> None:
    made.install("fast", "1", {"fast.cpython-311-x86_64-linux-gnu.so": "\x7fELF"})
    (missing,) = ask(made, code).missing
    assert missing.startswith(why)
    assert ("installed" in missing) == ("gone" in code)


def test_a_stub_tells_the_types_of_a_compiled_module(made: Venv) -> None:
    made.install("fast", "1", {"fast.so": "\x7fELF", "fast.pyi": "def run() -> str: ...\n"})
    answer = ask(made, "import fast\ndef f():\n    return fast.run().strip()\n")
    assert [why for why in answer.missing if "strip" in why] == []
    assert any(why.startswith("calls `run`, which has no body of its own there") for why in answer.missing)


def test_without_packages_nothing_is_known(made: Venv) -> None:
    project = project_of(Memory({"app.py": b"import porter\ndef f():\n    porter.connect('x')\n"}))
    module = project.module("app.py")
    assert may_raise(module.tree.body[1:2][0].body, module, project).missing  # type: ignore[attr-defined]


def test_the_project_comes_before_the_packages(made: Venv) -> None:
    answer = ask(
        made, "import porter\ndef f():\n    porter.connect('x')\n", porter="def connect(x): raise KeyError\n"
    )
    assert types(answer) == {"KeyError"}


def test_the_tables_come_before_the_source(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    made.install(
        "requests", "9.9", {"requests/__init__.py": "def get(url): raise KeyError\nclass Session: ...\n"}
    )
    answer = ask(made, "import requests\ndef f(url: str):\n    requests.get(url)\n")
    assert types(answer) == {"requests.RequestException"}


def test_classes_of_the_project_that_are_made_of_installed_ones(made: Venv) -> None:
    code = "import porter\nclass Own(porter.Client): ...\n"
    app = "from own import Own\ndef f(own: Own):\n    own.fetch('x')\n"
    assert types(ask(made, app, own=code)) == {"porter.Lost"}
    errors = "import porter\nclass Mine(porter.Lost): ...\n"
    app = "import errors\ndef f():\n    try:\n        raise errors.Mine\n    except OSError: pass\n"
    assert types(ask(made, app, errors=errors)) == set()


def test_making_an_instance_of_a_class_that_has_its_maker_from_a_package(made: Venv) -> None:
    for body in ("...", "def __init__(self, host: str):\n        super().__init__(host)"):
        code = f"import porter\nclass Own(porter.Client):\n    {body}\n"
        answer = ask(made, "from own import Own\ndef f(host: str):\n    Own(host)\n", own=code)
        assert (types(answer), answer.missing) == ({"ValueError"}, ())


def test_it_is_only_read(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    proof = tmp_path / "proof"
    act = f"import pathlib\npathlib.Path({str(proof)!r}).touch()\n"
    made.install(
        "acting", "1", {"acting.py": f"{act}def run():\n    {act.splitlines()[1]}\n    raise KeyError\n"}
    )
    assert "KeyError" in types(ask(made, "import acting\ndef f():\n    acting.run()\n", tmp_path / "cache"))
    assert not proof.exists()


# -- the cache ----------------------------------------------------------------------------------------


CALL = LOST + "def f(c: Client):\n    c.fetch('x')\n"


def test_the_second_time_no_source_is_read(made: Venv, tmp_path: Path) -> None:
    first = ask(made, CALL, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir())
    for file in made.site.rglob("porter/*.py"):
        file.write_text("this is not Python (")
    other = Venv(made.folder.rename(tmp_path / "moved"))  # another environment with the same packages
    assert ask(other, CALL, tmp_path / "cache") == first


def test_another_version_or_content_is_found_out_anew(made: Venv, tmp_path: Path) -> None:
    assert types(ask(made, CALL, tmp_path / "cache")) == {"porter.Lost"}
    changed = PORTER | {
        "porter/client.py": PORTER["porter/client.py"].replace("raise Lost(", "raise KeyError(")
    }
    for version in ("1.2", "1.3"):
        other = venv(tmp_path / version)
        other.install("porter", version, changed)
        assert types(ask(other, CALL, tmp_path / "cache")) == {"KeyError"}


def test_a_changed_requirement_is_found_out_anew(tmp_path: Path) -> None:
    for version, error in (("1", "KeyError"), ("2", "OSError")):
        made = venv(tmp_path / version)
        made.install("top", "1", {"top.py": "import base\ndef go():\n    base.go()\n"}, requires=["Base>=1"])
        made.install("base", version, {"base.py": f"def go():\n    raise {error}\n"})
        answer = ask(made, "import top\ndef f():\n    top.go()\n", tmp_path / "cache")
        assert {raised.type for raised in answer.raised} == {error}


def test_what_may_change_without_a_trace_is_not_kept(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    source = tmp_path / "work"
    source.mkdir()
    (source / "lib.py").write_text("def go():\n    raise OSError\n")
    made.install("lib", "1", {"lib.pth": f"{source}\n"}, editable=source)
    code = "import lib\ndef f():\n    lib.go()\n"
    assert types(ask(made, code, tmp_path / "cache")) == {"OSError"}
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"also": 7},
        {"name": 1, "is_value": [], "returns": "("},
        {"name": "x", "is_value": False, "returns": ["x"]},
        {"raised": [["KeyError"]], "missing": [], "assumed": []},
        {"raised": 3},
        {"ancestors": 3},
        {"ancestors": [{}]},
    ],
)
def test_a_cache_that_somebody_else_wrote_does_no_harm(made: Venv, tmp_path: Path, value: object) -> None:
    ask(made, CALL, tmp_path / "cache")
    for file in (tmp_path / "cache").rglob("*.json"):
        key, text = json.loads(file.read_bytes().partition(b"\n")[0])["key"], json.dumps(value).encode()
        file.write_bytes(_head(key, text) + b"\n" + text)
    ask(Venv(made.folder.rename(tmp_path / "moved")), CALL, tmp_path / "cache")


# -- what to write ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("imports", "text"),
    [
        ("import porter\n", "porter.PorterError"),
        ("import porter as p\n", "p.PorterError"),
        ("from porter import PorterError\n", "PorterError"),
        ("from porter._errors import PorterError\n", "PorterError"),
        ("from porter._errors import PorterError as Gone\n", "Gone"),
        ("import porter.client\n", "porter.PorterError"),
        ("from porter import connect\n", "PorterError"),
        ("from porter.client import connect\n", None),
    ],
)
def test_how_an_installed_type_is_written(made: Venv, imports: str, text: str | None) -> None:
    own = "import porter\ndef get() -> porter.Client: ...\n"
    body = "    client = get()\n    try:\n        client.fetch('x').label\n    except: pass\n"
    code = f"from own import get\n{imports}def f():\n{body}"
    sources = {"app.py": code.encode(), "own.py": own.encode()}
    project = project_of(Memory(sources, Environment.at(made.folder)))
    module = project.module("app.py")
    (statement,) = module.nodes(ast.Try)
    choice = choose(may_raise(statement.body, module, project), statement.handlers[0], module, project)
    assert (choice.text if choice.names else None) == text
    needed = [wanted.text for wanted in choice.imports]
    assert needed == (["from porter import PorterError"] if imports == "from porter import connect\n" else [])
