"""What not every Python has that a project supports, yet or any more: modules, names, keywords of calls."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from importlib.resources import files

from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.project import Project
from codemods.pythons import pythons_of
from codemods.supported import Python, parse_version

_GUARDS = ("version_info", "hasattr", "hexversion")


def import_lacks(project: Project, module: Module, dotted: str) -> str | None:
    """Why importing a module or name of the standard library fails in some version."""
    return next((why for whole in _wholes(dotted) if (why := _lacking(project, module, whole))), None)


def attribute_lacks(project: Project, module: Module, node: ast.Attribute, dotted: str) -> str | None:
    """Why an attribute of what was imported is not there in some version; None: it is, or unknown."""
    found = ((whole, _lacking(project, module, whole, node)) for whole in _wholes(dotted))
    missing = {whole: why for whole, why in found if why}
    if not missing or _is_guarded(module, node):
        return None
    imported = {alias.name for each in module.nodes(ast.Import) for alias in each.names}
    taken = [each for each in module.nodes(ast.ImportFrom) if each.module]
    imported |= {each.module for each in taken if each.module}
    imported |= {f"{each.module}.{alias.name}" for each in taken for alias in each.names}
    return next((why for whole, why in missing.items() if whole not in imported), None)


def call_lacks(project: Project, module: Module, call: ast.Call, name: str) -> list[tuple[str, str]]:
    """What calling a function or method raises in some version: types, each with why.

    For a method of a value, and for keywords; an attribute of what was imported is asked for by itself.
    """
    name = name.removeprefix("builtins.")
    asked = {f"{name}({keyword.arg})": keyword.arg for keyword in call.keywords}
    known = [
        (keyword, why) for text, keyword in asked.items() if (why := _lacking(project, module, text, call))
    ]
    method = None if names_of(module).qualified(call.func) else _lacking(project, module, name, call)
    if not (known or method) or _is_guarded(module, call):
        return []
    if method:
        return [("AttributeError", f"`{name}` is {method}")]
    return [("TypeError", f"`{name}` with {keyword}=, which is {why}") for keyword, why in known]


def runs_on(project: Project, module: Module, node: ast.AST, version: Python) -> bool:
    """Whether code is meant to run on this version too, or a later one."""
    return _goes_on(project, module, version) and not _is_guarded(module, node)


def came_later(name: str, keyword: str) -> bool:
    """Whether a keyword of a call is there from some version on: typeshed is asked about one alone."""
    return f"{name.removeprefix('builtins.')}({keyword})" in _since()


def came_or_went(name: str) -> bool:
    """Whether only some versions have the name."""
    return name in _since() or name in _until()


def _wholes(dotted: str) -> list[str]:
    """`a`, `a.b` and `a.b.c` for `a.b.c`."""
    parts = dotted.removeprefix("builtins.").split(".")
    return [".".join(parts[:cut]) for cut in range(1, len(parts) + 1)]


def _lacking(project: Project, module: Module, name: str, node: ast.AST | None = None) -> str | None:
    return _too_new(project, module, name, node) or _gone(project, module, name)


def _too_new(project: Project, module: Module, name: str, node: ast.AST | None) -> str | None:
    since = _since().get(name)
    if since is None:
        return None
    oldest = pythons_of(project).oldest(module.path)
    if oldest is None:
        is_told = node is not None and _is_told(module, node, since)
        return f"new in Python {_text(since)}, as a comment says" if is_told else None
    return f"new in Python {_text(since)}, and {_text(oldest)} is supported" if since > oldest else None


def _gone(project: Project, module: Module, name: str) -> str | None:
    """Why something is not there any more; who does not say where it ends is meant to go on running."""
    if (until := _until().get(name)) is None:
        return None
    return f"gone from Python {_text(until)} on" if _goes_on(project, module, until) else None


def _goes_on(project: Project, module: Module, version: Python) -> bool:
    newest = pythons_of(project).newest(module.path)
    return newest is None or newest >= version


def _is_told(module: Module, node: ast.AST, since: Python) -> bool:
    """Whether a comment at a statement or above it names the version: "only in Python 3.10 and newer"."""
    statement = module.statement(node)
    first = statement.lineno
    while module.comment(first - 1) and module.line(first - 1).strip().startswith(b"#"):
        first -= 1
    lines = range(first, (statement.end_lineno or first) + 1)
    version = re.compile(rf"(?<![\w.]){re.escape(_text(since))}(?![\d])")
    return any(version.search(module.comment(line)) for line in lines)


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Whether the code around asks for the version, or whether something is there."""
    tests = (above.test for above in module.ancestors(node) if isinstance(above, (ast.If, ast.IfExp)))
    return any(word in spelled(test) for test in tests for word in _GUARDS)


def _text(python: Python) -> str:
    return ".".join(map(str, python))


def _since() -> dict[str, Python]:
    """The first version that has a name, or a keyword of a call: `tempfile.TemporaryDirectory(delete)`."""
    return _by_name("since.toml")


def _until() -> dict[str, Python]:
    """The first version that has it no more."""
    return _by_name("until.toml")


@cache
def _by_name(table: str) -> dict[str, Python]:
    data = tomllib.loads(files(__package__).joinpath("data", table).read_text(encoding="utf-8"))
    parts = [*data["names"].items(), *data["keywords"].items()]
    return {name: parse_version(version) for version, names in parts for name in names}
