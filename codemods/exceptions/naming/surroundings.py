"""The signs of a handler, and of what a `try` stands in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.exceptions.naming.body import ELSEWHERE, last_name
from codemods.exceptions.naming.words import words_in
from codemods.module import FUNCTIONS, LOOPS, Module
from codemods.names import Names, names_of
from codemods.nodes import walk

_DOCUMENTED = re.compile(r"(?:[Rr]aises?|:exc(?:eption)?|:raises?|:class)[\s:`~.]+([A-Za-z_][\w.]*)")
_LISTED = re.compile(
    r"^\s*([A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|NotFound|Timeout|Interrupt))\b", re.MULTILINE
)
_SPOKEN = re.compile(r"\b[A-Z]\w+(?:Error|Exception|NotFound)\b")
_COMMENT = re.compile(rb"#[^'\"]*$")
_MOST_WORDS = 40


def of_handler(handler: ast.ExceptHandler, statement: ast.Try | ast.TryStar, module: Module) -> Iterator[str]:
    names = names_of(module)
    yield f"handlers-body:{min(len(handler.body), 4)}"
    for does in handler.body:
        yield from _does(does)
    first = handler.body[0]
    if isinstance(first, ast.Assign) and any(_same_target(first, other) for other in statement.body):
        yield "handler:default"
    text = []
    for node in walk(handler.body, without=ELSEWHERE):
        yield from _told_by(node, handler, names)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text.append(node.value[:300])
    if statement.orelse:
        yield "has:else"
    if statement.finalbody:
        yield "has:finally"
    if handler.name:
        yield "handler:named"
    last = statement.end_lineno or statement.lineno
    text += _comments(module, statement.lineno - 1, last)
    words = [word for part in text for word in words_in(part)]
    for word in list(dict.fromkeys(words))[:_MOST_WORDS]:
        yield f"word:{word}"
    for part in text:
        for spoken in _LISTED.findall(part) + _SPOKEN.findall(part):
            yield f"mentions:{spoken}"


def _told_by(node: ast.AST, handler: ast.ExceptHandler, names: Names) -> Iterator[str]:
    """What a part of a handler reads, calls, raises or mentions."""
    match node:
        case ast.Attribute(value=ast.Name(id=error), attr=attribute) if error == handler.name:
            yield f"error:.{attribute}"
        case ast.Attribute(attr=attribute):
            yield f"handler-reads:{attribute}"
        case ast.Call(func=func) if called := names.qualified(func) or last_name(func):
            yield f"handler-calls:{called.removeprefix('builtins.')}"
            if called == "builtins.isinstance" and len(node.args) == 2:
                for kind in walk([node.args[1]]):
                    if isinstance(kind, (ast.Name, ast.Attribute)):
                        yield f"mentions:{last_name(kind)}"
        case ast.Name(id=name) if name[:1].isupper():
            yield f"mentions:{name}"
        case ast.Raise(exc=raised, cause=cause):
            made = raised.func if isinstance(raised, ast.Call) else raised
            kind_name = (names.qualified(made) or last_name(made)) if made is not None else "again"
            yield f"handler-raises:{str(kind_name).removeprefix('builtins.')}"
            if cause is not None:
                yield "handler-raises-from"


def _does(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Return(value=None):
            yield "handler:return None"
        case ast.Return(value=ast.Constant(value=value)):
            yield f"handler:return {_told(value)}"
        case ast.Return(value=value):
            yield f"handler:return {type(value).__name__}"
        case ast.Expr(value=ast.Call()):
            yield "handler:call"
        case ast.Assign(value=ast.Constant(value=value)):
            yield f"handler:assign {_told(value)}"
        case _:
            yield f"handler:{type(node).__name__}"


def _told(value: object) -> str:
    """None and truth values by themselves, others by their type."""
    return str(value) if value is None or isinstance(value, bool) else type(value).__name__


def _same_target(assign: ast.Assign, other: ast.stmt) -> bool:
    written = {ast.unparse(target) for target in assign.targets}
    return isinstance(other, ast.Assign) and any(ast.unparse(t) in written for t in other.targets)


def _comments(module: Module, first: int, last: int) -> Iterator[str]:
    """What stands behind a `#` on these lines; good enough to take words from, and quick."""
    for number in range(max(first, 1), last + 1):
        line = module.line(number)
        if b"#" in line and (found := _COMMENT.search(line)):
            yield found.group().decode(module.encoding, "replace")


def around(statement: ast.AST, module: Module) -> Iterator[str]:
    """What the `try` stands in."""
    function = None
    looped = False
    for above in module.ancestors(statement):
        if isinstance(above, LOOPS) and function is None and not looped:
            looped = True
            yield "in:loop"
            if isinstance(above, ast.While) and isinstance(above.test, ast.Constant):
                yield "in:endless"
        elif isinstance(above, ast.ExceptHandler) and function is None:
            yield "in:handler"
        elif isinstance(above, ast.Try) and function is None:
            yield "in:try"
        elif isinstance(above, FUNCTIONS) and function is None:
            function = above
            if above.name.startswith("__"):
                yield f"in:{above.name}"
            yield f"def:{above.name}"
            for word in words_in(above.name):
                yield f"function:{word}"
            if isinstance(above, ast.AsyncFunctionDef):
                yield "in:async"
            documented = ast.get_docstring(above, clean=False) or ""
            for name in _DOCUMENTED.findall(documented) + _LISTED.findall(documented):
                yield f"documented:{name.rpartition('.')[2]}"
        elif isinstance(above, ast.ClassDef):
            for word in words_in(above.name):
                yield f"class:{word}"
            for base in above.bases:
                yield f"base:{last_name(base)}"
            break
    if function is None:
        yield "in:top"
    for binding in module.derive(_top_imports):
        yield f"imports:{binding}"


def _top_imports(module: Module) -> frozenset[str]:
    """The packages that a file imports from, by their first name."""
    names = [a.name for s in module.nodes(ast.Import) for a in s.names]
    names += [s.module or "" for s in module.nodes(ast.ImportFrom) if not s.level]
    return frozenset(n.partition(".")[0] for n in names if n)
