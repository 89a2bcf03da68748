"""What writing an XML document gives, and what reads one; what a message of an email holds."""

from __future__ import annotations

import ast

from codemods.exceptions.types.functions.signatures import given_at, spreads
from codemods.exceptions.types.kinds import names_in, plain
from codemods.exceptions.types.notation import NONE, UNKNOWN, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module
from codemods.nodes import is_none

_ENCODING_AT = {
    "xml.dom.minidom.Node.toxml": 0,
    "xml.dom.minidom.Node.toprettyxml": 2,
    "xml.etree.ElementTree.tostring": 1,
}
_TEXT = "unicode"  # what asks ElementTree for text
PARSER = "xml.etree.ElementTree.XMLParser"
_BUILDER = "xml.etree.ElementTree.TreeBuilder"


def of_document(call: ast.Call, name: str) -> Value | None:
    """The type that such a call gives; None for other calls, and where the encoding is not written out."""
    if name not in _ENCODING_AT or spreads(call.args):
        return None
    asked = [*given_at(call, (_ENCODING_AT[name], "encoding", None))]  # `**options` may hold it
    if not asked:
        return plain("str" if "minidom" in name else "bytes")
    match asked:
        case [ast.Constant(value=str(encoding))]:
            return plain("str" if encoding == _TEXT and "etree" in name else "bytes")
    return None


def has_own_target(values: Inference, module: Module, call: ast.Call, name: str) -> bool:
    """Whether it makes a parser that runs code of others with all it reads: `XMLParser(target=Reader())`."""
    targets = [*given_at(call, ("target", None))] if name == PARSER else []
    return any(not is_none(one) and names_in(values.seen(module, one)) != {_BUILDER} for one in targets)


def of_payload(call: ast.Call) -> Value:
    """What a message holds: its parts, or text; decoded it is bytes, and None where it has parts."""
    given = {k.arg: k.value for k in call.keywords}
    decode = given.get("decode") or (call.args[1] if len(call.args) > 1 else ast.Constant(False))
    message = plain("email.message.Message")
    match decode:
        case ast.Constant(value=False | None):
            return message if "i" in given or call.args else plain("str") | plain("list", message) | NONE
        case ast.Constant():
            return plain("bytes") | NONE
    return UNKNOWN
