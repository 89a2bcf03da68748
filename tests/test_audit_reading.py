"""What a report is, is decided by what is in it; and what is none is refused with one clear line."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit
from codemods.audits.read import read_audit

RECORD = {"code": "E722", "filename": "a.py", "location": {"row": 3}, "message": "bare"}
JSON = json.dumps([RECORD])
LINE = "a.py:3:1: E722 bare\n"
SARIF = json.dumps(
    {"version": "2.1.0", "runs": [{"results": [{"message": {"text": "bare"}, "ruleId": "E722"}]}]}
)
JUNIT = (
    '<testsuites><testsuite name="a.py"><testcase name="org.ruff.E722" line="3"><failure message="bare"/>'
    "</testcase></testsuite></testsuites>"
)


def read(data: str | bytes) -> Audit:
    return read_audit("report", data.encode() if isinstance(data, str) else data)


@pytest.mark.parametrize("text", [JSON, LINE, SARIF, JUNIT, f"{json.dumps(RECORD)}\n{json.dumps(RECORD)}\n"])
@pytest.mark.parametrize(
    "pack",
    [
        str.encode,
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: gzip.compress(text.encode()),
        lambda text: gzip.compress(text.encode("utf-16")),
        lambda text: b"\n\n  " * ("<" in text or "[" in text or "{" in text) + text.encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "le", "be", "utf-32", "crlf", "gzip", "gzip-16", "blank"],
)
def test_however_it_is_packed(text: str, pack: Callable[[str], bytes]) -> None:
    for found in read(pack(text)).findings:
        assert (found.rules, found.title) == (("E722",), "bare")


def test_letters_of_windows() -> None:
    assert read("a.py:3:1: E722 n'est pas français".encode("cp1252")).findings[0].title.endswith("français")


def test_nothing_is_found() -> None:
    assert read("[]") == Audit("report")
    assert read('{"version": "2.1.0", "runs": []}') == Audit("report")


REFUSED = {
    "empty": (b"", "the report is empty"),
    "blank": (b" \n\t\n", "the report is empty"),
    "zeros": (bytes(1000), "binary"),
    "noise": (bytes(range(256)), "binary"),
    "picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "office": (b"PK\x03\x04", "an office document"),
    "pdf": (b"%PDF-1.7", "a PDF"),
    "damaged gzip": (b"\x1f\x8bnothing", "damaged"),
    "half a gzip": (gzip.compress(JSON.encode())[:20], "damaged"),
    "half a mark": (b"\xff\xfe[\0]", "UTF-16"),
    "web page": (b"<!DOCTYPE html>\n<html>", "an HTML page"),
    "commented page": (b"<!-- x -->\n<html>", "an HTML page"),
    "bandit's YAML": (b"errors: []\ngenerated_at: '2026'\nresults:\n", "bandit -f json"),
    "broken JSON": (b'{"runs": [', "the JSON is damaged"),
    "deep JSON": (b'{"a":' * 100_000, "nested too deeply"),
    "deep lists": (b"[" * 100_000, "nested too deeply"),
    "a number too long": (b'[{"a": %s}]' % (b"9" * 5000), "the JSON is damaged"),
    "other JSON": (b'{"name": "x"}', "a shape that we do not know"),
    "JSON of nothing": (b"[1, 2]", "a shape that we do not know"),
    "SARIF without runs": (b'{"$schema": "sarif-2.1.0", "version": "2.1.0"}', "without a list of runs"),
    "SARIF of 2016": (b'{"version": "1.0.0", "runs": []}', "we read 2.1"),
    "broken XML": (b"<testsuite><testcase>", "the XML is damaged"),
    "other XML": (b"<?xml version='1.0'?><project/>", "<project>"),
    "XML bomb": (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'>]><testsuite>&b;</testsuite>",
        "definitions",
    ),
    "test results": (b"<testsuites><testsuite name='pytest'/></testsuites>", "results of tests"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, said: str) -> None:
    with pytest.raises(ReportError) as refused:
        read(data)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codemods.audits.text.SIZE_LIMIT", 5_000)
    monkeypatch.setattr("codemods.audits.read._TEXT_LIMIT", 4_000)
    assert len(read(LINE * 100).findings) == 100
    for data, said in (
        (LINE.encode() * 220, "text of more than"),
        (LINE.encode() * 1000, "more than 0 MB"),
        (gzip.compress(LINE.encode() * 100_000), "more than 0 MB"),
    ):
        with pytest.raises(ReportError, match=said):
            read(data)


def test_what_is_not_needed_is_not_imported() -> None:
    """SARIF's reader takes half a second to import."""
    use = "from codemods.audits.read import read_audit; read_audit('-', b'[]')"
    code = f"import sys; {use}; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
