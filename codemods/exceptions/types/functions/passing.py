"""What functions give that pass on what they are given: `sorted`, `zip`, `next`, `map`, `copy.copy`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import HOLDERS, element, element_of, held_in, join, names_in, plain
from codemods.exceptions.types.notation import ANY, NONE, UNKNOWN, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module

_MADE = {"sorted": "list", "iter": "Iterator", "reversed": "Iterator"}
_EMPTY = {
    **{name: plain(name, UNKNOWN) for name in ("list", "set", "frozenset")},
    "dict": plain("dict", UNKNOWN, UNKNOWN),
    "tuple": plain("tuple"),
}
WITH_DEFAULT = ("get", "pop", "setdefault")  # these methods of a container take one as the second argument
_INTEGERS, _REALS = frozenset({"int", "bool"}), frozenset({"int", "bool", "float"})


def passed_on(values: Inference, module: Module, call: ast.Call, function: str) -> Value:
    """What the call of a function from the tables gives; UNKNOWN for one that passes nothing on."""
    name = function.removeprefix("builtins.")
    if name in _EMPTY and not (call.args or call.keywords):  # `list()` is `[]`
        return _EMPTY[name]
    if name not in _PASSING or not call.args or spreads(call.args):
        return UNKNOWN
    given = [values.seen(module, one) for one in call.args]
    return _BY_VALUES[name](given) if name in _BY_VALUES else _BY_CALL[name](values, module, call, given)


# -- by what a function gets alone ------------------------------------------------------------------------


def _container(name: str) -> _ByValues:
    return lambda given: plain(name, element(given[0]))


def _first(given: Sequence[Value]) -> Value:
    return given[0]


def _element(given: Sequence[Value]) -> Value:
    """`next(items)`; what a call gives instead of raising is told elsewhere."""
    return element(given[0])


def _drawn(given: Sequence[Value]) -> Value:
    """`random.choice(items)`, which looks one up."""
    return held_in(given[0])


def _extreme(given: Sequence[Value]) -> Value:
    """`min(items)`, `max(1, 2)`."""
    return join(given) if len(given) > 1 else element(given[0])


def _counted(given: Sequence[Value]) -> Value:
    return plain("Iterator", plain("tuple", plain("int"), element(given[0])))


def _together(given: Sequence[Value]) -> Value:
    return plain("Iterator", plain("tuple", *map(element, given)))


def _chained(given: Sequence[Value]) -> Value:
    return plain("Iterator", join(map(element, given)))


def _sum(given: Sequence[Value]) -> Value:
    return _number(join([element(given[0]), *given[1:], plain("int")]))


def _absolute(given: Sequence[Value]) -> Value:
    return _number(given[0])


def _rounded(given: Sequence[Value]) -> Value:
    number = _number(given[0])
    return plain("int") if number and len(given) == 1 else number


def _number(value: Value) -> Value:
    """The number that arithmetic makes of one."""
    kinds = names_in(value)
    if not kinds or not kinds <= _REALS:
        return UNKNOWN
    return plain("int") if kinds <= _INTEGERS else value


def _type(given: Sequence[Value]) -> Value:
    return plain("type", given[0] or ANY) if len(given) == 1 else UNKNOWN


# -- by the call as well ----------------------------------------------------------------------------------


def _mapped(values: Inference, module: Module, call: ast.Call, _given: Sequence[Value]) -> Value:
    """`map(int, items)`: of functions in the tables whose result does not depend on what they get."""
    target = values.target(module, call.args[0])
    told = target.facts if target.known and not target.definitions else ()
    passing = any(fact.name.removeprefix("builtins.") in _PASSING for fact in told)
    made = [values.returned(fact) for fact in told]
    return plain("Iterator", join(made) if made and not passing else UNKNOWN)


def _filtered(_values: Inference, _module: Module, call: ast.Call, given: Sequence[Value]) -> Value:
    held = element(given[1]) if len(given) == 2 else UNKNOWN
    truthy = isinstance(call.args[0], ast.Constant) and held != NONE
    return plain("Iterator", held - NONE if truthy else held)


def _dict(_values: Inference, _module: Module, call: ast.Call, given: Sequence[Value]) -> Value:
    """`dict(other)`, `dict(pairs)`."""
    if call.keywords or not given[0]:
        return UNKNOWN
    if all(kind.name in HOLDERS - {"data"} for kind in given[0]):
        return join(frozenset({kind._replace(name="dict")}) for kind in given[0])
    pairs = element(given[0])
    if all(kind.name == "tuple" and len(kind.arguments) == 2 for kind in pairs) and pairs:
        return join(plain("dict", *kind.arguments) for kind in pairs)
    return UNKNOWN


def _variable(values: Inference, module: Module, call: ast.Call, given: Sequence[Value]) -> Value:
    """An environment variable: text, or else the default, which may be of any type."""
    defaults = [*given[1:], *(values.seen(module, one.value) for one in call.keywords)]
    return join([plain("str"), *(defaults or [NONE])])


def from_container(receiver: Value, call: ast.Call, default: Value) -> Value:
    """What `.get()`, `.items()` and the like give, by what the container holds; else UNKNOWN.

    `default` is what the call gives where the key is missing, None where it does not say.
    """
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr == "copy" and receiver and all(kind.arguments for kind in receiver):
        return frozenset(k._replace(name="dict") if k.name == "os._Environ" else k for k in receiver)
    if not receiver or any(kind.name not in HOLDERS for kind in receiver):
        return UNKNOWN
    held = join(element_of(kind, at_key=True) for kind in receiver)
    keys = join(element_of(kind) for kind in receiver)
    match call.func.attr:
        case name if name in WITH_DEFAULT:
            return join([held, default])
        case "values" | "popleft":
            return plain("dict_view", held)
        case "items":
            return plain("dict_view", plain("tuple", keys, held))
        case "keys":
            return plain("dict_view", keys)
    return UNKNOWN


_ByValues: TypeAlias = Callable[[Sequence[Value]], Value]
_ByCall: TypeAlias = Callable[[Inference, Module, ast.Call, Sequence[Value]], Value]
_BY_VALUES: Mapping[str, _ByValues] = {
    **{name: _container(_MADE.get(name, name)) for name in ("list", "tuple", "set", "frozenset", *_MADE)},
    **dict.fromkeys(("itertools.islice", "itertools.cycle"), _container("Iterator")),
    **dict.fromkeys(("random.sample", "random.choices"), _container("list")),
    **dict.fromkeys(("random.choice", "secrets.choice"), _drawn),
    **dict.fromkeys(("copy.copy", "copy.deepcopy"), _first),
    **dict.fromkeys(("min", "max"), _extreme),
    "next": _element,
    "enumerate": _counted,
    "zip": _together,
    "itertools.chain": _chained,
    "sum": _sum,
    "abs": _absolute,
    "round": _rounded,
    "type": _type,
}
_BY_CALL: Mapping[str, _ByCall] = {
    "map": _mapped,
    "filter": _filtered,
    "dict": _dict,
    **dict.fromkeys(("os.getenv", "os.environ.get"), _variable),
}
_PASSING = _BY_VALUES.keys() | _BY_CALL.keys()
