"""Writing to standard output and standard error: colours, progress, lines of text."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.options import Refusal
from codemods.model import Failure
from codemods.output.patch import Chunk, Kind

if TYPE_CHECKING:
    import rich.progress

    from codemods.engine import Progress

_RESET = b"\x1b[0m"
_COLORS = {Kind.TITLE: b"\x1b[1;36m", Kind.NOTE: b"\x1b[33m", Kind.HEADER: b"\x1b[1m"}
_SIGNS = {b"@": b"\x1b[36m", b"+": b"\x1b[32m", b"-": b"\x1b[31m"}
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and line feed
_NOT_READ = 141  # the exit code of a program that SIGPIPE ended
_PATIENCE = 0.5  # seconds that pass before a progress bar is worth looking at
_REDRAW = 0.05  # seconds between two looks of it


def wants_color(asked: bool | None, output: Path | None = None) -> bool:
    """Whether to paint: as asked, else on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    if asked is not None:
        return asked
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return output is None and sys.stdout.isatty() and not plain


def say(lines: Iterable[str]) -> None:
    """Lines for the person at the keyboard, on standard error."""
    sys.stderr.writelines(line.encode(errors="backslashreplace").decode() + "\n" for line in lines)


def say_failures(failures: Iterable[Failure]) -> None:
    say(f"{failure.path}: {failure.error}" for failure in dict.fromkeys(failures))


def as_json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, indent=2).encode() + b"\n"


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def tinted(text: str, code: int) -> str:
    """The text in a colour, by its number in ECMA-48."""
    return f"\x1b[{code}m{text}\x1b[0m"


def write(chunks: Iterable[bytes], output: Path | None = None) -> None:
    """The bytes, to a file or to standard output. Raises Refusal when the file cannot be written.

    Where nobody reads on (`patchwright preview | head`), that is the end: exit code 141, as git has it.
    """
    if output is None:
        try:
            _print(chunks)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left in buffers
            raise SystemExit(_NOT_READ) from None
        return
    try:
        output.write_bytes(b"".join(chunks))
    except OSError as error:
        raise Refusal(f"{output}: {error.strerror}") from None


def _print(chunks: Iterable[bytes]) -> None:
    sys.stdout.flush()
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def painted(chunk: Chunk) -> bytes:
    """A chunk of a patch for a terminal: in colour, and control characters made visible."""
    lines = chunk.data.split(b"\n")[:-1]
    if chunk.kind is Kind.HUNK:
        return b"".join(_paint(_SIGNS.get(line[:1], b""), line) for line in lines)
    blank = b"\n" if chunk.kind is Kind.TITLE else b""
    return blank + b"".join(_paint(_COLORS[chunk.kind], line) for line in lines)


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A progress bar on standard error for work that takes long; None when nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar.advance
    finally:
        bar.stop()


class _Bar:
    """A bar that appears when the wait gets long, and is gone in the end."""

    def __init__(self) -> None:
        self._began = self._drawn = time.monotonic()
        self._bar: rich.progress.Progress | None = None

    def advance(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._began < _PATIENCE or now - self._drawn < _REDRAW:
            return
        self._drawn = now
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
            # It draws when we say so: a thread that draws would be in the way of forking workers.
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._bar.add_task("", completed=done, total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total, refresh=True)

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()


def _paint(color: bytes, line: bytes) -> bytes:
    shown = _CONTROL.sub(_visible, line.removesuffix(b"\r"))
    return (color + shown + _RESET if color else shown) + b"\n"


def visible(text: str) -> str:
    """The text with its control characters in caret notation."""
    return _CONTROL.sub(_visible, text.encode(errors="replace")).decode()


def _visible(match: re.Match[bytes]) -> bytes:
    """Caret notation: what `less` shows for a control character, which must not reach the terminal."""
    return b"^" + bytes([match.group()[0] ^ 0x40])
