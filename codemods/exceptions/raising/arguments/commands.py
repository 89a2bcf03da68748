"""What a process raises for its command, which has words, and for what it is to read: text or bytes."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import bound_to
from codemods.exceptions.raising.walk import Walk, kinds_within, type_names
from codemods.exceptions.types.flow.tested import is_tested
from codemods.exceptions.types.functions.signatures import argument_of, given_at
from codemods.exceptions.types.kinds import LOOSE, NUMBERS, names_in
from codemods.exceptions.types.library.processes import of_output, stream_of
from codemods.names import names_of
from codemods.nodes import spelled

_RUN = "subprocess.run"
_STARTING = {f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")}


def process(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what comes of a command and of its input: `subprocess.run([shutil.which("git"), "status"])`."""
    _command(walk, call, fact)
    if fact.name in (_RUN, "subprocess.check_output"):
        text = of_output("subprocess.check_output", call)
        wanted = "str" if names_in(text) == {"str"} else "bytes"
        _input(walk, argument_of(call, None, "input"), wanted, fact)
    elif fact.name == "subprocess.Popen.communicate" and isinstance(call.func, ast.Attribute):
        pipes = [stream_of(kind, "stdin") for kind in walk.values.of(walk.module, call.func.value)]
        for pipe in (one for stream in pipes for one in stream):
            kind = "str" if pipe.name == "io.TextIOWrapper" else "bytes"
            _input(walk, next(given_at(call, (0, "input")), None), kind, fact)


def _input(walk: Walk, given: ast.expr | None, wanted: str, fact: Fact) -> None:
    """Note that a process which takes text gets bytes, or the other way round."""
    kinds = type_names(walk, given) if given else set()
    if len(kinds) == 1 and kinds == {"str", "bytes"} - {wanted}:
        for name in ("TypeError", "AttributeError") if wanted == "str" else ("TypeError",):
            walk.found.add(name, f"`{fact.name}` wants {wanted} as input")


def _command(walk: Walk, call: ast.Call, fact: Fact) -> None:
    given = [*given_at(call, (0, "args"))]
    if fact.name not in _STARTING or not given:
        return
    if _may_be_empty(walk, given[0]):
        reason = f"`{fact.name}`: `{spelled(given[0])}` may hold nothing: source, Lib/subprocess.py"
        walk.found.add("IndexError", reason, RARE)
    kinds_within(walk, given[0], f"`{fact.name}` gets what it is made for")
    written = given[0] if isinstance(given[0], ast.Name) else None
    whole = bound_to(walk.module, written, walk.project) if written else given
    for words in whole or ():
        for word in words.elts if isinstance(words, (ast.List, ast.Tuple)) else ():
            if type_names(walk, word) & (LOOSE | NUMBERS):
                walk.found.add("TypeError", f"`{fact.name}`: `{spelled(word)}` may be no text")


def _may_be_empty(walk: Walk, words: ast.expr) -> bool:
    """Whether it is a list of words that an empty text or nothing is left of, and no test looks at it."""
    kinds = type_names(walk, words)
    match words:
        case ast.Name():
            made = bound_to(walk.module, words, walk.project) or []
            empty = "data" in kinds or any(_may_be_empty(walk, value) for value in made)
            return empty and not is_tested(walk.module, words)
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[]):
            return type_names(walk, text) == {"str"} and not _is_written(text)
        case ast.Call(func=function, args=[text, *_]) if not _is_written(text):
            return names_of(walk.module).is_any(function, "shlex.split")
        case ast.Subscript(slice=ast.Slice(lower=ast.Constant())):
            return kinds == {"list"}
    return "data" in kinds


def _is_written(text: ast.expr) -> bool:
    """Whether a text is written out, at least in part."""
    match text:
        case ast.JoinedStr(values=values):
            return any(isinstance(value, ast.Constant) for value in values)
        case ast.BinOp(left=left, right=right):
            return _is_written(left) or _is_written(right)
    return isinstance(text, ast.Constant)
