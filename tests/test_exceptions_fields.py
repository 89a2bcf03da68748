"""What reading a field of a model runs that leads to another model."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE, MayRaise
from tests.test_exceptions import answer, body, likely

LOST = {"django.core.exceptions.ObjectDoesNotExist"}
MODELS = """
import peewee
from django.db import models
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, relationship


class Writer(models.Model):
    name = models.CharField(max_length=80)


class WriterKey(models.ForeignKey):
    pass


class Book(models.Model):
    writer = models.ForeignKey(Writer, on_delete=models.CASCADE)
    editor: Writer = models.OneToOneField(Writer, on_delete=models.CASCADE)
    reader = WriterKey(Writer, on_delete=models.CASCADE)
    title: str = models.CharField(max_length=80)


class Shelf(peewee.Model):
    room = peewee.ForeignKeyField(Writer)


class Base(DeclarativeBase):
    pass


class Order(Base):
    id = Column(Integer, primary_key=True)
    lines = relationship("Line")


def main(book: Book, shelf: Shelf, order: Order):
    try:
        CODE
    except Exception:
        pass
"""


def answer_to(code: str) -> MayRaise:
    return answer(MODELS.replace("CODE", code))


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("return book.writer", LOST),
        ("return book.editor", LOST),
        ("return book.editor.name", LOST),
        ("return book.reader", LOST),
        ("return shelf.room", {"peewee.DoesNotExist"}),
        ("return book.title", set[str]()),
        ("return Book.writer, Book.editor", set()),
        ("return order.lines, order.id", set()),
    ],
)
def test_reading_a_field_looks_up_what_it_leads_to(code: str, types: set[str]) -> None:
    found = answer_to(code)
    assert found.complete
    assert likely(found) == types


@pytest.mark.parametrize(
    ("code", "types"), [("escape(x)", []), ("format_html(x, x)", ["IndexError", "KeyError"])]
)
def test_only_a_format_looks_things_up(code: str, types: list[str]) -> None:
    text = body(code, "from django.utils.html import escape, format_html", "x: str")
    assert sorted(one.type for one in answer(text).raised) == types


def test_the_database_may_fail_then() -> None:
    rare = {one.type for one in answer_to("return book.writer, order.lines").raised if one.confidence == RARE}
    assert rare == {"django.db.Error", "sqlalchemy.exc.SQLAlchemyError"}
