"""What is said of a report that cannot be read."""

from __future__ import annotations


class ReportError(Exception):
    """Why a report cannot be read: one line that says what to do about it."""
