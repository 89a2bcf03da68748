"""Markdown as blocks: what stands on which line, with the layout of the text gone and its marks kept.

The text of a block is a list of lines in one canonical form, however it was written: code in backticks,
strong text in `**`, struck text in `~~`, and links that may be places in code as `[text](target)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from codemods.audits.markdown.vocabulary import label_kind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Characters of one paragraph or cell that are looked at: the parser's time grows with the square of brackets.
INLINE_LIMIT = 5_000

_NUMBERED = re.compile(r"\(?(\d{1,4})[.)]\s+(?=\S)")
_KEY = re.compile(r"^[ \t]*(?:- +)?([A-Za-z]{1,12}) *:", re.MULTILINE)
_FOLDED = re.compile(r"<summary[^>]*>(.*?)</summary>|</details>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_PLACE = re.compile(r"#L\d|^(?![a-z]+:|#|mailto)[^?]*\.\w{1,10}(?:[#:]|$)", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]{0,300})\]\([^()\s]+\)")
_MARKS = {"strong_open": "**", "strong_close": "**", "s_open": "~~", "s_close": "~~"}


@dataclass(slots=True)
class Block:
    """One block of a report; which of the fields are filled depends on the kind."""

    kind: str
    """`heading`, `paragraph`, `list`, `table`, `code`, `summary` (the title of what can be folded) or
    `unfolded` (where that ends)."""
    line: int
    """Where it starts, 1-based."""
    lines: list[str] = field(default_factory=list)
    level: int = 0
    """Of a heading: 1 to 6."""
    language: str = ""
    """Of code."""
    items: list[Item] = field(default_factory=list)
    """Of a list, and the rows of a table: there the header is the first, and each cell is a block."""


@dataclass(slots=True)
class Item:
    """An entry of a list, or a row of a table."""

    line: int
    number: int | None
    blocks: list[Block]


def blocks_of(text: str, first_line: int = 1) -> list[Block]:
    """The blocks of a Markdown text; those of quotes and of folded parts stand among the others."""
    return list(_blocks(_Stream(_parser().parse(text), first_line)))


def plain(text: str) -> str:
    """A canonical text without its marks."""
    return _LINK.sub(r"\1", text).replace("**", "").replace("~~", "").strip()


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.disable("inline")  # it is done here, block by block, within the limit
    return parser


class _Stream:
    """The tokens, and how far they have been read."""

    def __init__(self, tokens: Sequence[Token], first_line: int) -> None:
        self.tokens = tokens
        self.first_line = first_line
        self.at = 0

    def next(self) -> Token | None:
        if self.at >= len(self.tokens):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)

    def inline(self) -> list[str]:
        """The lines of the inline token that comes next, and past its closing one."""
        token, _ = self.next(), self.next()
        return _lines(token.content) if token else []


def _blocks(stream: _Stream, end: str = "") -> Iterator[Block]:
    """The blocks up to the token called `end`."""
    while (token := stream.next()) and token.type != end:
        line = stream.line(token)
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
                yield Block("heading", line, stream.inline(), level=level)
            case "paragraph_open":
                yield from _paragraph(stream.inline(), line)
            case "bullet_list_open" | "ordered_list_open":
                yield Block("list", line, items=list(_items(stream, token)))
            case "table_open":
                yield Block("table", line, items=list(_rows(stream)))
            case "fence" | "code_block":
                yield from _code(token, line)
            case "html_block":
                yield from _summaries(token.content, line)


def _items(stream: _Stream, opening: Token) -> Iterator[Item]:
    ordered = opening.type == "ordered_list_open"
    while (token := stream.next()) and token.type == "list_item_open":
        number = int(token.info) if ordered and token.info else None
        yield Item(stream.line(token), number, list(_blocks(stream, "list_item_close")))


def _rows(stream: _Stream) -> Iterator[Item]:
    row: Item | None = None
    while (token := stream.next()) and token.type != "table_close":
        if token.type == "tr_open":
            row = Item(stream.line(token), None, [])
        elif token.type in {"th_open", "td_open"} and row:
            row.blocks.append(Block("paragraph", row.line, stream.inline()))
        elif token.type == "tr_close" and row:
            yield row


def _paragraph(lines: list[str], line: int) -> Iterator[Block]:
    """A paragraph; lines in it that begin with a number are a list that Markdown does not see as one."""
    starts = [i for i, text in enumerate(lines) if _NUMBERED.match(text)]
    if not starts:
        yield Block("paragraph", line, lines)
        return
    if starts[0]:
        yield Block("paragraph", line, lines[: starts[0]])
    items = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        marker = _NUMBERED.match(lines[start])
        assert marker
        own = [lines[start][marker.end() :], *lines[start + 1 : end]]
        items.append(Item(line + start, int(marker[1]), [Block("paragraph", line + start, own)]))
    yield Block("list", line + starts[0], items=items)


def _code(token: Token, line: int) -> Iterator[Block]:
    """Code, or, where YAML describes findings, what it says."""
    language = token.info.split()[0].lower() if token.info.strip() else ""
    keys = {label_kind(key) for key in _KEY.findall(token.content)} if language in {"yaml", "yml"} else set()
    if len(keys & {"id", "title", "severity", "location"}) > 1:
        yield from blocks_of(token.content, line + 1)
    else:
        yield Block("code", line, token.content.split("\n"), language=language)


def _summaries(html: str, line: int) -> Iterator[Block]:
    """The titles of what can be folded, and where each of them ends."""
    for match in _FOLDED.finditer(html):
        at = line + html.count("\n", 0, match.start())
        if match[1] is None:
            yield Block("unfolded", at)
        else:
            yield Block("summary", at, _lines(_TAG.sub("", match[1]).strip()))


def _lines(content: str) -> list[str]:
    """Inline Markdown in the canonical form."""
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(content[:INLINE_LIMIT], parser, {}, tokens)
    text = "".join(_rendered(tokens))
    return [" ".join(line.split()) for line in text.split("\n")]


def _dunders(tokens: Sequence[Token]) -> Iterator[Token]:
    """Python's `__init__` is no strong text, though Markdown has it so outside of code."""
    for i, token in enumerate(tokens):
        if token.type in {"strong_open", "strong_close"} and token.markup == "__":
            word = tokens[i + 1 if token.nesting > 0 else i - 1]
            if word.type == "text" and word.content.isidentifier():
                token.type, token.content = "text", "__"
        elif token.type in {"em_open", "em_close"} and token.markup == "*":
            after = tokens[i + 1].content if i + 1 < len(tokens) else ""
            if after.startswith("."):  # `a/*.py`
                token.type, token.content = "text", "*"
        yield token


def _rendered(tokens: Sequence[Token]) -> Iterator[str]:
    target = None
    for token in _dunders(tokens):
        match token.type:
            case "text" | "text_special" | "image":
                yield token.content
            case "code_inline":
                yield f"`{token.content}`"
            case "softbreak" | "hardbreak":
                yield "\n"
            case "html_inline" if token.content.lower().startswith("<br"):
                yield "\n"
            case "link_open":
                href = str(token.attrs.get("href", ""))
                target = href if _PLACE.search(href) else None
                yield "[" if target else ""
            case "link_close":
                yield f"]({target})" if target else ""
                target = None
            case kind:
                yield _MARKS.get(kind, "")
