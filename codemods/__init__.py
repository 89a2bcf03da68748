"""Finds known faults in Python code and repairs them, as values: findings, fixes and edits."""

from importlib import metadata


def version() -> str:
    """Our version; "unknown" when we run from a checkout that is not installed."""
    try:
        return metadata.version("patchwright")
    except metadata.PackageNotFoundError:
        return "unknown"
