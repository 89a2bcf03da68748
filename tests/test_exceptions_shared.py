"""What a file uses that another file of the project makes: session factories, loggers, caches."""

from __future__ import annotations

import ast
import textwrap

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

SHOP = {
    "shop/__init__.py": "",
    "shop/database.py": """\
from typing import Optional
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)
Scoped = scoped_session(SessionLocal)
make_session: Optional[async_sessionmaker] = None
either = None
other = None

def start():
    global make_session, either, other
    make_session = async_sessionmaker(create_async_engine("postgresql+asyncpg://"))
    either = sessionmaker(bind=engine)
    for other in ():
        pass
""",
    "shop/log.py": """\
import logging

_loggers = {}
shared = {}

def get_logger(name):
    if name in _loggers:
        return _loggers[name]
    logger = logging.getLogger(name)
    _loggers[name] = logger
    return logger

def get_shared(name):
    if name in shared:
        return shared[name]
    shared[name] = logging.getLogger(name)
    return shared[name]
""",
}
SHOP["shop/models.py"] = """\
from sqlalchemy import Column, DateTime, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column, relationship, validates

Base = declarative_base()

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    made = Column(DateTime)
    orders = relationship("Order")

class Checked(Base):
    __tablename__ = "checked"
    id = Column(Integer, primary_key=True)

    @validates("id")
    def check(self, key, value):
        raise LookupError(value)

class NewBase(DeclarativeBase):
    pass

class Order(NewBase):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    size = 3
"""
SHOP["shop/exits.py"] = """\
import sys

def stop():
    sys.exit(1)

class Base:
    def load(self):
        stop()
"""
HEAD = """\
from loguru import logger as bound
from loguru import logger as loud
from shop import database
from shop.database import Scoped, SessionLocal, either, make_session, other
from shop.log import get_logger, get_shared
from shop.models import Checked, Order, User
from sqlalchemy import and_, desc, func, select
from sqlalchemy.orm import joinedload

logger = get_logger(__name__)
open_to_all = get_shared(__name__)
bound = bound.bind(name="shop")

class Loud:
    def __str__(self):
        raise LookupError("no name")

async def main(number: int):
    try:
"""


def answer_in(text: str) -> MayRaise:
    """What the only `try` of a file beside the shop's may raise."""
    project = Project(Memory({path: held.encode() for path, held in {**SHOP, "app.py": text}.items()}))
    module = project.module("app.py")
    (statement,) = module.nodes(ast.Try)
    return may_raise(statement.body, module, project)


def answer(code: str) -> MayRaise:
    """What the statements may raise in a file beside the shop's."""
    text = HEAD + textwrap.indent(code, " " * 8) + "\n    except Exception:\n        pass\n"
    return answer_in(text)


def sure(found: MayRaise) -> set[str]:
    return {one.type for one in found.raised if one.confidence >= 0.5}


DATABASE = {"sqlalchemy.exc.SQLAlchemyError"}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("db = SessionLocal()\ndb.commit()\ndb.close()", DATABASE),
        ("with SessionLocal() as db:\n    db.commit()", DATABASE),
        ("with SessionLocal.begin() as db:\n    db.add(1)", DATABASE),
        ("with database.SessionLocal() as db:\n    db.commit()", DATABASE),
        ("Scoped.commit()\nScoped().rollback()\nScoped.remove()", DATABASE),
        ("with either() as db:\n    db.commit()", DATABASE),
        # the socket errors of asyncpg come out as they are
        ("async with make_session() as db:\n    await db.commit()", {*DATABASE, "OSError"}),
        ("async with database.make_session() as db:\n    await db.commit()", {*DATABASE, "OSError"}),
        ("db = SessionLocal()\nuser = User(name='x')\ndb.add(user)\nuser.name = 'y'\ndb.flush()", DATABASE),
        (
            "db = SessionLocal()\n"
            "users = db.query(User).filter(User.id == number, User.name.ilike('x'))\n"
            "users.order_by(User.made.desc()).first()",
            DATABASE,
        ),
        (
            "db = SessionLocal()\n"
            "q = db.query(func.count(User.id)).options(joinedload(User.orders).joinedload(Order.id))\n"
            "q.filter(and_(User.id > number, ~(User.id + 1 < 9)), (User.id >= 3).label('x')).scalar()",
            DATABASE,
        ),
        (
            "order = Order(title='x')\norder.title = 'y'\norder.title.upper()\n"
            "SessionLocal().execute(select(Order).where(Order.id == number).order_by(desc(Order.title)))",
            DATABASE,
        ),
        ("Order.size + 1", set()),
        ("(User.id if number else None) > number", {"TypeError"}),
        ("logger.info('x')", set()),
        ("loud.info('x')\nloud.bind(number=number).error('{}', number)", set()),
        ("loud.remove(number)", {"ValueError"}),
        ("bound.info('x')\nbound.remove(number)", {"ValueError"}),
        ("loud.info('{} {}', number)", {"IndexError"}),
        ("loud.info('{} {size:d}', number, size='x')", {"ValueError"}),
        ("loud.info('{}', Loud())", {"LookupError"}),
        ("loud.info('{}')", set()),  # nothing is given that could fill it
    ],
)
def test_what_another_file_makes_is_known(code: str, types: set[str]) -> None:
    found = answer(code)
    assert not found.missing
    assert sure(found) == types


@pytest.mark.parametrize(
    "code",
    [
        "other()",  # a loop sets it to whatever there is
        "open_to_all.info('x')",  # any file may put anything into a dict with a public name
        "SessionLocal().nothing()",
        "loud.nothing()",
        "bound.nothing()",
        "User(name='x').orders.nothing()",  # what a relationship leads to is not told
        "Checked(id=number)",  # what it is made of is checked by its own method
        "checked = Checked()\nchecked.id = number",
    ],
)
def test_what_may_be_anything_is_missing(code: str) -> None:
    assert answer(code).missing


@pytest.mark.parametrize(
    "code",
    [
        "from shop.exits import *\n\ndef main():\n    try:\n        stop()",
        "from json import *\nfrom shop.exits import *\n\ndef main():\n    try:\n        stop()",
        "from shop.exits import Base\n\nclass Loader(Base):\n    def main(self):\n"
        "        try:\n            self.__class__().load()",
        "from shop.exits import Base\n\nclass Loader(Base):\n    def main(self):\n"
        "        try:\n            type(self)().load()",
    ],
)
def test_ways_out_are_followed_through_star_imports_and_the_own_class(code: str) -> None:
    margin = " " * (8 if "class" in code else 4)
    text = f"{code}\n{margin}except Exception:\n{margin}    pass\n"
    assert "SystemExit" in sure(answer_in(text))


@pytest.mark.parametrize(
    ("star", "call", "known"),
    [
        ("functools", "int(x)", True),
        ("shop.constants", "int(x)", True),  # which goes on to socket
        ("os", "int(x)", True),
        ("os", "open(x)", False),
        ("tarfile", "open(x)", False),
        ("shop.own", "int(x)", False),
        ("shop.passing", "open(x)", False),  # which goes on to shop.own
        ("unheard_of", "int(x)", False),
    ],
)
def test_a_star_import_hides_a_builtin_unless_all_that_it_brings_is_known(
    star: str, call: str, known: bool
) -> None:
    files = Memory(
        {
            "shop/constants.py": b"from socket import *\nLIMIT = 3\n",
            "shop/own.py": b"def int(text):\n    raise LookupError\n\nopen = print\n",
            "shop/passing.py": b"from shop.own import *\n",
            "app.py": f"from {star} import *\n\ntry:\n    {call}\nexcept Exception:\n    pass\n".encode(),
        }
    )
    project = Project(files)
    module = project.module("app.py")
    found = may_raise(module.nodes(ast.Try)[0].body, module, project)
    assert (f"calls `{call[:-3]}`, whose type is unknown" not in found.missing) == known


@pytest.mark.parametrize(
    ("stars", "known"),
    [("from shop.own import *", True), ("from shop.own import *\nfrom unheard_of import *", False)],
)
def test_a_star_import_brings_the_variables_of_a_file(stars: str, known: bool) -> None:
    files = {
        "shop/own.py": b"from socket import *\nhome = '/srv'\n",
        "app.py": f"{stars}\n\ntry:\n    open(home + '/a').close()\nexcept OSError:\n    pass\n".encode(),
    }
    project = Project(Memory(files))
    module = project.module("app.py")
    assert may_raise(module.nodes(ast.Try)[0].body, module, project).complete == known


def test_a_star_import_of_the_package_itself_brings_its_functions() -> None:
    files = {
        "shop/__init__.py": b"def stop():\n    raise SystemExit\n",
        "shop/app.py": b"from . import *\n\ntry:\n    stop()\nexcept Exception:\n    pass\n",
    }
    project = Project(Memory(files))
    module = project.module("shop/app.py")
    assert "SystemExit" in sure(may_raise(module.nodes(ast.Try)[0].body, module, project))


def test_an_expression_is_neither_true_nor_false() -> None:
    assert "TypeError" in sure(answer("if User.id > number:\n    pass"))


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("for line in lines():\n            line.encode('utf-8')", {"UnicodeEncodeError"}),
        ("1 / next(numbers())", {"StopIteration", "ZeroDivisionError"}),
        ("next(sessions()).commit()", {"StopIteration", "sqlalchemy.exc.SQLAlchemyError"}),
    ],
)
def test_what_a_generator_gives(code: str, types: set[str]) -> None:
    found = answer_in(
        f"""\
from sqlalchemy.orm import sessionmaker

make = sessionmaker()

def lines():
    yield "a"
    yield from ["b", "c"]

def numbers():
    sent = yield 1
    return sent

def sessions():
    session = make()
    yield session
    session.close()

def main():
    try:
        {code}
    except Exception:
        pass
"""
    )
    assert not found.missing
    assert {one.type for one in found.likely} == types
