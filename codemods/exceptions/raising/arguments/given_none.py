"""What comes of None for an argument whose annotation knows of none: of each use of it in the function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.raising.arguments.fitting import takes_no_none
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types import notation
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.signatures import call_of, default_of, written
from codemods.exceptions.types.kinds import LOOSE, NUMBERS, SEQUENCES, names_in
from codemods.module import FUNCTIONS, Module
from codemods.nodes import is_none
from codemods.nodes import walk as walk_nodes
from codemods.project import Definition

_DEEPEST = 3  # functions that hand it on to each other
_TAKING_NO_NONE = frozenset(  # for which typeshed has protocols, that tell no types
    f"builtins.{name}"
    for name in ("len", "int", "float", "sum", "sorted", "list", "tuple", "set", "dict", "enumerate", "range")
) | {"str.join"}
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def brought_by_none(walk: Walk, argument: ast.arg, function: Definition, depth: int = _DEEPEST) -> set[str]:
    """What None raises there; nothing where its annotation or default knows of None, or the function asks."""
    if not depth or not _is_excluded(walk, argument, function):
        return set()
    uses = _uses(argument, function)
    if any(_is_asked(function.module, use) for use in uses):
        return set()
    return {kind for use in uses for kind in _of_use(walk, function.module, use, depth)}


def _uses(argument: ast.arg, function: Definition) -> list[ast.Name]:
    """Where an argument is read, also to change it; not what it is bound to later: `path = Path(path)`."""
    module = function.module
    names = (node for node in walk_nodes([function.node]) if isinstance(node, ast.Name))
    return [
        name
        for name in names
        if name.id == argument.arg
        and (isinstance(name.ctx, ast.Load) or isinstance(module.parent(name), ast.AugAssign))
        and any(binding.node is argument for binding in reaching(module, name))
    ]


def _is_excluded(walk: Walk, argument: ast.arg, function: Definition) -> bool:
    if argument.annotation is None:
        return False
    assert isinstance(function.node, FUNCTIONS)
    default = default_of(function.node.args, argument)
    told = names_in(notation.of(walk.project, function.module, argument.annotation))
    return bool(told) and told.isdisjoint(LOOSE) and not (default and is_none(default))


def _is_asked(module: Module, use: ast.Name) -> bool:
    """Whether it is tested in a way that None does not pass: `if not path`, `path is None`, `path or "."`."""
    match module.parent(use):
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
            return left is use
        case ast.Compare(left=left, comparators=others):
            return any(map(is_none, (left, *others)))
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Match():
            return True
        case ast.If() | ast.IfExp() | ast.While() | ast.Assert() as choice:
            return choice.test is use
        case ast.comprehension(ifs=tests):
            return use in tests
        case ast.Call(func=ast.Name(id="isinstance" | "type" | "bool" | "callable")):
            return True
    return False


def _of_use(walk: Walk, module: Module, use: ast.Name, depth: int) -> Iterator[str]:
    """None has no attributes, nothing is in it, and it is no operand."""
    match parent := module.parent(use):
        case ast.Attribute():
            yield "AttributeError"
        case (
            ast.BinOp(op=ast.Mod(), left=left, right=right)
            | ast.AugAssign(op=ast.Mod(), target=left, value=right)
        ) if right is use:  # `"%s" % name`
            if names_in(walk.values.of(module, left)) & NUMBERS:
                yield "TypeError"
        case ast.Subscript(value=whole):
            if whole is use or names_in(walk.values.of(module, whole)) & SEQUENCES:
                yield "TypeError"
        case ast.FormattedValue(format_spec=spec):
            if spec is not None:
                yield "TypeError"
        case ast.Compare(ops=operators, comparators=others):
            is_holder = use in others and any(isinstance(one, (ast.In, ast.NotIn)) for one in operators)
            if is_holder or any(isinstance(one, _ORDERS) for one in operators):
                yield "TypeError"
        case ast.Assign(targets=[ast.Tuple() | ast.List(), *_]):
            yield "TypeError"
        case ast.BinOp() | ast.UnaryOp() | ast.AugAssign() | ast.For() | ast.comprehension():
            yield "TypeError"
        case ast.Starred() | ast.YieldFrom() | ast.keyword(arg=None):
            yield "TypeError"
        case ast.withitem():  # a TypeError only since Python 3.11
            yield from ("AttributeError", "TypeError")
        case ast.Call():
            yield from _handed_on(walk, module, parent, use, depth)
        case ast.keyword():
            if isinstance(call := module.parent(parent), ast.Call):
                yield from _handed_on(walk, module, call, use, depth)


def _handed_on(walk: Walk, module: Module, call: ast.Call, use: ast.Name, depth: int) -> Iterator[str]:
    """What None raises in what gets it next."""
    target = walk.values.target(module, call.func)
    for fact in target.facts:
        is_placed = fact.name in _TAKING_NO_NONE and use in call.args
        if is_placed or takes_no_none(walk, call, fact, use):
            yield "TypeError"
    for function in target.definitions:
        if isinstance(function.node, FUNCTIONS):
            for argument, value in written(call_of(walk.project, module, call, function), function):
                if value is use:
                    yield from brought_by_none(walk, argument, function, depth - 1)
