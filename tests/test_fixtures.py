"""Every case of every remedy: what goes in, what comes out, and what is said about it.

`fixtures/before/<remedy>/<case>` is a file, or a folder that is a small project. The same name under
`fixtures/after` is the result with every fix made, and `<case>.findings` beside it is what was said.
Run with `UPDATE_GOLDENS=1` to write them anew, then read the difference.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path

import pytest
from pyflakes.api import check
from pyflakes.reporter import Reporter

from codemods.engine import repair, scan
from codemods.model import Applicability, Finding
from codemods.remedy import all_remedies
from codemods.sources import Memory, Overlay

FIXTURES = Path(__file__).parent.parent / "fixtures"
UPDATE = bool(os.environ.get("UPDATE_GOLDENS"))
CASES = sorted(path.relative_to(FIXTURES / "before").as_posix() for path in (FIXTURES / "before").glob("*/*"))


def files_of(path: Path) -> dict[str, bytes]:
    """The files of a case: one under its own name, or all of a folder."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def write_case(path: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        target = path if path.suffix == ".py" else path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def describe(finding: Finding) -> str:
    """One finding as lines of text that a person can review."""
    head = (
        f"{finding.path}:{finding.span.line}:{finding.span.column} {finding.applicability} {finding.message}"
    )
    reason = [f"    reason: {finding.reason}"] if finding.reason else []
    evidence = [f"    evidence: {line}" for line in finding.evidence]
    imports = [f"    import: {i.path}: {i.text}" for i in finding.fix.imports] if finding.fix else []
    return "\n".join([head, *reason, *evidence, *imports]) + "\n"


def comments(data: bytes) -> Counter[str]:
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return Counter(token.string.strip() for token in tokens if token.type == tokenize.COMMENT)


def complaints(data: bytes, name: str) -> Counter[str]:
    """What pyflakes says, without positions: undefined and unused names above all."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    out = io.StringIO()
    check(data.decode(encoding), name, Reporter(out, out))
    return Counter(re.sub(r":\d+:\d+:? ", ": ", line) for line in out.getvalue().splitlines())


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    newer = re.search(r"py3(\d+)", case)
    if newer and sys.version_info < (3, int(newer[1])):
        pytest.skip(f"written in the syntax of Python 3.{newer[1]}")
    remedy = case.partition("/")[0]
    before = files_of(FIXTURES / "before" / case)
    tree = Memory(before)
    result = scan(tree, [remedy])
    assert not result.failures
    if any(r.is_always_unsafe for r in all_remedies() if r.id() == remedy):
        assert not [f for f in result.findings if f.applicability is Applicability.SAFE]
    outcome = repair(tree, result.findings, lambda finding: True, [remedy])
    assert not outcome.failures
    after = {**before, **{c.path: c.after for c in outcome.changes if c.after is not None}}
    said = "".join(map(describe, result.findings))

    golden = FIXTURES / "after" / case
    told = golden.with_name(golden.name.removesuffix(".py") + ".findings")
    if UPDATE:
        write_case(golden, after)
        told.write_text(said, encoding="utf-8")
    assert after == files_of(golden)
    assert said == told.read_text(encoding="utf-8")

    for name, data in after.items():
        if not name.endswith(".py"):
            continue
        compile(data, name, "exec", dont_inherit=True)
        assert not comments(before[name]) - comments(data), "a comment was lost"
        assert not complaints(data, name) - complaints(before[name], name)
    again = scan(Overlay(tree, after), [remedy])
    assert not [f for f in again.findings if f.fix], "a second run would change something"


@pytest.mark.parametrize("remedy", [r.id() for r in all_remedies()])
def test_enough_cases(remedy: str) -> None:
    cases = [case for case in CASES if case.startswith(f"{remedy}/")]
    alone = [c for c in cases if files_of(FIXTURES / "before" / c) == files_of(FIXTURES / "after" / c)]
    assert len(cases) >= 15
    assert len(alone) * 2 >= len(cases) - 1, "as many cases left alone as rewritten"
