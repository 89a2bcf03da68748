"""The session is open while it is used and closed when the code is done, however that ends."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codemods.engine import repair, scan
from codemods.sources import Memory

REMEDY = "generator-session"
FIXTURES = Path(__file__).parent.parent / "fixtures" / "before" / REMEDY

# The least of SQLAlchemy: a session that, as the real one, begins again when it is used after a close.
SQLALCHEMY = '''
"""A session that keeps a diary, and holds a connection from its first use to its close."""

diary = []
sessions = []
broken = set()


class Session:
    def __init__(self, *arguments):
        diary.append("open")
        sessions.append(self)
        self.has_connection = False
        self.name = None

    def _use(self, what, *arguments):
        self.has_connection = True
        diary.append(what)
        if what in broken:
            raise OSError(what)
        return self

    def query(self, *arguments):
        return self._use("query")

    def filter(self, **arguments):
        return self

    def all(self):
        return [self.named("a"), self.named("b")]

    def first(self):
        return "first"

    def count(self):
        return 2

    def named(self, name):
        row = type("Row", (), {})()
        row.name, row.age, row.id, row.closed = name, 1, name, False
        return row

    def __iter__(self):
        return iter(self.all())

    def get(self, *arguments):
        self._use("get")
        return self.named("row")

    def merge(self, row):
        self._use("merge")

    def execute(self, *arguments):
        self._use("execute")

    def commit(self):
        self._use("commit")

    def rollback(self):
        diary.append("rollback")

    def close(self):
        self.has_connection = False
        diary.append("close")


class AsyncSession(Session):
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await self.close()

    async def get(self, *arguments):
        return Session.get(self)

    async def commit(self):
        Session.commit(self)

    async def rollback(self):
        Session.rollback(self)

    async def execute(self, *arguments):
        Session.execute(self)

    async def close(self):
        Session.close(self)

    aclose = close


def create_engine(url):
    return url


def sessionmaker(**arguments):
    return Session


def async_sessionmaker():
    return AsyncSession
'''

World = Callable[[str, bool], "Project"]


class Project:
    """One case as files that can be imported, before or after the fix."""

    def __init__(self, database: ModuleType) -> None:
        self._database = database
        self.diary: list[str] = database.diary

    def module(self, name: str) -> Any:
        return importlib.import_module(name)

    def break_(self, what: str) -> None:
        self._database.broken.add(what)

    @property
    def leaked(self) -> int:
        """How many sessions hold a connection now."""
        return sum(session.has_connection for session in self._database.sessions)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    folder = tmp_path / "project"

    def make(case: str, fixed: bool) -> Project:
        for name, data in files_of(case, fixed).items():
            write(folder / name, data)
        for name in ("sqlalchemy/__init__.py", "sqlalchemy/orm.py", "sqlalchemy/ext/asyncio.py"):
            write(folder / name, b"from database_double import *\n")
        write(folder / "sqlalchemy/ext/__init__.py", b"")
        write(folder / "database_double.py", SQLALCHEMY.encode())
        monkeypatch.syspath_prepend(folder)
        return Project(importlib.import_module("database_double"))

    yield make
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


@cache
def files_of(case: str, fixed: bool) -> dict[str, bytes]:
    path = FIXTURES / case
    paths = [path] if path.is_file() else list(path.rglob("*.py"))
    root = path.parent if path.is_file() else path
    before = {p.relative_to(root).as_posix(): p.read_bytes() for p in paths}
    if not fixed:
        return before
    tree = Memory(before)
    outcome = repair(tree, scan(tree, [REMEDY]).findings, lambda _: True, [REMEDY])
    return {**before, **{c.path: c.after for c in outcome.changes if c.after is not None}}


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def failing(call: Callable[[], Any]) -> BaseException:
    """What the call raises; as long as it lives, so do the frames in its traceback and their sessions."""
    with pytest.raises(OSError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(("fixed", "leaked"), [(False, 1), (True, 0)])
@pytest.mark.parametrize(
    ("case", "module", "function", "arguments"),
    [
        ("never_closed", "report", "totals", ("market",)),
        ("never_closed", "report", "first", ("market",)),
        ("never_closed", "report", "nightly", (["one"],)),
        ("closed_at_the_end.py", "closed_at_the_end", "count", ("tenant",)),
    ],
)
def test_an_error_leaves_no_connection_behind(
    world: World, case: str, module: str, function: str, arguments: tuple[Any, ...], fixed: bool, leaked: int
) -> None:
    project = world(case, fixed)
    project.break_("query")
    project.break_("execute")
    error = failing(lambda: getattr(project.module(module), function)(*arguments))
    assert error.__traceback__ is not None
    assert project.leaked == leaked


@pytest.mark.parametrize("fixed", [False, True])
def test_an_error_that_is_swallowed_outside(world: World, fixed: bool) -> None:
    project = world("closed_at_the_end.py", fixed)
    project.break_("execute")
    assert project.module("closed_at_the_end").is_healthy() is False
    assert project.leaked == 0


@pytest.mark.parametrize(
    ("fixed", "diary"),
    [
        (False, ["open", "close", "merge", "merge", "close"]),
        (True, ["open", "merge", "merge", "close"]),
    ],
)
def test_the_session_is_open_while_it_is_used(world: World, fixed: bool, diary: list[str]) -> None:
    class Source:
        async def fetch(self) -> list[int]:
            return [1, 2]

    project = world("closed_in_finally", fixed)
    poller = project.module("shop.jobs").Poller()
    asyncio.run(poller.poll(Source()))
    assert poller.latest == 2
    assert project.diary == diary


@pytest.mark.parametrize("fixed", [False, True])
def test_an_async_session(world: World, fixed: bool) -> None:
    project = world("async_session", fixed)
    crud = project.module("app.crud")
    asyncio.run(crud.rename(1, "x"))
    work = [word for word in project.diary if word != "close"]
    assert work == ["open", "get", "commit"]
    if fixed:  # without the fix the event loop may close it at any of the awaits in between
        assert project.diary.index("close") > project.diary.index("commit")
    project.diary.clear()
    project.break_("execute")
    failing(lambda: asyncio.run(crud.Audit().write("text")))
    # The generator's own handler runs in the fixed code only: `anext` never throws anything into it.
    assert ("rollback" in project.diary) == fixed
    assert not (fixed and project.leaked)


RESULTS: list[tuple[str, str, str, tuple[Any, ...]]] = [
    ("never_closed", "report", "totals", ("market",)),
    ("never_closed", "report", "first", ("market",)),
    ("never_closed", "report", "first", (None,)),
    ("never_closed", "report", "nightly", (["one", "last", "two"],)),
    ("closed_at_the_end.py", "closed_at_the_end", "count", ("tenant",)),
    ("closed_at_the_end.py", "closed_at_the_end", "is_healthy", ()),
    ("closed_at_the_end.py", "closed_at_the_end", "warm_up", ()),
    ("handlers_stay", "service", "rename", ("order", "name")),
    ("opened_inside_the_try.py", "opened_inside_the_try", "only_finally", (print,)),
    ("opened_inside_the_try.py", "opened_inside_the_try", "more_in_finally", (print,)),
    ("opened_inside_the_try.py", "opened_inside_the_try", "one_line", (print,)),
]


@pytest.mark.parametrize(("case", "module", "function", "arguments"), RESULTS)
@pytest.mark.parametrize("fixed", [False, True])
def test_what_works_gives_the_same(
    world: World,
    capsys: pytest.CaptureFixture[str],
    case: str,
    module: str,
    function: str,
    arguments: tuple[Any, ...],
    fixed: bool,
) -> None:
    project = world(case, fixed)
    result = getattr(project.module(module), function)(*arguments)
    printed = capsys.readouterr().out
    work = [word for word in project.diary if word != "close"]
    expected = EXPECTED[(function, *map(str, arguments[:1]))]
    assert (result, printed, work) == expected
    if fixed:
        assert project.leaked == 0


EXPECTED: dict[tuple[str, ...], tuple[Any, str, list[str]]] = {
    ("totals", "market"): (2, "a, b\n", ["open", "query"]),
    ("first", "market"): ("first", "", ["open", "query"]),
    ("first", "None"): (None, "", []),
    ("nightly", "['one', 'last', 'two']"): (None, "one\n", ["open", "execute"] * 2),
    ("count", "tenant"): (2, "", ["open", "query"]),
    ("is_healthy",): (True, "", ["open", "execute"]),
    ("warm_up",): (None, "warm\n", ["open"]),
    ("rename", "order"): (True, "", ["open", "get", "commit"]),
    ("only_finally", str(print)): (None, "done\n", ["open", "execute"]),
    ("more_in_finally", str(print)): (None, "start\nend\n", ["open", "execute"]),
    ("one_line", str(print)): (None, "mid\nend\n", ["open", "execute"]),
}


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize(("refused", "result"), [(True, False), (False, True)])
def test_opened_in_the_middle_of_a_try(world: World, refused: bool, result: bool, fixed: bool) -> None:
    async def auth(sid: str) -> str | None:
        return None if refused else sid

    project = world("opened_inside_the_try.py", fixed)
    module = project.module("opened_inside_the_try")
    assert asyncio.run(module.connect("sid", auth, print)) is result
    assert project.leaked == 0
    project.break_("get")
    if not refused:
        failing(lambda: asyncio.run(module.connect("sid", auth, print)))
        assert project.leaked == 0


def test_frameworks_still_find_a_generator(world: World) -> None:
    project = world("closed_in_finally", True)
    assert inspect.isgeneratorfunction(project.module("shop.db").get_db)
