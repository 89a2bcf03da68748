"""What the type variables of our tables stand for: `list[Held]`, `Made | None`.

`Held` is what the value holds whose method it is, `Itself` the first argument (None without one), `Given`
what that holds, `Made` an instance of the class that it is, `Asked` that instance where nothing else is
asked for, else a row, and `Stored` what a column holds whose type is among the arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from codemods.exceptions.fact import Fact
from codemods.exceptions.types import notation
from codemods.exceptions.types.kinds import join, plain
from codemods.exceptions.types.library.unset import with_unset
from codemods.exceptions.types.notation import NONE, STORED, UNKNOWN, Type, Value, assuming
from codemods.exceptions.types.targets import Inference
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Definition


def of_fact(values: Inference, module: Module, call: ast.Call, fact: Fact) -> Value:
    """What a call of something in the tables gives."""
    names = notation.variables_in(fact.returns)
    if not names:
        return with_unset(values.project, fact, values.returned(fact))
    return notation.filled(fact.returns, {name: _VARIABLES[name](values, module, call) for name in names})


def _held(kind: Type) -> Value:
    return kind.arguments[0] if kind.arguments else UNKNOWN


def _held_by_receiver(values: Inference, module: Module, call: ast.Call) -> Value:
    if not isinstance(call.func, ast.Attribute):
        return UNKNOWN
    found = [_held(kind) for kind in values.seen(module, call.func.value) if kind not in NONE]
    return join(found) if found else UNKNOWN


def _itself(values: Inference, module: Module, call: ast.Call) -> Value:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return values.seen(module, given[0]) if given else NONE


def _given(values: Inference, module: Module, call: ast.Call) -> Value:
    found = [_held(kind) for kind in values.seen(module, call.args[0])] if call.args else []
    return join(found) if found else UNKNOWN


def _made(values: Inference, module: Module, call: ast.Call) -> Value:
    definition: Definition | None = None
    if call.args and isinstance(call.args[0], (ast.Name, ast.Attribute)):
        definition = values.project.definition(module, call.args[0])
    if definition is None or not isinstance(definition.node, ast.ClassDef):
        return UNKNOWN
    return notation.instance_of(definition)


def _asked(values: Inference, module: Module, call: ast.Call) -> Value:
    made = _made(values, module, call) if len(call.args) == 1 else UNKNOWN
    return made or plain("sqlalchemy.Row")


def _stored(values: Inference, module: Module, call: ast.Call) -> Value:
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [one for one in (*call.args, options.get("type_")) if not isinstance(one, ast.Constant)]
    kind = given[0].func if isinstance(given[0], ast.Call) else given[0]
    dotted = names_of(module).qualified(kind) if kind else None
    found = values.fact(dotted, module) if dotted else None
    held = join(_held(one) for one in notation.parse(found.returns)) if found and found.returns else UNKNOWN
    if not held or None in options:
        return UNKNOWN
    always = _is(options.get("nullable"), False) or _is(options.get("primary_key"), True)
    return assuming(held if always else held | NONE, STORED)


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


_VARIABLES: Mapping[str, Callable[[Inference, Module, ast.Call], Value]] = {
    "Held": _held_by_receiver,
    "Itself": _itself,
    "Given": _given,
    "Made": _made,
    "Asked": _asked,
    "Stored": _stored,
}
