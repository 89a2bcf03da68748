"""The meant HTTP error reaches the caller after the fix, and everything else stays as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codemods.engine import repair, scan
from codemods.sources import Memory

REMEDY = "swallowed-http-exception"
FIXTURES = Path(__file__).parent.parent / "fixtures"

# The least of the two frameworks that makes the names of the fixtures mean what they mean.
DOUBLES = {
    "fastapi/__init__.py": """
class HTTPException(Exception):
    def __init__(self, status_code, detail=None):
        super().__init__(f"{status_code}: {detail}")
        self.status_code, self.detail = status_code, detail
""",
    "werkzeug/__init__.py": "",
    "werkzeug/exceptions.py": """
class HTTPException(Exception):
    code = None
class NotFound(HTTPException):
    code = 404
class Conflict(HTTPException):
    code = 409
class InternalServerError(HTTPException):
    code = 500
""",
}


@pytest.fixture
def frameworks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, text in DOUBLES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    ours = {name.partition("/")[0] for name in DOUBLES}
    for name in [n for n in sys.modules if n.partition(".")[0] in ours]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [n for n in sys.modules if n.partition(".")[0] in ours]:
        del sys.modules[name]


def run(side: str, case: str, function: str) -> Callable[..., Any]:
    source = (FIXTURES / side / REMEDY / case).read_bytes()
    namespace: dict[str, Any] = {"__name__": case}
    exec(compile(source, case, "exec", dont_inherit=True), namespace)
    return namespace[function]


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    """What the call returns, or the status of the HTTP error, or the class of another exception."""
    try:
        return function(*arguments)
    except Exception as error:
        return getattr(error, "status_code", getattr(error, "code", None)) or type(error).__name__


class Store(dict[str, Any]):
    """A database of names that counts what is done to it."""

    broken = False

    def __init__(self, *names: str) -> None:
        super().__init__(dict.fromkeys(names, self))
        self.log: list[str] = []
        self.busy = False

    def find(self, name: str) -> bool:
        return name in self

    def add(self, name: str) -> None:
        self.log.append(f"add {name}")
        if self.broken:
            raise OSError("disk full")

    def remove(self, name: str) -> None:
        del self[name]

    def commit(self) -> None:
        self.log.append("commit")

    def rollback(self) -> None:
        self.log.append("rollback")

    acquire = release = commit


def broken_store() -> Store:
    store = Store("a")
    store.broken = True
    return store


@pytest.mark.parametrize(
    ("case", "function", "arguments", "was", "now"),
    [
        ("one_line_suites.py", "check_again", lambda: ("",), 500, 401),
        ("one_line_suites.py", "check_again", lambda: (7,), 500, 500),
        ("one_line_suites.py", "check_again", lambda: ("A",), "a", "a"),
        ("another_kind.py", "load", lambda: ({}, "k"), "ServiceError", 404),
        ("another_kind.py", "load", lambda: (None, "k"), "ServiceError", "ServiceError"),
        ("another_kind.py", "load", lambda: ({"k": 1}, "k"), 1, 1),
        ("through_an_inner_try.py", "from_an_inner_handler", lambda: ({}.__getitem__, "k"), 500, 404),
        ("through_an_inner_try.py", "passed_on_inside", lambda: (str, ""), 500, 400),
        ("through_an_inner_try.py", "passed_on_inside", lambda: (open, "/no/such/file"), 500, 500),
        ("through_an_inner_try.py", "swallowed_twice", lambda: (str, ""), 500, 400),
        ("through_an_inner_try.py", "swallowed_twice", lambda: (int, "x"), 500, 500),
        ("imported_inside.py", "before_the_try", lambda: ({}, "k"), 500, 404),
        ("werkzeug_classes.py", "read", lambda: (Store(), "k"), 500, 404),
        ("werkzeug_classes.py", "read", lambda: (None, "k"), 500, 500),
        ("cleanup_then_raise.py", "create", lambda: (Store("a"), "a"), 500, 409),
        ("cleanup_then_raise.py", "create", lambda: (broken_store(), "b"), 500, 500),
        ("cleanup_then_raise.py", "create", lambda: (Store(), "b"), None, None),
        ("cleanup_then_raise.py", "remove", lambda: (Store(), Store(), "b"), 500, 404),
        ("cleanup_then_raise.py", "job", lambda: ({"busy": True}, print), 500, 409),
    ],
)
def test_the_meant_status_arrives(
    case: str, function: str, arguments: Callable[[], tuple[Any, ...]], was: Any, now: Any, frameworks: None
) -> None:
    before, after = (outcome(run(side, case, function), *arguments()) for side in ("before", "after"))
    assert (before, after) == (was, now)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("create", lambda: (Store("a"), "a")), ("remove", lambda: (Store(), Store(), "b"))],
)
def test_the_cleanup_still_runs(
    function: str, arguments: Callable[[], tuple[Any, ...]], frameworks: None
) -> None:
    logs = []
    for side in ("before", "after"):
        given = arguments()
        outcome(run(side, "cleanup_then_raise.py", function), *given)
        logs.append([part.log for part in given if isinstance(part, Store)])
    assert logs[0] == logs[1]
    assert "rollback" in logs[0][0]


def test_the_cause_of_a_passed_error_is_not_lost(frameworks: None) -> None:
    load = run("after", "through_an_inner_try.py", "from_an_inner_handler")
    with pytest.raises(Exception, match="no such key") as caught:
        load({}.__getitem__, "k")
    assert isinstance(caught.value.__context__, KeyError)


def test_a_long_expression_does_not_exhaust_the_stack() -> None:
    chain = " + ".join(["'x'"] * 700)
    source = (
        "from fastapi import HTTPException\n\n\ndef f():\n    try:\n"
        f"        text = {chain}\n        raise HTTPException(404)\n"
        "    except Exception:\n        raise HTTPException(500)\n"
    )
    tree = Memory({"a.py": source.encode()})
    result = scan(tree, [REMEDY])
    assert not result.failures
    assert len(repair(tree, result.findings, lambda f: True, [REMEDY]).changes) == 1
