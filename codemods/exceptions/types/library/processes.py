"""What the processes of `subprocess` give: text or bytes, and None for a stream that is no pipe."""

from __future__ import annotations

import ast

from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import NONE, UNKNOWN, Type, Value
from codemods.nodes import spelled

STREAMS = ("stdin", "stdout", "stderr")
_TEXT = ("text", "universal_newlines", "encoding", "errors")
_PIPE = ("PIPE", "-1")
_NO_PIPE = ("DEVNULL", "STDOUT", "None", "-2", "-3")
_READ = {"io.TextIOWrapper": plain("str"), "io.BufferedReader": plain("bytes"), "None": NONE}


def of_output(function: str, call: ast.Call) -> Value:
    """What `run`, `check_output` and `Popen` give; a process holds what its streams are."""
    given = {k.arg: k.value for k in call.keywords}
    if None in given:  # **options
        return UNKNOWN
    asked = [given[name] for name in _TEXT if name in given]
    is_text = any(not isinstance(value, ast.Constant) or value.value for value in asked)
    made = "subprocess.Popen" if function == "subprocess.Popen" else "subprocess.CompletedProcess"
    if len(call.args) > 3 and function != "subprocess.check_output":  # the streams by their places
        return plain(made)
    if function == made:
        file = plain("io.TextIOWrapper" if is_text else "io.BufferedReader")
        return plain(function, *(_piped(given.get(stream), file) for stream in STREAMS))
    text = plain("str" if is_text else "bytes")
    if function == "subprocess.check_output":
        return text
    captured = given.get("capture_output", ast.Constant(False))
    if not isinstance(captured, ast.Constant):
        return plain(made, text | NONE, text | NONE)
    streams = (text if captured.value else _piped(given.get(stream), text) for stream in STREAMS[1:])
    return plain(made, *streams)


def _piped(asked: ast.expr | None, held: Value) -> Value:
    """What there is of a stream for which a call asks this."""
    if isinstance(asked, ast.IfExp):
        return _piped(asked.body, held) | _piped(asked.orelse, held)
    name = spelled(asked) if asked else "None"
    name = name.rpartition(".")[2] if isinstance(asked, ast.Attribute) else name
    if name in _NO_PIPE:
        return NONE
    return held if name in _PIPE else held | NONE


def stream_of(process: Type, name: str) -> Value:
    """The stream of that name of a process which `of_output` has told of; empty for others."""
    place = STREAMS.index(name)
    if process.name == "subprocess.CompletedProcess" and len(process.arguments) == 2 and place:
        return process.arguments[place - 1]
    if process.name == "subprocess.Popen" and len(process.arguments) == len(STREAMS):
        return process.arguments[place]
    return UNKNOWN


def of_communicate(processes: Value) -> Value:
    """What `process.communicate()` gives."""
    told = [kind for kind in processes if kind.name == "subprocess.Popen" and len(kind.arguments) == 3]
    if not told or len(told) != len(processes):
        return UNKNOWN
    return frozenset(
        given
        for kind in told
        for given in plain("tuple", *(_read(kind.arguments[place]) for place in (1, 2)))
    )


def _read(streams: Value) -> Value:
    return frozenset(text for stream in streams for text in _READ[stream.name])
