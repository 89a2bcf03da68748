"""Comments by which people silence a remedy: at one place, in a block or in a whole file."""

from __future__ import annotations

import ast
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.module import FUNCTIONS, Module
from codemods.remedy import Remedy

_DIRECTIVE = re.compile(
    r"#\s*(?P<word>noqa|nosemgrep|nosec|lint-ignore|lint-fixme)\b(?P<colon>\s*:)?\s*(?P<names>[\w.,\- ]*)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:pylint:\s*disable(?:-next)?=|ruff:\s*ignore\[|(?:lgtm|codeql)\s*\[)"
    r"\s*(?P<names>[\w\-/]+(?:\s*,\s*[\w\-/]+)*)"
)
_ABOVE = re.compile(r"lint-|\bpylint:|\bcodeql\b")  # what a line of its own says for the lines below
# On a line of its own: for the whole file, or from there to the end of the block.
_FILE = re.compile(
    r"#\s*(?:(?:flake8\s*[:=]|ruff\s*:)\s*noqa(?:\s*:\s*(?P<names>[\w, ]+))?\s*$|pylint:\s*skip-file\b(?!-))",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\bpylint:\s*(?P<word>disable|enable)=\s*(?P<names>[\w\-]+(?:\s*,\s*[\w\-]+)*)")
# Of PyCharm, above a statement, or above the function or class around it.
_INSPECTION = re.compile(r"#\s*noinspection\s+(?P<names>\w+(?:\s*,\s*\w+)*)")
_TOOLS = (b"flake8", b"ruff", b"pylint")
_WIDE_MARK = re.compile(b"|".join(_TOOLS))
_STARTS = (*ast.stmt.__subclasses__(), ast.ExceptHandler)
_MARK = re.compile(rb"#.*(noqa|nosemgrep|nosec|lint-|pylint|ruff|lgtm|codeql)", re.IGNORECASE)


def is_silenced(module: Module, node: ast.stmt | ast.expr | ast.excepthandler, remedy: Remedy) -> bool:
    """Whether a comment on the node's first line, or directly above its statement, silences the remedy.

    For a handler any line of its head counts: `except (` may go on over several.

    `# noqa: CODE`, `# pylint: disable=CODE`, `# ruff: ignore[CODE]`, `# lgtm[CODE]`, `# codeql[CODE]` count
    for the codes the remedy lists, and `# lint-ignore: Name` for its class name or id; without names
    they count for everything.
    `# ruff: noqa`, `# flake8: noqa` and `# pylint: skip-file` on lines of their own count for the whole file,
    and there `# pylint: disable=CODE` counts to the end of the block, or to the `enable=CODE`.
    `# noinspection CODE` counts above a statement, of a handler its `try`, and above a function or class.
    """
    if any(wide.holds(node.lineno) and wide.means(remedy) for wide in module.derive(_wide)):
        return True
    lines = (*_head(module, node), *_lines_above(module, node))
    if any(_silences(_marked(module, line), remedy) for line in lines):
        return True
    inspected = _inspected(module, node) if b"noinspection" in module.data else ()
    return any(not _names_of(remedy).isdisjoint(_named(names)) for names in inspected)


@dataclass(frozen=True, slots=True)
class _Wide:
    """The lines, from the first to the last, in which remedies are silenced: all, where it has no names."""

    first: int
    last: float
    names: frozenset[str]

    def holds(self, line: int) -> bool:
        return self.first <= line <= self.last

    def means(self, remedy: Remedy) -> bool:
        return not self.names or not self.names.isdisjoint(_names_of(remedy))


def _wide(module: Module) -> list[_Wide]:
    """What comments on lines of their own say for more than the line below."""
    found: list[_Wide] = []
    data = module.data.lower()
    marks = _WIDE_MARK.finditer(data) if any(tool in data for tool in _TOOLS) else ()
    for line in sorted({module.position(mark.start())[0] for mark in marks}):
        stands_alone = module.line(line).removeprefix(BOM_UTF8).lstrip().startswith(b"#")
        comment = module.comment(line) if stands_alone else ""
        if match := _FILE.match(comment):
            found.append(_Wide(1, float("inf"), _named(match["names"] or "")))
        elif match := _BLOCK.search(comment):
            names = _named(match["names"])
            if match["word"] == "disable":
                found.append(_Wide(line, _end_of_block(module, line), names))
            else:
                found = [part for each in found for part in _without(each, names, line)]
    return found


def _end_of_block(module: Module, line: int) -> float:
    """The last line of the block that a comment stands in, `else` and `finally` beside it included."""
    text = module.line(line)
    column = len(text) - len(text.lstrip())
    nodes: list[ast.stmt | ast.ExceptHandler] = module.nodes(*_STARTS)
    outside = (n.lineno for n in nodes if n.lineno > line and n.col_offset < column)
    return min(outside, default=float("inf")) - 1


def _without(wide: _Wide, names: frozenset[str], line: int) -> Iterator[_Wide]:
    """What is silenced still, where from a line on some names are not any more."""
    if not wide.holds(line) or wide.names.isdisjoint(names):
        yield wide
        return
    yield _Wide(wide.first, line, wide.names & names)
    if left := wide.names - names:
        yield _Wide(wide.first, wide.last, left)


def _head(module: Module, node: ast.AST) -> Iterator[int]:
    """The lines on which a comment belongs to the node: its first, of a handler those up to its colon."""
    assert isinstance(node, (ast.stmt, ast.expr, ast.excepthandler))
    yield node.lineno
    if isinstance(node, ast.ExceptHandler) and node.type:
        for line in range(node.lineno + 1, node.body[0].lineno):
            is_behind = line > (node.type.end_lineno or 0)
            if not (is_behind and module.line(line).lstrip().startswith(b"#")):
                yield line


def _lines_above(module: Module, node: ast.AST) -> Iterator[int]:
    """The comment lines directly above the node's statement: some are read there, as `# pylint:` is."""
    anchor = node if isinstance(node, (ast.stmt, ast.excepthandler)) else module.statement(node)
    line = anchor.lineno - 1
    while line and module.line(line).strip().startswith(b"#") and _ABOVE.search(_marked(module, line)):
        yield line
        line -= 1


def _inspected(module: Module, node: ast.AST) -> Iterator[str]:
    """What the comments name that PyCharm reads: those above the statement, and above what it is in."""
    around = [*module.ancestors(node)]
    statement = module.parent(node) if isinstance(node, ast.ExceptHandler) else module.statement(node)
    function = next((above for above in around if isinstance(above, FUNCTIONS)), None)
    owner = next((above for above in around if isinstance(above, ast.ClassDef)), None)
    for one in (statement, function, owner):
        if not isinstance(one, ast.stmt):
            continue
        line = min([one.lineno, *(part.lineno for part in getattr(one, "decorator_list", ()))]) - 1
        while (comment := module.comment(line)) and module.line(line).lstrip().startswith(b"#"):
            if match := _INSPECTION.match(comment):
                yield match["names"]
            line -= 1


def _marked(module: Module, line: int) -> str:
    """The comment on a line if it may be one of ours, else ''; most files are not tokenized for it."""
    return module.comment(line) if _MARK.search(module.line(line)) else ""


def _silences(comment: str, remedy: Remedy) -> bool:
    own = _names_of(remedy)
    for match in _DIRECTIVE.finditer(comment):
        word = match["word"].lower()
        # Other tools take what follows a "noqa" without a colon for talk: all codes are meant.
        if word == "nosemgrep" or (word == "noqa" and not match["colon"]):
            return True
        named = _named(match["names"])
        if not named or named & own:
            return True
    return any(_named(match["names"]) & own for match in _NAMED.finditer(comment))


def _names_of(remedy: Remedy) -> set[str]:
    """The names by which comments mean a remedy, in small letters."""
    name = type(remedy).__name__
    names = (*remedy.codes, *remedy.also_silenced_by, name, f"{name}Rule", remedy.id())
    return {each.lower() for each in names}


def _named(names: str) -> frozenset[str]:
    return frozenset(name.lower() for name in re.findall(r"[\w.\-/]+", names))
