"""The quicker searches tell the same as the whole answer, as far as they go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from codemods.exceptions import MayRaise, may_exit, may_raise, no_exceptions
from codemods.exceptions.hierarchy import hierarchy_of
from codemods.exceptions.raising.ended import OTHERS
from codemods.exceptions.raising.exits import METHODS
from codemods.exceptions.raising.facts import waits_for_person
from codemods.exceptions.tables import tables
from codemods.module import Module
from codemods.project import Project
from codemods.sources import Memory

BEFORE = Path(__file__).parents[1] / "fixtures" / "before"
REMEDIES = sorted(folder.name for folder in BEFORE.iterdir() if folder.is_dir())

EXITING = """
import contextlib
import sys
import threading


class Stop(BaseException):
    pass


class Base:
    @property
    def ready(self):
        sys.exit(1)

    def leave(self):
        sys.exit(2)

    def __enter__(self):
        raise Stop

    def __exit__(self, *args):
        return False


class Below(Base):
    def leave(self):
        raise KeyboardInterrupt


class Config:
    def __init__(self, values):
        self.values = values

    def __getattr__(self, name):
        if name not in self.values:
            sys.exit(f"no {name} in the configuration")
        return self.values[name]


class Odd:
    @property
    # a comment between
    def level(self):
        return 1

    @level.setter
    def level(self, value):
        raise Stop

    @property
    @contextlib.contextmanager  # and a decorator
    def strange(
        self,
    ):
        raise Stop

    def __getitem__(self, key):
        sys.exit(3)

    def __iter__(self):
        return self

    def __next__(self):
        sys.exit(4)

    def __add__(self, other):
        sys.exit(3)

    def __eq__(self, other):
        raise Stop

    def __bool__(self):
        sys.exit(3)

    def __str__(self):
        raise Stop

    def __hash__(self):
        raise Stop

    def run_to_the_end(self):
        raise Stop

    def run_by_another(self):
        self.run_to_the_end()

    def run_behind(self):
        def inside():
            return 1

        if inside():
            raise Stop

    def run_at_once(self): raise Stop


def ask():
    return input()


def serve():
    while True:
        print("working")


def leave():
    exit(3)


def careful():
    try:
        sys.exit()
    except SystemExit:
        return 0


def again():
    try:
        sys.exit()
    except SystemExit:
        raise


def with_parser(parser=None):
    import argparse
    return argparse.ArgumentParser().parse_args()


def quiet():
    with contextlib.suppress(SystemExit):
        sys.exit()


def body(unknown, base: Base):
    try:
        {statement}
        unknown()
    except ValueError:
        pass
"""
EXITS = {
    "sys.exit()": {"SystemExit"},
    "raise Stop": {"Stop"},
    "ask()": {"KeyboardInterrupt"},
    "serve()": {"KeyboardInterrupt"},
    "leave()": {"SystemExit"},
    "careful()": set(),
    "quiet()": set(),
    "again()": {"SystemExit"},
    "with_parser()": {"SystemExit"},
    "base.ready": {"SystemExit"},
    "base.leave()": {"SystemExit", "KeyboardInterrupt"},
    "with Base(): print(1)": {"Stop"},
    "unknown(leave)": {"SystemExit"},
    "threading.Thread(target=leave).start()": set(),
    "list(map(leave, [1]))": {"SystemExit"},
    "exec(unknown)": {"SystemExit"},
    "print([leave() for _ in [1]])": {"SystemExit"},
    "later = lambda: leave()": set(),
    "Odd().level = 2": {"Stop"},
    "Odd().strange": {"Stop"},
    "Config({}).server": {"SystemExit"},
    "Config({}).server.connect()": {"SystemExit"},
    "Config({}).values": set(),
    "Odd()[1]": {"SystemExit"},
    "for _ in Odd(): print(1)": {"SystemExit"},
    "Odd() + 1": {"SystemExit"},
    "Odd() == 1": {"Stop"},
    "print(1 if Odd() else 2)": {"SystemExit"},
    "str(Odd())": {"Stop"},
    "f'{Odd()}'": {"Stop"},
    "'{}'.format(Odd())": {"Stop"},
    "{Odd(): 1}": {"Stop"},
    "unknown.run_to_the_end()": {"Stop"},
    "unknown.run_behind()": {"Stop"},
    "unknown.run_at_once()": {"Stop"},
    "unknown.run_by_another()": set(),  # a guess about what a guess may run
    "odd = Odd(); unknown(odd.run_to_the_end)": {"Stop"},
    "unknown.connect(leave)": set(),
    "unknown.connect_and_run(leave)": {"SystemExit"},
    "int('7')": set(),
}


def bodies(project: Project) -> Iterator[tuple[Module, list[ast.stmt]]]:
    for path in project.paths:
        module = project.module(path)
        tries: list[ast.Try | ast.TryStar] = module.nodes(ast.Try, ast.TryStar)
        yield from ((module, statement.body) for statement in tries)


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_search_that_ends_at_the_first_unknown_is_complete_where_the_whole_one_is(remedy: str) -> None:
    project = readable(remedy)
    for module, body in bodies(project):
        whole, quick = may_raise(body, module, project), may_raise(body, module, project, thorough=False)
        assert quick.complete == whole.complete, (module.path, body[0].lineno)
        assert known_to_come_out(quick) <= known_to_come_out(whole), (module.path, body[0].lineno)
        if whole.complete:
            assert quick.agrees_with(whole), (module.path, body[0].lineno)


FILLED = """
PLACE = "deleting {}, as {name}"


def body(group, unknown):
    try:
        print(PLACE.format(group, name="owner"), format(3, "d"))
        unknown(group)
    except ValueError:
        pass
"""


def test_what_a_call_before_the_first_unknown_raises_is_told_as_by_the_whole_search() -> None:
    project = Project(Memory({"app.py": FILLED.encode()}))
    module = project.module("app.py")
    body = module.nodes(ast.Try)[0].body
    quick = may_raise(body, module, project, thorough=False)
    assert not quick.complete
    assert known_to_come_out(quick) == set()


def known_to_come_out(answer: MayRaise) -> set[str]:
    return {one.type for one in answer.raised if one.is_known}


@pytest.mark.parametrize("remedy", REMEDIES)
def test_the_search_for_exits_finds_those_that_the_whole_one_does(remedy: str) -> None:
    project = readable(remedy)
    for module, body in bodies(project):
        whole, exits = may_raise(body, module, project), may_exit(body, module, project)
        sure = {one.type for one in no_exceptions(whole, module, project)}
        assert {one.type for one in no_exceptions(exits, module, project)} == sure, (
            module.path,
            body[0].lineno,
        )


@pytest.mark.parametrize("statement", EXITS)
def test_exits(statement: str) -> None:
    project = Project(Memory({"app.py": EXITING.replace("{statement}", statement).encode()}))
    module = project.module("app.py")
    body = module.nodes(ast.Try)[-1].body
    found = no_exceptions(may_exit(body, module, project), module, project)
    assert {one.type.rpartition(":")[2] for one in found} == EXITS[statement]


OF_BUILTINS = """
import sys


def leave():
    sys.exit()


class Own:
    def update(self):
        leave()


class Held:
    def __init__(self):
        self.copy = leave


def inner(unknown, own: Own):
    unknown()
    {statement}


def body(unknown):
    try:
        inner(unknown, unknown)
    except ValueError:
        pass
"""


ODD = """
class Odd:
    def __hash__(self):
        sys.exit()

    def __str__(self):
        sys.exit()
"""


@pytest.mark.parametrize(
    ("statement", "exits"),
    [
        ("unknown.append(1)", False),
        ("unknown.strip().lower().items()", False),
        ("own.update()", True),  # a class has one
        ("Held().copy()", True),  # it is put there
        ("unknown.append(leave)", True),  # whoever gets it may call it
        ("unknown.append(lambda: 1)", False),
        ("[].append(leave)", False),
        ("{}.setdefault(Odd(), 1)", True),
        ("'{}'.format(Odd())", True),
        ("sys.stdout.write(str(unknown.copy()))", False),
    ],
)
def test_methods_of_builtin_types_exit_by_what_they_are_given(statement: str, exits: bool) -> None:
    text = OF_BUILTINS.replace("{statement}", statement) + ODD * ("Odd" in statement)
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    found = no_exceptions(may_exit(module.nodes(ast.Try)[0].body, module, project), module, project)
    assert [one.type for one in found] == ["SystemExit"] * exits


def test_methods_that_are_passed_over_exit_for_no_type() -> None:
    """Not one that the tables know runs other code, waits, or raises what is no Exception."""
    hierarchy = hierarchy_of(Project(Memory({})))
    methods = [
        fact
        for name in tables().facts
        if name.rpartition(".")[2] in METHODS and (fact := tables().facts[name]) and is_method(fact.name)
    ]
    assert len(methods) > 300
    for fact in methods:
        raised = {*fact.raises, *fact.rare, *fact.content, *chain.from_iterable(fact.keywords.values())}
        assert all(hierarchy.is_a(one, "Exception") for one in raised), fact.name
        assert not (fact.runs or fact.untold or waits_for_person(fact)), fact.name


def is_method(dotted: str) -> bool:
    """Whether it is not a function of a module, which is called by the name of that."""
    return dotted.rpartition(".")[0] not in ("dataclasses", "copy", "click")


ENDING = """
def leave():
    raise SystemExit


def ask():
    return input()


def first(unknown):
    ask()
    second(unknown)


def second(unknown):
    leave()
    first(unknown)
    unknown.last()


def around(unknown):
    again(unknown)
    leave()
    ask()


def again(unknown):
    around(unknown)


def press():
    raise {raised}


def body(unknown):
    try:
        {statement}
        unknown.last()
    except ValueError:
        pass
{more}
"""
LAST = "calls `unknown.last`, whose type is unknown"


def ending(statement: str, more: str = "", raised: str = "ValueError") -> tuple[set[str], bool, MayRaise]:
    """What is no Exception, whether the search went on to the last statement, and the whole answer."""
    text = ENDING.replace("{statement}", statement).replace("{more}", more).replace("{raised}", raised)
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    answer = may_exit(module.nodes(ast.Try)[0].body, module, project)
    found = no_exceptions(answer, module, project)
    return {one.type.rpartition(":")[2] for one in found}, LAST in answer.missing, answer


@pytest.mark.parametrize(
    "statement", ["leave(); ask()", "first(unknown)", "second(unknown)", "around(unknown)", "again(unknown)"]
)
def test_a_search_for_exits_ends_where_all_was_found_that_may_come(statement: str) -> None:
    found, went_on, answer = ending(statement)
    assert found == {"SystemExit", "KeyboardInterrupt"}
    assert not went_on
    assert all(one.depth < 4 for one in answer.raised)  # no function of the circle speaks for itself


@pytest.mark.parametrize(
    ("statement", "more", "raised"),
    [
        ("leave()", "", "ValueError"),
        ("ask()", "", "ValueError"),
        ("leave(); ask()", "class Stop(BaseException): pass", "ValueError"),
        ("leave(); ask()", "import asyncio", "ValueError"),
        ("leave(); ask()", "print(GeneratorExit)", "ValueError"),
        ("leave(); ask()", "", "BaseException()"),
        ("leave(); ask()", "", "KeyboardInterrupt"),  # which a thread sees, too
    ],
)
def test_a_search_for_exits_goes_on_where_more_may_come(statement: str, more: str, raised: str) -> None:
    assert ending(statement, more, raised)[1]


def test_all_types_that_are_no_exception_are_looked_for_by_a_word() -> None:
    hierarchy = hierarchy_of(Project(Memory({})))
    raising = (tables().facts[name] for name in tables().facts)
    of_facts = {(one, fact.name) for fact in raising for one in (*fact.raises, *fact.rare, *fact.content)}
    for name, where in of_facts | {(name, name) for name in tables().bases}:
        beyond = hierarchy.is_a(name, "BaseException") and not hierarchy.is_a(name, "Exception")
        if beyond and not hierarchy.is_a(name, "SystemExit", "KeyboardInterrupt"):
            assert {where.partition(".")[0], name.rpartition(".")[2]} & {*OTHERS}, (name, where)


def readable(remedy: str) -> Project:
    """The examples of one remedy that the running Python can parse."""
    folder = BEFORE / remedy
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}
    return Project(Memory({path: data for path, data in files.items() if parses(data)}))


def parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True
