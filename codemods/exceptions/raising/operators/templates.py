"""Texts that are filled, by `str.format` or in an f-string: whether what is given fits them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import count
from string import Formatter

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.raising.operators.special import written_out
from codemods.exceptions.raising.sure.loops import is_natural
from codemods.exceptions.raising.sure.sizes import is_moderate, is_read
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk, kinds_of, short
from codemods.exceptions.types.functions.signatures import argument_of, spreads
from codemods.exceptions.types.kinds import at_place, element_of, has_place, join, names_in
from codemods.exceptions.types.notation import Value, known
from codemods.nodes import spelled

_SAMPLES: dict[str, object] = {"int": 1, "bool": True, "float": 1.5, "complex": 1j, "str": "a"}
# Which argument of these is the text that they translate.
_TRANSLATED_AT = {
    **dict.fromkeys(("gettext.gettext", "gettext.Translations.gettext", "locale.gettext"), 0),
    **dict.fromkeys(("gettext.dgettext", "gettext.pgettext", "locale.dgettext"), 1),
    **dict.fromkeys((f"django.utils.translation.gettext{kind}" for kind in ("", "_lazy")), 0),
}
_AS_FLOAT = tuple("eEfFgG%")  # the types of formats for which a whole number is made a float


def fill(walk: Walk, call: ast.Call) -> bool:
    """Note what filling a text raises; False where it takes more than looking at the text to know."""
    fields = _fields_of(walk, call)
    if fields is None or spreads(call.args):
        for name in ("AttributeError", "TypeError"):  # `{value.name}`, `{value[key]}`
            walk.found.add(name, "`str.format`: the text may ask a value for what it lacks", RARE)
        return False
    if len({bool(name) for name, *_ in fields if not name or _is_number(name)}) > 1:
        walk.found.add("ValueError", "`str.format`: the text has fields with and without numbers")
    numbers = count()
    given = [_value(walk, call, name or str(next(numbers))) for name, *_ in fields]
    for place, (_, spec, conversion) in enumerate(fields):
        value = given[place]
        if value is not None:
            formatted(walk, ast.FormattedValue(value, conversion, _spec(spec, given[place + 1 :])))
    return True


def fill_with_rest(walk: Walk, call: ast.Call, place: int) -> bool:
    """As `fill`, of the text at a place by what stands behind it, if anything does: `log.info("{}", x)`."""
    text, values = call.args[place : place + 1], call.args[place + 1 :]
    if not text or spreads(text):
        return False
    if not (values or call.keywords):
        return True
    return fill(walk, ast.Call(ast.Attribute(text[0], "format", ast.Load()), values, call.keywords))


def fill_from_many(walk: Walk, call: ast.Call) -> bool:
    """As `fill`, from as many values as there are: `"{}: {}".format(*values)`. False for any other call.

    No field may have a name, or ask a value for anything.
    """
    match call:
        case ast.Call(args=[ast.Starred(value=many)], keywords=[]):
            fields = _fields_of(walk, call)
        case _:
            return False
    held = walk.values.of(walk.module, many)
    if fields is None or any("{" in spec for _, spec, _ in fields) or _has_own(held):
        return False
    numbered = [name for name, *_ in fields if name]
    if numbered and not (len(numbered) == len(fields) and all(map(_is_number, numbered))):
        return False
    places = [int(name) for name in numbered] or [*range(len(fields))]
    if places and not (held and all(has_place(kind, max(places)) for kind in held)):
        walk.found.add("IndexError", f"`str.format`: there may be too few values in `{short(many)}`")
    for place, (_, spec, conversion) in zip(places, fields, strict=True):
        kinds = names_in(known(join(at_place(kind, place) for kind in held))) if held else set()
        _field_of_many(walk, f"a value in `{short(many)}`", {"str"} if conversion != -1 else kinds, spec)
    return True


def _has_own(held: Value) -> bool:
    """Whether there may be instances of the project's classes, which are written out as they say."""
    return any(kind.definition for whole in held for kind in (whole, *element_of(whole)))


def _field_of_many(walk: Walk, label: str, kinds: set[str], spec: str) -> None:
    if not kinds:
        walk.found.assumed[f"{label} can be written out"] = None
    if not spec:
        return
    reason = f"`str.format`: {label} may not take the format `{spec}`"
    fits = [_takes_format(kind, spec) for kind in kinds]
    if not kinds or None in fits:
        walk.found.add("TypeError", reason)
    if not kinds or not all(fits):
        walk.found.add("ValueError", reason, CERTAIN)
    if spec.endswith((*_AS_FLOAT, "c")) and kinds & {"int", "bool"}:
        walk.found.add("OverflowError", reason, RARE)


def fill_one(walk: Walk, call: ast.Call) -> None:
    """`format(value, spec)`, which is what an f-string does."""
    match call.args:
        case [value, ast.Constant(value=str()) as spec]:
            formatted(walk, ast.FormattedValue(value, -1, ast.JoinedStr([spec])))
        case [value, spec]:
            if kinds_of(walk, spec) != {"str"}:
                walk.found.add("TypeError", f"`{short(spec)}` may be no text", RARE)
            formatted(walk, ast.FormattedValue(value, -1, ast.JoinedStr([ast.FormattedValue(spec, -1)])))


def _fields_of(walk: Walk, call: ast.Call) -> list[tuple[str, str, int]] | None:
    """The names, formats and conversions of a text's fields, those in formats too; None when not all."""
    text = written_text(walk, call.func.value) if isinstance(call.func, ast.Attribute) else None
    if not isinstance(text, str) or not all(k.arg for k in call.keywords):
        return None
    try:
        fields = [*_parsed(text)]
    except ValueError:
        return None
    is_simple = all(_is_number(name) or name.isidentifier() or not name for name, *_ in fields)
    return fields if is_simple else None


def written_text(walk: Walk, text: ast.expr) -> object:
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


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 4


def _value(walk: Walk, call: ast.Call, name: str) -> ast.expr | None:
    """What a field gets; noted where there is nothing."""
    if _is_number(name):
        value = call.args[int(name)] if int(name) < len(call.args) else None
    else:
        value = argument_of(call, None, name)
    if value is None:
        kind = "IndexError" if _is_number(name) else "KeyError"
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
    if spec.endswith(_AS_FLOAT) and "int" in kinds and is_read(walk, node.value):
        walk.found.add("OverflowError", f"{label}: it may be too large for a float", RARE)
    if not all(_takes_format(kind, spec.replace("{}", "1")) for kind in kinds):
        walk.found.add("ValueError", f"{label}, which is not for its type")
    elif "{}" in spec:
        numbers = bool(inner) and all(kinds_of(walk, part) == {"int"} for part in inner)
        if not (numbers and all(is_moderate(walk, p) and is_natural(walk.module, p) for p in inner)):
            walk.found.add("ValueError", f"{label}, which may be none", RARE if numbers else CERTAIN)


def _ends_as_float(spec: ast.expr) -> bool:
    """Whether a format writes out a float: `.2f`."""
    last = spec.values[-1] if isinstance(spec, ast.JoinedStr) and spec.values else None
    return isinstance(last, ast.Constant) and str(last.value).endswith(_AS_FLOAT)


def _takes_format(kind: str, spec: str) -> bool | None:
    """Whether a value of a builtin type can be written out in a format; None for other types."""
    if kind not in _SAMPLES:
        return None
    try:
        format(_SAMPLES[kind], spec)
    except ValueError:
        return False
    return True
