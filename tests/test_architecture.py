"""Who may import whom. A file that breaks an arrow is named with the line that does it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for top in ("codemods", "cli")
    for path in sorted((ROOT / top).rglob("*.py"))
}

# What the files of a room may import of ours, besides `model` and the room itself; None: anything but cli.
ROOMS: dict[str, set[str] | None] = {
    "codemods/model.py": set(),
    "codemods/remedies/": {
        "control",
        "layout",
        "module",
        "nodes",
        "names",
        "surgery",
        "exceptions",
        "project",
        "pythons",
        "remedy",
        "stdlib",
        "supported",
    },
    "codemods/exceptions/": {
        "control",
        "layout",
        "module",
        "nodes",
        "names",
        "project",
        "python2",
        "pythons",
        "scopes",
        "installed",
        "stdlib",
        "supported",
        "store",
    },
    # `repository` and `objects` are how `sources` reads commits.
    "codemods/branches/": {"nodes", "sources", "repository", "objects", "redaction"},
    "codemods/proposals/": {"branches", "sources", "repository", "objects", "redaction"},
    "codemods/derivable.py": set(),
    "codemods/module.py": {"derivable", "dialect", "nodes"},
    "codemods/names.py": {"module", "python2", "scopes"},
    "codemods/scopes.py": {"module"},
    "codemods/control.py": {"module", "names", "nodes"},
    "codemods/nodes.py": set(),
    "codemods/surgery.py": {"module"},
    "codemods/project.py": {"definitions", "files", "module", "names"},
    "codemods/remedy.py": {"module", "project", "rules"},
    "codemods/rules.py": set(),
    "codemods/layout.py": set(),
    "codemods/installed.py": {
        "definitions",
        "distributions",
        "environment",
        "project",
        "sources",
        "stdlib",
        "store",
    },
    "codemods/sources.py": {"environment", "repository", "objects"},
    "codemods/distributions.py": set(),
    "codemods/environment.py": set(),
    "codemods/repository.py": {"redaction"},
    "codemods/objects.py": {"repository"},
    "codemods/redaction.py": set(),
    "codemods/stdlib.py": set(),
    "codemods/store.py": set(),
    "codemods/namesake.py": {"module", "nodes"},
    "codemods/literal_text.py": set(),
    "codemods/supported.py": {"literal_text", "nodes"},
    "codemods/pythons.py": {"files", "layout", "module", "python2", "supported"},
    "codemods/": None,
}
# Packages of others that only these files may import: the rest of us must not depend on them.
ONLY = {
    "fixit": ("codemods/fixit.py",),
    "git": ("codemods/repository.py",),
    "typer": ("cli/",),
    "markdown_it": ("codemods/audits/markdown/",),
    "rich": ("cli/",),
    "jinja2": ("codemods/output/",),
    "click": (),  # typer brings a copy of its own, and Fixit pins another version
}


def imports(path: str, source: str) -> Iterator[tuple[int, str]]:
    """The line and the dotted name of everything a file imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.split("/")[: -node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield node.lineno, inner if file_of(inner) else origin


def file_of(dotted: str) -> str | None:
    """Our file that a dotted name means."""
    base = dotted.replace(".", "/")
    return next((path for path in (f"{base}.py", f"{base}/__init__.py") if path in FILES), None)


def offences(path: str, source: str) -> list[str]:
    return [
        f"{path}:{line}: {problem}" for line, name in imports(path, source) if (problem := wrong(path, name))
    ]


def wrong(path: str, name: str) -> str | None:
    top, _, rest = name.partition(".")
    if top in ONLY and not path.startswith(ONLY[top] or ("-",)):
        return f"imports {name}, which {' and '.join(ONLY[top]) or 'nobody'} may"
    if top == "cli" and not path.startswith("cli/"):
        return f"imports {name}: nobody may import cli"
    if top != "codemods" or path.startswith("cli/"):
        return None
    if name == "codemods.fixit":
        return "imports codemods.fixit, which is for Fixit to import"
    room = next(room for room in ROOMS if path.startswith(room))
    allowed, own = ROOMS[room], room.removesuffix(".py").strip("/").rpartition("/")[2]
    if allowed is None or rest.partition(".")[0] in {*allowed, "model", own}:
        return None
    return f"imports {name}; {room} may only import {', '.join(sorted({*allowed, 'model'}))}"


@pytest.mark.parametrize("path", FILES)
def test_arrows(path: str) -> None:
    assert not offences(path, FILES[path]), "\n".join(offences(path, FILES[path]))


@pytest.mark.parametrize("path", [path for path in FILES if path.startswith("codemods/exceptions/types/")])
def test_types_know_nothing_of_what_is_raised(path: str) -> None:
    names = {name for _, name in imports(path, FILES[path])}
    assert not {name for name in names if name.startswith("codemods.exceptions.raising")}


def test_no_import_cycles() -> None:
    graph = {
        path: {target for _, name in imports(path, source) if (target := file_of(name)) and target != path}
        for path, source in FILES.items()
        if not path.endswith("__init__.py")  # a package's front names its parts, and they never need it
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    ("path", "source", "said"),
    [
        ("codemods/model.py", "from codemods import names", "codemods/model.py:1: imports codemods.names;"),
        ("codemods/remedies/x.py", "import os\nimport codemods.engine", "x.py:2: imports codemods.engine;"),
        ("codemods/remedies/x.py", "from ..sources import Memory", "x.py:1: imports codemods.sources;"),
        ("codemods/remedies/x.py", "def f():\n    import git", "x.py:2: imports git,"),
        ("codemods/branches/x.py", "from codemods.remedy import Remedy", "x.py:1: imports codemods.remedy;"),
        ("codemods/engine.py", "from cli.main import main", "nobody may import cli"),
        ("codemods/engine.py", "import fixit", "which codemods/fixit.py may"),
        ("codemods/engine.py", "from codemods import fixit", "which is for Fixit"),
        ("cli/main.py", "from click import echo", "imports click, which nobody may"),
    ],
)
def test_an_offence_is_told_by_its_line(path: str, source: str, said: str) -> None:
    (offence,) = offences(path, source)
    assert said in offence


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "codemods/remedies/x.py",
            "from codemods import surgery\nfrom codemods.remedies._handlers import ways_out",
        ),
        ("codemods/remedies/x.py", "from codemods.exceptions import may_raise\nimport libcst"),
        (
            "codemods/branches/x.py",
            "from codemods.branches.model import Plan\nfrom codemods.model import Edit",
        ),
        ("cli/main.py", "import typer\nfrom codemods.engine import scan"),
    ],
)
def test_what_is_allowed(path: str, source: str) -> None:
    assert not offences(path, source)
