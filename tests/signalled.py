"""Processes that a test sends signals to."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def started(
    call: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that hears signals, however the tests were started, and is gone in the end.

    A shell lets what it starts in the background ignore Ctrl-C, and children inherit that.
    """
    running = subprocess.Popen(
        call, cwd=folder, env=environment, stderr=subprocess.DEVNULL, preexec_fn=_hear_signals
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def _hear_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
