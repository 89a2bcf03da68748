"""Functions that a decorator of the project puts one of its own in the place of, which calls them."""

from __future__ import annotations

import pytest

from codemods.exceptions import MayRaise
from tests.test_exceptions import answer, body, likely

HEAD = """
import functools, threading

LOCK = threading.Lock()


def synchronized(lock):
    def wrap(function):
        def locked(*args, **kwargs):
            with LOCK:
                return function(*args, **kwargs)
        return locked
    return wrap


def converting(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except KeyError:
            raise LookupError(function.__name__) from None
    return inner


def quiet(function):
    def inner(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            print(error)
    return functools.update_wrapper(inner, function)


def awaiting(function):
    async def inner(*args):
        return await function(*args)
    return inner


def twice(function):
    for number in range(2):
        function(number)
    return function


def registered(function):
    TASKS[function.__name__] = function
    def inner(*args):
        return function(*args)
    return inner


def handing(function):
    def inner(*args):
        return run(function, args)
    return inner


def either(function):
    def inner(*args):
        return function(*args)
    return inner if LOCK else function


def yielding(function):
    def inner(*args):
        yield function(*args)
    return inner


def cached(function):
    @functools.lru_cache
    @elsewhere.wrapping
    def inner(*args):
        return function(*args)
    return inner


"""


def called(decorators: str, result: str = "int(text)", start: str = "") -> MayRaise:
    marks = "".join(f"@{one}\n" for one in decorators.split())
    loading = f"{marks}{start}def load(text: str):\n    return {result}\n"
    return answer(f"{body('load(x)', arguments='x: str')}{HEAD}{loading}")


@pytest.mark.parametrize(
    ("decorators", "result", "expected"),
    [
        ("synchronized(LOCK)", "int(text)", {"ValueError"}),
        ("converting", "int(text)", {"ValueError", "LookupError"}),
        ("converting", "{'a': 1}[text]", {"LookupError"}),
        ("quiet", "int(text)", set()),
        ("synchronized(LOCK) quiet", "int(text)", set()),
        ("quiet synchronized(LOCK)", "int(text)", set()),
        ("synchronized(LOCK) converting", "{'a': 1}[text]", {"LookupError"}),
    ],
)
def test_what_comes_out_of_the_wrapper(decorators: str, result: str, expected: set[str]) -> None:
    found = called(decorators, result)
    assert found.complete, found.missing
    assert likely(found) == expected


@pytest.mark.parametrize(
    "decorator",
    [
        *("awaiting", "twice", "registered", "handing", "either", "yielding", "cached", "synchronized"),
        *("quiet()", "elsewhere", "elsewhere.quiet", "LOCK"),
    ],
)
def test_a_decorator_may_do_something_else(decorator: str) -> None:
    found = called(decorator)
    assert not found.complete
    assert any("decorates" in why for why in found.missing)


def test_a_coroutine_is_wrapped_by_a_coroutine_only() -> None:
    assert not called("synchronized(LOCK)", start="async ").complete
    assert not any("decorates" in why for why in called("awaiting", start="async ").missing)


def test_a_generator_runs_later() -> None:
    assert not called("quiet", "(yield text)").complete


def test_what_nobody_knows_in_the_function_stays_so() -> None:
    found = called("synchronized(LOCK)", "elsewhere(text)")
    assert any("elsewhere" in why for why in found.missing)
