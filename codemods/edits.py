"""From fixes to changed files: overlaps, imports, and the bytes that come out."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from codemods.imports import merge_imports
from codemods.model import Edit, FileChange, Fix, Import
from codemods.module import Module, Unreadable
from codemods.nodes import unwarned
from codemods.unused_imports import drop_imports

Parse: TypeAlias = Callable[[str], Module]
"""Gives the parsed file at a path: `Project.module`."""

_DEFINITION = re.compile(rb"\n[ \t]*(?:(?:async[ \t]+)?def\b|class\b|@)")


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of composing fixes: the changed files, and which fixes are in them.

    `deferred` overlap with a taken one: scan the result again. `broken` would not compile: they are
    in no change, and stand for a fault of the remedy, not of the target. `modules` are the changed
    files, parsed.
    """

    modules: tuple[Module, ...] = ()
    changes: tuple[FileChange, ...] = ()
    taken: tuple[Fix, ...] = ()
    deferred: tuple[Fix, ...] = ()
    broken: tuple[Fix, ...] = ()


@dataclass(slots=True)
class _Plan:
    """The edits accepted so far, by file."""

    edits: dict[str, set[Edit]] = field(default_factory=lambda: defaultdict(set))
    hulls: dict[str, list[tuple[int, int, tuple[Edit, ...]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def accepts(self, fix: Fix, parse: Parse) -> bool:
        """Whether the fix overlaps nothing accepted; identical edits of two fixes are one edit."""
        for path, edits in _by_path(fix.edits).items():
            new = tuple(e for e in edits if e not in self.edits[path])
            if new and any(_overlap(new, old, parse(path).data) for old in self._near(path, new)):
                return False
        return True

    def _near(self, path: str, edits: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
        """The accepted fixes of the file that reach to where these edits are: most are elsewhere."""
        start, end = edits[0].start, max(e.end for e in edits)
        return (old for low, high, old in self.hulls[path] if low <= end and start <= high)

    def add(self, fix: Fix) -> None:
        for path, edits in _by_path(fix.edits).items():
            self.edits[path].update(edits)
            self.hulls[path].append((edits[0].start, max(e.end for e in edits), edits))


def compose(fixes: Iterable[Fix], parse: Parse) -> Composition:
    """Make all fixes that do not overlap, the first ones first; each is made whole or not at all."""
    plan = _Plan()
    taken: list[Fix] = []
    deferred: list[Fix] = []
    for fix in dict.fromkeys(fixes):
        fits = plan.accepts(fix, parse)
        (taken if fits else deferred).append(fix)
        if fits:
            plan.add(fix)
    changes = _changes(taken, parse)
    if changes is not None:
        return Composition(*changes, tuple(taken), tuple(deferred))
    return _without_broken(taken, deferred, parse)


def alone(fix: Fix, parse: Parse) -> tuple[FileChange, ...]:
    """What one fix by itself makes of its files, to be shown: whether that compiles `compose` says."""
    edits = _by_path(fix.edits)
    changes = []
    for path in fix.paths:
        original = parse(path)
        try:
            after = _edited_bytes(original, edits.get(path, ()), [i for i in fix.imports if i.path == path])
        except Unreadable:
            return ()
        changes.append(FileChange(path, original.data, after))
    return tuple(changes)


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after edits that do not overlap."""
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        pieces += data[at : edit.start], edit.replacement
        at = edit.end
    return b"".join([*pieces, data[at:]])


def _without_broken(fixes: Sequence[Fix], deferred: Sequence[Fix], parse: Parse) -> Composition:
    """Something among the fixes does not compile. Those that do not alone are broken; of the others
    as many as go together are made, the first ones first."""
    sound = [fix for fix in fixes if _changes([fix], parse) is not None]
    broken = tuple(fix for fix in fixes if fix not in sound)
    count = len(sound)
    while count:
        changes = _changes(sound[:count], parse)
        if changes is not None:
            return Composition(*changes, tuple(sound[:count]), (*sound[count:], *deferred), broken)
        count //= 2
    return Composition(deferred=tuple(deferred), broken=broken)


def _changes(fixes: Sequence[Fix], parse: Parse) -> tuple[tuple[Module, ...], tuple[FileChange, ...]] | None:
    """The files after the fixes, or None when one of them would not compile."""
    edits = _by_path({e for fix in fixes for e in fix.edits})
    imports: dict[str, set[Import]] = defaultdict(set)
    for wanted in (i for fix in fixes for i in fix.imports):
        imports[wanted.path].add(wanted)
    modules: list[Module] = []
    for path in sorted({*edits, *imports}):
        after = _edited(parse(path), edits.get(path, ()), sorted(imports[path]))
        if after is None:
            return None
        if after.data != parse(path).data:
            modules.append(after)
    return tuple(modules), tuple(FileChange(m.path, parse(m.path).data, m.data) for m in modules)


def _edited(original: Module, edits: Sequence[Edit], imports: Sequence[Import]) -> Module | None:
    """The file after the edits; None when it would not compile although it did before."""
    try:
        changed = Module(original.path, _edited_bytes(original, edits, imports))
    except Unreadable:
        return None
    return changed if _compiles(changed) or not _compiles(original) else None


def _edited_bytes(original: Module, edits: Sequence[Edit], imports: Sequence[Import]) -> bytes:
    """The file after the edits, its imports in order. Raises Unreadable, but does not look for it."""
    after = _in_order(original.data, merge_imports(original, imports), edits)
    if not _remove_a_use(original, edits):
        return after
    return apply_edits(after, drop_imports(original, Module(original.path, after)))


def _remove_a_use(original: Module, edits: Sequence[Edit]) -> bool:
    """Whether the edits take away a word that is the name of an import; few do, and to look costs."""
    statements: list[ast.Import | ast.ImportFrom] = original.nodes(ast.Import, ast.ImportFrom)
    imported = {(a.asname or a.name).partition(".")[0] for s in statements for a in s.names}
    removed = (original.data[e.start : e.end].decode(original.encoding) for e in edits)
    return any(imported.intersection(re.findall(r"\w+", text)) for text in removed)


def _compiles(module: Module) -> bool:
    """Whether the interpreter makes code of it: it refuses some that `ast` takes, as a `return`
    outside of a function. A file that never did is not the fix's fault."""
    try:
        with unwarned():
            compile(module.tree, module.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _in_order(before: bytes, added: Sequence[Edit], edits: Sequence[Edit]) -> bytes:
    """Edits and new import lines; where both insert at one offset, the import line comes first."""
    lines = {edit.start: edit.replacement for edit in added}
    merged = {
        Edit(e.path, e.start, e.end, lines.pop(e.start, b"") + e.replacement) if e.start == e.end else e
        for e in edits
    }
    return apply_edits(before, [*(e for e in added if e.start in lines), *merged])


def _by_path(edits: Iterable[Edit]) -> dict[str, tuple[Edit, ...]]:
    grouped: dict[str, list[Edit]] = defaultdict(list)
    for edit in sorted(edits):
        grouped[edit.path].append(edit)
    return {path: tuple(group) for path, group in grouped.items()}


def _overlap(one: Sequence[Edit], other: Sequence[Edit], data: bytes) -> bool:
    """Whether two fixes of one file cannot be made in one pass.

    They cannot when edits touch, or when one puts or removes whole lines inside the stretch that the
    other indents or rewrites around: its lines would have the wrong indentation.
    """
    if any(_touch(a, b) for a in one for b in other):
        return True
    return _breaks_lines_inside(one, other, data) or _breaks_lines_inside(other, one, data)


def _touch(a: Edit, b: Edit) -> bool:
    if a.start == a.end and b.start == b.end:
        return a.start == b.start
    return a.start < b.end and b.start < a.end


def _breaks_lines_inside(inner: Sequence[Edit], outer: Sequence[Edit], data: bytes) -> bool:
    breaking = [e for e in inner if b"\n" in e.replacement or b"\n" in data[e.start : e.end]]
    return any(low < e.start < high for low, high in _stretches(outer, data) for e in breaking)


def _stretches(edits: Sequence[Edit], data: bytes) -> list[tuple[int, int]]:
    """Where a fix may indent or rewrite around lines: from edit to edit, but not past a definition."""
    stretches: list[tuple[int, int]] = []
    for edit in sorted(edits):
        low, high = stretches[-1] if stretches else (edit.start, edit.end)
        if stretches and not _DEFINITION.search(data, high, edit.start):
            stretches[-1] = low, max(high, edit.end)
        else:
            stretches.append((edit.start, edit.end))
    return stretches
