"""Ending in good order: what was made is taken away, whichever way a run is told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_SIGNALLED = 128  # and the number of the signal: the exit code of a process that a signal ended


@contextmanager
def orderly_end() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C, SIGTERM and SIGHUP end the block by an exception, and not cut its clean-up short.

    After the first one they are ignored, also by the commands that the clean-up runs. What this gives makes
    them ignored at once: for a clean-up that no signal began. Signals that are ignored already stay so
    (`nohup`). Outside of the main thread nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    ours = [number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)]

    def end(number: int, _: FrameType | None) -> None:
        ignore()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(_SIGNALLED + number)

    def ignore() -> None:
        for number in ours:
            signal.signal(number, signal.SIG_IGN)

    for number in ours:
        signal.signal(number, end)
    try:
        yield ignore
    finally:
        for number in ours:
            signal.signal(number, before[number])
