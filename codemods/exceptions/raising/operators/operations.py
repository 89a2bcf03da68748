"""What operators can raise, by the types of their operands."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.dispatch import result_checked, run, runs_own
from codemods.exceptions.raising.operators.percent import percent
from codemods.exceptions.raising.operators.special import TRUTH, may_decline, measured
from codemods.exceptions.raising.sure.presence import is_filled
from codemods.exceptions.raising.sure.sizes import becomes_float, is_moderate, is_nonzero, is_power
from codemods.exceptions.raising.sure.time_zones import go_together
from codemods.exceptions.raising.walk import Walk, each_type, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.kinds import DECIMALS, EXPRESSIONS, LOOSE, NUMBERS, SEQUENCES
from codemods.exceptions.types.library.dates import of_dates
from codemods.exceptions.types.operators import FRACTIONS, OPERATORS, fit, is_for_others, told_operator
from codemods.nodes import spelled

_MOMENTS, _DURATIONS = {"datetime.datetime"}, {"datetime.timedelta"}
_UNARY = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}


def binary(walk: Walk, left: ast.expr, operator: ast.operator, right: ast.expr) -> None:
    """`left operator right`."""
    one, other = kinds_of(walk, left), kinds_of(walk, right)
    label = f"`{spelled(left)}` and `{spelled(right)}`"
    if _own_operator(walk, left, operator, right) or makes_expression(one, other):
        return
    if isinstance(operator, ast.Mod) and one - {"None"} in ({"str"}, {"bytes"}):
        percent(walk, left, right)
        if "None" in one:
            walk.found.add("TypeError", f"an operator on {label}: one may be of another type")
        return
    if isinstance(operator, ast.Div) and one and all(n.startswith("pathlib.") for n in one):
        if not other or other & LOOSE:
            walk.found.add("TypeError", f"a path and {label}", CERTAIN if other else RARE)
        return
    divides = isinstance(operator, (ast.Div, ast.FloorDiv, ast.Mod))
    numbers = NUMBERS | _DURATIONS | {"data"}
    told = told_operator(one | other, operator) if one and other else None
    if divides and not told and (one | other) & numbers and not _never_zero(walk, right):
        walk.found.add("ZeroDivisionError", f"a division: {label}", RARE if is_power(right) else CERTAIN)
    if isinstance(operator, ast.Pow) and not (
        isinstance(left, ast.Constant) and isinstance(right, ast.Constant)
    ):
        walk.found.add("OverflowError", f"`**` on {label}", RARE)
        if not (isinstance(right, ast.Constant) or is_nonzero(walk.module, left, walk.project)):
            walk.found.add("ZeroDivisionError", f"`**` on {label}", RARE)
    if not one or not other:
        walk.found.guess(f"an operator on {label}, whose types are unknown", "TypeError")
    elif (one | other) & LOOSE:
        walk.found.add("TypeError", f"an operator on {label}: one may be of another type")
        if "data" in one | other and isinstance(operator, (ast.Div, ast.Mult)):
            walk.found.add("OverflowError", f"{label}: a number may be too large", RARE)
        number = {"int"} if "data" in one | other else set()
        rest = ((one - LOOSE) or number, (other - LOOSE) or number)
        if all(rest) and _goes_well(rest[0], operator, rest[1]):
            _by_types(walk, left, operator, right, rest)
    else:
        _by_types(walk, left, operator, right, (one, other))


def _never_zero(walk: Walk, divisor: ast.expr) -> bool:
    return is_nonzero(walk.module, divisor, walk.project) or is_filled(walk, divisor)


def _goes_well(one: set[str], operator: ast.operator, other: set[str]) -> bool:
    """Whether an operator is known to work on values of these types, whatever else it raises."""
    return bool(
        told_operator(one | other, operator) or of_dates(one, operator, other) or fit(one, operator, other)
    )


def _by_types(
    walk: Walk, left: ast.expr, operator: ast.operator, right: ast.expr, kinds: tuple[set[str], set[str]]
) -> None:
    """Note what an operator raises on values of known types that are neither None nor data."""
    one, other = kinds
    label = f"`{spelled(left)}` and `{spelled(right)}`"
    if told := told_operator(one | other, operator):
        add_told(walk, told, label)
    elif date := of_dates(one, operator, other):
        if one | other != _MOMENTS or not go_together(walk, left, right):
            _date(walk, (one, operator, other), date, label)
    elif one | other <= NUMBERS and is_for_others(operator, one | other):
        walk.found.add("TypeError", f"an operator on {label}: one may be no whole number")
    elif not fit(one, operator, other):
        walk.found.guess(f"an operator on {label}: {', '.join(sorted(one | other))}", "TypeError")
    elif isinstance(operator, ast.Mult) and (one | other) & SEQUENCES:
        if FRACTIONS & (one | other):
            walk.found.add("TypeError", f"{label}: repeats by a number that is not whole")
        elif not is_moderate(walk, right if one & SEQUENCES else left):
            walk.found.add("OverflowError", f"{label}: the number may be too large", RARE)
    elif isinstance(operator, (ast.LShift, ast.RShift)) and not isinstance(right, ast.Constant):
        walk.found.add("ValueError", f"a shift: {label}", RARE)
        if isinstance(operator, ast.LShift) and not is_moderate(walk, right):
            walk.found.add("OverflowError", f"a shift: {label}", RARE)
    elif becomes_float(walk, left, operator, right):
        walk.found.add("OverflowError", f"{label}: the number may be too large for a float", RARE)


def add_told(walk: Walk, told: Fact, label: str) -> None:
    """Note what an operator raises that the tables tell of."""
    for name in told.raises:
        walk.found.add(name, f"{label}: {told.source}")
    for name in told.content:
        walk.found.add(name, f"{label}: {told.source}", RARE)


def decimal_compared(walk: Walk, label: str) -> None:
    """Note what ordering a decimal raises."""
    add_told(walk, tables().facts["decimal.Decimal.__lt__"], label)


def _date(walk: Walk, operation: tuple[set[str], ast.operator, set[str]], made: str, label: str) -> None:
    """Note what an operator on dates and durations raises: for one out of range, or without a time zone."""
    one, operator, other = operation
    if one | other == _MOMENTS:
        add_told(walk, tables().facts["datetime.datetime.__sub__"], label)
    elif made not in NUMBERS and not isinstance(operator, ast.Mod) and (one != other or one == _DURATIONS):
        walk.found.add("OverflowError", f"{label}: it may be out of range", RARE)
    if "float" in one | other:
        walk.found.add("ValueError", f"{label}: the number may be NaN", RARE)


def makes_expression(one: set[str], other: set[str]) -> bool:
    return any(kinds and kinds <= EXPRESSIONS for kinds in (one, other))


def _own_operator(walk: Walk, left: ast.expr, operator: ast.operator, right: ast.expr) -> bool:
    """Whether classes of the project define the operator; what that raises is noted."""
    method = OPERATORS[type(operator)]
    defined = False
    for node, names in ((left, (f"__i{method}__", f"__{method}__")), (right, (f"__r{method}__",))):
        for kind in each_type(walk, node):
            defined = runs_own(walk, node, kind, names, "an operator on") or defined
            if may_decline(walk, kind, names) and not are_alike(walk, left, right):
                walk.found.add("TypeError", f"an operator on `{spelled(node)}`, which may decline")
    return defined


def are_alike(walk: Walk, left: ast.expr, right: ast.expr) -> bool:
    """Whether both are of one and the same class of the project."""
    kinds = walk.values.of(walk.module, left) | walk.values.of(walk.module, right)
    return len({kind.definition for kind in kinds}) == 1


def unary(walk: Walk, node: ast.UnaryOp) -> None:
    if isinstance(node.op, ast.Not):
        truth(walk, node.operand)
        return
    own = {
        kind.name
        for kind in each_type(walk, node.operand)
        if runs_own(walk, node.operand, kind, [_UNARY[type(node.op)]], "an operator on")
    }
    kinds = kinds_of(walk, node.operand)
    if own and kinds == own:
        return
    label = f"`{spelled(node)}`"
    if kinds == _DURATIONS and not isinstance(node.op, ast.Invert):
        walk.found.add("OverflowError", f"{label}: it may be out of range", RARE)
        return
    if not kinds:
        walk.found.guess(f"an operator on {label}, whose type is unknown", "TypeError")
    if kinds & DECIMALS:
        walk.found.add("decimal.InvalidOperation", f"{label}: it may be a NaN that signals", RARE)
    if isinstance(node.op, ast.Invert) and kinds & FRACTIONS:
        walk.found.add("TypeError", f"{label}: it may be no whole number")
    elif not kinds <= NUMBERS | DECIMALS | EXPRESSIONS:
        walk.found.add("TypeError", f"{label}: it may be no number")


def truth(walk: Walk, test: ast.expr) -> None:
    """Note what asking whether a value is true raises, where its class defines how."""
    if kinds_of(walk, test) & EXPRESSIONS:
        walk.found.add("TypeError", f"`{spelled(test)}` is an expression, which is neither true nor false")
    for kind in each_type(walk, test):
        for name in TRUTH if kind.definition else ():
            assert kind.definition
            definitions = walk.values.member(kind.definition, name).definitions
            run(walk, definitions)
            if name == "__bool__":
                result_checked(walk, name, definitions)
        if kind.definition and not walk.values.member(kind.definition, "__bool__").definitions:
            measured(walk, test, kind)
