"""What reads XML by a parser that it is given, which may hand all it reads to code of others."""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.library.documents import PARSER
from codemods.nodes import spelled

_PARSER_AT = {
    **{f"xml.etree.ElementTree.{name}": 1 for name in ("parse", "XML", "fromstring", "fromstringlist")},
    "xml.etree.ElementTree.iterparse": 2,
    "xml.etree.ElementTree.ElementTree.parse": 1,
}


def parsed(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that nobody knows what the parser runs."""
    if fact.name not in _PARSER_AT:
        return
    for parser in given_at(call, (_PARSER_AT[fact.name], "parser")):
        kinds = kinds_of(walk, parser)
        if not kinds or not kinds <= {PARSER, "None"}:
            what = f"calls `{fact.name}`, which hands what it reads to `{spelled(parser)}`"
            walk.found.missing[f"{what}, whose type is unknown"] = None
