"""What the programs of `grammar_objects.toml` can use: classes of all kinds."""

import abc
import collections
import copy  # noqa: F401 (the programs use it)
import dataclasses
import enum
import functools
import typing


class Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Pair(typing.NamedTuple):
    one: int
    other: str = ""


Spot = collections.namedtuple("Spot", "x y")


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0

    def __post_init__(self) -> None:
        if self.x > 100:
            raise OverflowError

    def __add__(self, other: object) -> "Point":
        return Point(self.x + other.x) if isinstance(other, Point) else NotImplemented

    def __neg__(self) -> "Point":
        return Point(10 // self.x)


@dataclasses.dataclass(frozen=True)
class Frozen:
    values: list[int]
    name: str = "a"


@dataclasses.dataclass(kw_only=True)
class Options:
    depth: int = 1
    names: list[str] = dataclasses.field(default_factory=list)


class Shape(abc.ABC):
    name = "shape"

    def __init__(self, side: int) -> None:
        self.side = side
        self.last = None

    @abc.abstractmethod
    def area(self) -> int: ...

    def scaled(self, by: int) -> int:
        return self.area() // by

    def __lt__(self, other: "Shape") -> bool:
        return self.area() < other.area()

    def __bool__(self) -> bool:
        return 1 // self.side > 0


class Square(Shape):
    def area(self) -> int:
        return self.side * self.side

    @property
    def half(self) -> int:
        return 100 // self.side

    @half.setter
    def half(self, value: int) -> None:
        if value < 0:
            raise Refused(value)
        self.side = value * 2

    @property
    def fixed(self) -> int:
        return 1


class Odd(Square):
    def area(self) -> int:
        return [1, 2][self.side] + super().area()

    def halved(self, by: int) -> int:
        self.half = by - 1
        return self.half


class Loud:
    def scaled(self, by: int) -> int:
        raise PermissionError


class Both(Odd, Loud):
    def __init__(self, side: int) -> None:
        self.side = side


class Half(Shape):
    pass


class Number:
    def __init__(self, value: int) -> None:
        if value:
            self.value = value

    def __int__(self) -> int:
        return 10 // (self.value - 1)

    def __index__(self) -> int:
        if self.value < 0:
            raise BufferError
        return self.value

    def __hash__(self) -> int:
        return {1: 1}[self.value]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            raise ReferenceError
        return self is other

    def __repr__(self) -> str:
        return "ab"[self.value]


class Table:
    kind = None

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows) - 1

    def __getitem__(self, place: int) -> int:
        return self.rows[place]

    def __setitem__(self, place: int, value: int) -> None:
        self.rows[place] = value

    def __delitem__(self, place: int) -> None:
        del self.rows[place]

    def __contains__(self, value: object) -> bool:
        return 1 // len(self.rows) == value

    def __iter__(self) -> "Steps":
        return Steps(len(self.rows))

    def __call__(self, by: int) -> int:
        return sum(self.rows) % by

    @classmethod
    def parse(cls, text: str) -> "Table":
        return cls([int(part) for part in text.split(",")])

    @staticmethod
    def first(rows: list[int]) -> int:
        return rows[0]


class Steps:
    def __init__(self, left: int) -> None:
        self.left = left

    def __iter__(self) -> "Steps":
        return self

    def __next__(self) -> int:
        self.left -= 1
        if self.left == 2:
            raise EOFError
        if self.left <= 0:
            raise StopIteration
        return self.left


class Open:
    def __getattr__(self, name: str) -> int:
        return {"size": 1}[name]


class Positive:
    def __get__(self, instance: object, owner: object = None) -> int:
        raise UserWarning


class Described:
    size = Positive()
    plain = 1


class Names(dict):
    def __missing__(self, key: str) -> int:
        raise ProcessLookupError


def twice(function):
    @functools.wraps(function)
    def inner(*values):
        return function(*values) + function(*values)

    return inner


@twice
def third(number: int) -> int:
    return 9 // number


@functools.lru_cache
def kept(value):
    return 1


def make(kind: str):
    total = 0

    def add(number: int) -> int:
        nonlocal total
        total += {"a": 1}[kind] // number
        return total

    return add


def spread(first, *rest, last=1, **others):
    return rest[0] // last


def shape(number: int) -> Shape:
    return Square(number) if number else Odd(number)
