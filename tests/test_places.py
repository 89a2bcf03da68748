"""What kind of file a path names."""

from __future__ import annotations

import pytest

from codemods.layout import is_test


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *(
            (path, True)
            for path in (
                "test_app.py",
                "app/api_test.py",
                "app/api_tests.py",
                "a/conftest.py",
                "app/tests.py",
            )
        ),
        *(
            (path, True)
            for path in ("tests/helpers.py", "app/test/data.py", "testing/run.py", "selftests/a/b.py")
        ),
        *((path, False) for path in ("app.py", "contest.py", "latest.py", "app/testimony.py", "attests.py")),
    ],
)
def test_is_test(path: str, expected: bool) -> None:
    assert is_test(path) is expected
