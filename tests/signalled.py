"""Processes that a test sends signals to."""

from __future__ import annotations

import os
import signal
import subprocess
import time
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


def kill(process: subprocess.Popen[bytes], root: Path, *, git_too: bool) -> None:
    """Kill a process that leads a group and works on the repository at `root`, alone or with its children.

    Locks that git leaves when it is killed are taken away, as the message about them asks for.
    """
    if git_too:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    _wait_for_group(process.pid)
    git = root / ".git"
    for lock in (*(git / "refs").rglob("*.lock"), *git.glob("packed-refs.lock")):
        assert git_too, "git cleans up behind itself unless it is killed"
        lock.unlink()


def _wait_for_group(group: int) -> None:
    """Until what git is still running has finished or given up."""
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)  # for at most 5 s: where nobody reaps orphans they stay as zombies
