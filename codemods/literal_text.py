"""The text that an expression spells, by what stands in the file: nothing is run."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

_SIZE = 1000  # of a text: what is put together is short


def constants_of(tree: ast.Module) -> dict[str, str]:
    """The names that the file binds once and nowhere else, at its top, to a text that it spells."""
    stores = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not _is_read(node))
    bound = Counter(stores)
    found: dict[str, str] = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if bound[name] == 1:
                text = text_of(value, found)
                if text is not None:
                    found[name] = text
    return found


def text_of(node: ast.expr, constants: Mapping[str, str]) -> str | None:
    """What `">=" + OLDEST`, `f">={OLDEST}"` and `">={}".format(OLDEST)` are; None for all else."""
    parts: list[str | None]
    match node:
        case ast.Constant(value=str(text)):
            parts = [text]
        case ast.Name(id=name):
            parts = [constants.get(name)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [text_of(left, constants), text_of(right, constants)]
        case ast.JoinedStr(values=values):
            parts = [text_of(value, constants) for value in values]
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            parts = [text_of(value, constants)]
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(template)), attr="format"),
            args=[one],
            keywords=[],
        ):
            parts = _filled(template, "{}", text_of(one, constants))
        case ast.BinOp(left=ast.Constant(value=str(template)), op=ast.Mod(), right=one):
            parts = _filled(template, "%s", text_of(one, constants))
        case _:
            return None
    text = "".join(part for part in parts if part is not None)
    return text if None not in parts and len(text) <= _SIZE else None


def _filled(template: str, mark: str, text: str | None) -> list[str | None]:
    before, _, after = template.partition(mark)
    plain = template.count(mark) == 1 and not {*"{}%"} & {*before, *after}
    return [before, text, after] if plain else [None]


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
