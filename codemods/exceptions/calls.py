"""Calls: of the project's functions, of what is in the tables, and what these call in turn."""

from __future__ import annotations

import ast

from codemods.exceptions import operations
from codemods.exceptions.answer import RARE
from codemods.exceptions.arguments import arguments
from codemods.exceptions.facts import fact_used
from codemods.exceptions.tables import Fact
from codemods.exceptions.targets import Target
from codemods.exceptions.walk import Visitors, Walk, short
from codemods.module import FUNCTIONS
from codemods.names import names_of

# Keywords of functions in the tables through which they call what they are given.
_CALLED_KEYWORDS = {
    "object_hook",
    "object_pairs_hook",
    "parse_float",
    "parse_int",
    "parse_constant",
    "opener",
}
_CALLED_KEYWORDS |= {"preexec_fn", "copy_function", "ignore", "onerror", "onexc", "factory", "cls"}
# What runs code of others, which may call sys.exit().
_RUNS_CODE = {"builtins.exec", "builtins.__import__", "importlib.import_module", "importlib.reload"}
_RUNS_CODE |= {"runpy.run_path", "runpy.run_module", "imp.load_source", "imp.load_module"}
_FILE_METHODS = {
    f"io.{kind}.{name}"
    for kind in ("TextIOWrapper", "BufferedReader")
    for name in ("read", "readline", "readlines", "read1", "write", "writelines", "flush", "seek", "tell")
}


def _call(walk: Walk, node: ast.Call) -> None:
    walk.generic_visit(node)
    kind = walk.hierarchy.resolve(walk.module, node.func)
    if kind and walk.hierarchy.definition(kind) is None:
        return  # making an exception raises nothing
    _spread(walk, node)
    target = walk.values.target(walk.module, node.func)
    if isinstance(node.func, ast.Attribute):
        operations.kinds_of(walk.values, walk.module, node.func.value, walk.found)
        if any(fact.name in _FILE_METHODS for fact in target.facts):
            _file(walk, node.func.value)
    use(walk, target, node, f"calls `{short(node.func)}`")


def _file(walk: Walk, file: ast.expr) -> None:
    """Note that a file may be closed which no `with` has just opened."""
    bindings = names_of(walk.module).bindings(file) if isinstance(file, ast.Name) else []
    opened = [b for b in bindings if isinstance(walk.module.parent(b.node), ast.withitem)]
    if not opened and not isinstance(file, ast.Call):
        walk.found.add("ValueError", f"`{short(file)}` may be closed", RARE)


def _spread(walk: Walk, node: ast.Call) -> None:
    """Note what `**values` raises when the values are data: the names may not fit."""
    for keyword in node.keywords:
        if keyword.arg is None:
            kinds = operations.kinds_of(walk.values, walk.module, keyword.value, walk.found)
            if not kinds <= {"dict"} or not kinds:
                walk.found.add("TypeError", f"`**{short(keyword.value)}`: the names may not fit")


def use(walk: Walk, target: Target, node: ast.expr, what: str) -> None:
    """Note what calling a target raises."""
    if (
        not target.known
        or target.origins
        or (not target.facts and not target.definitions and not target.fails)
    ):
        func = node.func if isinstance(node, ast.Call) else node
        outside = names_of(walk.module).qualified(func)
        if outside in _RUNS_CODE or getattr(func, "attr", "") in ("exec_module", "load_module"):
            walk.found.add("SystemExit", f"`{short(func)}` runs other code, which may exit", RARE)
        why = "which is not in the tables" if outside else "whose type is unknown"
        walk.found.missing[f"{what}, {why}"] = None
        return
    for why in target.fails:
        walk.found.add("AttributeError", f"{what}: {why}")
    for fact in target.facts:
        _of_fact(walk, fact, node)
    for definition in target.definitions:
        walk.found.merge(walk.function(definition))
        owner = definition.module.parent(definition.node)
        if isinstance(owner, ast.ClassDef) and isinstance(definition.node, FUNCTIONS):
            _dispatch(walk, owner, definition.node.name)


def _of_fact(walk: Walk, fact: Fact, node: ast.expr) -> None:
    if not isinstance(node, ast.Call):
        fact_used(walk, fact, None)
        return
    fact_used(walk, fact, node)
    arguments(walk.values, walk.module, node, fact, walk.found)
    _callbacks(walk, fact, node)


def _dispatch(walk: Walk, owner: ast.ClassDef, name: str) -> None:
    """Note that a method may be another one: that of a subclass."""
    private = name.startswith("_") and not name.endswith("__")
    if (owner.bases or owner.keywords) and not private and name != "__init__":
        walk.found.missing[f"calls `{owner.name}.{name}`, which relatives of the class may define"] = None
    elif not name.endswith("__"):
        walk.found.assumed[f"no subclass overrides `{owner.name}.{name}`"] = None


def _callbacks(walk: Walk, fact: Fact, call: ast.Call) -> None:
    """Note what the functions that it is given raise when it calls them."""
    by_keyword = {k.arg: k.value for k in call.keywords}
    called = {name for name in by_keyword if name in _CALLED_KEYWORDS}
    if fact.name.startswith("json.") and "default" in by_keyword:
        called.add("default")
    for place in dict.fromkeys([*fact.calls, *sorted(called)]):
        given = by_keyword.get(place) if isinstance(place, str) else None
        if isinstance(place, int) and place < len(call.args):
            given = call.args[place]
        if given is None or isinstance(given, ast.Lambda):
            continue
        if isinstance(given, ast.Constant) and isinstance(given.value, (str, bytes, type(None))):
            continue
        target = walk.values.target(walk.module, given)
        use(walk, target, given, f"calls `{short(given)}`")
        for name in (name for known in target.facts for name in known.argument):
            walk.found.add(name, f"`{short(given)}` with an argument of another type")


VISITORS: Visitors = {ast.Call: _call}
