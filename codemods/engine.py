"""From a source tree to findings, and from findings to changed files.

Files whose bytes hold no trigger are not parsed; the others are parsed and walked once for all
remedies. What goes wrong with one file is a Failure in the result and stops nothing else.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from typing import TypeAlias

from codemods.edits import compose
from codemods.model import Failure, FileChange, Finding, ScanResult, SourceTree, Statistics
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.remedy import Proposal, Remedy, all_remedies
from codemods.reports import FileReport, kept_reports
from codemods.sources import Overlay
from codemods.suppression import is_silenced
from codemods.workers import Pool, process_pool, spread

DEFAULT_SIZE_LIMIT = 2_000_000  # bytes; larger files are generated, and cost seconds each
_ROUNDS = 10  # how often an overlap may send us back to scan the result again
_WORTH_A_POOL = 1_000_000  # bytes to parse; fewer are done before each worker has looked up what it needs
_COMMENT = re.compile("#.*")
_KILLED = "reading it killed the process, and it was left out (please report it)"

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of files done so far, and of all files."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What came of making fixes: the changed files, the findings whose fixes are in them, the rest.

    `tree` is the tree after them. `fixed` are findings of the tree as it was and, where a fix uncovered
    or delayed another, of the tree between two rounds.
    """

    tree: SourceTree
    changes: tuple[FileChange, ...]
    fixed: tuple[Finding, ...]
    failures: tuple[Failure, ...] = ()


def scan(
    tree: SourceTree,
    remedies: Sequence[str] | None = None,
    *,
    paths: Sequence[str] | None = None,
    workers: int = 1,
    pool: Pool = process_pool,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    progress: Progress | None = None,
) -> ScanResult:
    """Look for the faults that the remedies (ids; None: all) know, in `paths` (None: the whole tree).

    With more than one worker, the files that hold a trigger are spread over the workers of `pool`,
    whatever they are; the result is the same.
    """
    began = time.perf_counter()
    chosen = tuple(remedies) if remedies is not None else tuple(r.id() for r in all_remedies())
    wanted = list(project_of(tree).paths if paths is None else paths)
    project = project_of(tree)
    reports, awake = _sift(project, wanted, chosen, size_limit)
    kept = kept_reports(project, awake, chosen)
    known = {path: report for path in awake if kept and (report := kept.get(path))}
    reports += known.values()
    new: list[FileReport] = []
    for path, report in _reports(project, [p for p in awake if p not in known], chosen, workers, pool):
        new.append(report or FileReport(path, failures=(Failure(path, _KILLED),)))
        if progress:
            progress(len(reports) + len(new), len(wanted))
    if kept:
        kept.keep(new)
    reports += new
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


def scan_chunk(tree: SourceTree, remedies: tuple[str, ...], paths: Sequence[str]) -> list[FileReport]:
    """The reports of some files, in their order: what a worker does."""
    project = project_of(tree)
    instances = project.derive(_instances, remedies)
    return [_scan_file(project, path, instances) for path in paths]


def _reports(
    project: Project, paths: Sequence[str], remedies: tuple[str, ...], workers: int, pool: Pool
) -> Iterator[tuple[str, FileReport | None]]:
    """The reports of files, as they come; None for one whose worker died of it."""
    if workers > 1 and sum(len(project.read(path)) for path in paths) > _WORTH_A_POOL:
        yield from spread(partial(scan_chunk, project.tree, remedies), paths, workers, pool)
        return
    instances = project.derive(_instances, remedies)
    for path in paths:
        yield path, _scan_file(project, path, instances)


def _sift(
    project: Project, paths: Sequence[str], remedies: tuple[str, ...], size_limit: int
) -> tuple[list[FileReport], list[str]]:
    """The reports of the files that need no parsing, and the other files."""
    triggers = {t for remedy in project.derive(_instances, remedies) for t in remedy.triggers}
    reports: list[FileReport] = []
    awake: list[str] = []
    for path in paths:
        try:
            data = project.read(path)
        except OSError as error:
            reports.append(FileReport(path, failures=(Failure(path, error.strerror or str(error)),)))
            continue
        if not any(trigger in data for trigger in triggers):
            reports.append(FileReport(path))
        elif len(data) > size_limit:
            reports.append(FileReport(path, failures=(_too_large(path, len(data), size_limit),)))
        else:
            awake.append(path)
    return reports, awake


def repair(
    tree: SourceTree,
    findings: Iterable[Finding],
    wanted: Callable[[Finding], bool],
    remedies: Sequence[str] | None = None,
    *,
    again: bool = True,
    safer: bool = False,
    workers: int = 1,
) -> Repair:
    """Make the fixes of the findings that are `wanted`.

    With `safer`, the fixes that ask for less are made where there are such.

    Where fixes overlap or may uncover others, the first are made, the files concerned are scanned again
    and the wanted findings of that scan are next, until nothing is left (bounded); not so with `again=False`.
    """
    current: SourceTree = tree
    uncovers = _may_uncover(remedies)
    pending = _chosen(findings, wanted, safer)
    fixed: dict[Finding, None] = {}
    broken: dict[str, Finding] = {}
    touched: set[str] = set()
    for _ in range(_ROUNDS):
        composition = compose((f.fix for f in pending if f.fix), project_of(current).module)
        taken, bad = set(composition.taken), set(composition.broken)
        broken = {f.fingerprint: f for f in pending if f.fix in bad} | broken
        fixed |= {f: None for f in pending if f.fix in taken}
        if not composition.changes:
            break
        touched |= {change.path for change in composition.changes}
        current = Overlay.of(current, composition.changes)
        project_of(current).adopt(composition.modules)
        paths = {f.path for f in pending if f.fix not in taken} | (touched if uncovers else set())
        if not again or not paths:
            break
        rescanned = scan(current, remedies, paths=sorted(paths), workers=workers)
        fixable = _chosen(rescanned.findings, wanted, safer)
        pending = [f for f in fixable if f not in fixed and f.fingerprint not in broken]
    before, after = project_of(tree), project_of(current)
    changes = (FileChange(path, before.read(path), after.read(path)) for path in sorted(touched))
    failures = tuple(broken_fix(finding) for finding in broken.values())
    return Repair(current, tuple(c for c in changes if c.before != c.after), tuple(fixed), failures)


def _may_uncover(remedies: Sequence[str] | None) -> bool:
    """Whether fixes of these remedies can make way for others of them; of several, nobody has said it."""
    if remedies is None or len(remedies) != 1:
        return True
    return any(remedy.uncovers for remedy in all_remedies() if remedy.id() in remedies)


def _chosen(findings: Iterable[Finding], wanted: Callable[[Finding], bool], safer: bool) -> list[Finding]:
    """The wanted findings that have a fix, with the one of their fixes to make."""
    return [f.safer if safer else f for f in findings if f.fix and wanted(f)]


@lru_cache(maxsize=8)
def project_of(tree: SourceTree) -> Project:
    """The cross-file index of a tree, one per process. That of an overlay shares what did not change."""
    return Project(tree, project_of(tree.base) if isinstance(tree, Overlay) else None)


def _instances(project: Project, ids: tuple[str, ...]) -> tuple[Remedy, ...]:
    return tuple(remedy(project) for remedy in all_remedies() if remedy.id() in ids)


def _scan_file(project: Project, path: str, remedies: Sequence[Remedy]) -> FileReport:
    before = len(project.looked_at)
    report = _report_on(project, path, remedies)
    read = (path, *islice(reversed(project.looked_at), len(project.looked_at) - before))
    return replace(report, read={each: project.digest(each) for each in read})


def _report_on(project: Project, path: str, remedies: Sequence[Remedy]) -> FileReport:
    try:
        data = project.read(path)
        module = project.module(path)
    except OSError as error:
        return FileReport(path, failures=(Failure(path, error.strerror or str(error)),))
    except Unreadable as error:
        return FileReport(path, failures=(Failure(path, str(error)),))
    awake = [r for r in remedies if any(trigger in data for trigger in r.triggers)]
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
        scope = module.qualified_name(proposal.node)
        identity = (
            remedy.id(),
            module.path,
            scope,
            normalised(module.source(proposal.node)),
        )
        digest = hashlib.sha256("\0".join([*identity, str(seen[identity])]).encode(errors="surrogateescape"))
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
            scope=scope,
        )


def normalised(source: str) -> str:
    """Code without comments and layout. It need not mean the same: a `#` in a string counts as a comment."""
    return "".join(_COMMENT.sub("", source).split())


def _too_large(path: str, size: int, limit: int) -> Failure:
    over = f"{size / 1e6:.1f} MB, over the limit of {limit / 1e6:.1f} MB"
    if limit < 100_000 or size < limit * 1.1:
        over = f"{size:,} bytes, over the limit of {limit:,}"
    return Failure(path, f"not read: {over}; exclude it, or raise max-file-size")


def broken_fix(finding: Finding) -> Failure:
    """What to say of a fix that would not compile."""
    line = finding.span.line
    return Failure(
        finding.path,
        f"{finding.remedy} at line {line}: its fix does not compile (please report it)",
    )
