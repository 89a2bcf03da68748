"""The type of what a call gives back."""

from __future__ import annotations

import ast
from functools import lru_cache

from codemods.exceptions import notation
from codemods.exceptions.kinds import HOLDERS, element_of, join, of_copy, of_file, of_output, plain
from codemods.exceptions.notation import NONE, UNKNOWN, Type, Value
from codemods.exceptions.targets import Inference
from codemods.module import Function, Module, walk
from codemods.project import Definition


def of_call(values: Inference, module: Module, node: ast.Call) -> Value:
    """What a call gives, by what is called and what it gets."""
    target = values.target(module, node.func)
    if not target.known:
        return UNKNOWN
    facts = [notation.parse(fact.returns) for fact in target.facts]
    if [f.name for f in target.facts] in (["builtins.open"], ["io.open"], ["pathlib.Path.open"]):
        return of_file(node, mode_at=0 if isinstance(node.func, ast.Attribute) else 1)
    if any(f.name in ("subprocess.run", "subprocess.check_output") for f in target.facts):
        return of_output(target.facts[0].name, node)
    if isinstance(node.func, ast.Attribute) and target.facts:
        facts = _from_container(values, module, node, facts)
    elif len(target.facts) == 1 and node.args:
        facts = [of_copy(target.facts[0].name, values.of(module, node.args[0])) or facts[0]]
    return join([*facts, *(_of_result(values, definition) for definition in target.definitions)])


def _from_container(values: Inference, module: Module, call: ast.Call, facts: list[Value]) -> list[Value]:
    """What `.get()`, `.items()` and the like give, by what the container holds."""
    assert isinstance(call.func, ast.Attribute)
    receiver = values.of(module, call.func.value)
    if not receiver or any(kind.name not in HOLDERS for kind in receiver):
        return facts
    held = join(element_of(kind, at_key=True) for kind in receiver)
    match call.func.attr:
        case "get" | "pop" | "setdefault":
            default = values.of(module, call.args[1]) if len(call.args) > 1 else NONE
            return [join([held, default])]
        case "values" | "popleft":
            return [plain("dict_view", held)]
        case "items":
            return [plain("dict_view", plain("tuple", held))]
        case "keys":
            return [plain("dict_view", join(element_of(kind) for kind in receiver))]
    return facts


def _of_result(values: Inference, definition: Definition) -> Value:
    """What calling a function or class of the project gives."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return frozenset({Type(node.name, definition=definition)})
    if node.returns is not None:
        return notation.of(values.project, definition.module, node.returns)
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _results(node)):
        return UNKNOWN
    returns = [n for n in _results(node) if definition.module.function(n) is node]
    given = [values.of(definition.module, r.value) if r.value else NONE for r in returns]
    return join(given) if given else UNKNOWN


@lru_cache(maxsize=10_000)
def _results(function: Function) -> tuple[ast.Return | ast.Yield | ast.YieldFrom, ...]:
    """Where the function, or one inside of it, gives a value."""
    return tuple(n for n in walk([function]) if isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)))
