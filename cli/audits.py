"""Reading the reports that a command names."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit
from codemods.audits.read import read_audit
from codemods.audits.text import SIZE_LIMIT
from codemods.model import Failure


def read_audits(names: Sequence[str]) -> tuple[list[Audit], list[Failure]]:
    """The reports in order (`-`: standard input), each once; second, those that cannot be read, and why."""
    audits: list[Audit] = []
    failures: list[Failure] = []
    for name in dict.fromkeys(names):
        try:
            audits.append(read_audit(name, _bytes(name)))
        except OSError as error:
            failures.append(Failure(name, error.strerror or str(error)))
        except ReportError as error:
            failures.append(Failure(name, str(error)))
    return audits, failures


def _bytes(name: str) -> bytes:
    """What the report holds; no more than makes clear that it is too large. Raises OSError."""
    if name == "-":
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    with Path(name).open("rb") as file:
        if not (stat.S_ISREG(mode := os.fstat(file.fileno()).st_mode) or stat.S_ISFIFO(mode)):
            raise OSError(22, "not a file")
        return file.read(SIZE_LIMIT + 1)
