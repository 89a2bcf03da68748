"""What kind of file some code stands in."""

from __future__ import annotations

from pathlib import PurePosixPath

_TEST_FOLDERS = {"test", "tests", "testing"}


def is_test(path: str) -> bool:
    """Whether the file holds tests, by its name or folder."""
    pure = PurePosixPath(path)
    return (
        pure.name.startswith("test_")
        or pure.stem.endswith(("_test", "_tests"))
        or pure.name == "conftest.py"
        or not _TEST_FOLDERS.isdisjoint(pure.parts[:-1])
    )
