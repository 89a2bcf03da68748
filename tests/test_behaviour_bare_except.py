"""Ctrl-C, exits and cancellation get through a handler that had no type; the rest answers as before."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import loader, outcome_of

load = loader("bare-except")


class Raises:
    """Raises one exception, whatever is done with it."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def fetch(self, *arguments: object) -> None:
        raise self.error

    read = write = commit = serve_forever = poll = fetch

    @property
    def name(self) -> str:
        raise self.error


BASE = [KeyboardInterrupt(), SystemExit(3), GeneratorExit(), asyncio.CancelledError()]


@pytest.mark.parametrize("error", BASE, ids=lambda error: type(error).__name__)
def test_what_is_no_exception_was_swallowed_and_gets_through(error: BaseException) -> None:
    for function in ("total", "name_of"):
        arguments = (Raises(error), []) if function == "total" else (Raises(error),)
        assert outcome_of(load("unknown_calls.py", False)[function], *arguments) in (None, "?")
        assert outcome_of(load("unknown_calls.py", True)[function], *arguments) is type(error)


@pytest.mark.parametrize("error", [ValueError(1), KeyError(1), RuntimeError(), RecursionError()])
def test_every_exception_is_caught_as_before(error: Exception) -> None:
    for fixed in (False, True):
        assert outcome_of(load("unknown_calls.py", fixed)["total"], Raises(error), []) is None


def test_ctrl_c_while_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkpoint.json").write_text("{}")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "load", interrupted)
    old, new = (load("json_file.py", fixed)["Checkpoint"](str(tmp_path)) for fixed in (False, True))
    assert (old.load(), old.raw()) == (set(), {})
    assert outcome_of(new.load) is outcome_of(new.raw) is KeyboardInterrupt


CONTENTS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"{}", b'{"ids": [1, 2]}', b'{"ids": 3}', b'{"ids": [[]]}', b"[1]", b"null", b"{", b"\xff"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ids", "b"]), inner),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=120, deadline=None)
@given(content=CONTENTS, text=st.text(max_size=8) | st.sampled_from(["1,2", "1,", "\u0663"]))
def test_narrowed_handlers_answer_as_before(tmp_path_factory: Any, content: bytes, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "checkpoint.json").write_bytes(content)
    old, new = (load("json_file.py", fixed)["Checkpoint"](str(folder)) for fixed in (False, True))
    assert outcome_of(old.load) == outcome_of(new.load)
    assert outcome_of(old.raw) == outcome_of(new.raw)
    assert outcome_of(old.ids_of, text) == outcome_of(new.ids_of, text)


@pytest.mark.parametrize("text", ["a1", "0", "7", "", "x" * 30])
def test_numbers_answer_as_before(text: str) -> None:
    old, new = (load("walrus_match.py", fixed) for fixed in (False, True))
    assert outcome_of(old["level"], text) == outcome_of(new["level"], text)
    assert outcome_of(old["ratio"], 1, len(text)) == outcome_of(new["ratio"], 1, len(text))
    assert outcome_of(old["after_guard"], text) == outcome_of(new["after_guard"], text)


def test_a_folder_in_the_place_of_the_file_and_no_file(tmp_path: Path) -> None:
    for fixed in (False, True):
        checkpoint = load("json_file.py", fixed)["Checkpoint"](str(tmp_path))
        assert checkpoint.load() == set()
    (tmp_path / "checkpoint.json").mkdir()
    for fixed in (False, True):
        assert load("json_file.py", fixed)["Checkpoint"](str(tmp_path)).raw() == {}


class Target:
    """Notes what is done with it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.calls.append(name)


@pytest.mark.parametrize("error", [*BASE, ValueError(1)], ids=lambda error: type(error).__name__)
def test_clean_up_runs_and_the_exception_goes_on(error: BaseException) -> None:
    for fixed in (False, True):
        target = Target()
        assert outcome_of(load("reraise.py", fixed)["copy"], Raises(error), target) is type(error)
        assert target.calls == ["delete"]


def test_a_thread_still_hands_on_whatever_ended_it() -> None:
    for fixed in (False, True):
        job = load("reraise.py", fixed)["Job"]()
        job.work = Raises(SystemExit(4)).fetch
        job.start()
        job.join()
        assert job.error[0] is SystemExit
    assert threading.active_count() >= 1


def test_the_exit_of_a_parser_stays_caught() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("needed")
    for fixed in (False, True):
        names = load("exits.py", fixed)
        assert names["guarded"]() is False
        assert names["parse"](_quiet(parser)) is None


def _quiet(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser._print_message = lambda *_: None  # type: ignore[method-assign]
    return parser


def test_ctrl_c_still_ends_a_server_and_a_loop() -> None:
    for fixed in (False, True):
        for function in ("serve", "watch"):
            target = Raises(KeyboardInterrupt())
            closed: list[bool] = []
            target.close = lambda closed=closed: closed.append(True)  # type: ignore[attr-defined]
            assert outcome_of(load("exits.py", fixed)[function], target) is None
            assert closed == [True]


def test_ctrl_c_still_leaves_an_endless_loop_and_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    moves = SimpleNamespace(input=interrupted)
    monkeypatch.setitem(sys.modules, "six", SimpleNamespace(moves=moves))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "six.moves", moves)  # type: ignore[arg-type]
    monkeypatch.setattr("builtins.input", interrupted)
    for fixed in (False, True):
        names = load("endless_loops.py", fixed)
        told: list[str] = []
        source = SimpleNamespace(recv=interrupted, get=interrupted)
        assert outcome_of(names["serve"], source, print, told.append) is None
        assert told == ["restored"]
        assert outcome_of(names["first"], [source]) is None
        assert outcome_of(names["leave"], source) is SystemExit
        assert outcome_of(names["run"], interrupted) is None
        for ask in ("ask", "ask_by_another"):
            assert outcome_of(names[ask], "?", dict) is names["UserQuit"]
        until = outcome_of(names["until"], source)
        assert until is (KeyboardInterrupt if fixed else None)


def test_a_cancelled_task_that_is_awaited_is_no_error_and_other_cancellation_gets_through() -> None:
    async def stop(names: dict[str, Any]) -> object:
        return await names["stop"](asyncio.ensure_future(asyncio.sleep(9)))

    async def cancel(names: dict[str, Any]) -> bool:
        task = asyncio.ensure_future(names["pause"](9))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    old, new = (load("generators_and_tasks.py", fixed) for fixed in (False, True))
    assert asyncio.run(stop(old)) is asyncio.run(stop(new)) is None
    assert not asyncio.run(cancel(old))
    assert asyncio.run(cancel(new))


@pytest.mark.parametrize("routine", ["stop_all", "stop_together", "stop_named", "first_of"])
def test_tasks_that_were_cancelled_do_not_end_the_routine_that_waits_for_them(routine: str) -> None:
    async def stop(names: dict[str, Any]) -> object:
        tasks = [asyncio.ensure_future(asyncio.sleep(9)) for _ in range(2)]
        await asyncio.sleep(0)
        if routine == "first_of":
            return len(await names[routine](asyncio.ensure_future(asyncio.sleep(0)), tasks[0]))
        return await names[routine](dict(enumerate(tasks)) if routine == "stop_named" else tasks)

    old, new = (asyncio.run(stop(load("cancelled.py", fixed))) for fixed in (False, True))
    assert old == new


def test_cancelled_tasks_of_an_object() -> None:
    async def stop(names: dict[str, Any]) -> object:
        worker = names["Worker"]()
        worker._main, other = (asyncio.ensure_future(asyncio.sleep(9)) for _ in range(2))
        worker._tasks.add(other)
        await asyncio.sleep(0)
        worker.cancel()
        return await worker.wait(), await worker.stop(), worker._tasks

    old, new = (asyncio.run(stop(load("cancelled.py", fixed))) for fixed in (False, True))
    assert old == new == (None, None, set())


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("all_there", ([1, None],)),
        ("search", ("",)),
        ("search", ("x",)),
        ("hidden", ("",)),
        ("local", ("",)),
        ("stopped", ("x", print)),
        ("quietly", ("x",)),
    ],
)
def test_base_exceptions_of_the_project_stay_caught(function: str, arguments: tuple[object, ...]) -> None:
    old, new = (load("beyond_exception.py", fixed)[function] for fixed in (False, True))
    assert outcome_of(old, *arguments) == outcome_of(new, *arguments)
    assert not isinstance(outcome_of(new, *arguments), type)


def test_a_closed_generator_ends() -> None:
    class Handle:
        def readline(self) -> str:
            return "line"

    for fixed in (False, True):
        lines: Iterator[str] = load("generators_and_tasks.py", fixed)["lines"](Handle())
        assert next(lines) == "line"
        assert outcome_of(lines.close) is None  # type: ignore[attr-defined]


def test_an_earlier_handler_still_has_its_say(tmp_path: Path) -> None:
    for fixed in (False, True):
        read = load("earlier_handlers.py", fixed)["load"]
        assert read(str(tmp_path / "none")) is None
        assert outcome_of(read, str(tmp_path)) is IsADirectoryError
        (tmp_path / "bad").write_text("{")
        assert read(str(tmp_path / "bad")) == {}
