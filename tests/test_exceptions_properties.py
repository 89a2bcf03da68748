"""What setting an attribute runs that a class above has as a property, or a class below."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE
from tests.test_exceptions import answer, likely

ABOVE = """
class Bulb:
    @property
    def bright(self):
        raise OSError

    @bright.setter
    def bright(self, value):
        raise LookupError(value)

    @bright.deleter
    def bright(self):
        raise ArithmeticError
"""
LAMP = """
class Lamp(Bulb):
    def switch(self, value):
        try:
            CODE
        except Exception:
            pass
"""
BELOW = """
class Lamp:
    def __init__(self):
        self.bright = 1

    def switch(self, value):
        try:
            self.bright = value
        except Exception:
            pass


class Neon(Lamp):
    @property
    def bright(self):
        return 1

    @bright.setter
    def bright(self, value):
        raise BufferError(value)
"""
DESCRIBED = """
class Watched:
    def __set__(self, instance, value):
        raise LookupError


class Bulb:
    bright = Watched()
"""


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("self.bright = value", {"LookupError"}),
        ("self.bright", {"OSError"}),
        ("del self.bright", {"ArithmeticError", "AttributeError"}),
        ("self.bright = 1; self.bright", {"LookupError", "OSError"}),
        ("self.dark = value", set()),
    ],
)
def test_a_property_of_the_class_above(code: str, raised: set[str]) -> None:
    found = answer(ABOVE + LAMP.replace("CODE", code))
    assert found.complete
    assert likely(found) == raised


def test_what_the_class_itself_has_hides_it() -> None:
    plain = LAMP.replace("CODE", "self.bright = value").replace("(Bulb):\n", "(Bulb):\n    bright = 1\n\n")
    assert not likely(answer(ABOVE + plain))


def test_a_property_of_another_file() -> None:
    text = "from lights import Bulb\n" + LAMP.replace("CODE", "self.bright = value")
    assert likely(answer(text, lights=ABOVE)) == {"LookupError"}


def test_a_property_above_that_nothing_can_be_put_into() -> None:
    closed = "class Bulb:\n    @property\n    def bright(self):\n        return 1\n"
    assert likely(answer(closed + LAMP.replace("CODE", "self.bright = value"))) == {"AttributeError"}


def test_a_property_of_a_class_below() -> None:
    assert likely(answer(BELOW)) == {"BufferError"}


def test_a_property_of_a_class_below_that_nothing_can_be_put_into() -> None:
    closed = BELOW[: BELOW.index("    @bright.setter")]
    found = answer(closed)
    assert {raised.type: raised.confidence for raised in found.raised} == {"AttributeError": RARE}


def test_a_property_that_a_class_below_has_too() -> None:
    lamp = LAMP.replace("CODE", "self.bright = value").replace("(Bulb)", "")
    own = ABOVE.replace("class Bulb", "class Lamp").replace("LookupError", "EOFError")
    below = BELOW[BELOW.index("class Neon") :]
    assert likely(answer(own + lamp.partition(":\n")[2] + below)) == {"EOFError", "BufferError"}


def test_a_method_that_is_replaced_does_not_run() -> None:
    method = "class Bulb:\n    def bright(self):\n        raise LookupError\n"
    assert not likely(answer(method + LAMP.replace("CODE", "self.bright = print")))


def test_a_descriptor_of_the_class_above() -> None:
    assert not answer(DESCRIBED + LAMP.replace("CODE", "self.bright = value")).complete


@pytest.mark.parametrize("kind", ["property", "functools.cached_property", "Watched"])
@pytest.mark.parametrize("maker", ["Shown(print)", "shown()"])
def test_a_descriptor_by_a_class_above_it(kind: str, maker: str) -> None:
    shown = f"import functools\n{DESCRIBED}\n\nclass Shown({kind}):\n    pass\n\n\n"
    made = f"def shown():\n    return Shown(print)\n\n\nclass Bulb:\n    bright = {maker}\n"
    assert not answer(shown + made + LAMP.replace("CODE", "self.bright")).complete


def test_a_class_that_is_no_descriptor() -> None:
    plain = "class Shown(dict):\n    pass\n\n\nclass Bulb:\n    bright = Shown()\n"
    found = answer(plain + LAMP.replace("CODE", "self.bright"))
    assert found.complete and not found.raised


DECORATED = """
class Shown:
    def __init__(self, method):
        self.method = method

    def __get__(self, instance, owner):
        return self.method(instance)


class Noted:
    def __init__(self, method):
        self.method = method


def shown(method):
    return property(method)


def noted(method):
    return method


class Bulb:
    @DECORATOR
    def bright(self):
        raise BufferError
"""


@pytest.mark.parametrize(
    ("decorator", "complete", "types"),
    [
        ("Shown", False, set()),
        ("shown", False, set()),
        ("property", True, {"BufferError"}),
        ("hybrid_property", False, {"BufferError"}),
        ("pyqtProperty(str)", False, {"BufferError"}),
        ("Noted", True, set()),
        ("noted", True, set()),
    ],
)
def test_what_decorates_a_method_may_make_a_property_of_it(
    decorator: str, complete: bool, types: set[str]
) -> None:
    found = answer(DECORATED.replace("DECORATOR", decorator) + LAMP.replace("CODE", "self.bright"))
    assert found.complete is complete
    assert likely(found) == types


PLAIN = """
import enum
import functools
import logging
import re
from collections import namedtuple
from threading import Lock

Point = namedtuple("Point", "x y")


class Place(namedtuple("Place", "x y")):
    pass


class Spot(Point):
    pass


def noted(method):
    @functools.wraps(method)
    def inner(*given):
        return method(*given)
    return inner


class Bulb:
    bright = MADE
"""


@pytest.mark.parametrize(
    "made",
    [
        *(
            "Point(1, 2)",
            "Place(1, 2)",
            "Spot(1, 2)",
            "dict(a=1)",
            "re.compile('a')",
            "Lock()",
            "enum.auto()",
        ),
        *("logging.getLogger()", "functools.partial(print)", "functools.lru_cache(maxsize=1)(print)"),
        *("noted(print)", "type('A', (), {})"),
    ],
)
def test_what_the_standard_library_makes_is_no_descriptor(made: str) -> None:
    found = answer(PLAIN.replace("MADE", made) + LAMP.replace("CODE", "self.bright"))
    assert found.complete


@pytest.mark.parametrize("kind", ["lights.Glow", "lights.shown()", "namedtuple('A', 'x'), lights.Glow"])
def test_what_others_made_may_be_a_descriptor(kind: str) -> None:
    glow = f"import lights\n\n\nclass Glow({kind}):\n    pass\n\n\n"
    found = answer(glow + PLAIN.replace("MADE", "Glow()") + LAMP.replace("CODE", "self.bright"))
    assert not found.complete


@pytest.mark.parametrize(("decorator", "complete"), [("lights.shown", False), ("noted", True)])
def test_a_decorator_of_others_may_make_a_descriptor(decorator: str, complete: bool) -> None:
    method = f"    @{decorator}\n    def bright(self):\n        return 1\n"
    text = "import lights\n" + PLAIN.replace("    bright = MADE\n", method)
    assert answer(text + LAMP.replace("CODE", "self.bright")).complete is complete
