"""What kind of value is written out: lists, dicts, comprehensions, texts that are put together."""

from __future__ import annotations

import ast

from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import element, held_in, join, plain
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module

_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "Iterator",
}
_NAMED = (ast.Name, ast.Attribute, ast.Subscript)
# A dict display with more values than these by the names of others is a record: what any of them may be
# says little of one, but takes long to find out.
_MOST_NAMED = 5


def of_display(values: Inference, module: Module, node: ast.expr) -> Value:
    match node:
        case ast.Dict(keys=keys, values=held):
            if sum(isinstance(one, _NAMED) for one in held) > _MOST_NAMED:
                named = join(values.seen(module, key) if key else UNKNOWN for key in keys)
                return plain("dict", named, UNKNOWN)
            pairs = [_pair(values, module, *pair) for pair in zip(keys, held, strict=True)]
            return plain("dict", join(key for key, _ in pairs), join(one for _, one in pairs))
        case ast.DictComp(key=key, value=held):
            return plain("dict", values.seen(module, key), values.seen(module, held))
        case ast.Tuple(elts=elements) if not spreads(elements):
            return plain("tuple", *(values.seen(module, e) for e in elements))
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return plain(_DISPLAYS[type(node)], join(_item(values, module, e) for e in elements))
        case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
            return plain(_DISPLAYS[type(node)], values.seen(module, item))
        case ast.JoinedStr():
            return plain("str")
    return UNKNOWN


def _pair(values: Inference, module: Module, key: ast.expr | None, held: ast.expr) -> tuple[Value, Value]:
    """The key and the value that an item of a dict display puts in: `key: value`, or `**others`."""
    value = values.seen(module, held)
    return (values.seen(module, key), value) if key else (element(value), held_in(value))


def _item(values: Inference, module: Module, node: ast.expr) -> Value:
    """What an item of a display puts in."""
    if isinstance(node, ast.Starred):
        return element(values.seen(module, node.value))
    return values.seen(module, node)
