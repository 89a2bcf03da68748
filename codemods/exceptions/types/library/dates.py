"""What operators on dates and durations give: library reference, datetime, Supported operations."""

from __future__ import annotations

import ast

_DELTA = "datetime.timedelta"
_MOMENT, _DAY = "datetime.datetime", "datetime.date"
DATED = {_DELTA, _MOMENT, _DAY}
_WHOLE = ("int", "bool")
_RESULTS: dict[tuple[type[ast.operator], str, str], str] = {
    **{(ast.Add, one, _DELTA): one for one in (_MOMENT, _DAY, _DELTA)},
    **{(ast.Add, _DELTA, one): one for one in (_MOMENT, _DAY)},
    **{(ast.Sub, one, _DELTA): one for one in (_MOMENT, _DAY, _DELTA)},
    **{(ast.Sub, one, one): _DELTA for one in (_MOMENT, _DAY)},
    **{(ast.Mult, _DELTA, number): _DELTA for number in (*_WHOLE, "float")},
    **{(ast.Mult, number, _DELTA): _DELTA for number in (*_WHOLE, "float")},
    **{(ast.Div, _DELTA, number): _DELTA for number in (*_WHOLE, "float")},
    **{(ast.FloorDiv, _DELTA, number): _DELTA for number in _WHOLE},
    (ast.Div, _DELTA, _DELTA): "float",
    (ast.FloorDiv, _DELTA, _DELTA): "int",
    (ast.Mod, _DELTA, _DELTA): _DELTA,
}


def of_dates(one: set[str], operator: ast.operator, other: set[str]) -> str | None:
    """The type that an operator gives whatever its operands are of these types; None where it may not fit."""
    results = {_RESULTS.get((type(operator), left, right)) for left in one for right in other}
    return results.pop() if len(results) == 1 else None
