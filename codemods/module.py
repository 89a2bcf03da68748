"""One parsed file: its bytes, its `ast`, and the way from one to the other.

Positions of `ast` count UTF-8 bytes in a line, edits count bytes in the file and people count code
points: the conversions live here and nowhere else.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias, TypeVar, cast

from codemods.derivable import Derivable
from codemods.dialect import explain
from codemods.model import Edit, Span
from codemods.nodes import CHILD_FIELDS, unwarned

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Scope: TypeAlias = ast.Module | ast.ClassDef | ast.Lambda | Function
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (ast.Module, ast.ClassDef, ast.Lambda, *FUNCTIONS)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)  # behind these nothing of the block runs

# Texts in which code is filled in; of the second kind from Python 3.14 on.
_FILLED_TEXTS = [getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)]

AnyNode = TypeVar("AnyNode", bound=ast.AST)

# What reads a tree goes down with it, some frames of Python a level: a thousand are soon used up.
_FRAMES = 20_000
# Levels of a tree, each of which may take several frames; no person writes a tenth of that.
_DEEPEST = 3_000
sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """The file cannot be read as Python; the message is one line that says why."""


class Module(Derivable):
    """A Python file that the running interpreter can parse. Raises Unreadable for any other."""

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__()
        self.path = path
        self.data = data
        self.encoding, self.tree = _parse(data)
        self.parents, self._by_type = _walked(self.tree)
        """The node right above each node but the module."""
        self._places: dict[ast.stmt, tuple[list[ast.stmt], int]] = {}

    # -- the tree ---------------------------------------------------------------------------------

    def nodes(self, *kinds: type[AnyNode]) -> list[AnyNode]:
        """All nodes of these exact classes, each class in source order."""
        found: list[ast.AST] = []
        for kind in kinds:
            found += self._by_type.get(kind, ())
        return cast(list[AnyNode], found)

    @cached_property
    def names(self) -> dict[str, list[ast.Name]]:
        """All names by their spelling, loads and stores, in source order."""
        found: dict[str, list[ast.Name]] = defaultdict(list)
        for node in self.nodes(ast.Name):
            found[node.id].append(node)
        return found

    @cached_property
    def attributes(self) -> dict[str, list[ast.Attribute]]:
        """All attributes by their last name, in source order."""
        found: dict[str, list[ast.Attribute]] = defaultdict(list)
        for node in self.nodes(ast.Attribute):
            found[node.attr].append(node)
        return found

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent of the node up to the module."""
        parents = self.parents
        above = parents.get(node)
        while above is not None:
            yield above
            above = parents.get(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The node itself when it is a statement, else the innermost statement around it."""
        above: ast.AST | None = node
        while not isinstance(above, ast.stmt):
            if above is None:
                raise ValueError("the module has no enclosing statement")
            above = self.parents.get(above)
        return above

    def scope(self, node: ast.AST) -> Scope:
        """The function, lambda, class or module whose body the node stands in."""
        parents = self.parents
        above = parents.get(node)
        while above is not None and above.__class__ not in SCOPES:
            above = parents.get(above)
        return above if above is not None else self.tree

    def function(self, node: ast.AST) -> Function | None:
        """The innermost `def` around the node, not counting itself."""
        parents = self.parents
        above = parents.get(node)
        while above is not None and above.__class__ not in FUNCTIONS:
            above = parents.get(above)
        return above

    def qualified_name(self, node: ast.AST) -> str:
        """The dotted name of the definitions around the node, itself included; '' at module level."""
        definitions = (*FUNCTIONS, ast.ClassDef)
        names = [n.name for n in (node, *self.ancestors(node)) if isinstance(n, definitions)]
        return ".".join(reversed(names))

    def siblings(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        """The block the statement stands in, and its place there. Raises KeyError for what is in none."""
        if statement not in self._places:
            parent = self.parent(statement)
            for name in ("body", "orelse", "finalbody"):
                block = getattr(parent, name, None)
                if isinstance(block, list):
                    self._places |= {each: (block, place) for place, each in enumerate(block)}
        return self._places[statement]

    # -- the text ---------------------------------------------------------------------------------

    @cached_property
    def text(self) -> str:
        """The whole file decoded, line ends as they are, without a byte order mark."""
        return self.data.removeprefix(_BOM).decode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """The byte offset at which each line starts; the byte order mark belongs to no line."""
        first = len(_BOM) if self.data.startswith(_BOM) else 0
        lines = self.data.splitlines(keepends=True)
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            lines.pop()
        return [first, *accumulate(map(len, lines))]

    @cached_property
    def newline(self) -> str:
        """The line end of the file's first line; `\\n` when it has none."""
        match = _LINE_END.search(self.data)
        return match.group().decode("ascii") if match else "\n"

    @cached_property
    def indent(self) -> str:
        """What one level of indentation is in this file: that of its first block on lines of its own."""
        blocks: list[Function | ast.ClassDef | ast.If | ast.For | ast.With | ast.Try] = self.nodes(
            *FUNCTIONS, ast.ClassDef, ast.If, ast.For, ast.With, ast.Try
        )
        for node in blocks:
            inner, outer = self.indentation(node.body[0]), self.indentation(node)
            if inner.startswith(outer) and len(inner) > len(outer):
                return inner[len(outer) :]
        return "    "

    def line(self, number: int) -> bytes:
        """Line `number`, counted from 1, with its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.data)
        return self.data[start:end]

    def indentation(self, node: ast.stmt | ast.excepthandler) -> str:
        """The white space at the start of the line on which the node starts."""
        line = self.line(node.lineno).decode(self.encoding)
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def starts_line(self, node: ast.stmt | ast.excepthandler) -> bool:
        """Whether nothing but white space stands before the node on its first line."""
        return not self.data[self.line_starts[node.lineno - 1] : self.start(node)].strip()

    def offset(self, line: int, column: int) -> int:
        """The byte offset of an `ast` position: line from 1, column in UTF-8 bytes from 0."""
        start = self.line_starts[line - 1]
        if self.encoding == "utf-8":
            return start + column
        before = self.line(line).decode(self.encoding).encode()[:column]
        return start + len(before.decode().encode(self.encoding))

    def start(self, node: ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword) -> int:
        """The byte offset at which the node starts; for a definition, its first decorator's `@`."""
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            return self.data.rindex(b"@", 0, self.offset(decorators[0].lineno, decorators[0].col_offset))
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword) -> int:
        """The byte offset after the node's last byte."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.end_lineno, node.end_col_offset)

    def source(self, node: ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword) -> str:
        """The node's text as it stands in the file."""
        return self.data[self.start(node) : self.end(node)].decode(self.encoding)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1, the column in code points."""
        line = max(bisect_right(self.line_starts, offset), 1)
        before = self.data[self.line_starts[line - 1] : offset]
        return line, len(before.decode(self.encoding, "replace")) + 1

    def span(self, node: ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword) -> Span:
        return Span(*self.position(self.start(node)), *self.position(self.end(node)))

    def edit(self, start: int, end: int, text: str) -> Edit:
        """An edit of this file; line ends in `text` (written `\\n`) become the file's own.

        Raises UnicodeEncodeError when the file's encoding cannot hold the text.
        """
        return Edit(self.path, start, end, text.replace("\n", self.newline).encode(self.encoding))

    def replace(self, node: ast.stmt | ast.expr, text: str) -> Edit:
        """The edit that puts `text` in the place of the node."""
        return self.edit(self.start(node), self.end(node), text)

    @cached_property
    def _comments(self) -> dict[int, str]:
        """The comment on each line that has one, by line number from 1. To look for them takes long."""
        lines = io.StringIO(self.text, newline="").readline
        # A form feed or a lone carriage return can upset the tokenizer after `ast` was content.
        try:
            tokens = list(tokenize.generate_tokens(lines))
        except (tokenize.TokenError, SyntaxError):
            return {}
        return {t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT}

    @cached_property
    def _lines_of_texts(self) -> set[int]:
        """The lines that a literal for a text is on, in which a `#` begins no comment."""
        texts = (n for n in self.nodes(ast.Constant) if isinstance(n.value, (str, bytes)))
        nodes = [*texts, *self.nodes(*_FILLED_TEXTS)]
        return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}

    def comment(self, line: int) -> str:
        """The comment on a line, '' where there is none."""
        whole = self.line(line) if 0 < line <= len(self.line_starts) else b""
        _, sign, comment = whole.partition(b"#")
        if not sign:
            return ""
        if not whole.isascii() or self.encoding != "utf-8" or line in self._lines_of_texts:
            return self._comments.get(line, "")
        return (sign + comment).decode().rstrip("\r\n")


def _parse(data: bytes) -> tuple[str, ast.Module]:
    """The encoding (never with a BOM in its name) and the tree."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        with unwarned():
            return encoding.removesuffix("-sig"), ast.parse(data)
    except SyntaxError as error:
        raise Unreadable(explain(error)) from error
    except (ValueError, LookupError) as error:  # NUL bytes; a codec that is not one for text
        raise Unreadable(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise Unreadable("nested too deeply for this interpreter to parse") from error


def _walked(tree: ast.Module) -> tuple[dict[ast.AST, ast.AST], dict[type[ast.AST], list[ast.AST]]]:
    """The node above each node, and the nodes of each class in source order."""
    parents: dict[ast.AST, ast.AST] = {}
    by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)

    def see(node: ast.AST, fields: tuple[str, ...], depth: int) -> None:
        # Like `nodes.children`, and no call for the half of the nodes that have nothing below them.
        if depth > _DEEPEST:
            raise Unreadable("nested too deeply to be looked into")
        for name in fields:
            value = getattr(node, name, None)
            for child in value if value.__class__ is list else (value,):
                if child is not None:
                    parents[child] = node
                    kind = child.__class__
                    by_type[kind].append(child)
                    if below := CHILD_FIELDS[kind]:
                        see(child, below, depth + 1)

    by_type[ast.Module].append(tree)
    see(tree, CHILD_FIELDS[ast.Module], 1)
    return parents, by_type
