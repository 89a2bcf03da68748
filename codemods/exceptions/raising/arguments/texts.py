"""What texts can make a call raise that say how to do something: patterns, formats, single characters."""

from __future__ import annotations

import ast
import logging
from itertools import product

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.arguments.encodings import encodings
from codemods.exceptions.raising.arguments.hosts import hosts
from codemods.exceptions.raising.sure.patterns import FLAGS_AT, is_pattern
from codemods.exceptions.raising.sure.written import is_written, values_written
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.functions.signatures import argument_of
from codemods.exceptions.types.kinds import names_in
from codemods.exceptions.types.library.groups import flags_written, has_group
from codemods.nodes import spelled

_FORMAT_FIRST = {
    f"struct.{name}"
    for name in ("pack", "pack_into", "unpack", "unpack_from", "iter_unpack", "calcsize", "Struct")
}
_GLOBBING = ("pathlib.Path.glob", "pathlib.Path.rglob")
_TEMPLATE_AT = {"re.sub": 1, "re.subn": 1, "re.Pattern.sub": 0, "re.Pattern.subn": 0}
_DELIMITED = {"csv.reader", "csv.writer", "csv.DictReader", "csv.DictWriter"}
_DELIMITERS = ("delimiter", "quotechar", "escapechar")
_DATE_FORMAT_AT = {"datetime.datetime.strptime": 1, "time.strptime": 1}
_FILLING = ("center", "ljust", "rjust")
_ONE_CHARACTER: dict[str, tuple[int, str, str]] = {
    **{f"{kind}.{name}": (1, "fillchar", "TypeError") for kind in ("str", "bytes") for name in _FILLING},
    **dict.fromkeys(("bytes.hex", "bytearray.hex"), (0, "sep", "ValueError")),
    **dict.fromkeys(("binascii.hexlify", "binascii.b2a_hex"), (1, "sep", "ValueError")),
    "array.array": (0, "typecode", "TypeError"),
    "datetime.datetime.isoformat": (0, "sep", "TypeError"),
}
_OF_GROUPS = {f"re.Match.{name}" for name in ("group", "start", "end", "span")}


def texts(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what encodings, patterns, formats and host names raise that are not written out."""
    label = fact.name.removeprefix("builtins.")
    encodings(walk, call, fact, label)
    hosts(walk, call, fact)
    _groups(walk, call, fact)
    first = call.args[0] if call.args else None
    if fact.name in FLAGS_AT and first and not is_pattern(walk, call, fact):
        _pattern(walk, call, fact, first)
    if fact.name == "logging.Formatter" and not _is_log_format(walk, call):
        walk.found.add("ValueError", f"`{label}`: the format may not fit its style: {fact.source}")
    if fact.name in _GLOBBING and first:
        _glob(walk, fact, first)
    if fact.name in _FORMAT_FIRST and first and not is_written(walk, first):
        reason = f"`{label}`: the format `{spelled(first)}` may not be ASCII"
        walk.found.add("UnicodeEncodeError", reason, RARE)
    form = argument_of(call, _DATE_FORMAT_AT.get(fact.name), "format")
    if form and not is_written(walk, form):
        walk.found.add("re.error", f"`{label}`: the format `{spelled(form)}` may name a part twice", RARE)
    template = argument_of(call, _TEMPLATE_AT.get(fact.name), "repl")
    if template and _may_be_text(walk, template):
        reason = f"`{label}`: `{spelled(template)}` may ask for a group that is not there"
        for name in ("re.error", "IndexError"):
            walk.found.add(name, reason, RARE)
    place, only, kind = _ONE_CHARACTER.get(fact.name, (None, "", ""))
    if (given := argument_of(call, place, only)) and not _is_one_character(walk, given):
        walk.found.add(kind, f"`{label}`: `{spelled(given)}` may not be one character", RARE)
    for keyword in call.keywords if fact.name in _DELIMITED else ():
        if keyword.arg in _DELIMITERS and not _is_one_character(walk, keyword.value):
            reason = f"`{label}`: `{spelled(keyword.value)}` may not be one character"
            walk.found.add("TypeError", reason, RARE)


def _is_one_character(walk: Walk, node: ast.expr) -> bool:
    """Whether a single character is written out there, or None."""
    written = values_written(walk.module, node, walk.project)
    texts = [one for one in written or () if isinstance(one, (str, bytes))]
    return written is not None and all(len(text) == 1 for text in texts)


def _is_log_format(walk: Walk, call: ast.Call) -> bool:
    """Whether the format is written out and fits the style, or there is none."""
    form, style = argument_of(call, 0, "fmt"), argument_of(call, 2, "style")
    forms = values_written(walk.module, form, walk.project) if form else [None]
    styles = values_written(walk.module, style, walk.project) if style else ["%"]
    if forms is None or styles is None or any(k.arg is None for k in call.keywords):
        return False
    return all(_fits(*pair) for pair in product(forms, styles))


def _fits(form: object, style: object) -> bool:
    if not isinstance(form, str | None) or style not in ("%", "{", "$"):
        return False
    try:
        logging.Formatter(form, style=style)
    except ValueError:
        return False
    return True


def _groups(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that a pattern may not have a group that is asked for, or has none: `match.group(1)`."""
    if fact.name not in _OF_GROUPS or not isinstance(call.func, ast.Attribute):
        return
    for group in call.args:
        there = has_group(walk.values, walk.module, call.func.value, group)
        if there is None:
            reason = f"`{fact.name}`: the pattern may not have the group `{spelled(group)}`"
            walk.found.add("IndexError", reason, RARE)
        elif not there:
            reason = f"`{fact.name}`: the pattern has no group `{spelled(group)}`"
            walk.found.add("IndexError", reason, CERTAIN)


def _pattern(walk: Walk, call: ast.Call, fact: Fact, pattern: ast.expr) -> None:
    """Note what a pattern raises that is none, asks for too much, or does not go with the flags."""
    if type_names(walk, pattern) == {"re.Pattern"}:
        flags = flags_written(walk.module, call, FLAGS_AT[fact.name])
        if flags != 0:
            reason = f"`{fact.name}`: `{spelled(pattern)}` has its flags already"
            walk.found.add("ValueError", reason, RARE if flags is None else CERTAIN)
        return
    reason = f"`{fact.name}`: the pattern `{spelled(pattern)}` may be invalid"
    walk.found.add("re.error", reason)
    for name in ("OverflowError", "RecursionError", "ValueError"):  # the last for `(?a)(?u)`
        walk.found.add(name, reason, RARE)


def _glob(walk: Walk, fact: Fact, pattern: ast.expr) -> None:
    """Note what a pattern of file names raises that is none, or no relative one."""
    written = values_written(walk.module, pattern, walk.project)
    if written is not None and all(isinstance(one, str) and _is_of_files(one) for one in written):
        return
    reason = f"`{fact.name}`: the pattern `{spelled(pattern)}` may be invalid: {fact.source}"
    match pattern:
        case ast.JoinedStr(values=[ast.Constant(), *_]):  # so it is not empty
            walk.found.add("ValueError", reason, RARE)
        case _:
            walk.found.add("ValueError", reason)
    for name in ("NotImplementedError", "IndexError"):  # for an absolute one, and for "."
        walk.found.add(name, reason, RARE)


def _is_of_files(pattern: str) -> bool:
    """Whether a pattern names files below a directory in each version: `*.py`, `**/*.py`."""
    relative = pattern.strip("./") != "" and not pattern.startswith(("/", "\\")) and ":" not in pattern
    return relative and all(part == "**" or "**" not in part for part in pattern.split("/"))


def _may_be_text(walk: Walk, template: ast.expr) -> bool:
    """Whether it may be a text that is not written out, and no function."""
    names = names_in(walk.values.seen(walk.module, template), in_part=True)
    is_function = isinstance(template, ast.Lambda) or walk.values.target(walk.module, template).definitions
    return not is_function and not is_written(walk, template) and names <= {"str", "bytes", "data"}
