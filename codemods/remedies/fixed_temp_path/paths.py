"""Paths in a directory that everyone may write to."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more

Assignment: TypeAlias = ast.Assign | ast.AnnAssign

MAKERS = ("tempfile.gettempdir", "tempfile.mktemp")
PATHLIB = tuple(f"pathlib.{kind}" for kind in ("Path", "PosixPath", "PurePath", "PurePosixPath"))
_DIRECTORY = re.compile(r"(/tmp|/var/tmp|/dev/shm)(?:/|$)[^\s;|&<>*?]*\Z")

_BRACES, _PERCENT = re.compile(r"\{\}"), re.compile(r"%[dirsx]")


class Refused(Exception):
    """There is no safe edit; the message says why and what a person can do."""


@dataclass(frozen=True, slots=True)
class TempPath:
    """An expression that names something in a public directory for temporary files.

    `root` is the part of `node` that names the directory (or is the call of `mktemp`), `directory`
    that directory (None: the default one) and `name` what follows, expressions written `{so}`; it is
    empty for `mktemp`.
    """

    node: ast.expr
    root: ast.expr
    directory: str | None
    name: str

    @property
    def place(self) -> str:
        """The path as a person would write it down; equal for two expressions that mean one place."""
        return f"{self.directory or '/tmp'}/{self.name}"  # noqa: S108


def find(module: Module, root: ast.Constant | ast.Call) -> TempPath | None:
    """The path that starts with this constant or call; None when it is no fixed path."""
    if isinstance(root, ast.Call):
        made_by = names_of(module).qualified(root.func)
        if made_by not in MAKERS:
            return None
        if made_by == "tempfile.mktemp":
            return TempPath(_whole(module, root, "")[0], root, None, "")
        directory, name = None, ""
    else:
        if not isinstance(root.value, str) or not (match := _DIRECTORY.match(root.value)):
            return None
        directory, name = match[1], root.value[match.end(1) :]
        directory = None if directory == "/tmp" else directory  # noqa: S108
    node, name = _whole(module, root, name)
    name = re.sub("/+", "/", name).strip("/")
    return TempPath(node, root, directory, name) if name else None


def _whole(module: Module, node: ast.expr, name: str) -> tuple[ast.expr, str]:
    """The outermost expression that still builds this path, and all that follows the directory."""
    while True:
        above = module.parent(node)
        if isinstance(above, ast.FormattedValue) and above.conversion == -1:
            node = above
        elif isinstance(above, ast.JoinedStr) and above.values[0] is node:
            name += "".join(spelled(part) for part in above.values[1:])
            node = above
        elif isinstance(above, ast.BinOp) and above.left is node and isinstance(above.op, (ast.Add, ast.Div)):
            name += ("/" if isinstance(above.op, ast.Div) else "") + spelled(above.right)
            node = above
        elif isinstance(above, ast.BinOp) and above.left is node and isinstance(above.op, ast.Mod):
            name = _filled(name, _PERCENT, one_or_more(above.right))
            node = above
        elif isinstance(above, ast.Attribute) and isinstance(call := module.parent(above), ast.Call):
            if above.attr not in {"joinpath", "format"} or call.func is not above:
                return node, name
            if above.attr == "format":
                name = _filled(name, _BRACES, call.args)
            else:
                name += "".join(f"/{spelled(argument)}" for argument in call.args)
            node = call
        elif isinstance(above, ast.Call) and above.args and above.args[0] is node:
            if not names_of(module).is_any(above.func, "os.path.join", "builtins.str", "os.fspath", *PATHLIB):
                return node, name
            name += "".join(f"/{spelled(argument)}" for argument in above.args[1:])
            node = above
        else:
            return node, name


def _filled(name: str, places: re.Pattern[str], values: Sequence[ast.expr]) -> str:
    """A template with what fills it, each in its place; behind it where that is not clear."""
    texts = [spelled(value) for value in values]
    if len(places.findall(name)) != len(texts):
        return "".join((name, *(f" % {text}" for text in texts)))
    return places.sub(lambda _: texts.pop(0), name)


def spelled(part: ast.expr) -> str:
    """The text that an expression gives, what is not known written `{so}`."""
    if isinstance(part, ast.Constant):
        return part.value if isinstance(part.value, str) else repr(part.value)
    if isinstance(part, ast.JoinedStr):
        return "".join(map(spelled, part.values))
    if isinstance(part, ast.FormattedValue):
        part = part.value
    return "{" + ast.unparse(part) + "}"
