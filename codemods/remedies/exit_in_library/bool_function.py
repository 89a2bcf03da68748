"""Turning a function without a result into one that returns True, or False where it gave up."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from codemods.model import Edit
from codemods.module import FUNCTIONS, LOOPS, Function, Module
from codemods.names import names_of
from codemods.remedies.exit_in_library.docstring import result_for_exit, tells_result
from codemods.remedies.exit_in_library.exits import Refused
from codemods.remedies.exit_in_library.ways_out import falls_through
from codemods.surgery import difference

_BLOCKS = (ast.If, *LOOPS, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match, *FUNCTIONS, ast.ClassDef)
_OWN_KIND_OF_METHOD = {"builtins.staticmethod", "builtins.classmethod"}
_EXIT_WORDS = re.compile(
    r"\b(?:exit|quit|abort|terminat|kill|die\b|dies\b|hard-fail|SystemExit)", re.IGNORECASE
)
_ENDS = r"(?:exit|quit|abort|terminate|die|bail)"
_MEANT_TO_END = re.compile(rf"_*{_ENDS}(?:$|_(?:if|on|when|unless|with|without|because|out)(?:_|$))")
_SAYS_SO = re.compile(rf"\s*{_ENDS}s?\b", re.IGNORECASE)
_TYPE_COMMENT = re.compile(r"#\s*type:\s*\(")


def check_shape(module: Module, function: Function, exits: Collection[ast.stmt]) -> None:
    """Raises Refused when the function cannot return a bool instead of nothing.

    `exits` are its statements that end the process.
    """
    if function.name.startswith("__") and function.name.endswith("__"):
        raise Refused(f"Python itself calls `{function.name}`, and would not take a False for a failure")
    for decorator in function.decorator_list:
        if names_of(module).qualified(decorator) not in _OWN_KIND_OF_METHOD:
            raise Refused(f"`@{ast.unparse(decorator)}` above it may use or hide its result")
    _check_result(module, function, exits)
    for statement in exits:
        if any(map(module.comment, range(statement.lineno, statement.end_lineno or 0))):
            raise Refused(f"a comment stands inside of the exit at line {statement.lineno}")
    if b"fork(" in module.data[module.start(function) : module.end(function)]:
        raise Refused("it forks: one of the two processes must end in it")
    if not module.starts_line(function.body[0]):
        raise Refused("its body stands on the line of its `def`")
    head = range(function.lineno, function.body[0].lineno)
    if any(_TYPE_COMMENT.match(module.comment(line)) for line in head):
        raise Refused("its types are told in a comment, beside which an annotation may not stand")
    if not names_of(module).importable("bool", "builtins.bool", function):
        raise Refused("`bool` means something else in this file")


def _check_result(module: Module, function: Function, exits: Collection[ast.stmt]) -> None:
    annotation = ast.unparse(function.returns) if function.returns else "None"
    never = annotation.rpartition(".")[2] in {"NoReturn", "Never"}
    returns = [r for r in _own_returns(module, function) if r not in exits]
    if never or not (returns or falls_through(module, function.body, exits)):
        raise Refused("it never returns, and its callers rely on that: raise an exception of its own instead")
    if any(not _is_bare(r) for r in returns):
        raise Refused(
            "it returns values already, so a False would be one of them: raise an exception instead"
        )
    if annotation != "None":
        raise Refused(f"it is annotated to return {annotation}")
    yields: list[ast.Yield | ast.YieldFrom] = module.nodes(ast.Yield, ast.YieldFrom)
    if any(module.scope(y) is function for y in yields):
        raise Refused("it is a generator: its result is what it yields")


def _own_returns(module: Module, function: Function) -> list[ast.Return]:
    return [r for r in module.nodes(ast.Return) if module.function(r) is function]


def _is_bare(statement: ast.Return) -> bool:
    value = statement.value
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


# -- edits ----------------------------------------------------------------------------------------


def convert(
    module: Module,
    function: Function,
    exits: Collection[ast.stmt],
    passed_on: Collection[ast.stmt],
    *,
    for_python_2: bool,
) -> Iterator[Edit]:
    """The edits of the function's own text: its exits, its other ways out, its annotation, its docstring.

    `passed_on` are statements that will return what they call. Python 2 cannot read an annotation.
    """
    for statement in exits:
        yield module.replace(statement, "return False")
        yield from _unused_cause(module, statement)
    for way_out in _own_returns(module, function):
        if way_out not in exits:
            yield module.replace(way_out, "return True")
    if falls_through(module, function.body, [*exits, *passed_on]):
        last = function.body[-1]
        gap = "\n" if isinstance(last, _BLOCKS) else ""
        yield after_line(module, last, f"{gap}\n{module.indentation(function.body[0])}return True")
    if function.returns or not for_python_2:
        yield _annotate(module, function)
    yield from _document(module, function)


def speaks_of_exit(function: ast.AST) -> bool:
    """Whether the docstring has words, not a section, on ending the process."""
    text = ast.get_docstring(function, clean=False) if isinstance(function, FUNCTIONS) else None
    return bool(text and _EXIT_WORDS.search(result_for_exit(f'"{text}"')))


def is_meant_to_end(function: Function) -> bool:
    """Whether its name or the first word about it is what it does to the process: `exit_on_error`."""
    text = ast.get_docstring(function, clean=False) or ""
    return bool(_MEANT_TO_END.match(function.name) or _SAYS_SO.match(text))


def after_line(module: Module, statement: ast.stmt, text: str) -> Edit:
    """Insert text, which begins with a line end, behind all that stands on the statement's last line."""
    assert statement.end_lineno is not None
    start = module.line_starts[statement.end_lineno - 1]
    at = start + len(module.line(statement.end_lineno).rstrip(b"\r\n"))
    return module.edit(at, at, text)


def _unused_cause(module: Module, statement: ast.stmt) -> Iterator[Edit]:
    """`raise SystemExit(1) from e` was the only use of `e`: its handler does not bind it any more."""
    if not (isinstance(statement, ast.Raise) and isinstance(statement.cause, ast.Name)):
        return
    for binding in names_of(module).bindings(statement.cause):
        handler = binding.node
        if isinstance(handler, ast.ExceptHandler) and handler.type and handler in module.ancestors(statement):
            uses = [u for u in ast.walk(handler) if isinstance(u, ast.Name) and u.id == handler.name]
            if uses == [statement.cause]:
                bound = re.compile(rb"\)?(\s+as\s+[^\s:]+)").match(module.data, module.end(handler.type))
                if bound:
                    yield Edit(module.path, bound.start(1), bound.end(1), b"")


def _annotate(module: Module, function: Function) -> Edit:
    if function.returns:
        return module.replace(function.returns, "bool")
    arguments = function.args
    parts: list[ast.expr | ast.arg | None] = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
        *arguments.defaults,
        *arguments.kw_defaults,
    ]
    last = max(
        (module.end(p) for p in parts if p), default=module.offset(function.lineno, function.col_offset)
    )
    closing = re.compile(rb"#[^\r\n]*|\)(?=(?:\s|\\)*:)")
    brackets = (m for m in closing.finditer(module.data, last) if m[0] == b")")
    at = next(brackets).end()
    return module.edit(at, at, " -> bool")


def _document(module: Module, function: Function) -> tuple[Edit, ...]:
    if ast.get_docstring(function, clean=False) is None:
        return ()
    docstring = function.body[0]
    old = module.source(docstring)
    if tells_result(old):
        raise Refused("its docstring tells what it returns already")
    if ">>>" in old and "SystemExit" in old:
        raise Refused("a doctest of it expects the exit")
    return difference(module, module.start(docstring), old, result_for_exit(old))
