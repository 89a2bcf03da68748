"""What a query of SQLAlchemy gives, and what its columns hold."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.types.notation import STORED
from codemods.exceptions.types.values import values_of
from codemods.project import Project
from codemods.sources import Memory

MODELS = """\
from datetime import datetime
from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Enum, Integer, Numeric, String, types
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id = Column("user_id", BigInteger, primary_key=True)
    name = Column(String(50), nullable=False)
    title = Column(types.Text())
    paid = Column(Numeric(10, 2), nullable=False)
    made = mapped_column(DateTime(timezone=True))
    extra = Column(JSONB, nullable=False)
    kind = Column(Enum("a", "b"))
    active = Column(type_=Boolean, nullable=False)
    age: Mapped[int] = mapped_column(Integer)
"""
HEAD = """\
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from models import User

async def main(db: Session, remote: AsyncSession, user: User):
    try:
        """


def project_of(code: str) -> Project:
    text = f"{HEAD}{code}\n    except Exception:\n        pass\n"
    return Project(Memory({"models.py": MODELS.encode(), "main.py": text.encode()}))


def answer(code: str) -> MayRaise:
    project = project_of(code)
    module = project.module("main.py")
    return may_raise(module.nodes(ast.Try)[0].body, module, project)


def kinds(code: str) -> set[str]:
    """The types of an expression, as they are written."""
    project = project_of(f"x = {code}")
    module = project.module("main.py")
    (statement,) = module.nodes(ast.Try)[0].body
    assert isinstance(statement, ast.Assign)
    return {_written(kind) for kind in values_of(project).seen(module, statement.value)}


def _written(kind: object) -> str:
    name, arguments = str(getattr(kind, "name", "")), getattr(kind, "arguments", ())
    inner = ",".join("|".join(sorted(map(_written, one))) for one in arguments)
    return f"{name}[{inner}]" if inner else name


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("db.query(User).filter(User.id == 1).first()", "User None"),
        ("db.query(User).order_by(User.id).limit(3).all()", "list[User]"),
        ("db.query(User).one()", "User"),
        ("next(iter(db.query(User)))", "User"),
        ("db.query(User, User.name).first()", "sqlalchemy.Row None"),
        ("db.query(User.name).all()", "list[sqlalchemy.Row]"),
        ("db.query(User).with_entities(User.id).first()", "sqlalchemy.Row None"),
        ("db.get(User, 3)", "User None"),
        ("db.execute(select(User).where(User.id == 1)).scalars().all()", "list[User]"),
        ("db.execute(select(User)).scalar_one()", "User"),
        ("db.execute(select(User)).unique().scalars().first()", "User None"),
        ("db.execute(select(User)).all()", "list[sqlalchemy.Row]"),
        ("db.scalars(select(User)).one()", "User"),
        ("db.scalar(select(User))", "User None"),
        ("(await remote.execute(select(User))).scalar_one_or_none()", "User None"),
        ("(await remote.scalars(select(User))).all()", "list[User]"),
        ("await remote.get(User, 1)", "User None"),
        ("db.execute(text('select 1')).fetchone()", "sqlalchemy.Row None"),
        ("db.execute(text('select 1')).mappings().all()", "list[dict[str,data]]"),
        ("db.execute(select(func.count())).scalar_one()", "?"),
        ("user.id", "int"),
        ("user.name", "str"),
        ("user.title", "str None"),
        ("user.paid", "decimal.Decimal"),
        ("user.made", "datetime.datetime None"),
        ("user.extra", "data"),
        ("user.active", "bool"),
        ("user.age", "int"),
        ("user.kind", "?"),
    ],
)
def test_types(code: str, expected: str) -> None:
    assert kinds(code) == set(expected.split()) or (expected == "?" and not kinds(code) - {"?"})


@pytest.mark.parametrize(
    ("code", "expected", "assumed"),
    [
        ("db.query(User).one().name.upper()", "SQLAlchemyError", True),
        ("db.query(User).first().name", "AttributeError SQLAlchemyError", False),
        ("user.title.upper()", "AttributeError", True),
        ("user.made.isoformat()", "AttributeError", True),
        ("db.execute(text('select 1')).one().total", "SQLAlchemyError", False),
        ("db.execute(text('select 1')).one()[0]", "SQLAlchemyError", False),
        ("[row['total'] for row in db.execute(text('x')).mappings()]", "KeyError SQLAlchemyError", False),
    ],
)
def test_what_using_them_raises(code: str, expected: str, assumed: bool) -> None:
    found = answer(code)
    assert {one.type.rpartition(".")[2] for one in found.likely} == set(expected.split())
    assert not found.missing
    assert (STORED in found.assumed) is assumed


SQLMODEL = """\
from sqlmodel import Field, Session, SQLModel, col, select

class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str

def main(db: Session):
    try:
        return db.exec(select(Hero).where(col(Hero.name) == "a").order_by(Hero.name)).one().name.upper()
    except Exception:
        pass
"""


def test_sqlmodel() -> None:
    project = Project(Memory({"main.py": SQLMODEL.encode()}))
    module = project.module("main.py")
    found = may_raise(module.nodes(ast.Try)[0].body, module, project)
    assert {one.type for one in found.likely} == {"sqlalchemy.exc.SQLAlchemyError"}
    assert not found.missing
