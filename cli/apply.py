"""`patchwright apply`: the fixes, into the working tree."""

from __future__ import annotations


def apply() -> None:
    """Make the fixes in the working tree."""
