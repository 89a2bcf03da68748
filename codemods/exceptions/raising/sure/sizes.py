"""Whether numbers fit what gets them: huge ones do not, and some are plain to see as not huge."""

from __future__ import annotations

import ast

from codemods.exceptions.raising.sure.loops import is_natural
from codemods.exceptions.raising.sure.written import origins
from codemods.exceptions.raising.walk import Walk, kinds_of, type_names
from codemods.exceptions.types.flow.conditions import holds_any
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.flow.tested import is_tested
from codemods.exceptions.types.kinds import NUMBERS, names_in
from codemods.exceptions.types.values import values_of
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.project import Project

_COUNTING = {"builtins.len", "builtins.ord", "builtins.bool"}
_COUNTING |= {"os.get_terminal_size", "shutil.get_terminal_size"}
_PASSING = {"builtins.max", "builtins.int", "builtins.round", "builtins.abs"}
_TELLING = {"fileno", "tell", "count", "find", "rfind", "index", "rindex", "qsize", "bit_length"}
_OF_STAT = {"st_size", "st_uid", "st_gid"}
_GROWING = (ast.Pow, ast.LShift)
_MOST_STEPS = 6


def is_read(walk: Walk, node: ast.expr) -> bool:
    """Whether the number is what a text says, whatever that may be, and is compared to no other."""
    match node:
        case ast.Call(func=function, args=[text, *_]) if not isinstance(text, ast.Subscript):
            is_number = names_of(walk.module).is_any(function, "builtins.int", "builtins.float")
            return is_number and bool(type_names(walk, text) & {"str", "bytes"})
        case ast.Name():
            parents = [walk.module.parent(binding.node) for binding in reaching(walk.module, node)]
            made = [above.value for above in parents if isinstance(above, ast.Assign)]
            calls = [value for value in made if isinstance(value, ast.Call)]
            return any(is_read(walk, call) for call in calls) and not _is_compared(walk, node)
    return False


def becomes_float(walk: Walk, left: ast.expr, operator: ast.operator, right: ast.expr) -> bool:
    """Whether a whole number that a text says is made a float: it is divided, or stands beside a float."""
    if isinstance(operator, ast.Div):
        return is_read(walk, left)
    kinds = [kinds_of(walk, side) for side in (left, right)]
    if kinds not in ([{"int"}, {"float"}], [{"float"}, {"int"}]):
        return False
    return is_made_of_read(walk, left if kinds[0] == {"int"} else right)


def is_made_of_read(walk: Walk, node: ast.expr) -> bool:
    """As `is_read`, also of what such a number is a part of."""
    match node:
        case ast.BinOp(left=left, right=right):
            return is_made_of_read(walk, left) or is_made_of_read(walk, right)
    return is_read(walk, node)


def _is_compared(walk: Walk, name: ast.Name) -> bool:
    """Whether a test in the function looks at how large the number is."""
    function = walk.module.function(name)
    return any(
        isinstance(part, ast.Name) and part.id == name.id and walk.module.function(compare) is function
        for compare in walk.module.nodes(ast.Compare)
        for part in (compare.left, *compare.comparators)
    )


def is_moderate(walk: Walk, node: ast.expr, steps: int = _MOST_STEPS) -> bool:
    """Whether the number is written out, counts something that is there, or is made of such numbers."""
    match node:
        case ast.Constant():
            return True
        case ast.Attribute(attr=attribute) if attribute.isupper() or attribute in _OF_STAT:
            return True  # a constant of somebody who knew what it is for, and what the system tells
        case ast.Call(func=ast.Attribute(attr=method)) if method in _TELLING:
            return True
        case ast.UnaryOp(operand=inner):
            return is_moderate(walk, inner, steps)
        case ast.BinOp(op=operator, left=left, right=right) if not isinstance(operator, _GROWING):
            return is_moderate(walk, left, steps) and is_moderate(walk, right, steps)
        case ast.IfExp(body=one, orelse=other):
            return is_moderate(walk, one, steps) and is_moderate(walk, other, steps)
        case ast.Compare():
            return True
        case ast.Call(func=function, args=arguments):
            name = names_of(walk.module).qualified(function)
            if name == "builtins.min":
                return any(is_moderate(walk, a, steps) for a in arguments)
            passing = name in _PASSING and bool(arguments)
            plain = [a for a in arguments if type_names(walk, a) != {"str"}]
            passing = passing and len(plain) == len(arguments)
            return name in _COUNTING or (passing and all(is_moderate(walk, a, steps) for a in arguments))
        case ast.Attribute(value=inner, attr="columns" | "lines"):
            return is_moderate(walk, inner, steps)
        case ast.Name():
            return steps > 0 and _is_bound_so(walk, node, steps - 1)
    return False


def _is_bound_so(walk: Walk, name: ast.Name, steps: int) -> bool:
    """Whether all that a name may be bound to there is moderate."""
    bindings = reaching(walk.module, name)
    for binding in bindings:
        match walk.module.parent(binding.node):
            case ast.For(iter=ast.Call(func=ast.Name(id="range"))):
                continue  # nothing counts up to what is huge
            case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
                if not is_moderate(walk, value, steps):
                    return False
            case _:
                return False
    return bool(bindings)


def is_power(node: ast.expr) -> bool:
    """Whether a number is 0 only when it is too small for a float: `10 ** digits`."""
    match node:
        case ast.BinOp(left=ast.Constant(value=int() | float() as base), op=ast.Pow()):
            return base != 0
    return False


def is_nonzero(module: Module, node: ast.expr, project: Project, depth: int = 0) -> bool:
    """Whether a divisor cannot be zero: by its value, that of a constant, or the `if` around it."""
    if depth < _MOST_STEPS and isinstance(node, (ast.Name, ast.Attribute)):
        constants = origins(module, node, project)
        if constants and all(is_nonzero(home, value, project, depth + 1) for home, value in constants):
            return True
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=value)) if _keeps_size(value):
            return is_nonzero(module, left, project, depth)
        case ast.BinOp(left=ast.Constant(value=value), op=ast.Mult(), right=right) if _keeps_size(value):
            return is_nonzero(module, right, project, depth)
        case ast.BinOp(
            left=ast.Constant(value=one),
            op=ast.Mult() | ast.Div() | ast.Pow() as operator,
            right=ast.Constant(value=other),
        ):
            return _is_product(one, operator, other)
        case ast.BinOp(left=ast.Constant(value=int() | float() as base), op=ast.Pow(), right=power):
            return abs(base) >= 1 and is_natural(module, power)
        case ast.BinOp(left=count, op=ast.Add(), right=ast.Constant(value=int() | float() as more)):
            return more > 0 and is_natural(module, count)
        case ast.BinOp(left=ast.Constant(value=int() | float() as more), op=ast.Add(), right=count):
            return more > 0 and is_natural(module, count)
        case ast.BinOp(left=ast.Constant(value=int() as value), op=ast.LShift()):
            return bool(value)
        case ast.Call(func=ast.Name(id="float"), args=[number]):
            return not _may_be_text(module, number, project) and is_nonzero(module, number, project, depth)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return is_nonzero(module, last, project, depth)
        case ast.Call(func=ast.Name("timedelta") | ast.Attribute(attr="timedelta"), keywords=[_] as given):
            return not node.args and all(_keeps_size(getattr(k.value, "value", 0)) for k in given)
        case ast.Call(func=ast.Name(id="max"), args=[_, _] as given, keywords=[]):
            return any(
                isinstance(a, ast.Constant) and isinstance(a.value, (int, float)) and a.value > 0
                for a in given
            )
    if not is_tested(module, node):
        return False
    text = spelled(node)
    tests = (text, f"{text} > 0", f"{text} != 0", f"0 < {text}", f"{text} >= 1")
    return holds_any(module, node, tests)


def _is_product(one: object, operator: ast.operator, other: object) -> bool:
    """Whether two numbers give one that is not zero, which the product of two small floats may be."""
    if not (isinstance(one, (int, float)) and isinstance(other, (int, float)) and one and other):
        return False
    if isinstance(operator, (ast.Mult, ast.Div)):
        try:
            return bool(one * other if isinstance(operator, ast.Mult) else one / other)
        except OverflowError:  # of whole numbers that are too large for a float
            return False
    return isinstance(operator, ast.Pow) and isinstance(one, int) and isinstance(other, int)


def _may_be_text(module: Module, number: ast.expr, project: Project) -> bool:
    """Whether it may be a text, which is true however small the number is that it says."""
    return bool(names_in(values_of(project).seen(module, number), in_part=True) - NUMBERS)


def _keeps_size(value: object) -> bool:
    """Whether a product with it is no nearer to zero than the other factor: floats become zero when small."""
    return isinstance(value, (int, float)) and abs(value) >= 1


def is_byte(value: ast.expr) -> bool:
    """Whether the value is sure to be from 0 to 255: `value & 0xFF`, `value % 256`."""
    match value:
        case ast.Constant(value=int(written)):
            return 0 <= written < 256
        case ast.BinOp(op=ast.BitAnd(), right=ast.Constant(value=int(most))):
            return 0 <= most < 256
        case ast.BinOp(op=ast.Mod(), right=ast.Constant(value=int(most))):
            return 0 < most <= 256
    return False
