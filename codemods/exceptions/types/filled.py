"""What is in a list, dict or set that a variable or attribute holds, by what is done with that."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.kinds import element, join, loosened, names_in, plain
from codemods.exceptions.types.notation import NONE, UNKNOWN, Value
from codemods.exceptions.types.readonly import READING_BUILTINS, only_reads
from codemods.exceptions.types.targets import Inference, Origin
from codemods.module import Module
from codemods.names import Binding, names_of
from codemods.project import Project

_FILLING = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
_READING = {
    *("get", "items", "keys", "values", "copy", "index", "count", "sort", "reverse", "pop", "remove"),
    *("clear", "discard", "popitem", "popleft", "isdisjoint", "issubset", "issuperset", "union"),
}
_TAKING = {"extend", "writelines"}  # methods that go through what they get
_NUMBERS = {"int", "float"}
_DISPLAYS = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Set, ast.SetComp)
_MAKING = ("builtins.dict", "builtins.list", "builtins.set")
_HARMLESS = READING_BUILTINS | {"iter"}


@dataclass(frozen=True, slots=True)
class _Store:
    """A value that is put in, or all that `is_spread` of it; in the place of a difference, `of_numbers`.

    An operator gives a value of the type of one of its two: a sum in any case, of numbers others, too.
    """

    value: ast.expr
    key: ast.expr | None = None
    is_spread: bool = False
    of_numbers: bool = False


def with_stores(values: Inference, module: Module, binding: Binding, value: Value) -> Value:
    """The value of a variable with what is put in later; ANY in it where that is unclear."""
    if not _may_be_filled(value):
        return value
    own = value - NONE
    if len(own) != 1 or (
        binding.scope is module.tree and not _is_private(values.project, module, binding.name)
    ):
        return loosened(value)
    stores: list[_Store] = []
    for use in names_of(module).uses(binding):
        if use is binding.node or not isinstance(use.ctx, ast.Load):
            continue
        put = _put(module, use)
        if put == [] or not _is_of(module, use, binding):
            continue
        if put is None:
            return loosened(value)
        stores += put
    added = _added(values, module, stores)
    return loosened(value) if added is None else _filled(value, added)


def in_attribute(values: Inference, origin: Origin, name: str) -> Value:
    """What an attribute is given at one place with what is put in later; ANY in it where that is unclear.

    That is clear where only one file speaks of the attribute, and hands what it holds to nobody else.
    """
    home, node = origin
    value = values.seen(home, node)
    is_own = _may_be_filled(value) and _is_made_for(home, node, name)
    if not is_own or not _is_private(values.project, home, name):
        return loosened(value)
    stores: list[_Store] = []
    for use in home.attributes.get(name, ()):
        if not isinstance(use.ctx, ast.Load):
            continue
        put = None if isinstance(home.parent(use), ast.Return) else _put(home, use)
        if put is None:
            return loosened(value)
        stores += put
    added = _added(values, home, stores)
    return (
        loosened(value) if added is None else _filled(value, [(key, loosened(held)) for key, held in added])
    )


def _may_be_filled(value: Value) -> bool:
    kinds = {kind.name for kind in value if kind.arguments and not kind.assumed}
    return bool(kinds & {"list", "dict", "set", "collections.defaultdict"})


def _is_made_for(module: Module, node: ast.expr, name: str) -> bool:
    """Whether a new list, dict or set is made, and only the attribute of some object gets it."""
    match module.parent(node):
        case ast.Assign(targets=[ast.Attribute(attr=attribute)]) if attribute == name:
            made = isinstance(node, ast.Call) and names_of(module).is_any(node.func, *_MAKING)
            return made or isinstance(node, _DISPLAYS)
    return False


def _filled(value: Value, added: list[tuple[Value, Value]]) -> Value:
    """The value of one type or None, with the keys and values that are put in."""
    if not added:
        return value
    (kind,) = value - NONE
    keys, held = zip(*added, strict=True)
    before = kind.arguments if any(kind.arguments) else ()
    if kind.name in ("dict", "collections.defaultdict"):
        return plain(kind.name, join([*before[:1], *keys]), join([*before[1:], *held])) | (value & NONE)
    return plain(kind.name, join([*before, *held])) | (value & NONE)


def _is_of(module: Module, use: ast.Name, binding: Binding) -> bool:
    """Whether a use may mean what this binding holds: not behind another one but `names += more`."""
    seen = [one.node for one in reaching(module, use)]
    return binding.node in seen or any(isinstance(module.parent(node), ast.AugAssign) for node in seen)


def _is_private(project: Project, module: Module, name: str) -> bool:
    """Whether no other file speaks of a variable at the top of this one, or an attribute."""
    return name.startswith("_") and project.paths_mentioning(name) == [module.path]


def _added(values: Inference, module: Module, stores: Iterable[_Store]) -> list[tuple[Value, Value]] | None:
    """The keys and values that are put in; None where a sum is stored that may be of any type."""
    added = []
    for store in stores:
        held = values.seen(module, store.value)
        if store.of_numbers and not names_in(held) <= _NUMBERS:
            return None
        key = values.seen(module, store.key) if store.key else UNKNOWN
        added.append((key, element(held) if store.is_spread else held))
    return added


def _put(module: Module, use: ast.Name | ast.Attribute) -> list[_Store] | None:
    """What a use of a list, dict or set puts in, by how it is written; None when it may do anything."""
    parent = module.parent(use)
    above = module.parent(parent) if parent else None
    match parent, above:
        case ast.Attribute(attr=name), ast.Call(args=args) if name in _FILLING and parent is above.func:
            place = _FILLING[name]
            return [_Store(args[place])] if len(args) > place else None
        case ast.Attribute(attr="extend"), ast.Call(args=[given]) if parent is above.func:
            return [_Store(given, is_spread=True)]
        case ast.Call(func=ast.Attribute(attr=name), args=args), _ if name in _TAKING and use in args:
            return []
        case ast.Attribute(attr=name), ast.Call() if name in _READING and parent is above.func:
            return []
        case ast.Subscript(ctx=ast.Store(), slice=ast.Slice()), ast.Assign(value=given):
            return [_Store(given, is_spread=True)] if parent in above.targets else None
        case ast.Subscript(ctx=ast.Store(), slice=key), ast.Assign(value=given) if parent in above.targets:
            return [_Store(given, key)]
        case ast.Subscript(ctx=ast.Store(), slice=ast.Slice()), _:
            return None
        case ast.Subscript(ctx=ast.Store(), slice=key), ast.AugAssign(op=operator, value=given):
            of_numbers = isinstance(operator, (ast.Sub, ast.Mult))
            stays = of_numbers or isinstance(operator, (ast.Add, ast.BitOr))
            return [_Store(given, key, of_numbers=of_numbers)] if stays else None
        case ast.Subscript(ctx=ast.Load() | ast.Del()), _ if parent.value is use:
            return []
        case ((ast.For() | ast.comprehension()), _) if parent.iter is use:
            return []
        case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_]), _:  # which give one of them back
            return None
        case ast.Call(func=ast.Name(id=name)), _ if name in _HARMLESS:
            return []
        case ((ast.Call() | ast.keyword()), _) if only_reads(module, parent):
            return []
        case ast.BoolOp(), _:
            return [] if _is_asked(module, parent) else None
        case ((ast.Compare() | ast.Return() | ast.FormattedValue() | ast.If()), _):
            return []
        case ((ast.UnaryOp() | ast.Starred() | ast.BinOp()), _):
            return []
    return None


def _is_asked(module: Module, node: ast.BoolOp) -> bool:
    """Whether it matters only if it is true: `if names and more`, unlike `others = names or []`."""
    match module.parent(node):
        case ast.BoolOp() as above:
            return _is_asked(module, above)
        case ast.If() | ast.While() | ast.Assert() | ast.comprehension() | ast.UnaryOp():
            return True
        case ast.IfExp(test=test):
            return test is node
    return False
