"""Whether a number is plain to see as no huge one: `"-" * 80`, `" " * (width - len(text))`."""

from __future__ import annotations

import ast

from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.kinds import names_in
from codemods.exceptions.types.reaching import reaching
from codemods.names import names_of

_COUNTING = {"builtins.len", "builtins.ord", "builtins.bool"}
_COUNTING |= {"os.get_terminal_size", "shutil.get_terminal_size"}
_PASSING = {"builtins.max", "builtins.int", "builtins.round", "builtins.abs"}
_GROWING = (ast.Pow, ast.LShift)
_MOST_STEPS = 6


def is_moderate(walk: Walk, node: ast.expr, steps: int = _MOST_STEPS) -> bool:
    """Whether the number is written out, counts something that is there, or is made of such numbers."""
    match node:
        case ast.Constant():
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
            plain = [a for a in arguments if names_in(walk.values.of(walk.module, a)) != {"str"}]
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
