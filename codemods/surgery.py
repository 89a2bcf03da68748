"""Rewriting a run of sibling statements with LibCST, and the result as the smallest edits.

Only the lines of those statements are parsed and printed again, and of those only what differs
becomes an edit: comments, quotes, line ends and everything around stay as they are.

LibCST is imported by the first rewriting: that takes as long as scanning a hundred files, most of which
need none.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from os.path import commonprefix
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from codemods.model import Edit
from codemods.module import Module

if TYPE_CHECKING:
    import libcst as cst
    from libcst.metadata import CodeRange

Statements: TypeAlias = "Sequence[cst.BaseStatement]"
AnyCst = TypeVar("AnyCst", bound="cst.CSTNode")

# What a slice is parsed behind: LibCST takes the first indentation and line end it meets for the
# file's own, and so does what it prints new. An indented slice stands under the second line, so that
# no line of a string moves.
_PREAMBLE = "if 1:{newline}{indent}pass{newline}"
_SHELL = "if 1:{newline}"


class Block:
    """The LibCST side of a run of sibling statements, and the way there from the `ast` side."""

    def __init__(self, module: Module, tree: cst.Module, statements: Statements, shift: int) -> None:
        from libcst.metadata import MetadataWrapper, PositionProvider

        self.statements = statements
        self._module = module
        self._shift = shift  # what to add to a line of the file to get a line of the tree
        wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
        self._ranges = wrapper.resolve(PositionProvider)

    def find(self, node: ast.stmt | ast.expr | ast.excepthandler, kind: type[AnyCst]) -> AnyCst:
        """The LibCST node of class `kind` at the place of an `ast` node. Raises LookupError."""
        wanted = self._range(node)
        for candidate, place in self._ranges.items():
            if isinstance(candidate, kind) and place == wanted:
                return candidate
        raise LookupError(f"no {kind.__name__} at line {node.lineno}")

    def _range(self, node: ast.stmt | ast.expr | ast.excepthandler) -> CodeRange:
        from libcst.metadata import CodeRange

        start = self._module.offset(node.lineno, node.col_offset)
        return CodeRange(self._place(start), self._place(self._module.end(node)))

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column in the tree, which has lost the form feeds before statements."""
        line, column = self._module.position(offset)
        text = self._module.line(line).decode(self._module.encoding)
        return line + self._shift, column - 1 - len(_form_feeds(text))


def rewrite(
    module: Module, first: ast.stmt, last: ast.stmt, transform: Callable[[Block], Statements]
) -> tuple[Edit, ...]:
    """The edits that put what `transform` returns in the place of the siblings `first` to `last`.

    Statements that share a line with them, or whose one-line suite they stand in, come along.
    """
    import libcst as cst

    first, last = _whole_lines(module, first, last)
    first_line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))])
    assert last.end_lineno is not None
    start = module.line_starts[first_line - 1]
    after_last = module.line_starts[last.end_lineno :] or [len(module.data)]
    end = after_last[0]
    old = module.data[start:end].decode(module.encoding)
    bare = old.removeprefix(_form_feeds(old))
    indented = bare[:1] in " \t"
    head = _PREAMBLE + (_SHELL if indented else "")
    head = head.format(newline=module.newline, indent=module.indent)
    tree = cst.parse_module(head + bare)
    holder, first_index = _holder(tree, indented)
    before, slice_ = holder.body[:first_index], holder.body[first_index:]
    statements = [s for s in slice_ if isinstance(s, cst.BaseStatement)]
    block = Block(module, tree, statements, shift=2 + bool(indented) + 1 - first_line)
    new = tree.with_deep_changes(holder, body=[*before, *transform(block)]).code
    return difference(module, start, old, new.removeprefix(head))


def difference(module: Module, start: int, old: str, new: str) -> tuple[Edit, ...]:
    """The smallest edits that turn `old`, which stands at byte `start`, into `new`.

    Lines are paired by what is left of them without indentation, so a block that moves to the right
    becomes insertions at line starts, and another fix inside of it still composes.
    """
    before, after = old.split("\n"), new.split("\n")
    before, after = _keep_ends(before), _keep_ends(after)
    offsets = [start]
    for line in before:
        offsets.append(offsets[-1] + len(line.encode(module.encoding)))
    matcher = SequenceMatcher(None, [_bare(x) for x in before], [_bare(x) for x in after], False)
    edits: list[Edit] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for i, line in zip(range(i1, i2), after[j1:j2], strict=True):
                kept = line if "\f" in line else _form_feeds(before[i]) + line  # LibCST drops them
                edits += _trimmed(module, offsets[i], before[i], kept)
        else:
            edits += _trimmed(module, offsets[i1], "".join(before[i1:i2]), "".join(after[j1:j2]))
    return tuple(_joined(edits))


def insert_before(
    module: Module, node: ast.stmt | ast.excepthandler, lines: str, *, above_comments: bool = False
) -> Edit:
    """Insert whole lines, each indented like the node, which must start its own line.

    With `above_comments` they come before the comments that stand directly above it, alike indented.
    """
    if not module.starts_line(node):
        raise ValueError("the statement does not start its line")
    first = module.position(module.start(node))[0]
    margin = module.indentation(node)
    while above_comments and first > 1 and module.line(first - 1).startswith(f"{margin}#".encode()):
        first -= 1
    at = module.line_starts[first - 1]
    return module.edit(at, at, indent(lines, margin))


def indent(lines: str, indentation: str) -> str:
    """The lines, each with `indentation` before it and a line end after it."""
    return "".join(f"{indentation}{line}\n" if line else "\n" for line in lines.split("\n"))


def _whole_lines(module: Module, first: ast.stmt, last: ast.stmt) -> tuple[ast.stmt, ast.stmt]:
    """Widen a run of siblings until it starts and ends with a line."""
    siblings, at = module.siblings(first)
    while at and siblings[at - 1].end_lineno == first.lineno:
        at -= 1
        first = siblings[at]
    if not module.starts_line(first) or _is_elif(module, first):
        above = module.statement(module.parent(first) or first)
        return _whole_lines(module, above, above)
    siblings, at = module.siblings(last)
    while at + 1 < len(siblings) and siblings[at + 1].lineno == last.end_lineno:
        at += 1
        last = siblings[at]
    return first, last


def _is_elif(module: Module, statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and module.source(statement).startswith("elif")


def _holder(tree: cst.Module, indented: bool) -> tuple[cst.Module | cst.IndentedBlock, int]:
    """What holds the slice's statements, and at which index the first of them stands."""
    import libcst as cst

    if not indented:
        return tree, 1
    shell = tree.body[1]
    assert isinstance(shell, cst.If) and isinstance(shell.body, cst.IndentedBlock)
    return shell.body, 0


def _form_feeds(line: str) -> str:
    """The start of a line up to the last form feed in its indentation; Python counts columns from there."""
    blank = line[: len(line) - len(line.lstrip(" \t\f"))]
    return blank[: blank.rfind("\f") + 1]


def _keep_ends(lines: list[str]) -> list[str]:
    return [line + "\n" for line in lines[:-1]] + lines[-1:]


def _bare(line: str) -> str:
    return line.strip(" \t\f\r\n")


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Edits that touch as one, because the order of two insertions at one place would be lost."""
    joined: list[Edit] = []
    for edit in edits:
        if joined and joined[-1].end == edit.start:
            last = joined.pop()
            edit = Edit(edit.path, last.start, edit.end, last.replacement + edit.replacement)
        joined.append(edit)
    return joined


def _trimmed(module: Module, start: int, old: str, new: str) -> list[Edit]:
    """At most one edit, without the text that both begin or end with."""
    if old == new:
        return []
    head = len(commonprefix([old, new]))
    tail = len(commonprefix([old[head:][::-1], new[head:][::-1]]))
    middle = slice(head, len(old) - tail)
    at = start + len(old[:head].encode(module.encoding))
    end = at + len(old[middle].encode(module.encoding))
    return [Edit(module.path, at, end, new[head : len(new) - tail].encode(module.encoding))]
