"""What the checks of triage make of claims: a false one is refuted by what stands in the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from textwrap import dedent

import pytest

from codemods.audits.model import Audit, AuditFinding, Location
from codemods.audits.triage import Status, Verdict, triage
from codemods.audits.triage import checks as package
from codemods.audits.triage.checks import all_checks
from codemods.audits.triage.checks.means import all_means
from codemods.audits.triage.checks.shapes import faults
from codemods.sources import Memory


@dataclass(frozen=True)
class Claim:
    """A finding's title and text, the code it is about, and the lines it cites (none: the file)."""

    title: str
    text: str
    code: str
    lines: tuple[int, int] | None = None
    path: str = "app.py"


def judged(claim: Claim, **others: str) -> Verdict:
    """The verdict on a claim, in a tree with other files besides (`__` for `/`, `.py` added)."""
    tree = {claim.path: dedent(claim.code).encode()}
    tree |= {f"{name.replace('__', '/')}.py": dedent(text).encode() for name, text in others.items()}
    location = Location(claim.path, (claim.lines,) if claim.lines else ())
    finding = AuditFinding("X-1", claim.title, 1, locations=(location,), text=claim.text)
    (verdict,) = triage(Audit("audit.md", (finding,)), Memory(tree)).verdicts
    return verdict


HEALTH = """
    @app.get("/health")
    def health():
        return {}
"""
RUN = """
    import subprocess

    def probe(command):
        return subprocess.run(command, capture_output=True, timeout=30)

    def probe_again(command):
        return subprocess.run(command, capture_output=True)
"""
LOCKED = """
    import threading

    _lock = threading.Lock()
    _cache = {}

    def put(key, value):
        with _lock:
            _cache[key] = value

    def get(key):
        with _lock:
            return _cache.get(key)
"""
EARLY = """
    import fcntl

    def start(path):
        fd = open(path)
        fcntl.flock(fd, fcntl.LOCK_EX)

    def main(path, busy):
        if busy:
            print("busy")
            return
        start(path)
        if not path:
            return
        print("done")

    if __name__ == "__main__":
        main("x", True)
"""
RATE = """
    def rate(total, elapsed):
        speed = total / elapsed if elapsed > 0 else 0
        if not speed:
            return 0
        return total / speed

    def bare(total, elapsed):
        if elapsed >= 0:
            return total / elapsed
"""
SCAN = """
    import logging
    log = logging.getLogger(__name__)

    def scan(path):
        try:
            return open(path).read()
        except OSError as e:
            log.warning("cannot scan: %s", e)
            return None

    def quiet(path):
        try:
            return open(path).read()
        except OSError:
            return None

    def both(path):
        scan(path)
        quiet(path)
"""
JWT = """
    import jwt

    def user(token, key):
        return jwt.decode(token, key, algorithms=["HS256"])
"""

MIXED = """import requests
def f(session, url):
    a = requests.get(url, timeout=5)
    b = session.get(url)
    return a, b
"""

REFUTED = [
    (Claim("Missing health check endpoint", "The `/health` endpoint is not defined.", HEALTH), "app.py:2"),
    (
        Claim("Probe can hang", "`subprocess.run` is called without a timeout.", RUN, (5, 5)),
        "timeout= is given",
    ),
    (
        Claim("Race condition in cache", "`_cache` is changed without a lock.", LOCKED),
        "only used under a lock",
    ),
    (
        Claim("Lock not released on early exit", "The early return leaves it locked.", EARLY, (10, 10)),
        "taken later, at line 12",
    ),
    (Claim("Early exit does not print anything", "It never prints.", EARLY, (9, 10)), "app.py:10 does it"),
    (Claim("Division by zero", "The rate can divide by zero.", RATE, (3, 6)), "is guarded"),
    (Claim("scan failure silently swallowed", "Nobody is told.", SCAN, (19, 19)), "the failure is told"),
    (
        Claim("Errors silently swallowed", "The exception is not logged.", SCAN, (7, 7)),
        "the failure is told: app.py:9",
    ),
    (
        Claim("Expired tokens accepted", "JWT expiry is never checked.", JWT, (5, 5)),
        "refuses an expired token",
    ),
    (
        Claim("Command injection", "A command injection through the shell.", RUN),
        "no command goes through a shell",
    ),
    (
        Claim("Subprocess resource leak", "Subprocess calls may leave zombie processes.", RUN, (5, 5)),
        "wait for the process",
    ),
    (Claim("Missing `os` import", "`os` is not imported.", "import os\nprint(os.sep)\n"), "app.py:1"),
    (Claim("Helper missing", "`helper()` is not defined.", "def helper(): ...\n"), "is defined"),
    (
        Claim("Dead code", "`helper()` is never called.", "def helper(): ...\ndef f():\n    helper()\n"),
        "app.py:3",
    ),
    (
        Claim("Unused import", "Unused import: `os`.", "import os\n\nprint(os.sep)\n", (1, 1)),
        "os is used",
    ),
    (
        Claim(
            "No request limit",
            "The app doesn't set `MAX_CONTENT_LENGTH`.",
            "app.config['MAX_CONTENT_LENGTH'] = 1\n",
        ),
        "MAX_CONTENT_LENGTH is set at app.py:1",
    ),
    (
        Claim(
            "Missing security header",
            "The header X-Frame-Options is not set.",
            "def f(r):\n    r.headers['X-Frame-Options'] = 'DENY'\n",
        ),
        "app.py:2",
    ),
    (
        Claim(
            "No rate limiting", "Anyone may call it.", "from slowapi import Limiter\nlimiter = Limiter()\n"
        ),
        "slowapi",
    ),
    (
        Claim(
            "Files left open",
            "File handles are never closed.",
            "def f(p):\n    with open(p) as f:\n        return f\n",
        ),
        "every file is opened in a `with`",
    ),
    (
        Claim(
            "SQL injection", "SQL injection in the query.", "def f(c, x):\n    c.execute('select ?', (x,))\n"
        ),
        "one literal text",
    ),
    (
        Claim(
            "SQL injection",
            "SQL injection in the lookup.",
            "FIND = 'select ?'\ndef f(c, x):\n    c.execute(FIND, (x,))\n",
        ),
        "one literal text",
    ),
    (
        Claim(
            "Unsafe YAML", "`yaml.load` runs code.", "import yaml\ndef f(t):\n    return yaml.safe_load(t)\n"
        ),
        "only yaml.safe_load()",
    ),
    (
        Claim("Wildcard import", "A wildcard import hides names.", "from os import path\n"),
        "nothing is imported with",
    ),
    (
        Claim(
            "`user` may be None",
            "`user` may be None when the name is read.",
            "def f(user):\n    if not user:\n        return ''\n    return user.name\n",
            (4, 4),
        ),
        "user is looked at before",
    ),
    (
        Claim(
            "requests is not pinned",
            "`requests` is not pinned.",
            "requests==2.32.4\n",
            path="requirements.txt",
        ),
        "requirements.txt:1",
    ),
    (
        Claim("`sys.exit(1)` in a library", "The whole process ends.", "def f():\n    return 1\n", (1, 2)),
        "`sys.exit(1)` is nowhere in app.py",
    ),
    (
        Claim("Sessions leak", "`next(get_db())` is called in `f`.", "def f():\n    return get_db()\n"),
        "`next(get_db())` is nowhere in app.py",
    ),
    (
        Claim(
            "Missing mount",
            "The `engine/` directory is not mounted.",
            "volumes:\n  - ./engine:/app/engine\n",
            path="docker-compose.yml",
        ),
        "docker-compose.yml:2",
    ),
]


@pytest.mark.parametrize(("claim", "said"), REFUTED, ids=lambda value: getattr(value, "title", ""))
def test_a_false_claim_is_refuted_with_the_place(claim: Claim, said: str) -> None:
    verdict = judged(claim)
    assert verdict.status is Status.NOT_CONFIRMED, verdict.reason
    assert said in verdict.reason
    assert not verdict.fixes


SQL = "def f(c, x):\n    c.execute(f'select {x}')\n"
STANDING = [
    Claim("Missing endpoint", "The `/metrics` endpoint is not defined.", HEALTH),
    Claim("Missing endpoint", "The endpoint `POST /health` is not defined.", HEALTH),
    Claim("No timeout", "Requests have no timeout.", MIXED, (1, 5)),
    Claim("Helper missing", "`helper()` is not defined.", "def f():\n    helper()\n"),
    Claim(
        "No secret", "The app doesn't set `APP_SECRET`.", "import os\nAPP_SECRET = os.getenv('APP_SECRET')\n"
    ),
    Claim(
        "Generic exception raised", "It raises a generic Exception.", "def f():\n    raise Exception('x')\n"
    ),
    Claim("SQL injection", "SQL injection.", "def f(c, x):\n    c.execute('a')\n    return text(f'b {x}')\n"),
    Claim(
        "Errors silently swallowed", "The exception is not logged.", SCAN.replace("warning", "debug"), (7, 7)
    ),
    Claim("No validation", "The `/health` endpoint answers without validation of its input.", HEALTH),
    Claim("Endpoint without authentication", "No auth on the endpoint `/health`.", HEALTH),
    Claim("Probe can hang", "`subprocess.run` is called without a timeout.", RUN, (8, 8)),
    Claim("Probe can hang", "`subprocess.run` is called without a timeout.", RUN, (4, 8)),
    Claim(
        "Race condition",
        "`_cache` is changed without a lock.",
        LOCKED + "\n    def drop():\n        _cache.clear()\n",
    ),
    Claim(
        "Race condition",
        "`_cache` is checked and set without a lock.",
        LOCKED + "\n    def ask(key):\n        if key not in _cache:\n            put(key, 1)\n",
    ),
    Claim("Lock not released on early exit", "The early return leaves it locked.", EARLY, (14, 14)),
    Claim("Early exit does not print anything", "It never prints.", EARLY, (13, 14)),
    Claim(
        "Early exit does not print anything", "It never prints.", EARLY, (8, 15)
    ),  # too wide to prove anything
    Claim("Division by zero", "The rate can divide by zero.", RATE, (10, 10)),
    Claim("Division by zero", "The rate can divide by zero.", RATE, (3, 10)),
    Claim("quiet failure silently swallowed", "Nobody is told.", SCAN, (20, 20)),
    Claim(
        "Expired tokens accepted",
        "JWT expiry is never checked.",
        JWT.replace('HS256"]', 'HS256"], options=o'),
        (5, 5),
    ),
    Claim(
        "Command injection",
        "A command injection through the shell.",
        RUN + "\n    import os\n    os.system('x')\n",
    ),
    Claim(
        "Command injection", "A command injection through the shell.", "def f(c, x):\n    c.run(f'ls {x}')\n"
    ),
    Claim(
        "Subprocess resource leak",
        "Zombie processes: subprocess leaks.",
        "import subprocess\nsubprocess.Popen('x')\n",
    ),
    Claim("Missing `os` import", "`os` is not imported.", "print(os.sep)\n"),
    Claim("Helper missing", "`helper()` is not defined.", "def f():\n    helper()\n"),
    Claim("Dead code", "`helper()` is never called.", "def helper():\n    helper()\n"),
    Claim("Unused import", "Unused import: `os`.", "import os\n", (1, 1)),
    Claim("No request limit", "The app doesn't set `MAX_CONTENT_LENGTH`.", "app.run()\n"),
    Claim(
        "No request limit",
        "The app doesn't set `MAX_CONTENT_LENGTH`.",
        "print(app.config['MAX_CONTENT_LENGTH'])\n",
    ),
    Claim("No rate limiting", "Anyone may call it.", "import fastapi\napp = fastapi.FastAPI()\n"),
    Claim("No rate limiting", "Anyone may call it.", "from slowapi import Limiter\n"),  # imported, not used
    Claim(
        "No tests for rate limiting", "There are none.", "from slowapi import Limiter\nlimiter = Limiter()\n"
    ),
    Claim("Files left open", "File handles are never closed.", "def f(p):\n    return open(p).read()\n"),
    Claim("SQL injection", "SQL injection in the query.", SQL),
    Claim(
        "SQL injection",
        "SQL injection in the query.",
        "def f(c, x):\n    q = 'select 1'\n    q += x\n    c.execute(q)\n",
    ),
    Claim("SQL injection", "SQL injection in the query.", "def f(db, x):\n    db.ask('select ' + x)\n"),
    Claim("Unsafe YAML", "`yaml.load` runs code.", "import yaml\nyaml.load(x)\n"),
    Claim("`user` may be None", "`user` may be None here.", "def f(user):\n    return user.name\n", (2, 2)),
    Claim(
        "`user` may be None",
        "`user` may be None here.",
        "def f(user):\n    if not user:\n        log()\n    user = get()\n    return user.name\n",
        (5, 5),
    ),
    Claim("requests is not pinned", "`requests` is not pinned.", "requests>=2.32\n", path="requirements.txt"),
    Claim(
        "Missing mount",
        "The `engine/` directory is not mounted.",
        "volumes:\n  - ./engines:/app/engines\n  # - ./engine:/app/engine\n",
        path="docker-compose.yml",
    ),
    Claim("Complex function", "`health()` does too much.", HEALTH),
    Claim("`sys.exit(1)` is never reached", "Nothing ends it.", "def f():\n    return 1\n", (1, 2)),
    Claim("It ends the whole process", "It exits.", "def f(parser):\n    parser.error('')\n", (1, 2)),
    Claim("`sys.exit(1)` in a library", "It ends.", "import os\n\ndef f():\n    os._exit(1)\n", (4, 4)),
]


@pytest.mark.parametrize("claim", STANDING, ids=lambda claim: claim.title)
def test_what_the_code_does_not_refute_is_located(claim: Claim) -> None:
    verdict = judged(claim)
    assert verdict.status is Status.LOCATED, verdict.reason
    assert not verdict.fixes


def test_what_was_seen_for_a_claim_is_said() -> None:
    verdict = judged(Claim("SQL injection", "SQL injection in the query.", SQL))
    assert "app.py:2 has it: `c.execute(f'select {x}')`" in verdict.reason


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({"tests__test_app": "import app\n"}, Status.NOT_CONFIRMED),
        ({"tests__test_app": "# app has no test\n"}, Status.LOCATED),
        ({"main": "import app\n"}, Status.LOCATED),
    ],
)
def test_tests_that_are_said_to_be_missing(others: dict[str, str], status: Status) -> None:
    claim = Claim("No unit tests", "There are no tests for this module.", "def f(): ...\n")
    assert judged(claim, **others).status is status


@pytest.mark.parametrize(
    ("others", "status", "said"),
    [
        ({"main": "from app import f\n\nf()\n"}, Status.NOT_CONFIRMED, "main.py:1"),
        (
            {"pkg__main": "def late():\n    import app\n"},
            Status.LOCATED,
            "",
        ),  # bound in a function: not looked for
        ({"tests__test_app": "import app\n"}, Status.LOCATED, "only tests/test_app.py imports it"),
        ({}, Status.LOCATED, "nothing imports it"),
    ],
)
def test_modules_that_are_said_to_be_unused(others: dict[str, str], status: Status, said: str) -> None:
    claim = Claim("Dead module", "This module is never imported: an unused module.", "def f(): ...\n")
    verdict = judged(claim, **others)
    assert verdict.status is status
    assert said in verdict.reason


def test_routes_are_put_together_from_prefix_and_path() -> None:
    code = "router = APIRouter(prefix='/api')\n\n@router.get('/items/{number}')\ndef item(number): ...\n"
    claim = Claim("Missing endpoint", "The route `/api/items/<id>` is not defined.", code)
    assert judged(claim).status is Status.NOT_CONFIRMED


def test_where_checks_disagree_the_title_decides() -> None:
    code = "def f():\n    try:\n        g()\n    except Exception:\n        pass\n"
    claim = Claim("Bare except", "A bare `except:` silently swallows every error.", code, (4, 4))
    assert judged(claim).status is Status.NOT_CONFIRMED


def test_every_check_says_what_it_is_for() -> None:
    assert len(all_checks()) >= 12
    for check in all_checks():
        module = __import__(check.__module__, fromlist=["look"])
        assert module.__doc__
        assert module.__doc__.endswith("\n") is False


def test_the_data_is_well_formed() -> None:
    assert all(fault.needs and fault.says for fault in faults())
    assert all(means.imports for means in all_means())
    for name in ("faults.toml", "means.toml"):
        assert tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


def test_a_name_that_another_file_defines_may_be_out_of_reach() -> None:
    claim = Claim("Undefined name", "`helper()` is not defined.", "def f():\n    helper()\n")
    assert judged(claim, other="def helper(): ...\n").status is Status.LOCATED
