"""How the project wants the messages of its commits: from its history, its settings and the options."""

from __future__ import annotations

from collections.abc import Sequence

from cli.branch_options import BranchChoice
from cli.selection import Selection
from codemods.branches.messages.message import Manner
from codemods.branches.messages.style import PLAIN, Kind, Style, style_of
from codemods.branches.model import Branch, Status
from codemods.branches.plumbing.hooks import hooks_not_run
from codemods.branches.plumbing.identity import identity_of
from codemods.config import BranchConfig
from codemods.repository import Repository
from codemods.sources import Commit


def manner_of(selection: Selection, choice: BranchChoice) -> Manner:
    """The manner for commits on the tree of a selection. Raises GitFailure."""
    assert isinstance(selection.tree, Commit)
    settings = selection.branch
    signoff = identity_of(selection.tree.repository).signature if choice.signoff else None
    return Manner(_style(selection.tree, settings), settings.subject, settings.body, signoff)


def _style(base: Commit, settings: BranchConfig) -> Style:
    if settings.style == Kind.PLAIN:
        return PLAIN
    return style_of(base, Kind.CONVENTIONAL if settings.style == Kind.CONVENTIONAL else None)


def left_out(repository: Repository, branches: Sequence[Branch]) -> tuple[str, ...]:
    """The hooks that would have acted on the commits that were written, if any were. Raises GitFailure."""
    wrote = any(branch.status in (Status.CREATED, Status.UPDATED) for branch in branches)
    return hooks_not_run(repository) if wrote else ()
