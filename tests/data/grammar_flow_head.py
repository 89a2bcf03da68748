"""What the programs of `grammar_flow.toml` can use: generators, context managers, coroutines."""

import asyncio  # noqa: F401 (the programs use it)
import contextlib

LIMIT = 2


def down(number: int):
    while number >= 0:
        yield 6 // number
        number -= 1


def firsts(lists: list[list[int]]):
    for one in lists:
        yield next(iter(one))


def both(number: int):
    end = yield from counted(number)
    yield 1 // end


def counted(number: int):
    for step in range(number):
        if step == 2:
            return 0
        yield step
    return 1


def echo(values: list[int]):
    got = yield 0
    while True:
        got = yield values[got]


def found(table: dict[str, int], key: str):
    try:
        return table[key]
    finally:
        if key == "b":
            return 0  # noqa: B012 (that it swallows is the point)


@contextlib.contextmanager
def renaming():
    try:
        yield 1, 2
    except KeyError as error:
        raise OSError from error


@contextlib.contextmanager
def swallowing(number: int):
    try:  # noqa: SIM105
        yield number
    except (IndexError, ZeroDivisionError):
        pass


@contextlib.contextmanager
def sometimes(number: int):
    if number > 0:
        yield [number]


class Guard:
    def __init__(self, number: int) -> None:
        self.number = number

    def __enter__(self) -> int:
        return 4 // self.number

    def __exit__(self, kind, error, trace) -> bool:
        return kind is KeyError

    def close(self) -> None:
        if self.number == 1:
            raise BlockingIOError


class Waiting:
    def __init__(self, left: int) -> None:
        self.left = left

    async def __aenter__(self) -> int:
        return 4 // self.left

    async def __aexit__(self, *details) -> None:
        if self.left == 1:
            raise BlockingIOError

    def __aiter__(self):
        return self

    async def __anext__(self) -> int:
        self.left -= 1
        if self.left == 2:
            raise EOFError
        if self.left <= 0:
            raise StopAsyncIteration
        return self.left


async def part(number: int) -> int:
    return 10 // number


async def steps(number: int):
    for step in range(number):
        if step == 2:
            raise TimeoutError
        yield step


def set_limit(number: int) -> None:
    global LIMIT, LATER
    LIMIT = number
    LATER = number


def cleanup(number: int) -> None:
    if number > 2:
        raise ConnectionError
