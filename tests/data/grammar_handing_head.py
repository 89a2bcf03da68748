"""What the programs of `grammar_handing.toml` can use: functions, and objects that they are given to."""

import collections
import contextlib
import functools  # noqa: F401 (the programs use it)
import heapq  # noqa: F401

ERRORS = (KeyError, IndexError)


def half(number: int) -> int:
    return 100 // number


def third(number: int) -> int:
    return [3, 2, 1][number]


def rank(number: int):
    return number if number > 1 else None


TABLE = {"half": half}


def apply(function, number: int) -> int:
    return function(number)


def apply_to(function, number: int):
    return lambda other: function(other - number)


def counted(left: int):
    def tick(*ignored: int) -> int:
        nonlocal left
        left -= 1
        return 6 // left

    return tick


def options(a: int = 1, **others: int) -> int:
    return others["b"] // a


def steps(number: int):
    for step in range(3):
        yield number // step if step else number
    if number > 2:
        raise EOFError


class Job:
    def __init__(self, on_end=None) -> None:
        self.on_end = on_end

    def drop(self) -> None:
        self.on_end = None

    def run(self, number: int) -> int:
        return self.on_end(number)


class Watched(Job):
    def on_end(self, number: int) -> int:
        raise PermissionError


class Reader:
    def __init__(self, rows: list[int]) -> None:
        self.rows = rows
        self.count = len(rows)

    def read(self) -> int:
        return self.rows[0]

    def kind(self) -> int:
        return 1

    def close(self) -> None:
        self.read = refuse

    @property
    def strange(self) -> int:
        raise BufferError


def refuse() -> int:
    raise ReferenceError


def read(reader: Reader) -> int:
    return reader.read()


class Fast(Reader):
    def __init__(self, rows: list[int]) -> None:
        super().__init__(rows)
        self.kind = self.quick

    def quick(self) -> int:
        return self.rows.pop() // self.count


class Strict(collections.UserDict):
    def __setitem__(self, key: str, value: int) -> None:
        if not value:
            raise UserWarning
        self.data[key] = value


class Naming(type):
    @property
    def title(cls) -> int:
        raise TimeoutError


class Named(metaclass=Naming):
    pass


class Base:
    def __init_subclass__(cls, key: int) -> None:
        cls.key = 5 // key


class Swallows:
    def __enter__(self) -> "Swallows":
        return self

    def __exit__(self, kind, error, trace) -> bool:
        return kind is not None and issubclass(kind, ArithmeticError)


class Turns:
    def __init__(self, number: int) -> None:
        self.number = number

    def __enter__(self) -> int:
        return 7 // self.number

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, KeyError):
            raise NotADirectoryError from error


@contextlib.contextmanager
def kept(number: int):
    try:
        yield number
    except IndexError:
        raise InterruptedError from None
    finally:
        half(number)
