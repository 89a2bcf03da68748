"""Calls that only read what they are given, and leave it as it is."""

from __future__ import annotations

import ast

from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import spelled

READING_BUILTINS = frozenset(
    {"len", "sorted", "list", "tuple", "set", "frozenset", "dict", "str", "repr", "print", "enumerate", "zip"}
    | {"sum", "min", "max", "any", "all", "reversed", "isinstance", "bool", "map", "filter", "type"}
)
_LOGGING = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log"}
_RUNNING = ("run", "call", "check_call", "check_output", "Popen")  # of a command, in an environment
_WRITING = ("json.dump", "json.dumps", "pprint.pprint", "pprint.pformat", "copy.copy", "copy.deepcopy")
_READING = (*_WRITING, *map("subprocess.{}".format, _RUNNING), "shlex.join")


def only_reads(module: Module, use: ast.AST | None) -> bool:
    """Whether a call logs, writes as JSON, copies, joins or runs: `log.info("%s", names)`, `",".join(names)`.

    `use` is the call, or a keyword of it.
    """
    call = module.parent(use) if isinstance(use, ast.keyword) else use
    if not isinstance(call, ast.Call):
        return False
    match call.func:
        case ast.Attribute(value=ast.Constant(value=str() | bytes()) | ast.JoinedStr(), attr="join"):
            return True
        case ast.Attribute(value=log, attr=name) if name in _LOGGING:
            return spelled(log).lower().endswith(("log", "logger", "logging"))
    return names_of(module).is_any(call.func, *_READING)
