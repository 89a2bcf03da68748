"""The parts of reading Markdown reports: places in many spellings, titles, totals, snippets, bad input."""

from __future__ import annotations

import time

import pytest

from codemods.audits.errors import ReportError
from codemods.audits.markdown import SIZE_LIMIT, read_markdown
from codemods.audits.markdown.lead import lead_of
from codemods.audits.markdown.locations import cited, placed
from codemods.audits.markdown.mojibake import repaired
from codemods.audits.model import Claim

PLACES = [
    ("`services/x/app.py:79,92`", "services/x/app.py:79,92"),
    ("`a/b.py` (lines 234-243), `a/c.py` (lines 9-10), d", "a/b.py:234-243 a/c.py:9-10"),
    ("`/mnt/c/MY FILES/n8n/app/api.py`, lines 70, 134, 188", "/mnt/c/MY FILES/n8n/app/api.py:70,134,188"),
    ("/srv/MY FILES/app/api.py, line 7", "/srv/MY FILES/app/api.py:7"),
    ("worker/a.py + worker/b.py", "worker/a.py worker/b.py"),
    ("`app/l.py`, lines 1953-1964 and 2113-2124", "app/l.py:1953-1964,2113-2124"),
    ("`types/v.ts` line 85 vs `routes.py` line 130", "types/v.ts:85 routes.py:130"),
    ("Main.py:1498-1517 `f()` vs hooks/h.py:82-115", "Main.py:1498-1517 hooks/h.py:82-115"),
    ("(line 32 in docker-compose.yml)", "docker-compose.yml:32"),
    ("`src/db.py`, Zeilen 12–18", "src/db.py:12-18"),  # noqa: RUF001
    ("`src/db.py`, lignes 3 et 9", "src/db.py:3,9"),
    ("`src/db.py`, líneas 70 a 74", "src/db.py:70-74"),
    ("`src/db.py`, строки 10-14", "src/db.py:10-14"),
    ("文件：server/auth.py，第12行", "server/auth.py:12"),  # noqa: RUF001
    ("`server/w.py`，第 45-52 行、第60行", "server/w.py:45-52,60"),  # noqa: RUF001
    ("app/login.py 12行目", "app/login.py:12"),
    ("[`s/db.py`](https://github.com/o/r/blob/main/s/db.py#L12-L20) leaks", "s/db.py:12-20"),
    ("[s/api.py:7](s/api.py): x", "s/api.py:7"),
    ("`s/cli.py` L36-L40", "s/cli.py:36-40"),
    ("`s/cli.py#L4C2-L5C9`", "s/cli.py:4-5"),
    ("`gate/http.py` -> `login()` (L12-L19)", "gate/http.py:12-19"),
    (r"C:\Users\kim\app\routes.py:12", "C:/Users/kim/app/routes.py:12"),
    ("file:///home/kim/p/a.py#L3", "/home/kim/p/a.py:3"),
    ("`./app/main.py(12)`", "app/main.py:12"),
    ("../other/x.py:3", "../other/x.py:3"),
    ("web/x.ts:10:5", "web/x.ts:10"),
    ("`src/(auth)/page.tsx:3`", "src/(auth)/page.tsx:3"),
    ("`app/services/*.py` (no tests)", "app/services/*.py"),
    ("`app/big.py` (2039 lines)", "app/big.py"),
    ("Dockerfile and `.env`", "Dockerfile .env"),
    ("Node.js, asyncio.sleep, e.g. and/or CI/CD 24/7 v1.5.4 127.0.0.1", ""),
    ("`response.read()`, `GET /api/v1/x.json`, https://example.com/a.py", ""),
    ("`a/x.py:3, b/y.py:9-12`", "a/x.py:3 b/y.py:9-12"),
    ("`app/x.py:load()` and tests/test_x.py::test_load", "app/x.py tests/test_x.py"),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_places(text: str, expected: str) -> None:
    found = cited(text, lenient=True).locations
    written = [
        p.path + ":" * bool(p.lines) + ",".join(f"{a}-{b}" if a != b else str(a) for a, b in p.lines)
        for p in found
    ]
    assert " ".join(written) == expected


VALUES = [
    ("bin/deploy, src/x.py:3", "bin/deploy src/x.py"),
    ("`../../etc/passwd:1`", "../../etc/passwd"),
    ("bin/run:12", "bin/run"),
    ("CI/CD", ""),
    ("auth/session handling", ""),
    ("`create()` in app/models.py", "app/models.py"),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_the_value_of_a_label_for_places(value: str, expected: str) -> None:
    assert " ".join(place.path for place in placed(value).locations) == expected


# id or number, severity, state, title
LEADS = [
    ("1. **Missing `wave` import**", "1", None, Claim.OPEN, "Missing `wave` import"),
    ("🔴 BUG-001: Missing engine", "BUG-001", "critical", Claim.OPEN, "Missing engine"),
    ("Issue 3: DEAD_CODE - nobody calls it", "3", None, Claim.OPEN, "nobody calls it"),
    ("ISSUE 16: NOT A BUG - it stops", "16", None, Claim.FALSE_ALARM, "it stops"),
    ("Error 500 instead of 400", None, None, Claim.OPEN, "Error 500 instead of 400"),
    ("[HIGH] Token in query", None, "high", Claim.OPEN, "Token in query"),
    ("HIGH-1: Unsafe call", "HIGH-1", None, Claim.OPEN, "Unsafe call"),
    ("P1: It is slow", None, "high", Claim.OPEN, "It is slow"),
    ("High memory use of the worker", None, None, Claim.OPEN, "High memory use of the worker"),
    ("F-001 | LOW | a/b.py:8 | Rounds twice", "F-001", "low", Claim.OPEN, "Rounds twice"),
    ("~~BUG-3: old~~ ✅ FIXED", "BUG-3", None, Claim.RESOLVED, "old"),
    ("~~BUG-4: odd~~", "BUG-4", None, Claim.RETRACTED, "odd"),
    ("2. Retry loop (RESOLVED)", "2", None, Claim.RESOLVED, "Retry loop"),
    ("4. Ghost table (SEVERITY: HIGH)", "4", "high", Claim.OPEN, "Ghost table"),
    ("UTF-8 is decoded twice", None, None, Claim.OPEN, "UTF-8 is decoded twice"),
    ("`use-job-polling.ts` always says 0", None, None, Claim.OPEN, "`use-job-polling.ts` always says 0"),
    ("问题2：裸 except", "2", None, Claim.OPEN, "裸 except"),  # noqa: RUF001
    ("False positives are counted twice", None, None, Claim.OPEN, "False positives are counted twice"),
]


def _never(name: str, separated: bool) -> bool:
    return not name.startswith("UTF")


@pytest.mark.parametrize(("text", "number", "severity", "claim", "title"), LEADS)
def test_leads(text: str, number: str | None, severity: str | None, claim: Claim, title: str) -> None:
    lead = lead_of(text, _never)
    named = lead.ids[0] if lead.ids else lead.number
    assert (named, lead.severity, lead.claim, lead.title) == (number, severity, claim, title)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ðŸ”´ **CRITICAL** â€” donâ€™t", "🔴 **CRITICAL** — don’t"),  # noqa: RUF001
        ("ðŸ\u203a Bug", " Bug"),
        ("\uf8ffüî¥ BUG-001", "🔴 BUG-001"),
        ("Prüfung: größer, élevée, 高, Проверка — “ok”", "Prüfung: größer, élevée, 高, Проверка — “ok”"),
    ],
)
def test_mojibake(text: str, expected: str) -> None:
    assert repaired(text) == expected


FINDINGS = "## Bugs\n\n" + "".join(f"### B-{n}: x\n**File:** `a.py:{n}`\n\n" for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("said", "disagrees"),
    [
        ("We found 3 bugs.", False),
        ("**Total: 5 bugs identified**", True),
        ("It has **2 critical bugs** and **1 vulnerability**.", False),
        ("It has 4 bugs, 8 vulnerabilities, and 12 issues.", True),
        ("5 categories of issues, HTTP 404 everywhere.", False),
        ("| Severity | Count |\n|---|---|\n| High | 2 |\n| Low | 1 |", False),
        ("| Severity | Count |\n|---|---|\n| High | 2 |\n| Low | 2 |\n| **Total** | **4** |", True),
        ("| Schweregrad | Anzahl |\n|---|---|\n| Hoch | 9 |", True),
    ],
)
def test_totals(said: str, disagrees: bool) -> None:
    audit = read_markdown(f"# Report\n\n## Summary\n\n{said}\n\n{FINDINGS}", "r.md")
    assert len(audit.findings) == 3
    assert bool(audit.remarks) == disagrees, audit.remarks


def test_snippets_as_they_are_and_as_they_should_be() -> None:
    text = (
        "## Bugs\n\n### B-1: x\n**File:** `a.py`\n\n**Current code:**\n```python\nold()\n```\n"
        "**Fix:** do this\n```python\nnew()\n```\n\n### B-2: y\n**File:** `a.py`\n"
        "```diff\n-gone()\n+came()\n```\n\n### B-3: z\n**File:** `a.py`\n"
        "```python\n# ❌ Bad\nbad()\n# ✅ Good\ngood()\n```\n"
    )
    found = [(f.quoted, f.proposed) for f in read_markdown(text, "r.md").findings]
    assert found == [
        (("old()",), ("new()",)),
        (("gone()",), ("came()",)),
        (("bad()",), ("good()",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "a\0b",
        "<!DOCTYPE html>\n<html><body>BUG-1</body></html>",
        "\n<html lang='en'>",
        "x" * (SIZE_LIMIT + 1),
        "| id | file |\n|---|---|\n" + "| B-1 | a.py |\n" * 1_000_000,
    ],
)
def test_unreadable(text: str) -> None:
    started = time.process_time()
    with pytest.raises(ReportError) as caught:
        read_markdown(text, "r.md")
    assert str(caught.value).count("\n") == 0
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * n + "- a\n" for n in range(150)),
        ">" * 20_000 + " a",
        "- > " * 5_000 + "a",
        "[" * 20_000,
        "1, " * 7_000,
        "*a " * 7_000,
        "`" * 20_000,
        "/ a " * 5_000,
        "L1" * 10_000,
        "| " * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|x\n" * 50,
        "# a\n" * 500,
        "**a b**\n\n" * 500,
        "<details><summary>a</summary>\n\n" * 500,
        "---\nstatus: open\n",
        "---\n---\n",
        "```yaml\n- id: A-1\n  title: [\n",
        "|\n|\n",
        "1.\n2.\n",
        "-\n-\n",
        "#\n\n##\n",
        "\ud800 **a**",
    ],
)
def test_odd_input_is_read_without_findings_and_soon(text: str) -> None:
    started = time.process_time()
    audit = read_markdown(text, "r.md")
    assert len(audit.findings) <= 1
    assert time.process_time() - started < 10
