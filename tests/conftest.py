"""Fixtures that several test files share."""

from __future__ import annotations

import pytest
from commandline import Run, runner


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(capfdbinary)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _no_environment_of_ours(monkeypatch: pytest.MonkeyPatch, cache: str) -> None:
    """The packages that the tests run with are not those of the code that is looked at."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
