"""From a report and a tree to one verdict for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.audits.model import Audit
from codemods.audits.triage.model import Status, Triage, Verdict
from codemods.engine import DEFAULT_SIZE_LIMIT
from codemods.sources import Commit, Memory, WorkingDirectory


def triage(
    audit: Audit,
    tree: WorkingDirectory | Commit | Memory,
    remedies: Sequence[str] | None = None,
    *,
    paths: Sequence[str] | None = None,
    workers: int = 1,
    size_limit: int = DEFAULT_SIZE_LIMIT,
) -> Triage:
    """One verdict for each finding of the report, against the files of `tree`.

    `remedies` (ids; None: all) may answer findings, in `paths` (None: all Python files of the tree).
    Only files that the report speaks of are scanned. The fixes in the verdicts are findings of that
    scan: their fingerprints are those of a scan of the whole tree.
    """
    verdicts = (Verdict(f, Status.LOCATED, "triage has not looked at it yet") for f in audit.findings)
    return Triage(audit, tuple(verdicts))
