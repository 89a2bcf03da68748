"""How far the inference looks: types of receivers, methods of classes, callees of callees."""

from __future__ import annotations

import ast

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.answer import LIKELY, POSSIBLE
from codemods.exceptions.outline import outline_of
from codemods.module import Module
from codemods.project import Definition, Project
from codemods.sources import Memory

CLASSES = """
import abc
import contextlib
import dataclasses
import enum
import functools
import typing


class Refused(Exception):
    pass


class Worse(Refused):
    def __init__(self, code):
        super().__init__(code)


class Client:
    limit: int = 3
    parser = int

    def fetch(self, key: str) -> "Client":
        raise Refused

    def error(self, text) -> Refused:
        return Worse(text)

    @property
    def first(self) -> str:
        raise LookupError

    @classmethod
    def make(cls):
        return cls()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        raise OSError


class Special(Client):
    def fetch(self, key: str) -> "Client":
        return super().fetch(key)

    def other(self):
        raise KeyError


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...

    def go(self):
        self.run()


class One(Base):
    def run(self):
        raise KeyError


class Two(Base):
    def run(self):
        raise IndexError


class Kind(enum.Enum):
    A = 1


class Options(typing.TypedDict):
    name: str


@dataclasses.dataclass
class Holder:
    client: Client
    other: Client | None = None
    clients: list[Client] = dataclasses.field(default_factory=list)


def swallowing(function):
    @functools.wraps(function)
    def wrapper(*args):
        try:
            return function(*args)
        except KeyError as error:
            raise Worse(1) from error

    return wrapper


@swallowing
def wrapped():
    raise KeyError


@contextlib.contextmanager
def opened():
    yield Client()


def chosen(flag):
    return Client() if flag else Special()


def numbers():
    yield int("3")


CLIENT = Client()
TABLE = {"a": Client.fetch, "b": Special.other}
"""


def answer(code: str, head: str = "", arguments: str = "x", classes: str = CLASSES) -> MayRaise:
    """What a block may raise in a file that imports the classes above as `c`."""
    inner = "".join(f"        {line}\n" for line in code.splitlines())
    text = f"import c\n{head}\n\ndef function({arguments}):\n    try:\n{inner}    except:\n        pass\n"
    project = Project(Memory({"main.py": text.encode(), "c.py": classes.encode()}))
    module = project.module("main.py")
    return may_raise(module.nodes(ast.Try)[0].body, module, project)


def likely(found: MayRaise) -> set[str]:
    return {raised.type.removeprefix("c.py:") for raised in found.likely}


@pytest.mark.parametrize(
    ("arguments", "code", "types"),
    [
        ("x: c.Client", "x.fetch('a')", {"Refused"}),
        ("x: 'c.Client | None'", "x.fetch('a')", {"Refused", "AttributeError"}),
        ("x: list[c.Client]", "for each in x:\n    each.fetch('a')", {"Refused"}),
        ("x: dict[str, c.Client]", "x['a'].fetch('a')", {"Refused", "KeyError"}),
        ("x: c.Holder", "x.client.fetch('a')", {"Refused"}),
        ("x: c.Holder", "x.other.fetch('a')", {"Refused", "AttributeError"}),
        ("x: c.Holder", "x.clients[0].fetch('a')", {"Refused", "IndexError"}),
        ("x: c.Client", "x.first.upper()", {"LookupError"}),
        ("x: c.Client", "x.limit + 1", set()),
        ("x: c.Client", "x.parser('3')", set()),
        ("x: type[c.Special]", "x().other()", {"KeyError"}),
        ("x: c.Options", "x['name']", {"KeyError"}),
        ("x", "c.CLIENT.fetch('a')", {"Refused"}),
        ("x", "c.CLIENT.first", {"LookupError"}),
        ("x", "c.Client.make().fetch('a')", {"Refused"}),
        ("x", "c.chosen(x).fetch('a')", {"Refused"}),
        ("x", "with c.opened() as client:\n    client.fetch('a')", {"Refused"}),
        ("x", "with c.Client() as client:\n    client.fetch('a')", {"Refused", "OSError"}),
        ("x", "c.Client().fetch('a').fetch('b')", {"Refused"}),
        ("x", "c.Kind(x)", {"ValueError"}),
        ("*x", "for each in x:\n    pass", set()),
        ("**x", "x['a']", {"KeyError"}),
        ("x", "if isinstance(x, c.Client):\n    x.fetch('a')", {"Refused"}),
        ("x", "if not isinstance(x, c.Client):\n    raise KeyError\nx.fetch('a')", {"Refused", "KeyError"}),
        ("x", "if type(x) is c.Client:\n    x.fetch('a')", {"Refused"}),
        ("x", "if type(x) is not c.Client:\n    raise KeyError\nx.fetch('a')", {"Refused", "KeyError"}),
        ("x", "if type(x) != str:\n    raise KeyError\nx.upper()", {"KeyError"}),
        ("x", "if type(x) in (str, bytes):\n    x.upper()", set()),
        ("x", "if type(x) not in [str, bytes]:\n    raise KeyError\nx.upper()", {"KeyError"}),
        ("x: 'str | bytes | None'", "if type(x) == str:\n    x.encode()", {"UnicodeEncodeError"}),
        ("x", "if type(x) is not str:\n    x.upper()", None),
        ("x", "if type(x) not in (int, str):\n    x.upper()", None),
        ("x, type", "if type(x) is str:\n    x.upper()", None),
        ("x: 'str | None'", "if x is None:\n    pass\nelse:\n    x.upper()", set()),
        ("x: 'str | None'", "x is None or x.upper()", set()),
        ("x: 'str | int | None'", "if x is not None and not isinstance(x, int):\n    x.upper()", set()),
    ],
)
def test_types_of_receivers(arguments: str, code: str, types: set[str] | None) -> None:
    found = answer(code, arguments=arguments)
    assert found.complete is (types is not None), found.missing
    if types is not None:
        assert likely(found) == types


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("raise c.Client().error(x)", {"Worse", "Refused"}),
        ("error = c.Refused if x else KeyError\nraise error(1)", {"Refused", "KeyError"}),
        ("error = c.Worse(1)\nraise error", {"Worse"}),
        (
            "last = None\ntry:\n    int('a')\nexcept ValueError as e:\n    last = e\nraise last",
            {"ValueError"},
        ),
        ("raise c.Worse", {"Worse", "TypeError"}),
    ],
)
def test_what_is_raised_from_a_value(code: str, types: set[str]) -> None:
    found = answer(code)
    assert found.complete, found.missing
    assert likely(found) <= types
    assert likely(found)


def test_a_method_of_a_class_below_may_be_meant() -> None:
    found = answer("x.run()", arguments="x: c.Base")
    assert found.complete, found.missing
    assert likely(found) == {"KeyError", "IndexError"}
    assert likely(answer("x.go()", arguments="x: c.Base")) == {"KeyError", "IndexError"}


def test_a_decorator_of_the_project_is_looked_into() -> None:
    found = answer("c.wrapped()")
    assert found.complete, found.missing
    assert likely(found) == {"Worse"}


def test_depth_counts_the_calls_between() -> None:
    by_type = {raised.type: raised for raised in answer("x.go()\nint(x)", arguments="x: c.Base").raised}
    assert by_type["ValueError"].depth == 0
    assert by_type["KeyError"].depth == 2


def test_what_is_known_is_told_where_not_all_is() -> None:
    found = answer("x.anything()\nc.CLIENT.fetch(x)\n{}['a']")
    assert not found.complete
    sure = {raised.type.removeprefix("c.py:") for raised in found.raised if raised.confidence > POSSIBLE}
    assert sure == {"Refused", "KeyError"}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("x['a']", {"KeyError"}),
        ("x[0]", {"IndexError"}),
        ("x.name", {"AttributeError"}),
        ("x.client.fetch('a')", {"Refused"}),
        ("x.index('a')", {"ValueError"}),
        ("a, b = x", {"ValueError", "TypeError"}),
        ("print(x, c.Client().other)", {"AttributeError"}),
    ],
)
def test_guesses_never_make_an_answer_complete(code: str, types: set[str]) -> None:
    found = answer(code)
    assert not found.complete
    assert types <= likely(found)
    assert all(raised.confidence <= LIKELY for raised in found.raised)


def test_a_name_that_many_classes_have_says_nothing() -> None:
    many = "\n".join(f"class C{n}:\n    def work(self):\n        raise LookupError\n" for n in range(9))
    assert "LookupError" not in likely(answer("x.work()", classes=many))
    few = "\n".join(f"class C{n}:\n    def work(self):\n        raise LookupError\n" for n in range(2))
    assert "LookupError" in likely(answer("x.work()", classes=few))


def test_functions_that_are_passed_on_may_be_called() -> None:
    found = answer("x(c.Special().other)")
    assert not found.complete
    assert "KeyError" in likely(found)


@pytest.mark.parametrize("name", ["connect", "disconnect", "disconnect_by_func", "unregister", "remove_cb"])
def test_they_are_not_called_by_what_links_them_or_takes_them_away(name: str) -> None:
    found = answer(f"x.{name}(c.Special().other)")
    assert not found.complete
    assert "KeyError" not in likely(found)


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("rows = ['a']\nrows.append('b')\nrows[0].upper()", True),
        ("rows = ['a']\nrows.append(x)\nrows[0].upper()", False),
        ("rows = ['a']\nother = rows\nrows[0].upper()", False),
        ("rows = ['a']\nprint(', '.join(rows))\nrows[0].upper()", True),
        ("rows = ['a']\nx.join(rows)\nrows[0].upper()", False),
        ("rows = ['a']\nother = rows or []\nother.append(x)\nrows[0].upper()", False),
        ("rows = ['a']\nmax(rows, ['b']).append(x)\nrows[0].upper()", False),
        ("rows = ['a']\nif rows and (x or rows):\n    rows[0].upper()", True),
        ("import json\nrows = ['a']\njson.dumps(rows)\nrows[0].upper()", True),
        ("import logging\nrows = ['a']\nlogging.info('%s', rows)\nrows[0].upper()", True),
        ("rows = ['a'] if x else None\nif rows:\n    rows.append('b')\n    rows[0].upper()", True),
        ("rows = ['a'] if x else None\nif rows:\n    rows.append(x)\n    rows[0].upper()", False),
        ("rows = ['a']\nx(rows)\nrows[0].upper()", False),
        ("rows = ['a']\nprint(', '.join(rows))\nrows[0].upper()", True),
        ("rows = ['a']\nprint(*rows)\nrows[0].upper()", True),
        ("rows = ['a']\nprint(rows + ['b'])\nrows[0].upper()", True),
        ("rows = []\nrows.extend(['a', 'b'])\nrows[0].upper()", True),
        ("rows = []\nrows.extend(x)\nrows[0].upper()", False),
        ("rows = ['a']\nothers = [1]\nothers.extend(rows)\nrows[0].upper()", True),
        ("rows = ['a']\nrows += x\nrows[0].upper()", False),
        ("rows = ['a']\nx.fill(rows)\nrows[0].upper()", False),
        ("rows = {}\nrows['a'] = 'b'\nrows['a'].upper()", True),
        ("rows = {}\nrows['a'] = x\nrows['a'].upper()", False),
    ],
)
def test_what_a_variable_was_filled_with_counts(code: str, complete: bool) -> None:
    found = answer(code)
    unknown = [why for why in found.missing if "upper" in why]
    assert (not unknown) is complete, found.missing


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("for row in x:\n    rows.append(row.strip())\n'\\n'.join(rows)", set()),
        ("for row in x:\n    rows.append(row.strip() and 1)\n'\\n'.join(rows)", {"TypeError"}),
        ("rows.extend(len(row) for row in x)\n'\\n'.join(rows)", {"TypeError"}),
    ],
)
def test_what_a_text_joins_was_put_in_before(code: str, types: set[str]) -> None:
    assert likely(answer(f"rows = []\n{code}", arguments="x: list[str]")) == types


@pytest.mark.parametrize(
    ("code", "raises"),
    [
        ("for key in x:\n    x[key] = 1", True),
        ("for key in x.keys():\n    x.pop(key)", True),
        ("for key in list(x):\n    x.pop(key)", False),
        ("for key in x:\n    key.upper()", False),
    ],
)
def test_a_dict_must_not_change_while_it_is_gone_through(code: str, raises: bool) -> None:
    found = answer(code, arguments="x: dict[str, int]")
    assert ("RuntimeError" in {raised.type for raised in found.raised}) is raises


def test_the_outline_finds_what_it_has_looked_at() -> None:
    project = Project(Memory({"c.py": CLASSES.encode(), "broken.py": b"class Two(Base:\n"}))
    module = project.module("c.py")
    outline = outline_of(project)
    below = outline.descendants(Definition(module, class_named(module, "Base")))
    assert [definition.node.name for definition in below or ()] == ["One", "Two"]
    assert {definition.node.name for definition in outline.methods("fetch")} == {"fetch"}
    assert outline.methods("nothing") == ()


def class_named(module: Module, name: str) -> ast.ClassDef:
    return next(node for node in module.nodes(ast.ClassDef) if node.name == name)


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("a, b, c = 'x'.partition('y')", set()),
        ("a, b, *c = b'x'.rpartition(b'y')", set()),
        ("for a, b, c in ['x'.partition('y')]:\n    a.upper()", set()),
        ("a, b = 'x'.partition('y')", {"ValueError"}),
        ("a, b = 'x'.partition('y')[::2]", set()),
        ("a, b = b'x'.rpartition(b'y')[::-2]", set()),
        ("a, b = 'x'.partition('y')[0:3:2]", set()),
        ("a, b, c = 'x'.partition('y')[::2]", {"ValueError"}),
        ("a, b = 'x'.partition('y')[::int('2')]", {"ValueError"}),
        ("a, b = 'x'.partition('y')[::0]", {"ValueError"}),
        ("import uuid\nuuid.UUID(x)", {"ValueError", "TypeError", "AttributeError"}),
        ("import uuid\nuuid.UUID(str(x))", {"ValueError"}),
        ("import re\ntry:\n    re.compile(x)\nexcept re.PatternError:\n    pass", {"TypeError"}),
        ("import contextvars\ncontextvars.ContextVar('a').get()", {"LookupError"}),
        ("import contextvars\ncontextvars.ContextVar('a').get(None)", set()),
    ],
)
def test_what_the_tables_and_types_say_together(code: str, types: set[str]) -> None:
    assert likely(answer(code)) == types


@pytest.mark.parametrize(
    ("code", "assumed"),
    [
        ("x == 1", True),
        ("1 != x", True),
        ("x == c.CLIENT.y", True),
        ("'a' == 1", False),
        ("len([x]) == 1", False),
    ],
)
def test_comparing_what_is_unknown_is_assumed_to_go_well(code: str, assumed: bool) -> None:
    assert any("for equality" in why for why in answer(code).assumed) is assumed


def test_what_is_looked_for_is_compared_with_what_is_in_a_list() -> None:
    (why,) = answer("x in [*names]").assumed
    assert why == "comparing `x` and what is in `[*names]` for equality raises nothing"


@pytest.mark.parametrize("form", ["'<I'", "x"])
def test_a_format_that_is_no_ascii(form: str) -> None:
    found = answer(f"import struct\nstruct.pack({form}, 1)")
    assert ("UnicodeEncodeError" in {raised.type for raised in found.raised}) is (form == "x")
