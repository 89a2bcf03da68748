"""What a function gets that another one calls for each of many: `sorted(names, key=…)`, `map(…, names)`."""

from __future__ import annotations

import ast

from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import element, join
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module

# Where the many stand in a call with a `key`.
_BY_KEY = {
    **dict.fromkeys(("builtins.sorted", "builtins.min", "builtins.max", "itertools.groupby"), 0),
    **dict.fromkeys(("heapq.nlargest", "heapq.nsmallest"), 1),
}
_ITSELF = {"list.sort"}  # which goes through what it is a method of
_OF_SEVERAL = {"builtins.min", "builtins.max"}  # of the arguments themselves, when there are several
_BY_FUNCTION = {"builtins.map", "builtins.filter"}  # whose first argument is called with each of the others


def of_lambda(values: Inference, module: Module, argument: ast.arg) -> Value:
    """What a `lambda` gets for its argument, where it is written into the call that calls it."""
    arguments = module.parent(argument)
    function = module.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if not isinstance(function, ast.Lambda):
        return UNKNOWN
    taken = [*function.args.posonlyargs, *function.args.args]
    needed = taken[: len(taken) - len(function.args.defaults)]
    if argument not in needed:
        return UNKNOWN
    match module.parent(function):
        case ast.keyword(arg="key") as keyword:
            call = module.parent(keyword)  # or a class, for what its bases ask for
            return compared_by_key(values, module, call) if isinstance(call, ast.Call) else UNKNOWN
        case ast.Call(args=[first, *many]) as call if first is function:
            names = _called(values, module, call)
            place = needed.index(argument)
            if names and names <= _BY_FUNCTION and place < len(many):
                return element(values.seen(module, many[place]))
    return UNKNOWN


def compared_by_key(values: Inference, module: Module, call: ast.Call) -> Value:
    """What the `key` of a call is called with, one by one; UNKNOWN for functions that are not known here."""
    names = _called(values, module, call)
    if names and names <= _ITSELF and isinstance(call.func, ast.Attribute) and not call.args:
        return element(values.seen(module, call.func.value))
    if spreads(call.args):
        return UNKNOWN
    if names and names <= _OF_SEVERAL and len(call.args) > 1:
        return join(values.seen(module, one) for one in call.args)
    places = {_BY_KEY.get(name, len(call.args)) for name in names}
    if len(places) == 1 and (place := places.pop()) < len(call.args):
        return element(values.seen(module, call.args[place]))
    return UNKNOWN


def _called(values: Inference, module: Module, call: ast.Call) -> set[str]:
    """The names of what may be called, if our tables know all of it."""
    target = values.target(module, call.func)
    return set() if target.is_unsure or target.definitions else {fact.name for fact in target.facts}
