"""Which file a name leads to, and who uses a definition: over many files, without running any."""

from __future__ import annotations

import ast

import pytest

from codemods.files import Files
from codemods.model import FileChange
from codemods.module import FUNCTIONS, Unreadable
from codemods.project import Definition, Project
from codemods.sources import Memory, Overlay


def project_of(**files: str) -> Project:
    """A project from file contents by path, the `.py` left out."""
    return Project(Memory({f"{name}.py": text.encode() for name, text in files.items()}))


def definition_in(project: Project, path: str, dotted: str) -> Definition:
    module = project.module(path)
    for node in module.nodes(*FUNCTIONS, ast.ClassDef):
        if module.qualified_name(node) == dotted:
            return Definition(module, node)
    raise LookupError(dotted)


PATHS = {
    "beside it, in a script's folder": ("utils", "scripts/run.py", ["scripts/utils.py"], "scripts/utils.py"),
    "at the root": ("utils", "scripts/run.py", ["utils.py"], "utils.py"),
    "either: not certain": ("utils", "scripts/run.py", ["scripts/utils.py", "utils.py"], None),
    "in a package the root wins": (
        "utils",
        "app/run.py",
        ["app/__init__.py", "app/utils.py", "utils.py"],
        "utils.py",
    ),
    "a package that is run as a script": (
        "utils",
        "app/run.py",
        ["app/__init__.py", "app/utils.py"],
        "app/utils.py",
    ),
    "src layout": ("app.db", "tests/test_db.py", ["src/app/db.py"], "src/app/db.py"),
    "src layout, from inside": (
        "app.db",
        "src/app/run.py",
        ["src/app/__init__.py", "src/app/db.py"],
        "src/app/db.py",
    ),
    "a package": ("app", "run.py", ["app/__init__.py"], "app/__init__.py"),
    "a package before a file of the same name": (
        "app",
        "run.py",
        ["app/__init__.py", "app.py"],
        "app/__init__.py",
    ),
    "a package without __init__": ("app.db", "run.py", ["app/db.py"], "app/db.py"),
    "deep somewhere, once": ("core.db", "x/run.py", ["services/core/db.py"], "services/core/db.py"),
    "deep somewhere, twice": ("core.db", "x/run.py", ["a/core/db.py", "b/core/db.py"], None),
    "deep somewhere, a package with a file of its name": (
        "core",
        "x/run.py",
        ["lib/core/__init__.py", "lib/core/core.py"],
        "lib/core/__init__.py",
    ),
    "deep somewhere, one in a package": (
        "core.db",
        "x/run.py",
        ["lib/core/db.py", "app/vendor/__init__.py", "app/vendor/core/db.py"],
        "lib/core/db.py",
    ),
    "deep somewhere, two packages with a file of that name": (
        "core",
        "x/run.py",
        ["a/__init__.py", "a/core.py", "b/__init__.py", "b/core.py"],
        None,
    ),
    "one dot": (".db", "app/run.py", ["app/db.py", "db.py"], "app/db.py"),
    "two dots": ("..db", "app/sub/run.py", ["app/db.py"], "app/db.py"),
    "only dots": (".", "app/run.py", ["app/__init__.py"], "app/__init__.py"),
    "only dots, without __init__": (".", "app/run.py", ["app.py"], None),
    "the standard library": ("json", "run.py", ["json.py"], None),
    "not there": ("requests", "run.py", [], None),
}


@pytest.mark.parametrize("case", PATHS)
def test_path_of(case: str) -> None:
    dotted, importer, others, expected = PATHS[case]
    files = Files(Memory(dict.fromkeys([importer, *others], b"")))
    assert files.path_of(dotted, importer) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "import redis",
        "def connect():\n  import redis as client",
        "from redis.client import Redis",
        "try:\n    import os, redis\nexcept ImportError:\n    redis = None",
    ],
)
def test_a_file_that_imports_a_package_of_its_own_name(statement: str) -> None:
    text = f"{statement}\n".encode()
    files = Files(Memory({"app/__init__.py": b"", "app/redis.py": text, "app/db.py": b"import redis"}))
    assert files.path_of("redis", "app/redis.py") is None
    assert files.path_of("redis", "app/db.py") is None
    assert files.path_of(".redis", "app/db.py") == "app/redis.py"
    assert files.path_of("app.redis", "run.py") == "app/redis.py"


@pytest.mark.parametrize(
    "text",
    [
        *(b"import redis_lock", b"import os, sys", b"from .redis import a", b"", b"import redis\n  )"),
        b'"""Usage:\n\n    import redis\n"""',
        b"if __name__ == '__main__':\n    import redis\n    redis.main()",
    ],
)
def test_a_file_that_does_not(text: bytes) -> None:
    files = Files(Memory({"app/__init__.py": b"", "app/redis.py": text, "app/db.py": b"import redis"}))
    assert files.path_of("redis", "app/db.py") == "app/redis.py"


def test_a_program_that_imports_itself_when_it_runs() -> None:
    text = b"def main():\n    import tool\n    tool.work()"
    assert Files(Memory({"tool.py": text, "other.py": b""})).path_of("tool", "other.py") == "tool.py"
    text = b"import tool"
    assert Files(Memory({"tool.py": text, "other.py": b""})).path_of("tool", "other.py") is None


NAMED = {
    "beside, in a package": ("app", "app/errors.py", "app.errors"),
    "by a module of the package": ("app.db", "app/errors.py", "app.errors"),
    "a package": ("app.db", "app/sub/__init__.py", "app.sub"),
    "from the standard library": ("typing", "app/errors.py", None),
    "from a package of others": ("requests.api", "app/errors.py", None),
    "from src": ("lib.a", "src/lib/errors.py", "lib.errors"),
    "not under src": ("lib.a", "app/errors.py", None),
    "inside a package, for a script": ("helpers", "app/errors.py", None),
    "two that fit": ("lib.a", "src/twice.py", None),
    "the name of a module of Python": ("app.db", "json.py", None),
}


@pytest.mark.parametrize("case", NAMED)
def test_name_like(case: str) -> None:
    known, path, expected = NAMED[case]
    app = ["app/__init__.py", "app/db.py", "app/errors.py", "app/helpers.py", "app/sub/__init__.py"]
    others = ["src/lib/a.py", "src/lib/errors.py", "src/twice.py", "twice.py", "json.py", "app/twice.py"]
    files = Files(Memory(dict.fromkeys([*app, *others, "app/run.py", "tests/run.py"], b"")))
    importer = "tests/run.py" if known.startswith("lib") else "app/run.py"
    assert files.name_like(known, path, importer) == expected


def test_a_tree_that_is_a_package_itself_has_no_name_we_know() -> None:
    files = Files(Memory(dict.fromkeys(["__init__.py", "db.py", "errors.py", "run.py"], b"")))
    assert files.path_of("db", "run.py") == "db.py"
    assert files.name_like("db", "errors.py", "run.py") is None


FOUND = {
    "from": ({"a": "from b import f\nf()", "b": "def f(): pass"}, "b.py f"),
    "from, renamed": ({"a": "from b import f as g\ng()", "b": "def f(): pass"}, "b.py f"),
    "module": ({"a": "import b\nb.f()", "b": "def f(): pass"}, "b.py f"),
    "module, renamed": ({"a": "import p.b as c\nc.f()", "p/b": "def f(): pass"}, "p/b.py f"),
    "dotted module": ({"a": "import p.b\np.b.f()", "p/b": "def f(): pass"}, "p/b.py f"),
    "module from a package": ({"a": "from p import b\nb.f()", "p/b": "def f(): pass"}, "p/b.py f"),
    "own file": ({"a": "def f(): pass\nf()"}, "a.py f"),
    "nested": ({"a": "def g():\n    def f(): pass\n    f()"}, "a.py g.f"),
    "import inside a function": (
        {"a": "def g():\n    from b import f\n    f()", "b": "def f(): pass"},
        "b.py f",
    ),
    "both ways of an import": (
        {
            "a": "try:\n    from b import f\nexcept ImportError:\n    from .b import f\nf()",
            "b": "def f(): pass",
        },
        "b.py f",
    ),
    "re-export": (
        {"a": "from p import f\nf()", "p/__init__": "from .b import f", "p/b": "def f(): pass"},
        "p/b.py f",
    ),
    "re-export, renamed": (
        {"a": "import p\np.g()", "p/__init__": "from .b import f as g", "p/b": "def f(): pass"},
        "p/b.py f",
    ),
    "re-export of a module": (
        {"a": "import p\np.b.f()", "p/__init__": "from . import b", "p/b": "def f(): pass"},
        "p/b.py f",
    ),
    "re-export of everything": (
        {"a": "from p import f\nf()", "p/__init__": "from .b import *", "p/b": "def f(): pass"},
        "p/b.py f",
    ),
    "re-export of everything, twice": (
        {"a": "from p import f\nf()", "p": "from b import *\nfrom c import *", "b": "def f(): pass", "c": ""},
        "b.py f",
    ),
    "re-export of everything, two candidates": (
        {
            "a": "from p import f\nf()",
            "p": "from b import *\nfrom c import *",
            "b": "def f(): pass",
            "c": "def f(): pass",
        },
        None,
    ),
    "re-export of everything, in circles": (
        {"a": "from p import f\nf()", "p": "from q import *", "q": "from p import *"},
        None,
    ),
    "re-export of everything but private names": (
        {"a": "from p import _f\n_f()", "p": "from b import *", "b": "def _f(): pass"},
        None,
    ),
    "self": ({"a": "class A:\n    def f(self): pass\n    def g(self): self.f()"}, "a.py A.f"),
    "self in a nested function": (
        {"a": "class A:\n    def f(self): pass\n    def g(self):\n        def h(): self.f()"},
        "a.py A.f",
    ),
    "cls": ({"a": "class A:\n    def f(self): pass\n    @classmethod\n    def g(cls): cls.f()"}, "a.py A.f"),
    "a static method's first argument": (
        {"a": "class A:\n    def f(self): pass\n    @staticmethod\n    def g(x): x.f()"},
        None,
    ),
    "class": ({"a": "from b import A\nA.f()", "b": "class A:\n    def f(): pass"}, "b.py A.f"),
    "new instance": ({"a": "from b import A\nA().f()", "b": "class A:\n    def f(self): pass"}, "b.py A.f"),
    "variable": ({"a": "import b\nx = b.A()\nx.f()", "b": "class A:\n    def f(self): pass"}, "b.py A.f"),
    "variable assigned twice": (
        {"a": "import b\nx = b.A()\nx = 1\nx.f()", "b": "class A:\n    def f(): pass"},
        None,
    ),
    "annotated argument": (
        {"a": "from b import A\ndef g(x: A): x.f()", "b": "class A:\n    def f(s): pass"},
        "b.py A.f",
    ),
    "inherited": (
        {
            "a": "from b import A\nclass B(A):\n    def g(self): self.f()",
            "b": "class A:\n    def f(self): pass",
        },
        "b.py A.f",
    ),
    "a class from outside comes first": (
        {"a": "from x import X\nclass A:\n    def f(s): pass\nclass B(X, A): pass\nB.f()"},
        None,
    ),
    "bases that bring nothing": (
        {"a": "from typing import Generic\nclass A:\n  def f(s): pass\nclass B(Generic[T], A): pass\nB.f()"},
        "a.py A.f",
    ),
    "defined twice": ({"a": "if x:\n    def f(): pass\nelse:\n    def f(): pass\nf()"}, None),
    "star import": ({"a": "from b import *\nf()", "b": "def f(): pass"}, None),
    "assigned later": ({"a": "def f(): pass\nf = g(f)\nf()"}, None),
    "in circles": ({"a": "from b import f\nf()", "b": "from a import f"}, None),
    "variables in circles": ({"a": "x = y.f()\ny = x.f()\nz = z.f()\nz.f()"}, None),
    "classes in circles": ({"a": "class A(B): pass\nclass B(A): pass\nA.f()"}, None),
}


@pytest.mark.parametrize("case", FOUND)
def test_definition_of_the_last_call(case: str) -> None:
    files, expected = FOUND[case]
    project = project_of(**files)
    module = project.module("a.py")
    call = max(module.nodes(ast.Call), key=lambda node: node.lineno)
    found = project.definition(module, call.func)
    assert (f"{found.module.path} {found.module.qualified_name(found.node)}" if found else None) == expected


# What refers to `f` of b.py: path, line, `?` when not certain.
REFERENCES = {
    "import and call": ({"a": "from b import f\nf()"}, "a:1 a:2"),
    "import and call, renamed": ({"a": "from b import f as g\ng()"}, "a:1 a:2"),
    "attribute of the module": ({"a": "import b\nb.f()"}, "a:2"),
    "as a value": ({"a": "from b import f\nregister(f)"}, "a:1 a:2"),
    "in its own file": ({"b": "def f(): pass\ndef g(): f()"}, "b:2"),
    "a variable of the same name": ({"a": "f = 1\nprint(f)"}, ""),
    "another function": ({"a": "def f(): pass\nf()"}, ""),
    "another file's": ({"a": "from c import f\nf()", "c": "def f(): pass"}, ""),
    "a package's from outside": ({"a": "from requests import f\nf()"}, ""),
    "an attribute of one": ({"a": "import requests\nrequests.f()"}, ""),
    "a tree that is a package": ({"__init__": "", "c": "from tree.b import f"}, "c:1?"),
    "a model is no module": ({"a": "def g(model): model.f()"}, ""),
    "unknown object": ({"a": "x.f()"}, "a:1?"),
    "object of a known class": ({"a": "class A: pass\nx = A()\nx.f()"}, ""),
    "variable that is no module": ({"a": "x = {}\nx.f()\ny[0].f()\ndef g(z): z.f()"}, ""),
    "variable that may be a module": ({"a": "x = import_module('b')\nx.f()"}, "a:2?"),
    "argument called like a module": ({"a": "def g(plugin): plugin.f()"}, "a:1?"),
    "star import": ({"a": "from b import *\nf()"}, "a:2?"),
    "string": ({"a": "patch('b.f')"}, "a:1?"),
    "string in an entry point": ({"a": "x = 'b:f'"}, "a:1?"),
    "looked up by name": ({"a": "getattr(b, 'f')\nmonkeypatch.setattr(b, 'f', 1)"}, "a:1? a:2?"),
    "published": ({"b": "def f(): pass\n__all__ = ['f']"}, "b:2?"),
    "a word of its own": ({"a": "x = {'f': 1}\nclick.command('f')"}, ""),
    "in a longer string": ({"a": "print('an f, b.fx')"}, ""),
    "re-exported": ({"p/__init__": "from b import f", "a": "from p import f\nf()"}, "a:1 a:2 p/__init__:1"),
    "re-exported, renamed": (
        {"p/__init__": "from b import f as g", "a": "import p\np.g()", "c": "from p import g\ng()"},
        "a:2 c:1 c:2 p/__init__:1",
    ),
    "either of two": (
        {"a": "try:\n    from b import f\nexcept ImportError:\n    f = None\nf()"},
        "a:2 a:4? a:5?",
    ),
    "ambiguous file": ({"x/a": "from b import f\nf()", "x/b": "def f(): pass"}, "x/a:1? x/a:2?"),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_references(case: str) -> None:
    files, expected = REFERENCES[case]
    project = project_of(**{"b": "def f(): pass", **files})
    found, unreadable = project.references(definition_in(project, "b.py", "f"))
    told = {f"{r.module.path.removesuffix('.py')}:{r.node.lineno}{'' if r.certain else '?'}" for r in found}
    assert sorted(told) == expected.split()
    assert not unreadable


METHODS = {
    "self": ({"b": "class A:\n    def f(self): pass\n    def g(self): self.f()"}, "b:3"),
    "class": ({"a": "from b import A\nA.f()"}, "a:2"),
    "unknown object": ({"a": "x.f()"}, "a:1?"),
    "string in a call": ({"a": "call(x, 'f')"}, "a:1?"),
    "super": ({"a": "from b import A\nclass B(A):\n    def f(self): super().f()"}, "a:3?"),
    "function of that name": ({"a": "from c import *\nfrom d import f\nf()", "d": ""}, ""),
}


@pytest.mark.parametrize("case", METHODS)
def test_references_to_a_method(case: str) -> None:
    files, expected = METHODS[case]
    project = project_of(**{"b": "class A:\n    def f(self): pass", **files})
    found, _ = project.references(definition_in(project, "b.py", "A.f"))
    told = [f"{r.module.path.removesuffix('.py')}:{r.node.lineno}{'' if r.certain else '?'}" for r in found]
    assert sorted(told) == expected.split()


def test_unreadable_files_that_mention_the_name_are_told() -> None:
    project = project_of(b="def f(): pass", a="from b import f\nf(", c="print f_x")
    assert project.references(definition_in(project, "b.py", "f")) == ([], ["a.py"])


def test_ancestry() -> None:
    project = project_of(
        a="from b import B\nfrom x import X\nclass A(B, X): pass",
        b="class B(C, object): pass\nclass C(Y[int]): pass",
    )
    known, strangers = project.ancestry(definition_in(project, "a.py", "A"))
    assert {getattr(node, "name", "") for node in known} == {"A", "B", "C"}
    assert strangers == ["X", "Y[int]"]


def test_the_call_of_a_reference() -> None:
    project = project_of(a="def f(): pass\nf()\ng(f)")
    found, _ = project.references(definition_in(project, "a.py", "f"))
    assert [r.call is not None for r in found] == [True, False]


def test_a_file_is_parsed_once_and_its_failure_kept() -> None:
    project = project_of(a="x = 1", b="x =")
    assert project.module("a.py") is project.module("a.py")
    for _ in range(2):
        with pytest.raises(Unreadable, match="invalid syntax"):
            project.module("b.py")
    with pytest.raises(OSError, match="no such file"):
        project.module("c.py")


def test_names_that_are_not_ascii_are_found_in_any_encoding() -> None:
    source = "# coding: latin-1\ndef grüße(): pass\ngrüße()"
    project = Project(Memory({"a.py": source.encode("latin-1"), "b.py": "from a import grüße".encode()}))
    found, _ = project.references(definition_in(project, "a.py", "grüße"))
    assert [(r.module.path, r.node.lineno) for r in found] == [("a.py", 3), ("b.py", 1)]


def test_files_that_mention_several_names_are_those_that_mention_each() -> None:
    files = {"a.py": b"one(two)", "b.py": b"one()", "c.py": b"two one three(", "d.py": b"two"}
    project = Project(Memory(files))
    modules, unreadable = project.mentioning("one", "two")
    assert ([module.path for module in modules], unreadable) == (["a.py"], ["c.py"])


def test_files_of_tests_are_left_out_where_nobody_wants_them() -> None:
    project = project_of(
        a="def f(): pass", b="from a import f", test_a="import a\na.f()", tests__b="", x="f(", conftest="f("
    )
    definition = definition_in(project, "a.py", "f")
    assert project.paths_mentioning("f", tests=False) == ["a.py", "b.py", "x.py"]
    found, unreadable = project.references(definition, tests=False)
    assert ([r.module.path for r in found], unreadable) == (["b.py"], ["x.py"])
    found, unreadable = project.references(definition)
    assert ([r.module.path for r in found], unreadable) == (["b.py", "test_a.py"], ["conftest.py", "x.py"])


def test_references_are_looked_for_where_the_text_says_so() -> None:
    project = project_of(
        a="def f(): pass\nf()", b="from a import f", c="from a import f\nstart(f)", d="start(f"
    )
    definition = definition_in(project, "a.py", "f")
    found, unreadable = project.references(
        definition, where=lambda path, data: path == "a.py" or b"start" in data
    )
    assert {r.module.path for r in found} == {"a.py", "c.py"}
    assert unreadable == ["d.py"]
    assert {r.module.path for r in project.references(definition)[0]} == {"a.py", "b.py", "c.py"}


def test_other_files_can_be_read() -> None:
    assert Project(Memory({"pyproject.toml": b"[project]"})).read("pyproject.toml") == b"[project]"


def test_an_overlay_shares_what_did_not_change() -> None:
    base = project_of(a="x = 1", b="x = 2")
    tree = Overlay.of(base.tree, [FileChange("b.py", b"x = 2", b"x = 3")])
    project = Project(tree, base)
    assert project.module("a.py") is base.module("a.py")
    assert project.module("b.py").data == b"x = 3"
    assert base.module("b.py").data == b"x = 2"


@pytest.mark.parametrize(
    ("dotted", "origin"),
    [
        (".compat.urlparse", "urllib.parse.urlparse"),
        ("app.compat.urlparse", "urllib.parse.urlparse"),
        (".compat.json.loads", "json.loads"),
        (".again.urlparse", "urllib.parse.urlparse"),
        (".compat.either", ".compat.either"),
        (".again.xmlrpclib.Fault", "xmlrpc.client.Fault"),
        (".compat.made", ".compat.made"),
        (".again.made", ".again.made"),
        (".round.round", ".round.round"),
        (".gone.thing", ".gone.thing"),
        ("json.loads", "json.loads"),
    ],
)
def test_the_origin_of_what_files_pass_on(dotted: str, origin: str) -> None:
    compat = "import json\nfrom urllib.parse import urlparse\nmade = 1\n"
    compat += "try:\n    from a import either\nexcept ImportError:\n    from b import either\n"
    compat += "try:\n    import xmlrpc.client as xmlrpclib\nexcept ImportError:\n    import xmlrpclib\n"
    project = project_of(
        **{
            "app/__init__": "",
            "app/compat": compat,
            "app/again": "from .compat import urlparse, made, xmlrpclib\n",
        },
        **{"app/round": "from .round import round\n", "app/use": ""},
    )
    assert project.origin(dotted, "app/use.py") == origin


@pytest.mark.parametrize(
    ("paths", "shadows"),
    [
        (["redis"], True),
        (["redis/__init__"], True),
        (["scripts/redis"], True),
        (["src/redis/__init__"], True),
        (["redis/client"], False),
        (["app/__init__", "app/redis"], False),
        (["app/__init__", "app/redis/__init__", "app/redis/client"], False),
        (["__init__", "redis"], True),
        (["app/use"], False),
    ],
)
def test_what_comes_before_an_installed_package(paths: list[str], shadows: bool) -> None:
    project = project_of(**dict.fromkeys(paths, ""))
    assert project.may_shadow("redis.Redis") is shadows
    assert project.may_shadow(".redis")


@pytest.mark.parametrize(
    ("text", "parsed"),
    {
        "defines it": ("def wanted(): pass", True),
        "imports it by that name": ("from deep import other as wanted", True),
        "passes on what a third has": ("from deep import \\\n *", True),
        "has it only behind a dot": ("from wanted_too import x\nx.wanted()", False),
        "has it in a longer word": ("unwanted = 1", False),
    }.values(),
)
def test_star_imports_are_followed_only_where_the_text_allows_the_name(text: str, parsed: bool) -> None:
    deep = "def wanted(): pass\ndef other(): pass"
    project = project_of(app="import hub\nhub.wanted()", hub="from one import *", one=text, deep=deep)
    found = project.find("hub.wanted", "app.py")
    assert (found is not None) == parsed
    assert ("one.py" in project._modules) == parsed


def test_a_file_that_only_passes_a_name_on_is_not_parsed_for_it() -> None:
    project = project_of(
        app="from hub import wanted\nwanted()",
        hub='"""All: from nowhere import *"""\nfrom one import *\nfrom .. import *',
        one="from hub import *\nfrom deep import *",
        deep="def wanted(): pass",
    )
    module = project.module("app.py")
    assert project.definition(module, module.nodes(ast.Call)[0].func) == definition_in(
        project, "deep.py", "wanted"
    )
    assert set(project._modules) == {"app.py", "deep.py"}


def test_a_name_that_two_star_imports_bring_is_none_of_theirs() -> None:
    files = {"hub": "from one import *\nfrom two import *", "one": "def f(): pass", "two": "def f(): pass"}
    assert project_of(app="import hub\nhub.f()", **files).find("hub.f", "app.py") is None
