"""What a look at the code gave, and what there is to say about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cli.options import Refusal
from cli.selection import Selection
from cli.terminal import progress_bar
from codemods.model import Applicability, Failure, Finding, ScanResult, Statistics
from codemods.output.json import document
from codemods.output.patch import Chunk, patch, view
from codemods.output.summary import counted, summary
from codemods.remedy import all_remedies
from codemods.series import Series, series
from codemods.workers import spare_the_collector

if TYPE_CHECKING:
    from codemods.audits.triage import Triage
    from codemods.branches.model import Request

NOTHING = "Nothing to do: no Python file is selected."


@dataclass(frozen=True)
class Report:
    """The findings in a selection, and the wanted fixes of them.

    Where reports were given, the findings are those that answer what the reports say.
    """

    selection: Selection
    result: ScanResult
    triages: tuple[Triage, ...] | None = None
    requests: tuple[Request, ...] = ()

    @cached_property
    def _asked(self) -> dict[str, list[str]]:
        """The ids of the reports' findings that ask for a finding, by its fingerprint."""
        asked: dict[str, list[str]] = {}
        for request in self.requests:
            for print_ in request.findings:
                asked.setdefault(print_, []).append(request.id)
        return asked

    def wants(self, finding: Finding) -> bool:
        """Whether the finding's fix is one to make."""
        asked = self.triages is None or finding.fingerprint in self._asked
        return asked and self.selection.wants(finding)

    @cached_property
    def fixes(self) -> Series:
        """The wanted fixes, made in memory."""
        return self.fixes_without(())

    def fixes_without(self, paths: Collection[str]) -> Series:
        """The wanted fixes but for those that touch one of the paths."""
        barred = frozenset(paths)

        def wanted(finding: Finding) -> bool:
            in_the_way = finding.fix and barred.intersection(finding.fix.paths)
            return self.wants(finding) and not in_the_way

        return self.series_of(self.result.findings, wanted)

    def series_of(
        self, findings: Sequence[Finding], wanted: Callable[[Finding], bool], *, safer: bool = False
    ) -> Series:
        """The fixes of wanted findings. What a report asks for is made, and nothing that this uncovers."""
        selection, again = self.selection, self.triages is None
        return series(
            selection.tree,
            findings,
            selection.fixing,
            wanted,
            again=again,
            safer=safer,
            workers=selection.jobs,
        )

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All that went wrong, the making of fixes included."""
        return tuple(sorted({*self.result.failures, *self.fixes.failures}))

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to fix."""
        return not any(self.wants(finding) for finding in self.result.findings)

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
        selection = self.selection
        return document(
            self.result,
            selection.tree,
            str(selection.root),
            selection.rev,
            lambda finding: self._asked.get(finding.fingerprint, ()),
        )

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
        for each in self.triages or ():
            fixable = sum(1 for verdict in each.verdicts if verdict.fixes)
            found = counted(len(each.verdicts), "finding")
            yield f"{each.audit.name}: {found}, {fixable} of them with a fix; patchwright triage says why."


def look(selection: Selection, audits: Sequence[str] | None = None) -> Report:
    """Scan the selection, or hold the reports against it. Raises Refusal when a report cannot be read."""
    spare_the_collector()
    if audits:
        return _answers(selection, audits)
    with progress_bar() as progress:
        return Report(selection, selection.scan(progress))


def _answers(selection: Selection, names: Sequence[str]) -> Report:
    """The findings that answer what the reports say."""
    from cli.audits import hold, read_audits, requests_of, troubles

    began = time.perf_counter()
    audits, unreadable = read_audits(names)
    for failure in unreadable:
        raise Refusal(f"{failure.path}: {failure.error}")
    triages = hold(audits, selection)
    verdicts = [verdict for each in triages for verdict in each.verdicts]
    findings = {finding: None for verdict in verdicts for finding in (*verdict.fixes, *verdict.manual)}
    files = len({place.path for verdict in verdicts for place in verdict.places})
    result = ScanResult(
        tuple(sorted(findings, key=lambda finding: (finding.path, finding.span, finding.fingerprint))),
        tuple(troubles(triages)),
        Statistics(files, files, time.perf_counter() - began),
    )
    return Report(selection, result, tuple(triages), requests_of(triages, selection.root))


def _why() -> dict[str, str]:
    return {remedy.id(): remedy.summary() for remedy in all_remedies()}
