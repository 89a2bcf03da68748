"""Ways to call a function, or to notice its exit, that only the text of a program tells."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from codemods.layout import is_test
from codemods.module import Module
from codemods.project import Definition, Project
from codemods.remedies.exit_in_library.exits import Refused


def check_names(project: Project, definition: Definition) -> None:
    """Raises Refused when the function may be called by its name, or a test waits for its exit."""
    _check_getattr(definition)
    _check_texts(project, definition.node.name)
    _check_patches(project, definition.module)


def _check_getattr(definition: Definition) -> None:
    """Raises Refused when the file looks up a computed name that may be the function's."""
    module, name = definition.module, definition.node.name
    method = isinstance(module.scope(definition.node), ast.ClassDef)
    for call in module.nodes(ast.Call):
        match call:
            case ast.Call(func=ast.Name(id="getattr"), args=[target, given, *_]):
                start = _known_start(given)
                receiver = isinstance(target, ast.Name) and target.id in ("self", "cls")
                if start is not None and name.startswith(start) and (start or (method and receiver)):
                    raise Refused(f"line {call.lineno} may look it up by name, and call it")


def _known_start(text: ast.expr) -> str | None:
    """What a computed text begins with, '' when that is not known; None for a text that is spelled out."""
    match text:
        case ast.Constant():
            return None
        case ast.BinOp(left=ast.Constant(value=str(start))):
            return start.partition("%")[0]
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            return start
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(start)), attr="format")):
            return start.partition("{")[0]
    return ""


def _check_texts(project: Project, name: str) -> None:
    """Raises Refused when a text imports the function, as the program of a `python -c` does."""
    program = re.compile(rf"\bimport\b(.|\n)*\b{re.escape(name)}\b")
    for module in project.mentioning(name)[0]:
        for text in module.nodes(ast.Constant):
            if isinstance(text.value, str) and program.search(text.value):
                raise Refused(f"the text at {module.path}:{text.lineno} may be code that calls it")


def _check_patches(project: Project, home: Module) -> None:
    """Raises Refused when a test replaces `sys.exit` by the path of the file that will not exit any more."""
    stem = re.escape(PurePosixPath(home.path).stem).encode()
    patched = re.compile(rb"[\"'.]" + stem + rb"(?:\.sys|\.os)?\._?exit[\"']")
    for path in filter(is_test, project.paths):
        try:
            found = patched.search(project.read(path))
        except OSError:
            continue
        if found:
            raise Refused(f"{path} patches the exit of this file, and would wait for it")
