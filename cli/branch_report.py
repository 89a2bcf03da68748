"""What is said of branches: as JSON, as lines of text, as an exit code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cli.branch_check import check_lines
from cli.branch_push import delivery_document, delivery_lines
from cli.report import NOTHING, Report
from codemods.branches.model import Branch, Status
from codemods.model import Failure
from codemods.output.standing import check_document, check_word
from codemods.output.summary import paths_changed
from codemods.output.table import table
from codemods.proposals import Delivery

_WITHOUT = (Status.REJECTED, Status.KEPT, Status.DELETED)  # nothing can be built on these


def branch_document(
    sha: str,
    branches: Sequence[Branch],
    obsolete: Sequence[str],
    delivery: Delivery | None = None,
    hooks: Sequence[str] = (),
) -> dict[str, Any]:
    """What became of the branches, as data; `obsolete` are others of ours whose faults are gone."""
    return {
        "version": 1,
        "base": sha,
        "branches": [
            {
                "name": branch.name,
                "commit": branch.commit,
                "status": branch.status.value,
                "reason": branch.reason,
                "findings": [finding.fingerprint for finding in branch.findings],
                "audit": list(branch.audit),
                "conflicts_with": list(branch.conflicts_with),
                "on": branch.on,
                "combines": list(branch.combines),
                "variant": branch.variant,
                "check": check_document(branch.check) if branch.check else None,
                **delivery_document(delivery, branch.name),
            }
            for branch in branches
        ],
        "obsolete": list(obsolete),
        "hooks_not_run": list(hooks),
        "problem": delivery.problem if delivery else None,
    }


def branch_lines(
    report: Report,
    base: str,
    branches: Sequence[Branch],
    obsolete: Sequence[str],
    delivery: Delivery | None = None,
    hooks: Sequence[str] = (),
) -> Iterator[str]:
    """The branches, what is left, and what to do next."""
    if not report.selection.paths:
        yield NOTHING
        return
    if branches:
        yield from _table(branches, delivery)
        yield ""
    yield from (f"{branch.name}: {branch.reason}" for branch in branches if branch.reason)
    yield from (
        f"{b.name} conflicts with {', '.join(b.conflicts_with)}" for b in branches if b.conflicts_with
    )
    yield from (f"{name}: obsolete, the faults are gone: patchwright prune deletes it" for name in obsolete)
    yield from (
        f"{b.name}: a safer variant of the fix; a check failed with a bolder one"
        for b in branches
        if b.variant and b.status not in _WITHOUT
    )
    yield from check_lines(branches)
    if hooks:
        yield f"Hooks are not run for these commits; here that leaves out {', '.join(hooks)}."
    yield from delivery_lines(delivery)
    if not branches:
        yield "Nothing to fix."
    yield from report.left()
    if any(branch.commit for branch in branches):
        yield f"Next: git diff {base}...BRANCH shows one of them, git merge BRANCH takes it."


def _table(branches: Sequence[Branch], delivery: Delivery | None) -> Iterator[str]:
    """A line for each; what their checks say, and what a remote has, only when that was asked."""
    checked = any(branch.check for branch in branches)
    columns = ("branch", "status", "commit", *(["check"] if checked else []), "findings", "files")
    pushes = delivery.pushes if delivery else {}
    stacked = any(branch.on for branch in branches)
    columns = (*columns, *(["on"] if stacked else []), *(["pushed"] if pushes else []))
    rows = []
    for b in branches:
        verdict = [check_word(b.check)] if checked else []
        files = len(paths_changed(b.findings))
        pushed = [pushes[b.name].status.value if b.name in pushes else "-"] if pushes else []
        commit = (b.commit or "-")[:10]
        lower = [b.on or "-"] if stacked else []
        rows.append((b.name, b.status.value, commit, *verdict, len(b.findings), files, *lower, *pushed))
    yield from table(columns, rows)


def exit_code(branches: Sequence[Branch], failures: Collection[Failure]) -> int:
    """0; 1 when a check rejected a fix, or what it builds on was not to be had; 2 when it went wrong."""
    by_name = {branch.name: branch for branch in branches}
    causes = [_cause(branch, by_name) for branch in branches if branch.status is Status.REJECTED]
    if failures or any(c.status is Status.REJECTED and c.check is None for c in causes):
        return 2
    return 1 if causes else 0


def _cause(branch: Branch, by_name: Mapping[str, Branch]) -> Branch:
    """The branch at the bottom of a stack for whose sake a branch was not made."""
    while branch.check is None and branch.on and (below := by_name[branch.on]).status in _WITHOUT:
        branch = below
    return branch
