"""What a look at the code gave, and the ways to print it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cli.selection import Selection
from cli.terminal import progress_bar
from codemods.model import Applicability, Failure, Finding, ScanResult
from codemods.output.json import document
from codemods.output.patch import Chunk, manual, patch
from codemods.output.summary import counted, summary
from codemods.remedy import all_remedies
from codemods.series import Series, series

NOTHING = "Nothing to do: no Python file is selected."


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in a selection, and the fixes that are wanted of them."""

    selection: Selection
    result: ScanResult
    fixes: Series

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(sorted({*self.result.failures, *self.fixes.failures}))

    def patch(self, with_manual: bool) -> Iterator[Chunk]:
        """The fixes as a patch, and if asked, the findings that have none."""
        yield from patch(self.fixes, {remedy.id(): remedy.summary() for remedy in all_remedies()})
        if with_manual:
            yield from manual(f for f in self.result.findings if f.fix is None)

    def summary(self) -> list[str]:
        """What was found in numbers, and how to see the rest of it."""
        if not self.selection.paths:
            return [NOTHING]
        return [*summary(self.result.findings, self.result.statistics), *self.left()]

    def fixes_without(self, paths: Collection[str]) -> Series:
        """The fixes but for those that touch one of the paths."""
        return _fixes(self.selection, self.result, paths) if paths else self.fixes

    def document(self) -> dict[str, Any]:
        """The JSON document, as data."""
        result = replace(self.result, failures=self.failures)
        return document(result, self.selection.tree, str(self.selection.root), self.selection.rev)

    def left(self) -> Iterator[str]:
        """What is not among the fixes, and how to come by it."""
        kinds = [finding.applicability for finding in self.result.findings]
        unsafe = 0 if self.selection.unsafe else kinds.count(Applicability.UNSAFE)
        if unsafe:
            yield f"{counted(unsafe, 'more fix', 'more fixes')} with --unsafe."
        if people := kinds.count(Applicability.MANUAL):
            need = counted(people, "finding needs", "findings need")
            yield f"{need} a person: preview --manual lists them."


def look(selection: Selection) -> Report:
    """Scan the selection, and make the wanted fixes in memory."""
    with progress_bar() as progress:
        result = selection.scan(progress)
    return Report(selection, result, _fixes(selection, result))


def _fixes(selection: Selection, result: ScanResult, without: Collection[str] = ()) -> Series:
    """The wanted fixes that touch none of the paths `without`."""
    barred = frozenset(without)

    def wanted(finding: Finding) -> bool:
        return selection.wants(finding) and not (finding.fix and barred.intersection(finding.fix.paths))

    return series(selection.tree, result.findings, selection.remedies, wanted)
