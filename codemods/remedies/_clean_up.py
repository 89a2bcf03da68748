"""Whether a handler puts in order what the body left: that has to happen also when Ctrl-C ends the body."""

from __future__ import annotations

import ast
import re

from codemods.module import Module
from codemods.remedies._handlers import own_nodes

# Words in the names of functions: `shutdown_request`, `_cleanUp`.
_CLEAN_UPS = {"close", "aclose", "rollback", "abort", "release", "disconnect", "kill", "terminate", "killpg"}
_CLEAN_UPS |= {"unlink", "rmtree", "rmdir", "remove", "cleanup", "clean", "shutdown", "quit", "stop"}
_CLEAN_UPS |= {"destroy", "restore", "teardown"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def clean_up(handler: ast.ExceptHandler, module: Module) -> str | None:
    """A function that puts in order what the body left: by its name, and not for what the handler opened.

    An exception that is made to be raised is none: `raise StopIteration()`.
    """
    opened: set[str] = set()
    for node in own_nodes(handler.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                if ast.unparse(func).rpartition(".")[2] == "open":
                    opened.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in opened:
                pass
            case ast.Call():
                called = ast.unparse(node.func)
                last = called.rpartition(".")[2]
                is_raised = isinstance(module.parent(node), ast.Raise) and last[:1].isupper()
                words = {word.lower() for word in _WORD.findall(last)}
                if not is_raised and not words.isdisjoint(_CLEAN_UPS):
                    return called
    return None
