"""Text that is made of any bytes, or the other way: `errors="replace"`, or an encoding for all bytes."""

from __future__ import annotations

import ast
import codecs
from collections.abc import Iterator

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.signatures import spreads
from codemods.module import Module

# The place of the argument that says what becomes of errors; the encoding stands before it.
ERRORS_AT = {
    **dict.fromkeys(("str.encode", "bytes.decode", "pathlib.Path.read_text"), 1),
    **dict.fromkeys(("builtins.str", "builtins.bytes", "builtins.bytearray", "pathlib.Path.write_text"), 2),
    **dict.fromkeys(("codecs.open", "pathlib.Path.open"), 3),
    **dict.fromkeys(("builtins.open", "io.open"), 4),
}
_OPENING = {"codecs.open", "pathlib.Path.open", "builtins.open", "io.open"}
_OF_FILES = {f"io.TextIOWrapper.{name}" for name in ("read", "readline", "readlines", "write", "writelines")}
_TO_FILES = {"configparser.ConfigParser.write"}  # which gets the file first
_LENIENT = ("ignore", "replace", "backslashreplace")
_LENIENT_TO_BYTES = (*_LENIENT, "xmlcharrefreplace", "namereplace")
_TO_BYTES = {"str.encode", "builtins.bytes", "builtins.bytearray", "pathlib.Path.write_text"}
_OF_ALL_BYTES = ("iso8859-1", "cp437")  # where each byte is a character, by the names of `codecs`


def codes_anything(walk: Walk, call: ast.Call, fact: Fact, name: str) -> bool:
    """Whether a call raises no such error, a UnicodeDecodeError or UnicodeEncodeError, whatever it codes."""
    if fact.name in _OF_FILES:
        return isinstance(call.func, ast.Attribute) and file_takes_anything(walk, call.func.value, name)
    if fact.name in _TO_FILES and call.args:
        return file_takes_anything(walk, call.args[0], name)
    return _is_lenient(call, fact, name)


def file_takes_anything(walk: Walk, file: ast.expr, name: str = "UnicodeDecodeError") -> bool:
    """Whether a file has been opened so that going through it raises no such error."""
    opened = [*_opened(walk.module, file)]
    return bool(opened) and all(call is not None and _opens_lenient(walk, call, name) for call in opened)


def is_lenient(call: ast.Call, fact: Fact) -> bool:
    """Whether the text is made whatever the bytes are: `data.decode(errors="replace")`."""
    return fact.name not in _OPENING and _is_lenient(call, fact, "")


def has_lenient_errors(call: ast.Call, ways: tuple[str, ...] = _LENIENT) -> bool:
    """Whether a keyword says so: `subprocess.run(command, text=True, errors="replace")`."""
    return any(k.arg == "errors" and _is_one_of(k.value, ways) for k in call.keywords)


def _is_lenient(call: ast.Call, fact: Fact, name: str) -> bool:
    if (at := ERRORS_AT.get(fact.name)) is None:
        return False
    given = [] if spreads(call.args) else call.args
    ways = _LENIENT_TO_BYTES if name == "UnicodeEncodeError" or fact.name in _TO_BYTES else _LENIENT
    if has_lenient_errors(call, ways) or any(_is_one_of(a, ways) for a in given[at : at + 1]):
        return True
    encodings = [*(k.value for k in call.keywords if k.arg == "encoding"), *given[at - 1 : at]]
    return name == "UnicodeDecodeError" and any(_is_of_all_bytes(one) for one in encodings)


def _opens_lenient(walk: Walk, call: ast.Call, name: str) -> bool:
    facts = walk.values.target(walk.module, call.func).facts
    return bool(facts) and all(fact.name in _OPENING and _is_lenient(call, fact, name) for fact in facts)


def _opened(module: Module, file: ast.expr) -> Iterator[ast.Call | None]:
    """The calls that may have made a file; None for what is made in another way."""
    if not isinstance(file, ast.Name):
        yield file if isinstance(file, ast.Call) else None
        return
    for binding in reaching(module, file):
        match module.parent(binding.node):
            case ast.withitem(context_expr=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
                yield call
            case _:
                yield None


def _is_one_of(node: ast.expr, texts: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Constant) and node.value in texts


def _is_of_all_bytes(encoding: ast.expr) -> bool:
    match encoding:
        case ast.Constant(value=str(name)):
            codec = codec_of(name)
            return codec is not None and codec.name in _OF_ALL_BYTES
    return False


def codec_of(encoding: str) -> codecs.CodecInfo | None:
    """What `codecs` knows by that name."""
    try:
        return codecs.lookup(encoding)
    except (LookupError, ValueError):  # ValueError: a null character
        return None
