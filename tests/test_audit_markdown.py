"""Reports in many layouts and languages: which findings they hold, where, how grave, and in which state."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.audits.markdown import read_markdown
from codemods.audits.model import Audit, AuditFinding

REPORTS = Path(__file__).parent / "data" / "audits"

# Each finding of each report: id, severity, state, places.
EXPECTED: dict[str, list[tuple[str, str | None, str, str]]] = {
    "bracket_numbers": [
        ("1", None, "open", "src/sync/engine.py:210"),
        ("2", None, "open", "src/sync/engine.py:233-240"),
        ("3", None, "open", "src/sync/lock.py:17"),
        ("4", None, "open", "src/sync/conflict.py:90 src/sync/merge.py:12"),
        ("5", None, "open", "src/ui/progress.py"),
        ("6", None, "open", "tools/seed.py"),
    ],
    "bullets_only": [
        ("1", None, "open", "core/list.py:17"),
        ("2", None, "open", "core/header.py:3"),
        ("3", None, "open", ""),
        ("4", None, "open", "core/save.py:9"),
    ],
    "by_category": [
        ("1.1", "high", "open", "gate/http.py:12-19"),
        ("1.2", "low", "open", "gate/errors.py"),
        ("2.1", "medium", "open", "gate/report.py:88 gate/list.py:9-11"),
        ("3.1", "low", "open", "gate/dates.py gate/legacy/dates.py"),
    ],
    "by_file": [
        ("1", "high", "open", "C:/Users/kim/work/tracker/app/routes.py:14"),
        ("2", None, "open", "C:/Users/kim/work/tracker/app/routes.py:40-44"),
        ("3", None, "open", "C:/Users/kim/work/tracker/app/routes.py:77"),
        ("2.1", None, "open", "C:/Users/kim/work/tracker/app/jobs/nightly.py:9"),
        ("2.2", None, "open", "C:/Users/kim/work/tracker/app/jobs/nightly.py:31,55"),
    ],
    "by_line": [
        ("1.1", None, "open", "auth.py:42"),
        ("1.2", None, "open", "auth.py:60-71"),
        ("2.1", None, "open", "billing/invoice.py:8"),
    ],
    "checklist": [
        ("1.1", "critical", "open", "src/auth/login.ts:42"),
        ("1.2", "critical", "open", "src/auth/login.ts:77-81"),
        ("1.3", "high", "resolved", "src/db/pool.ts:13"),
        ("2.1", "medium", "open", "src/cache/index.ts:5"),
        ("2.2", "medium", "open", "src/routes/health.ts:9"),
        ("2.3", "low", "open", "src/routes/users.ts:120"),
    ],
    "chinese": [
        ("1", "critical", "open", "server/auth.py:12"),
        ("2", "high", "open", "server/worker.py:45-52"),
        ("3", "medium", "resolved", "server/stats.py:7,19"),
    ],
    "contracts": [
        ("H-01", "high", "open", "contracts/Vault.sol:120-134"),
        ("H-02", "high", "open", "contracts/Vault.sol:88"),
        ("M-01", "medium", "open", "contracts/Oracle.sol:45"),
        ("L-01", "low", "open", "contracts/Token.sol"),
        ("I-01", "info", "open", "contracts/Vault.sol:3"),
    ],
    "file_only": [
        ("1", None, "open", "src/jobs/runner.py"),
        ("2", None, "open", "src/jobs/runner.py src/jobs/state.py"),
        ("3", None, "open", "bin/deploy"),
        ("4", None, "open", "Dockerfile"),
        ("5", None, "open", "src/api/handlers.py"),
    ],
    "folded": [
        ("CR-1", "high", "open", "cfg/load.py:12"),
        ("CR-2", "critical", "open", "cfg/run.py:90,120"),
    ],
    "folded_guide": [
        ("BE-02", "medium", "open", "api/orders.py:55"),
        ("BE-01", "critical", "open", "api/orders.py:10"),
        ("FE-01", "low", "open", "ui/src/cart.tsx:88"),
    ],
    "follow_up": [
        ("F-3", None, "open", "lib/x.py:9"),
        ("F-5", None, "open", "lib/y.py:2"),
        ("F-1", None, "resolved", "lib/z.py:4"),
        ("F-2", None, "resolved", "lib/z.py:8"),
        ("F-4", None, "false-alarm", "lib/q.py:1"),
    ],
    "french": [
        ("A1", "critical", "open", "boutique/paiement.py:57"),
        ("A2", "high", "open", "boutique/panier.py:12-19"),
        ("A3", "medium", "open", "boutique/panier.py:104"),
        ("A4", "low", "open", "boutique/vues.py:8,31"),
        ("A5", "low", "false-alarm", "boutique/urls.py"),
    ],
    "german": [
        ("SEC-01", "critical", "open", "src/lager/db.py:12-18"),
        ("SEC-02", "high", "open", "src/lager/import.py:40 src/lager/export.py:7,93"),
        ("QUAL-01", "low", "resolved", "src/lager/report.py:88"),
        ("QUAL-02", "low", "false-alarm", "src/lager/report.py:3"),
    ],
    "interrupted_list": [
        ("1", "high", "open", "web/upload.py:19"),
        ("2", "medium", "open", "web/app.py:6"),
        ("3", "low", "false-alarm", "web/views.py:140-151"),
    ],
    "japanese": [
        ("R-01", "high", "open", "app/login.py:21"),
        ("R-02", "medium", "resolved", "app/mailer.py:88-90"),
        ("R-03", "low", "open", "app/util.py:5"),
    ],
    "korean": [
        ("1", "high", "open", "app/user.py:12"),
        ("2", "medium", "open", "app/job.py:30-34"),
    ],
    "letters": [
        ("A", None, "open", "pkg/a.py:10"),
        ("B", None, "open", "pkg/b.py pkg/c.py"),
        ("C", "low", "open", "pkg/clock.py:4"),
    ],
    "line_titles": [
        ("1.1", None, "open", "src/payments/charge.py:31"),
        ("1.2", None, "open", "src/payments/charge.py:58-66"),
        ("1.3", None, "open", "src/payments/charge.py"),
        ("2.1", None, "open", "src/payments/refund.py:14"),
        ("2.2", None, "open", "src/payments/refund.py:90"),
        ("3.1", None, "open", "web/checkout.js:210"),
    ],
    "links": [
        ("B-1", "critical", "open", "store/db.py:12-20"),
        ("B-2", "critical", "resolved", "store/api.py:7"),
        ("N-1", "low", "false-alarm", "store/cli.py:3"),
        ("N-2", "low", "open", "store/cli.py:36-40"),
    ],
    "nested": [
        ("1.1", None, "open", "conf/keys.py:3"),
        ("1.2", None, "open", "web/go.py:19"),
        ("2.1", None, "open", "net/http.py:40"),
        ("3.1", None, "open", "net/parse.py"),
    ],
    "no_audit": [],
    "nothing": [],
    "numbered_headings": [
        ("A.1.1", "critical", "open", "core/crypto.py:12"),
        ("A.1.2", "high", "open", "core/crypto.py:40-52"),
        ("A.2.1", "high", "open", "core/net/client.py:101"),
        ("B.1.1", "medium", "open", "ops/backup.sh:8"),
        ("B.1.2", "medium", "open", "ops/compose.yml:23"),
    ],
    "numbers_twice": [
        ("1", "high", "open", "svc/cache.py:9"),
        ("2", "low", "open", "svc/retry.py:30-34"),
        ("3", "medium", "open", "svc/tmp.py:12"),
    ],
    "owasp": [
        ("A01-1", "critical", "open", "shop/orders.py:120"),
        ("A01-2", "high", "open", "shop/admin.py:7"),
        ("A03-1", "high", "open", "shop/search.py:55"),
    ],
    "penetration_test": [
        ("VLN-1", "high", "open", "src/lib/http.py:10-20"),
        ("VLN-2", "medium", "open", "src/lib/http.py:44"),
        ("VLN-3", "medium", "resolved", "src/cli.py:7,19"),
        ("VLN-4", "critical", "open", "src/plugins/loader.py:61"),
    ],
    "pipes": [
        ("F-001", "high", "open", "billing/tax.py:88"),
        ("F-002", "medium", "open", "billing/tax.py:120-131"),
        ("F-003", "low", "false-alarm", "billing/cli.py"),
    ],
    "plain": [
        ("1", "high", "open", "meter/count.py:36"),
        ("2", "medium", "open", "meter/read.py:80,95-99"),
        ("3", "low", "retracted", "meter/unit.py"),
    ],
    "polish": [
        ("1", "high", "open", "src/a.py:10"),
        ("2", "low", "open", "src/b.py:4"),
    ],
    "portuguese_italian": [
        ("1", "high", "open", "loja/login.py:14"),
        ("2", "medium", "open", "loja/pedido.py:30-36"),
        ("3", "low", "resolved", "negozio/ordini.py:9"),
    ],
    "property_tables": [
        ("S11", "critical", "open", "depot/unpack.py:52"),
        ("S12", "medium", "resolved", "depot/http/debug.py:10-22"),
        ("S13", "low", "open", "depot/session.py"),
    ],
    "prose": [
        ("1", "high", "open", "auth/session.py:15"),
        ("2", "medium", "open", "auth/reset.py:8-20"),
        ("3", "info", "open", "auth/mail.py"),
    ],
    "pull_request": [
        ("1.1", "critical", "open", "api/users.py:33-40"),
        ("1.2", "critical", "open", "api/users.py:77"),
        ("2.1", "low", "open", "api/util.py:5"),
    ],
    "quoted": [
        ("C-1", None, "open", "queue/worker.py:30 queue/drain.py:12"),
        ("C-2", None, "open", "queue/worker.py:90"),
        ("H-1", None, "open", "queue/metrics.py:4"),
    ],
    "russian": [
        ("1.1", "critical", "open", "reports/query.py:10-14"),
        ("1.2", "critical", "open", "settings.py:3"),
        ("2.1", "medium", "open", "tasks/sync.py:77"),
        ("2.2", "medium", "open", "tasks/http.py:12"),
    ],
    "signs": [
        ("1", "critical", "open", "fs/move.py:77"),
        ("2", "medium", "open", "fs/list.py:12-30"),
        ("3", "info", "open", "fs/doc.py:1"),
    ],
    "spanish": [
        ("1", "critical", "open", "correo/buscar.py:33"),
        ("2", "high", "open", "correo/adjuntos.py:70-74"),
        ("3", "medium", "open", "correo/sesion.py:9 correo/tareas.py:41"),
    ],
    "swedish": [
        ("1", "high", "open", "bokning/sok.py:44"),
        ("2", "critical", "open", "bokning/login.py:10-12"),
        ("3", "low", "open", "bokning/vy.py:2"),
    ],
    "table_first": [
        ("V-4", "info", "open", ""),
        ("V-1", "high", "open", "sign/verify.py:20-25"),
        ("V-2", "high", "resolved", "sign/keys.py:61"),
        ("V-3", "low", "open", "deploy/nginx.conf"),
    ],
    "themes": [
        ("1.1", "high", "open", "pkg/server/handler.go:45"),
        ("1.2", "high", "open", "pkg/server/handler.go:112-118"),
        ("2.1", "medium", "open", "pkg/store/bolt.go:30"),
        ("3.1", "medium", "open", "cmd/agent/main.go:61 cmd/server/main.go:58"),
        ("3.2", "low", "open", "Makefile"),
    ],
    "unknown_language": [
        ("LÖ-1", "high", "open", "palvelu/istunto.py:20"),
        ("LÖ-2", "low", "open", "palvelu/tausta.py:5-9"),
    ],
    "yaml_block": [
        ("AUD-7", "high", "open", "api/deps.py:12-13"),
        ("AUD-8", "medium", "open", "api/export.py:41"),
        ("AUD-9", "low", "open", "api/util.py:5"),
    ],
}


def read(name: str) -> Audit:
    return read_markdown((REPORTS / f"{name}.md").read_text(encoding="utf-8"), name)


def places(finding: AuditFinding) -> str:
    """`a.py:3-5,9 b.py`"""
    return " ".join(
        place.path
        + ":" * bool(place.lines)
        + ",".join(f"{a}-{b}" if a != b else str(a) for a, b in place.lines)
        for place in finding.locations
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in REPORTS.glob("*.md")))
def test_findings(name: str) -> None:
    found = [(f.id, f.severity, f.claim.value, places(f)) for f in read(name).findings]
    assert found == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_lines_point_at_the_findings(name: str) -> None:
    text = (REPORTS / f"{name}.md").read_text(encoding="utf-8").split("\n")
    for finding in read(name).findings:
        words = [word for word in finding.title.replace("`", " ").split() if word.isalnum()]
        near = " ".join(text[finding.line - 1 : finding.line + 6])
        assert all(word in near for word in words), finding


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_ids_are_unique(name: str) -> None:
    ids = [finding.id for finding in read(name).findings]
    assert len(ids) == len(set(ids))
