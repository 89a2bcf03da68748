"""What reading a field of a model runs that leads to another model."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE, MayRaise
from tests.test_exceptions import answer, body, likely

LOST = {"django.core.exceptions.ObjectDoesNotExist"}
MODELS = """
import attr
import mongoengine
import mptt
import mptt.decorators
import peewee
import wtforms
from django.db import models
from django.db.models.fields import SlugField
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


class TreeKey(mptt.TreeForeignKey):
    pass


def tree_key():
    return mptt.TreeForeignKey("self")


class Path(models.CharField):
    def contribute_to_class(self, owner, name):
        setattr(owner, name, Watched())


class Genre(models.Model):
    slug = SlugField()
    books = models.ManyToManyField(Book)
    objects = models.Manager()
    path = Path()
    parent = mptt.TreeForeignKey("self")
    root: "Genre" = mptt.TreeForeignKey("self")
    twin = TreeKey("self")
    heir = tree_key()
    depth = len("genre")

    @mptt.decorators.shown
    def leaves(self):
        return []


class Scroll(mongoengine.Document):
    title = mongoengine.StringField()
    writer = mongoengine.fields.ReferenceField(Writer)


class Form(wtforms.Form):
    title = wtforms.StringField()


@attr.s
class Page:
    number = attr.ib(default=0)


class Shelf(peewee.Model):
    room = peewee.ForeignKeyField(Writer)
    place = peewee.CharField()


class Base(DeclarativeBase):
    pass


class Order(Base):
    id = Column(Integer, primary_key=True)
    lines = relationship("Line")


def main(book: Book, shelf: Shelf, order: Order, genre: Genre, scroll: Scroll, form: Form, page: Page):
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
        ("return Book.writer, Book.editor, type(book).writer, type(genre).parent", set()),
        ("return order.lines, order.id", set()),
        ("return genre.slug, genre.depth, genre.books", set()),
        ("return genre.objects", {"AttributeError"}),
        ("return shelf.place, scroll.title, form.title, page.number", set()),
        ("return scroll.writer", {"mongoengine.DoesNotExist"}),
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


@pytest.mark.parametrize(
    ("code", "by"),
    [
        ("genre.parent", "TreeForeignKey"),
        ("genre.root", "TreeForeignKey"),
        ("genre.twin", "TreeForeignKey"),
        ("genre.heir", "TreeForeignKey"),
        ("genre.leaves", "shown"),
        ("genre.parent = 1", "TreeForeignKey"),
    ],
)
def test_nobody_knows_what_reading_runs_that_others_made(code: str, by: str) -> None:
    missing = answer_to(code).missing
    assert f"which `{by}` may describe" in missing[-1]
    assert answer_to("return Genre.parent, Genre.leaves").complete


def test_a_field_may_put_something_else_in_its_place() -> None:
    assert not answer_to("return genre.path").complete
