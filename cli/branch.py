"""`patchwright branch`: one branch for each fix. The working tree, index, HEAD and stash stay as they are."""

from __future__ import annotations

from pathlib import Path

import typer

from cli.branch_options import (
    Base,
    BranchChoice,
    By,
    Check,
    Combine,
    Draft,
    Form,
    Limit,
    Prefix,
    Propose,
    Push,
    Recreate,
    Setup,
    Signoff,
    Stack,
    Timeout,
)
from cli.options import (
    Audits,
    Choice,
    ExcludedRemedies,
    Grouping,
    Jobs,
    NoCache,
    Output,
    Packages,
    Paths,
    Python,
    Refusal,
    Remedies,
    ReportFormat,
    Unsafe,
)


def branch(
    paths: Paths = None,
    remedy: Remedies = None,
    exclude_remedy: ExcludedRemedies = None,
    audit: Audits = None,
    unsafe: Unsafe = None,
    by: By = None,
    base: Base = "HEAD",
    prefix: Prefix = None,
    recreate: Recreate = False,
    signoff: Signoff = False,
    stack: Stack = False,
    combine: Combine = None,
    check: Check = None,
    setup: Setup = None,
    timeout: Timeout = 600.0,
    push: Push = None,
    limit: Limit = 10,
    propose: Propose = False,
    draft: Draft = None,
    form: Form = ReportFormat.SUMMARY,
    output: Output = None,
    python: Python = None,
    no_cache: NoCache = False,
    jobs: Jobs = 0,
) -> None:
    """Commit each fix on a branch of its own; your files stay as they are.

    It reads a commit, not the working tree: what is not committed is not seen. Branches that it made
    earlier, and nobody touched, are made anew when the base has moved; all others stay.

    Exit code: 0; 1 when a check rejected a fix; 2 when a file could not be read or a branch not be made.
    """
    choice = Choice.of(paths, remedy, exclude_remedy, unsafe, jobs, Packages(python, not no_cache))
    wanted = BranchChoice(
        by=by or (Grouping.AUDIT if audit else None),
        base=base,
        prefix=prefix,
        recreate=recreate,
        signoff=signoff,
        stack=stack,
        combine=combine,
        check=check,
        setup=setup,
        timeout=timeout,
        push=push,
        limit=limit,
        propose=propose,
        draft=draft,
    )
    _refuse_nonsense(wanted, audit)
    raise typer.Exit(_make(choice, wanted, audit, form, output))


def _refuse_nonsense(wanted: BranchChoice, audit: list[str] | None) -> None:
    from codemods.branches.names import is_free_name, is_prefix

    if wanted.prefix is not None and not is_prefix(wanted.prefix):
        raise Refusal(f"--prefix {wanted.prefix!r}: git does not take branch names that begin like this")
    if wanted.combine is not None and not is_free_name(wanted.combine):
        raise Refusal(f"--combine {wanted.combine!r}: this is no name for a branch")
    if wanted.by is Grouping.AUDIT and not audit:
        raise Refusal("--by audit: name the report with --audit FILE")
    if wanted.setup is not None and wanted.check is None:
        raise Refusal("--setup prepares for a check: give the command with --check CMD")
    if not all(command is None or command.strip() for command in (wanted.check, wanted.setup)):
        raise Refusal("--check, --setup: the command is empty")
    if wanted.propose and wanted.push is None:
        raise Refusal("--propose: name the remote to push to with --push REMOTE")
    if wanted.draft is not None and not wanted.propose:
        raise Refusal("--draft and --ready say how to --propose")


def _make(
    choice: Choice, wanted: BranchChoice, audit: list[str] | None, form: ReportFormat, output: Path | None
) -> int:
    """Make the branches and say what became of them; the exit code."""
    from cli.branch_manner import left_out
    from cli.branch_plans import plans_of, storable, written
    from cli.branch_push import delivered, refuse_unknown_remote
    from cli.branch_report import branch_document, branch_lines, exit_code
    from cli.report import look
    from cli.selection import select
    from cli.terminal import as_json, say, say_failures, write
    from codemods.branches.remember import obsolete_branches
    from codemods.sources import Commit

    selection = select(choice, wanted.base)
    commit = selection.tree
    assert isinstance(commit, Commit)
    refuse_unknown_remote(commit.repository, wanted)
    report = look(storable(selection), audit)
    plans = plans_of(report, wanted)
    branches = written(report, wanted, plans)
    obsolete = obsolete_branches(commit.repository)
    hooks = left_out(commit.repository, branches)
    delivery = delivered(commit, wanted, branches)
    if form is ReportFormat.JSON:
        write([as_json(branch_document(commit.sha, branches, obsolete, delivery, hooks))], output)
    else:
        lines = branch_lines(report, wanted.base, branches, obsolete, delivery, hooks)
        write((f"{line}\n".encode() for line in lines), output)
    failures = sorted({*report.result.failures, *plans.failures})
    say_failures(failures)
    if delivery and delivery.problem:
        say([f"patchwright: {delivery.problem}"])
    return exit_code(branches, failures) if delivery is None or delivery.is_good else 2
