"""What a function raises for some values of an argument only, and whether a call gives it one of these.

Of a helper with `encoding="utf-8"` a LookupError may come, of one that begins with `if kind not in KINDS:` a
ValueError. It does not where a call gives something else that is written out, or leaves it to such a default.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Any, TypeAlias

from codemods.exceptions.answer import Found, MayRaise, OnlyFor
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.decorators import strange_decorators
from codemods.exceptions.types.functions.signatures import Unclear, call_of, given
from codemods.exceptions.types.targets import Call
from codemods.module import FUNCTIONS, SCOPES
from codemods.project import Definition

_Asked: TypeAlias = tuple[type[ast.cmpop], object, bool]
"""How something is compared, with what, and whether that has to be true."""

_COMPARING: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda value, held: value in held,
    ast.NotIn: lambda value, held: value not in held,
}


def argument_behind(walk: Walk, node: ast.expr) -> ast.arg | None:
    """The argument of the function around that a name is sure to stand for."""
    bindings = reaching(walk.module, node) if isinstance(node, ast.Name) else []
    match [binding.node for binding in bindings]:
        case [ast.arg() as argument] if walk.module.function(argument) is walk.module.function(node):
            return argument
    return None


def decided_by(walk: Walk, statement: ast.stmt) -> OnlyFor | None:
    """On which argument it depends that a statement is come to, by the tests that it stands below."""
    argument: ast.arg | None = None
    asked: list[_Asked] = []
    inner: ast.AST = statement
    for above in takewhile(lambda node: not isinstance(node, SCOPES), walk.module.ancestors(statement)):
        if isinstance(above, ast.If) and (found := _compared(above.test)):
            name, how, held = found
            behind = argument_behind(walk, name)
            if behind and argument in (None, behind):
                argument = behind
                asked.append((how, held, inner in above.body))
        inner = above
    return OnlyFor(argument, partial(_all_hold, asked)) if argument else None


def as_called(walk: Walk, call: ast.Call, definition: Definition, answer: MayRaise) -> MayRaise:
    """The answer for a function where this call runs it, without what its arguments do not bring."""
    if not any(one.only_for for one in answer.raised):
        return answer
    if not _is_by_name(walk, call, definition) or strange_decorators(definition):
        return answer
    plain = call_of(walk.project, walk.module, call, definition)
    found = Found()
    for one in answer.raised:
        for reason in one.reasons:
            if reason.only_for is None or _may_hold(walk, plain, definition, reason.only_for):
                found.keep(reason)
    return replace(answer, raised=tuple(found.raised.values()))


def _compared(test: ast.expr) -> tuple[ast.Name, type[ast.cmpop], object] | None:
    """The name that a test compares with what is written out there, how, and with what."""
    match test:
        case ast.Compare(left=ast.Name() as name, ops=[how], comparators=[held]) if type(how) in _COMPARING:
            try:
                value = ast.literal_eval(held)
            except (ValueError, TypeError):
                return None
            is_one = value is None or isinstance(value, bool)  # of texts, who knows which are the same
            return (name, type(how), value) if is_one or not isinstance(how, (ast.Is, ast.IsNot)) else None
    return None


def _all_hold(asked: Sequence[_Asked], value: object) -> bool:
    """Whether each comparison is what it has to be, or cannot be made."""
    for how, held, wanted in asked:
        try:
            if bool(_COMPARING[how](value, held)) is not wanted:
                return False
        except TypeError:
            continue
    return True


def _is_by_name(walk: Walk, call: ast.Call, definition: Definition) -> bool:
    """Whether the call names the function itself, which gets no more than is written there."""
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr == definition.node.name
    meant = walk.project.definition(walk.module, func)
    return meant is not None and meant.node is definition.node


def _may_hold(walk: Walk, call: Call, definition: Definition, asked: OnlyFor) -> bool:
    """Whether the call may give the argument what is asked for."""
    node = definition.node
    takes = node.args if isinstance(node, FUNCTIONS) else None
    if takes is None or asked.argument not in (*takes.posonlyargs, *takes.args, *takes.kwonlyargs):
        return True
    try:
        origin = given(call, definition, asked.argument)
    except Unclear:
        return True
    values = values_written(*origin, walk.project) if origin else None
    return not values or any(map(asked.holds, values))
