"""What operators give, by the types of their operands."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.tables import tables
from codemods.exceptions.types import notation
from codemods.exceptions.types.kinds import (
    BYTES,
    DECIMALS,
    NUMBERS,
    SEQUENCES,
    SETS,
    is_expression,
    join,
    names_in,
    plain,
    resized,
)
from codemods.exceptions.types.library.dates import DATED, of_dates
from codemods.exceptions.types.notation import DATA, NONE, NOTHING, UNKNOWN, Value, known

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or",
    ast.BitAnd: "and",
    ast.BitXor: "xor",
    ast.MatMult: "matmul",
}

FRACTIONS = frozenset({"float", "complex"})
_TEXT, _BYTES = plain("str"), plain("bytes")
_OF_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)


def told_operator(names: set[str], operator: ast.operator) -> Fact | None:
    """What the tables say of an operator on decimals, or on a decimal and a whole number."""
    if not names & DECIMALS or not names <= DECIMALS | {"int", "bool"}:
        return None
    return tables().facts.get(f"decimal.Decimal.__{OPERATORS[type(operator)]}__")


def is_for_others(operator: ast.operator, kinds: set[str]) -> bool:
    """Whether an operator is none for numbers of these types: bits of a float, the product of matrices."""
    if isinstance(operator, (ast.FloorDiv, ast.Mod)) and "complex" in kinds:
        return True
    return isinstance(operator, ast.MatMult) or (isinstance(operator, _OF_BITS) and bool(kinds & FRACTIONS))


def fit(one: set[str], operator: ast.operator, other: set[str]) -> bool:
    """Whether the operator is sure to work on these types."""
    if one <= NUMBERS and other <= NUMBERS:
        return True
    if isinstance(operator, ast.Add) and one <= BYTES and other <= BYTES:
        return True
    if one <= SETS and other <= SETS:
        return isinstance(operator, (ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub))
    if one == other and len(one) == 1:
        (name,) = one
        added = isinstance(operator, ast.Add) and name in SEQUENCES
        merged = name == "dict" and isinstance(operator, ast.BitOr)
        flags = isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Add, ast.Sub))
        return added or merged or (flags and name == "re.RegexFlag")
    return isinstance(operator, ast.Mult) and (
        (one <= SEQUENCES and other <= NUMBERS) or (other <= SEQUENCES and one <= NUMBERS)
    )


def fills_text(left: Value, operator: ast.operator) -> bool:
    """Whether it puts something into a text, which gives a text."""
    return isinstance(operator, ast.Mod) and left in (_TEXT, _BYTES)


def of_operation(left: Value, operator: ast.operator, right: Value) -> Value:
    if fills_text(left, operator):
        return left
    if NOTHING in (left, right):
        return NOTHING
    names = {kind.name for kind in left | right}
    if left and right and (told := told_operator(names, operator)):
        return notation.parse(told.returns)
    if is_expression(left) or is_expression(right):
        return plain("sqlalchemy.ColumnElement")
    if isinstance(operator, ast.Div) and any(kind.name.startswith("pathlib.") for kind in left):
        return left - NONE
    if left and right and names & DATED:
        made = of_dates({kind.name for kind in left}, operator, {kind.name for kind in right})
        return plain(made) if made else UNKNOWN
    if (
        left
        and right
        and "data" in names
        and names <= {"int", "float", "bool", "str", "list", "None", "data"}
    ):
        return DATA
    if left and right and names <= {"int", "float", "bool"}:
        real = isinstance(operator, ast.Div) or "float" in names
        return plain("float" if real else "int")
    if isinstance(operator, ast.Add) and left and left == right:
        return frozenset(map(resized, left))
    if isinstance(operator, ast.Add) and names == {"str"}:
        return left | right  # what is assumed of either
    if isinstance(operator, ast.Add) and names and names <= BYTES:
        return left if len(names) > 1 else left | right
    if names == {"re.RegexFlag"} and isinstance(operator, (ast.BitOr, ast.BitAnd)):
        return left
    if combined := _combined(left, operator, right):
        return combined
    if isinstance(operator, ast.Mult) and left and right:
        for one, other in ((left, right), (right, left)):
            if names_in(one) <= SEQUENCES and names_in(other) <= {"int", "bool"} and known(one):
                return frozenset(map(resized, one))
    return UNKNOWN


def _combined(left: Value, operator: ast.operator, right: Value) -> Value:
    """What `list + list`, `set | set`, `set - set` and `dict | dict` give."""
    kinds, others = {kind.name for kind in left}, {kind.name for kind in right}
    if len(kinds) != 1 or len(others) != 1:
        return UNKNOWN
    (name,) = kinds
    adding = name == "list" and isinstance(operator, ast.Add)
    joining = name in ("set", "frozenset", "dict") and isinstance(operator, (ast.BitOr, ast.BitXor))
    sets = {"set", "frozenset"}  # what joining two of them gives is of the type of the first
    if (kinds == others or kinds | others <= sets) and (adding or joining):
        held = [kind.arguments for kind in left | right]
        return (
            plain(name, *map(join, zip(*held, strict=False))) if len({*map(len, held)}) == 1 else plain(name)
        )
    kept = name in ("set", "frozenset") and isinstance(operator, (ast.Sub, ast.BitAnd))
    return left if kept and others <= {"set", "frozenset"} else UNKNOWN
