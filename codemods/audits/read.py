"""Reading a report, whoever wrote it: what it is is decided by what is in it, never by its name."""

from __future__ import annotations

import re

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit
from codemods.audits.text import text_of

__all__ = ["ReportError", "read_audit"]

_HTML = re.compile(r"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)


def read_audit(path: str, data: bytes) -> Audit:
    """The findings of a report: Markdown, SARIF, or what a linter prints; also packed with gzip.

    `path` is what the user calls it (`-`: standard input); nothing is opened. Raises ReportError, whose
    one line does not name the report, when it cannot be read.
    """
    text = text_of(data)
    if _HTML.match(text):
        raise ReportError("an HTML page: save the report as Markdown, SARIF, JSON or plain text")
    from codemods.audits.markdown import read_markdown

    return read_markdown(text, path)
