"""All fixes as a series of steps, one remedy after the other, each on top of what came before.

Several remedies may change one file. In a series every step's changes start from the bytes that the
step before it left, so its diffs apply one after another, and the last bytes are those of all fixes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codemods.engine import repair, scan
from codemods.model import Failure, FileChange, Finding, SourceTree


@dataclass(frozen=True, slots=True)
class Step:
    """What one remedy does: the findings it fixes and the files it changes by that."""

    remedy: str
    fixed: tuple[Finding, ...]
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The steps that change something, and what went wrong on the way."""

    steps: tuple[Step, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """Each changed file once, from its first bytes to its last."""
        before: dict[str, bytes | None] = {}
        after: dict[str, bytes | None] = {}
        for change in (c for step in self.steps for c in step.changes):
            before.setdefault(change.path, change.before)
            after[change.path] = change.after
        return tuple(FileChange(p, before[p], after[p]) for p in sorted(after) if before[p] != after[p])

    @property
    def fixed(self) -> tuple[Finding, ...]:
        return tuple(f for step in self.steps for f in step.fixed)

    def connected(self) -> list[tuple[FileChange, ...]]:
        """The changes in groups: files that one fix changes together stand in one group."""
        leader = {change.path: change.path for change in self.changes}

        def lead(path: str) -> str:
            while leader[path] != path:
                path = leader[path]
            return path

        for finding in self.fixed:
            paths = [p for p in (finding.fix.paths if finding.fix else ()) if p in leader]
            for path in paths[1:]:
                leader[lead(path)] = lead(paths[0])
        groups: dict[str, list[FileChange]] = {}
        for change in self.changes:
            groups.setdefault(lead(change.path), []).append(change)
        return [tuple(group) for group in groups.values()]


def series(
    tree: SourceTree,
    findings: Sequence[Finding],
    remedies: Iterable[str],
    wanted: Callable[[Finding], bool],
    *,
    again: bool = True,
    safer: bool = False,
    workers: int = 1,
) -> Series:
    """Make the fixes of the findings that are `wanted`, remedy by remedy in the given order.

    `findings` are those of the tree as it is. Those that an earlier step may have changed are looked
    for again in what it left. With `again=False` no fix is made that an earlier one of its remedy uncovered
    or overlapped: what a fix leaves of its equals is numbered anew, and could be taken for the wanted one.
    With `safer`, the fixes that ask for less are made where there are such.
    """
    current = tree
    steps: list[Step] = []
    failures: list[Failure] = []
    touched: set[str] = set()
    for remedy in remedies:
        own = [f for f in findings if f.remedy == remedy]
        stale = touched.union(f.path for f in own if f.fix and touched.intersection(f.fix.paths))
        if stale:
            rescanned = scan(current, [remedy], paths=sorted(stale), workers=workers).findings
            own = [*(f for f in own if f.path not in stale), *rescanned]
        outcome = repair(current, own, wanted, [remedy], again=again, safer=safer, workers=workers)
        failures += outcome.failures
        if outcome.changes:
            steps.append(Step(remedy, outcome.fixed, outcome.changes))
            touched |= {change.path for change in outcome.changes}
            current = outcome.tree
    made = Series(tuple(steps), tuple(failures))
    return made if again else replace(made, failures=(*failures, *_in_the_way(findings, wanted, made)))


def _in_the_way(
    findings: Iterable[Finding], wanted: Callable[[Finding], bool], made: Series
) -> Iterator[Failure]:
    """What to say of wanted fixes that others kept from being made."""
    done = {finding.fingerprint for finding in made.fixed}
    failed = {failure.path for failure in made.failures}
    for finding in findings:
        if finding.fix and wanted(finding) and finding.fingerprint not in done and finding.path not in failed:
            yield Failure(
                finding.path,
                f"{finding.remedy} at line {finding.span.line} meets another fix: run again when that is in",
            )
