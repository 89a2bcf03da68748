"""Reading a report, whoever wrote it: what it is is decided by what is in it, never by its name.

Each reader is imported when it is needed: the one of SARIF takes half a second.
"""

from __future__ import annotations

import json
import re

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit
from codemods.audits.text import text_of

__all__ = ["ReportError", "read_audit"]

_HTML = re.compile(r"\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(\?xml|testsuites?\b|checkstyle\b)")
_YAML = re.compile(r"\s*(---\s*\n)?errors: ?.*\ngenerated_at: ")
_JSON = re.compile(r"\s*[\[{]")
_ONLY_JSON = re.compile(r'\s*(\{\s*"|\[\s*[{\]])')  # no other text begins like this
_TEXT_LIMIT = 20_000_000  # characters of text for people


def read_audit(path: str, data: bytes) -> Audit:
    """The findings of a report: Markdown, SARIF, or what a linter prints; also packed with gzip.

    `path` is what the user calls it (`-`: standard input); nothing is opened. Raises ReportError, whose
    one line does not name the report, when it cannot be read.
    """
    text = text_of(data)
    if _HTML.match(text):
        raise ReportError("an HTML page: save the report as Markdown, SARIF, JSON or plain text")
    if _YAML.match(text):
        raise ReportError("YAML, as bandit writes it: save the report as SARIF or JSON (bandit -f json)")
    if _XML.match(text):
        from codemods.audits.linters.xml import read_xml

        return read_xml(text, path)
    return (_JSON.match(text) and _read_json(text, path)) or _read_text(text, path)


def _read_json(text: str, path: str) -> Audit | None:
    """The report in JSON; None when it is text that begins like it, as a link in Markdown does."""
    from codemods.audits.linters.records import read_json, read_json_lines

    try:
        document = json.loads(text)
    except RecursionError:
        raise ReportError("the JSON is nested too deeply") from None
    except ValueError as error:
        lines = read_json_lines(text, path)
        if lines is None and _ONLY_JSON.match(text):
            raise ReportError(f"the JSON is damaged: {error}") from None
        return lines
    if isinstance(document, dict) and ("runs" in document or "sarif" in str(document.get("$schema", ""))):
        from codemods.audits.sarif import read_sarif

        return read_sarif(document, path)
    return read_json(document, path)


def _read_text(text: str, path: str) -> Audit:
    from codemods.audits.linters.lines import read_lines
    from codemods.audits.linters.records import read_csv

    if len(text) > _TEXT_LIMIT:
        raise ReportError(
            f"text of more than {_TEXT_LIMIT // 1_000_000} MB: split it, or save it as SARIF or JSON"
        )
    read = read_csv(text, path) or read_lines(text, path)
    if read:
        return read
    from codemods.audits.markdown import read_markdown

    return read_markdown(text, path)
