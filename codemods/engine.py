"""From a source tree to findings, and from findings to changed files.

Files whose bytes hold no trigger are not parsed; the others are parsed and walked once for all
remedies. What goes wrong with one file is a Failure in the result and stops nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from codemods.edits import compose
from codemods.model import Failure, FileChange, Finding, ScanResult, SourceTree, Statistics
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.remedy import Proposal, Remedy, all_remedies
from codemods.sources import Overlay
from codemods.suppression import is_silenced

DEFAULT_SIZE_LIMIT = 2_000_000  # bytes; larger files are generated, and cost seconds each
_PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
_ROUNDS = 10  # how often an overlap may send us back to scan the result again
_CHUNKS_PER_WORKER = 4

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of files that were just done."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file gave."""

    path: str
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    parsed: bool = False


@dataclass(frozen=True, slots=True)
class Repair:
    """What came of making fixes: the changed files, the findings whose fixes are in them, the rest.

    `fixed` are findings of the tree as it was and, where a fix uncovered or delayed another, of the
    tree between two rounds.
    """

    changes: tuple[FileChange, ...]
    fixed: tuple[Finding, ...]
    failures: tuple[Failure, ...] = ()


def scan(
    tree: SourceTree,
    remedies: Sequence[str] | None = None,
    *,
    paths: Sequence[str] | None = None,
    executor: Executor | None = None,
    workers: int = 1,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    progress: Progress | None = None,
) -> ScanResult:
    """Look for the faults that the remedies (ids; None: all) know, in `paths` (None: the whole tree).

    With an executor the files are spread over its workers, whatever they are; the result is the same.
    """
    advance = progress or (lambda _: None)
    began = time.perf_counter()
    chosen = tuple(remedies) if remedies is not None else tuple(r.id() for r in all_remedies())
    wanted = list(tree.paths() if paths is None else paths)
    reports: list[FileReport] = []
    if executor is None:
        project = project_of(tree)
        for path in wanted:
            reports.append(_scan_file(project, path, _instances(project, chosen), size_limit))
            advance(1)
    else:
        parts = max(1, min(len(wanted), workers * _CHUNKS_PER_WORKER))
        futures = [
            executor.submit(scan_chunk, tree, wanted[n::parts], chosen, size_limit) for n in range(parts)
        ]
        for future in as_completed(futures):
            reports += future.result()
            advance(len(future.result()))
    reports.sort(key=lambda report: report.path)
    return ScanResult(
        findings=tuple(f for report in reports for f in report.findings),
        failures=tuple(f for report in reports for f in report.failures),
        statistics=Statistics(
            files=len(wanted),
            parsed=sum(report.parsed for report in reports),
            seconds=time.perf_counter() - began,
        ),
    )


def scan_chunk(
    tree: SourceTree, paths: Sequence[str], remedies: tuple[str, ...], size_limit: int
) -> list[FileReport]:
    """The reports of some files: what a worker does."""
    project = project_of(tree)
    return [_scan_file(project, p, _instances(project, remedies), size_limit) for p in paths]


def repair(
    tree: SourceTree,
    findings: Iterable[Finding],
    wanted: Callable[[Finding], bool],
    remedies: Sequence[str] | None = None,
    *,
    again: bool = True,
) -> Repair:
    """Make the fixes of the findings that are `wanted`.

    Where fixes overlap, the first is made, the changed files are scanned again and the wanted
    findings of that scan are next, until nothing is left (bounded); not so with `again=False`.
    """
    current: SourceTree = tree
    pending = [f for f in findings if f.fix and wanted(f)]
    fixed: list[Finding] = []
    failures: list[Failure] = []
    touched: set[str] = set()
    for _ in range(_ROUNDS):
        fixes = [f.fix for f in pending if f.fix]
        composition = compose(fixes, project_of(current).read)
        failures += [_broken(f) for f in pending if f.fix in composition.broken]
        fixed += [f for f in pending if f.fix in composition.taken]
        if not composition.changes:
            break
        touched |= {change.path for change in composition.changes}
        current = Overlay.of(current, composition.changes)
        if not again:
            break
        rescanned = scan(current, remedies, paths=sorted(touched))
        pending = [f for f in rescanned.findings if f.fix and wanted(f) and f not in fixed]
    read = project_of(current).read
    changes = (FileChange(path, tree.read(path), read(path)) for path in sorted(touched))
    return Repair(tuple(c for c in changes if c.before != c.after), tuple(fixed), tuple(failures))


@lru_cache(maxsize=4)
def project_of(tree: SourceTree) -> Project:
    """The cross-file index of a tree, one per process."""
    return Project(tree)


@lru_cache(maxsize=16)
def _instances(project: Project, ids: tuple[str, ...]) -> tuple[Remedy, ...]:
    return tuple(remedy(project) for remedy in all_remedies() if remedy.id() in ids)


def _scan_file(project: Project, path: str, remedies: Sequence[Remedy], size_limit: int) -> FileReport:
    try:
        data = project.read(path)
        awake = [r for r in remedies if any(trigger in data for trigger in r.triggers)]
        if not awake:
            return FileReport(path)
        if len(data) > size_limit:
            size, limit = f"{len(data) / 1e6:.1f} MB", f"{size_limit / 1e6:.1f} MB"
            error = f"not read: {size}, over max-file-size ({limit}); exclude it or raise the limit"
            return FileReport(path, failures=(Failure(path, error),))
        module = project.module(path)
    except OSError as error:
        return FileReport(path, failures=(Failure(path, error.strerror or str(error)),))
    except Unreadable as error:
        message = f"not Python that {_PYTHON} reads: {error}"
        return FileReport(path, failures=(Failure(path, message),))
    proposals, failures = _walk(module, awake)
    return FileReport(path, tuple(_findings(module, proposals)), tuple(failures), parsed=True)


def _walk(module: Module, remedies: Iterable[Remedy]) -> tuple[list[tuple[Remedy, Proposal]], list[Failure]]:
    """One pass over the nodes that somebody wants to see."""
    proposals: list[tuple[Remedy, Proposal]] = []
    failures: list[Failure] = []
    for remedy in remedies:
        try:
            for kind, visit in remedy.visitors().items():
                for node in module.nodes(kind):
                    proposals += [
                        (remedy, p) for p in visit(node, module) if not is_silenced(module, p.node, remedy)
                    ]
        except Exception as error:  # a fault of ours in one remedy must not hide what the others find
            failures.append(Failure(module.path, f"{remedy.id()} failed: {error!r} (please report it)"))
    return proposals, failures


def _findings(module: Module, proposals: list[tuple[Remedy, Proposal]]) -> Iterator[Finding]:
    """Findings in the order of the file, with fingerprints that stay when lines move."""
    proposals.sort(key=lambda pair: (module.start(pair[1].node), pair[0].id()))
    seen: Counter[tuple[str, ...]] = Counter()
    for remedy, proposal in proposals:
        identity = (
            remedy.id(),
            module.path,
            module.qualified_name(proposal.node),
            ast.unparse(proposal.node),
        )
        digest = hashlib.sha256("\0".join([*identity, str(seen[identity])]).encode())
        seen[identity] += 1
        yield Finding(
            fingerprint=digest.hexdigest()[:16],
            remedy=remedy.id(),
            path=module.path,
            span=module.span(proposal.node),
            message=proposal.message,
            fix=proposal.fix,
            reason=proposal.reason,
            evidence=proposal.evidence,
        )


def _broken(finding: Finding) -> Failure:
    line = finding.span.line
    return Failure(
        finding.path,
        f"{finding.remedy} at line {line}: its fix does not compile (please report it)",
    )
