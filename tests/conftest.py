"""Fixtures that several test files share."""

from __future__ import annotations

import pytest
from commandline import Run, runner


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(capfdbinary)
