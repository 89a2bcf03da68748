"""Finds known faults in Python code and repairs them, as values: findings, fixes and edits."""


def version() -> str:
    """Our version; "unknown" when we run from a checkout that is not installed."""
    from importlib import metadata  # it takes longer to import than most of what we need

    try:
        return metadata.version("patchwright")
    except metadata.PackageNotFoundError:
        return "unknown"
