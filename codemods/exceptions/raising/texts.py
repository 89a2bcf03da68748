"""What texts can make a call raise that say how to do something: encodings, patterns, formats, hosts."""

from __future__ import annotations

import ast
import codecs
import logging
from itertools import product

from codemods.exceptions.answer import CERTAIN, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.facts import gives_ascii, makes_anew
from codemods.exceptions.raising.lenient import is_lenient
from codemods.exceptions.raising.patterns import FLAGS_AT, is_pattern
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.raising.written import values_written
from codemods.exceptions.types.groups import has_group
from codemods.exceptions.types.kinds import names_in
from codemods.names import names_of
from codemods.nodes import spelled

_ENCODING_AT = {
    "str.encode": 0,
    "bytes.decode": 0,
    "builtins.str": 1,
    "builtins.bytes": 1,
    "builtins.bytearray": 1,
    "builtins.open": 3,
    "codecs.open": 2,
    "pathlib.Path.read_text": 0,
    "pathlib.Path.write_text": 1,
    "io.TextIOWrapper": 1,
}
_CODING = {  # what turns text into bytes or back, and what that raises
    "str.encode": "UnicodeEncodeError",
    "bytes.decode": "UnicodeDecodeError",
    "builtins.str": "UnicodeDecodeError",
    "builtins.bytes": "UnicodeEncodeError",
    "builtins.bytearray": "UnicodeEncodeError",
}
_PLAIN = {"int", "float", "bool", "None", "list", "tuple", "dict", "set"}
_MADE_OF = {  # what they take beside an encoding, and what they do not
    "builtins.str": ({"bytes", "bytearray"}, _PLAIN | {"str", "data"}),
    "builtins.bytes": ({"str"}, _PLAIN | {"bytes", "bytearray"}),
    "builtins.bytearray": ({"str"}, _PLAIN | {"bytes", "bytearray"}),
}
_NAMING = {  # what takes arguments by any name, which says nothing of what they are
    *("builtins.dict", "dict.update", "collections.OrderedDict", "collections.Counter"),
    *("collections.defaultdict", "types.SimpleNamespace", "argparse.Namespace"),
    *("string.Template.substitute", "string.Template.safe_substitute"),
}
_VAGUE = {"idna", "punycode", "undefined"}  # these raise a plain UnicodeError
_MARKED = {"utf-16", "utf-32"}  # before 3.13 these raise it for what begins without a mark
_STREAMED = {"builtins.open", "codecs.open", "pathlib.Path.read_text", "io.TextIOWrapper"}
_FORMAT_FIRST = {
    f"struct.{name}"
    for name in ("pack", "pack_into", "unpack", "unpack_from", "iter_unpack", "calcsize", "Struct")
}
_GLOBBING = ("pathlib.Path.glob", "pathlib.Path.rglob")
_TEMPLATE_AT = {"re.sub": 1, "re.subn": 1, "re.Pattern.sub": 0, "re.Pattern.subn": 0}
_ERRORS_AT = {"str.encode": 1, "bytes.decode": 1, "builtins.str": 2, "builtins.bytes": 2, "builtins.open": 4}
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
_RESOLVING = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")}
_RESOLVING |= {"socket.gethostbyaddr", "socket.getfqdn", "socket.create_connection"}
_CONNECTING = {f"socket.socket.{name}" for name in ("connect", "connect_ex", "bind")}
_KNOWN_SCHEMES = ("http://", "https://", "ftp://", "file://")
_OF_GROUPS = {f"re.Match.{name}" for name in ("group", "start", "end", "span")}
_OWN_NAME = ("socket.gethostname", "socket.getfqdn", "platform.node")


def texts(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what encodings, patterns, formats and host names raise that are not written out."""
    label = fact.name.removeprefix("builtins.")
    _encodings(walk, call, fact, label)
    _groups(walk, call, fact)
    first = call.args[0] if call.args else None
    if fact.name in FLAGS_AT and first and not is_pattern(walk.module, call, fact.name, walk.project):
        _pattern(walk, fact, first)
    if fact.name == "logging.Formatter" and not _is_log_format(walk, call):
        walk.found.add("ValueError", f"`{label}`: the format may not fit its style: {fact.source}")
    if fact.name in _GLOBBING and first:
        _glob(walk, fact, first)
    if fact.name in _FORMAT_FIRST and first and not _is_written(walk, first):
        reason = f"`{label}`: the format `{spelled(first)}` may not be ASCII"
        walk.found.add("UnicodeEncodeError", reason, RARE)
    form = _given(call, _DATE_FORMAT_AT.get(fact.name), "format")
    if form and not _is_written(walk, form):
        walk.found.add("re.error", f"`{label}`: the format `{spelled(form)}` may name a part twice", RARE)
    template = _given(call, _TEMPLATE_AT.get(fact.name), "repl")
    if template and _may_be_text(walk, template):
        reason = f"`{label}`: `{spelled(template)}` may ask for a group that is not there"
        for name in ("re.error", "IndexError"):
            walk.found.add(name, reason, RARE)
    place, only, kind = _ONE_CHARACTER.get(fact.name, (None, "", ""))
    if (given := _given(call, place, only)) and not _is_written(walk, given):
        walk.found.add(kind, f"`{label}`: `{spelled(given)}` may not be one character", RARE)
    errors = _given(call, _ERRORS_AT[fact.name], "errors") if fact.name in _ERRORS_AT else None
    if errors and not _is_written(walk, errors):
        for name in ("LookupError", "ValueError", "UnicodeEncodeError"):
            walk.found.add(name, f"`{label}`: there may be no way `{spelled(errors)}`", RARE)
    for keyword in call.keywords if fact.name in _DELIMITED else ():
        if keyword.arg in _DELIMITERS and not _is_written(walk, keyword.value):
            reason = f"`{label}`: `{spelled(keyword.value)}` may not be one character"
            walk.found.add("TypeError", reason, RARE)
    if fact.name in _RESOLVING | _CONNECTING:
        _host(walk, call, fact)
    url = _given(call, 0, "url") if fact.name == "urllib.request.urlopen" else None
    if url and not _is_plain_url(walk, url):
        reason = f"`{fact.name}`: the address `{spelled(url)}` may be none: {fact.source}"
        walk.found.add("ValueError", reason)


def _is_log_format(walk: Walk, call: ast.Call) -> bool:
    """Whether the format is written out and fits the style, or there is none."""
    form, style = _given(call, 0, "fmt"), _given(call, 2, "style")
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
        there = has_group(walk.module, call.func.value, group)
        if there is None:
            reason = f"`{fact.name}`: the pattern may not have the group `{spelled(group)}`"
            walk.found.add("IndexError", reason, RARE)
        elif not there:
            reason = f"`{fact.name}`: the pattern has no group `{spelled(group)}`"
            walk.found.add("IndexError", reason, CERTAIN)


def _host(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that a name may not be one that a host can have: `a..b`, or one with a null character."""
    host = _given(call, 0, "host") or _given(call, None, "address")
    if isinstance(host, ast.Tuple) and host.elts:
        host = host.elts[0]
    if host and not _is_written(walk, host) and not _is_own_name(walk, host):
        reason = f"`{fact.name}`: the name `{spelled(host)}` may not be one of a host: {fact.source}"
        if fact.name in _RESOLVING:
            walk.found.add("UnicodeError", reason)
        else:  # these look at the name themselves
            walk.found.add("TypeError", reason, RARE)


def _is_plain_url(walk: Walk, url: ast.expr) -> bool:
    """Whether an address is written out, but for numbers, or was looked at when a request was made of it."""
    match url:
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *rest]):
            given = [part.value for part in rest if isinstance(part, ast.FormattedValue)]
            numbers = all(
                names_in(walk.values.of(walk.module, value)) in ({"int"}, {"bool"}) for value in given
            )
            return numbers and start.startswith(_KNOWN_SCHEMES)
    kinds = names_in(walk.values.of(walk.module, url))
    return kinds == {"urllib.request.Request"} or _is_written(walk, url)


def _pattern(walk: Walk, fact: Fact, pattern: ast.expr) -> None:
    """Note what a pattern raises that is none, asks for too much, or does not go with the flags."""
    if names_in(walk.values.of(walk.module, pattern)) == {"re.Pattern"}:
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


def _encodings(walk: Walk, call: ast.Call, fact: Fact, label: str) -> None:
    """Note what an encoding raises that is unknown, or whose errors are not the usual ones."""
    place = _ENCODING_AT.get(fact.name)
    encoding = _given(call, place, "encoding")
    if fact.name in _MADE_OF and call.args:
        _made_of(walk, call, fact, label)
    if encoding is None or fact.name in _NAMING or _is_asked_for(encoding):
        return
    written = values_written(walk.module, encoding, walk.project)
    if written == ["bytes"] and fact.name.startswith("pickle."):  # its word for: leave them so
        return
    if fact.name in _STREAMED and not makes_anew(call) and any(map(_is_marked, written or ())):
        reason = f"`{label}`: what has the encoding `{spelled(encoding)}` may begin without its mark"
        walk.found.add("UnicodeError", reason)
    for name, confidence in _of_encodings(written, fact.name in _CODING and not is_lenient(call, fact)):
        reason = f"`{label}`: the encoding `{spelled(encoding)}` may be unknown"
        if name == "UnicodeError":
            reason = f"`{label}`: `{spelled(encoding)}` may be one that raises a plain UnicodeError"
        walk.found.add(name, reason, confidence)


def _made_of(walk: Walk, call: ast.Call, fact: Fact, label: str) -> None:
    """Note what making text of bytes raises, or bytes of text: `str(data, "utf-8")`, `bytes(text)`."""
    kinds = names_in(walk.values.of(walk.module, call.args[0]))
    if len(call.args) == 1 and not call.keywords:
        if fact.name != "builtins.str" and "str" in kinds:
            walk.found.add("TypeError", f"`{label}` of text without an encoding: {fact.source}")
        return
    (fitting, unfit), reason = _MADE_OF[fact.name], f"`{label}` with an encoding: {fact.source}"
    is_strict = not (gives_ascii(walk, call.args[0]) or is_lenient(call, fact))
    if is_strict and not (kinds and kinds <= unfit):
        walk.found.add(_CODING[fact.name], reason)
    if not (kinds and kinds <= fitting):
        walk.found.add("TypeError", reason)


def _of_encodings(written: list[object] | None, is_strict: bool) -> list[tuple[str, float]]:
    """What encodings raise beside the usual, and how surely; None: they are not written out."""
    plain = ("UnicodeError", CERTAIN if is_strict else RARE)
    if written is None:
        return [("LookupError", CERTAIN), plain, ("ValueError", RARE)]  # a null byte in the name
    found: list[tuple[str, float]] = []
    for name in written:
        try:
            known = codecs.lookup(name) if isinstance(name, str) else None
        except (LookupError, ValueError):
            found.append(("LookupError", CERTAIN))
            continue
        if known and known.name in _VAGUE:
            found.append(("UnicodeError", CERTAIN))
        elif known and not getattr(known, "_is_text_encoding", True):  # `hex`, which is for bytes only
            found.append(("LookupError", CERTAIN))
    return found


def _is_marked(encoding: object) -> bool:
    """Whether a stream in the encoding has to begin with a mark that tells the order of its bytes."""
    try:
        return isinstance(encoding, str) and codecs.lookup(encoding).name in _MARKED
    except (LookupError, ValueError):
        return False


def _is_asked_for(encoding: ast.expr) -> bool:
    """Whether the encoding is what the system says: `sys.getdefaultencoding()`, `sys.stdin.encoding`."""
    match encoding:
        case ast.Attribute(value=ast.Attribute(attr="stdin" | "stdout" | "stderr"), attr="encoding"):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith("get") and "encoding" in name
    return False


def _given(call: ast.Call, place: int | None, keyword: str) -> ast.expr | None:
    """The argument with that keyword, or at that place."""
    by_place = call.args[place : place + 1] if place is not None else []
    found = [k.value for k in call.keywords if k.arg == keyword] or by_place
    return found[0] if found and not isinstance(found[0], ast.Starred) else None


def _may_be_text(walk: Walk, template: ast.expr) -> bool:
    """Whether it may be a text that is not written out, and no function."""
    names = names_in(walk.values.seen(walk.module, template), in_part=True)
    is_function = isinstance(template, ast.Lambda) or walk.values.target(walk.module, template).definitions
    return not is_function and not _is_written(walk, template) and names <= {"str", "bytes", "data"}


def _is_own_name(walk: Walk, host: ast.expr) -> bool:
    """Whether the host is the one that it runs on."""
    return isinstance(host, ast.Call) and names_of(walk.module).is_any(host.func, *_OWN_NAME)


def _is_written(walk: Walk, node: ast.expr) -> bool:
    return values_written(walk.module, node, walk.project) is not None
