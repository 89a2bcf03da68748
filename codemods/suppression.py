"""Comments by which people silence a remedy at one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.module import Module
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
_MARK = re.compile(rb"#.*(noqa|nosemgrep|nosec|lint-|pylint|ruff|lgtm|codeql)", re.IGNORECASE)


def is_silenced(module: Module, node: ast.stmt | ast.expr | ast.excepthandler, remedy: Remedy) -> bool:
    """Whether a comment on the node's first line, or directly above its statement, silences the remedy.

    For a handler any line of its head counts: `except (` may go on over several.

    `# noqa: CODE`, `# pylint: disable=CODE`, `# ruff: ignore[CODE]`, `# lgtm[CODE]`, `# codeql[CODE]` count
    for the codes the remedy lists, and `# lint-ignore: Name` for its class name or id; without names
    they count for everything.
    """
    lines = (*_head(module, node), *_lines_above(module, node))
    return any(_silences(_marked(module, line), remedy) for line in lines)


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


def _marked(module: Module, line: int) -> str:
    """The comment on a line if it may be one of ours, else ''; most files are not tokenized for it."""
    return module.comments.get(line, "") if _MARK.search(module.line(line)) else ""


def _silences(comment: str, remedy: Remedy) -> bool:
    names = (
        *remedy.codes,
        *remedy.also_silenced_by,
        type(remedy).__name__,
        type(remedy).__name__ + "Rule",
        remedy.id(),
    )
    own = {name.lower() for name in names}
    for match in _DIRECTIVE.finditer(comment):
        word = match["word"].lower()
        # Other tools take what follows a "noqa" without a colon for talk: all codes are meant.
        if word == "nosemgrep" or (word == "noqa" and not match["colon"]):
            return True
        named = _named(match)
        if not named or named & own:
            return True
    return any(_named(match) & own for match in _NAMED.finditer(comment))


def _named(match: re.Match[str]) -> set[str]:
    return {name.lower() for name in re.findall(r"[\w.\-/]+", match["names"])}
