"""What people name at handlers: signs, habits, candidates, and the shipped statistics."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.naming import Guess, guess
from codemods.exceptions.naming.candidates import Candidates, candidates
from codemods.exceptions.naming.evidence import Evidence
from codemods.exceptions.naming.forest import Forest
from codemods.exceptions.naming.habits import habits_of
from codemods.exceptions.naming.mined import Mined, mined
from codemods.exceptions.naming.rows import COLUMNS, OF_HANDLER
from codemods.exceptions.naming.sets import SET_COLUMNS, Named, Worth, best_set, type_sets
from codemods.exceptions.naming.signs import Signs, signs_of
from codemods.exceptions.naming.words import words_in
from codemods.module import Module
from codemods.project import Project
from codemods.sources import Memory


def _first(files: dict[str, str], path: str = "app.py") -> tuple[ast.ExceptHandler, Module, Project]:
    project = Project(Memory({name: text.encode() for name, text in files.items()}))
    module = project.module(path)
    return module.nodes(ast.Try)[0].handlers[0], module, project


def _may_raise(handler: ast.ExceptHandler, module: Module, project: Project) -> MayRaise:
    statement = module.parent(handler)
    assert isinstance(statement, ast.Try)
    return may_raise(statement.body, module, project)


def _candidates(handler: ast.ExceptHandler, module: Module, project: Project) -> Candidates:
    answer = _may_raise(handler, module, project)
    signs = signs_of(handler, module, project)
    return candidates(Evidence(handler, signs, module, project, answer, mined()))


def _signs(source: str) -> Signs:
    return signs_of(*_first({"app.py": source}))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("json.loads(text)", {"call:json.loads", "only-call:json.loads", "one:Expr", "from:json"}),
        ("x = int(text)", {"call:int", "call:int(Name1)", "one:Assign"}),
        ("x = d['a']", {"item:str", "item:d[str]", "only-item:str"}),
        ("x = row[0]", {"item:int"}),
        ("x = row[i]", {"item:index"}),
        ("del d[key]", {"del-item:value"}),
        ("self.sock.recv(10)", {"method:recv", "on:sock.recv", "method:recv/1", "part:recv"}),
        ("x = self.name", {"attribute", "only-attribute", "reads:.name"}),
        ("self.name = 1", {"set-attribute"}),
        ("a, b = pair", {"unpacks"}),
        ("x = a / b", {"operator:Div"}),
        ("import yaml", {"import:", "one:Import"}),
        ("raise Stop", {"raises:Stop", "undefined"}),
        ("'a b'.split().pop()", {"does:str.split", "does:list.pop"}),
        ("x = {'a': 1}[key]", {"item-of:dict[value]"}),
        ("f = open(path, 'rb')", {"call:open", "call:open(Name2)"}),
    ],
)
def test_signs_of_the_body(body: str, expected: set[str]) -> None:
    found = _signs(f"import json\ndef f(self):\n    try:\n        {body}\n    except:\n        pass\n")
    assert expected <= found.all


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("return None", {"handler:return None"}),
        ("return", {"handler:return None"}),
        ("return False", {"handler:return False"}),
        (
            "raise Http404('no such page') from e",
            {"handler-raises:Http404", "word:page", "handler-raises-from"},
        ),
        ("raise", {"handler-raises:again"}),
        ("print(e.errno)", {"error:.errno", "handler-calls:print"}),
        ("pass  # it may be gone", {"handler:Pass", "word:gone"}),
        ("x = 0", {"handler:assign int", "handler:default"}),
        ("isinstance(e, TimeoutError)", {"mentions:TimeoutError"}),
        ("log('KeyError: %s', e)", {"mentions:KeyError"}),
    ],
)
def test_signs_of_the_handler(handler: str, expected: set[str]) -> None:
    source = f"def f():\n    try:\n        x = g()\n    except Exception as e:\n        {handler}\n"
    assert expected <= _signs(source).all


def test_signs_of_what_is_around() -> None:
    found = _signs(
        "import socket\n"
        "class Client(Base):\n"
        "    async def __getattr__(self, name):\n"
        '        """Raises ValueError when it is none."""\n'
        "        while True:\n"
        "            try:\n"
        "                return self.data[name]\n"
        "            except:\n"
        "                pass\n"
    )
    assert {"in:__getattr__", "in:endless", "in:loop", "in:async", "class:client", "base:Base"} <= found.all
    assert {"imports:socket", "documented:ValueError"} <= found.all
    assert "ValueError" in found.spoken


def test_what_stands_in_nested_functions_is_no_sign() -> None:
    found = _signs("try:\n    def f():\n        return json.loads(x)\nexcept:\n    pass\n")
    assert not any(sign.startswith(("call:", "method:")) for sign in found.all)


@pytest.mark.parametrize(
    ("text", "words"),
    [("InvalidVersion", ("invalid", "version")), ("parse_URLPath", ("parse", "url", "path")), ("of", ())],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    assert words_in(text) == words


_HABITS = {
    "errors.py": "class Refused(Exception): pass\nclass Broken(Refused): pass\n",
    "net.py": (
        "from errors import Broken, Refused\n"
        "def connect():\n"
        "    raise Broken('x')\n"
        "def ask(c):\n"
        "    try:\n"
        "        return c.fetch(1)\n"
        "    except (Refused, KeyError):\n"
        "        return None\n"
        "def wide(c):\n"
        "    try:\n"
        "        return c.fetch(2)\n"
        "    except Exception:\n"
        "        return None\n"
        "def unknown(c):\n"
        "    try:\n"
        "        return c.fetch(3)\n"
        "    except c.Error:\n"
        "        return None\n"
    ),
    "app.py": (
        "import net\n"
        "def go(c):\n"
        "    try:\n"
        "        return c.fetch(net.connect())\n"
        "    except:\n"
        "        return None\n"
    ),
}


def test_habits_are_what_handlers_name_and_functions_raise() -> None:
    _, _, project = _first(_HABITS)
    habits = habits_of(project)
    assert [one.types for one in habits.handled] == [("errors.py:Refused", "KeyError")]
    assert habits.raising["connect"] == {"errors.py:Broken": 1}
    assert habits.raised["errors.py:Broken"] == 1
    assert [one.line for one in habits.by_key["method:fetch"]] == [5]


def test_candidates_come_from_the_project() -> None:
    handler, module, project = _first(_HABITS)
    found = _candidates(handler, module, project)
    assert {"errors.py:Refused", "errors.py:Broken", "KeyError"} <= set(found.types)
    columns = len(COLUMNS) + len(OF_HANDLER) + len(mined().telling)
    assert all(len(row) == columns and all(map(math.isfinite, row)) for row in found.rows)
    told = found.rows[found.types.index("errors.py:Refused")]
    row = dict(zip(COLUMNS, told[: len(COLUMNS)], strict=True))
    assert row["key_share"] == pytest.approx(1 / 2)  # one handler with `fetch`, which names it
    assert row["raised_below"] > 0
    assert row["own"] == 1


def test_a_handler_does_not_answer_for_itself() -> None:
    source = "try:\n    c.fetch()\nexcept RuntimeError:\n    pass\n"
    handler, module, project = _first({"app.py": source})
    found = _candidates(handler, module, project)
    shares = [row[COLUMNS.index("key_share")] for row in found.rows]
    assert set(shares) == {0.0}


def test_a_forest_is_what_its_trees_add_up_to() -> None:
    forest = Forest.read(
        [
            {"column": [0, 1], "most": [0.5, 2.0], "left": [~0, ~1], "right": [1, ~2], "leaves": [-1, 1, 3]},
            {"column": [], "most": [], "left": [], "right": [], "leaves": [0.5]},
        ]
    )
    odds = {(0.5, 9.0): -0.5, (0.6, 2.0): 1.5, (0.6, 2.1): 3.5}
    for row, total in odds.items():
        assert forest.probability(row) == pytest.approx(1 / (1 + math.exp(-total)))


# -- which set to name ----------------------------------------------------------------------------------


def _apart(a: int, b: int) -> bool:
    return False


def _first_catches_second(a: int, b: int) -> bool:
    return (a, b) == (0, 1)


def _second_catches_first(a: int, b: int) -> bool:
    return (a, b) == (1, 0)


def _named(probabilities: list[float], catches: Callable[[int, int], bool], worth: Worth) -> Named:
    """The set that is named when each type is for itself, as its probability says."""
    sets = type_sets([[0.0] * len(COLUMNS)] * len(probabilities), probabilities, catches)
    expected = [one.expected for one in sets]
    return best_set(sets, [one.cover for one in expected], [one.exact for one in expected], worth)


@pytest.mark.parametrize(
    ("probabilities", "catches", "named"),
    [
        ([0.9, 0.05], _apart, (0,)),  # one is likely: alone
        ([0.9, 0.85], _apart, (0, 1)),  # both are: both
        ([0.9, 0.85], _first_catches_second, (0,)),  # never a type beside its base
        ([0.5, 0.45], _second_catches_first, (1,)),  # the base catches whichever is meant
        ([], _apart, ()),
    ],
)
def test_the_set_that_is_expected_to_do_best(
    probabilities: list[float], catches: Callable[[int, int], bool], named: tuple[int, ...]
) -> None:
    assert _named(probabilities, catches, Worth()).places == named


def test_a_second_type_is_named_where_that_makes_it_sure() -> None:
    surely = Worth(tight=0, f1=1, exact=1, sure=4)
    assert _named([0.9, 0.4], _apart, replace(surely, sure=0)).places == (0,)
    assert _named([0.9, 0.4], _apart, surely).places == (0, 1)
    assert _named([0.5, 0.2], _apart, surely).places == (0,)


def test_the_expected_chance_is_that_of_catching_all() -> None:
    assert _named([0.6], _apart, Worth()).cover == pytest.approx(0.6)
    both = _named([0.9, 0.9], _apart, Worth())  # one of the two, or both
    assert both.cover == pytest.approx(1 - 0.1 * 0.1)


def test_a_set_is_seen_beside_what_it_leaves() -> None:
    rows = [[float(place)] * len(COLUMNS) for place in range(3)]
    sets = type_sets(rows, [0.6, 0.3, 0.1], lambda a, b: (a, b) == (0, 2))
    told = {one.expected.places: dict(zip(SET_COLUMNS, one.row, strict=True)) for one in sets}
    assert told.keys() == {(0,), (1,), (2,), (0, 1), (1, 2)}  # the first catches the third
    first, both = told[0,], told[0, 1]
    assert (first["size"], first["chance"], first["chance_2"], first["chance_left"]) == (1, 0.6, 0.0, 0.3)
    assert (first["type"], first["type_2"], first["type_left"], first["type_left_2"]) == (0, -99, 1, -99)
    assert (both["chance_2"], both["type_2"], both["chance_left"], both["type_left"]) == (0.3, 1, 0.0, -99)
    assert first["total"] == pytest.approx(1) and first["likeliest_1"] == 0.6
    assert (first["likeliest_3"], first["likeliest_4"], first["over_0.3"]) == (0.1, 0.0, 1)
    assert first["entropy"] == pytest.approx(both["entropy"])


def test_rows_end_with_what_is_said_of_the_handler() -> None:
    handler, module, project = _first({"app.py": "try:\n    x = int(text)\nexcept:\n    pass\n"})
    signs, answer = signs_of(handler, module, project), _may_raise(handler, module, project)
    table = replace(mined(), telling=("handler:Pass", "handler:Raise"))
    found = candidates(Evidence(handler, signs, module, project, answer, table)).rows
    ends = {row[len(COLUMNS) :] for row in found}
    known = (signs.all, signs.keys, signs.words, signs.called, answer.raised, answer.assumed)
    assert ends == {(*map(len, known), 1, 0)}
    sets = type_sets(found[:2], [0.6, 0.3], _apart)
    assert {one.row[len(SET_COLUMNS) :] for one in sets} == ends


def test_the_trees_ask_for_columns_that_there_are() -> None:
    table = mined()
    of_handler = len(OF_HANDLER) + len(table.telling)
    for forest, columns in (
        (table.forest, COLUMNS),
        (table.covers, SET_COLUMNS),
        (table.exacts, SET_COLUMNS),
    ):
        asked = {column for tree in forest.trees for column in tree[0]}
        assert min(asked) >= 0 and max(asked) < len(columns) + of_handler


def test_what_is_known_of_a_set_as_a_whole_decides() -> None:
    sets = type_sets([[0.0] * len(COLUMNS)] * 2, [0.5, 0.4], _apart)
    for wanted in sets:
        chances = [0.9 if one is wanted else 0.1 for one in sets]
        assert best_set(sets, chances, chances, Worth()) == Named(wanted.expected.places, 0.9)


def test_a_chance_is_calibrated_along_a_rising_line() -> None:
    points = mined().confidence
    shares = [share for _, share in points]
    assert shares == sorted(shares)
    assert mined().calibrated(0.0) == 0.0
    for (low, low_share), (high, high_share) in pairwise(points):
        assert mined().calibrated((low + high) / 2) == pytest.approx((low_share + high_share) / 2)
    assert mined().calibrated(1.0) == shares[-1]


def test_the_statistics_are_small_enough_to_ship() -> None:
    size = files("codemods.exceptions.naming").joinpath("mined.json.gz").stat().st_size  # type: ignore[attr-defined]
    assert size < 2_000_000


def test_single_signs_tell_shares_and_factors() -> None:
    table = Mined.read(
        {
            "types": ["KeyError"],
            "names": ["KeyError", "OSError"],
            "priors": {},
            "shares": {"KeyError": 0.1, "OSError": 0.1},
            "intercepts": [-2.0],
            "weights": {"item:str": [[0, 3.0]]},
            "seen": {"item:str": [7.0, [[0, 5.7]]], "handler:Pass": [97.0, [[1, 9.7]]]},
        }
    )
    assert table.odds({"item:str", "unheard"}) == {"KeyError": 1.0}
    (key, system) = table.told({"item:str", "handler:Pass"}, ["KeyError", "OSError"])
    assert key[0] == pytest.approx(0.6)  # (5.7 + 3 * 0.1) / (7 + 3)
    assert key[6] == pytest.approx(math.log(6))
    assert key[9] == pytest.approx(0.6)
    assert system[1] == pytest.approx(0.1)
    assert system[7] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        (
            "def f(text):\n    try:\n        return int(text)\n    except:\n        return None\n",
            "ValueError",
        ),
        ("def f(d):\n    try:\n        return d['name']\n    except:\n        return None\n", "KeyError"),
        ("def f(p):\n    try:\n        os.remove(p)\n    except:\n        pass\n", "OSError"),
        ("def f(o):\n    try:\n        return o.name\n    except:\n        return None\n", "AttributeError"),
        ("def f(i):\n    try:\n        return next(i)\n    except:\n        return None\n", "StopIteration"),
        ("try:\n    import yaml\nexcept:\n    yaml = None\n", "ImportError"),
    ],
)
def test_the_plainest_cases_are_guessed(source: str, meant: str) -> None:
    handler, module, project = _first({"app.py": f"import os\n{source}"})
    found = guess(handler, module, project, _may_raise(handler, module, project))
    assert found.types[0].type == meant
    assert 0.5 < found.confidence <= 1


def test_a_guess_says_what_else_was_close() -> None:
    handler, module, project = _first(_HABITS)
    found = guess(handler, module, project, _may_raise(handler, module, project))
    assert isinstance(found, Guess)
    probabilities = [one.probability for one in (*found.types, *found.others)]
    assert all(0 <= p <= 1 for p in probabilities)
    assert not {one.type for one in found.types} & {one.type for one in found.others}
