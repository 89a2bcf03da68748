"""Running the command inside of the test process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cli.main import main


@dataclass(frozen=True)
class Outcome:
    """What a run of the command left: its exit code, standard output, and standard error."""

    code: int
    out: bytes
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON on standard output, which has to be there alone."""
        document: dict[str, Any] = json.loads(self.out)
        return document


Run = Callable[..., Outcome]


def runner(capture: pytest.CaptureFixture[bytes]) -> Run:
    """A function that runs `patchwright` with these arguments in the current directory."""

    def run(*arguments: str) -> Outcome:
        capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capture.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Outcome(code, out, err.decode())

    return run
