"""Small functions whose `try` may raise something; the soundness test runs them and asks what they may raise.

Arguments are made by their names and annotations, see `test_exceptions_soundness.py`. A handler that only
raises again lets everything out.
"""

import base64
import collections
import contextlib
import contextvars
import csv
import functools
import inspect
import io
import json
import operator
import os
import re
import struct
import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path


class Refused(Exception):
    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


class TooLarge(Refused, ValueError):
    pass


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Item:
    name: str
    price: int = 0
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.price < 0:
            raise Refused(self.price)

    @property
    def unit_price(self) -> float:
        return self.price / len(self.tags)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            raise TypeError("not an item")
        return self.name == other.name

    __hash__ = None


class Money:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def __add__(self, other: "Money") -> "Money":
        if self.amount + other.amount > 100:
            raise TooLarge(self.amount)
        return Money(self.amount + other.amount)

    def __lt__(self, other: "Money") -> bool:
        if other.amount == 0:
            raise ArithmeticError
        return self.amount < other.amount

    def __getitem__(self, place: int) -> str:
        return str(self.amount)[place]

    def __iter__(self) -> Iterator[int]:
        for digit in str(self.amount):
            yield int(digit)

    def __len__(self) -> int:
        return self.amount

    def __contains__(self, value: int) -> bool:
        return 10 // value == self.amount

    def __call__(self, text: str) -> int:
        return int(text) + self.amount

    def __str__(self) -> str:
        return f"{100 / self.amount}"

    def __bool__(self) -> bool:
        if self.amount == 7:
            raise KeyError(7)
        return True


class Shape(ABC):
    @abstractmethod
    def area(self, text: str) -> float: ...

    def twice(self, text: str) -> float:
        return 2 * self.area(text)


class Square(Shape):
    def area(self, text: str) -> float:
        return float(text) ** 2


class Circle(Shape):
    def area(self, text: str) -> float:
        if text == "0":
            raise Refused(0)
        return 3.0


class Store:
    default = "a"

    def __init__(self) -> None:
        self.rows: dict[str, int] = {"a": 1}
        self.last = None

    def get(self, key: str) -> int:
        return self.rows[key]

    def find(self, key: str) -> int | None:
        return self.rows.get(key)

    @classmethod
    def made(cls, text: str) -> "Store":
        store = cls()
        store.rows[text] = int(text)
        return store

    @staticmethod
    def checked(number: int) -> int:
        if number > 5:
            raise TooLarge(number)
        return number


class Limited(Store):
    def get(self, key: str) -> int:
        if len(key) > 3:
            raise Refused(len(key))
        return super().get(key)


class Quiet:
    def __enter__(self) -> "Quiet":
        return self

    def __exit__(self, *details: object) -> bool:
        return True


class Loud:
    def __enter__(self) -> int:
        return 1

    def __exit__(self, *details: object) -> None:
        raise Refused(9)


@contextlib.contextmanager
def checked(number: int) -> Iterator[int]:
    if number < 0:
        raise Refused(number)
    yield 10 // number


@contextlib.contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise Refused(1) from error


def twice(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        function(*arguments)
        return function(*arguments)

    return wrapper


@twice
def parse_twice(text):
    return int(text)


def numbers_in(text: str) -> Iterator[int]:
    for part in text.split(","):
        yield int(part)


def make_error(text: str) -> Refused:
    return TooLarge(1) if text else Refused(2)


def is_even(number: int) -> bool:
    return True if number == 0 else is_odd(number - 1) if number > 0 else fail(number)


def is_odd(number: int) -> bool:
    return False if number == 0 else is_even(number - 1)


def fail(number: int) -> bool:
    raise LookupError(number)


HANDLERS = {"int": int, "float": float}


# -- blocks -----------------------------------------------------------------------------------------------


def convert(text: str) -> None:
    try:
        int(text) + float(text)
    except:
        raise


def divide(number: int, other: int) -> None:
    try:
        (number // other) + (number % (other - 3))
    except:
        raise


def modulo_guarded(number: int, other: int) -> None:
    try:
        if other:
            number % other
        if other > 0 and number > other:
            number / other
    except:
        raise


def lookup(table: dict[str, int], text: str) -> None:
    try:
        table[text] + table.get(text, 0)
    except:
        raise


def lookup_guarded(table: dict[str, int], text: str) -> None:
    try:
        if text in table:
            table[text] + 1
    except:
        raise


def lookup_loaded(text: str) -> None:
    try:
        data = json.loads(text)
        data["a"]["b"].append(data[0])
    except:
        raise


def walk_loaded(text: str) -> None:
    try:
        for key, value in json.loads(text).items():
            key.upper()
            value + 1
    except:
        raise


def methods_of_loaded(text: str) -> None:
    try:
        data = json.loads(text)
        [part.strip() for part in data.split(",")]
    except:
        raise


def narrowed_loaded(text: str) -> None:
    try:
        data = json.loads(text)
        if isinstance(data, dict):
            data["a"]
        if isinstance(data, str):
            data.upper()[3]
    except:
        raise


def narrowed_twice(text: str) -> None:
    try:
        data = json.loads(text)
        if isinstance(data, (dict, list)) and not isinstance(data, list):
            data.keys()
    except:
        raise


def compare_loaded(text: str) -> None:
    try:
        data = json.loads(text)
        sorted(data)
        max(data, 3)
    except:
        raise


def unpack_loaded(text: str) -> None:
    try:
        first, (second, third) = json.loads(text)
    except:
        raise


def unpack_parts(text: str) -> None:
    try:
        key, value = text.split("=")
        host, _, port = text.partition(":")
        int(port)
    except:
        raise


def index(numbers: list[int], number: int) -> None:
    try:
        numbers[number] + numbers.index(number)
        numbers.remove(number)
    except:
        raise


def pop(numbers: list[int]) -> None:
    try:
        numbers.pop()
        min(numbers)
        next(iter(numbers))
    except:
        raise


def filled_list(text: str) -> None:
    try:
        rows = ["a"]
        rows.append(json.loads(text))
        rows[1].upper()
    except:
        raise


def filled_dict(text: str) -> None:
    try:
        rows = {"a": 1}
        rows["b"] = json.loads(text)
        for value in rows.values():
            value + 1
    except:
        raise


def changed_while_iterated(table: dict[str, int]) -> None:
    try:
        for key in table:
            table[key + "x"] = 1
            if len(table) > 5:
                break
    except:
        raise


def removed_while_iterated(table: dict[str, int]) -> None:
    try:
        for key in table:
            del table[key]
    except:
        raise


def iterated_copy(table: dict[str, int]) -> None:
    try:
        for key in list(table):
            del table[key]
    except:
        raise


def strings(text: str, number: int) -> None:
    try:
        text.index("a") + text.rindex("b")
        text[number]
        text.encode("ascii")
    except:
        raise


def regular(text: str) -> None:
    try:
        re.match(r"(\d+)-(\d+)", text).group(2)
    except:
        raise


def regular_guarded(text: str) -> None:
    try:
        if match := re.match(r"(\d+)-(\w+)", text):
            int(match.group(2))
    except:
        raise


def formats(text: str, number: int) -> None:
    try:
        f"{number:>{number}}"
        "%s %d" % (text, number)
    except:
        raise


def template(text: str) -> None:
    try:
        text % 3
    except:
        raise


def dates(text: str, number: int) -> None:
    try:
        datetime.fromisoformat(text) + timedelta(days=number)
        datetime.strptime(text, "%Y")
    except:
        raise


def decimals(text: str) -> None:
    try:
        Decimal(text)
    except:
        raise


def decoded(text: str) -> None:
    try:
        base64.b64decode(text).decode("utf-8")
    except:
        raise


def hexadecimal(text: str) -> None:
    try:
        bytes.fromhex(text).decode("ascii")
    except:
        raise


def read_text(path: str) -> None:
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                int(line)
    except:
        raise


def read_json(path: str) -> None:
    try:
        with open(path, "rb") as file:
            json.load(file)["a"]
    except:
        raise


def read_by_path(path: str) -> None:
    try:
        Path(path).read_text(encoding="utf-8").splitlines()[2]
    except:
        raise


def read_table(path: str) -> None:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                row["a"].strip()
    except:
        raise


def closed_file(path: str) -> None:
    try:
        file = open(path, encoding="utf-8")
        file.close()
        file.read()
    except:
        raise


def listed(path: str) -> None:
    try:
        for name in os.listdir(path):
            os.stat(os.path.join(path, name))
        os.rmdir(path)
    except:
        raise


def in_memory(text: str) -> None:
    try:
        io.StringIO(text).readlines()[1]
    except:
        raise


def environment(text: str) -> None:
    try:
        os.environ[text]
    except:
        raise


def raises_own(number: int) -> None:
    try:
        if number > 3:
            raise Refused(number)
        if number < -3:
            raise TooLarge(number, "small")
    except:
        raise


def raises_made(text: str) -> None:
    try:
        raise make_error(text)
    except:
        raise


def raises_variable(number: int) -> None:
    try:
        error = KeyError if number > 0 else IndexError
        raise error(number)
    except:
        raise


def raises_kept(text: str) -> None:
    try:
        last = None
        try:
            int(text)
        except ValueError as error:
            last = error
        if last:
            raise last
    except:
        raise


def reraises(text: str) -> None:
    try:
        try:
            {"1": 1}[text] + int(text)
        except KeyError:
            raise
        except ValueError as error:
            raise Refused(1) from error
    except:
        raise


def caught_in_part(text: str) -> None:
    try:
        try:
            float(text) / int(text)
        except ValueError:
            pass
        else:
            [][0]
        finally:
            len(text)
    except:
        raise


def own_class(number: int) -> None:
    try:
        Item("a", number).unit_price
    except:
        raise


def own_equality(number: int) -> None:
    try:
        Item("a") == number
    except:
        raise


def own_hash(text: str) -> None:
    try:
        {Item(text): 1}
    except:
        raise


def own_addition(number: int, other: int) -> None:
    try:
        Money(number) + Money(other)
    except:
        raise


def own_order(number: int, other: int) -> None:
    try:
        Money(number) < Money(other)
    except:
        raise


def own_items(number: int) -> None:
    try:
        Money(number)[2]
    except:
        raise


def own_iteration(number: int) -> None:
    try:
        for digit in Money(number):
            10 // digit
    except:
        raise


def own_membership(number: int) -> None:
    try:
        number in Money(5)
    except:
        raise


def own_length(number: int) -> None:
    try:
        len(Money(number))
    except:
        raise


def own_call(text: str) -> None:
    try:
        Money(1)(text)
    except:
        raise


def own_text(number: int) -> None:
    try:
        f"{Money(number)}"
    except:
        raise


def own_truth(number: int) -> None:
    try:
        if Money(number):
            pass
        while not Money(number):
            break
    except:
        raise


def own_method(text: str) -> None:
    try:
        Store().get(text)
        Store.checked(len(text))
    except:
        raise


def own_class_method(text: str) -> None:
    try:
        Store.made(text).rows[text]
    except:
        raise


def own_optional(text: str) -> None:
    try:
        Store().find(text) + 1
    except:
        raise


def below(store: Store, text: str) -> None:
    try:
        store.get(text)
    except:
        raise


def abstract(shape: Shape, text: str) -> None:
    try:
        shape.twice(text)
    except:
        raise


def members(text: str) -> None:
    try:
        Color(text)
    except:
        raise


def swallowed(text: str) -> None:
    try:
        with Quiet():
            int(text)
    except:
        raise


def loud() -> None:
    try:
        with Loud() as number:
            number + 1
    except:
        raise


def suppressed(text: str) -> None:
    try:
        with contextlib.suppress(ValueError, KeyError):
            {"1": 1}[text] + int(text) / 0
    except:
        raise


def managed(number: int) -> None:
    try:
        with checked(number) as result:
            100 // result
    except:
        raise


def managed_translation(text: str) -> None:
    try:
        with translated():
            int(text)
    except:
        raise


def generated(text: str) -> None:
    try:
        sum(numbers_in(text))
    except:
        raise


def generated_earlier(text: str) -> None:
    numbers = (int(part) for part in text.split(","))
    try:
        for number in numbers:
            10 // number
    except:
        raise


def decorated(text: str) -> None:
    try:
        parse_twice(text)
    except:
        raise


def recursive(number: int) -> None:
    try:
        is_even(min(number, 50))
    except:
        raise


def nested(text: str) -> None:
    def inner(value: str) -> int:
        return int(value)

    try:
        inner(text)
    except:
        raise


def partial(text: str) -> None:
    read = functools.partial(int, base=10)
    try:
        read(text)
    except:
        raise


def handled_by_table(text: str) -> None:
    try:
        HANDLERS[text](text)
    except:
        raise


def mapped(text: str) -> None:
    try:
        list(map(int, text.split(",")))
    except:
        raise


def asserted(number: int) -> None:
    try:
        assert number > 0, "positive"
    except:
        raise


def unbound(number: int) -> None:
    try:
        if number > 0:
            value = 1
        value + 1
    except:
        raise


def counted(text: str) -> None:
    try:
        counts = collections.Counter(text)
        counts.most_common(1)[0]
    except:
        raise


def starred(numbers: list[int]) -> None:
    try:
        first, *rest = numbers
        rest[0]
    except:
        raise


def shifted(number: int) -> None:
    try:
        (1 << number) + (8 >> number)
    except:
        raise


def item_getter(table: dict[str, int]) -> None:
    try:
        operator.itemgetter("a")(table)
    except:
        raise


def matched(text: str) -> None:
    try:
        match json.loads(text):
            case {"a": value}:
                value.upper()
            case [first, *_]:
                first[0]
    except:
        raise


def ordered(text: str, number: int) -> None:
    try:
        data = json.loads(text)
        data > number
        data == number
        number in data
    except:
        raise


def powers(number: int, exponent: int) -> None:
    try:
        number**exponent
    except:
        raise


def characters(number: int) -> None:
    try:
        chr(number) + "a" * number
    except:
        raise


def set_of_loaded(text: str) -> None:
    try:
        {value for value in json.loads(text)}
    except:
        raise


def joined(text: str) -> None:
    try:
        ",".join(json.loads(text))
    except:
        raise


def attribute_of_optional(text: str) -> None:
    try:
        os.environ.get(text).lower()
    except:
        raise


def set_once(text: str) -> None:
    store = Store()
    try:
        store.last.upper()
        store.other
    except:
        raise


def conditional(text: str) -> None:
    try:
        value = int(text) if text.isdigit() else None
        value + 1
    except:
        raise


def copied_out(text: str) -> None:
    rows = ["a"]
    alias = rows
    alias.append(json.loads(text))
    try:
        rows[1].upper()
    except:
        raise


def changed_by_callee(text: str) -> None:
    rows = [1]
    put(rows, text)
    try:
        rows[-1] + 1
    except:
        raise


def put(rows, value):
    rows.append(value)


def lookup_removed(table: dict[str, int], text: str) -> None:
    try:
        if text in table:
            table.pop(text)
            table[text]
    except:
        raise


def divisor_changed(number: int) -> None:
    try:
        if number:
            number -= 1
            10 / number
    except:
        raise


def checked_once(table: dict[str, int | None], text: str) -> None:
    try:
        if table.get(text):
            table[text] + 1
    except:
        raise


def loop_variable(numbers: list[int]) -> None:
    try:
        for number in numbers:
            pass
        number + 1
    except:
        raise


def deleted(text: str) -> None:
    try:
        value = text
        del value
        value.upper()
    except:
        raise


def closure(text: str) -> None:
    value = "a"

    def change():
        nonlocal value
        value = None

    change()
    try:
        value.upper()
    except:
        raise


def default_factory(text: str) -> None:
    try:
        groups = collections.defaultdict(list)
        groups[text].append(1)
        groups[text][1]
    except:
        raise


def walrus(text: str) -> None:
    try:
        if (found := text.find("a")) >= 0:
            text[found + 1]
    except:
        raise


def typed_by_stubs(text: str) -> None:
    try:
        names = [threading.Thread(name=text).name]
        int(names[0])
    except:
        raise


def frames(number: int) -> None:
    try:
        frame = inspect.currentframe()
        for _ in range(abs(number)):
            frame = frame.f_back
        frame.f_lineno
    except:
        raise


def parameters(text: str) -> None:
    try:
        signature = inspect.signature(frames)
        signature.parameters[text].name.index("b")
    except:
        raise


def three_parts(text: str) -> None:
    try:
        key, sign, value = text.partition("=")
        key[len(text)]
    except:
        raise


STATE: contextvars.ContextVar[int] = contextvars.ContextVar("state")


def context_variable(number: int) -> None:
    try:
        if number > 3:
            STATE.get()
        token = contextvars.ContextVar("other").set(number)
        if number > 0:
            STATE.reset(token)
        token.var.reset(token)
        token.var.reset(token)
    except:
        raise


def any_format(text: str) -> None:
    try:
        struct.pack(text)
    except:
        raise


def any_uuid(text: str) -> None:
    try:
        for value in [*json.loads(text), text]:
            uuid.UUID(value)
    except:
        raise


class Picky:
    def __eq__(self, other: object) -> bool:
        raise LookupError


def picky(number: int) -> None:
    try:
        [Picky(), number][number] == 1
    except:
        raise


def matched_data(text: str) -> None:
    try:
        match json.loads(text):
            case int(value) | float(value):
                1 / value
            case str() as value:
                int(value)
            case {"a": value}:
                len(value)
            case [first, *rest]:
                rest[0]
                first + 1
            case None:
                raise KeyError(text)
    except:
        raise


@dataclass
class Pair:
    left: int
    right: str

    @property
    def both(self) -> str:
        return "ab"[self.left] + self.right


def matched_classes(number: int, text: str) -> None:
    try:
        match Pair(number, text):
            case Pair(0, right):
                int(right)
            case Pair(both="ab") | Pair(left=7):
                raise Refused(number)
            case Pair(left=left) if 1 / (left - 3):
                pass
    except:
        raise


def too_many_parts(number: int) -> None:
    try:
        match number:
            case int(1, 2):
                pass
    except:
        raise


def matched_picky(number: int) -> None:
    try:
        match [Picky(), number][number]:
            case 1:
                pass
    except:
        raise


def matched_optional(text: str) -> None:
    try:
        found = re.match("([a-z]+)", text)
        match found:
            case None:
                value = "1"
            case _:
                value = found.group(1)
        match len(value):
            case 1:
                int(value)
            case 2:
                wrong = value
        wrong.upper()
    except:
        raise
