"""Texts that are filled by `%`: whether what is given fits them."""

from __future__ import annotations

import ast
import re

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.operators.special import written_out
from codemods.exceptions.raising.operators.templates import written_text
from codemods.exceptions.raising.walk import Walk, kinds_of, short
from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import BYTES, DECIMALS, MAPPINGS, NUMBERS, as_tuple, names_in
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.nodes import one_or_more

_PLACE = re.compile(r"%(?:\((.*?)\))?[#0 +-]*(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)", re.DOTALL)
_INTEGERS, _REALS, _ANYTHING = "oxXc*", "diueEfFgG", "sra"
_WITH_NAN = {"float"} | DECIMALS
# What is never too large for a place: `%d` writes any whole number out, `%f` what is a float already.
_NEVER_TOO_LARGE = dict.fromkeys("diu", frozenset({"int", "bool"}))
_NEVER_TOO_LARGE |= dict.fromkeys("eEfFgG", frozenset({"float", "bool"}))
_OF_BYTES = "="  # what `%b` and `%s` are called where bytes are filled


def percent(walk: Walk, left: ast.expr, right: ast.expr) -> None:
    """`text % values`."""
    given = one_or_more(right)
    for value in given:
        written_out(walk, value)
    label = f"`{short(left)} % {short(right)}`"
    places = _places(written_text(walk, left))
    if places is None:
        kinds = kinds_of(walk, right)
        walk.found.add("TypeError", f"{label}: the values may not fit the text")
        walk.found.add("ValueError", f"{label}: bad format")
        if kinds != {"tuple"}:
            walk.found.add("KeyError", f"{label}: a name may be missing")
        walk.found.assumed[f"what `%` puts into {label} can be written out"] = None
    elif any(kind not in _INTEGERS + _REALS + _ANYTHING + _OF_BYTES for _, kind in places):
        walk.found.add("ValueError", f"{label}: bad format")
        for name in ("TypeError", "KeyError"):  # by what stands before that
            walk.found.add(name, f"{label}: the values may not fit the text", RARE)
    elif any(name for name, _ in places):
        _by_name(walk, places, right, label)
    else:
        _in_order(walk, "".join(kind for _, kind in places), right, label)


def _places(text: object) -> list[tuple[str | bytes, str]] | None:
    """The names and kinds of a text's places, `*` for a width; None for a text that is not written out."""
    if isinstance(text, bytes):
        plain = _places(text.decode("latin-1")) or []
        return [(str(name).encode("latin-1"), _OF_BYTES if kind in "sb" else kind) for name, kind in plain]
    if not isinstance(text, str):
        return None
    found: list[tuple[str | bytes, str]] = []
    for name, width, precision, kind in _PLACE.findall(text):
        found += [("", "*") for stars in (width, precision) if stars == "*"]
        found += [(name, kind)] if kind != "%" else []
    return [*found, ("", "?")] if "%" in _PLACE.sub("", text) else found


def _by_name(walk: Walk, places: list[tuple[str | bytes, str]], right: ast.expr, label: str) -> None:
    """`"%(name)s" % {"name": value}`."""
    kinds = kinds_of(walk, right)
    held: dict[object, ast.expr] = {}
    if isinstance(right, ast.Dict):
        pairs = zip(right.keys, right.values, strict=True)
        held = {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
    is_told = isinstance(right, ast.Dict) and None not in right.keys  # `**others` may have the same names
    if not kinds or not kinds <= MAPPINGS:
        walk.found.add("TypeError", f"{label}: it may be no mapping")
    for name, place in places:
        if not name:
            walk.found.add("TypeError", f"{label}: it mixes places with and without a name")
        elif name in held:
            _put(walk, place, walk.values.seen(walk.module, held[name]) if is_told else UNKNOWN, label)
        else:
            walk.found.add("KeyError", f"{label}: a name may be missing")
            _put(walk, place, UNKNOWN, label)


def _in_order(walk: Walk, places: str, right: ast.expr, label: str) -> None:
    """`"%s %d" % (text, number)`, and `"%s" % text`, where the text may turn out to be a tuple."""
    values = _values(walk, right)
    if values is not None and not places and kinds_of(walk, right) <= MAPPINGS:
        return  # a mapping may hold more than a text asks for
    if values is None or len(values) != len(places):
        reason = f"{label}: there may be more or fewer values than places"
        is_one = len(places) == 1 and not kinds_of(walk, right)  # mostly no tuple, if nobody knows
        walk.found.add("TypeError", reason, RARE if is_one else CERTAIN)
        values = [UNKNOWN] * len(places)
    for place, value in zip(places, values, strict=True):
        _put(walk, place, value, label)


def _values(walk: Walk, right: ast.expr) -> list[Value] | None:
    """The values that `%` puts in one after the other; None where it may be any number of them."""
    if isinstance(right, ast.Tuple):
        spread = spreads(right.elts)
        return None if spread else [walk.values.seen(walk.module, one) for one in right.elts]
    whole = frozenset(map(as_tuple, walk.values.seen(walk.module, right)))
    kinds = kinds_of(walk, right) and names_in(whole)
    if kinds == {"tuple"} and len(whole) == 1:
        (kind,) = whole
        return [*kind.arguments] if len(kind.arguments) > 1 else None
    return [whole] if kinds and "tuple" not in kinds else None


def _put(walk: Walk, place: str, value: Value, label: str) -> None:
    """A value at a place such as `%s`."""
    kinds = names_in(value)
    if place in _ANYTHING:
        if not kinds:
            walk.found.assumed[f"what `%` puts into {label} can be written out"] = None
        return
    fitting = BYTES if place == _OF_BYTES else NUMBERS - {"complex"}
    if not kinds or not kinds <= fitting or (place in _INTEGERS and not kinds <= {"int", "bool"}):
        walk.found.add("TypeError", f"{label}: a value may not fit `%{place}`")
    if place in _REALS + "c*" and not (kinds and kinds <= _NEVER_TOO_LARGE.get(place, frozenset())):
        # an infinite integer, one that is no character, one too large for a float
        walk.found.add("OverflowError", f"{label}: a value may be too large for `%{place}`", RARE)
    if place == "*" or (place in "diu" and kinds & _WITH_NAN):
        walk.found.add("ValueError", f"{label}: a value may be no number, or too large a one", RARE)
