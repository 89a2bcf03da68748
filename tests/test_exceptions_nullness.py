"""None that is no more, because the value was used before, and None that may come meanwhile."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from codemods.exceptions import may_raise
from codemods.project import Project
from codemods.sources import Memory

HEAD = """
import os

class Part:
    next: "Part | None" = None

    def drop(self) -> None: ...

    def part(self) -> "Part | None":
        return self.next

class Store:
    def __init__(self) -> None:
        self.first: Part | None = Part()

    def find(self, name: str) -> Part | None:
        return Part() if name else None

    def lose(self) -> None:
        self.first = None

    def work(self, name: str, names: list[str]):
"""


def fails(code: str) -> bool:
    """Whether what the marked `try` does may raise AttributeError, for a None."""
    project = Project(Memory({"a.py": (HEAD + indent(code, " " * 8)).encode()}))
    module = project.module("a.py")
    body = module.nodes(ast.Try)[-1].body
    return "AttributeError" in {raised.type for raised in may_raise(body, module, project).likely}


def tried(before: str, code: str = "part.drop()", after: str = "") -> str:
    return f"part = self.find(name)\n{before}\ntry:\n    {code}\nexcept Exception:\n    pass\n{after}"


def looped(head: str) -> str:
    """A loop that makes the value another behind the place where it is used."""
    body = "try:\n    part.drop()\nfinally:\n    part = part.part()"
    return f"part = self.find(name)\npart.drop()\n{head}:\n{indent(body, '    ')}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (tried(""), True),
        (tried("part.drop()"), False),
        (tried("print(len(part))"), False),
        (tried("if not os.path.isdir(part):\n    print()"), False),
        (tried("print(str(part), os.listdir(part))"), True),
        (tried("name and os.path.isdir(part)"), True),
        (tried("try:\n    os.path.isdir(part)\nexcept TypeError:\n    pass"), True),
        (tried("part.next = None"), False),
        (tried("print(part.next)"), False),
        (tried("part.drop()\npart = self.find(name)"), True),
        (tried("if name:\n    part.drop()"), True),
        (tried("if part.next:\n    pass"), False),
        (tried("for x in names:\n    part.drop()"), True),
        (tried("print(name and part.next)"), True),
        (tried("print(part.next and name)"), False),
        (tried("print(part.next if name else 1)"), True),
        (tried("print(lambda: part.next)"), True),
        (tried("print([part.next for x in names])"), True),
        (tried("def f():\n    part.drop()"), True),
        (tried("try:\n    part.drop()\nexcept AttributeError:\n    pass"), True),
        ("for x in names:\n" + indent(tried("part.drop()", after="part = None"), "    "), False),
        (looped("for x in names"), True),
        (looped("while name"), True),
    ],
)
def test_what_was_used_before_is_not_none(code: str, expected: bool) -> None:
    assert fails(code) is expected


@pytest.mark.parametrize(
    ("handlers", "expected"),
    [
        ("except Exception:\n    print(name)\n    part.drop()", False),
        ("except:\n    part.drop()\n    raise", False),
        ("except OSError:\n    part.drop()\nexcept Exception:\n    part.drop()", False),
        ("except OSError:\n    part.drop()\nexcept Exception:\n    print(name)", True),
        ("except OSError:\n    part.drop()", True),
        ("except Exception:\n    if part:\n        part.drop()", True),
        ("except Exception:\n    print(part)", True),
        ("except Exception:\n    name.drop()", True),
        ("finally:\n    part.drop()", True),
    ],
)
def test_a_none_with_which_the_handler_fails_as_well_is_not_meant(handlers: str, expected: bool) -> None:
    assert fails(f"part = self.find(name)\ntry:\n    part.drop()\n{handlers}") is expected


AGAIN = "part = self.find(name)"
USE = "try:\n    part.drop()\nexcept Exception:\n    pass"


def behind(asked: str, block: str) -> str:
    """A block in which the value may be another one, behind a place where it is not None."""
    return f"{AGAIN}\n{asked}\n{block}"


def parts(*blocks: tuple[str, str]) -> str:
    return "\n".join(f"{head}:\n{indent(body, '    ')}" for head, body in blocks)


@pytest.mark.parametrize("asked", ["if part is None:\n    return", "assert part", "part.drop()"])
@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (parts(("for x in names", f"{USE}\n{AGAIN}")), True),
        (parts(("while name", f"{USE}\n{AGAIN}")), True),
        (parts(("for x in names", f"if x:\n    {AGAIN}\n    break\n{USE}")), True),
        (parts(("for x in names", USE)), False),
        (parts(("try", f"{AGAIN}\nopen(name)"), ("except OSError", USE)), True),
        (parts(("try", "open(name)"), ("except OSError", USE)), False),
        (parts(("try", f"{AGAIN}\nopen(name)"), ("finally", USE)), True),
        (parts(("try", "open(name)"), ("except OSError", AGAIN), ("finally", USE)), True),
        (parts(("try", AGAIN), ("except OSError", "raise"), ("else", USE)), True),
        (parts(("try", f"{USE}\n{AGAIN}"), ("finally", "print()")), False),
        (parts(("if (part := self.find(name)) or name", USE)), True),
        (parts(("with open(name) as part", USE)), False),
        (f"match name:\n    case _ if (part := self.find(name)) or name:\n{indent(USE, ' ' * 8)}", True),
    ],
)
def test_a_value_may_have_changed_on_the_way(asked: str, block: str, expected: bool) -> None:
    assert fails(behind(asked, block)) is expected


def guarded(handler: str, test: str = "self.first is not None") -> str:
    return f"while {test}:\n    try:\n        self.first.drop()\n    except Exception:\n        {handler}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (guarded("pass"), False),
        (guarded("if self.first is None: break"), True),
        (guarded("if None is self.first: break"), True),
        (guarded("if self.first == None: break"), True),
        (guarded("if not self.first: break"), True),
        (guarded("print(1 if self.first is not None else 2)"), True),
        (guarded("if self.find(name) is None: break"), False),
        (guarded("if self.first: break"), False),
        (guarded("print(lambda: 1 if self.first is None else 2)"), False),
        (guarded("if self.first is None: break", "self.first"), True),
    ],
)
def test_an_attribute_that_the_handler_asks_for_may_be_none(code: str, expected: bool) -> None:
    assert fails(code) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("pass", "finally:\n        self.first = None", False),
        ("pass", "except OSError:\n        self.first = None", False),
        ("self.first = self.find(name)", "finally:\n        pass", True),
        ("self.first = None", "finally:\n        self.first = None", True),
    ],
)
def test_a_guard_holds_until_the_attribute_is_set(before: str, after: str, expected: bool) -> None:
    code = f"if self.first is not None:\n    {before}\n    try:\n        self.first.drop()\n    {after}"
    assert fails(code) is expected


USED = "try:\n    self.first.drop()\nexcept Exception:\n    pass"
MADE = "self.first = Part()"
CLEARS = "self.first = None"


def just_made(between: str = "", use: str = "self.first.drop()", made: str = MADE) -> str:
    """A method that gives the attribute a value and uses it, in a class that also takes it away."""
    used = f"try:\n    {use}\nexcept Exception:\n    pass"
    return "\n".join(part for part in (made, between, used) if part)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (just_made(), False),
        (just_made(made="self.first: Part | None = Part()"), False),
        (just_made(made="other = self.first = Part()"), False),
        (just_made(made=""), True),
        (just_made(made="self.first = self.find(name)"), True),
        (just_made(made=CLEARS), True),
        (just_made(made="self.first, other = Part(), 1"), True),
        (just_made("self.first.next = None"), False),
        (just_made("names = [name]"), False),
        (just_made("self.find(name)"), True),
        (just_made("if name:\n    self.first = None"), True),
        (just_made("self = Store()"), True),
        (just_made("del self.first"), True),
        (just_made(use="print(self.first.part())"), False),
        (just_made(use="print(self.find(name), self.first.part())"), True),
        (just_made(use="print(self.first.part(), self.find(name))"), False),
        (just_made(use="print([self.first.part() for x in names])"), True),
        (just_made(use="(lambda: self.first.part())()"), True),
        (f"try:\n    {MADE}\n    self.first.drop()\nexcept Exception:\n    pass", False),
        (f"if name:\n    {MADE}\n{USED}", True),
        (f"{MADE}\nfor x in names:\n    {CLEARS}\n    self.find(x)\n{USED}", True),
        (f"{MADE}\nwhile name:\n" + indent(f"{USED}\nself.find(name)", "    "), True),
        (f"{MADE}\ntry:\n    self.first.drop()\nexcept OSError:\n    if self.first is None: pass", True),
        (f"{MADE}\ndef later():\n" + indent(USED, "    "), True),
    ],
)
def test_an_attribute_is_not_none_that_was_just_given_another_value(code: str, expected: bool) -> None:
    assert fails(code) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("part = Part()\npart.drop()", False),
        ("part = Part()\nprint(part.drop())", False),
        ("part = Part()\nclear()\npart.drop()", True),
        ("part = Part()\nprint(clear(), part.drop())", True),
        ("part = find()\npart.drop()", True),
        ("if find():\n    part = Part()\npart.drop()", True),
    ],
)
def test_a_variable_of_the_file_is_not_none_that_was_just_given_another_value(
    code: str, expected: bool
) -> None:
    head = "class Part:\n    def drop(self): pass\n\npart = None\ndef find() -> Part | None: ...\n"
    head += "def clear():\n    global part\n    part = None\ndef use():\n    global part\n    try:\n"
    project = Project(
        Memory({"a.py": f"{head}{indent(code, ' ' * 8)}\n    finally:\n        pass\n".encode()})
    )
    module = project.module("a.py")
    likely = may_raise(module.nodes(ast.Try)[0].body, module, project).likely
    assert ("AttributeError" in {raised.type for raised in likely}) is expected


CALLED = """\
class Part:
    def drop(self): pass

def find() -> Part | None: ...

part = None

def make():
    global part
{make}
class Holder:
    def __init__(self):
        self.part = None

    def clear(self):
        self.part = None

    def make(self):
{method}
    def use(self):
        try:
            {use}
        finally:
            pass
"""


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("part = Part()", False),
        ("print(1)\npart = Part()", False),
        ("with open('a'):\n    part = Part()", False),
        ("if part is None:\n    part = Part()", False),
        ("if part is not None:\n    return\npart = Part()", False),
        ("if part:\n    return\npart = Part()", False),
        ("try:\n    part = Part()\nexcept OSError:\n    raise", False),
        ("part = Part()\npart = None", True),
        ("part = Part()\nfind()", True),
        ("part = find()", True),
        ("if find():\n    return\npart = Part()", True),
        ("if find():\n    part = Part()", True),
        ("try:\n    part = Part()\nexcept OSError:\n    find()", True),
        ("part = Part()\nyield", True),
    ],
)
@pytest.mark.parametrize(
    "use", ["if {0} is None: {1}make()\n            {0}.drop()", "{1}make()\n            {0}.drop()"]
)
def test_what_a_function_gives_that_is_called(made: str, expected: bool, use: str) -> None:
    of_self = made.replace("part", "self.part")
    for text, holder in (("part", ""), ("self.part", "self.")):
        code = CALLED.format(
            make=indent(made, " " * 4), method=indent(of_self, " " * 8), use=use.format(text, holder)
        )
        assert _fails_for_none(code) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", False),
        ("class Other(Holder):\n    def use(self): pass\n", False),
        ("class Other(Holder):\n    def make(self): pass\n", True),
    ],
)
def test_another_method_in_its_place_may_give_nothing(more: str, expected: bool) -> None:
    made = "self.part = Part()"
    use = "self.make()\n            self.part.drop()"
    code = CALLED.format(make="    pass", method=indent(made, " " * 8), use=use)
    assert _fails_for_none(code + more) is expected


def test_a_variable_of_another_function_is_not_what_a_call_gives() -> None:
    code = CALLED.format(make="    part = Part()", method="        pass", use="pass")
    use = "def use():\n    part = find()\n    make()\n    try:\n        part.drop()\n    finally: pass\n"
    assert _fails_for_none(code + use)


def _fails_for_none(code: str) -> bool:
    project = Project(Memory({"a.py": code.encode()}))
    module = project.module("a.py")
    *_, body = (one.body for one in module.nodes(ast.Try) if one.finalbody)
    return "AttributeError" in {raised.type for raised in may_raise(body, module, project).likely}


def asked(body: str, test: str = "self.first is None") -> str:
    """A method that gives the attribute a value where it has none, and uses it."""
    return f"if {test}:\n" + indent(body, "    ") + f"\n{USED}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (asked(MADE), False),
        (asked(MADE, "not self.first"), False),
        (asked(MADE, "self.first == None"), False),
        (asked(MADE, "self.first != None"), True),
        (asked(MADE, "self.first is None or name"), False),
        (asked(f"self.find(name)\n{MADE}"), False),
        (asked(f"try:\n    {MADE}\nexcept OSError:\n    raise ValueError"), False),
        (asked(f"try:\n    {MADE}\nexcept OSError:\n    {MADE}"), False),
        (asked(f"if name:\n    {MADE}\nelse:\n    self.first = Part(name)"), False),
        (asked(f"with open(name):\n    if self.first is None:\n        {MADE}"), False),
        (asked(MADE, "self.first is not None"), True),
        (asked(MADE, "self.first is None and name"), True),
        (asked(MADE, "name"), True),
        (asked("pass"), True),
        (asked("self.first = self.find(name)"), True),
        (asked(f"{MADE}\nself.find(name)"), True),
        (asked(f"{MADE}\n{CLEARS}"), True),
        (asked(f"if name:\n    {MADE}"), True),
        (asked(f"if name:\n    {MADE}\nelse:\n    {CLEARS}"), True),
        (asked(f"try:\n    {MADE}\nexcept OSError:\n    pass"), True),
        (asked(f"try:\n    {MADE}\nfinally:\n    {CLEARS}"), True),
        (asked(f"with contextlib.suppress(OSError):\n    {MADE}"), True),
        (f"if self.first is None:\n    {MADE}\nelse:\n    {CLEARS}\n{USED}", True),
        (f"if self.first is None:\n    {MADE}\nself.find(name)\n{USED}", True),
    ],
)
def test_an_attribute_is_not_none_behind_a_question_that_gives_it_a_value(code: str, expected: bool) -> None:
    assert fails(f"import contextlib\n{code}") is expected
