"""What a look at the code gave, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cli.selection import Selection
from cli.terminal import progress_bar
from codemods.engine import spare_the_collector
from codemods.model import Applicability, Failure, Finding, ScanResult
from codemods.output.json import document
from codemods.output.patch import Chunk, patch, view
from codemods.output.summary import counted, summary
from codemods.remedy import all_remedies
from codemods.series import Series, series

NOTHING = "Nothing to do: no Python file is selected."


@dataclass(frozen=True)
class Report:
    """The findings in a selection, and the wanted fixes of them."""

    selection: Selection
    result: ScanResult

    @cached_property
    def fixes(self) -> Series:
        """The wanted fixes, made in memory."""
        return self.fixes_without(())

    def fixes_without(self, paths: Collection[str]) -> Series:
        """The wanted fixes but for those that touch one of the paths."""
        barred = frozenset(paths)

        def wanted(finding: Finding) -> bool:
            in_the_way = finding.fix and barred.intersection(finding.fix.paths)
            return self.selection.wants(finding) and not in_the_way

        return series(self.selection.tree, self.result.findings, self.selection.remedies, wanted)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All that went wrong, the making of fixes included."""
        return tuple(sorted({*self.result.failures, *self.fixes.failures}))

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to fix."""
        return not any(self.selection.wants(finding) for finding in self.result.findings)

    def patch(self, with_manual: bool) -> Iterator[bytes]:
        """The fixes as a patch, and if asked, the findings that have none."""
        return patch(self.fixes, _why(), self._manual if with_manual else ())

    def view(self, with_manual: bool) -> Iterator[Chunk]:
        """The same for a terminal."""
        return view(self.fixes, _why(), self._manual if with_manual else ())

    @property
    def _manual(self) -> list[Finding]:
        return [finding for finding in self.result.findings if finding.fix is None]

    def document(self) -> dict[str, Any]:
        """The JSON document, as data."""
        return document(self.result, self.selection.tree, str(self.selection.root), self.selection.rev)

    def summary(self, with_manual: bool = False) -> Iterator[str]:
        """What was found in numbers, and how to see the rest of it."""
        if not self.selection.paths:
            yield NOTHING
            return
        yield from summary(self.result.findings, self.result.statistics)
        yield from self.left(with_manual)

    def left(self, with_manual: bool = False) -> Iterator[str]:
        """What is not among the fixes, and how to come by it, unless it was listed already."""
        kinds = [finding.applicability for finding in self.result.findings]
        unsafe = 0 if self.selection.unsafe else kinds.count(Applicability.UNSAFE)
        if unsafe:
            yield f"{counted(unsafe, 'more fix', 'more fixes')} with --unsafe."
        if not with_manual and (people := kinds.count(Applicability.MANUAL)):
            need = counted(people, "finding needs", "findings need")
            yield f"{need} a person: preview --manual lists them."


def look(selection: Selection) -> Report:
    """Scan the selection."""
    spare_the_collector()
    with progress_bar() as progress:
        return Report(selection, selection.scan(progress))


def _why() -> dict[str, str]:
    return {remedy.id(): remedy.summary() for remedy in all_remedies()}
