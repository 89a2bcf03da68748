"""What is written out: the values that an expression may have, where all of them can be seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from itertools import product
from math import prod

from codemods.exceptions.outline import outline_of
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.other_files import variable
from codemods.exceptions.types.targets import Origin
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more
from codemods.project import Project

MOST_STEPS = 4  # from a name to what it is bound to
_MOST_TOGETHER = 16  # texts that parts make with each other
_PLAIN_PLACES = re.compile(r"(?:[^%]|%[sd%])*")  # no widths: nobody needs a text of a gigabyte


def values_written(
    module: Module, node: ast.expr, project: Project | None, depth: int = 0
) -> list[object] | None:
    """The values an expression may have; None when not all of them are written out.

    Without a project nothing counts that other files do.
    """
    parts: list[ast.expr] | None
    make: Callable[..., str | bytes | None] | None = None
    match node:
        case ast.Constant(value=value):
            return [value]
        case ast.IfExp(body=one, orelse=other):
            parts = [one, other]
        case ast.BoolOp(values=parts):
            pass
        case ast.Name():
            parts, depth = bound_to(module, node, project), depth + 1
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts, make = [left, right], _joined
        case ast.BinOp(left=text, op=ast.Mod(), right=given):
            parts, make = [text, *one_or_more(given)], _filled
        case ast.JoinedStr(values=pieces):
            plain = [_in_text(piece) for piece in pieces]
            texts = [one for one in plain if one is not None]
            parts, make = texts if len(texts) == len(plain) else None, _joined
        case _:
            return None
    if parts is None or depth > MOST_STEPS:
        return None
    found = [values_written(module, part, project, depth) for part in parts]
    known = [values for values in found if values]
    if len(known) < len(parts):
        return None
    return _put_together(known, make) if make else [value for values in known for value in values]


def is_written(walk: Walk, node: ast.expr) -> bool:
    return values_written(walk.module, node, walk.project) is not None


def _in_text(piece: ast.expr) -> ast.expr | None:
    """What an f-string puts in as it is; None where it says how: `{name!r}`, `{name:>8}`."""
    match piece:
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return value
    return None if isinstance(piece, ast.FormattedValue) else piece


def _put_together(parts: list[list[object]], make: Callable[..., str | bytes | None]) -> list[object] | None:
    """The texts, or bytes, that are made of parts, each of which may be one of several."""
    if prod(map(len, parts)) > _MOST_TOGETHER:
        return None
    found = [make(*values) for values in product(*parts)]
    return None if None in found else [*found]


def _joined(*parts: object) -> str | bytes | None:
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return "".join(texts)
    all_bytes = [part for part in parts if isinstance(part, bytes)]
    return b"".join(all_bytes) if len(all_bytes) == len(parts) else None


def _filled(text: object, *values: object) -> str | None:
    if not isinstance(text, str) or not _PLAIN_PLACES.fullmatch(text):
        return None
    try:
        return text % values
    except (TypeError, ValueError):
        return None


def bound_to(module: Module, name: ast.Name, project: Project | None) -> list[ast.expr] | None:
    """The expressions whose values the name may have; None when it gets others as well."""
    found: list[ast.expr] = []
    for binding in reaching(module, name):
        if project and binding.scope is module.tree and outline_of(project).set_by_others(module, name.id):
            return None
        parent = module.parent(binding.node)
        match parent:
            case ast.Assign(targets=targets, value=value) if binding.node in targets:
                found.append(value)
            case ast.AnnAssign(value=ast.expr() as value):
                found.append(value)
            case ast.For(target=target, iter=each) | ast.comprehension(target=target, iter=each):
                members = _members(module, each, project) if target is binding.node else None
                if members is None:
                    return None
                found += members
            case ast.Tuple() if parts := _parts(module, parent, project):
                pairs = [pair for part in parts for pair in zip(parent.elts, part.elts, strict=True)]
                found += [one for target, one in pairs if target is binding.node]
            case _:
                return None
    return found or None


def origins(module: Module, node: ast.Name | ast.Attribute, project: Project) -> list[Origin]:
    """What a name is bound to, here or once at the top of another file; nothing where it gets others."""
    here = bound_to(module, node, project) if isinstance(node, ast.Name) else None
    if here:
        return [(module, value) for value in here]
    dotted = names_of(module).qualified(node)
    other = variable(project, module, dotted) if dotted else None
    return [other] if other else []


def _parts(module: Module, target: ast.Tuple, project: Project | None) -> list[ast.Tuple]:
    """The tuples of as many names that a loop takes apart: `for old, new in (("a", "b"), ("c", "d"))`."""
    members: list[ast.expr] | None = None
    match module.parent(target):
        case ast.For(target=whole, iter=each) | ast.comprehension(target=whole, iter=each):
            members = _members(module, each, project) if whole is target else None
    parts = [one for one in members or () if isinstance(one, ast.Tuple) and len(one.elts) == len(target.elts)]
    spread = any(isinstance(part, ast.Starred) for one in (target, *parts) for part in one.elts)
    return parts if members and len(parts) == len(members) and not spread else []


def _members(module: Module, each: ast.expr, project: Project | None) -> list[ast.expr] | None:
    """The members of a display that a loop goes through, which may have a name."""
    match each:
        case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
            return members
        case ast.Name():
            match bound_to(module, each, project):
                case [ast.Tuple(elts=members)]:  # a list may be added to
                    return members
    return None
