"""What a scan said of each file, kept on disk for as long as nothing changes that it was made from.

A report rests on the whole tree: a function in another file decides what a handler may name. So it is kept
by what all Python files of the tree hold, the installed packages, the remedies and our own code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from codemods.installed import abroad, cache_of
from codemods.model import Applicability, Edit, Failure, Finding, Fix, Import, Span
from codemods.project import Project
from codemods.store import Store, engine

_WORTH_KEEPING = 100_000  # bytes to parse; fewer may be done before all of the tree is read
_MOST_KEPT = 100  # states of trees, in the user's folder
_BYTES = "latin-1"  # has a character for each byte


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file gave.

    `read` are digests by path: of the file, and of all that was read, or looked for, for it first.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    parsed: bool = False
    read: Mapping[str, str] = field(default_factory=dict)


def kept_reports(project: Project, paths: Iterable[str], remedies: Sequence[str]) -> Reports | None:
    """The reports that are kept on a tree; None when nothing is, or these files are done sooner without."""
    if cache_of(project) is None or sum(len(project.read(path)) for path in paths) < _WORTH_KEEPING:
        return None
    digests = {path: project.digest(path) for path in project.paths}
    state = _state(project, digests, remedies)
    return Reports(project, digests, state) if state else None


class Reports:
    """The reports that are kept on the files of one tree, in one state, which `digests` are a part of."""

    def __init__(self, project: Project, digests: Mapping[str, str], state: str) -> None:
        self._project = project
        self._digests = digests
        self._store = Store(cache_of(project))
        self._shelf = f"reports-{engine()}"
        self._key = state
        self._read, self._records = self._kept()

    def _kept(self) -> tuple[dict[str, str], dict[str, Any]]:
        """What was read for the reports and is no part of the state; these by path.

        Nothing when something changed.
        """
        match self._store.get(self._shelf, self._key):
            case {"read": dict(read), "reports": dict(records)} if self._is_same(read):
                return read, records
        return {}, {}

    def _is_same(self, read: Mapping[str, str]) -> bool:
        return all(self._project.digest(path) == digest for path, digest in read.items())

    def get(self, path: str) -> FileReport | None:
        """The report on a file, when it is kept."""
        try:
            findings = tuple(map(_finding, self._records[path]))
        except (KeyError, TypeError, ValueError):
            return None
        return FileReport(path, findings, parsed=True)

    def keep(self, reports: Iterable[FileReport]) -> None:
        """Keep these too, but for those with failures: what went wrong may go well the next time.

        None of them when a file changed while they were made, and not all processes saw the same.
        """
        made = list(reports)
        new = [report for report in made if report.parsed and not report.failures]
        read = {path: digest for report in made for path, digest in report.read.items()}
        if new and self._is_same(read):
            read |= {path: self._project.digest(path) for path in self._project.looked_at}
            self._read |= {path: digest for path, digest in read.items() if self._digests.get(path) != digest}
            self._records |= {report.path: [_plain(finding) for finding in report.findings] for report in new}
            kept = {"read": self._read, "reports": self._records}
            self._store.put(self._shelf, self._key, kept, most=_MOST_KEPT)


def _state(project: Project, digests: Mapping[str, str], remedies: Sequence[str]) -> str | None:
    """What changes with a Python file of the tree, an installed package, or the choice of remedies."""
    packages = abroad(project)
    installed = packages.state if packages else ""
    if installed is None:
        return None
    total = hashlib.sha256("\0".join([*remedies, installed]).encode())
    for path, digest in digests.items():
        total.update(f"\0{path}\0{digest}".encode(errors="surrogateescape"))
    return total.hexdigest()


# -- as JSON ----------------------------------------------------------------------------------------------


def _plain(value: object) -> Any:
    """One of our values as lists of what its fields hold."""
    match value:
        case bytes():
            return value.decode(_BYTES)
        case tuple():
            return [_plain(one) for one in value]
        case Finding() | Fix() | Span() | Edit() | Import():
            return [_plain(getattr(value, each.name)) for each in fields(value)]
    return value


def _finding(record: Sequence[Any]) -> Finding:
    fingerprint, remedy, path, span, message, fix, reason, evidence, scope = record
    made = _fix(fix) if fix else None
    return Finding(fingerprint, remedy, path, Span(*span), message, made, reason, tuple(evidence), scope)


def _fix(record: Sequence[Any]) -> Fix:
    edits, imports, applicability, safer, message = record
    return Fix(
        tuple(Edit(path, start, end, text.encode(_BYTES)) for path, start, end, text in edits),
        tuple(Import(*one) for one in imports),
        Applicability(applicability),
        _fix(safer) if safer else None,
        message,
    )
