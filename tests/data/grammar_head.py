"""What the programs of `test_exceptions_grammar.py` can use."""

import contextlib
import dataclasses
import enum
import functools
import math  # noqa: F401 (the programs use it)


class Mine(Exception):
    pass


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0

    def __add__(self, other: object) -> "Point":
        if not isinstance(other, Point):
            raise ArithmeticError
        return Point(self.x + other.x, self.y)


class C:
    kind: str = "a"

    def __init__(self, items: list[int] | None = None) -> None:
        self.n = 0
        self.items = [1, 2] if items is None else items
        self.table = {"a": 1}

    @property
    def size(self) -> int:
        return self.items[0]

    def get(self, key: str) -> int:
        return self.table[key]


class Stack:
    def __init__(self, values: list[int]) -> None:
        self.values = values

    @property
    def top(self):
        return self.values[-1]

    def __getitem__(self, k: int):
        return self.values[k]

    @classmethod
    def parse(cls, text: str):
        return cls([int(part) for part in text.split(",")])


class Base:
    def work(self, k: int):
        raise NotImplementedError

    def __str__(self):
        return "base"


class Sub(Base):
    def work(self, k: int):
        return [1, 2][k]

    def __str__(self):
        return NAMES[5]


NAMES = ["a", "b"]
TABLE = {"a": 1}


@functools.lru_cache
def cached(key: str) -> int:
    return TABLE[key]


def pick(values: list[int], k: int) -> int:
    return values[k]


def halve(n: int) -> float:
    return 10 / n


def two(a, b=1):
    return a // b


def steps(n: int):
    for step in range(n):
        if step == 2:
            raise LookupError
        yield step


def outer(n: int):
    def inner(m: int) -> int:
        return NAMES.index("a") // (n - m)

    return inner


def recursive(n: int) -> int:
    if n <= 0:
        raise StopIteration
    return recursive(n - 1) if n % 2 else NAMES.index("c")


def pair(n: int):
    return n, str(n)


def triple(n: int):
    if n:
        return 1, 2, 3
    return 1, 2


def maybe(n: int):  # noqa: RET503 (that it may end without a value is the point)
    if n > 0:
        return "a"


@contextlib.contextmanager
def renaming():
    try:
        yield
    except IndexError:
        raise OSError from None


@contextlib.contextmanager
def quiet():
    try:  # noqa: SIM105
        yield
    except KeyError:
        pass
