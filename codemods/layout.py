"""What the place and the name of a file say of it."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

_TEST_FOLDERS = {"test", "tests", "testing", "selftest", "selftests"}


@cache
def is_test(path: str) -> bool:
    """Whether a file holds tests, by its name or folder."""
    pure = PurePosixPath(path)
    return (
        pure.name.startswith(("test_", "conftest."))
        or pure.stem.endswith(("_test", "_tests"))
        or pure.name == "tests.py"
        or not _TEST_FOLDERS.isdisjoint(pure.parts[:-1])
    )
