"""What is explained: the place that a line or name stands for, and all that is told of it."""

from __future__ import annotations

import pytest

from codemods.exceptions.explanation import NoSuchPlace, explain, place_at, place_named
from codemods.module import Module
from codemods.output.raises import document, likelihood, lines, tree
from codemods.project import Project
from codemods.sources import Memory

NESTED = """\
import os

@decorated
def outer(path):
    with open(path) as file:
        try:
            text = file.read()
            with lock:
                os.remove(path)
        except OSError:
            if text:
                print(text)
        except (
            ValueError,
        ):
            pass
        else:
            print(1)
        finally:
            file.close()
    try: one()
    except KeyError: two()

class Holder:
    def method(self):
        return 1

    async def other(self):
        async with lock:
            pass
print(2)
"""


@pytest.mark.parametrize(
    ("line", "kind", "name", "first", "last"),
    [
        (1, "file", "", 1, 31),
        (3, "function", "outer", 4, 22),
        (4, "function", "outer", 4, 22),
        (5, "with", "outer", 5, 20),
        (6, "try", "outer", 6, 9),
        (7, "try", "outer", 6, 9),
        (8, "with", "outer", 8, 9),
        (9, "with", "outer", 8, 9),
        (10, "try", "outer", 6, 9),
        (11, "with", "outer", 5, 20),
        (14, "try", "outer", 6, 9),
        (16, "with", "outer", 5, 20),
        (18, "with", "outer", 5, 20),
        (20, "with", "outer", 5, 20),
        (21, "try", "outer", 21, 21),
        (22, "try", "outer", 21, 21),
        (24, "file", "", 1, 31),
        (26, "function", "Holder.method", 25, 26),
        (29, "with", "Holder.other", 29, 30),
        (31, "file", "", 1, 31),
    ],
)
def test_the_block_that_a_line_stands_for(line: int, kind: str, name: str, first: int, last: int) -> None:
    place = place_at(Module("app.py", NESTED.encode()), line)
    expected = (kind, name, first, last)
    assert (place.kind, place.name, place.line, place.end_line) == expected


@pytest.mark.parametrize("line", [0, 32, 1000])
def test_a_line_that_is_not_there(line: int) -> None:
    with pytest.raises(NoSuchPlace, match=f"app.py has 31 lines: there is no line {line}"):
        place_at(Module("app.py", NESTED.encode()), line)


@pytest.mark.parametrize(
    ("name", "kind", "line"),
    [("outer", "function", 4), ("Holder.method", "function", 25), ("Holder", "class", 24)],
)
def test_the_definition_that_a_name_means(name: str, kind: str, line: int) -> None:
    place = place_named(Module("app.py", NESTED.encode()), name)
    assert (place.kind, place.name, place.line) == (kind, name, line)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("method", "did you mean Holder.method?"), ("outre", "did you mean outer?"), ("x", "give a line")],
)
def test_a_name_that_is_not_there(name: str, hint: str) -> None:
    with pytest.raises(NoSuchPlace, match=f"app.py defines no {name}: {hint}"):
        place_named(Module("app.py", NESTED.encode()), name)


def test_an_empty_file() -> None:
    with pytest.raises(NoSuchPlace, match="has 0 lines"):
        place_at(Module("app.py", b""), 1)


CONFIG = """\
import json

class Missing(LookupError):
    pass

def load(path):
    with open(path) as file:
        raw = json.load(file)
    return parse(raw)

def parse(raw):
    if not raw:
        raise Missing("name")
    return raw
"""
APP = """\
import os
from config import Missing, load

def run(path, client):
    try:
        name = load(path)
        try:
            os.remove(path)
        except FileNotFoundError:
            pass
    except Missing:
        return None
    except (ZeroDivisionError, OSError):
        return None
    except Exception:
        return 1

def unsure(client):
    try:
        client.fetch()
        os.remove("x")
    except KeyError:
        pass

class Box:
    def __init__(self, size):
        if size < 0:
            raise ValueError(size)
"""


def told(line_or_name: int | str) -> str:
    project = Project(Memory({"config.py": CONFIG.encode(), "app.py": APP.encode()}))
    module = project.module("app.py")
    is_line = isinstance(line_or_name, int)
    place = place_at(module, line_or_name) if is_line else place_named(module, line_or_name)  # type: ignore[arg-type]
    return "\n".join(lines(tree(explain(place, project))))


def test_each_type_has_the_way_it_comes_up() -> None:
    text = told(6)
    assert text.startswith("app.py:5-10: the body of `try` in `run` may raise\n")
    chain = """\
  Missing of config.py (sure)
    app.py:6: calls `load`
      config.py:9: calls `parse`
        config.py:13: raise Missing
"""
    assert chain in text
    assert "  OSError (sure)\n    app.py:8: `os.remove`" in text


def test_what_handlers_catch_and_what_they_wait_for_in_vain() -> None:
    text = told(6)
    assert "  line 9: `except FileNotFoundError` keeps in" not in text  # os.remove is known for OSError
    assert "    line 11: `except Missing` catches Missing\n" in text
    assert "    line 13: `except (ZeroDivisionError, OSError)` catches OSError; nothing" in text
    assert "raises ZeroDivisionError\n" in text
    assert "    nothing that is known passes them\n" in text
    assert text.splitlines()[-1].startswith("  line 15: write `except ")


def test_what_is_not_known_and_what_passes() -> None:
    text = told(20)
    assert "  not known, so there may be more\n    app.py:20: calls `client.fetch`" in text
    assert "    line 22: `except KeyError` catches nothing that is known\n" in text
    assert "    no handler catches " in text
    assert text.splitlines()[-1] == "  one more handler: nothing narrower to write, for not all is known"


def test_what_is_not_known_comes_in_the_order_of_the_lines() -> None:
    code = (
        "def run(one, two):\n    if one.first():\n        two.second()\n"
        "    two.third(one.first())\n    two.second()\n"
    )
    project = Project(Memory({"app.py": code.encode()}))
    explanation = explain(place_named(project.module("app.py"), "run"), project)
    found = [one.line for one in explanation.unknown if one.text.startswith("calls")]
    assert found == [2, 3, 4]


def test_a_handler_catches_some_of_a_wider_type() -> None:
    code = "try:\n    open('a')\nexcept (KeyError, FileNotFoundError): pass\nexcept BrokenPipeError: pass\n"
    project = Project(Memory({"app.py": code.encode()}))
    explanation = explain(place_at(project.module("app.py"), 2), project)
    assert [handler.idle for handler in explanation.handlers] == [("KeyError",), ()]
    text = "\n".join(lines(tree(explanation)))
    assert "except (KeyError, FileNotFoundError)` catches some of OSError; nothing raises KeyError\n" in text
    assert "    line 4: `except BrokenPipeError` catches some of OSError\n" in text
    assert "    no handler catches all of OSError\n" in text
    parts = [handler["part"] for handler in document(explanation)["handlers"]]
    assert parts == [["OSError"], ["OSError"]]


def test_one_more_handler_names_nothing_that_the_others_catch() -> None:
    code = "try:\n    open('a'), int(input())\nexcept EOFError: pass\nexcept ValueError: pass\n"
    project = Project(Memory({"app.py": code.encode()}))
    text = "\n".join(lines(tree(explain(place_at(project.module("app.py"), 2), project))))
    assert text.splitlines()[-1] == "  one more handler: write `except OSError`"


def test_a_handler_whose_types_are_not_known() -> None:
    body = "    try:\n        raise KeyError\n    except (OSError, kinds): pass\n    except kinds: pass\n"
    project = Project(Memory({"app.py": f"def f(kinds):\n{body}".encode()}))
    explanation = explain(place_at(project.module("app.py"), 3), project)
    assert [handler.known for handler in explanation.handlers] == [False, False]
    text = "\n".join(lines(tree(explanation)))
    assert (
        "    line 5: `except kinds` catches nothing that is known; not all of its types are known\n" in text
    )


def test_making_an_instance() -> None:
    text = told("Box")
    assert text.startswith("app.py:25-28: making an instance of `Box` may raise\n")
    assert "    app.py:28: raise ValueError" in text


def test_what_is_caught_inside_does_not_come_out() -> None:
    body = "    try:\n        raise KeyError(x)\n    except LookupError:\n        raise ValueError(x)\n"
    project = Project(Memory({"app.py": f"def f(x):\n{body}".encode()}))
    explanation = explain(place_named(project.module("app.py"), "f"), project)
    assert [raised.type for raised in explanation.answer.raised] == ["ValueError"]
    text = list(lines(tree(explanation)))
    assert text == [
        "app.py:1-5: the function `f` may raise",
        "  ValueError (sure)",
        "    app.py:5: raise ValueError",
        "  line 4: `except LookupError` keeps in KeyError",
    ]
    assert document(explanation) == {
        "version": 1,
        "place": {"path": "app.py", "kind": "function", "name": "f", "line": 1, "end_line": 5},
        "complete": True,
        "raises": [
            {
                "type": "ValueError",
                "confidence": 1.0,
                "evidence": "raise ValueError (line 5) in `f` (app.py:1)",
                "trace": [{"path": "app.py", "line": 5, "text": "raise ValueError (line 5)"}],
            }
        ],
        "missing": [],
        "assumed": [],
        "caught_inside": [{"clause": "except LookupError", "line": 4, "types": ["KeyError"]}],
        "handlers": [],
        "passing": [],
        "suggestion": None,
    }


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(1.0, "sure"), (0.8, "likely"), (0.5, "possible"), (0.2, "a guess"), (0.05, "rare")],
)
def test_likelihood_in_words(confidence: float, word: str) -> None:
    assert likelihood(confidence) == word


def test_what_is_seldom_named_has_its_line() -> None:
    source = "def f(text):\n    return g(text)\n\n\ndef g(text):\n    x = 1\n    return float(str(text))\n"
    tree_ = Memory({"a.py": source.encode()})
    project = Project(tree_)
    module = project.module("a.py")
    text = list(lines(tree(explain(place_named(module, "f"), project))))
    at = text.index("  can happen, and is seldom named")
    assert text[at + 1].startswith("    OverflowError: a.py:7: `float`: ")
