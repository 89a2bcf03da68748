"""Running a command of the user's: in limited time, heard as it prints, with nothing of it left running."""

from __future__ import annotations

import codecs
import os
import re
import selectors
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from codemods.redaction import redacted

_TICK = 0.1  # seconds between two looks at whether it is time to end
_GRACE = 2.0  # seconds from asking a command to end to ending it
_CHUNK = 1 << 16
_LINES = 40  # of the output are kept
_WIDTH = 2_000  # characters of a line are
_TAIL = 8_192  # characters in all
# Colours and other orders to a terminal: CSI, OSC and the short ones of ECMA-48.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

NOT_FOUND = 127  # what a shell answers for a command that it does not find
NOT_RUNNABLE = 126  # and for one that is no program


class Stopped(Exception):
    """The command was ended, because the whole run ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended. `code` is its exit code, None when it ran out of time."""

    code: int | None
    seconds: float
    tail: str
    """The end of what it printed: plain text, of both of its outputs."""


@dataclass
class Output:
    """What a command prints, as lines of plain text. Only the last ones are kept."""

    hear: Callable[[str], None] | None = None
    _decode: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    _begun: str = ""
    _lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LINES))

    def add(self, data: bytes, *, final: bool = False) -> None:
        """The next bytes. What is beyond the width of a line is let go."""
        *whole, self._begun = (self._begun + self._decode.decode(data, final)).split("\n")
        for line in whole:
            self._take(line)
        if final and self._begun:
            self._take(self._begun)
        self._begun = self._begun[: 2 * _WIDTH]

    def _take(self, raw: str) -> None:
        shown = _ESCAPE.sub("", raw).rstrip("\r").rpartition("\r")[2]  # what a bar was drawn over is gone
        line = _CONTROL.sub("", shown).rstrip()[:_WIDTH]
        if self.hear:
            self.hear(line)
        self._lines.append(line)

    @property
    def tail(self) -> str:
        text = redacted("\n".join(self._lines).strip("\n"))
        if len(text) > _TAIL:
            text = "…" + text[-_TAIL:]
        return text


def run(
    command: str,
    folder: Path,
    environment: Mapping[str, str],
    *,
    timeout: float,
    stop: threading.Event,
    hear: Callable[[str], None] | None = None,
) -> Outcome:
    """Run a command of the shell in a folder; every line that it prints is for `hear`.

    It has no input and no terminal. When it ends, so does everything that it started, unless that has left
    its process group. After `timeout` seconds it is ended; when `stop` is set too, with Stopped.
    """
    began = time.monotonic()
    output = Output(hear)
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        bufsize=0,
    )
    assert process.stdout
    try:
        is_done = _follow(process, process.stdout, output, began + timeout, stop)
    finally:
        _end(process)
        process.stdout.close()
    output.add(b"", final=True)
    return Outcome(process.returncode if is_done else None, time.monotonic() - began, output.tail)


def _follow(
    process: subprocess.Popen[bytes],
    stdout: IO[bytes],
    output: Output,
    deadline: float,
    stop: threading.Event,
) -> bool:
    """Hear all that a command prints; whether it ended in time. Raises Stopped."""
    is_open = True
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while True:
            if stop.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                return False
            if is_open and selector.select(_TICK):
                chunk = os.read(stdout.fileno(), _CHUNK)
                output.add(chunk)
                is_open = bool(chunk)
            elif process.poll() is not None:  # something in the background may hold the pipe open
                return True
            elif not is_open:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command's process group: kindly, then for certain."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while time.monotonic() < deadline:
            process.poll()  # a group is there as long as nobody has asked how its last process ended
            os.killpg(process.pid, 0)
            time.sleep(_TICK / 5)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
