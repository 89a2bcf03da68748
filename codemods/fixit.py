"""Every remedy as a rule for Fixit: `enable = ["codemods.fixit"]` under `[tool.fixit]`.

A rule runs our engine on the file that Fixit reads and reports what it finds. Safe fixes that touch
this file alone become replacements of the smallest statement that holds them, or of the whole module
when they also change its imports. Fixit makes no replacement inside another one: run `fixit fix`
again until it has nothing left to do. Each run leaves code that is whole.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from os.path import commonprefix
from pathlib import Path
from typing import TypeAlias

import libcst as cst
from fixit import LintRule
from libcst.metadata import (
    CodePosition,
    CodeRange,
    FilePathProvider,
    MetadataWrapper,
    WhitespaceInclusivePositionProvider,
)

from codemods.engine import repair, scan
from codemods.model import Applicability, Finding
from codemods.module import Module
from codemods.remedy import Remedy, all_remedies
from codemods.repository import find_repository
from codemods.sources import Overlay, WorkingDirectory

Replacement: TypeAlias = cst.CSTNode | cst.FlattenSentinel[cst.BaseStatement]
Fixed: TypeAlias = tuple[cst.CSTNode, Replacement]
"""A node, and what to put in its place."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A statement, a handler or the module, with its bytes: from the comments above it to its line's end."""

    low: int
    high: int
    node: cst.Module | cst.BaseStatement | cst.ExceptHandler

    def holds(self, low: int, high: int) -> bool:
        return self.low <= low and high <= self.high


@dataclass(frozen=True)
class _Source:
    """The file that Fixit reads, in the tree around it."""

    tree: Overlay
    path: str
    data: bytes
    module: cst.Module

    @cached_property
    def lines(self) -> list[int]:
        """The byte offset at which each line starts."""
        return Module(self.path, self.data).line_starts

    @cached_property
    def spans(self) -> list[_Span]:
        """The module, then its statements and handlers, outer ones first."""
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        ranges = wrapper.resolve(WhitespaceInclusivePositionProvider)
        inner = (node for block in ranges for node in _members(block))
        found = [_Span(self._offset(ranges[n].start), self._offset(ranges[n].end), n) for n in inner]
        found.sort(key=lambda span: (span.low, -span.high))
        return [_Span(0, len(self.data), self.module), *found]

    def at(self, finding: Finding) -> cst.CSTNode:
        """The innermost statement or handler at which the finding starts."""
        line = self.lines[finding.span.line - 1]
        return next((s.node for s in reversed(self.spans) if s.low <= line < s.high), self.module)

    def around(self, low: int, high: int) -> _Span:
        """The innermost statement that holds these bytes; a handler goes with its `try`."""
        spans = (s for s in reversed(self.spans) if not isinstance(s.node, cst.ExceptHandler))
        return next(span for span in spans if span.holds(low, high))

    def repaired(self, findings: Sequence[Finding]) -> bytes:
        """The file after the fixes of some findings, of those that overlap the first."""
        outcome = repair(self.tree, findings, _is_fixable, again=False)
        return next((c.after for c in outcome.changes if c.after is not None), self.data)

    def _offset(self, position: CodePosition) -> int:
        """Where a position is that starts a line, or is the end of the file."""
        starts_line = position.column == 0 and position.line <= len(self.lines)
        return self.lines[position.line - 1] if starts_line else len(self.data)


def rule_for(remedy: type[Remedy]) -> type[LintRule]:
    """The rule that reports and repairs what a remedy finds; it bears the name of the remedy's class."""

    class Rule(LintRule):
        METADATA_DEPENDENCIES = (*LintRule.METADATA_DEPENDENCIES, FilePathProvider)
        AUTOFIX = True
        replaced: Collection[cst.CSTNode] = ()

        def visit_Module(self, node: cst.Module) -> None:
            if not any(trigger in _bytes_of(node) for trigger in remedy.triggers):
                return
            source = _source_of(node, Path(self.get_metadata(FilePathProvider, node)))
            result = scan(source.tree, [remedy.id()], paths=[source.path])
            for failure in result.failures:
                self.report(node, failure.error)
            # Our engine has read the comments that silence a finding; Fixit knows a few places more.
            findings = [f for f in result.findings if not self.ignore_lint(source.at(f))]
            fixes = _replacements(source, [f for f in findings if _is_fixable(f)])
            self.replaced = {place for place, _ in fixes.values()}
            for finding in findings:
                place, new = fixes.get(finding, (source.at(finding), None))
                self.report(place, _message(finding), position=_range(finding), replacement=new)

        def ignore_lint(self, node: cst.CSTNode) -> bool:
            # A comment silences what stands beside it, not all that is replaced along with it.
            return node not in self.replaced and super().ignore_lint(node)

    Rule.__name__ = Rule.__qualname__ = remedy.__name__
    Rule.__doc__ = remedy.documentation()
    return Rule


# -- the file and the project around it ---------------------------------------------------------------


@lru_cache(maxsize=1)
def _bytes_of(module: cst.Module) -> bytes:
    return module.bytes


@lru_cache(maxsize=1)
def _source_of(module: cst.Module, place: Path) -> _Source:
    """The file among the others of its project, where callers and entry points are looked for."""
    data = _bytes_of(module)
    root = _root_of(place.parent)
    path = place.relative_to(root).as_posix()
    minute = int(time.monotonic() / 60)  # in a language server, the other files change while we live
    return _Source(Overlay(_tree_at(root, minute), {path: data}), path, data, module)


@lru_cache(maxsize=256)
def _root_of(folder: Path) -> Path:
    """The repository around a folder; in none, the current directory or the folder itself."""
    repository = find_repository(folder)
    if repository and not repository.bare:
        return repository.root
    here = Path.cwd()
    return here if folder.is_relative_to(here) else folder


@lru_cache(maxsize=2)
def _tree_at(root: Path, _minute: int) -> WorkingDirectory:
    return WorkingDirectory.at(root)


# -- what is reported ---------------------------------------------------------------------------------


def _is_fixable(finding: Finding) -> bool:
    fix = finding.fix
    return fix is not None and fix.applicability is Applicability.SAFE and fix.paths == (finding.path,)


def _message(finding: Finding) -> str:
    """What is wrong and what to look at; for a fix that Fixit does not make, who does."""
    text = f"{finding.message} ({finding.reason})" if finding.reason else finding.message
    if finding.fix is None or _is_fixable(finding):
        return text
    unsafe = " --unsafe" if finding.applicability is Applicability.UNSAFE else ""
    return f"{text}; `patchwright apply --remedy {finding.remedy}{unsafe}` fixes it"


def _range(finding: Finding) -> CodeRange:
    span = finding.span
    return CodeRange((span.line, span.column - 1), (span.end_line, span.end_column - 1))


# -- what is replaced ---------------------------------------------------------------------------------


def _replacements(source: _Source, findings: Sequence[Finding]) -> dict[Finding, Fixed]:
    """Which node to replace for each finding. Fixes that meet in a node share the replacement of them all."""
    groups: dict[_Span, list[Finding]] = {}
    for finding in findings:
        changed = source.repaired([finding])
        low = len(commonprefix([source.data, changed]))
        tail = len(commonprefix([source.data[low:][::-1], changed[low:][::-1]]))
        groups.setdefault(source.around(low, len(source.data) - tail), []).append(finding)
    outermost = [s for s in groups if not any(o is not s and o.holds(s.low, s.high) for o in groups)]
    fixes: dict[Finding, Fixed] = {}
    for span in outermost:
        together = [f for s, found in groups.items() if span.holds(s.low, s.high) for f in found]
        fixes |= dict.fromkeys(together, _replacement(source, span, source.repaired(together)))
    # Seldom, a comment behind a block changes its owner: then the module is what can be replaced.
    expected = source.repaired(findings) if findings else source.data
    if _swapped(source.module, dict(fixes.values())) != expected:
        return dict.fromkeys(findings, (source.module, cst.parse_module(expected)))
    return fixes


def _replacement(source: _Source, span: _Span, changed: bytes) -> Fixed:
    """What to put in the place of the span's node so that the file becomes `changed`."""
    end = span.high + len(changed) - len(source.data)
    text = changed[span.low : end].decode(source.module.encoding)
    if span.node is source.module or not text.strip():
        return source.module, cst.parse_module(changed)
    new = _statements(text, source.module, top=span.node in source.module.body)
    return span.node, new[0] if len(new) == 1 else cst.FlattenSentinel(new)


def _swapped(module: cst.Module, fixes: Mapping[cst.CSTNode, Replacement]) -> bytes:
    """The module's bytes after the replacements, made the way Fixit makes them."""

    class Swap(cst.CSTTransformer):
        def on_visit(self, node: cst.CSTNode) -> bool:
            return node not in fixes

        def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Replacement:  # type: ignore[override]
            return fixes.get(original_node, updated_node)

    return module.visit(Swap()).bytes if fixes else module.bytes


def _statements(text: str, module: cst.Module, *, top: bool) -> Sequence[cst.BaseStatement]:
    """The statements of whole lines, each with the comments above it."""
    # The first statement keeps the comments above it only where it is not the first of a module.
    tree = cst.parse_module(f"pass\n{text}" if top else f"if 1:\n{text}", module.config_for_parsing)
    first, *others = tree.body
    if top:
        return others
    assert isinstance(first, cst.If) and isinstance(first.body, cst.IndentedBlock)
    return [s for s in first.body.body if isinstance(s, cst.BaseStatement)]


def _members(block: cst.CSTNode) -> Iterator[cst.BaseStatement | cst.ExceptHandler]:
    """The statements and handlers that stand directly in a block."""
    if isinstance(block, (cst.Module, cst.IndentedBlock)):
        yield from (s for s in block.body if isinstance(s, cst.BaseStatement))
    elif isinstance(block, cst.Try):
        yield from block.handlers


globals().update({remedy.__name__: rule_for(remedy) for remedy in all_remedies()})
