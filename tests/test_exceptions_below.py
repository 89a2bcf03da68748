"""Classes below: one of them may be made where a class is named, and may set attributes to other values."""

from __future__ import annotations

import pytest

from codemods.exceptions import may_raise
from tests.test_exceptions import answer, first_try, likely, project_of

MADE_BY_CLS = """
class Base:
    @classmethod
    def make(cls):
        try:
            return cls()
        except Exception:
            return None


class Small(Base):
    def __init__(self):
        raise LookupError
"""
MADE_BY_NAME = """
class Base:
    pass


class Small(Base):
    def __init__(self):
        raise LookupError


def make(ARGUMENT):
    try:
        return CALL
    except Exception:
        return None
"""


@pytest.mark.parametrize(
    ("argument", "call"),
    [("kind: type[Base]", "kind()"), ("one: Base", "type(one)()"), ("one: Base", "[type(one)()]")],
)
def test_a_class_below_may_be_made(argument: str, call: str) -> None:
    found = answer(MADE_BY_NAME.replace("ARGUMENT", argument).replace("CALL", call))
    assert likely(found) == {"LookupError"}
    assert "no class of others overrides `Base.__init__`" in found.assumed


def test_a_class_below_in_a_test_is_not_meant_elsewhere() -> None:
    base, _, small = MADE_BY_CLS.partition("class Small")
    small = f"from main import Base\n\n\nclass Small{small}"
    assert likely(answer(base, small=small)) == {"LookupError"}
    assert likely(answer(base, test_small=small)) == set()


def test_a_class_below_in_a_test_may_be_meant_in_it() -> None:
    project = project_of(test_main=MADE_BY_CLS)
    module = project.module("test_main.py")
    assert likely(may_raise(first_try(module).body, module, project)) == {"LookupError"}


def test_cls_may_be_a_class_below() -> None:
    assert likely(answer(MADE_BY_CLS)) == {"LookupError"}


def test_a_class_that_is_named_is_just_that() -> None:
    found = answer(MADE_BY_NAME.replace("ARGUMENT", "one").replace("CALL", "Base()"))
    assert found.complete
    assert not found.raised
    assert not found.assumed


def test_too_many_classes_below() -> None:
    many = "".join(f"\n\nclass Small{number}(Base):\n    pass\n" for number in range(9))
    found = answer(MADE_BY_NAME.replace("ARGUMENT", "kind: type[Base]").replace("CALL", "kind()") + many)
    assert "makes a `Base`, or one of many classes below" in found.missing


ATTRIBUTES = """
class Base:
    limit = 3
    parser = str
    table = {"a": 1}
    label: str = "a"

    def read(self):
        try:
            return CALL
        except Exception:
            return None


class Small(Base):
    BODY
"""


@pytest.mark.parametrize(
    ("call", "inside", "wanted"),
    [
        ("int(self.limit)", "limit = '3'", {"ValueError"}),
        ("int(self.limit)", "limit = 4", set()),
        ("int(self.limit)", "other = '3'", set()),
        ("self.parser(f'{self.limit}')", "parser = int", {"ValueError"}),
        ("self.table.get('a')", "table = None", {"AttributeError"}),
        ("self.label.upper()", "label: str | None = None", {"AttributeError"}),
        ("int(self.limit)", "def __init__(self):\n        self.limit = '3'", {"ValueError"}),
        ("int(self.limit)", "def later(self):\n        self.limit = 4", set()),
    ],
)
def test_a_class_below_sets_an_attribute(call: str, inside: str, wanted: set[str]) -> None:
    found = answer(ATTRIBUTES.replace("CALL", call).replace("BODY", inside))
    assert found.complete
    assert likely(found) == wanted


def test_a_class_below_a_class_below() -> None:
    last = "\n\nclass Smaller(Small):\n    limit = '3'\n"
    found = answer(ATTRIBUTES.replace("CALL", "int(self.limit)").replace("BODY", "pass") + last)
    assert likely(found) == {"ValueError"}


BESIDE = """
class Base:
    limit = 3


class One(Base):
    def read(self):
        try:
            return int(self.limit)
        except Exception:
            return None


class Two(Base):
    limit = '3'
"""


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("", set()),
        ("class Both(One, Two):\n    pass\n", {"ValueError"}),
        ("class Other(Two):\n    pass\n\n\nclass Both(One, Other):\n    pass\n", {"ValueError"}),
        ("".join(f"class Two{number}(Base):\n    limit = None\n\n\n" for number in range(70)), set()),
    ],
)
def test_a_class_beside_sets_an_attribute_where_an_instance_may_be_of_both(
    more: str, wanted: set[str]
) -> None:
    found = answer(f"{BESIDE}\n\n{more}")
    assert found.complete
    assert likely(found) == wanted
