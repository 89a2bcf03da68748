"""What a look at the code gave, and the ways to print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cli.selection import Selection
from cli.terminal import progress_bar
from codemods.model import Applicability, Failure, ScanResult
from codemods.output.json import document
from codemods.output.patch import Chunk, manual, patch
from codemods.output.summary import counted, summary
from codemods.remedy import all_remedies
from codemods.series import Series, series


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
            return ["Nothing to do: no Python file is selected."]
        return [*summary(self.result.findings, self.result.statistics), *self._more()]

    def document(self) -> dict[str, Any]:
        """The JSON document, as data."""
        result = replace(self.result, failures=self.failures)
        return document(result, self.selection.tree, str(self.selection.root), self.selection.rev)

    def _more(self) -> Iterator[str]:
        kinds = [finding.applicability for finding in self.result.findings]
        unsafe = 0 if self.selection.unsafe else kinds.count(Applicability.UNSAFE)
        if unsafe:
            yield f"{counted(unsafe, 'more fix', 'more fixes')} with --unsafe."
        if people := kinds.count(Applicability.MANUAL):
            yield f"{counted(people, 'finding needs', 'findings need')} a person: see them with --manual."


def look(selection: Selection) -> Report:
    """Scan the selection, and make the wanted fixes in memory."""
    with progress_bar() as progress:
        result = selection.scan(progress)
    return Report(
        selection,
        result,
        series(selection.tree, result.findings, selection.remedies, selection.wants),
    )
