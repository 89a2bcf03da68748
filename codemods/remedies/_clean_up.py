"""Whether a handler puts in order what the body left: that has to happen also when Ctrl-C ends the body."""

from __future__ import annotations

import ast
import re

from codemods.module import FUNCTIONS, Module
from codemods.project import Project
from codemods.remedies._handlers import has_effects, only_raises, own_nodes, ways_out

# Words in the names of functions: `shutdown_request`, `_cleanUp`.
_CLEAN_UPS = {"close", "aclose", "rollback", "abort", "release", "disconnect", "kill", "terminate", "killpg"}
_CLEAN_UPS |= {"unlink", "rmtree", "rmdir", "remove", "cleanup", "clean", "shutdown", "quit", "stop"}
_CLEAN_UPS |= {"destroy", "restore", "teardown"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def clean_up(handler: ast.ExceptHandler, module: Module, project: Project) -> str | None:
    """A function that puts in order what the body left: by its name, and not for what the handler opened.

    An exception that is made to be raised is none: `raise StopIteration()`. Nor is a function that only
    raises one: `abort(404)`.
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
                if is_raised or words.isdisjoint(_CLEAN_UPS) or _only_raises(node, module, project):
                    continue
                return called
    return None


def _only_raises(call: ast.Call, module: Module, project: Project) -> bool:
    """Whether what is called is known to do nothing but raise, and maybe to log."""
    if only_raises(module, call):
        return True
    own = project.definition(module, call.func)
    if own is None or not isinstance(own.node, FUNCTIONS):
        return False
    return not has_effects(own.module, own.node) and ways_out(own.module, own.node.body, None) == {"raise"}
