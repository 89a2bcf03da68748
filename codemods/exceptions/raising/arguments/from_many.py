"""Texts that are filled from as many values as there are: `"{}: {}".format(*values)`."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.operators.templates import AS_FLOAT, fields_of, is_number, takes_format
from codemods.exceptions.raising.walk import Walk, short
from codemods.exceptions.types.kinds import at_place, element_of, has_place, join, names_in
from codemods.exceptions.types.notation import Value, known


def fill_from_many(walk: Walk, call: ast.Call) -> bool:
    """Note what it raises: no field has a name, or asks a value for anything. False for any other call."""
    match call:
        case ast.Call(args=[ast.Starred(value=many)], keywords=[]):
            fields = fields_of(walk, call)
        case _:
            return False
    held = walk.values.of(walk.module, many)
    if fields is None or any("{" in spec for _, spec, _ in fields) or _has_own(held):
        return False
    numbered = [name for name, *_ in fields if name]
    if numbered and not (len(numbered) == len(fields) and all(map(is_number, numbered))):
        return False
    places = [int(name) for name in numbered] or [*range(len(fields))]
    if places and not (held and all(has_place(kind, max(places)) for kind in held)):
        walk.found.add("IndexError", f"`str.format`: there may be too few values in `{short(many)}`")
    for place, (_, spec, conversion) in zip(places, fields, strict=True):
        kinds = names_in(known(join(at_place(kind, place) for kind in held))) if held else set()
        _one(walk, f"a value in `{short(many)}`", {"str"} if conversion != -1 else kinds, spec)
    return True


def _has_own(held: Value) -> bool:
    """Whether there may be instances of the project's classes, which are written out as they say."""
    return any(kind.definition for whole in held for kind in (whole, *element_of(whole)))


def _one(walk: Walk, label: str, kinds: set[str], spec: str) -> None:
    if not kinds:
        walk.found.assumed[f"{label} can be written out"] = None
    if not spec:
        return
    reason = f"`str.format`: {label} may not take the format `{spec}`"
    fits = [takes_format(kind, spec) for kind in kinds]
    if not kinds or None in fits:
        walk.found.add("TypeError", reason)
    if not kinds or not all(fits):
        walk.found.add("ValueError", reason, CERTAIN)
    if spec.endswith((*AS_FLOAT, "c")) and kinds & {"int", "bool"}:
        walk.found.add("OverflowError", reason, RARE)
