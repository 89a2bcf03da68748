"""Texts that are filled, by `str.format`, `%` or in an f-string: whether what is given fits them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import count
from string import Formatter

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.operators.special import written_out
from codemods.exceptions.raising.sure.rounds import is_natural
from codemods.exceptions.raising.sure.sizes import is_moderate, is_read
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk, kinds_of, short
from codemods.exceptions.types.functions.signatures import argument_of
from codemods.exceptions.types.kinds import BYTES, DECIMALS, MAPPINGS, NUMBERS, as_tuple, names_in
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.nodes import one_or_more, spelled

_SAMPLES: dict[str, object] = {"int": 1, "bool": True, "float": 1.5, "complex": 1j, "str": "a"}
_PLACE = re.compile(r"%(?:\((.*?)\))?[#0 +-]*(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)", re.DOTALL)
# Which argument of these is the text that they translate.
_TRANSLATED_AT = {
    **dict.fromkeys(("gettext.gettext", "gettext.Translations.gettext", "locale.gettext"), 0),
    **dict.fromkeys(("gettext.dgettext", "gettext.pgettext", "locale.dgettext"), 1),
    **dict.fromkeys((f"django.utils.translation.gettext{kind}" for kind in ("", "_lazy")), 0),
}
AS_FLOAT = tuple("eEfFgG%")  # the types of formats for which a whole number is made a float
_INTEGERS, _REALS, _ANYTHING = "oxXc*", "diueEfFgG", "sra"
_WITH_NAN = {"float"} | DECIMALS
_OF_BYTES = "="  # what `%b` and `%s` are called where bytes are filled


def fill(walk: Walk, call: ast.Call) -> bool:
    """Note what filling a text raises; False where it takes more than looking at the text to know."""
    fields = fields_of(walk, call)
    if fields is None or any(isinstance(argument, ast.Starred) for argument in call.args):
        for name in ("AttributeError", "TypeError"):  # `{value.name}`, `{value[key]}`
            walk.found.add(name, "`str.format`: the text may ask a value for what it lacks", RARE)
        return False
    if len({bool(name) for name, *_ in fields if not name or is_number(name)}) > 1:
        walk.found.add("ValueError", "`str.format`: the text has fields with and without numbers")
    numbers = count()
    given = [_value(walk, call, name or str(next(numbers))) for name, *_ in fields]
    for place, (_, spec, conversion) in enumerate(fields):
        value = given[place]
        if value is not None:
            formatted(walk, ast.FormattedValue(value, conversion, _spec(spec, given[place + 1 :])))
    return True


def fill_one(walk: Walk, call: ast.Call) -> None:
    """`format(value, spec)`, which is what an f-string does."""
    match call.args:
        case [value, ast.Constant(value=str()) as spec]:
            formatted(walk, ast.FormattedValue(value, -1, ast.JoinedStr([spec])))
        case [value, spec]:
            if kinds_of(walk, spec) != {"str"}:
                walk.found.add("TypeError", f"`{short(spec)}` may be no text", RARE)
            formatted(walk, ast.FormattedValue(value, -1, ast.JoinedStr([ast.FormattedValue(spec, -1)])))


def fields_of(walk: Walk, call: ast.Call) -> list[tuple[str, str, int]] | None:
    """The names, formats and conversions of a text's fields, those in formats too; None when not all."""
    text = _written(walk, call.func.value) if isinstance(call.func, ast.Attribute) else None
    if not isinstance(text, str) or not all(k.arg for k in call.keywords):
        return None
    try:
        fields = [*_parsed(text)]
    except ValueError:
        return None
    is_simple = all(is_number(name) or name.isidentifier() or not name for name, *_ in fields)
    return fields if is_simple else None


def _written(walk: Walk, text: ast.expr) -> object:
    """The text itself, also that of a name which stands for one text only, or what is translated."""
    translated = _translated(walk, text) if isinstance(text, ast.Call) else None
    written = values_written(walk.module, translated or text, walk.project)
    if not written or len(written) > 1:
        return None
    if translated:
        walk.found.assumed["translations have the places of what is translated"] = None
    return written[0]


def _translated(walk: Walk, call: ast.Call) -> ast.expr | None:
    places = {_TRANSLATED_AT.get(fact.name) for fact in walk.values.target(walk.module, call.func).facts}
    place = places.pop() if len(places) == 1 else None
    return call.args[place] if place is not None and len(call.args) > place else None


def _parsed(text: str) -> Iterator[tuple[str, str, int]]:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            if conversion and conversion not in "rsa":
                raise ValueError(conversion)
            yield name, spec or "", ord(conversion) if conversion else -1
            yield from _parsed(spec or "")


def is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 4


def _value(walk: Walk, call: ast.Call, name: str) -> ast.expr | None:
    """What a field gets; noted where there is nothing."""
    if is_number(name):
        value = call.args[int(name)] if int(name) < len(call.args) else None
    else:
        value = argument_of(call, None, name)
    if value is None:
        kind = "IndexError" if is_number(name) else "KeyError"
        walk.found.add(kind, f"`str.format`: there is no value for `{{{name}}}`")
    return value


def _spec(spec: str, inner: Sequence[ast.expr | None]) -> ast.JoinedStr | None:
    """A format as in an f-string, with what the fields inside of it get."""
    values, parts = iter(inner), list[ast.expr]()
    for text, name, *_ in Formatter().parse(spec):
        parts += [ast.Constant(text)] if text else []
        if name is not None and (value := next(values)) is not None:
            parts.append(ast.FormattedValue(value, -1, None))
    return ast.JoinedStr(parts) if parts else None


def formatted(walk: Walk, node: ast.FormattedValue) -> None:
    """`{value:spec}` in an f-string; without a spec an unknown value is taken to be written out well."""
    written_out(walk, node.value)
    kinds = kinds_of(walk, node.value)
    if not kinds:
        walk.found.assumed[f"`{spelled(node.value)}` can be written out"] = None
    if node.format_spec is None:
        return
    kinds = {"str"} if node.conversion != -1 else kinds
    if kinds and kinds <= _SAMPLES.keys():
        _with_format(walk, node, kinds)
        return
    label = f"`{spelled(node.value)}` with a format"
    walk.found.add("TypeError", f"{label}: its type may not take it")
    walk.found.add("ValueError", f"{label}: its type may not take it")
    if "data" in kinds and _ends_as_float(node.format_spec):
        walk.found.add("OverflowError", f"{label}: it may be too large for a float", RARE)


def _with_format(walk: Walk, node: ast.FormattedValue, kinds: set[str]) -> None:
    """Note what the format of a number or a text raises, held against Python's own."""
    assert isinstance(node.format_spec, ast.JoinedStr)
    parts = node.format_spec.values
    spec = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
    inner = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
    shown = "".join(str(p.value) if isinstance(p, ast.Constant) else spelled(p) for p in parts)
    label = f"`{spelled(node.value)}` with the format `{shown}`"
    if spec.endswith("c") and kinds & {"int", "bool"}:
        walk.found.add("OverflowError", f"{label}: it may be no character", RARE)
    if spec.endswith(AS_FLOAT) and "int" in kinds and is_read(walk, node.value):
        walk.found.add("OverflowError", f"{label}: it may be too large for a float", RARE)
    if not all(takes_format(kind, spec.replace("{}", "1")) for kind in kinds):
        walk.found.add("ValueError", f"{label}, which is not for its type")
    elif "{}" in spec:
        numbers = bool(inner) and all(kinds_of(walk, part) == {"int"} for part in inner)
        if not (numbers and all(is_moderate(walk, p) and is_natural(walk.module, p) for p in inner)):
            walk.found.add("ValueError", f"{label}, which may be none", RARE if numbers else CERTAIN)


def _ends_as_float(spec: ast.expr) -> bool:
    """Whether a format writes out a float: `.2f`."""
    last = spec.values[-1] if isinstance(spec, ast.JoinedStr) and spec.values else None
    return isinstance(last, ast.Constant) and str(last.value).endswith(AS_FLOAT)


def takes_format(kind: str, spec: str) -> bool | None:
    """Whether a value of a builtin type can be written out in a format; None for other types."""
    if kind not in _SAMPLES:
        return None
    try:
        format(_SAMPLES[kind], spec)
    except ValueError:
        return False
    return True


# -- % --------------------------------------------------------------------------------------------------


def percent(walk: Walk, left: ast.expr, right: ast.expr) -> None:
    """`text % values`."""
    given = one_or_more(right)
    for value in given:
        written_out(walk, value)
    label = f"`{short(left)} % {short(right)}`"
    places = _places(_written(walk, left))
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
        spread = any(isinstance(one, ast.Starred) for one in right.elts)
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
    if place in _REALS + "c*":  # an infinite integer, one that is no character, one too large for a float
        walk.found.add("OverflowError", f"{label}: a value may be too large for `%{place}`", RARE)
    if place == "*" or (place in "diu" and kinds & _WITH_NAN):
        walk.found.add("ValueError", f"{label}: a value may be no number, or too large a one", RARE)
