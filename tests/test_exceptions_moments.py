"""The timestamp of a moment: only of one without a time zone is the platform asked."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely

HEAD = "from datetime import datetime, timedelta, timezone\n"


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("datetime.now(timezone.utc).timestamp()", False),
        ("datetime.now(tz=timezone.utc).timestamp()", False),
        ("(datetime.now(timezone.utc) - timedelta(days=7)).timestamp()", False),
        ("end = datetime.now(timezone.utc) - timedelta(days=7)\nend.timestamp()", False),
        ("datetime(1, 1, 1, tzinfo=timezone.utc).timestamp()", False),
        ("datetime.now().timestamp()", False),
        ("datetime.utcnow().timestamp()", False),
        ("now = datetime.now()\nnow.timestamp()", False),
        ("(datetime.now() - timedelta(days=7)).timestamp()", True),
        ("datetime(1, 1, 1).timestamp()", True),
        ("datetime.strptime('1', '%d').timestamp()", True),
        ("now = datetime.now()\nif x:\n    now = datetime(1, 1, 1)\nnow.timestamp()", True),
        ("now = datetime.now()\nnow -= timedelta(days=7)\nnow.timestamp()", True),
        ("datetime.now().replace(year=1).timestamp()", True),
        ("datetime.now(x).timestamp()", True),
    ],
)
def test_timestamp(code: str, asks: bool) -> None:
    assert ("OSError" in likely(answer(body(code, HEAD)))) is asks
