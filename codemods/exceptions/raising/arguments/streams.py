"""What reading a stream can raise: a file, a member of an archive, an answer, another stream behind it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.dispatch import runs_own
from codemods.exceptions.raising.sure.lenient import file_takes_anything
from codemods.exceptions.raising.walk import Walk, each_type
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import ITERABLE, LOOSE, WRAPPERS
from codemods.exceptions.types.notation import Type, Value, known, ordered
from codemods.nodes import spelled

_READS = ("read", "__iter__", "readline")
_OF_STREAM = {"read", "readline", "readlines", "read1", "peek", "readinto", "__next__", "seek"}
_OF_STREAM |= {"getmembers", "getnames", "extract", "extractall", "getmember", "next"}
_OF_FILES = ("OSError", "UnicodeDecodeError")
_LINE_BY_LINE = {"csv.Reader", "csv.DictReader"}
# What can be read from nothing but a stream; the others may have opened a file by its name.
_ALWAYS_WRAP = {"csv.Reader", "csv.DictReader", "io.TextIOWrapper", "io.BufferedReader"}

_TEXT_READS = {"io.TextIOWrapper.read", "sys.stdin.read"}
_UNBLOCKING = (b"O_NONBLOCK", b"set_blocking")


def read_by(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what the streams raise that a call reads: those it gets, and the one behind its object."""
    label = f"`{fact.name.removeprefix('builtins.')}`"
    lazy = fact.returns in WRAPPERS and fact.returns != "tarfile.TarFile"  # they are read later
    for node in () if lazy else given_at(call, fact.reads):
        value = walk.values.of(walk.module, node)
        _value(walk, node, value, f"{label} reads `{spelled(node)}`")
    for node in () if lazy else given_at(call, fact.opens):
        if value := walk.values.of(walk.module, node):
            _value(walk, node, value, f"{label} reads `{spelled(node)}`", strict=False)
    if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_STREAM:
        for kind in each_type(walk, call.func.value):
            _behind(walk, call.func.value, kind)
    if fact.name == "subprocess.Popen.communicate":
        _output(walk, call, fact)
    if fact.name in _TEXT_READS and any(word in walk.module.data for word in _UNBLOCKING):
        walk.found.add("TypeError", f"{label}: a stream that does not wait may give no bytes to decode")


def _output(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that the output of a process is decoded which gives text."""
    process = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    for kind in each_type(walk, process):
        streams = [one for stream in kind.arguments[1:] for one in stream]
        is_text = any(stream.name == "io.TextIOWrapper" for stream in streams)
        if is_text or not kind.arguments:
            reason = "`subprocess.Popen.communicate` decodes the output, if it is text"
            walk.found.add("UnicodeDecodeError", f"{reason}: {fact.source}", CERTAIN if is_text else RARE)


def iterated(walk: Walk, node: ast.expr, what: str, methods: Sequence[str] = ("__iter__",)) -> None:
    """Note what going through a value of a type in the tables raises; of other types nothing is said."""
    for kind in each_type(walk, node):
        if kind.definition is None and kind.name not in ITERABLE | LOOSE:
            _kind(walk, node, kind, methods, what)


def _value(walk: Walk, node: ast.expr, value: Value, what: str, *, strict: bool = True) -> None:
    """Note what reading a value raises, and if that is `strict` also that nobody knows."""
    if not known(value) and strict:
        walk.found.missing[f"{what}, whose type is unknown"] = None
    for kind in ordered(known(value)):
        if kind.definition and (strict or walk.values.member(kind.definition, "read").found):
            if not runs_own(walk, node, kind, _READS, "reads"):
                walk.found.missing[f"{what}, whose type is unknown"] = None
        elif kind.definition or kind.name in ITERABLE | LOOSE or kind.name.startswith("pathlib."):
            continue  # lines of text, or the path of a file
        elif not _kind(walk, node, kind, _READS, what) and strict:
            walk.found.missing[f"{what}, whose type is unknown"] = None


def _kind(walk: Walk, node: ast.expr, kind: Type, methods: Sequence[str], what: str) -> bool:
    """Note what reading a value of a type in the tables raises; whether they know it."""
    found = next((fact for name in methods if (fact := tables().fact(kind.name, name))), None)
    left = {"StopIteration", *(_OF_FILES if _reads_what_is_known(kind) else ())}
    if kind.name == "io.TextIOWrapper" and file_takes_anything(walk, node):
        left.add("UnicodeDecodeError")
    for names, confidence in ((found.raises, CERTAIN), (found.content, RARE)) if found else ():
        for name in names:
            if found and name not in left:
                walk.found.add(name, f"{what}: {found.source}", confidence)
    _behind(walk, node, kind)
    return found is not None


def _reads_what_is_known(kind: Type) -> bool:
    """Whether what it reads is known, and tells alone which errors of files come: lines, text in memory."""
    stream = known(kind.arguments[0]) if kind.name in _LINE_BY_LINE and kind.arguments else frozenset()
    return bool(stream) and all(one.name not in LOOSE | {"Iterator"} for one in stream)


def _behind(walk: Walk, node: ast.expr, kind: Type) -> None:
    """Note what the stream raises that a value reads: `gzip.GzipFile(fileobj=stream)`."""
    if kind.name in WRAPPERS and kind.arguments:
        what = f"`{spelled(node)}` reads another stream"
        _value(walk, node, kind.arguments[0], what, strict=kind.name in _ALWAYS_WRAP)
