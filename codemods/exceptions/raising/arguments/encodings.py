"""What encodings raise that are unknown, or do not go with what they are for."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codemods.exceptions.answer import CERTAIN, RARE, OnlyFor
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.arguments.decided import argument_behind
from codemods.exceptions.raising.facts import makes_anew
from codemods.exceptions.raising.sure.ascii_only import gives_ascii
from codemods.exceptions.raising.sure.lenient import ERRORS_AT, codec_of, is_lenient
from codemods.exceptions.raising.sure.written import values_written
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.parameters import origins_of
from codemods.exceptions.types.functions.signatures import argument_of
from codemods.exceptions.types.notation import CALLED
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
    "urllib.parse.unquote": 1,
    "urllib.parse.unquote_plus": 1,
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
_WAYS = {
    *("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"),
    *("surrogateescape", "surrogatepass"),
}
_VAGUE = {"idna", "punycode", "undefined"}  # these raise a plain UnicodeError
_MARKED = {"utf-16", "utf-32"}  # before 3.13 these raise it for what begins without a mark
_STREAMED = {"builtins.open", "codecs.open", "pathlib.Path.read_text", "io.TextIOWrapper"}


def encodings(walk: Walk, call: ast.Call, fact: Fact, label: str) -> None:
    """Note what an encoding raises that is unknown, or whose errors are not the usual ones."""
    _errors(walk, call, fact, label)
    encoding = argument_of(call, _ENCODING_AT.get(fact.name), "encoding")
    if fact.name in _MADE_OF and call.args:
        _made_of(walk, call, fact, label)
    if encoding is None or fact.name in _NAMING or _is_asked_for(encoding):
        return
    written = values_written(walk.module, encoding, walk.project) or _by_callers(walk, encoding)
    if written == ["bytes"] and fact.name.startswith("pickle."):  # its word for: leave them so
        return
    if fact.name in _STREAMED and not makes_anew(call) and any(map(_is_marked, written or ())):
        reason = f"`{label}`: what has the encoding `{spelled(encoding)}` may begin without its mark"
        walk.found.add("UnicodeError", reason)
    only_for = _only_for(walk, encoding, _is_unusual) if written is None else None
    for name, confidence in _of_encodings(written, fact.name in _CODING and not is_lenient(call, fact)):
        reason = f"`{label}`: the encoding `{spelled(encoding)}` may be unknown"
        if name == "UnicodeError":
            reason = f"`{label}`: `{spelled(encoding)}` may be one that raises a plain UnicodeError"
        walk.found.add(name, reason, confidence, only_for)


def _by_callers(walk: Walk, encoding: ast.expr) -> list[object] | None:
    """The encodings that all calls give an argument, by default too; None: not all are written out."""
    bindings = reaching(walk.module, encoding) if isinstance(encoding, ast.Name) else []
    match [binding.node for binding in bindings]:
        case [ast.arg() as argument]:
            origins, assumed = origins_of(walk.values, walk.module, argument)
            written = [values_written(module, node, walk.project) for module, node in origins]
            known = [values for values in written if values]
            if known and len(known) == len(written):
                walk.found.assumed |= dict.fromkeys([CALLED] if assumed else [])
                return [value for values in known for value in values]
    return None


def _errors(walk: Walk, call: ast.Call, fact: Fact, label: str) -> None:
    """Note what a way to treat errors raises that may be unknown."""
    errors = argument_of(call, ERRORS_AT[fact.name], "errors") if fact.name in ERRORS_AT else None
    if errors is None:
        return
    written = values_written(walk.module, errors, walk.project)
    if written is None:
        only_for = _only_for(walk, errors, _is_no_way)
        for name in ("LookupError", "ValueError", "UnicodeEncodeError"):
            walk.found.add(name, f"`{label}`: there may be no way `{spelled(errors)}`", RARE, only_for)
    for way in (way for way in written or () if isinstance(way, str) and way not in _WAYS):
        walk.found.add("LookupError", f"`{label}`: there is no way `{way}` of Python's own", RARE)


def _made_of(walk: Walk, call: ast.Call, fact: Fact, label: str) -> None:
    """Note what making text of bytes raises, or bytes of text: `str(data, "utf-8")`, `bytes(text)`."""
    kinds = type_names(walk, call.args[0])
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
    for name in (name for name in written if isinstance(name, str)):
        codec = codec_of(name)
        if codec is None or not getattr(codec, "_is_text_encoding", True):  # `hex`, which is for bytes only
            found.append(("LookupError", CERTAIN))
        elif codec.name in _VAGUE:
            found.append(("UnicodeError", CERTAIN))
    return found


def _only_for(walk: Walk, value: ast.expr, holds: Callable[[object], bool]) -> OnlyFor | None:
    """For which values of an argument something is raised that the value brings."""
    argument = argument_behind(walk, value)
    return OnlyFor(argument, holds) if argument else None


def _is_no_way(errors: object) -> bool:
    """Whether Python has no such way to treat errors of its own."""
    return errors not in _WAYS


def _is_unusual(encoding: object) -> bool:
    """Whether it is no encoding, or one that raises more than others."""
    return not isinstance(encoding, str) or bool(_of_encodings([encoding], True))


def _is_marked(encoding: object) -> bool:
    """Whether a stream in the encoding has to begin with a mark that tells the order of its bytes."""
    codec = codec_of(encoding) if isinstance(encoding, str) else None
    return codec is not None and codec.name in _MARKED


def _is_asked_for(encoding: ast.expr) -> bool:
    """Whether the encoding is what the system says: `sys.getdefaultencoding()`, `sys.stdin.encoding`."""
    match encoding:
        case ast.Attribute(value=ast.Attribute(attr="stdin" | "stdout" | "stderr"), attr="encoding"):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith("get") and "encoding" in name
    return False
