"""From the bytes of a report to its text: packed or not, in whatever encoding."""

from __future__ import annotations

import codecs
import io
import re
import zlib
from gzip import BadGzipFile, GzipFile

from codemods.audits.errors import ReportError

SIZE_LIMIT = 128_000_000  # bytes of a report, unpacked

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip file or an office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
)
_COLOR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NOISE = 100  # one in so many characters is a control character: that is no text


def text_of(data: bytes) -> str:
    """The text of a report, without a byte order mark and the colours of a terminal.

    Raises ReportError when it is no text, or too large.
    """
    data = _unpacked(data)
    if len(data) > SIZE_LIMIT:
        raise ReportError(f"the report has more than {SIZE_LIMIT // 1_000_000} MB: split it")
    for magic, kind in _KINDS:
        if data.startswith(magic):
            raise ReportError(f"not text but {kind}: save the report as Markdown, SARIF, JSON or plain text")
    text = _decoded(data)
    text = _COLOR.sub("", text) if "\x1b" in text else text
    if "\0" in text or len(_CONTROL.findall(text)) * _NOISE > len(text):
        raise ReportError("not text but binary: a report is Markdown, SARIF, JSON or a linter's text")
    if not text.strip():
        raise ReportError("the report is empty")
    return text


def _unpacked(data: bytes) -> bytes:
    """What gzip packed, up to one byte over the limit."""
    if not data.startswith(_GZIP):
        return data
    try:
        with GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(SIZE_LIMIT + 1)
    except (BadGzipFile, EOFError, zlib.error):
        raise ReportError("the file is packed with gzip, and damaged: fetch or make it again") from None


def _decoded(data: bytes) -> str:
    """As its mark says, else UTF-16 if every other byte is zero, else UTF-8, else what Windows wrote."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        head = data[start:64:2]
        if head and not any(head):  # Latin letters in two bytes each
            return _strictly(data, encoding)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        name = encoding.upper()
        raise ReportError(f"the report begins like {name}, and goes on as something else") from None
