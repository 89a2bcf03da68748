"""`patchwright branch`: one branch for each fix."""

from __future__ import annotations


def branch() -> None:
    """Commit each fix on a branch of its own."""
