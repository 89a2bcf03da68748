"""What a scan found, as the JSON document of `--format json`."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable, Sequence
from typing import Any

from codemods import version
from codemods.edits import alone, compose
from codemods.engine import broken_fix, project_of
from codemods.model import FileChange, Finding, Fix, ScanResult, SourceTree
from codemods.module import Module
from codemods.output.diff import unified

VERSION = 1  # of the document: fields may be added under it, never renamed or removed


def document(
    result: ScanResult,
    tree: SourceTree,
    root: str,
    rev: str | None,
    audit: Callable[[Finding], Sequence[str]] = lambda _: (),
) -> dict[str, Any]:
    """The document of a scan of `tree`: plain dicts, lists, strings and numbers.

    `audit` gives the ids of the findings of reports that ask for a finding.
    """
    statistics = result.statistics
    module = project_of(tree).module
    broken = set(compose((f.fix for f in result.findings if f.fix), module).broken)
    failures = sorted({*result.failures, *(broken_fix(f) for f in result.findings if f.fix in broken)})
    return {
        "version": VERSION,
        "tool": {"name": "patchwright", "version": version()},
        "root": root,
        "rev": rev,
        "statistics": {
            "files": statistics.files,
            "parsed": statistics.parsed,
            "findings": len(result.findings),
            "fixable": sum(finding.fix is not None for finding in result.findings),
            "seconds": round(statistics.seconds, 6),
        },
        "failures": [{"path": failure.path, "error": failure.error} for failure in failures],
        "findings": [_finding(finding, module, audit(finding)) for finding in result.findings],
    }


def _finding(finding: Finding, module: Callable[[str], Module], audit: Sequence[str]) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "remedy": finding.remedy,
        "path": finding.path,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
        "applicability": finding.applicability.value,
        "reason": finding.reason,
        "evidence": list(finding.evidence),
        "audit": list(audit),
        "fix": _fix(finding.fix, module) if finding.fix else None,
    }


def _fix(fix: Fix, module: Callable[[str], Module]) -> dict[str, Any]:
    """The edits (offsets in bytes), the imports they need, and the diff of this fix alone."""
    return {
        "edits": [
            {
                "path": edit.path,
                "start": edit.start,
                "end": edit.end,
                "replacement": edit.replacement.decode(module(edit.path).encoding),
            }
            for edit in fix.edits
        ],
        "imports": [{"path": wanted.path, "text": wanted.text} for wanted in fix.imports],
        "diff": "".join(_text(change) for change in alone(fix, module)),
    }


def _text(change: FileChange) -> str:
    """The diff as text, in the encoding of the file it is for."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(change.before or change.after or b"").readline)
    return unified(change).decode(encoding, "backslashreplace")
