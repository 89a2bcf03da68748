"""What `parse_args()` gives: texts and numbers, where the parser makes nothing else of its arguments."""

from __future__ import annotations

import ast

from codemods.exceptions.tables import Fact
from codemods.exceptions.types.stores import stores_of
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Project

_NAMESPACE = "argparse.Namespace."
_PLAIN = ("builtins.str", "builtins.int", "builtins.float", "builtins.bool")
_STREAMS = ("sys.stdin", "sys.stdout", "sys.stderr")


def is_made(project: Project, module: Module, fact: Fact, name: str) -> bool:
    """Whether an attribute is an option that may be more than data: a path, a file, a function."""
    if not fact.name.startswith(_NAMESPACE):
        return False
    parsers = [one for word in ("add_argument", "set_defaults") for one in project.mentioning(word)[0]]
    return any(name in one.derive(_made) for one in parsers) or bool(stores_of(module).attributes(name))


def _made(module: Module) -> frozenset[str]:
    """The names of the options of a file that get something else than texts and numbers."""
    names = names_of(module)
    found: set[str] = set()
    for attribute in module.attributes.get("add_argument", ()):
        call = module.parent(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            kind, default = given.get("type"), given.get("default")
            if (kind and not names.is_any(kind, *_PLAIN)) or (default and names.is_any(default, *_STREAMS)):
                told = [given["dest"]] if "dest" in given else call.args
                texts = [one.value for one in told if isinstance(one, ast.Constant)]
                found |= {str(text).lstrip("-").replace("-", "_") for text in texts}
    for attribute in module.attributes.get("set_defaults", ()):
        call = module.parent(attribute)
        found |= {keyword.arg or "" for keyword in getattr(call, "keywords", ())}
    return frozenset(found)
