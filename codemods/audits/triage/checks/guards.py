"""Is an operation guarded that the report says can fail: a division by zero, a None?"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Iterator
from functools import partial

from codemods.audits.triage.case import Case, Sight, excerpt, spot
from codemods.module import FUNCTIONS, LEAVING, Module
from codemods.nodes import spelled, walk

_DIVISION = re.compile(
    r"\bdivi(?:sion|de[sd]?|ding)\b[^.]{0,40}\bzero\b|\bZeroDivisionError\b", re.IGNORECASE
)
_NONE = re.compile(
    r"`(?P<a>[\w.]+)`[^.]{0,40}\b(?:may|might|can|could)\s+be\s+`?None\b"
    r"|\b(?:no|missing|without)\s+(?:a\s+)?(?:None|null)[- ]check\b[^.]{0,30}`(?P<b>[\w.]+)`"
    r"|`(?P<c>[\w.]+)`[^.]{0,40}\bnot checked (?:for|against)\s+`?None\b",
    re.IGNORECASE,
)


def look(case: Case) -> Iterator[Sight]:
    headline = "\n".join(case.prose.headline)
    if _DIVISION.search(headline):
        yield from _divisions(case)
    if found := _NONE.search(headline):
        yield from _uses_of(case, next(filter(None, found.groups())))


def _divisions(case: Case) -> Iterator[Sight]:
    """It refutes when every division at the places has a divisor that was looked at."""
    seen = [
        (module, node, _guard(node, node.right, module, number=True))
        for module in case.modules
        for node in case.at_lines(module, ast.BinOp)
        if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)) and not _is_text(node)
    ]
    if seen and all(guard for _, _, guard in seen):
        for module, node, guard in seen:
            yield Sight(f"{excerpt(module, node)} at {spot(module, node)} is guarded: {guard}", True)
    else:
        yield from (
            Sight(f"{excerpt(module, node)} at {spot(module, node)} is not guarded", False)
            for module, node, guard in seen
            if not guard
        )


def _uses_of(case: Case, name: str) -> Iterator[Sight]:
    """It refutes when every attribute and item of the name at the places is taken after a look at it."""
    uses: list[tuple[Module, ast.Attribute | ast.Subscript]] = []
    for module in case.modules:
        uses += [(module, node) for node in case.at_lines(module, ast.Attribute)]
        uses += [(module, node) for node in case.at_lines(module, ast.Subscript)]
    seen = [
        (module, node, _guard(node, node.value, module, number=False))
        for module, node in uses
        if isinstance(node.value, (ast.Name, ast.Attribute)) and spelled(node.value) == name
    ]
    if seen and all(guard for _, _, guard in seen):
        for module, node, guard in seen[:2]:
            yield Sight(f"{name} is looked at before {spot(module, node)}: {guard}", True)


def _is_text(node: ast.BinOp) -> bool:
    """Whether `%` formats a text, and `/` joins a path."""
    left = node.left
    text = isinstance(left, ast.JoinedStr) or (isinstance(left, ast.Constant) and isinstance(left.value, str))
    right = isinstance(node.right, (ast.JoinedStr, ast.Constant)) and not _is_number(node.right)
    return text or right


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _guard(node: ast.expr, operand: ast.expr, module: Module, *, number: bool) -> str | None:
    """Where the operand was looked at before the node is evaluated; None when it was not."""
    if _is_number(operand):
        return "a constant" if isinstance(operand, ast.Constant) and operand.value else None
    if isinstance(operand, ast.BoolOp) and isinstance(operand.op, ast.Or) and _is_number(operand.values[-1]):
        return excerpt(module, operand)
    if isinstance(operand, ast.Call) and isinstance(operand.func, ast.Name) and operand.func.id == "max":
        return excerpt(module, operand) if any(_is_number(a) for a in operand.args) else None
    if not isinstance(operand, (ast.Name, ast.Attribute, ast.Call)):
        return None
    wanted = spelled(operand)
    inner: ast.AST = node
    for above in module.ancestors(node):
        if isinstance(above, (*FUNCTIONS, ast.Module, ast.ClassDef, ast.Lambda)):
            break
        if isinstance(above, (ast.IfExp, ast.If, ast.While)) and inner is not above.test:
            in_body = inner is above.body if isinstance(above, ast.IfExp) else inner in above.body
            if in_body and _holds(above.test, wanted, number=number):
                return f"{excerpt(module, above.test)}"
        if isinstance(above, ast.BoolOp) and isinstance(above.op, ast.And):
            before = itertools.takewhile(partial(operator.is_not, inner), above.values)
            if any(_holds(value, wanted, number=number) for value in before):
                return f"{excerpt(module, above)}"
        inner = above
    return _left_before(node, wanted, module, number=number)


def _left_before(node: ast.expr, wanted: str, module: Module, *, number: bool) -> str | None:
    """An `if` on the operand before the node, in its block or one around it, that leaves."""
    statement: ast.AST = module.statement(node)
    while isinstance(statement, ast.stmt) and not isinstance(statement, FUNCTIONS):
        block, at = module.siblings(statement)
        for earlier in reversed(block[:at]):
            leaves = isinstance(earlier, ast.If) and isinstance(earlier.body[-1], LEAVING)
            if leaves and isinstance(earlier, ast.If) and _denies(earlier.test, wanted, number=number):
                return f"`if {ast.unparse(earlier.test)}:` at line {earlier.lineno}"
            stored = (
                n.id for n in walk([earlier]) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )
            if wanted in stored:
                return None  # it got another value since
        above = module.parent(statement)
        statement = above if isinstance(above, (ast.stmt, ast.excepthandler)) else module.tree
        if isinstance(statement, ast.excepthandler):
            statement = module.statement(module.parent(statement) or statement)
    return None


def _holds(test: ast.expr, wanted: str, *, number: bool) -> bool:
    """Whether a condition, when true, says that the operand is not None (and, as a number, not zero)."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_holds(value, wanted, number=number) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _denies(operand, wanted, number=number)
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=value)]) if (
            spelled(left) == wanted
        ):
            return _excludes_zero(op, value) if number else isinstance(op, ast.IsNot) and value is None
        case ast.Compare(left=ast.Constant(value=0), ops=[ast.Lt()], comparators=[right]):
            return spelled(right) == wanted
        case ast.Call(func=ast.Name(id="isinstance"), args=[first, _]):
            return not number and spelled(first) == wanted
    return spelled(test) == wanted


def _denies(test: ast.expr, wanted: str, *, number: bool) -> bool:
    """Whether a condition is true for every operand that is None (or, as a number, zero)."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_denies(value, wanted, number=number) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return spelled(operand) == wanted
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=value)]) if (
            spelled(left) == wanted
        ):
            if not number:
                return isinstance(op, (ast.Is, ast.Eq)) and value is None
            at_most = isinstance(op, (ast.Eq, ast.LtE)) and value == 0
            return at_most or (isinstance(op, ast.Lt) and isinstance(value, (int, float)) and value > 0)
    return False


def _excludes_zero(op: ast.cmpop, value: object) -> bool:
    if not isinstance(value, (int, float)):
        return False
    above = (isinstance(op, ast.Gt) and value >= 0) or (isinstance(op, ast.GtE) and value > 0)
    return above or (isinstance(op, ast.NotEq) and value == 0)
